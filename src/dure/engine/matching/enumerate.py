"""Every feasible pair, post after post: the checker's own way of finding them, with bounded memory.

Nothing here is shared with the solver's search. People are laid out by travel class (a doubling of the limit), then
latitude band, then longitude, so that those who might reach a post are a few contiguous runs. In a run the rule bits
are tested first, as they are cheap and sort out most, then the exact distance. A run may hold too many, never too
few: the longitudes within an angle ``d`` of latitude ``f`` are those within ``asin(sin d / cos f)``, or all when the
cap holds a pole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dure.engine.matching.facts import BitArray, BoolArray, FloatArray, Int32Array, IntArray
from dure.engine.matching.problem import EARTH_RADIUS_M, Problem, cost_parts, great_circle_m

CLASS_LEAST_M = 1_000.0
BAND_LEAST_DEG = 0.02
# Far above the rounding of the angles, far below a metre: 1e-8 degrees are a millimetre.
SLACK_DEG = 1e-8
# Longitudes of a band lie within 360, so bands this far apart never mix.
BAND_STEP_DEG = 1_000.0


@dataclass(frozen=True, eq=False)
class PairsOfPost:
    """The people who may take one post: rows in an order of no meaning, and what each pair costs."""

    post: int
    person: IntArray  # (k,) rows, each once
    cost: IntArray  # (k,) units of 10 m


@dataclass(frozen=True, eq=False)
class _TravelClass:
    reach_deg: float
    band_deg: float
    start: int
    key: FloatArray  # (people of the class,) band * BAND_STEP_DEG + longitude, rising


@dataclass(frozen=True, eq=False)
class _Layout:
    """People in the order of the runs; every array below follows ``order``."""

    order: Int32Array
    lacks: BitArray  # (w, k) complement of what they have, one contiguous row a word
    home: FloatArray
    limit_m: Int32Array
    classes: tuple[_TravelClass, ...]


def every_pair(problem: Problem, *, among: BoolArray | None = None) -> Iterator[PairsOfPost]:
    """All feasible pairs of the people ``among`` (n, bool; default everyone), post by post, none left out.

    Time grows with the people inside the bounding boxes of the travel limits. Memory is about 60 bytes a person and
    one post's pairs; never all pairs.
    """
    layout = _layout(problem, np.ones(problem.people.count, np.bool_) if among is None else among)
    for post in range(problem.posts.count):
        runs = _runs(layout, float(problem.posts.lat[post]), float(problem.posts.lon[post]))
        kept = _allowed(layout, problem.bits.need[post], runs)
        distance_m = great_circle_m(layout.home[kept], problem.site[post : post + 1])
        near = distance_m <= layout.limit_m[kept]
        person = layout.order[kept[near]].astype(np.int64)
        parts = cost_parts(problem, person, np.full(len(person), post), distance_m[near])
        yield PairsOfPost(post, person, parts.total)


def _layout(problem: Problem, among: BoolArray) -> _Layout:
    people = problem.people
    rows = np.flatnonzero(among & ~np.isnan(people.lat))
    limit_m = np.maximum(people.travel_limit_m[rows].astype(np.float64), CLASS_LEAST_M)
    doubling = np.ceil(np.log2(limit_m / CLASS_LEAST_M)).astype(np.int64)
    ordered: list[IntArray] = []
    classes: list[_TravelClass] = []
    start = 0
    for number in np.unique(doubling):
        members = rows[doubling == number]
        reach_m = float(people.travel_limit_m[members].max())
        reach_deg = float(np.degrees(reach_m / EARTH_RADIUS_M)) + SLACK_DEG
        band_deg = max(reach_deg, BAND_LEAST_DEG)
        key = np.floor((people.lat[members] + 90.0) / band_deg) * BAND_STEP_DEG + people.lon[members]
        by_key = np.argsort(key, kind="stable")
        ordered.append(members[by_key])
        classes.append(_TravelClass(reach_deg, band_deg, start, key[by_key]))
        start += len(members)
    order = np.concatenate(ordered).astype(np.int32) if ordered else np.zeros(0, np.int32)
    return _Layout(
        order=order,
        lacks=np.ascontiguousarray(~problem.bits.have[order].T),
        home=problem.home[order],
        limit_m=people.travel_limit_m[order],
        classes=tuple(classes),
    )


def _lon_spans(lat: float, lon: float, reach_deg: float) -> list[tuple[float, float]]:
    """Longitudes from which a place can be within reach: one span, or two across the date line."""
    if abs(lat) + reach_deg >= 90.0 - SLACK_DEG:
        return [(-180.0, 180.0)]
    ratio = np.sin(np.radians(reach_deg)) / np.cos(np.radians(lat))
    half = float(np.degrees(np.arcsin(min(1.0, ratio)))) + 2 * SLACK_DEG
    low, high = lon - half, lon + half
    # Both ends of the scale are the same meridian: a home written as 180 may lie beside a post at -180.
    if low <= -180.0:
        return [(-180.0, high), (low + 360.0, 180.0)]
    if high >= 180.0:
        return [(low, 180.0), (-180.0, high - 360.0)]
    return [(low, high)]


def _runs(layout: _Layout, lat: float, lon: float) -> list[tuple[int, int]]:
    """Slices of the layout that hold everyone who might reach the place."""
    runs: list[tuple[int, int]] = []
    for travel in layout.classes:
        first = int(np.floor((lat - travel.reach_deg + 90.0) / travel.band_deg))
        last = int(np.floor((lat + travel.reach_deg + 90.0) / travel.band_deg))
        spans = _lon_spans(lat, lon, travel.reach_deg)
        edges = [
            band * BAND_STEP_DEG + edge for band in range(first, last + 1) for span in spans for edge in span
        ]
        # One search for all edges; a run begins left of an equal key and ends right of it.
        low = np.searchsorted(travel.key, edges[0::2], side="left") + travel.start
        high = np.searchsorted(travel.key, edges[1::2], side="right") + travel.start
        runs.extend((int(a), int(b)) for a, b in zip(low, high, strict=True) if a < b)
    return runs


def _allowed(layout: _Layout, need: BitArray, runs: list[tuple[int, int]]) -> IntArray:
    """Places in the layout, out of the runs, whose people have every bit the post needs."""
    found = [np.flatnonzero((layout.lacks[0, a:b] & need[0]) == 0) + a for a, b in runs]
    kept = np.concatenate(found) if found else np.zeros(0, np.int64)
    for word in range(1, len(need)):
        if need[word]:
            kept = kept[(layout.lacks[word, kept] & need[word]) == 0]
    return kept
