"""Groups, least crews, leads, adults beside minors, further shifts: all kept, and never worth more than the bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.side_columns import with_sides
from bench.synthetic_day import synthetic_day
from dure.engine.matching import Problem, ProblemRefused, Solution, build_problem, check, solve
from dure.engine.matching.problem import cost_parts, feasible, travel_m
from dure.engine.matching.side_check import sides_broken
from dure.engine.matching.sides import Sides, build_sides
from tests.engine.matching.cast import Person, Post, at, day, east

COLUMNS = ("group", "shifts_max", "least_crew", "lead_post", "people_per_lead")


def sides_of(problem: Problem, **columns: Sequence[int]) -> Sides:
    given: dict[str, Any] = {
        name: np.array(values, np.bool_ if name == "two_adults" else np.int32)
        for name, values in columns.items()
    }
    return build_sides(problem.people, problem.posts, **given)


def settled(
    people: Sequence[Person],
    posts: Sequence[Post],
    standing: Sequence[int] | None = None,
    **columns: Sequence[int],
) -> Solution:
    """Solve and let the checker look at it."""
    problem = day(people, posts)
    sides = sides_of(problem, **columns)
    agreed = None if standing is None else np.array(standing, np.int32)
    solution = solve(problem, sides=sides, standing=agreed)
    assert check(problem, solution, sides=sides).faults == ()
    return solution


NEAR, FAR = Post(), Post(lon=east(3_000))


def test_a_group_goes_where_there_is_room_for_all() -> None:
    anna_and_ben = [Person(), Person()]

    alone = settled(anna_and_ben, [NEAR, replace(FAR, seats=2)], group=[-1, -1])
    together = settled(anna_and_ben, [NEAR, replace(FAR, seats=2)], group=[0, 0])

    assert sorted(alone.post_of.tolist()) == [0, 1]
    assert together.post_of.tolist() == [1, 1]
    assert together.side is not None
    assert (together.side.groups_kept, together.side.groups_apart, together.side.groups_home) == (1, 1, 0)
    assert together.side.lost_by_tier.tolist() == [0, 0, 0]


def test_a_group_with_no_room_for_all_stays_at_home_and_others_take_its_seats() -> None:
    anna, ben, chloe = Person(), Person(), Person(lon=east(1_000))

    solution = settled([anna, ben, chloe], [NEAR], group=[0, 0, -1])

    assert solution.post_of.tolist() == [-1, -1, 0]
    assert solution.side is not None
    assert solution.side.groups_home == 1
    assert solution.side.gap_units == 0


def test_the_others_of_a_group_join_who_stands_or_stay_at_home() -> None:
    people = [Person(), Person(lon=east(100)), Person(lon=east(200))]

    joined = settled(people, [NEAR, replace(FAR, seats=3)], standing=[1, -1, -1], group=[0, 0, 0])
    no_room = settled(people, [NEAR, replace(FAR, seats=2)], standing=[1, -1, -1], group=[0, 0, 0])

    assert joined.post_of.tolist() == [1, 1, 1]
    assert no_room.post_of.tolist() == [1, -1, -1]


def test_a_crew_that_is_too_small_gets_people_or_nobody() -> None:
    two_near = [Person(), Person()]
    big = Post(lon=east(2_000), seats=4, tier=2)

    enough = settled([*two_near, Person(), Person()], [NEAR, big], least_crew=[0, 3])
    short = settled(two_near, [NEAR, big], least_crew=[0, 3])
    any_number = settled(two_near, [NEAR, big], least_crew=[0, 0])

    assert np.bincount(enough.post_of).tolist() == [1, 3]
    assert sorted(short.post_of.tolist()) == [-1, 0]
    assert sorted(any_number.post_of.tolist()) == [0, 1]


def test_a_small_crew_is_made_up_from_posts_that_can_spare_somebody() -> None:
    people = [Person(lon=east(10 * k)) for k in range(5)]
    posts = [Post(seats=4, tier=2), Post(lon=east(2_000), seats=2, tier=2)]

    mended = settled(people, posts, least_crew=[0, 2])

    assert np.bincount(mended.post_of).tolist() == [3, 2]
    assert mended.side is not None
    assert mended.side.crews_mended == 1
    assert mended.side.lost_by_tier.tolist() == [0, 0, 0]


def test_nobody_works_where_no_lead_can_come() -> None:
    helpers = [Person() for _ in range(4)]
    nurse = Person(skills=(1,))
    posts = [Post(seats=4), Post(seats=1, skills=(1,))]

    led = settled([*helpers, nurse], posts, lead_post=[1, -1], people_per_lead=[3, 0])
    unled = settled(helpers, posts, lead_post=[1, -1], people_per_lead=[3, 0])
    free = settled(helpers, posts)

    assert led.post_of.tolist().count(0) == 3
    assert led.post_of[4] == 1
    assert unled.post_of.tolist() == [-1, -1, -1, -1]
    assert free.post_of.tolist() == [0, 0, 0, 0]


def test_minors_work_beside_two_cleared_adults_or_elsewhere() -> None:
    mia = Person(age=16, guardian_agreed=True)
    ada, bob = Person(), Person(lon=east(50))
    uncleared = replace(ada, cleared=False)
    posts = [Post(seats=3), Post(lon=east(4_000), seats=1, tier=3)]

    beside_two = settled([mia, ada, bob], posts, two_adults=[True, False])
    beside_one = settled([mia, uncleared, bob], posts, two_adults=[True, False])
    unasked = settled([mia, uncleared, bob], posts, two_adults=[False, False])

    assert beside_two.post_of.tolist() == [0, 0, 0]
    assert beside_one.post_of.tolist() == [1, 0, 0]
    assert unasked.post_of.tolist() == [0, 0, 0]


MORNING, NOON, EVENING = (
    Post(starts_min=at(8 + 4 * k), ends_min=at(11 + 4 * k), tier=k + 1) for k in range(3)
)


@pytest.mark.parametrize(
    ("who", "wishes", "shifts"),
    [
        ({}, 1, 1),
        ({}, 2, 2),
        ({"shift_max_min": 600}, 3, 3),
        # Eight hours are enough for two shifts of three hours, not for three.
        ({"shift_max_min": 480}, 3, 2),
        ({"minutes_left_week": 300}, 3, 1),
        ({"free": ((at(7), at(12)), (at(15), at(24)))}, 3, 2),
        ({"lon": east(20_000)}, 3, 0),
    ],
)
def test_who_wishes_for_more_gets_as_many_shifts_as_their_hours_and_rest_allow(
    who: dict[str, Any], wishes: int, shifts: int
) -> None:
    solution = settled([Person(**who)], [MORNING, NOON, EVENING], shifts_max=[wishes])

    assert (solution.post_of[0] >= 0) + len(solution.extra_post) == shifts


def test_all_shifts_of_a_day_lie_within_thirteen_hours() -> None:
    early, late = Post(starts_min=at(6), ends_min=at(9)), Post(starts_min=at(17), ends_min=at(20), tier=2)
    fits = replace(late, starts_min=at(16), ends_min=at(19))

    too_long = settled([Person()], [early, late], shifts_max=[2])
    long_enough = settled([Person()], [early, fits], shifts_max=[2])

    assert too_long.extra_post.tolist() == []
    assert long_enough.extra_post.tolist() == [1]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"group": [-2, 0]}, "people.group, row 0: is below -1"),
        ({"group": [0]}, "people.group: is int32 of shape (1,), expected int32 with 2 rows"),
        ({"shifts_max": [0, 1]}, "people.shifts_max, row 0: is below 1"),
        ({"least_crew": [2, 0, 0]}, "posts.least_crew, row 0: asks for more people than there are seats"),
        ({"lead_post": [3, -1, -1], "people_per_lead": [1, 0, 0]}, "posts.lead_post, row 0: names no row"),
        ({"lead_post": [1, -1, -1]}, "posts.people_per_lead, row 0: is below 1 though a post leads"),
        ({"people_per_lead": [2, 0, 0]}, "posts.people_per_lead, row 0: is given though no post leads"),
        (
            {"lead_post": [1, 0, 1], "people_per_lead": [1, 1, 1]},
            "posts.lead_post, row 0, 1: leads in a ring back to the post itself",
        ),
        (
            {"lead_post": [2, -1, -1], "people_per_lead": [1, 0, 0]},
            "posts.lead_post, row 0: names a post at another",
        ),
    ],
)
def test_sides_that_cannot_be_meant_are_refused(columns: dict[str, list[int]], said: str) -> None:
    problem = day([Person(), Person()], [NEAR, FAR, EVENING])

    with pytest.raises(ProblemRefused) as refused:
        sides_of(problem, **columns)

    faults = refused.value.facts["faults"]
    assert isinstance(faults, tuple)
    assert any(fault.startswith(said) for fault in faults)


def test_an_adult_who_stays_beside_minors_keeps_a_seat_from_the_one_who_comes() -> None:
    """Three seats: two minors of a group and one cleared adult take all, and the second adult finds none."""
    minor, adult = Person(age=15, guardian_agreed=True), Person(age=40, cleared=True)
    people = [minor, minor, adult, adult, minor, minor, minor, replace(minor, days_waited=9)]

    solution = settled(
        people, [Post(seats=3), Post(seats=0)], group=[0, 0, -1, -1, 0, 0, 1, 1], two_adults=[1, 0]
    )

    assert sorted(np.flatnonzero(solution.post_of == 0).tolist()) == [2, 3]


def test_who_said_yes_before_counts_without_being_matched() -> None:
    """Two cleared adults, a nurse and a crew of two are there already, on seats that are no seats of the match."""
    minor = Person(age=16, guardian_agreed=True)
    post = Post(seats=1)

    assert settled([minor], [post], two_adults=[1]).post_of.tolist() == [-1]
    assert settled([minor], [post], two_adults=[1], held=[2], held_adults=[2]).post_of.tolist() == [0]
    assert settled([Person()], [post], least_crew=[3], held=[2], held_adults=[0]).post_of.tolist() == [0]

    helpers = [Person(), Person(), Person()]
    led = {"lead_post": [1, -1], "people_per_lead": [3, 0], "held_adults": [0, 0]}
    posts = [Post(seats=3), Post(seats=0)]
    assert settled(helpers, posts, held=[0, 0], **led).post_of.tolist() == [-1, -1, -1]
    assert settled(helpers, posts, held=[0, 1], **led).post_of.tolist() == [0, 0, 0]
    one_left = settled(helpers, posts, held=[2, 1], **led).post_of.tolist()
    assert sorted(one_left) == [-1, -1, 0]


def test_without_sides_the_answer_says_nothing_of_them() -> None:
    solution = solve(day([Person()], [NEAR]))

    assert solution.side is None
    assert solution.relaxed is None


def _worth(problem: Problem, tier_unit: int, firsts: list[int], extras: list[tuple[int, int]]) -> int:
    total = 0
    for person, post in [(row, post) for row, post in enumerate(firsts) if post >= 0]:
        total += _pair(problem, tier_unit, person, post, again=False)
    return total + sum(_pair(problem, tier_unit, person, post, again=True) for person, post in extras)


def _pair(problem: Problem, tier_unit: int, person: int, post: int, *, again: bool) -> int:
    who, where = np.array([person]), np.array([post])
    cost = cost_parts(problem, who, where, travel_m(problem, who, where))
    waiting = int(cost.waiting[0]) if again else 0
    return (4 - int(problem.posts.tier[post])) * tier_unit - int(cost.total[0]) + waiting


def best_by_trying_all(problem: Problem, sides: Sides, tier_unit: int) -> int:
    """The most that any placement is worth that keeps all sides, by trying every one."""
    people, posts = problem.people.count, problem.posts.count
    may = [
        [post for post in range(posts) if feasible(problem, np.array([row]), np.array([post]))[0]]
        for row in range(people)
    ]
    best = 0
    nobody = np.zeros(people, np.bool_)
    for firsts in product(*[[-1, *posts] for posts in may]):
        if any(firsts.count(post) > problem.posts.seats[post] for post in range(posts)):
            continue
        wishing = [
            (row, post)
            for row in range(people)
            if sides.shifts_max[row] > 1 and firsts[row] >= 0
            for post in may[row]
            if post != firsts[row]
        ]
        for count in range(min(len(wishing), 3) + 1):
            for extras in combinations(wishing, count):
                value = _worth(problem, tier_unit, list(firsts), list(extras))
                if value <= best:
                    continue
                broken = sides_broken(
                    problem,
                    sides,
                    post_of=np.array(firsts, np.int32),
                    standing=nobody,
                    extra_person=np.array([person for person, _ in extras], np.int32),
                    extra_post=np.array([post for _, post in extras], np.int32),
                )
                if not broken:
                    best = value
    return best


PEOPLE = st.builds(
    Person,
    lon=st.integers(-4, 4).map(lambda km: east(1_000.0 * km)),
    travel_limit_m=st.sampled_from([2_500, 4_500, 9_500]),
    age=st.sampled_from([15, 17, 40, 40, 40]),
    guardian_agreed=st.just(True),
    cleared=st.booleans(),
    days_waited=st.sampled_from([0, 9]),
    skills=st.sampled_from([(), (), (1,)]),
    shift_max_min=st.sampled_from([300, 480, 600]),
)
POSTS = st.builds(
    Post,
    lon=st.integers(-4, 4).map(lambda km: east(1_000.0 * km)),
    starts_min=st.sampled_from([at(7), at(11), at(17)]),
    seats=st.integers(0, 4),
    tier=st.integers(1, 3),
    skills=st.sampled_from([(), (), (1,)]),
).map(lambda post: replace(post, ends_min=post.starts_min + 180))


@st.composite
def days(draw: st.DrawFn, people_max: int, posts_max: int) -> tuple[Problem, Sides]:
    people = draw(st.lists(PEOPLE, max_size=people_max))
    posts = draw(st.lists(POSTS, max_size=posts_max))
    problem = day(people, posts)
    leads = []
    for row, post in enumerate(posts):
        # Only earlier posts lead, so that nothing leads in a ring.
        could = [-1, -1, *(k for k in range(row) if posts[k].starts_min == post.starts_min)]
        leads.append(draw(st.sampled_from(could)))
    sides = sides_of(
        problem,
        group=draw(st.lists(st.integers(-1, 2), min_size=len(people), max_size=len(people))),
        shifts_max=draw(st.lists(st.integers(1, 2), min_size=len(people), max_size=len(people))),
        least_crew=[draw(st.integers(0, post.seats)) for post in posts],
        lead_post=leads,
        people_per_lead=[0 if lead < 0 else draw(st.integers(1, 3)) for lead in leads],
        two_adults=draw(st.lists(st.booleans(), min_size=len(posts), max_size=len(posts))),
    )
    return problem, sides


LIMITS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(LIMITS, max_examples=400)
@given(days(people_max=24, posts_max=8), st.randoms(use_true_random=False))
def test_every_side_holds_and_nothing_is_worth_more_than_the_bound(
    drawn: tuple[Problem, Sides], dice: Any
) -> None:
    problem, sides = drawn
    agreed = np.full(problem.people.count, -1, np.int32)
    for row in range(problem.people.count):
        if problem.posts.count and dice.random() < 0.1:
            agreed[row] = dice.randrange(problem.posts.count)

    for standing in (None, agreed):
        solution = solve(problem, sides=sides, standing=standing)

        assert check(problem, solution, sides=sides).faults == ()
        assert solution.side is not None
        assert solution.side.value <= solution.side.bound


SHARES: list[float] = []


# A mean of a sample: the same sample each time, or chance decides.
@settings(LIMITS, max_examples=60, derandomize=True)
@given(days(people_max=5, posts_max=3))
def _near_the_best(drawn: tuple[Problem, Sides]) -> None:
    problem, sides = drawn
    solution = solve(problem, sides=sides)
    best = best_by_trying_all(problem, sides, solution.tier_unit)
    side = solution.side
    assert side is not None
    assert side.value <= best <= side.bound
    if best:
        SHARES.append(side.value / best)


def test_the_bound_is_above_the_best_of_all_and_most_small_days_reach_it() -> None:
    run: Callable[[], None] = _near_the_best
    SHARES.clear()
    run()

    assert np.mean(SHARES) > 0.9


@pytest.mark.parametrize("kinds", [{"groups"}, {"crews"}, {"leads"}, {"adults"}, {"shifts"}, set()])
def test_a_town_keeps_each_kind_of_side_at_little_loss(kinds: set[str]) -> None:
    for seed in range(3):
        people, posts, sides = with_sides(*synthetic_day(3_000, seed=seed), seed=seed, kinds=frozenset(kinds))
        problem = build_problem(people, posts)

        solution = solve(problem, sides=sides)

        assert check(problem, solution, sides=sides).faults == ()
        assert solution.side is not None
        assert 0 <= solution.side.gap_share < 0.05


def test_equal_days_give_equal_answers_whatever_the_workers() -> None:
    people, posts, sides = with_sides(*synthetic_day(20_000, seed=4), seed=4)
    problem = build_problem(people, posts)

    one, two = solve(problem, sides=sides, workers=1), solve(problem, sides=sides, workers=2)

    assert np.array_equal(one.post_of, two.post_of)
    assert np.array_equal(one.extra_post, two.extra_post)
    assert one.side is not None
    assert two.side is not None
    assert one.side.bound == two.side.bound
