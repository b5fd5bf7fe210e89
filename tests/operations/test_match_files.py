"""Anybody's files: what they say is what the match is asked, and what is written is the best day."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.matching import build_problem, check, solve
from dure.operations.match_files import (
    MatchOutputUnwritable,
    output_at,
    read_match_files,
    tiers_proven,
)
from tests.operations.match_rows import (
    Read,
    Row,
    at,
    best_by_trying_all,
    cost,
    frame,
    may,
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


WORDS = st.lists(st.sampled_from(["nurse", "driver", "cook"]), max_size=2)
CAUSES = st.sampled_from(["harvest", "school"])
HOURS = st.integers(6, 20)
SPANS = st.lists(
    st.tuples(HOURS, st.integers(1, 8)).map(
        lambda span: {"from": at(span[0]), "to": at(span[0]) + timedelta(hours=span[1])}
    ),
    max_size=2,
)
PEOPLE = st.lists(
    st.builds(
        person,
        st.just(0),
        lon=st.integers(-5, 5).map(lambda step: 126.7 + step / 100),
        lat=st.sampled_from([35.0, 35.02]),
        travel_limit_m=st.sampled_from([950, 4_000, 20_000]),
        skills=WORDS,
        languages=WORDS,
        refuses=st.lists(CAUSES, max_size=1),
        prefers=st.lists(CAUSES, max_size=1),
        free=st.one_of(st.just([{"from": at(6), "to": at(22)}]), SPANS),
        age=st.sampled_from([15, 17, 18, 70]),
        days_waited=st.sampled_from([0, 3, 400]),
        yesterday_post=st.sampled_from([None, 7, 10, 99]),
    ),
    max_size=5,
)
POSTS = st.lists(
    st.builds(
        post,
        st.just(0),
        lon=st.integers(-5, 5).map(lambda step: 126.7 + step / 100),
        skills=st.one_of(st.just([]), WORDS),
        languages=st.one_of(st.just([]), WORDS),
        cause=CAUSES,
        seats=st.integers(0, 2),
        tier=st.integers(1, 3),
        min_age=st.sampled_from([0, 16, 18]),
        starts_at=st.sampled_from([at(7), at(9)]),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(people=PEOPLE, posts=POSTS)
def test_no_day_is_better_than_the_one_written(
    tmp_path_factory: pytest.TempPathFactory, people: list[Row], posts: list[Row]
) -> None:
    folder = tmp_path_factory.mktemp("day")
    for number, row in enumerate(people):
        row["person"] = 100 - number
    for number, row in enumerate(posts):
        row["post"] = 7 + 3 * number
    files = read_match_files(
        people_file(folder / "people.parquet", *people), posts_file(folder / "posts.parquet", *posts)
    )
    solution = solve(build_problem(files.people, files.posts))
    with output_at(folder / "out.parquet") as output:
        output.write(files, solution)

    written = pl.read_parquet(folder / "out.parquet").rows()
    who_is = {row["person"]: row for row in people}
    where_is = {row["post"]: row for row in posts}
    pairs = [(who_is[who], where_is[where]) for who, where in written]
    assert all(may(who, where) for who, where in pairs)
    assert all(sum(where is row for _, where in pairs) <= row["seats"] for row in posts)
    fills = [sum(where["tier"] == tier for _, where in pairs) for tier in (1, 2, 3)]
    total = sum(cost(who, where) for who, where in pairs)
    assert (fills, total) == best_by_trying_all(people, posts)
    assert (fills, total) == (solution.filled_by_tier.tolist(), solution.cost_total)
    assert tiers_proven(files.posts, solution) == [True, True, True]
    assert [who for who, _ in written] == [row["person"] for row in people if row["person"] in dict(written)]


def test_a_thousand_people_are_placed_as_the_checker_finds_right(read: Read) -> None:
    dice = np.random.default_rng(3)
    people = [
        person(
            number,
            lon=126.7 + float(dice.uniform(-0.2, 0.2)),
            skills=["nurse"] if number % 3 else [],
            age=int(dice.integers(14, 80)),
        )
        for number in range(1_000)
    ]
    posts = [
        post(
            number,
            lon=126.7 + float(dice.uniform(-0.2, 0.2)),
            seats=int(dice.integers(1, 40)),
            tier=1 + number % 3,
            skills=["nurse"] if number % 2 else [],
            min_age=18 * (number % 2),
        )
        for number in range(50)
    ]
    files = read(people, posts)
    problem = build_problem(files.people, files.posts)
    assert check(problem, solve(problem)).holds


def test_nothing_but_the_rules_of_the_files_holds_anybody_back(read: Read) -> None:
    child = person(1, age=9, free=[{"from": at(0), "to": at(23)}])
    whole_night = post(1, starts_at=at(12), ends_at=at(22))  # ten hours, for a child: the files' own affair
    assert placed(read([child], [whole_night])) == {1: 1}


@pytest.mark.parametrize(
    ("unit", "zone"),
    [("ms", None), ("us", None), ("ns", None), ("us", "UTC"), ("ms", "Asia/Seoul"), ("ns", "Europe/London")],
)
def test_times_of_any_unit_and_zone_name_the_same_moments(read: Read, unit: Any, zone: str | None) -> None:
    moment = pl.Datetime(unit, "UTC" if zone else None)
    posts = frame([post(1)], post(0)).with_columns(
        pl.col("starts_at", "ends_at").cast(pl.Datetime(unit)).dt.replace_time_zone("UTC" if zone else None)
    )
    if zone:
        posts = posts.with_columns(pl.col("starts_at", "ends_at").dt.convert_time_zone(zone))
    people = two_people(free=pl.col("free").cast(pl.List(pl.Struct({"from": moment, "to": moment}))))
    files = read(people, posts)
    minutes = int(at(9).replace(tzinfo=UTC).timestamp()) // 60
    assert files.posts.starts_min.tolist() == [minutes]
    assert files.people.free_from_min.tolist() == [minutes - 180] * 2
    assert not files.rounded


WITH_AN_ODD_CLOCK = """
import sys
import pyarrow as pa
import pyarrow.parquet as pq
moment = pa.timestamp("us", "FixedOffset(540)")
kinds = {
    "free": pa.list_(pa.struct([("from", moment), ("to", moment)])), "starts_at": moment, "ends_at": moment
}
for path in sys.argv[1:]:
    table = pq.read_table(path)
    names = table.schema.names
    kept = pa.schema([(name, kinds.get(name, table.schema.field(name).type)) for name in names])
    pq.write_table(table.cast(kept), path)
"""
READ_THEM = """
import sys
from pathlib import Path
from dure.operations.match_files import read_match_files
print(read_match_files(*(Path(word) for word in sys.argv[1:])).posts.starts_min[0])
"""


def test_a_clock_of_an_unknown_name_still_tells_the_moment(tmp_path: Path) -> None:
    # In processes of their own: the library asks once in its life whether names of clocks matter.
    people, posts = (
        people_file(tmp_path / "people.parquet", person(1)),
        posts_file(tmp_path / "posts.parquet", post(1)),
    )
    for program in (WITH_AN_ODD_CLOCK, READ_THEM):
        words = [sys.executable, "-c", program, str(people), str(posts)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert int(done.stdout) == int(at(9).replace(tzinfo=UTC).timestamp()) // 60


def test_the_same_moment_told_by_two_clocks_is_one(read: Read) -> None:
    seoul = ZoneInfo("Asia/Seoul")
    free = [{"from": at(9).replace(tzinfo=seoul), "to": at(13).replace(tzinfo=seoul)}]
    people = frame([person(1)], person(0)).with_columns(
        free=pl.Series(
            [free],
            dtype=pl.List(pl.Struct({"from": pl.Datetime("us", "UTC"), "to": pl.Datetime("us", "UTC")})),
        )
    )
    posts = frame([post(1)], post(0)).with_columns(
        starts_at=pl.lit(at(0).replace(tzinfo=UTC)), ends_at=pl.lit(at(4).replace(tzinfo=UTC))
    )
    assert placed(read(people, posts)) == {1: 1}


def test_shifts_are_rounded_outwards_and_spans_inwards(read: Read) -> None:
    files = read(
        [person(1, free=[{"from": at(9, 0, 1), "to": at(13, 0, 59)}])],
        [post(1, starts_at=at(9, 0, 59), ends_at=at(13, 0, 1))],
    )
    nine = int(at(9).replace(tzinfo=UTC).timestamp()) // 60
    assert files.people.free_from_min.tolist() == [nine + 1]
    assert files.people.free_to_min.tolist() == [nine + 240]
    assert files.posts.starts_min.tolist() == [nine]
    assert files.posts.ends_min.tolist() == [nine + 241]
    assert files.rounded


def test_a_span_without_a_whole_minute_holds_nothing(read: Read) -> None:
    files = read([person(1, free=[{"from": at(9, 0, 10), "to": at(9, 0, 50)}])])
    assert files.hours_missing == 1


def test_times_before_the_epoch_round_the_same_way(read: Read) -> None:
    old = at(9, 0, 30).replace(year=1950)
    files = read(posts=[post(1, starts_at=old, ends_at=old + timedelta(hours=1))])
    assert files.posts.ends_min[0] - files.posts.starts_min[0] == 61


def test_nulls_and_empty_lists_say_nothing(read: Read) -> None:
    nothing: Row = {"skills": None, "languages": None, "refuses": None, "prefers": None, "free": None}
    files = read([person(1, **nothing), person(2)])
    assert files.people.skill.tolist() == files.people.refuses.tolist() == []
    assert (files.hours_missing, files.home_missing, files.age_missing) == (1, 0, 0)
    assert placed(files) == {2: 1}


def test_columns_of_nothing_but_nulls_are_lists_without_entries(read: Read) -> None:
    people = two_people(skills=pl.lit(None), languages=pl.lit([], dtype=pl.List(pl.Null)))
    assert len(placed(read(people))) == 1


def test_a_skill_named_twice_for_one_person_is_one_skill(read: Read) -> None:
    files = read([person(1, skills=["nurse", "nurse"])], [post(1, skills=["nurse"])])
    assert placed(files) == {1: 1}


def test_categories_and_fixed_lists_are_words_too(read: Read) -> None:
    people = two_people(skills=pl.lit(["nurse"], dtype=pl.List(pl.Categorical)))
    posts = frame([post(1, skills=["nurse"])], post(0)).with_columns(
        pl.col("cause").cast(pl.Categorical), pl.col("skills").cast(pl.Array(pl.String, 1))
    )
    assert len(placed(read(people, posts))) == 1


def test_whole_numbers_may_come_as_floats_with_gaps(read: Read) -> None:
    people = two_people(
        person=pl.Series([1.0, 2.0]),
        age=pl.Series([40.0, None]),
        travel_limit_m=pl.lit(4e9),
        days_waited=pl.lit(0, pl.UInt64),
    )
    files = read(people)
    assert files.people.age.tolist() == [40, -1]
    assert files.age_missing == 1
    assert placed(files) == {1: 1}


def test_whoever_has_no_home_or_age_stays_out_and_is_counted(read: Read) -> None:
    files = read([person(1, lat=None, lon=None), person(2, age=None), person(3, lat=float("nan"), lon=None)])
    assert (files.home_missing, files.age_missing) == (2, 1)
    assert placed(files) == {}


@pytest.mark.parametrize(("people", "posts"), [([], []), ([person(1)], []), ([], [post(1)])])
def test_without_people_or_posts_nobody_isplaced(read: Read, people: list[Row], posts: list[Row]) -> None:
    assert placed(read(people, posts)) == {}


def test_a_post_may_want_ten_million(read: Read) -> None:
    files = read([person(1), person(2)], [post(1, seats=10_000_000)])
    assert placed(files) == {1: 1, 2: 1}
    problem = build_problem(files.people, files.posts)
    assert check(problem, solve(problem)).faults == ()


def test_everyone_may_refuse(read: Read) -> None:
    assert placed(read([person(1, refuses=["harvest"])])) == {}


def test_yesterdays_post_is_found_by_its_id_and_forgotten_when_it_is_gone(read: Read) -> None:
    files = read(
        [person(1, yesterday_post=30), person(2, yesterday_post=31), person(3, yesterday_post=None)],
        [post(40), post(30)],
    )
    assert files.people.yesterday_post.tolist() == [1, -1, -1]


def test_columns_nobody_knows_are_named(read: Read) -> None:
    files = read([person(1, nickname="Bora")], [post(1, sponsor="Naju", cleared=True)])
    assert files.ignored_columns == ("people.nickname", "posts.sponsor", "posts.cleared")


def test_side_columns_are_handed_through(read: Read) -> None:
    files = read(
        [
            person(1, group=70, shifts_max=2, cleared=True),
            person(2, group=None, shifts_max=None, cleared=None),
        ],
        [
            post(5, least_crew=1, lead_post=6, people_per_lead=10, two_adults=True, with_children=True),
            post(
                6, least_crew=None, lead_post=None, people_per_lead=None, two_adults=None, with_children=None
            ),
        ],
    )
    sides = files.sides
    assert sides.given == ("group", "shifts_max", "least_crew", "lead_post", "people_per_lead", "two_adults")
    columns = [getattr(sides, name).tolist() for name in sides.given]
    assert columns == [[0, -1], [2, 1], [1, 0], [1, -1], [10, 0], [True, False]]
    assert files.people.cleared.tolist() == [True, False]
    assert files.posts.with_children.tolist() == [True, False]
    assert read().sides.given == ()


# What is written is there whole or not at all.


def test_an_output_that_is_never_finished_leaves_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_bytes(b"yesterday's")
    with pytest.raises(KeyboardInterrupt), output_at(out):
        raise KeyboardInterrupt
    assert out.read_bytes() == b"yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_an_output_that_is_a_link_is_written_where_it_points(read: Read, tmp_path: Path) -> None:
    files = read()
    solution = solve(build_problem(files.people, files.posts))
    (tmp_path / "link.parquet").symlink_to(tmp_path / "real.parquet")
    with output_at(tmp_path / "link.parquet") as output:
        assert output.write(files, solution) == 1
    assert pl.read_parquet(tmp_path / "real.parquet").rows() == [(1, 1)]
    assert (tmp_path / "link.parquet").is_symlink()


@pytest.mark.parametrize("name", ["", "nowhere/out.parquet", "nul\0"])
def test_an_output_that_cant_be_written_is_found_before_any_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(MatchOutputUnwritable), output_at(tmp_path / name):
        pytest.fail("work was begun")


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(MatchOutputUnwritable, match="a device"), output_at(Path("/dev/null")):
        pytest.fail("work was begun")
