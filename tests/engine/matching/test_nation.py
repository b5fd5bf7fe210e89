"""Nobody in the country is sent anywhere against a rule: counted straight from the facts.

Nothing here is shared with the match: no rule bits, no pairs, no price list. A placement is joined with the facts as
two tables would be.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from bench.synthetic_day import MANY, USUAL, Vocabulary, synthetic_day
from dure.engine.matching import PeopleFacts, PostFacts, build_problem, solve

EARTH_RADIUS_M = 6_371_008.8
SMALL, COUNTRY = 10_000, 1_219_200
Ints = npt.NDArray[np.integer]
Bools = npt.NDArray[np.bool_]


def _shares(
    people: Ints, posts: Ints, held: tuple[Ints, Ints], asked: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """For each placement: how many codes its post asks for, and how many of those its person holds."""
    by_post = np.argsort(asked[0], kind="stable")
    owner, code = asked[0][by_post].astype(np.int64), asked[1][by_post].astype(np.int64)
    first = np.searchsorted(owner, posts, side="left")
    asks = np.searchsorted(owner, posts, side="right") - first
    placement = np.repeat(np.arange(len(posts)), asks)
    nth = np.arange(len(placement)) - np.repeat(np.cumsum(asks) - asks, asks)
    wanted = people[placement].astype(np.int64) << 20 | code[first[placement] + nth]
    there = np.isin(wanted, held[0].astype(np.int64) << 20 | held[1])
    return asks, np.bincount(placement[there], minlength=len(posts))


def _haversine_m(people: PeopleFacts, posts: PostFacts, who: Ints, where: Ints) -> npt.NDArray[np.float64]:
    """The textbook formula."""
    phi, psi = np.radians(people.lat[who]), np.radians(posts.lat[where])
    turn = np.radians(posts.lon[where] - people.lon[who])
    hav = np.sin((psi - phi) / 2) ** 2 + np.cos(phi) * np.cos(psi) * np.sin(turn / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(hav)))


def _outside_hours(people: PeopleFacts, posts: PostFacts, post_of: Ints) -> Bools:
    """(n,) no free span of the person holds the whole shift."""
    at = post_of[people.free_person]
    holds = (people.free_from_min <= posts.starts_min[at]) & (posts.ends_min[at] <= people.free_to_min)
    return np.asarray(np.bincount(people.free_person[holds], minlength=people.count) == 0)


def breaches(people: PeopleFacts, posts: PostFacts, post_of: Ints) -> dict[str, int]:
    """How many placements break each rule, and how many people too many stand at posts."""
    who = np.flatnonzero(post_of >= 0)
    at = post_of[who].astype(np.int64)
    length_min = posts.ends_min[at] - posts.starts_min[at]
    skills, skills_held = _shares(
        who, at, (people.skill_person, people.skill), (posts.skill_post, posts.skill)
    )
    spoken, understood = _shares(
        who, at, (people.language_person, people.language), (posts.language_post, posts.language)
    )
    refused = post_of[people.refuses_person] >= 0
    refused &= posts.cause[post_of[people.refuses_person]] == people.refuses
    minor = people.age[who] < 18
    broken: dict[str, Bools] = {
        "skills": skills_held < skills,
        "hours": _outside_hours(people, posts, post_of)[who],
        "cause": refused,
        "language": (spoken > 0) & (understood == 0),
        "physical": people.physical_max[who] < posts.physical[at],
        "rest": posts.starts_min[at] < people.rested_from_min[who],
        "week_hours": people.minutes_left_week[who] < length_min,
        "shift_length": people.shift_max_min[who] < length_min,
        "twelve_hours": length_min > 600,
        "age": people.age[who] < posts.min_age[at],
        "guardian": minor & ~people.guardian_agreed[who],
        "minors": minor & (posts.hazardous | posts.night | posts.lone)[at],
        "cover": ~people.covered[who],
        "briefing": ~people.briefed[who],
        "clearance": posts.with_children[at] & ~people.cleared[who],
        # A home that is not known is no distance from anywhere. A millimetre is left for another formula's rounding.
        "travel": ~(_haversine_m(people, posts, who, at) <= people.travel_limit_m[who] + 1e-3),
    }
    taken = np.bincount(at, minlength=posts.count)
    too_many = int(np.maximum(0, taken - posts.seats).sum())
    return {"seats": too_many} | {rule: int(count.sum()) for rule, count in broken.items()}


@cache
def _day(people_count: int, words: Vocabulary) -> tuple[PeopleFacts, PostFacts]:
    return synthetic_day(people_count, seed=7, words=words)


@pytest.mark.parametrize(
    ("people_count", "words"),
    [
        pytest.param(SMALL, USUAL, id="small"),
        pytest.param(SMALL, MANY, id="small, many facts"),
        pytest.param(COUNTRY, USUAL, id="country", marks=[pytest.mark.full, pytest.mark.timeout(900)]),
    ],
)
def test_no_rule_is_broken_anywhere(people_count: int, words: Vocabulary) -> None:
    people, posts = _day(people_count, words)

    post_of = solve(build_problem(people, posts)).post_of

    assert len(post_of) == people_count
    assert (post_of >= 0).sum() > people_count / 2
    assert {rule: count for rule, count in breaches(people, posts, post_of).items() if count} == {}


def test_the_count_sees_every_rule_when_people_are_sent_anywhere() -> None:
    people, posts = _day(SMALL, USUAL)

    found = breaches(people, posts, np.random.default_rng(1).integers(0, posts.count, SMALL))

    assert [rule for rule, count in found.items() if count == 0] == ["twelve_hours"]  # no such post is let in
