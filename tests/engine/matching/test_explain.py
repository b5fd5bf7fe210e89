"""Reasons: counted from the facts, for one post or one person, naming nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.matching import synthetic_problem
from dure.engine.matching import Lever, build_problem, feasible, solve, why_this_post, why_unfilled
from dure.engine.matching.explain import Cost
from tests.engine.matching.cast import Person, Post, at, day, east

NURSE = Person(skills=(1,))


def test_an_unfilled_post_tells_who_is_near_and_what_stops_them() -> None:
    people = [
        NURSE,
        Person(),  # no skill
        Person(briefed=False),  # no skill, and not briefed
        Person(skills=(1,), free=((at(12), at(20)),)),  # free later
        Person(skills=(1,), lon=east(12_000)),  # 2 km too far
        Person(skills=(1,), lon=east(90_000)),
    ]
    problem = day(people, [Post(seats=5, skills=(1,))])

    why = why_unfilled(problem, solve(problem), 0)

    assert (why.seats, why.filled, why.within_travel, why.feasible, why.placed_here) == (5, 1, 4, 1, 1)
    assert [(stop.rule, stop.count, stop.alone) for stop in why.stops] == [
        ("skills", 2, 1),
        ("briefing", 1, 0),
        ("hours", 1, 1),
    ]
    assert why.price == 0


def test_a_lever_counts_those_it_would_bring() -> None:
    people = [
        Person(),
        Person(),
        Person(skills=(1,), free=((at(11), at(20)),)),
        Person(skills=(1,), lon=east(12_000)),
        Person(skills=(1,), minutes_left_week=180),
    ]
    problem = day(people, [Post(seats=9, skills=(1,)), Post(seats=1)])

    why = why_unfilled(problem, solve(problem), 0)

    assert why.levers == (
        Lever("without_skill", 1, people_added=2, unplaced_added=1),
        Lever("ends_earlier", 60, people_added=1, unplaced_added=1),
        Lever("ends_earlier", 120, people_added=1, unplaced_added=1),
        Lever("starts_later", 120, people_added=1, unplaced_added=1),
        Lever("travel_farther", 5_000, people_added=1, unplaced_added=1),
    )


def test_a_lever_keeps_its_word_when_the_change_is_made() -> None:
    problem = synthetic_problem(1_500, seed=3)
    solution = solve(problem)
    everyone = np.arange(problem.people.count)
    tried = 0
    for row in range(0, problem.posts.count, 5):
        now = feasible(problem, everyone, np.full(len(everyone), row))
        for lever in why_unfilled(problem, solution, row).levers:
            if lever.name != "starts_later":
                continue
            starts, ends = problem.posts.starts_min.copy(), problem.posts.ends_min.copy()
            starts[row] += lever.amount
            ends[row] += lever.amount
            moved = build_problem(problem.people, replace(problem.posts, starts_min=starts, ends_min=ends))
            then = feasible(moved, everyone, np.full(len(everyone), row))
            assert lever.people_added == (then & ~now).sum()
            assert lever.unplaced_added == (then & ~now & (solution.post_of < 0)).sum()
            tried += 1
    assert tried > 0


def test_those_who_could_come_are_counted_by_the_tier_that_has_them() -> None:
    problem = day([NURSE, NURSE, Person()], [Post(tier=3, seats=4, skills=(1,)), Post(tier=1), Post(tier=2)])

    why = why_unfilled(problem, solve(problem), 0)

    assert why.placed_here + sum(why.placed_elsewhere_by_tier) == why.feasible == 2
    assert why.placed_elsewhere_by_tier in {(1, 0, 0), (0, 1, 0)}
    assert why.unplaced == 0


def test_a_placement_is_explained_by_its_cost_and_the_better_posts_that_were_full() -> None:
    near, far, later = Post(), Post(lon=east(4_000)), Post(lon=east(6_000), tier=3)
    minji, bora = Person(days_waited=1), Person(prefers=(3,), lon=east(0))
    problem = day([minji, bora], [near, far, later])
    solution = solve(problem)
    moved = int(np.flatnonzero(solution.post_of == 1)[0])

    why = why_this_post(problem, solution, moved)

    assert why.post == 1
    assert why.travel_m == pytest.approx(4_000)
    assert why.cost == (Cost(400, 0, -5, 0) if moved == 0 else Cost(400, 200, 0, 0))
    assert (why.feasible, why.within_travel, why.stops) == (3, 3, ())
    assert [(other.post, other.reason, other.price) for other in why.alternatives] == [
        (0, "full", 400),
        (2, "less_urgent", 0),
    ]


def test_open_posts_that_cost_more_or_as_much_are_said_so() -> None:
    twin, farther = Post(), Post(lon=east(100))
    problem = day([Person()], [Post(), twin, farther])
    solution = solve(problem)

    reasons = {other.post: other.reason for other in why_this_post(problem, solution, 0).alternatives}

    assert reasons == {1 - int(solution.post_of[0]): "equal", 2: "costs_more"}


def test_whoever_got_nothing_learns_what_stood_in_the_way() -> None:
    problem = day([Person(cleared=False), Person()], [Post(with_children=True), Post(lon=east(50_000))])

    why = why_this_post(problem, solve(problem), 0)

    assert (why.post, why.travel_m, why.cost, why.price) == (-1, None, None, 0)
    assert (why.within_travel, why.feasible, why.alternatives) == (1, 0, ())
    assert [(stop.rule, stop.alone) for stop in why.stops] == [("clearance", 1)]


def test_a_seat_given_up_since_is_shown_as_open_to_whoever_got_nothing() -> None:
    problem = day([Person(), Person()], [Post()])
    solution = solve(problem)
    given_up = replace(solution, post_of=np.full(2, -1, np.int32))

    assert [other.reason for other in why_this_post(problem, given_up, 0).alternatives] == ["open"]


def test_a_standing_placement_is_told_apart() -> None:
    problem = day([Person()], [Post(), Post(lon=east(100))])
    solution = solve(problem, standing=np.array([1], np.int32))

    why = why_this_post(problem, solution, 0)

    assert (why.post, why.standing) == (1, True)
