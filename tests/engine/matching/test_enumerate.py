"""The checker finds all feasible pairs and no other, anywhere on Earth."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.peers.candidates import candidates
from dure.engine.matching import Problem
from dure.engine.matching.enumerate import every_pair
from dure.engine.matching.problem import great_circle_m, unit_vectors
from tests.engine.matching.cast import Person, Post, cost, day, east, haversine_m, may

# Half of all places lie near a pole or the date line, where boxes of degrees go wrong.
LATS = st.one_of(
    st.floats(-90, 90), st.floats(89.9, 90), st.floats(-90, -89.5), st.sampled_from([-90.0, 90.0])
)
LONS = st.one_of(st.floats(-180, 180), st.floats(179.9, 180), st.floats(-180, -179.9), st.just(-180.0))
LIMITS = st.sampled_from([0, 800, 5_000, 60_000, 400_000, 3_000_000, 19_000_000, 20_100_000])


def pairs_of(problem: Problem) -> list[tuple[int, int, int]]:
    """(person, post, cost) by post, then person."""
    return [
        (person, these.post, units)
        for these in every_pair(problem)
        for person, units in sorted(zip(these.person.tolist(), these.cost.tolist(), strict=True))
    ]


@settings(max_examples=150, deadline=None)
@given(
    homes=st.lists(st.tuples(LATS, LONS, LIMITS), max_size=12),
    sites=st.lists(st.tuples(LATS, LONS), max_size=5),
)
@example(homes=[(0.0, 180.0, 800)], sites=[(0.0, -180.0)])
@example(homes=[(90.0, 17.0, 800)], sites=[(90.0, -100.0)])
@example(homes=[(-60.0, -179.99, 5_000)], sites=[(-60.0, 179.99)])
def test_all_pairs_within_travel_are_found_anywhere_on_earth(
    homes: list[tuple[float, float, int]], sites: list[tuple[float, float]]
) -> None:
    people = [Person(lat=lat, lon=lon, travel_limit_m=limit) for lat, lon, limit in homes]
    posts = [Post(lat=lat, lon=lon) for lat, lon in sites]
    found = {(person, post) for person, post, _ in pairs_of(day(people, posts))}

    for row, person in enumerate(people):
        for column, post in enumerate(posts):
            slack_m = haversine_m(person, post) - person.travel_limit_m
            # Nearly opposite places are where an arcsine loses digits: a metre of 20,000 km is left to it.
            tolerance_m = 1e-3 if haversine_m(person, post) < 19e6 else 1.0
            if abs(slack_m) > tolerance_m:
                assert ((row, column) in found) == (slack_m < 0)


PEOPLE = st.lists(
    st.builds(
        Person,
        lat=st.floats(-0.1, 0.1),
        lon=st.floats(-0.1, 0.1),
        travel_limit_m=st.sampled_from([0, 3_000, 8_000, 15_000]),
        age=st.sampled_from([-1, 15, 17, 18, 40]),
        days_waited=st.integers(0, 60),
        physical_max=st.integers(-1, 3),
        covered=st.sampled_from([True, True, False]),
        cleared=st.booleans(),
        guardian_agreed=st.booleans(),
        skills=st.sampled_from([(), (1,), (1, 2)]),
        languages=st.sampled_from([(), (0,), (0, 1)]),
        refuses=st.sampled_from([(), (1,)]),
        prefers=st.sampled_from([(), (0,), (1, 2)]),
        yesterday_post=st.just(-1),
    ),
    max_size=14,
)
POSTS = st.lists(
    st.builds(
        Post,
        lat=st.floats(-0.1, 0.1),
        lon=st.floats(-0.1, 0.1),
        cause=st.integers(0, 2),
        skills=st.sampled_from([(), (1,), (2,)]),
        languages=st.sampled_from([(), (1,), (0, 1)]),
        min_age=st.sampled_from([0, 16, 18]),
        lone=st.booleans(),
        physical=st.integers(0, 3),
        with_children=st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(people=PEOPLE, posts=POSTS)
def test_pairs_and_costs_are_those_of_the_plain_words(people: list[Person], posts: list[Post]) -> None:
    wanted = [
        (row, column, cost(person, post, column))
        for column, post in enumerate(posts)
        for row, person in enumerate(people)
        if may(person, post)
    ]

    assert pairs_of(day(people, posts)) == wanted


@settings(max_examples=50, deadline=None)
@given(people=PEOPLE, posts=POSTS, left_out=st.sets(st.integers(0, 13)))
def test_whoever_is_left_out_has_no_pairs(
    people: list[Person], posts: list[Post], left_out: set[int]
) -> None:
    problem = day(people, posts)
    among = np.array([row not in left_out for row in range(len(people))], np.bool_)

    rows = {int(person) for these in every_pair(problem, among=among) for person in these.person}

    assert rows == {row for row, _, _ in pairs_of(problem) if row not in left_out}


@pytest.mark.parametrize(
    ("change", "units"),
    [
        ({}, 500),
        ({"prefers": (0,)}, 500),
        ({"prefers": (1,)}, 700),
        ({"days_waited": 12}, 440),
        ({"yesterday_post": 0}, 200),
        ({"prefers": (1,), "days_waited": 2, "yesterday_post": 0}, 390),
    ],
)
def test_the_price_list(change: dict[str, Any], units: int) -> None:
    bora = replace(Person(lon=east(5_000)), **change)

    assert pairs_of(day([bora], [Post()])) == [(0, 0, units)]


@pytest.mark.parametrize(("home_m", "found"), [(10_000.001, False), (9_999.999, True)])
def test_the_travel_limit_is_kept_to_the_millimetre(home_m: float, found: bool) -> None:
    assert bool(pairs_of(day([Person(lon=east(home_m))], [Post()]))) is found


def test_the_distance_is_the_textbook_haversine() -> None:
    dice = np.random.default_rng(5)
    lat, lon = dice.uniform(-90, 90, (2, 500)), dice.uniform(-180, 180, (2, 500))
    # Half of them close together, where the plain cosine formula would lose its digits.
    lat[1, ::2], lon[1, ::2] = lat[0, ::2] * 0.999999, lon[0, ::2]

    metres = great_circle_m(unit_vectors(lat[0], lon[0]), unit_vectors(lat[1], lon[1]))

    for k in range(500):
        textbook = haversine_m(Person(lat=lat[0, k], lon=lon[0, k]), Post(lat=lat[1, k], lon=lon[1, k]))
        assert math.isclose(metres[k], textbook, rel_tol=1e-9, abs_tol=1e-6)


def test_blocks_of_held_pairs_cover_every_post_once_whatever_their_size() -> None:
    found = candidates(day([Person()] * 5, [Post()] * 7))

    for pair_count_max in (1, 5, 12, 1000):
        blocks = found.blocks(pair_count_max)
        assert [post for start, stop in blocks for post in range(start, stop)] == list(range(7))
