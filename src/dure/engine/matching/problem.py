"""The problem of one day: facts, checked whole, with what is the same for all pairs worked out once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dure.engine.matching.facts import (
    BitArray,
    BoolArray,
    FloatArray,
    IntArray,
    PeopleFacts,
    PostFacts,
    refuse_unsound,
)
from dure.engine.matching.rules import RuleBits, pack

# IUGG mean radius R1 of the Earth.
EARTH_RADIUS_M = 6_371_008.8
METRES_PER_UNIT = 10
NOT_PREFERRED_UNITS = 200  # as much as 2 km
WAITED_DAY_UNITS = 5  # a day of waiting is worth 50 m
YESTERDAY_UNITS = 300  # keeping one's crew is worth 3 km


@dataclass(frozen=True, eq=False)
class Problem:
    """Facts of one day with their rule bits and places on the unit sphere. Built by :func:`build_problem`."""

    people: PeopleFacts
    posts: PostFacts
    bits: RuleBits
    home: FloatArray  # (n, 3) unit vectors; NaN where the home is unknown
    site: FloatArray  # (m, 3) unit vectors
    cause_row: IntArray  # (m,) column of ``not_preferred``
    not_preferred: BoolArray  # (n, causes) they have wishes and this cause is none of them


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
        not_preferred=_not_preferred(people, causes.astype(np.int64)),
    )


def _not_preferred(people: PeopleFacts, causes: IntArray) -> BoolArray:
    wished = np.zeros((people.count, len(causes)), np.bool_)
    for column, cause in enumerate(causes):
        wished[people.prefers_person[people.prefers == cause], column] = True
    choosy = np.zeros(people.count, np.bool_)
    choosy[people.prefers_person] = True
    return choosy[:, None] & ~wished


def unit_vectors(lat: FloatArray, lon: FloatArray) -> FloatArray:
    """(k, 3) points on the unit sphere of places in degrees."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)], axis=1)


def great_circle_m(a: FloatArray, b: FloatArray) -> FloatArray:
    """Great-circle metres between unit vectors (k, 3), row by row.

    This is the haversine formula: hav(angle) is a quarter of the squared chord. The chord is computed from
    vectors worked out once, so a pair costs one root and one arcsine, and no accuracy is lost nearby.
    """
    x, y, z = a[:, 0] - b[:, 0], a[:, 1] - b[:, 1], a[:, 2] - b[:, 2]
    half_chord = 0.5 * np.sqrt(x * x + y * y + z * z)
    return 2.0 * EARTH_RADIUS_M * np.arcsin(np.minimum(half_chord, 1.0))


def travel_m(problem: Problem, person_rows: IntArray, post_rows: IntArray) -> FloatArray:
    """Great-circle metres from home to post of each pair; NaN where the home is unknown."""
    return great_circle_m(problem.home[person_rows], problem.site[post_rows])


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

    @property
    def total(self) -> IntArray:
        return self.travel + self.preference + self.waiting + self.yesterday


def cost_parts(
    problem: Problem, person_rows: IntArray, post_rows: IntArray, distance_m: FloatArray
) -> CostParts:
    """The published price list: travel, a cause not preferred, less waiting, less yesterday's post."""
    people = problem.people
    unwished = problem.not_preferred[person_rows, problem.cause_row[post_rows]]
    same = people.yesterday_post[person_rows] == post_rows
    return CostParts(
        travel=np.rint(distance_m / METRES_PER_UNIT).astype(np.int64),
        preference=NOT_PREFERRED_UNITS * unwished.astype(np.int64),
        waiting=-WAITED_DAY_UNITS * people.days_waited[person_rows].astype(np.int64),
        yesterday=-YESTERDAY_UNITS * same.astype(np.int64),
    )
