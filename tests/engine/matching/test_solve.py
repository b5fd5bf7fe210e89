"""The match is the best there is, in the strict order of the tiers."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.peers.greedy import greedy
from bench.synthetic_day import synthetic_problem
from dure.engine.matching import Problem, Solution, build_problem, check, feasible, solve
from tests.engine.matching.cast import Person, Post, best_by_trying_all, day, east

# 300 km, in units of 10 m: what a seat is worth at first.
TIER_UNIT_FIRST = 30_000
# Places on a short line, so that ties and near ties are common.
TINY_PEOPLE = st.lists(
    st.builds(
        Person,
        lon=st.integers(-6, 6).map(lambda km: east(1_000.0 * km)),
        travel_limit_m=st.sampled_from([2_500, 6_500, 20_000]),
        days_waited=st.sampled_from([0, 3, 400, 2_000]),
        skills=st.sampled_from([(), (1,), (2,), (1, 2)]),
        prefers=st.sampled_from([(), (1,)]),
    ),
    max_size=5,
)
TINY_POSTS = st.lists(
    st.builds(
        Post,
        lon=st.integers(-6, 6).map(lambda km: east(1_000.0 * km)),
        seats=st.integers(0, 2),
        tier=st.integers(1, 3),
        cause=st.integers(0, 1),
        skills=st.sampled_from([(), (1,), (2,)]),
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(people=TINY_PEOPLE, posts=TINY_POSTS)
def test_no_placement_is_better_than_the_match(people: list[Person], posts: list[Post]) -> None:
    problem = day(people, posts)

    solution = solve(problem)

    assert (*solution.filled_by_tier.tolist(), solution.cost_total) == best_by_trying_all(people, posts)
    assert solution.proven
    assert check(problem, solution).faults == ()


@settings(max_examples=100, deadline=None)
@given(people=TINY_PEOPLE, posts=TINY_POSTS.filter(bool), wish=st.lists(st.integers(-1, 3), min_size=5))
def test_standing_placements_hold_where_they_may_and_the_rest_is_best(
    people: list[Person], posts: list[Post], wish: list[int]
) -> None:
    problem = day(people, posts)
    wished = np.array([min(row, len(posts) - 1) for row in wish[: len(people)]], np.int32)

    solution = solve(problem, standing=wished)

    rows = np.flatnonzero(wished >= 0)
    able = rows[feasible(problem, rows, wished[rows].astype(np.int64))]
    for row, post in enumerate(posts):
        kept = [int(person) for person in able if wished[person] == row][: post.seats]
        assert np.flatnonzero(solution.standing & (solution.post_of == row)).tolist() == kept
    seats = np.bincount(solution.post_of[solution.standing], minlength=len(posts))
    rest = [person for row, person in enumerate(people) if not solution.standing[row]]
    left = [replace(post, seats=post.seats - int(seats[row])) for row, post in enumerate(posts)]
    tiers = np.array([posts[row].tier for row in solution.post_of[~solution.standing] if row >= 0])
    assert [int((tiers == tier).sum()) for tier in (1, 2, 3)] == list(best_by_trying_all(rest, left)[:3])
    assert check(problem, solution).faults == ()


def test_a_critical_seat_is_filled_however_dear() -> None:
    """Bora alone can reach the critical post, 15 km away, and has waited for years to stay at home."""
    bora = Person(travel_limit_m=15_000, days_waited=30_000, yesterday_post=1, prefers=(1,))
    critical, beside = Post(lon=east(14_999), tier=1), Post(tier=2, cause=1)

    solution = solve(day([bora], [critical, beside]))

    assert solution.post_of.tolist() == [0]
    assert solution.cost_total == 1_500 + 200 - 150_000


@pytest.mark.parametrize(("step_m", "first_unit_is_enough"), [(9_000, True), (90_000, False)])
def test_one_more_seat_of_a_tier_is_worth_any_length_of_chain(
    step_m: int, first_unit_is_enough: bool
) -> None:
    """Twelve people step one post further each, so that one seat more is filled in the same tier.

    Twelve times 90 km are worth more than the first tier unit: only the proof by augmenting path finds out.
    """
    count = 12
    people = [Person(lon=east(float(step_m * k)), travel_limit_m=step_m + 1) for k in range(count)]
    posts = [Post(lon=east(float(step_m * k)), tier=3) for k in range(count + 1)]
    people.append(Person(travel_limit_m=1))
    problem = day(people, posts)

    solution = solve(problem)

    assert (solution.tier_unit <= TIER_UNIT_FIRST) is first_unit_is_enough
    assert solution.filled_by_tier.tolist() == [0, 0, count + 1]
    assert solution.post_of.tolist() == [*range(1, count + 1), 0]
    assert check(problem, solution).faults == ()


def test_a_lower_tier_is_left_for_a_higher_one_even_when_two_seats_are_lost_for_it() -> None:
    """Chul could hold a tier-2 seat beside him; the only tier-1 seat takes him, and tier 2 stays open."""
    chul, minji = Person(skills=(1,)), Person(travel_limit_m=100, lon=east(5_000))
    posts = [Post(tier=1, skills=(1,), lon=east(9_000)), Post(tier=2), Post(tier=3, lon=east(5_000))]

    assert solve(day([chul, minji], posts)).post_of.tolist() == [0, 2]


def test_who_waited_longest_gets_the_only_seat() -> None:
    early, late = Person(days_waited=21, lon=east(1_000)), Person(days_waited=0, lon=east(0))

    assert solve(day([late, early], [Post()])).post_of.tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("people", "posts"),
    [
        ([], []),
        ([Person()], []),
        ([], [Post()]),
        ([Person(covered=False)], [Post()]),
        ([Person()], [Post(seats=0)]),
    ],
    ids=["nothing", "no posts", "no people", "no pairs", "no seats"],
)
def test_a_day_without_a_placement_is_answered_all_the_same(people: list[Person], posts: list[Post]) -> None:
    problem = day(people, posts)

    solution = solve(problem)

    assert (solution.post_of == -1).all()
    assert (solution.value, solution.cost_total, solution.gap_units, solution.travel_mean_m) == (
        0,
        0,
        0.0,
        0.0,
    )
    assert solution.filled_by_tier.tolist() == [0, 0, 0]
    assert check(problem, solution).holds


def test_a_post_that_wants_ten_million_takes_whoever_can_come() -> None:
    problem = day([Person(), Person(briefed=False)], [Post(seats=10_000_000)])

    solution = solve(problem)

    assert solution.post_of.tolist() == [0, -1]
    assert solution.prices.tolist() == [0]
    assert check(problem, solution).holds


def test_open_posts_cost_nothing_and_a_price_is_what_a_seat_is_worth_to_whoever_lost_it() -> None:
    """At (0, 0) two people want one seat; the one who loses goes 3 km, so it must cost 300 units more."""
    posts = [Post(), Post(lon=east(3_000)), Post(lon=east(9_000))]

    solution = solve(day([Person(), Person()], posts))

    assert sorted(solution.post_of.tolist()) == [0, 1]
    near, far, beyond = (solution.prices / solution.price_scale).tolist()
    assert near - far == pytest.approx(300, abs=1)
    assert beyond == 0


@pytest.fixture(scope="module")
def town() -> Problem:
    return synthetic_problem(3_000, demand=0.9, seed=4)


@pytest.fixture(scope="module")
def placed(town: Problem) -> Solution:
    return solve(town)


def test_a_town_is_placed_and_proven(town: Problem, placed: Solution) -> None:
    verdict = check(town, placed)

    assert verdict.faults == ()
    assert verdict.holds
    assert 0 <= verdict.gap_units < 1
    assert verdict.tiers_proven == (True, True, True)
    assert verdict.filled_by_tier == tuple(placed.filled_by_tier.tolist())


def test_equal_input_gives_equal_bytes(town: Problem, placed: Solution) -> None:
    again = solve(synthetic_problem(3_000, demand=0.9, seed=4))

    for column in fields(placed):
        one, two = getattr(placed, column.name), getattr(again, column.name)
        if isinstance(one, np.ndarray):
            assert (one.dtype, one.tobytes()) == (two.dtype, two.tobytes())
        else:
            assert one == two


def test_the_order_of_the_lists_of_facts_changes_nothing(town: Problem, placed: Solution) -> None:
    turned: dict[str, Any] = {
        name: getattr(town.people, name)[::-1].copy()
        for name in ("skill_person", "skill", "language_person", "language", "prefers_person", "prefers")
    }

    again = solve(_with_people(town, turned))

    assert again.post_of.tobytes() == placed.post_of.tobytes()


def _with_people(problem: Problem, columns: dict[str, Any]) -> Problem:
    return build_problem(replace(problem.people, **columns), problem.posts)


def test_the_match_beats_placing_by_hand(town: Problem, placed: Solution) -> None:
    by_hand = greedy(town, workers=1, tell=lambda step: None).astype(np.int64)
    rows = np.flatnonzero(by_hand >= 0)

    assert feasible(town, rows, by_hand[rows]).all()
    assert (np.bincount(by_hand[rows], minlength=town.posts.count) <= town.posts.seats).all()
    fills = np.bincount(town.posts.tier[by_hand[rows]], minlength=4)[1:]
    assert tuple(fills) < tuple(placed.filled_by_tier)
