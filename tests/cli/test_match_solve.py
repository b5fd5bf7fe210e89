"""`dure match solve`: from Parquet to Parquet, with words for people and figures for programs."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import polars as pl
import pytest

import dure.engine.matching
from dure.operations.match_files import PEOPLE_COLUMNS, PEOPLE_OPTIONAL, POST_COLUMNS, POST_OPTIONAL
from tests.cli.conftest import Dure, Said
from tests.operations.match_rows import at, people_file, person, post, posts_file

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto" / "match-your-own-data.md"
JSON_KEYS = {
    "people",
    "posts",
    "pairs",
    "seconds",
    "peak_rss_gb",
    "placed",
    "placed_by_tier",
    "seats_by_tier",
    "travel_km_mean",
    "gap_units",
    "tiers_proven",
    "objective",
    "side",
    "ignored_columns",
    "people_without",
    "times_rounded",
}


class Folder:
    """A folder with a day of three people and two posts, and the command on it."""

    def __init__(self, path: Path, dure: Dure) -> None:
        self.people = people_file(
            path / "people.parquet", person(3, days_waited=2), person(1, skills=["nurse"]), person(2, free=[])
        )
        self.posts = posts_file(path / "posts.parquet", post(10, skills=["nurse"]), post(20, tier=3, seats=2))
        self.out = path / "placed.parquet"
        self._dure = dure

    def solve(self, *more: object, **files: object) -> Said:
        named = {"people": self.people, "posts": self.posts, "out": self.out} | files
        options = [word for name, file in named.items() for word in (f"--{name}", file)]
        return self._dure("match", "solve", *options, *more)

    def left(self) -> list[str]:
        return sorted(path.name for path in self.out.parent.iterdir())


@pytest.fixture
def folder(tmp_path: Path, dure: Dure) -> Folder:
    return Folder(tmp_path, dure)


def test_who_goes_where_is_written_in_the_order_of_the_people(folder: Folder) -> None:
    said = folder.solve()
    assert said.code == 0, said.err
    written = pl.read_parquet(folder.out)
    assert dict(written.schema) == {"person": pl.Int64(), "post": pl.Int64()}
    assert written.rows() == [(3, 20), (1, 10)]
    assert folder.left() == ["people.parquet", "placed.parquet", "posts.parquet"]


def test_words_say_what_was_filled_what_is_proven_and_who_was_left_out(folder: Folder) -> None:
    people_file(
        folder.people,
        person(1, nickname="Bora"),
        person(2, free=[], nickname=""),
        person(3, lat=None, lon=None, age=None, nickname=""),
    )
    posts_file(folder.posts, post(10, starts_at=at(9, 0, 1)))
    out = folder.solve().out
    assert "1 of 3 people placed" in out
    assert "no better placement exists" in out
    assert "1 people have no free hours" in out
    assert "1 people have no home" in out
    assert "1 people have no age" in out
    assert "rounded outwards" in out
    assert "not used: people.nickname" in out


def test_programs_get_every_figure(folder: Folder) -> None:
    said = folder.solve("--json", "-")
    answer = said.json
    assert set(answer) == JSON_KEYS
    seconds = answer.pop("seconds")
    assert isinstance(seconds, dict)
    assert list(seconds) == ["total", "read", "build", "solve", "write"]
    assert seconds["total"] >= sum(seconds.values()) / 2 - 0.01  # a total is no less than its parts
    memory = answer.pop("peak_rss_gb")
    assert isinstance(memory, float)
    assert 0.01 < memory < 100
    assert answer == {
        "people": 3,
        "posts": 2,
        "pairs": 3,
        "placed": 2,
        "placed_by_tier": [1, 0, 1],
        "seats_by_tier": [1, 0, 2],
        "travel_km_mean": 0.0,
        "gap_units": 0.0,
        "tiers_proven": [True, True, True],
        "objective": -10,
        "side": None,
        "ignored_columns": [],
        "people_without": {"hours": 1, "home": 0, "age": 0},
        "times_rounded": False,
    }
    assert "2 of 3 people placed" in said.err


def test_groups_stay_together_and_the_answer_says_what_it_cost(folder: Folder) -> None:
    people_file(folder.people, person(1, group=4), person(2, group=4))
    answer = folder.solve("--json", "-").json

    assert answer["ignored_columns"] == []
    side = answer["side"]
    assert isinstance(side, dict)
    assert (side["groups_kept"], side["groups_home"], side["lost_by_tier"]) == (1, 0, [0, 0, 0])
    placed = pl.read_parquet(folder.out)
    assert placed["post"].n_unique() == 1
    assert placed["person"].to_list() == [1, 2]


def test_the_same_files_give_the_same_bytes(folder: Folder) -> None:
    folder.solve()
    first = folder.out.read_bytes()
    folder.solve()
    assert folder.out.read_bytes() == first


def test_it_says_what_memory_it_will_take_before_it_begins(folder: Folder) -> None:
    said = folder.solve()
    assert said.err.count("Needs about 0.1 GB of memory.") == 1


def test_more_memory_than_the_setting_allows_is_refused_and_nothing_is_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_MATCH_MEMORY_MB", "7")
    assert folder.solve().code == 0
    folder.out.unlink()
    monkeypatch.setattr(sys.modules["dure.engine.matching.solve"], "bytes_needed", lambda *_: 7_000_001)
    said = folder.solve("--json", "-")
    assert said.code == 1
    assert "match_too_large" in said.out
    assert folder.left() == ["people.parquet", "posts.parquet"]


@pytest.mark.parametrize("named", ["much", "0", "-5", "1.5"])
def test_a_memory_setting_that_is_no_whole_number_is_refused(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("DURE_MATCH_MEMORY_MB", named)
    said = folder.solve()
    assert said.code == 1
    assert f"DURE_MATCH_MEMORY_MB can't be '{named}'" in said.err


def test_no_database_is_needed(folder: Folder) -> None:
    # Without the mark of pytest-django any look at a database fails the test.
    assert folder.solve().code == 0


@pytest.mark.parametrize("empty", ["people", "posts", "both"])
def test_without_people_or_posts_an_empty_answer_is_written(folder: Folder, empty: str) -> None:
    if empty != "posts":
        people_file(folder.people)
    if empty != "people":
        posts_file(folder.posts)
    said = folder.solve("--json", "-")
    assert said.code == 0, said.err
    assert (said.json["placed"], said.json["travel_km_mean"]) == (0, 0.0)
    assert pl.read_parquet(folder.out).rows() == []


def test_a_refusal_names_all_faults_and_writes_nothing(folder: Folder) -> None:
    people_file(folder.people, person(1, age=200), person(1))
    said = folder.solve("--json", "-")
    assert said.code == 1
    assert "people.parquet, column age, row 1 (person 1): 200 is above 150" in said.err
    refused = said.json["refused"]
    assert isinstance(refused, dict)
    assert refused["code"] == "match_files_unfit"
    assert refused["facts"]["count"] == 2
    assert folder.left() == ["people.parquet", "posts.parquet"]


def test_a_file_that_is_not_there_is_named(folder: Folder) -> None:
    said = folder.solve(posts=folder.out.parent / "needs.parquet")
    assert said.code == 1
    assert "There is no file" in said.err
    assert "needs.parquet" in said.err


def test_an_answer_never_takes_the_place_of_a_question(folder: Folder) -> None:
    before = folder.people.read_bytes()
    (folder.out.parent / "twin.parquet").hardlink_to(folder.people)
    for out in (
        folder.people,
        folder.out.parent / "." / "people.parquet",
        folder.out.parent / "twin.parquet",
    ):
        said = folder.solve(out=out)
        assert said.code == 1
        assert "the file of --people, which would be lost" in said.err
    assert folder.people.read_bytes() == before


def test_the_figures_take_no_other_files_place_either(folder: Folder) -> None:
    said = folder.solve("--json", folder.out)
    assert said.code == 1
    assert "it is the file of --out. Name another file with --json" in said.err
    before = folder.people.read_bytes()
    assert folder.solve("--json", folder.people).code == 1
    assert folder.people.read_bytes() == before


def test_where_nothing_can_be_written_nothing_is_solved(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dure.engine.matching, "solve", lambda *_, **__: pytest.fail("it was solved"))
    said = folder.solve(out=folder.out.parent / "nowhere" / "placed.parquet")
    assert said.code == 1
    assert "can't be written" in said.err
    assert "--out" in said.err


def test_stopped_in_the_middle_it_leaves_what_was_there(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    folder.out.write_bytes(b"yesterday's")
    monkeypatch.setattr(dure.engine.matching, "solve", stopped)
    said = folder.solve()
    assert said.code == 130
    assert "was not written" in said.err
    assert folder.out.read_bytes() == b"yesterday's"
    assert folder.left() == ["people.parquet", "placed.parquet", "posts.parquet"]


def test_figures_can_go_to_a_file(folder: Folder) -> None:
    figures = folder.out.parent / "figures.json"
    assert folder.solve("--json", figures).code == 0
    assert json.loads(figures.read_text())["placed"] == 2


def _howto() -> str:
    return HOWTO.read_text(encoding="utf-8")


def test_the_example_of_the_page_works_as_it_stands(
    dure: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = re.search(r"^```python\n(.*?)^```$", _howto(), re.M | re.S)
    command = re.search(r"^    dure (.*)$", _howto(), re.M)
    answer = re.search(r"^\| person \| post \|\n\|---\|---\|\n((?:\|.*\n)+)", _howto(), re.M)
    assert program
    assert command
    assert answer
    exec(program[1], {})  # noqa: S102 (our own page)
    said = dure(*shlex.split(command[1]))
    assert said.code == 0, said.err
    told = [tuple(int(cell) for cell in re.findall(r"\d+", row)) for row in answer[1].splitlines()]
    assert pl.read_parquet("placed.parquet").rows() == told
    assert json.loads(Path("answer.json").read_text())["tiers_proven"] == [True, True, True]


@pytest.mark.parametrize(
    ("heading", "needed", "optional"),
    [("The people", PEOPLE_COLUMNS, PEOPLE_OPTIONAL), ("The posts", POST_COLUMNS, POST_OPTIONAL)],
)
def test_the_page_lists_every_column_as_the_program_knows_it(
    heading: str, needed: dict[str, str], optional: dict[str, str]
) -> None:
    section = _howto().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]*)\|$", section, re.M)
    assert {name: kind.replace("`", "") for name, kind, _ in rows} == needed | optional
    assert {name for name, _, says in rows if says.startswith("May be left out")} == set(optional)
