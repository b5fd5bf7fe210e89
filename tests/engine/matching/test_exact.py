"""Small random days of every awkward shape: the match fills as many seats of each tier as OR-Tools does, at its cost.

The reference is a minimum-cost flow over all pairs; the checker then asks for the proof.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bench.peers.flow import reference_solve
from bench.synthetic_day import synthetic_problem
from dure.engine.matching import check, solve
from tests.engine.matching.cast import Person, Post, at, day, east, may

EXAMPLES_EACH = 200
FAR_M = 400_000


@dataclass(frozen=True)
class Shape:
    """How people and posts of a kind of day are drawn; what is not said is as the cast has it."""

    people: dict[str, SearchStrategy[Any]] = field(default_factory=dict)
    posts: dict[str, SearchStrategy[Any]] = field(default_factory=dict)
    people_max: int = 30
    posts_max: int = 10


def _km(least: int, most: int, step: int = 1) -> SearchStrategy[float]:
    """Places on the equator; so few that many are equal."""
    return st.integers(least // step, most // step).map(lambda place: east(1_000.0 * step * place))


def _of(codes: int, size_max: int) -> SearchStrategy[tuple[int, ...]]:
    return st.lists(st.integers(0, codes - 1), max_size=size_max, unique=True).map(tuple)


HOURS = st.tuples(st.integers(0, 20), st.integers(1, 9)).map(
    lambda span: (at(span[0]), at(span[0] + span[1]))
)
TIERS = st.integers(1, 3)

SHAPES: dict[str, Shape] = {
    "everyone at one place": Shape(
        {"days_waited": st.sampled_from([0, 0, 7])}, {"tier": TIERS, "seats": st.integers(0, 6)}
    ),
    "a short line full of ties": Shape(
        {"lon": _km(-4, 4), "travel_limit_m": st.sampled_from([2_500, 4_500, 9_500])},
        {"lon": _km(-4, 4), "tier": TIERS, "seats": st.integers(0, 3)},
    ),
    "any place in a town": Shape(
        {
            "lat": st.floats(-0.1, 0.1),
            "lon": st.floats(-0.1, 0.1),
            "travel_limit_m": st.integers(0, 20_000),
            "days_waited": st.integers(0, 60),
            "prefers": _of(3, 2),
        },
        {
            "lat": st.floats(-0.1, 0.1),
            "lon": st.floats(-0.1, 0.1),
            "tier": TIERS,
            "seats": st.integers(0, 4),
            "cause": st.integers(0, 2),
        },
    ),
    "islands": Shape(
        # Six of them, 300 km apart; a few people can cross to the next.
        {"lon": _km(0, 1_500, 300), "travel_limit_m": st.sampled_from([1_000, 1_000, 1_000, FAR_M])},
        {"lon": _km(0, 1_500, 300), "tier": TIERS, "seats": st.integers(0, 3)},
    ),
    "limits of 400 km": Shape(
        {
            "lon": _km(0, 540, 30),
            "travel_limit_m": st.just(FAR_M),
            "days_waited": st.sampled_from([0, 9_000]),
        },
        {"lon": _km(0, 540, 30), "tier": TIERS, "seats": st.integers(0, 3)},
    ),
    "yesterday's posts and long waits": Shape(
        {
            "lon": _km(-5, 5),
            "yesterday_post": st.integers(-1, 2),
            "days_waited": st.sampled_from([0, 1, 30, 400, 36_500]),
        },
        {"lon": _km(-5, 5), "tier": TIERS, "seats": st.integers(0, 2)},
    ),
    "more seats than people": Shape(
        {"lon": _km(-9, 9)},
        {"lon": _km(-9, 9), "tier": TIERS, "seats": st.integers(0, 10_000_000)},
        people_max=12,
    ),
    "few seats, many people": Shape(
        {"lon": _km(-9, 9), "days_waited": st.integers(0, 30)},
        {"lon": _km(-9, 9), "tier": TIERS, "seats": st.integers(0, 2)},
        people_max=60,
        posts_max=4,
    ),
    "several words of bits": Shape(
        {
            "lon": _km(-3, 3),
            "skills": _of(100, 6).map(lambda missing: tuple(set(range(100)) - set(missing))),
            "languages": _of(20, 8),
            "free": st.lists(HOURS, min_size=1, max_size=2).map(tuple),
        },
        {
            "lon": _km(-3, 3),
            "tier": TIERS,
            "skills": _of(100, 5),
            "languages": _of(20, 4),
            "starts_min": st.integers(0, 30).map(lambda half: at(half / 2)),
            "seats": st.integers(0, 3),
        },
        people_max=16,
        posts_max=20,
    ),
    "every rule at once": Shape(
        {
            "lon": _km(-9, 9),
            "age": st.sampled_from([-1, 15, 17, 18, 40]),
            "skills": _of(3, 3),
            "refuses": _of(2, 1),
            "cleared": st.booleans(),
            "physical_max": st.integers(-1, 3),
            "minutes_left_week": st.sampled_from([0, 240, 2_880]),
            "guardian_agreed": st.booleans(),
        },
        {
            "lon": _km(-9, 9),
            "tier": TIERS,
            "seats": st.integers(0, 3),
            "cause": st.integers(0, 1),
            "skills": _of(3, 1),
            "min_age": st.sampled_from([0, 16, 18]),
            "lone": st.booleans(),
            "with_children": st.booleans(),
            "physical": st.integers(0, 3),
        },
    ),
}


def _some(one: SearchStrategy[Any], most: int) -> SearchStrategy[Any]:
    """A list, which Hypothesis would keep at about five, half of the time a long one."""
    return st.one_of(st.lists(one, max_size=most), st.lists(one, min_size=most // 2, max_size=most))


def _people(shape: Shape) -> SearchStrategy[list[Person]]:
    return _some(st.builds(Person, **shape.people), shape.people_max)


def _posts(shape: Shape) -> SearchStrategy[list[Post]]:
    def four_hours(post: Post) -> Post:
        return replace(post, ends_min=post.starts_min + 240)

    return _some(st.builds(Post, **shape.posts).map(four_hours), shape.posts_max)


def _same_as_the_reference(people: list[Person], posts: list[Post]) -> None:
    # Yesterday's post may be gone.
    here = [replace(one, yesterday_post=min(one.yesterday_post, len(posts) - 1)) for one in people]
    problem = day(here, posts)

    solution, reference = solve(problem), reference_solve(problem)

    assert solution.filled_by_tier.tolist() == reference.filled_by_tier.tolist()
    assert solution.cost_total == reference.cost_total
    assert solution.proven
    assert check(problem, solution).faults == ()


@pytest.mark.parametrize("name", SHAPES)
def test_the_match_is_as_good_as_the_reference(name: str) -> None:
    shape = SHAPES[name]

    @settings(max_examples=EXAMPLES_EACH, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(people=_people(shape), posts=_posts(shape))
    def always(people: list[Person], posts: list[Post]) -> None:
        _same_as_the_reference(people, posts)

    run: Callable[[], None] = always
    run()


@pytest.mark.parametrize("demand", [0.5, 1.0, 1.6])
def test_whole_towns_are_placed_as_well_as_the_reference(demand: float) -> None:
    for seed in range(20):
        problem = synthetic_problem(400, demand=demand, seed=seed)

        solution, reference = solve(problem), reference_solve(problem)

        assert solution.filled_by_tier.tolist() == reference.filled_by_tier.tolist()
        assert solution.cost_total == reference.cost_total
        assert check(problem, solution).faults == ()


def test_facts_of_many_words_of_bits_are_all_looked_at() -> None:
    """100 skills, 20 languages and shifts at every half hour; most people lack but one thing of a post."""
    dice = np.random.default_rng(7)

    def some(codes: int, count: int) -> tuple[int, ...]:
        return tuple(dice.choice(codes, count, replace=False).tolist())

    people = [
        Person(skills=some(100, 97), languages=some(20, 4), free=((at(int(dice.integers(0, 12))), at(24)),))
        for _ in range(300)
    ]
    posts = [
        Post(
            skills=some(100, 8),
            languages=some(20, 3),
            starts_min=at(half / 2),
            ends_min=at(half / 2 + 2),
            seats=5,
            tier=1 + half % 3,
        )
        for half in range(40)
    ]
    problem = day(people, posts)
    assert problem.bits.need.shape[1] >= 3

    solution, reference = solve(problem), reference_solve(problem)

    assert solution.filled_by_tier.tolist() == reference.filled_by_tier.tolist()
    assert solution.cost_total == reference.cost_total
    assert check(problem, solution).faults == ()
    wrong = [
        row for row, post in enumerate(solution.post_of) if post >= 0 and not may(people[row], posts[post])
    ]
    assert wrong == []
