"""Spark gives the same answers as DuckDB, to the unit: the expressions are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from ibis import Table

from dure.analytics import questions
from dure.analytics.compare import Batch, compare
from dure.analytics.engines import Engine, open_engine
from dure.analytics.entries import write_entries
from dure.analytics.errors import SparkMissing
from dure.analytics.rollup_files import write_rollups
from dure.analytics.rollups import rollups
from dure.analytics.types import Rollup
from tests.analytics.histories import (
    DAY,
    QUICK_FOR_LITTLE,
    history,
    plain_people,
    plain_rollups,
    random_steps,
)

ENTRIES = history(random_steps(7, 1_500))
LAST = DAY + timedelta(days=9)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="dure-spark-") as name:
        folder = Path(name)
        write_entries(folder / "entries", [ENTRIES[:700], ENTRIES[700:]])
        write_rollups(folder / "rollups", plain_rollups(ENTRIES))
        yield folder


@pytest.fixture(scope="module")
def engines(folder: Path) -> Iterator[tuple[Engine, Engine]]:
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(QUICK_FOR_LITTLE, encoding="ascii")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SPARK_CONF_DIR", str(folder / "conf"))
            spark = open_engine("spark", scratch=folder, memory_mb=700, threads=2)
    except SparkMissing as missing:
        pytest.fail(f"{missing} `python -m tools.provide spark` gets both.")
    duckdb = open_engine("duckdb", scratch=folder, memory_mb=200, threads=1)
    yield duckdb, spark
    duckdb.close()
    spark.close()


def test_both_recompute_the_rollups_that_plain_python_gives(
    engines: tuple[Engine, Engine], folder: Path
) -> None:
    for engine in engines:
        entries = engine.read([folder / "entries"])
        assert tuple(Rollup(*row) for row in engine.rows(rollups(entries))) == plain_rollups(ENTRIES)


def test_both_name_the_one_cell_that_was_forged(engines: tuple[Engine, Engine], folder: Path) -> None:
    true = plain_rollups(ENTRIES)
    write_rollups(folder / "forged", [true[0]._replace(out_milli=true[0].out_milli + 1), *true[1:]])
    for engine in engines:
        batch = Batch(engine.read([folder / "entries"]), DAY)
        stored = engine.read([folder / "forged"])
        found = compare(engine, [batch], stored, folder / f"scratch-{type(engine).__name__}")
        assert (found.entry_count, found.cell_count) == (1_500, len(true))
        [row] = found.differences
        assert row[:5] == true[0].cell
        assert (row[7], row[13]) == (true[0].out_milli + 1, true[0].out_milli)


@pytest.mark.parametrize(
    "question",
    [
        lambda sums: questions.totals_by("team", questions.totals(sums, DAY + timedelta(days=6))),
        lambda sums: questions.top_teams(questions.totals(sums), 2, 5),
        lambda sums: questions.pace(sums, teams=[1, 2, 3]),
        lambda sums: questions.completeness(
            questions.planned(sums.select("team", "work_day"), DAY, LAST),
            questions.reporting(sums, DAY, LAST),
        ),
        lambda sums: questions.usual(sums, DAY, LAST).order_by("day_number", "team"),
    ],
    ids=["totals", "top", "pace", "completeness", "usual"],
)
def test_both_answer_the_same(
    engines: tuple[Engine, Engine], folder: Path, question: Callable[[Table], Table]
) -> None:
    first, second = (engine.rows(question(engine.read([folder / "rollups"]))) for engine in engines)
    assert first == second


def test_both_count_the_same_people(engines: tuple[Engine, Engine], folder: Path) -> None:
    for engine in engines:
        found = engine.rows(questions.people(questions.seen(engine.read([folder / "entries"]))))
        assert {
            (level, indicator, where): heads for level, _, indicator, where, heads in found
        } == plain_people(ENTRIES)


def test_without_java_spark_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SparkMissing, match="no Java was found"):
        open_engine("spark", scratch=tmp_path, memory_mb=700, threads=1)
