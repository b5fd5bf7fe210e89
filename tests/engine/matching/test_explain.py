"""Reasons: counted from the facts, for one post or one person, naming nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.peers.flow import reference_solve
from bench.synthetic_day import synthetic_problem
from dure.engine.matching import Lever, build_problem, feasible, solve, why_this_post, why_unfilled
from dure.engine.matching.changes import Change
from dure.engine.matching.excerpt import excerpt
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
        Lever("without_skill", 1, people_added=2, unplaced_added=1, placed_gain=2),
        Lever("ends_earlier", 60, people_added=1, unplaced_added=1, placed_gain=1),
        Lever("ends_earlier", 120, people_added=1, unplaced_added=1, placed_gain=1),
        Lever("starts_later", 120, people_added=1, unplaced_added=1, placed_gain=1),
        Lever("travel_farther", 5_000, people_added=1, unplaced_added=1, placed_gain=1),
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
    solution = reference_solve(problem)
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


@pytest.mark.parametrize(("nurses", "gain"), [(2, 0), (3, 2)])
def test_a_lever_brings_nobody_whose_seat_is_worth_more_where_they_are(nurses: int, gain: int) -> None:
    """Nurses sit on two critical seats. They are not worth moving, unless a third waits who could take over."""
    late = [Person(skills=(1,), free=((at(10), at(24)),))] * nurses
    critical = Post(tier=1, seats=2, skills=(1,), starts_min=at(14), ends_min=at(18))
    problem = day(late, [Post(tier=2, seats=2), critical])

    levers = why_unfilled(problem, reference_solve(problem), 0).levers

    later = next(lever for lever in levers if (lever.name, lever.amount) == ("starts_later", 60))
    assert (later.people_added, later.unplaced_added, later.placed_gain) == (nurses, nurses - 2, gain)


def test_a_lever_counts_no_more_than_the_seats_that_are_open() -> None:
    problem = day([Person()] * 5, [Post(seats=2, skills=(1,))])

    lever = why_unfilled(problem, solve(problem), 0).levers[0]

    assert (lever.name, lever.people_added, lever.placed_gain) == ("without_skill", 5, 2)


def test_the_day_gains_by_a_lever_exactly_when_it_says_so() -> None:
    """The match again, with a post that ends earlier: the prices alone said whether that is worth anything."""
    problem = synthetic_problem(1_000, demand=2.0, seed=8)
    solution = reference_solve(problem)
    posts, tried = problem.posts, {True: 0, False: 0}
    for row in np.flatnonzero(np.bincount(np.maximum(solution.post_of, 0)) < posts.seats):
        for lever in why_unfilled(problem, solution, int(row)).levers:
            if lever.name != "ends_earlier":
                continue
            ends_min = posts.ends_min.copy()
            ends_min[row] -= lever.amount
            after = reference_solve(build_problem(problem.people, replace(posts, ends_min=ends_min)))
            assert (after.value > solution.value) is (lever.placed_gain > 0)
            tried[lever.placed_gain > 0] += 1
    assert min(tried.values()) > 0


def test_a_person_learns_which_change_would_bring_a_better_post() -> None:
    """Minji has the useful post beside her; four others are closed to her for one reason each."""
    minji = Person(free=((at(9), at(13)),))
    problem = day(
        [minji],
        [
            Post(tier=3),
            Post(tier=1, lon=east(14_000)),
            Post(tier=2, skills=(7,)),
            Post(tier=2, starts_min=at(7), ends_min=at(11), lon=east(100)),
            Post(tier=1, starts_min=at(12), ends_min=at(15), lon=east(3_000)),
            Post(tier=1, starts_min=at(12), ends_min=at(16), lon=east(3_000)),
            Post(tier=1, skills=(8, 9)),
        ],
    )
    solution = solve(problem)

    changes = why_this_post(problem, solution, 0).changes

    assert solution.post_of.tolist() == [0]
    unit = solution.tier_unit
    assert [replace(change, travel_m=round(change.travel_m)) for change in changes] == [
        Change("free_later", 120, 4, 1, 3_000, "more_urgent", 2 * unit - 300),
        Change("travel_farther", 5_000, 1, 1, 14_000, "more_urgent", 2 * unit - 1_400),
        Change("another_skill", 7, 2, 2, 0, "more_urgent", unit),
        Change("free_earlier", 120, 3, 2, 100, "more_urgent", unit - 10),
    ]


@pytest.mark.parametrize(
    ("prefers", "far", "brings"), [((), True, "shorter_way"), ((4,), False, "better_liked")]
)
def test_a_change_says_in_which_way_the_post_is_better(
    prefers: tuple[int, ...], far: bool, brings: str
) -> None:
    own = Post(lon=east(4_000 if far else 0))
    problem = day([Person(prefers=prefers)], [own, Post(skills=(1,), cause=4, lon=east(10))])

    changes = why_this_post(problem, solve(problem), 0).changes

    assert [(change.name, change.amount, change.brings) for change in changes] == [
        ("another_skill", 1, brings)
    ]


def test_a_change_that_brings_only_a_seat_dearer_than_it_is_worth_is_not_named() -> None:
    """The near post would be possible with one more skill, but its seat is worth more to Bora."""
    minji, bora = Person(), Person(skills=(1,), travel_limit_m=1_000)
    problem = day([minji, bora], [Post(skills=(1,)), Post(lon=east(9_000), tier=2)])
    solution = solve(problem)
    assert solution.post_of.tolist() == [1, 0]

    alone = day([minji], [Post(skills=(1,)), Post(lon=east(9_000), tier=2)])

    # Bora has no other post, so the seat costs whatever he would lose: no less than Minji would gain.
    high = replace(solution, prices=np.array([4 * solution.tier_unit * solution.price_scale, 0]))
    assert why_this_post(problem, high, 0).changes == ()
    assert [c.brings for c in why_this_post(alone, solve(alone), 0).changes] == ["more_urgent"]


def test_whoever_got_nothing_learns_what_would_bring_a_post() -> None:
    problem = day([Person(lon=east(12_000)), Person(lat=float("nan"), lon=float("nan"))], [Post()])
    solution = solve(problem)

    far, unknown = (why_this_post(problem, solution, row).changes for row in (0, 1))

    assert [(change.name, change.brings, change.post) for change in far] == [("travel_farther", "a_post", 0)]
    assert unknown == ()


def test_a_change_that_brings_an_open_post_keeps_its_word() -> None:
    """The match with the change made: the day gains at least what was said, more where the old seat finds somebody."""
    problem = synthetic_problem(400, demand=1.6, seed=5)
    solution = reference_solve(problem)
    tried = 0
    for row in range(0, 400, 2):
        for change in why_this_post(problem, solution, row).changes:
            filled = (solution.post_of == change.post).sum() == problem.posts.seats[change.post]
            if change.name != "travel_farther" or filled:
                continue
            limit_m = problem.people.travel_limit_m.copy()
            limit_m[row] += change.amount
            after = reference_solve(
                build_problem(replace(problem.people, travel_limit_m=limit_m), problem.posts)
            )
            assert after.value - solution.value >= change.gain_units
            tried += 1
    assert tried > 0


def test_a_less_urgent_post_is_promised_to_nobody_however_dear_their_seat() -> None:
    """The auction may leave any price up to its value on a seat that nobody else wants."""
    problem = day([Person(lon=east(3_000))], [Post(tier=1), Post(tier=3, skills=(1,), lon=east(3_000))])
    solution = solve(problem)
    dear = replace(solution, prices=np.array([3 * solution.tier_unit * solution.price_scale, 0]))

    assert why_this_post(problem, dear, 0).changes == ()


def test_a_full_post_tells_what_most_have_who_sit_there_when_they_are_ten() -> None:
    def best(count: int) -> tuple[str, ...]:
        crew = [Person(lon=east(10.0), days_waited=3, yesterday_post=0)] * count
        problem = day([Person(lon=east(100.0)), *crew], [Post(seats=count), Post(lon=east(500.0))])
        why = why_this_post(problem, solve(problem), 0)
        assert (why.post, why.alternatives[0].reason) == (1, "full")
        return why.alternatives[0].full_of

    assert best(10) == ("nearer", "waited_longer", "here_yesterday")
    assert best(9) == ()


def test_an_excerpt_keeps_the_lists_of_its_rows_even_when_one_is_taken_twice() -> None:
    problem = day(
        [
            Person(skills=(3, 1), prefers=(2,)),
            Person(),
            Person(skills=(5,), free=((at(1), at(2)), (at(4), at(9)))),
        ],
        [Post()],
    )

    some = excerpt(problem.people, np.array([2, 0, 2]))

    assert list(zip(some.skill_person.tolist(), some.skill.tolist(), strict=True)) == [
        (0, 5),
        (1, 3),
        (1, 1),
        (2, 5),
    ]
    assert some.free_person.tolist() == [0, 0, 1, 2, 2]
    assert some.free_from_min.tolist() == [at(1), at(4), at(0), at(1), at(4)]
    assert (some.prefers_person.tolist(), some.prefers.tolist()) == ([1], [2])
    assert some.person.tolist() == [102, 100, 102]
    assert excerpt(problem.people, np.zeros(0, np.int64)).count == 0


def test_one_person_alone_is_told_the_same_when_the_taken_seats_are_given() -> None:
    """A room reads one person, not a country, to answer one person."""
    problem = synthetic_problem(800, demand=0.8, seed=2)
    solution = solve(problem)
    taken = np.bincount(solution.post_of[solution.post_of >= 0], minlength=problem.posts.count)
    for row in range(0, 800, 50):
        people = excerpt(problem.people, np.array([row]))
        alone = replace(
            solution, post_of=solution.post_of[row : row + 1], standing=solution.standing[row : row + 1]
        )

        why = why_this_post(build_problem(people, problem.posts), alone, 0, taken=taken)

        whole = why_this_post(problem, solution, row)
        assert replace(why, alternatives=()) == replace(whole, alternatives=())
        # Whom a post is full of is known only where all are known.
        assert list(why.alternatives) == [replace(other, full_of=()) for other in whole.alternatives]
