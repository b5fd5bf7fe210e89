"""Each rule alone: what it stops, what it lets pass, and that nothing else says no."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dure.engine.matching import RULES, feasible, solve, why_unfilled
from dure.engine.matching.rules import pack, stopped
from tests.engine.matching.cast import Person, Post, at, day, people_facts, post_facts

MINJI = Person()
TEEN = Person(age=16, guardian_agreed=True)

# rule, who may, who may not, the post
ONE_RULE_EACH = [
    ("skills", Person(skills=(7, 9)), Person(skills=(7,)), Post(skills=(7, 9))),
    ("hours", Person(free=((at(9), at(13)),)), Person(free=((at(9), at(13) - 1),)), Post()),
    ("cause", Person(refuses=(3,)), Person(refuses=(3, 4)), Post(cause=4)),
    ("language", Person(languages=(2,)), Person(languages=(3,)), Post(languages=(1, 2))),
    ("physical", Person(physical_max=2), Person(physical_max=1), Post(physical=2)),
    ("rest", Person(rested_from_min=at(9)), Person(rested_from_min=at(9) + 1), Post()),
    ("week_hours", Person(minutes_left_week=240), Person(minutes_left_week=239), Post()),
    ("shift_length", Person(shift_max_min=600), Person(), Post(ends_min=at(18))),
    ("age", Person(age=21), Person(age=20), Post(min_age=21)),
    ("guardian", TEEN, replace(TEEN, guardian_agreed=False), Post()),
    ("minors", Person(age=18), replace(TEEN, age=17), Post(hazardous=True)),
    ("minors", Person(age=18), replace(TEEN, age=17), Post(night=True)),
    ("minors", Person(age=18), replace(TEEN, age=17), Post(lone=True)),
    ("cover", MINJI, Person(covered=False), Post()),
    ("briefing", MINJI, Person(briefed=False), Post()),
    ("clearance", MINJI, Person(cleared=False), Post(with_children=True)),
]


def test_every_rule_is_tried_and_has_its_own_name_and_reason() -> None:
    names = [rule.name for rule in RULES]

    assert {name for name, *_ in ONE_RULE_EACH} == set(names)
    assert len(set(names)) == len({rule.reason for rule in RULES}) == len(names)


@pytest.mark.parametrize(("name", "who_may", "who_may_not", "post"), ONE_RULE_EACH)
def test_a_rule_stops_one_and_lets_the_other_pass(
    name: str, who_may: Person, who_may_not: Person, post: Post
) -> None:
    problem = day([who_may, who_may_not], [post])

    assert feasible(problem, np.array([0, 1]), np.array([0, 0])).tolist() == [True, False]
    assert solve(problem).post_of.tolist() == [0, -1]


@pytest.mark.parametrize(("name", "who_may", "who_may_not", "post"), ONE_RULE_EACH)
def test_the_rule_that_stops_somebody_is_named_and_no_other(
    name: str, who_may: Person, who_may_not: Person, post: Post
) -> None:
    problem = day([who_may, who_may_not], [post])

    stops = why_unfilled(problem, solve(problem), 0).stops

    assert [(stop.rule, stop.count, stop.alone) for stop in stops] == [(name, 1, 1)]


@pytest.mark.parametrize(("name", "who_may", "who_may_not", "post"), ONE_RULE_EACH)
def test_the_slow_twin_of_the_bits_agrees(
    name: str, who_may: Person, who_may_not: Person, post: Post
) -> None:
    people, posts = people_facts([who_may, who_may_not]), post_facts([post])

    for rule in RULES:
        no = stopped(rule, people, posts, np.array([0, 1]), np.array([0, 0]))
        assert no.tolist() == [False, rule.name == name]


@pytest.mark.parametrize(
    "missing",
    [
        Person(lat=float("nan"), lon=float("nan")),
        Person(free=()),
        Person(age=-1),
        Person(age=-1, guardian_agreed=True),
        Person(physical_max=-1),
        Person(minutes_left_week=0),
    ],
    ids=["home", "hours", "age", "age, though a guardian agreed", "strength", "week"],
)
def test_a_missing_fact_means_not_placeable(missing: Person) -> None:
    problem = day([missing], [Post()])

    assert solve(problem).post_of.tolist() == [-1]
    assert not feasible(problem, np.array([0]), np.array([0])).any()


def test_two_spans_that_touch_are_not_one() -> None:
    halves = Person(free=((at(9), at(11)), (at(11), at(13))))

    assert solve(day([halves, MINJI], [Post(seats=2)])).post_of.tolist() == [-1, 0]


@pytest.mark.parametrize("skill_count", [40, 56, 57, 58, 63, 64, 65, 121, 130])
def test_words_are_added_at_the_boundary_and_every_bit_counts(skill_count: int) -> None:
    """Each post needs one skill; each person lacks exactly one, so exactly the diagonal is forbidden."""
    skills = range(skill_count)
    people = [Person(skills=tuple(other for other in skills if other != own)) for own in skills]
    problem = day(people, [Post(skills=(own,)) for own in skills])
    person, post = (grid.ravel() for grid in np.indices((skill_count, skill_count)))

    allowed = feasible(problem, person, post).reshape(skill_count, skill_count)

    asks = sum(len(rule.asks(problem.posts)) for rule in RULES)
    assert problem.bits.need.shape == (skill_count, -(-asks // 64))
    assert np.array_equal(allowed, ~np.eye(skill_count, dtype=bool))


def test_rules_without_any_ask_still_make_one_word() -> None:
    bits = pack(people_facts([MINJI]), post_facts([]))

    assert bits.have.shape == (1, 1)
    assert not bits.masks.any()


def test_bits_of_two_rules_never_overlap() -> None:
    masks = day([MINJI], [Post(skills=(1, 2), languages=(1,), hazardous=True, with_children=True)]).bits.masks

    together = np.zeros_like(masks[0])
    for mask in masks:
        assert not (together & mask).any()
        together |= mask
