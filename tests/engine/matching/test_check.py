"""The checker believes nothing: every lie about a solution is caught, and every honest one passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.peers.flow import reference_solve
from bench.synthetic_day import synthetic_problem
from dure.engine.matching import Problem, Solution, check, feasible, solve
from dure.engine.matching.check import _exact_sum
from dure.engine.matching.problem import travel_m
from tests.engine.matching.cast import Person, Post, day, east


@pytest.fixture(scope="module")
def town() -> Problem:
    return synthetic_problem(3_000, demand=0.9, seed=4)


@pytest.fixture(scope="module")
def placed(town: Problem) -> Solution:
    """Exact to the unit, so that a lie of one unit shows."""
    return reference_solve(town)


def _scaled(solution: Solution, scale: int) -> Solution:
    return replace(
        solution,
        prices=solution.prices * scale,
        price_scale=solution.price_scale * scale,
        bound_scaled=solution.bound_scaled * scale,
    )


def test_an_honest_solution_passes_whoever_found_it(town: Problem, placed: Solution) -> None:
    for honest in (placed, solve(town), _scaled(placed, 7)):
        verdict = check(town, honest)

        assert verdict.faults == ()
        assert verdict.holds
        assert 0 <= verdict.gap_units < 1
        assert verdict.tiers_proven == (True, True, True)
        assert verdict.filled_by_tier == tuple(placed.filled_by_tier.tolist())
        assert verdict.value == honest.value


def test_prices_may_be_finer_than_a_unit_and_off_by_less_than_one_together() -> None:
    """As the auction leaves them: a bound that is a fraction of a unit too high still proves it."""
    problem = day([Person(), Person()], [Post(), Post(lon=east(1_000))])
    placed = _scaled(reference_solve(problem), 1_000)
    assert placed.prices.tolist() == [100_000, 0]

    # Whoever goes the kilometre would now have 3/1000 of a unit more at the near post, if they could have its seat.
    fine = replace(placed, prices=np.array([99_997, 0]), bound_scaled=placed.bound_scaled + 3)
    verdict = check(problem, fine)

    assert verdict.faults == ()
    assert verdict.gap_units == 0.003
    assert verdict.bound == verdict.value == placed.value


def test_a_seat_that_is_open_costs_nothing() -> None:
    """However little: whoever comes late is told by the price which posts are full."""
    problem = day([Person(), Person(briefed=False)], [Post(seats=2)])
    placed = _scaled(reference_solve(problem), 1_000)

    verdict = check(problem, replace(placed, prices=np.array([3]), bound_scaled=placed.bound_scaled + 3))

    assert verdict.faults == ("a post with an open seat has a price",)


def _moved(solution: Solution, changes: dict[int, int]) -> Solution:
    post_of = solution.post_of.copy()
    for person, post in changes.items():
        post_of[person] = post
    return replace(solution, post_of=post_of)


def _row_of(column: str, row: int, change: int) -> Callable[[Solution], Solution]:
    def lie(solution: Solution) -> Solution:
        array = getattr(solution, column).copy()
        array[row] += change
        return replace(solution, **{column: array})

    return lie


# Each changes one thing that a solution says about itself.
LIES: dict[str, tuple[Callable[[Solution], Solution], str]] = {
    "value": (lambda s: replace(s, value=s.value + 1), "value is not what the placements are worth"),
    "bound": (
        lambda s: replace(s, bound_scaled=s.bound_scaled - 1),
        "bound_scaled is not the bound that the prices give",
    ),
    "cost": (lambda s: replace(s, cost_total=s.cost_total - 1), "cost_total is not the sum of the costs"),
    "way": (lambda s: replace(s, travel_mean_m=s.travel_mean_m - 2), "travel_mean_m is not the mean way"),
    "no way": (lambda s: replace(s, travel_mean_m=float("nan")), "travel_mean_m is not the mean way"),
    "pairs": (lambda s: replace(s, pairs=s.pairs + 1), "pairs is not the number of feasible pairs"),
    "tier unit": (
        lambda s: replace(s, tier_unit=s.tier_unit + 1),
        "value is not what the placements are worth",
    ),
    "scale twice": (
        lambda s: replace(s, price_scale=2 * s.price_scale),
        "bound_scaled is not the bound that the prices give",
    ),
    "scale of zero": (lambda s: replace(s, price_scale=0), "price_scale is below one"),
    "scale too large": (
        lambda s: replace(s, price_scale=1 << 60),
        "tier_unit and price_scale are too large to be checked",
    ),
    "unit below zero": (lambda s: replace(s, tier_unit=-1), "tier_unit is below zero"),
    "filled": (_row_of("filled_by_tier", 1, 1), "filled_by_tier is not what is filled"),
    "seats": (_row_of("seats_by_tier", 2, -1), "seats_by_tier is not the sum of the seats"),
    "prices below zero": (lambda s: replace(s, prices=s.prices - 1), "a price is below zero"),
    "prices all dearer": (
        lambda s: replace(s, prices=s.prices + 1),
        "bound_scaled is not the bound that the prices give",
    ),
    "prices all gone": (
        lambda s: replace(s, prices=np.zeros_like(s.prices)),
        "bound_scaled is not the bound that the prices give",
    ),
    "nothing closed": (
        lambda s: replace(s, closed=np.zeros_like(s.closed)),
        "the fill of tiers 1 to 1 is not proven largest: an open seat lies outside the closed set",
    ),
    "all closed": (
        lambda s: replace(s, closed=np.ones_like(s.closed)),
        "the fill of tiers 1 to 1 is not proven largest: the closed set holds a post of a lower tier; "
        "somebody who could come to the closed set sits elsewhere",
    ),
    "sets turned round": (
        lambda s: replace(s, closed=s.closed[::-1].copy()),
        "the fill of tiers 1 to 3 is not proven largest: an open seat lies outside the closed set",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_caught(name: str, town: Problem, placed: Solution) -> None:
    lie, words = LIES[name]

    verdict = check(town, lie(placed))

    assert not verdict.holds
    assert words in verdict.faults


def test_a_price_as_large_as_a_number_can_be_does_not_wrap_round(town: Problem, placed: Solution) -> None:
    """In 64 bits it would come out as a fine bound."""
    prices = placed.prices.copy()
    prices[:] = np.iinfo(np.int64).max

    verdict = check(town, replace(placed, prices=prices))

    rent = sum(min(int(seats), town.people.count) for seats in town.posts.seats) * np.iinfo(np.int64).max
    assert verdict.bound == rent
    assert not verdict.holds


def test_every_post_of_a_closed_set_is_needed_for_it(town: Problem, placed: Solution) -> None:
    """Without one, an open seat is missing, or somebody who could come sits at a post that left the set."""
    tier = 0
    for post in np.flatnonzero(placed.closed[tier])[:20]:
        closed = placed.closed.copy()
        closed[tier, post] = False

        assert check(town, replace(placed, closed=closed)).tiers_proven == (False, True, True)


def test_a_post_that_does_not_belong_to_a_closed_set_spoils_it(town: Problem, placed: Solution) -> None:
    """A full post of the tier for which somebody waits, in vain."""
    waiting = np.flatnonzero(placed.post_of < 0)
    full = [
        int(post)
        for post in np.flatnonzero((town.posts.tier == 1) & ~placed.closed[0])
        if feasible(town, waiting, np.full(len(waiting), post)).any()
    ]
    closed = placed.closed.copy()
    closed[0, full[0]] = True

    verdict = check(town, replace(placed, closed=closed))

    assert verdict.faults == (
        "the fill of tiers 1 to 1 is not proven largest: somebody who could come to the closed set sits elsewhere",
    )


def test_two_people_swapped_are_caught(town: Problem, placed: Solution) -> None:
    """Even a swap in which both may go where they are sent: the travel is no longer the least."""
    people = np.flatnonzero(placed.post_of >= 0).tolist()
    first, second = next(
        (one, other)
        for one, other in combinations(people, 2)
        if placed.post_of[one] != placed.post_of[other]
        and feasible(town, np.array([one, other]), placed.post_of[[other, one]].astype(np.int64)).all()
    )
    swapped = _moved(placed, {first: placed.post_of[second], second: placed.post_of[first]})

    verdict = check(town, swapped)

    assert "cost_total is not the sum of the costs" in verdict.faults

    gap = placed.value - verdict.value
    rows = np.flatnonzero(swapped.post_of >= 0)
    fitted = replace(
        swapped,
        value=verdict.value,
        cost_total=placed.cost_total + gap,
        travel_mean_m=float(travel_m(town, rows, swapped.post_of[rows].astype(np.int64)).mean()),
    )
    assert check(town, fitted).faults == (f"the bound is {gap} units above the value: not proven best",)


def test_one_person_dropped_is_caught_even_when_the_sums_are_made_to_fit(
    town: Problem, placed: Solution
) -> None:
    person = int(np.flatnonzero((placed.post_of >= 0) & (town.posts.tier[placed.post_of] == 1))[0])
    honest = check(town, _moved(placed, {person: -1}))
    fitted = replace(
        _moved(placed, {person: -1}),
        value=honest.value,
        bound_scaled=honest.value,
        filled_by_tier=np.array(honest.filled_by_tier),
    )

    verdict = check(town, fitted)

    assert not verdict.holds
    assert verdict.gap_units >= 1
    assert verdict.tiers_proven == (False, False, False)


def test_a_move_to_a_post_they_may_not_take_is_caught(town: Problem, placed: Solution) -> None:
    uninsured = int(np.flatnonzero(~town.people.covered)[0])

    verdict = check(town, _moved(placed, {uninsured: 0}))

    assert "1 placed against the rule cover" in verdict.faults


def test_a_post_too_far_away_is_caught() -> None:
    problem = day([Person()], [Post(), Post(lon=east(10_001))])

    verdict = check(problem, _moved(solve(problem), {0: 1}))

    assert "1 placed beyond their travel limit" in verdict.faults


def test_a_person_without_a_known_home_is_nowhere_near() -> None:
    problem = day([Person(lat=float("nan"), lon=float("nan"))], [Post()])

    verdict = check(problem, _moved(solve(problem), {0: 0}))

    assert "1 placed beyond their travel limit" in verdict.faults


def test_more_people_than_seats_are_caught() -> None:
    problem = day([Person(), Person()], [Post(), Post()])

    verdict = check(problem, _moved(solve(problem), {0: 0, 1: 0}))

    assert "a post has more people than seats" in verdict.faults


def test_a_seat_that_does_not_exist_makes_no_value_above_the_bound() -> None:
    """Three on one seat are worth more than anything that is allowed."""
    problem = day([Person()] * 3, [Post()])

    verdict = check(problem, _moved(solve(problem), {0: 0, 1: 0, 2: 0}))

    assert "a post has more people than seats" in verdict.faults
    assert "the value is above what any placement can be worth" in verdict.faults


@pytest.mark.parametrize("change", [-1, 1])
def test_a_price_wrong_by_one_unit_is_caught(change: int) -> None:
    """A seat at (0, 0) is worth 100 units to the one who must go a kilometre."""
    problem = day([Person(), Person()], [Post(), Post(lon=east(1_000))])
    placed = reference_solve(problem)
    assert placed.prices.tolist() == [100, 0]

    # One unit less on the dear post leaves two gains above the value, one more on the open post a rent.
    wrong = placed.prices + np.array([change, 0] if change < 0 else [0, change])
    verdict = check(problem, replace(placed, prices=wrong))

    assert not verdict.holds
    assert verdict.gap_units == 1


def test_small_weights_do_not_pass_for_a_proof_of_the_tiers() -> None:
    """With a unit of 1 the bound alone would call it best to leave the far critical seat open."""
    problem = day([Person()], [Post(lon=east(9_000), tier=1), Post(tier=3)])
    lie = replace(
        reference_solve(problem),
        post_of=np.array([1], np.int32),
        prices=np.array([0, 0]),
        tier_unit=1,
        value=1,
        bound_scaled=1,
        cost_total=0,
        travel_mean_m=0.0,
        filled_by_tier=np.array([0, 0, 1]),
        closed=np.array([[True, False], [True, False], [True, True]]),
    )

    verdict = check(problem, lie)

    assert verdict.gap_units == 0
    assert verdict.tiers_proven == (False, False, True)
    assert verdict.faults == tuple(
        f"the fill of tiers 1 to {tier} is not proven largest: somebody who could come to the closed set sits elsewhere"
        for tier in (1, 2)
    )


def test_nobody_is_called_standing_who_was_not_agreed() -> None:
    """Whoever stands is no part of the proof: a bad day could hide there."""
    problem = day([Person(), Person(lon=east(5_000))], [Post(), Post(lon=east(5_000))])
    agreed = np.array([1, -1], np.int32)
    honest = solve(problem, standing=agreed)
    assert check(problem, honest, agreed=agreed).faults == ()

    hidden = replace(honest, standing=np.array([True, True]), value=0, bound_scaled=0, pairs=0)

    assert check(problem, hidden).faults == ()
    assert check(problem, hidden, agreed=agreed).faults == (
        "1 are called standing at a post that was not agreed",
    )
    lost = replace(honest, standing=np.array([True, True]), post_of=np.array([1, -1], np.int32))
    assert "1 are standing at no post" in check(problem, lost).faults


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"post_of": np.zeros(2, np.int32)}, "post_of has not one row for each person"),
        ({"post_of": np.array([5], np.int32)}, "post_of names a post that does not exist"),
        ({"post_of": np.array([-2], np.int32)}, "post_of names a post that does not exist"),
        ({"prices": np.zeros(3, np.int64)}, "prices have not one row for each post"),
        ({"standing": np.zeros(0, np.bool_)}, "standing has not one row for each person"),
        ({"closed": np.zeros((2, 1), np.bool_)}, "closed has not one row for each tier"),
    ],
)
def test_a_solution_of_another_problem_is_answered(change: dict[str, Any], words: str) -> None:
    problem = day([Person()], [Post()])

    verdict = check(problem, replace(solve(problem), **change))

    assert not verdict.holds
    assert words in verdict.faults


@given(st.lists(st.integers(-(1 << 62), 1 << 62), max_size=50))
@settings(max_examples=100, deadline=None)
def test_a_sum_never_wraps(numbers: list[int]) -> None:
    assert _exact_sum(np.array(numbers, np.int64)) == sum(numbers)
