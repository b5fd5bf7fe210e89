"""The latecomer: the best open posts of the day for one person, by the measure of its match.

At the prices p of a solved day every person sits where ``V_j - c_ij - p_j`` is largest, and a post with an open seat
has the price 0 (complementary slackness; Bertsekas 1988). What the seat cost in the morning, when others stood in
line for it, is gone with the line: whoever comes late is shown the open posts by ``V_j - c_ij``, so that they take
what is worth most to the day without anybody being moved. The posts are prepared once (:func:`index_posts`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from dure.engine.matching.facts import BitArray, BoolArray, FloatArray, IntArray, PeopleFacts, PostFacts
from dure.engine.matching.problem import (
    EARTH_RADIUS_M,
    Problem,
    build_problem,
    cost_parts,
    travel_m,
    unit_vectors,
    unmet,
    unwished_bits,
)
from dure.engine.matching.rules import RULES, WORD_BITS, Key, Rule, RuleBits
from dure.engine.matching.solution import TIERS
from dure.kernel.must import must

CHANCES_MAX = 8
# The cosine of a travel limit only sorts out: near one it is good for a few metres. The limit itself is asked after it.
COSINE_SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class PostIndex:
    """The posts of a day, prepared for one question after the other. Built by :func:`index_posts`."""

    posts: PostFacts
    site: FloatArray  # (m, 3) unit vectors
    need: BitArray  # (m, w) what each post asks for
    masks: BitArray  # (rules, w)
    asked: tuple[tuple[Rule, Key], ...]  # what each bit stands for
    causes: IntArray  # the distinct ones, ascending
    cause_row: IntArray  # (m,) row in ``causes``
    worth: IntArray  # (m,) of an open seat, in units of 10 m


@dataclass(frozen=True, slots=True)
class Chance:
    """An open post that somebody may take. ``gain``: its value less their cost, in units of 10 m."""

    post: int  # row
    travel_m: float
    cost: int  # units of 10 m
    gain: int


def index_posts(posts: PostFacts, *, tier_unit: int) -> PostIndex:
    """Prepare a day's posts.

    ``tier_unit``: W; a seat of tier 1, 2, 3 is worth 3W, 2W, W. Refuses with ProblemRefused, as the match does.
    """
    empty = build_problem(nobody(), posts)
    return PostIndex(
        posts=posts,
        site=empty.site,
        need=empty.bits.need,
        masks=empty.bits.masks,
        asked=tuple((rule, ask.key) for rule in RULES for ask in rule.asks(posts)),
        causes=np.unique(posts.cause).astype(np.int64),
        cause_row=empty.cause_row,
        worth=(TIERS + 1 - posts.tier.astype(np.int64)) * tier_unit,
    )


def nobody() -> PeopleFacts:
    """The columns of no people at all."""
    kinds = {
        "person": np.int64,
        "lat": np.float64,
        "lon": np.float64,
        "age": np.int16,
        "physical_max": np.int8,
        **dict.fromkeys(("covered", "briefed", "cleared", "guardian_agreed"), np.bool_),
        **dict.fromkeys(("free_from_min", "free_to_min", "rested_from_min"), np.int64),
    }
    columns: dict[str, npt.NDArray[np.generic]] = {
        column.name: np.zeros(0, kinds.get(column.name, np.int32)) for column in fields(PeopleFacts)
    }
    return PeopleFacts(**columns)  # type: ignore[arg-type]  # each of its own type, as the table above says


def _of_one(index: PostIndex, person: PeopleFacts, home: FloatArray, have: BitArray) -> Problem:
    """One person and the day's posts as the match sees them, so that every rule and cost is the match's own."""
    return Problem(
        people=person,
        posts=index.posts,
        bits=RuleBits(have, index.need, index.masks),
        home=home,
        site=index.site,
        cause_row=index.cause_row,
        unwished=unwished_bits(person, index.causes),
    )


def _held(index: PostIndex, person: PeopleFacts, rows: IntArray) -> BitArray:
    """(1, w) which of the things that some posts ask for the person has; what none of them asks stays out."""
    have = np.zeros((1, index.need.shape[1]), np.uint64)
    asked = np.bitwise_or.reduce(index.need[rows], axis=0)
    for word, wanted in enumerate(asked.tolist()):
        while wanted:
            bit = wanted & -wanted
            rule, key = index.asked[word * WORD_BITS + bit.bit_length() - 1]
            if rule.holds(person, key)[0]:
                have[0, word] |= np.uint64(bit)
            wanted ^= bit
    return have


def latecomer(
    index: PostIndex, person: PeopleFacts, *, open_seats: BoolArray, count_max: int = CHANCES_MAX
) -> tuple[Chance, ...]:
    """The best open posts for one person, the best first; of equal ones the earlier row.

    ``person``: one row, in the codes of the index's posts, its ``yesterday_post`` a row of them.
    ``open_seats``: (m,) whether a seat is open there now. Only posts that keep every rule are in the answer.
    """
    must(person.count == 1, "one person asks")
    home = unit_vectors(person.lat, person.lon)
    angle = min(float(person.travel_limit_m[0]) / EARTH_RADIUS_M, np.pi)
    rows = np.flatnonzero((index.site @ home[0] >= np.cos(angle) - COSINE_SLACK) & open_seats)
    if not len(rows):
        return ()
    asker = np.zeros(len(rows), np.int64)
    problem = _of_one(index, person, home, _held(index, person, rows))
    distance_m = travel_m(problem, asker, rows)
    able = (distance_m <= person.travel_limit_m[0]) & ~unmet(problem, asker, rows).any(axis=1)
    rows, distance_m = rows[able], distance_m[able]
    cost = cost_parts(problem, asker[able], rows, distance_m).total
    gain = index.worth[rows] - cost
    best = np.lexsort((rows, -gain))[:count_max]
    return tuple(
        Chance(int(rows[k]), float(distance_m[k]), int(cost[k]), int(gain[k])) for k in best.tolist()
    )


def rules_against(index: PostIndex, person: PeopleFacts, post_row: int) -> tuple[Rule, ...]:
    """The rules that keep somebody from one post, the travel limit aside; empty when none does."""
    rows = np.array([post_row], np.int64)
    home = unit_vectors(person.lat, person.lon)
    problem = _of_one(index, person, home, _held(index, person, rows))
    missing = unmet(problem, np.zeros(1, np.int64), rows)[0]
    return tuple(rule for rule, mask in zip(RULES, index.masks, strict=True) if (missing & mask).any())
