"""During the day nobody moves unless the day gains more by it than staying is worth, and nobody who is on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.peers.flow import reference_solve
from bench.synthetic_day import synthetic_day
from dure.engine.matching import (
    NO_POST,
    Problem,
    ProblemRefused,
    Rematch,
    Solution,
    build_problem,
    check,
    rematch,
    solve,
)
from dure.engine.matching.excerpt import excerpt
from dure.engine.matching.facts import Int32Array
from dure.engine.matching.rematch import UNKNOWN_PRICE
from dure.engine.matching.solve import seat_standing
from tests.engine.matching.cast import Person, Post, day, east

KM = 1_000.0
ASEL, BELA, CHIO = range(3)


def _rows(posts: Sequence[int]) -> Int32Array:
    return np.array(posts, np.int32)


def _again(
    problem: Problem,
    home: Sequence[int],
    *,
    fixed: Sequence[int] = (),
    prices: Sequence[int] = (),
    **more: Any,
) -> Rematch:
    on_the_way = np.zeros(problem.people.count, np.bool_)
    on_the_way[list(fixed)] = True
    unknown = [UNKNOWN_PRICE] * problem.posts.count
    return rematch(
        problem, home=_rows(home), fixed=on_the_way, start_prices=np.array(list(prices) or unknown), **more
    )


def _units(solution: Solution) -> list[int]:
    return [int(price) // solution.price_scale for price in solution.prices]


@st.composite
def _days(draw: st.DrawFn) -> tuple[Problem, Int32Array, Int32Array, int]:
    """A day; where people sit, if they may or not; who of them stays there; the price of staying."""
    places = st.integers(-6, 6).map(lambda km: east(KM * km))
    person = st.builds(
        Person,
        lon=places,
        travel_limit_m=st.sampled_from([2_500, 6_500, 20_000]),
        days_waited=st.sampled_from([0, 3, 400]),
        skills=st.sampled_from([(), (1,)]),
        yesterday_post=st.integers(-1, 0),
    )
    post = st.builds(
        Post,
        lon=places,
        seats=st.integers(0, 4),
        tier=st.integers(1, 3),
        skills=st.sampled_from([(), (), (1,)]),
    )
    people = draw(st.lists(person, max_size=20))
    posts = draw(st.lists(post, min_size=1, max_size=6))
    problem = day(people, posts)
    rows = st.integers(-1, len(posts) - 1)
    home = _rows(draw(st.lists(rows, min_size=len(people), max_size=len(people))))
    stays = draw(st.lists(st.booleans(), min_size=len(people), max_size=len(people)))
    seated = seat_standing(problem, np.where(np.array(stays, np.bool_), home, NO_POST).astype(np.int32))
    return problem, home, seated, draw(st.sampled_from([0, 1, 100, 5_000]))


@settings(max_examples=400, deadline=None)
@given(drawn=_days(), known=st.booleans())
def test_the_day_is_as_good_as_the_reference_and_whoever_is_on_the_way_stays(
    drawn: tuple[Problem, Int32Array, Int32Array, int], known: bool
) -> None:
    problem, home, seated, price = drawn
    prices = _units(solve(problem)) if known else []
    fixed = np.flatnonzero(seated != NO_POST)

    again = _again(problem, home.tolist(), fixed=fixed.tolist(), prices=prices, stability_units=price)

    reference = reference_solve(again.problem, standing=seated)
    assert again.solution.filled_by_tier.tolist() == reference.filled_by_tier.tolist()
    assert again.solution.cost_total == reference.cost_total
    assert again.solution.post_of[fixed].tolist() == home[fixed].tolist()
    assert check(again.problem, again.solution, agreed=seated).faults == ()
    held = home != NO_POST
    assert again.moved.tolist() == np.flatnonzero(held & (again.solution.post_of != home)).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_a_day_on_which_nothing_happens_moves_nobody(seed: int) -> None:
    problem = build_problem(*synthetic_day(600, demand=0.9, seed=seed))
    morning = solve(problem)

    again = _again(problem, morning.post_of.tolist(), prices=_units(morning), stability_units=1)

    assert again.moved.tolist() == []
    assert again.solution.post_of.tolist() == morning.post_of.tolist()
    assert again.solution.proven


# Asel, who keeps the near post, could reach the urgent one for 1 km. Bela is free, 600 m on the other side, and would
# rather do what Asel does: going to the urgent post costs Bela 1.6 km and 2 km of liking, so the swap gains 2 km.
@pytest.mark.parametrize(
    ("price", "where", "moved"),
    [
        pytest.param(199, [1, 0], [ASEL], id="the swap gains more than staying is worth"),
        pytest.param(201, [0, 1], [], id="staying is worth more than the swap gains"),
    ],
)
def test_an_urgent_post_moves_whoever_the_price_of_staying_says(
    price: int, where: list[int], moved: list[int]
) -> None:
    people = [Person(), Person(lon=east(-0.6 * KM), prefers=(0,))]
    problem = day(people, [Post(cause=0), Post(lon=east(KM), cause=1)])

    again = _again(problem, [0, NO_POST], stability_units=price)

    assert again.solution.post_of.tolist() == where
    assert again.moved.tolist() == moved
    assert check(again.problem, again.solution).faults == ()


def test_a_critical_post_is_filled_by_whoever_is_not_on_the_way() -> None:
    # Either would walk a kilometre more, but Bela would not like the work.
    urgent = Post(lon=east(KM), tier=1, cause=1)
    problem = day(
        [Person(), Person(lon=east(-5 * KM), prefers=(0,))], [Post(tier=3, seats=2, cause=0), urgent]
    )

    free = _again(problem, [0, 0])
    on_the_way = _again(problem, [0, 0], fixed=[ASEL])

    assert free.solution.post_of.tolist() == [1, 0]
    assert on_the_way.solution.post_of.tolist() == [0, 1]
    assert on_the_way.moved.tolist() == [BELA]


def test_a_critical_post_stays_open_when_everybody_is_on_the_way() -> None:
    problem = day([Person(), Person()], [Post(tier=3, seats=2), Post(tier=1)])

    again = _again(problem, [0, 0], fixed=[ASEL, BELA])

    assert again.solution.post_of.tolist() == [0, 0]
    assert again.solution.filled_by_tier.tolist() == [0, 0, 2]
    assert again.solution.proven


def test_a_seat_that_nobody_comes_to_is_filled_by_a_chain_of_moves() -> None:
    # Each can only reach the next post: Chio's seat is filled by Bela, and Bela's by Asel, who had none.
    places = [0.0, 2 * KM, 4 * KM]
    people = [Person(lon=east(place), travel_limit_m=2_500) for place in places[:2]]
    problem = day(people, [Post(lon=east(2 * KM), tier=2), Post(lon=east(4 * KM), tier=1)])

    again = _again(problem, [NO_POST, 0])

    assert again.solution.post_of.tolist() == [0, 1]
    assert again.moved.tolist() == [BELA]


def test_whoever_lost_their_seat_is_matched_anew() -> None:
    # The post has one seat left for three, one of them is on the way there, and one is not allowed there any more.
    people = [Person(refuses=(0,)), Person(), Person()]
    problem = day(people, [Post(cause=0), Post(cause=1, lon=east(KM))])

    again = _again(problem, [0, 0, 0], fixed=[CHIO])

    assert again.solution.post_of[CHIO] == 0
    assert sorted(again.solution.post_of[:CHIO].tolist()) == [NO_POST, 1]
    assert again.moved.tolist() == [ASEL, BELA]
    assert check(again.problem, again.solution).faults == ()


def test_a_town_after_no_shows_and_urgent_posts_is_as_good_as_matched_from_nothing_and_moves_few() -> None:
    people, posts = synthetic_day(3_000, demand=1.0, seed=3)
    morning = solve(build_problem(people, posts))
    dice = np.random.default_rng(3)
    placed = np.flatnonzero(morning.post_of != NO_POST)
    here = np.setdiff1d(np.arange(people.count), dice.choice(placed, 30, replace=False))
    posts = replace(posts, tier=np.where(np.arange(posts.count) < 5, 1, posts.tier).astype(np.int8))
    problem, home = build_problem(excerpt(people, here), posts), morning.post_of[here]

    again = _again(problem, home.tolist(), prices=_units(morning))
    anew, same_prices = solve(problem), solve(again.problem)

    assert again.solution.value == same_prices.value
    assert again.solution.filled_by_tier.tolist() == anew.filled_by_tier.tolist()
    moved_anew = int(((home != NO_POST) & (anew.post_of != home)).sum())
    assert len(again.moved) < moved_anew


@pytest.mark.parametrize(
    ("bad", "first"),
    [
        ({"home": _rows([0])}, "home: one post row or -1 for each person"),
        ({"home": _rows([0, 2])}, "home: one post row or -1 for each person"),
        ({"fixed": np.zeros(3, np.bool_)}, "fixed: one yes or no for each person"),
        ({"start_prices": np.zeros(3, np.int64)}, "start_prices: one price for each post"),
        ({"stability_units": -1}, "stability_units: 0 to 100000"),
        ({"fixed": np.array([False, True])}, "fixed: 1 hold no seat that they may keep, first row 1"),
        (
            {"home": _rows([0, 0]), "fixed": np.ones(2, np.bool_)},
            "fixed: 1 hold no seat that they may keep, first row 1",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(bad: dict[str, Any], first: str) -> None:
    problem = day([Person(), Person()], [Post(), Post()])
    good = {"home": _rows([0, -1]), "fixed": np.zeros(2, np.bool_), "start_prices": np.zeros(2, np.int64)}

    with pytest.raises(ProblemRefused) as refused:
        rematch(problem, **{**good, **bad})

    assert refused.value.facts["first"] == first


def test_a_rematch_that_where_people_sit_leads_nowhere_begins_as_on_a_morning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Seen in a replay: by the finest epsilon they changed places for ever. The answer is the same, only later."""
    problem, home = _town_after_no_shows()
    asked = _again(problem, home)
    monkeypatch.setattr(import_module("dure.engine.matching.solve"), "ROUNDS_FROM_SEATS_MAX", 0)

    anew = _again(problem, home)

    assert anew.solution.value == asked.solution.value
    assert anew.solution.filled_by_tier.tolist() == asked.solution.filled_by_tier.tolist()
    assert check(anew.problem, anew.solution).faults == ()


def test_what_is_cut_off_by_the_finest_epsilon_gets_more_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen in a replay: with as many steps as before, and nothing finer to come, it was cut off for ever."""
    problem, home = _town_after_no_shows()
    asked = _again(problem, home)
    market = import_module("dure.engine.matching.market").Market
    phase = market.phase

    def long(self: Any, eps: int) -> tuple[bool, bool, int]:
        bids_ended, ended, waiting = phase(self, eps)
        return bids_ended, ended and (eps > 1 or self.patience >= 8), waiting

    monkeypatch.setattr(market, "phase", long)

    later = _again(problem, home)

    assert later.solution.value == asked.solution.value
    assert check(later.problem, later.solution).faults == ()


def _town_after_no_shows() -> tuple[Problem, list[int]]:
    people, posts = synthetic_day(1_000, demand=1.0, seed=4)
    morning = solve(build_problem(people, posts))
    here = np.flatnonzero(morning.post_of != NO_POST)[20:]
    return build_problem(excerpt(people, here), posts), morning.post_of[here].tolist()
