"""Files that can't be meant as they stand: everything that is wrong is told at once, with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dure.operations.match_files import (
    MatchFilesUnfit,
    read_match_files,
)
from dure.operations.match_tables import MatchFileMissing, MatchFileUnreadable
from tests.operations.match_rows import (
    Read,
    Row,
    at,
    frame,
    people_file,
    person,
    placed,
    post,
    posts_file,
    two_people,
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return Read(tmp_path)


def _no(read: Read, **rows: Any) -> str:
    with pytest.raises(MatchFilesUnfit) as no:
        read(**rows)
    return str(no.value)


WRONG_PEOPLE: list[tuple[Row, str]] = [
    ({"lat": 90.5}, "column lat, row 2 (person 2): 90.5 is not within -90 and 90 degrees: outside the world"),
    ({"lon": -180.5}, "column lon, row 2 (person 2): -180.5 is not within -180 and 180"),
    ({"lon": float("inf")}, "column lon, row 2 (person 2): inf is not within"),
    ({"lat": None}, "column lat, row 2 (person 2): a home with only one of lat and lon"),
    ({"lon": float("nan")}, "column lat, row 2 (person 2): a home with only one of lat and lon"),
    ({"person": 1}, "column person, row 2 (person 1): an id that an earlier row has"),
    ({"person": None}, "column person, row 2: empty. Give a number"),
    ({"travel_limit_m": -1}, "column travel_limit_m, row 2 (person 2): -1 is below 0"),
    ({"travel_limit_m": None}, "column travel_limit_m, row 2 (person 2): empty"),
    ({"age": 151}, "column age, row 2 (person 2): 151 is above 150"),
    ({"age": -1}, "column age, row 2 (person 2): -1 is below 0"),
    ({"days_waited": 40_000}, "column days_waited, row 2 (person 2): 40000 is above 36,500"),
    ({"free": [{"from": at(9), "to": at(9)}]}, "column free, row 2 (person 2): a span that does not end"),
    ({"free": [{"from": at(9), "to": at(8)}]}, "column free, row 2 (person 2): a span that does not end"),
    ({"free": [{"from": at(9), "to": None}]}, "column free, row 2 (person 2): a span without from or to"),
    ({"free": [None]}, "column free, row 2 (person 2): a span without from or to"),
    ({"skills": [" "]}, "column skills, row 2 (person 2): an empty name"),
    ({"refuses": [None]}, "column refuses, row 2 (person 2): an empty name"),
]
WRONG_POSTS: list[tuple[Row, str]] = [
    ({"seats": -1}, "column seats, row 2 (post 2): -1 is below 0"),
    ({"seats": None}, "column seats, row 2 (post 2): empty"),
    ({"tier": 0}, "column tier, row 2 (post 2): 0 is below 1"),
    ({"tier": 4}, "column tier, row 2 (post 2): 4 is above 3"),
    ({"post": 1}, "column post, row 2 (post 1): an id that an earlier row has"),
    ({"lat": None, "lon": None}, "column lat, row 2 (post 2): a post without a place"),
    ({"lat": -91.0}, "column lat, row 2 (post 2): -91.0 is not within"),
    ({"cause": None}, "column cause, row 2 (post 2): an empty name"),
    ({"starts_at": None}, "column starts_at, row 2 (post 2): empty. Give a time"),
    ({"ends_at": at(9)}, "column ends_at, row 2 (post 2): a shift that does not end after it starts"),
    ({"ends_at": at(19, 0, 1)}, "column ends_at, row 2 (post 2): a shift longer than 10 hours"),
    ({"min_age": None}, "column min_age, row 2 (post 2): empty"),
    ({"least_crew": 2}, "column least_crew, row 2 (post 2): more people than the post has seats"),
    ({"lead_post": 9, "people_per_lead": 1}, "column lead_post, row 2 (post 2): the id of no post"),
    ({"lead_post": 2, "people_per_lead": 1}, "column lead_post, row 2 (post 2): the post itself"),
    ({"lead_post": 1}, "column lead_post, row 2 (post 2): given without people_per_lead"),
    ({"people_per_lead": 3}, "column people_per_lead, row 2 (post 2): given without a column lead_post"),
]


@pytest.mark.parametrize(("said", "told"), WRONG_PEOPLE)
def test_a_wrong_cell_of_the_people_is_named(read: Read, said: Row, told: str) -> None:
    no = _no(read, people=[person(1), person(2, **said)])
    assert f"people.parquet, {told}" in no
    assert "Problems: 1." in no


@pytest.mark.parametrize(("said", "told"), WRONG_POSTS)
def test_a_wrong_cell_of_the_posts_is_named(read: Read, said: Row, told: str) -> None:
    first = post(1, **dict.fromkeys(set(said) - set(post(0))))
    no = _no(read, posts=[first, post(2, **said)])
    assert f"posts.parquet, {told}" in no
    assert "Problems: 1." in no


def test_all_that_is_wrong_in_both_files_is_told_at_once(read: Read) -> None:
    no = _no(
        read,
        people=[person(1, lat=99.0, age=-3), person(1)],
        posts=[post(1, seats=-1, skills=["Nurse"]), post(2, tier=9, skills=["nurse"])],
    )
    assert "Problems: 6." in no
    assert len([line for line in no.splitlines() if line.startswith("- ")]) == 6


def test_of_many_bad_rows_the_first_are_named_and_the_rest_counted(read: Read) -> None:
    no = _no(read, people=[person(number, age=200) for number in range(1_500)])
    assert "row 1 (person 0), row 2 (person 1), row 3 (person 2) and 1,497 more: 200 is above 150" in no


@pytest.mark.parametrize("other", ["Nurse", "nurse ", " nurse", "NURSE", "ｎurse"])
@pytest.mark.parametrize("column", ["skills", "languages"])
def test_two_spellings_of_one_name_are_refused_with_both(read: Read, column: str, other: str) -> None:
    no = _no(read, people=[person(1), person(2, **{column: ["nurse"]})], posts=[post(5, **{column: [other]})])
    assert "Problems: 1." in no
    assert f"people.parquet, column {column}, row 2 (person 2) says “nurse”" in no
    assert f"posts.parquet, column {column}, row 1 (post 5) says “{other}”: " in no or (
        f"posts.parquet, column {column}, row 1 (post 5) says “{other}” and " in no
    )


def test_two_spellings_in_one_file_are_refused_too(read: Read) -> None:
    no = _no(read, people=[person(1, prefers=["Harvest"]), person(2, refuses=["harvest"])], posts=[])
    assert "column prefers, row 1 (person 1) says “Harvest” and people.parquet, column refuses, row 2" in no


def test_of_many_names_in_two_spellings_some_are_told_and_the_rest_counted(read: Read) -> None:
    no = _no(read, people=[person(1, skills=[f"s{k}" for k in range(9)] + [f"S{k}" for k in range(9)])])
    assert "4 more names are written in two ways" in no


def test_times_with_and_without_a_time_zone_are_not_mixed(read: Read) -> None:
    posts = frame([post(1)], post(0)).with_columns(pl.col("starts_at", "ends_at").dt.replace_time_zone("UTC"))
    no = _no(read, posts=posts)
    assert "Problems: 1." in no
    assert "posts.parquet, column starts_at" in no
    assert "people.parquet, column free.from" in no
    assert "Write all times with a time zone, or all without" in no


@pytest.mark.parametrize(
    ("column", "other", "told"),
    [
        ("person", pl.lit("one"), "holds String, expected whole numbers (int64)"),
        ("age", pl.lit(True), "holds Boolean, expected whole numbers"),
        ("lat", pl.lit("35"), "holds String, expected numbers (float64)"),
        ("skills", pl.lit("nurse"), "holds String, expected lists of text (list<string>)"),
        ("skills", pl.lit([1]), "holds List(Int64), expected lists of text"),
        ("free", pl.lit([at(9)]), "expected lists of spans (list<struct<from: timestamp, to: timestamp>>)"),
        ("free", pl.lit(at(9)), "expected lists of spans"),
        ("days_waited", pl.lit(1.5), "row 1 (person 1), row 2 (person 2): 1.5 is no whole number"),
        ("days_waited", pl.lit(2**63, pl.UInt64), "9223372036854775808 is no whole number"),
    ],
)
def test_a_column_of_another_kind_is_named_with_what_is_expected(
    read: Read, column: str, other: pl.Expr, told: str
) -> None:
    no = _no(read, people=two_people(**{column: other}))
    assert f"people.parquet, column {column}" in no
    assert told in no
    assert "Problems: 1." in no


def test_ids_too_large_for_a_float_are_refused_rather_than_changed(read: Read) -> None:
    people = frame([person(1)], person(0)).with_columns(person=pl.lit(2.0**60))
    assert "is no whole number" in _no(read, people=people)


def test_missing_columns_are_all_named(read: Read) -> None:
    people = frame([person(1)], person(0)).drop("skills", "age")
    no = _no(read, people=people)
    assert "Problems: 2." in no
    assert "column skills is missing, expected lists of text (list<string>)" in no
    assert "column age is missing, expected whole numbers (int64). The file has person, lat, lon" in no


def test_a_table_of_something_else_is_answered(read: Read) -> None:
    no = _no(read, people=pl.DataFrame({"Name": ["Bora"]}), posts=pl.DataFrame())
    assert "column person is missing" in no
    assert "The file has Name." in no
    assert "The file has no columns." in no


def test_posts_with_children_ask_who_may_work_with_them(read: Read) -> None:
    no = _no(read, posts=[post(1, with_children=True)])
    assert "people.parquet has no column cleared" in no
    cleared = [person(1, cleared=False), person(2, cleared=True)]
    assert placed(read(cleared, [post(1, with_children=True, seats=2)])) == {2: 1}


@pytest.mark.parametrize("content", [b"", b"hello", b"PAR1" + bytes(200) + b"PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "wrong.parquet"
    wrong.write_bytes(content)
    with pytest.raises(MatchFileUnreadable) as no:
        read_match_files(wrong, posts_file(tmp_path / "posts.parquet", post(1)))
    assert str(wrong) in str(no.value)


def test_a_damaged_file_is_refused_and_never_a_crash(tmp_path: Path) -> None:
    people = people_file(tmp_path / "people.parquet", *(person(number) for number in range(50)))
    posts = posts_file(tmp_path / "posts.parquet", post(1))
    whole = people.read_bytes()
    refused = 0
    for start in range(0, len(whole), 151):
        people.write_bytes(whole[:start] + bytes(8) + whole[start + 8 :])
        try:
            read_match_files(people, posts)  # eight zeros may stand where nothing depends on them
        except (MatchFileUnreadable, MatchFilesUnfit):
            refused += 1
    assert refused > 3


@pytest.mark.parametrize("name", ["nowhere.parquet", "people.parquet/inside", "nul\0.parquet"])
def test_a_file_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    posts = posts_file(tmp_path / "people.parquet", post(1))
    with pytest.raises(MatchFileMissing):
        read_match_files(tmp_path / name, posts)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(MatchFileUnreadable, match="it is a folder"):
        read_match_files(tmp_path, tmp_path)
