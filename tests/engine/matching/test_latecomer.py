"""The latecomer gets the posts that the oracle ranks, by value less cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.matching import NO_POST, solve
from dure.engine.matching.facts import BoolArray
from dure.engine.matching.latecomer import PostIndex, index_posts, latecomer, nobody, rules_against
from dure.kernel.must import Broken
from tests.engine.matching.cast import Person, Post, at, cost, day, east, may, people_facts, post_facts

W = 30_000
LEADER, COOK, KOREAN, ENGLISH = 1, 2, 1, 2


def prepared(posts: list[Post]) -> PostIndex:
    return index_posts(post_facts(posts), tier_unit=W)


def seen(index: PostIndex, person: Person, open_seats: list[bool] | None = None) -> list[int]:
    opened: BoolArray = np.array(open_seats or [True] * index.posts.count, np.bool_)
    return [chance.post for chance in latecomer(index, people_facts([person]), open_seats=opened)]


def test_the_more_critical_post_comes_first_then_the_nearer() -> None:
    posts = [Post(tier=3), Post(lon=east(5_000)), Post(lon=east(1_000)), Post(tier=2)]

    assert seen(prepared(posts), Person()) == [2, 1, 3, 0]


def test_a_full_post_is_not_shown_and_no_more_than_eight_are() -> None:
    posts = [Post(lon=east(100 * k)) for k in range(12)]

    assert seen(prepared(posts), Person()) == list(range(8))
    assert seen(prepared(posts), Person(), [k % 2 == 1 for k in range(12)]) == [1, 3, 5, 7, 9, 11]
    assert seen(prepared(posts), Person(), [False] * 12) == []


@pytest.mark.parametrize(
    ("person", "post"),
    [
        (Person(), Post(skills=(COOK,))),
        (Person(free=((at(10), at(20)),)), Post()),
        (Person(refuses=(0,)), Post()),
        (Person(languages=(KOREAN,)), Post(languages=(ENGLISH,))),
        (Person(physical_max=1), Post(physical=2)),
        (Person(rested_from_min=at(10)), Post()),
        (Person(minutes_left_week=100), Post()),
        (Person(age=20), Post(min_age=21)),
        (Person(age=16), Post()),
        (Person(age=16, guardian_agreed=True), Post(night=True)),
        (Person(covered=False), Post()),
        (Person(briefed=False), Post()),
        (Person(cleared=False), Post(with_children=True)),
        (Person(travel_limit_m=999), Post(lon=east(1_000))),
        (Person(lat=float("nan"), lon=float("nan")), Post()),
    ],
)
def test_a_post_that_breaks_a_rule_is_never_shown(person: Person, post: Post) -> None:
    easy = replace(Person(), lat=person.lat, lon=person.lon)
    assert seen(prepared([post]), person) == []
    assert bool(seen(prepared([post]), replace(easy, skills=(COOK,), languages=(ENGLISH,)))) == (
        not np.isnan(person.lat)
    )


def test_the_rules_against_a_post_are_named() -> None:
    index = prepared([Post(skills=(LEADER,), night=True), Post()])
    child = people_facts([Person(age=16)])

    assert {rule.name for rule in rules_against(index, child, 0)} == {"skills", "minors", "guardian"}
    assert {rule.name for rule in rules_against(index, child, 1)} == {"guardian"}
    assert rules_against(index, people_facts([Person()]), 1) == ()


def test_one_person_asks_at_a_time() -> None:
    with pytest.raises(Broken):
        latecomer(prepared([Post()]), nobody(), open_seats=np.ones(1, np.bool_))


def test_a_limit_of_half_the_world_and_a_day_without_posts() -> None:
    index = prepared([Post(lon=179.9)])
    assert seen(index, Person(travel_limit_m=20_100_000)) == [0]
    assert seen(prepared([]), Person()) == []


A_POST = st.builds(
    Post,
    lon=st.integers(-12_000, 12_000).map(east),
    starts_min=st.sampled_from([at(8), at(9)]),
    tier=st.integers(1, 3),
    cause=st.integers(0, 2),
    skills=st.sets(st.integers(0, 70), max_size=2).map(tuple),
    languages=st.sets(st.integers(0, 2), max_size=2).map(tuple),
    min_age=st.sampled_from([0, 18]),
    night=st.booleans(),
    physical=st.integers(0, 3),
    with_children=st.booleans(),
)
A_PERSON = st.builds(
    Person,
    travel_limit_m=st.sampled_from([0, 3_000, 10_000, 400_000]),
    age=st.sampled_from([-1, 16, 40]),
    days_waited=st.integers(0, 50),
    physical_max=st.integers(-1, 3),
    guardian_agreed=st.booleans(),
    cleared=st.booleans(),
    skills=st.sets(st.integers(0, 70), max_size=40).map(tuple),
    languages=st.sets(st.integers(0, 2)).map(tuple),
    refuses=st.sets(st.integers(0, 2), max_size=1).map(tuple),
    prefers=st.sets(st.integers(0, 2), max_size=2).map(tuple),
    yesterday_post=st.integers(-1, 0),
)


@given(st.lists(A_POST, min_size=1, max_size=12), A_PERSON, st.data())
def test_what_is_shown_is_what_the_oracle_ranks(
    posts: list[Post], person: Person, data: st.DataObject
) -> None:
    size = len(posts)
    opened = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    index = prepared(posts)
    gains = {
        row: (4 - post.tier) * W - cost(person, post, row)
        for row, post in enumerate(posts)
        if opened[row] and may(person, post)
    }
    ranked = sorted(gains, key=lambda row: (-gains[row], row))[:8]

    shown = latecomer(index, people_facts([person]), open_seats=np.array(opened, np.bool_))

    assert [chance.post for chance in shown] == ranked
    assert [chance.gain for chance in shown] == [gains[row] for row in ranked]
    for row, post in enumerate(posts):
        allowed = not rules_against(index, people_facts([person]), row)
        assert allowed == may(replace(person, travel_limit_m=20_100_000), post)


@given(st.lists(A_PERSON, min_size=1, max_size=6), st.lists(A_POST, min_size=1, max_size=5))
def test_a_solved_day_leaves_no_open_seat_that_is_better_for_somebody_than_their_own(
    people: list[Person], posts: list[Post]
) -> None:
    """Complementary slackness with the price 0: what makes value less cost the right measure of an open seat."""
    solution = solve(day(people, posts))
    taken = np.bincount(solution.post_of[solution.post_of != NO_POST], minlength=len(posts))
    open_seats: BoolArray = taken < np.array([post.seats for post in posts])
    index = index_posts(post_facts(posts), tier_unit=solution.tier_unit)
    everywhere: BoolArray = np.ones(len(posts), np.bool_)
    for row, person in enumerate(people):
        own = int(solution.post_of[row])
        gains = {
            chance.post: chance.gain
            for chance in latecomer(index, people_facts([person]), open_seats=everywhere)
        }
        mine = max(gains[own], 0) if own != NO_POST else 0
        best = max((gain for post, gain in gains.items() if open_seats[post]), default=0)
        # To move one person over would gain the day this much: no more than the gap of the proof.
        assert best - mine <= solution.gap_units
