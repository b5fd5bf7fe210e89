"""What broke while the method was found (LIMITS.md, Matching), small enough to be tried each time.

Each day is built so that a match which keeps too few columns, trusts yesterday's prices or its own weights goes wrong,
or on for ever. All must end in the exact answer, with its proof.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bench.peers.flow import reference_solve
from bench.synthetic_day import synthetic_day
from dure.engine.matching import Problem, Solution, build_problem, check, solve
from dure.engine.matching.market import LOWERED_AFTER_STORM, Market
from tests.engine.matching.cast import Person, Post, day, east

# Columns kept for a person at a time; more posts than that are equally good in each day below.
COLUMNS = 16


def price_war(people_count: int, post_count: int, seats: int, *, same_tier: bool = True) -> Problem:
    """Equal people in one square, who all see the same nearest posts first, and too few seats for all.

    The posts stand a metre apart, so that nearly every price is a tie: bids rise by the least step there is.
    """
    people = [Person(days_waited=0) for _ in range(people_count)]
    posts = [
        # Never at half a unit of 10 m, where the last bit of a root decides which way it is rounded.
        Post(lon=east(place + 0.3), seats=seats, tier=1 if same_tier else 1 + place % 3)
        for place in range(post_count)
    ]
    return day(people, posts)


def crowd(people_count: int, post_count: int, seats: int, *, seed: int) -> Problem:
    """A crowd within 2 km, everyone able to take every post: hundreds of near ties beyond anybody's columns."""
    dice = np.random.default_rng(seed)
    people = [
        Person(
            lat=east(lat),
            lon=east(lon),
            travel_limit_m=60_000,
            days_waited=int(waited),
            prefers=(int(cause),),
        )
        for lat, lon, waited, cause in zip(
            dice.uniform(-1_000, 1_000, people_count),
            dice.uniform(-1_000, 1_000, people_count),
            dice.integers(0, 4, people_count),
            dice.integers(0, 3, people_count),
            strict=True,
        )
    ]
    posts = [
        Post(lat=east(lat), lon=east(lon), seats=seats, tier=1 + row % 3, cause=row % 4)
        for row, (lat, lon) in enumerate(dice.uniform(-1_000, 1_000, (post_count, 2)))
    ]
    return day(people, posts)


def far_behind_a_wall(count: int) -> Problem:
    """Everyone's sixteen nearest posts are full of those who can go nowhere else; their own are farther away."""
    stuck = [Person(travel_limit_m=500, days_waited=1) for _ in range(COLUMNS + 4)]
    free = [Person(travel_limit_m=60_000) for _ in range(count)]
    near = [Post(lon=east(10.0 * row)) for row in range(COLUMNS + 4)]
    far = [Post(lon=east(20_000 + 10.0 * row)) for row in range(count)]
    return day(free + stuck, near + far)


def chain(count: int, step_m: int, tier: int) -> Problem:
    """Each person steps one post further along the equator so that one seat more is filled."""
    people = [Person(lon=east(float(step_m * k)), travel_limit_m=step_m + 1) for k in range(count)]
    posts = [Post(lon=east(float(step_m * k)), tier=tier) for k in range(count + 1)]
    return day([*people, Person(travel_limit_m=1)], posts)


DAYS: dict[str, Any] = {
    "price war, twice the people": lambda: price_war(1_500, 60, 12),
    "price war, as many seats as people": lambda: price_war(600, 60, 10),
    "price war, one person too few": lambda: price_war(599, 60, 10),
    "price war over three tiers": lambda: price_war(900, 60, 10, same_tier=False),
    "price war with three posts": lambda: price_war(2_000, 3, 1),
    "crowd, single seats": lambda: crowd(700, 300, 1, seed=1),
    "crowd, as many seats as people": lambda: crowd(800, 200, 4, seed=2),
    "crowd, seats to spare": lambda: crowd(500, 300, 2, seed=3),
    "far behind a wall": lambda: far_behind_a_wall(200),
    "chain past the first tier unit": lambda: chain(12, 90_000, tier=3),
    "chain half way round the Earth": lambda: chain(45, 390_000, tier=1),
    "chain of 10 km steps": lambda: chain(120, 10_000, tier=2),
}


def _is_best(problem: Problem, solution: Solution) -> None:
    reference = reference_solve(problem)
    assert solution.filled_by_tier.tolist() == reference.filled_by_tier.tolist()
    assert solution.cost_total == reference.cost_total
    assert solution.proven
    assert check(problem, solution).faults == ()


@pytest.mark.parametrize("name", DAYS)
def test_it_ends_in_the_exact_answer(name: str) -> None:
    problem = DAYS[name]()

    _is_best(problem, solve(problem))


def test_a_tier_unit_too_small_for_a_long_chain_is_found_out_and_raised() -> None:
    """46 seats stand against 45 moves of 390 km: 17,550 km of way, where a seat is worth 300 km at first."""
    problem = chain(45, 390_000, tier=1)

    solution = solve(problem)

    assert solution.filled_by_tier.tolist() == [46, 0, 0]
    assert solution.tier_unit > 45 * 39_000 / 3
    assert check(problem, solution).tiers_proven == (True, True, True)


def test_a_storm_of_falling_prices_has_them_lowered_further_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = build_problem(*synthetic_day(1_500, demand=1.4, seed=6))
    calm = solve(problem)
    lowered: list[int] = []
    lowering = Market._lowering

    def heard(market: Market, by: int) -> int:
        lowered.append(lowering(market, by))
        return lowered[-1]

    monkeypatch.setattr(Market, "_lowering", heard)
    monkeypatch.setattr("dure.engine.matching.market.STORM_STEPS_A_POST", -1)

    stormy = solve(problem)

    assert set(lowered) == {LOWERED_AFTER_STORM}
    assert (stormy.value, stormy.cost_total) == (calm.value, calm.cost_total)
    assert stormy.proven


def _start_prices(kind: str, problem: Problem, cold: Solution) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Prices that another day might have left, in whole units."""
    dice, posts = np.random.default_rng(5), problem.posts.count
    exact = -(-cold.prices // cold.price_scale)
    return {
        "today's own": exact,
        "unknown": np.zeros(posts, np.int64),
        "of a day with far too few seats": np.full(posts, 3 * cold.tier_unit),
        "of other posts": dice.permutation(exact),
        "high where seats are open": np.where(exact == 0, 2 * cold.tier_unit, 0),
        "noise": exact + dice.integers(0, 500, posts),
        "larger than any value": np.full(posts, 1 << 40),
    }[kind].astype(np.int64)


@pytest.mark.parametrize(
    "kind",
    [
        "today's own",
        "unknown",
        "of a day with far too few seats",
        "of other posts",
        "high where seats are open",
        "noise",
        "larger than any value",
    ],
)
def test_a_warm_start_is_as_exact_as_a_cold_one(kind: str) -> None:
    """Whatever yesterday's prices are worth; warm bids in too small steps were slower than a cold start."""
    for problem in (
        build_problem(*synthetic_day(1_500, demand=0.8, seed=6)),
        build_problem(*synthetic_day(1_500, demand=1.4, seed=6)),
        price_war(300, 25, 6),
    ):
        cold = solve(problem)

        warm = solve(problem, start_prices=_start_prices(kind, problem, cold))

        assert warm.filled_by_tier.tolist() == cold.filled_by_tier.tolist()
        assert warm.cost_total == cold.cost_total
        assert check(problem, warm).faults == ()
