"""The problem of one day: facts, checked whole, with what is the same for all pairs worked out once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dure.engine.matching.facts import (
    BitArray,
    BoolArray,
    FloatArray,
    Int32Array,
    IntArray,
    PeopleFacts,
    PostFacts,
    refuse_unsound,
)
from dure.engine.matching.rules import WORD_BITS, RuleBits, pack

# IUGG mean radius R1 of the Earth.
EARTH_RADIUS_M = 6_371_008.8
# Half of a chord of 382 km: below it six terms of the arcsine are exact to the last bit.
HALF_CHORD_SERIES = 0.03
METRES_PER_UNIT = 10
NOT_PREFERRED_UNITS = 200  # as much as 2 km
WAITED_DAY_UNITS = 5  # a day of waiting is worth 50 m
YESTERDAY_UNITS = 300  # keeping one's crew is worth 3 km
# Pairs that are worked out at once: on the way each takes twenty times the memory of its answer.
AT_ONCE = 1 << 17


@dataclass(frozen=True, eq=False)
class Problem:
    """Facts of one day with their rule bits and places on the unit sphere. Built by :func:`build_problem`."""

    people: PeopleFacts
    posts: PostFacts
    bits: RuleBits
    home: FloatArray  # (n, 3) unit vectors; NaN where the home is unknown
    site: FloatArray  # (m, 3) unit vectors
    cause_row: IntArray  # (m,) bit of ``unwished``
    unwished: BitArray  # (n, words) bit c: they have wishes and cause row c is none of them
    # During the day only (:mod:`dure.engine.matching.rematch`): a pair with the post that somebody holds already
    # costs ``kept_units`` less.
    kept_post: Int32Array | None = None  # (n,) rows, or -1
    kept_units: int = 0


def build_problem(people: PeopleFacts, posts: PostFacts) -> Problem:
    """Check all columns and prepare the match.

    Refuses with :class:`~dure.engine.matching.facts.ProblemRefused`, naming every fault in one go.
    """
    refuse_unsound(people, posts)
    causes, cause_row = np.unique(posts.cause, return_inverse=True)
    return Problem(
        people=people,
        posts=posts,
        bits=pack(people, posts),
        home=unit_vectors(people.lat, people.lon),
        site=unit_vectors(posts.lat, posts.lon),
        cause_row=cause_row.astype(np.int64),
        unwished=unwished_bits(people, causes.astype(np.int64)),
    )


def unwished_bits(people: PeopleFacts, causes: IntArray) -> BitArray:
    """(n, words) bit c: somebody has wishes, and ``causes[c]`` is none of them."""
    choosy = np.zeros(people.count, np.bool_)
    choosy[people.prefers_person] = True
    bits = np.zeros((people.count, max(1, -(-len(causes) // WORD_BITS))), np.uint64)
    for row, cause in enumerate(causes):
        unwished = choosy.copy()
        unwished[people.prefers_person[people.prefers == cause]] = False
        bits[:, row // WORD_BITS] |= unwished.astype(np.uint64) << np.uint64(row % WORD_BITS)
    return bits


def unit_vectors(lat: FloatArray, lon: FloatArray) -> FloatArray:
    """(k, 3) points on the unit sphere of places in degrees."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1)


def great_circle_m(a: FloatArray, b: FloatArray) -> FloatArray:
    """Great-circle metres between unit vectors (k, 3), row by row.

    This is the haversine formula: hav(angle) is a quarter of the squared chord. The chord is computed from
    vectors worked out once, so a pair costs one root and one arcsine, and no accuracy is lost nearby. Up to
    382 km the arcsine is its series to the last bit, written as in the compiled loop
    (:mod:`dure.engine.matching.pairs`): costs are rounded, and both must round alike.
    """
    x, y, z = a[:, 0] - b[:, 0], a[:, 1] - b[:, 1], a[:, 2] - b[:, 2]
    s = 0.5 * np.sqrt(x * x + y * y + z * z)
    q = s * s
    series = s * (1.0 + q * (1 / 6 + q * (3 / 40 + q * (15 / 336 + q * (105 / 3456 + q * (945 / 42240))))))
    angle = np.where(s < HALF_CHORD_SERIES, series, np.arcsin(np.minimum(s, 1.0)))
    return 2.0 * EARTH_RADIUS_M * angle


def travel_m(problem: Problem, person_rows: IntArray, post_rows: IntArray) -> FloatArray:
    """Great-circle metres from home to post of each pair; NaN where the home is unknown."""
    metres = np.empty(len(person_rows))
    for first in range(0, len(metres), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        metres[some] = great_circle_m(problem.home[person_rows[some]], problem.site[post_rows[some]])
    return metres


def unmet(problem: Problem, person_rows: IntArray, post_rows: IntArray) -> BitArray:
    """(k, w) the bits that the posts ask for and the people lack."""
    return problem.bits.need[post_rows] & ~problem.bits.have[person_rows]


def feasible(problem: Problem, person_rows: IntArray, post_rows: IntArray) -> BoolArray:
    """Whether each (person, post) pair keeps all rules and the travel limit."""
    near = travel_m(problem, person_rows, post_rows) <= problem.people.travel_limit_m[person_rows]
    return near & ~unmet(problem, person_rows, post_rows).any(axis=1)


@dataclass(frozen=True, eq=False)
class CostParts:
    """What a pair costs, in units of 10 m, part by part; (k,) int64 each."""

    travel: IntArray
    preference: IntArray
    waiting: IntArray
    yesterday: IntArray
    kept: IntArray

    @property
    def total(self) -> IntArray:
        return self.travel + self.preference + self.waiting + self.yesterday + self.kept


def cost_parts(
    problem: Problem, person_rows: IntArray, post_rows: IntArray, distance_m: FloatArray
) -> CostParts:
    """The published price list: travel, a cause not preferred, less waiting, less yesterday's post; and during the
    day less staying where one is."""
    people = problem.people
    row = problem.cause_row[post_rows]
    words = problem.unwished[person_rows, row // WORD_BITS]
    unwished = (words >> (row % WORD_BITS).astype(np.uint64)) & np.uint64(1)
    same = people.yesterday_post[person_rows] == post_rows
    kept = np.zeros(len(person_rows), np.int64)
    if problem.kept_post is not None:
        kept -= problem.kept_units * (problem.kept_post[person_rows] == post_rows)
    return CostParts(
        travel=np.rint(distance_m / METRES_PER_UNIT).astype(np.int64),
        preference=NOT_PREFERRED_UNITS * unwished.astype(np.int64),
        waiting=-WAITED_DAY_UNITS * people.days_waited[person_rows].astype(np.int64),
        yesterday=-YESTERDAY_UNITS * same.astype(np.int64),
        kept=kept,
    )
