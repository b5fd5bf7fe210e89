"""The line: who can be called by when, if whoever has waited longest comes first.

People stand in one order: whoever has had fewer turns before whoever had more, then by how long they have waited.
In that order each takes one seat of the places within their reach, as early as any is left: a serial dictatorship
(Svensson 1999), so nobody who could use a seat is passed by for somebody behind them. Seats are forecasts and no
whole numbers; a person may take a twentieth of a seat in each of twenty hamlets, which is what "one of them will have
one for you" means.

*Expected* is the day by which the seats of a person's surroundings, as forecast, will have served everybody before
them and themself. *Promised* is the later day by which that is so in 95 % of cases (or as sure as is asked for), given
how much such surroundings can fall short (:mod:`dure.engine.plan.seats`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dure.engine.plan.compiled import compiled
from dure.engine.plan.seats import Z_LOW, SeatsAhead
from dure.kernel.must import must

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
Int16Array = npt.NDArray[np.int16]
MaskArray = npt.NDArray[np.uint64]
Float32Array = npt.NDArray[np.float32]

BEYOND: Final = -1
"""No seat within the days that are looked at."""
DAYS_MAX: Final = 64
EARTH_M: Final = 6_371_008.8
_METRES_A_DEGREE: Final = EARTH_M * np.pi / 180
# A seat made of parts may lack this much of a whole one.
_ROUNDING: Final = 1e-9
# Homes closer than this (degrees) are one home: registrations keep no more of them.
_HOME_DEGREES: Final = 0.01
_LIMIT_M_MAX: Final = 300_000


@dataclass(frozen=True, eq=False)
class Waiting:
    """``n`` people who wait, in any order of rows. Bit ``k`` of a mask is the k-th lowest."""

    lat: FloatArray
    lon: FloatArray
    travel_limit_m: Int32Array
    free: MaskArray  # bit d: they offer hours on day d
    fits: MaskArray  # bit r: they have what seats that ask for r want
    turns: IntArray  # how many tasks they have had
    since_s: IntArray  # second of the Unix epoch since which they wait
    person: IntArray  # ids; the lower goes first of two who are otherwise equal

    @property
    def count(self) -> int:
        return len(self.person)


@dataclass(frozen=True, eq=False)
class Places:
    """Where seats will be, a row for each place and what its seats ask for."""

    lat: FloatArray
    lon: FloatArray
    asks: Int32Array  # the bit in ``Waiting.fits``; the higher, the fewer people have it
    seats: SeatsAhead


@dataclass(frozen=True, eq=False)
class Line:
    """For each person the day, counted from the first that is looked at, or BEYOND."""

    expected: Int16Array
    promised: Int16Array


def line_order(people: Waiting) -> IntArray:
    """Rows of the people in the order of the line."""
    return np.lexsort((people.person, people.since_s, people.turns)).astype(np.int64)


def line(people: Waiting, places: Places, *, z: float = Z_LOW) -> Line:
    """Serve the line. ``z``: so many standard deviations are left for what may fall short of a promise.

    Time grows with people times the places near them, memory with kinds of people times days.
    """
    seats = places.seats
    must(len(places.lat) == len(places.lon) == len(places.asks) == len(seats.known), "a place for each row")
    must(seats.days <= DAYS_MAX, "a day is a bit of a mask")
    must(bool((people.travel_limit_m <= _LIMIT_M_MAX).all()), "a travel limit is a day trip")
    expected = np.full(people.count, BEYOND, np.int16)
    promised = np.full(people.count, BEYOND, np.int16)
    if people.count and len(places.lat):
        home, first = _homes(people)
        starts, reach = _reach(
            people.lat[first],
            people.lon[first],
            people.travel_limit_m[first],
            np.argsort(places.lat, kind="stable"),
            places.lat,
            places.lon,
            places.asks,
        )
        alike, one = _alike(home, people.free, people.fits)
        ground = _Ground(
            starts,
            reach,
            places.asks,
            seats.known,
            seats.further,
            seats.spread,
            seats.known + seats.further,
            seats.lumps,
            z,
        )
        _serve(
            line_order(people),
            alike,
            home[one],
            people.free[one],
            people.fits[one],
            ground,
            expected,
            promised,
        )
    return Line(expected, promised)


def _homes(people: Waiting) -> tuple[IntArray, IntArray]:
    """The home of each person (place and travel limit), numbered, and a row of somebody who lives there."""
    lat = np.rint((people.lat + 90) / _HOME_DEGREES).astype(np.int64)
    lon = np.rint((people.lon + 180) / _HOME_DEGREES).astype(np.int64)
    key = (lat * 36_001 + lon) * (_LIMIT_M_MAX + 1) + people.travel_limit_m
    _, first, home = np.unique(key, return_index=True, return_inverse=True)
    return home.astype(np.int64), first.astype(np.int64)


def _alike(home: IntArray, free: MaskArray, fits: MaskArray) -> tuple[Int32Array, IntArray]:
    """People alike in home, free days and what they have, numbered, and a row of one of them."""
    key = home
    for mask in (free, fits):
        kinds, kind = np.unique(mask, return_inverse=True)
        key = key * len(kinds) + kind
    _, one, alike = np.unique(key, return_index=True, return_inverse=True)
    return alike.astype(np.int32), one.astype(np.int64)


@compiled
def _reach(
    home_lat: FloatArray,
    home_lon: FloatArray,
    limit_m: Int32Array,
    by_lat: IntArray,
    lat: FloatArray,
    lon: FloatArray,
    asks: Int32Array,
) -> tuple[IntArray, Int32Array]:
    """Of each home the places within its limit: ``reach[starts[h]:starts[h + 1]]``, the nearest first.

    Those that ask for what few have stand before the others, so that who has it is kept for them.
    """
    homes = len(home_lat)
    starts = np.zeros(homes + 1, np.int64)
    reach = np.empty(max(16, 16 * homes), np.int32)
    sorted_lat = lat[by_lat]
    near = np.empty(len(lat), np.int32)
    way = np.empty(len(lat), np.float64)
    filled = 0
    for h in range(homes):
        band = limit_m[h] / _METRES_A_DEGREE + 1e-6
        row = np.searchsorted(sorted_lat, home_lat[h] - band)
        found = 0
        while row < len(sorted_lat) and sorted_lat[row] <= home_lat[h] + band:
            place = by_lat[row]
            row += 1
            rise = np.radians(lat[place] - home_lat[h])
            turn = np.radians(lon[place] - home_lon[h])
            half = (
                np.sin(rise / 2) ** 2
                + np.cos(np.radians(home_lat[h])) * np.cos(np.radians(lat[place])) * np.sin(turn / 2) ** 2
            )
            metres = 2 * EARTH_M * np.arcsin(np.sqrt(half))
            if metres <= limit_m[h]:
                near[found] = place
                way[found] = metres - asks[place] * 1e7
                found += 1
        if filled + found > len(reach):
            larger = np.empty(2 * (filled + found), np.int32)
            larger[:filled] = reach[:filled]
            reach = larger
        nearest_first = np.argsort(way[:found], kind="mergesort")
        for k in range(found):
            reach[filled + k] = near[nearest_first[k]]
        filled += found
        starts[h + 1] = filled
    return starts, reach[:filled]


class _Ground(NamedTuple):
    """What is where. ``starts``, ``reach``: places by home; ``left``: seats nobody has taken yet."""

    starts: IntArray
    reach: Int32Array
    asks: Int32Array
    known: FloatArray
    further: FloatArray
    spread: FloatArray
    left: FloatArray
    lumps: float
    z: float


class _Kind(NamedTuple):
    """People alike: the part of ``reach`` that is theirs, the days they are free, the seats they fit."""

    first: int
    last: int
    free: np.uint64
    fits: np.uint64


@compiled
def _has(mask: np.uint64, bit: int) -> bool:
    return bool((mask >> np.uint64(bit)) & np.uint64(1))


@compiled
def _left_on(ground: _Ground, kind: _Kind, day: int) -> float:
    found = 0.0
    if _has(kind.free, day):
        for k in range(kind.first, kind.last):
            if _has(kind.fits, ground.asks[ground.reach[k]]):
                found += ground.left[ground.reach[k], day]
    return found


@compiled
def _take(ground: _Ground, kind: _Kind, from_day: int, day: int) -> None:
    """Take one seat, of the earliest days and the nearest places first."""
    wanted = 1.0
    for d in range(from_day, day + 1):
        if _has(kind.free, d):
            for k in range(kind.first, kind.last):
                place = ground.reach[k]
                if wanted > 0 and ground.left[place, d] > 0 and _has(kind.fits, ground.asks[place]):
                    taken = min(ground.left[place, d], wanted)
                    ground.left[place, d] -= taken
                    wanted -= taken


@compiled
def _bands(ground: _Ground, kind: _Kind, seats: Float32Array, lows: Float32Array) -> None:
    """Of each day the seats that are expected up to it, and those that come with the promise's certainty."""
    sure, more, highest = 0.0, 0.0, 0.0
    for d in range(len(seats)):
        if _has(kind.free, d):
            for k in range(kind.first, kind.last):
                if _has(kind.fits, ground.asks[ground.reach[k]]):
                    sure += ground.known[ground.reach[k], d]
                    more += ground.further[ground.reach[k], d]
        share = ground.spread[ground.reach[kind.first], d]
        lacking = ground.z * np.sqrt(ground.lumps * more + (share * more) ** 2)
        # A sum over more days is never less, whatever its deviation.
        highest = max(highest, sure + max(more - lacking, 0.0))
        seats[d] = sure + more
        lows[d] = highest


@compiled
def _serve(
    order: IntArray,
    alike: Int32Array,
    home: IntArray,
    free: MaskArray,
    fits: MaskArray,
    ground: _Ground,
    expected: Int16Array,
    promised: Int16Array,
) -> None:
    """Give each in turn one seat of their surroundings, the earliest left, of the nearest places that have it.

    ``home``, ``free``, ``fits``: of each kind of people; ``alike``: the kind of each person.
    """
    days = ground.left.shape[1]
    kinds = len(home)
    # Of each kind the first day on which anything may be left: as seats only grow fewer, it never moves back.
    from_day = np.zeros(kinds, np.int16)
    nothing_left = np.zeros(kinds, np.bool_)
    seats = np.full((kinds, days), -1, np.float32)
    lows = np.zeros((kinds, days), np.float32)
    for row in order:
        number = alike[row]
        if nothing_left[number]:
            continue
        at = home[number]
        kind = _Kind(ground.starts[at], ground.starts[at + 1], free[number], fits[number])
        found = 0.0
        day = from_day[number]
        while day < days:
            found += _left_on(ground, kind, day)
            if found >= 1 - _ROUNDING:
                break
            day += 1
            if found < _ROUNDING:
                from_day[number] = day
        if day == days:
            # Whatever is left of seats here will never again make a whole one.
            nothing_left[number] = True
            continue
        _take(ground, kind, from_day[number], day)
        if seats[number, 0] < 0:
            _bands(ground, kind, seats[number], lows[number])
        expected[row] = day
        # So many of the surroundings' seats are gone once this person has theirs.
        needed = seats[number, day] - found + 1 - 1e-3
        while day < days and lows[number, day] < needed:
            day += 1
        if day < days:
            promised[row] = day
