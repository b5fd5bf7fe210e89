"""Bad columns are refused whole, every fault named by row and column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dure.engine.matching import ProblemRefused, build_problem, solve
from dure.engine.matching.facts import Int32Array
from tests.engine.matching.cast import Person, Post, at, people_facts, post_facts

PEOPLE = people_facts([Person(), Person(skills=(1,))])
POSTS = post_facts([Post(), Post(languages=(1,))])


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("people", {"lat": np.array([0.0, 91.0])}, "people.lat, row 1: is above 90"),
        ("people", {"lon": np.array([-181.0, 0.0])}, "people.lon, row 0: is below -180"),
        ("people", {"lat": np.array([np.nan, 0.0])}, "people.lat, row 0: one of lat and lon is missing"),
        ("people", {"lat": np.array([np.inf, 0.0])}, "people.lat, row 0: is not a number"),
        ("people", {"person": np.array([5, 5])}, "people.person, row 1: repeats an id of an earlier row"),
        (
            "people",
            {"age": np.array([30, 31])},
            "people.age: is int64 of shape (2,), expected int16 with 2 rows",
        ),
        ("people", {"covered": [True, True]}, "people.covered: is no numpy array, expected bool with 2 rows"),
        (
            "people",
            {"cleared": np.array([True])},
            "people.cleared: is bool of shape (1,), expected bool with 2 rows",
        ),
        (
            "people",
            {"shift_max_min": np.array([480, 720], np.int32)},
            "people.shift_max_min, row 1: is above 600",
        ),
        (
            "people",
            {"yesterday_post": np.array([-1, 2], np.int32)},
            "people.yesterday_post, row 1: names no row",
        ),
        ("people", {"skill_person": np.array([2], np.int32)}, "people.skill_person, row 0: is above 1"),
        ("people", {"skill": np.array([-4], np.int32)}, "people.skill, row 0: is below 0"),
        ("people", {"free_to_min": np.array([at(0), at(24)])}, "people.free_to_min, row 0: is not after"),
        ("posts", {"lat": np.array([np.nan, 0.0])}, "posts.lat, row 0: is not a number"),
        ("posts", {"ends_min": np.array([at(9), at(13)])}, "posts.ends_min, row 0: is not after starts_min"),
        ("posts", {"ends_min": np.array([at(13), at(19) + 1])}, "row 1: makes a shift longer than 10 hours"),
        ("posts", {"tier": np.array([0, 1], np.int8)}, "posts.tier, row 0: is below 1"),
        ("posts", {"seats": np.array([1, -1], np.int32)}, "posts.seats, row 1: is below 0"),
        ("posts", {"language_post": np.array([7], np.int32)}, "posts.language_post, row 0: is above 1"),
    ],
)
def test_a_fault_is_named_by_table_column_and_row(table: str, change: dict[str, Any], words: str) -> None:
    people = replace(PEOPLE, **change) if table == "people" else PEOPLE
    posts = replace(POSTS, **change) if table == "posts" else POSTS

    with pytest.raises(ProblemRefused) as no:
        build_problem(people, posts)

    assert no.value.code == "match_problem_refused"
    assert no.value.facts["count"] == 1
    assert words in str(no.value)


def test_all_faults_come_in_one_refusal() -> None:
    people = replace(PEOPLE, lat=np.array([91.0, 92.0]), age=np.array([-2, 30], np.int16))
    posts = replace(POSTS, tier=np.array([4, 1], np.int8))

    with pytest.raises(ProblemRefused) as no:
        build_problem(people, posts)

    assert no.value.facts["faults"] == (
        "people.lat, row 0, 1: is above 90",
        "people.age, row 0: is below -1",
        "posts.tier, row 0: is above 3",
    )


def test_only_the_first_rows_of_many_are_named() -> None:
    people = people_facts([Person(days_waited=-1)] * 9)

    with pytest.raises(ProblemRefused, match=r"row 0, 1, 2, 3, 4 …: is below 0"):
        build_problem(people, POSTS)


@pytest.mark.parametrize("standing", [np.array([0], np.int32), np.array([0, 2], np.int32)])
def test_standing_placements_that_name_no_post_are_refused(standing: Int32Array) -> None:
    with pytest.raises(ProblemRefused, match="standing"):
        solve(build_problem(PEOPLE, POSTS), standing=standing)
