"""The process that answers: what it says, what it refuses, and what becomes of it when it must end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dure.analytics.analyst import Analyst, _understood
from dure.analytics.entries import write_entries
from dure.analytics.errors import EngineUnknown, FilesUnreadable, QuestionTooLong
from dure.analytics.rollup_files import write_rollups
from dure.kernel.must import Broken
from tests.analytics.histories import DAY, history, plain_rollups, random_steps

ENTRIES = history(random_steps(3, 300))


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(memory_mb=200, threads=1) as analyst:
        yield analyst


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """Entries and rollups of a history."""
    folder = tmp_path_factory.mktemp("files")
    write_entries(folder / "entries", [ENTRIES[:200], ENTRIES[200:]])
    by_day = sorted(plain_rollups(ENTRIES), key=lambda row: row.work_day)
    write_rollups(folder / "rollups", by_day)
    return sorted((folder / "entries").iterdir()), sorted((folder / "rollups").iterdir())


def test_one_process_answers_one_question_after_the_other(
    analyst: Analyst, files: tuple[list[Path], list[Path]], tmp_path: Path
) -> None:
    entries, stored = files
    seen: list[tuple[int, int]] = []
    found = analyst.compare(entries, stored=stored, campaign=1, watch=lambda *done: seen.append(done))
    assert (found.entry_count, found.difference_count) == (300, 0)
    assert found.peak_rss_bytes > 50_000_000
    assert seen
    none = analyst.compare(entries, stored=stored, campaign=2)
    assert none.entry_count == 0
    # Nobody booked anything in campaign 2, so all that is stored differs.
    assert none.difference_count == sum(any(row[5:]) for row in plain_rollups(ENTRIES))
    assert none.differences[0].recomputed is None
    analyst.ask("totals", rollups=stored, campaign=1, until=DAY, to=tmp_path / "totals")
    totals = sorted((tmp_path / "totals").iterdir())
    whole = [analyst.table("totals_by", totals=totals, level="campaign") for _ in range(2)]
    assert whole[0].rows == whole[1].rows
    of_the_day = [row for row in plain_rollups(ENTRIES) if row.work_day <= DAY]
    assert sum(row[2] for row in whole[0].rows) == sum(row.n for row in of_the_day)


def test_days_are_days_on_both_sides(analyst: Analyst, files: tuple[list[Path], list[Path]]) -> None:
    last = DAY + timedelta(days=9)
    answer = analyst.table("pace", rollups=files[1], campaign=1, areas=None, teams=[1, 2])
    assert {type(row[2]) for row in answer.rows} == {date}
    silent = analyst.table(
        "silent_teams", rollups=files[1], campaign=1, first_day=DAY, last_day=last, plan=str(files[1][0])
    )
    assert silent.columns == ("work_day", "team")
    withdrawn = {(row.work_day, row.team) for row in plain_rollups(ENTRIES)} - {
        (row.work_day, row.team) for row in plain_rollups(ENTRIES) if row.n > 0
    }
    assert set(silent.rows) == withdrawn


def test_a_torn_file_and_one_of_something_else_are_refused_and_the_process_goes_on(
    analyst: Analyst, files: tuple[list[Path], list[Path]], tmp_path: Path
) -> None:
    whole = files[0][0].read_bytes()
    (tmp_path / "torn.parquet").write_bytes(whole[: len(whole) // 2])
    pq.write_table(pa.table({"apples": [1]}), tmp_path / "apples.parquet")
    for name in ("torn.parquet", "apples.parquet", "nowhere.parquet"):
        with pytest.raises(FilesUnreadable):
            analyst.compare([tmp_path / name], stored=files[1], campaign=1)
    assert analyst.compare(files[0], stored=files[1], campaign=1).difference_count == 0


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(EngineUnknown, match="duckdb, spark"), Analyst(engine="abacus"):
        pytest.fail("it started")


def test_who_stops_the_work_ends_the_process_and_its_folder(files: tuple[list[Path], list[Path]]) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with Analyst(memory_mb=200, threads=1) as analyst:
        pid, scratch = analyst._process.pid, analyst.scratch
        with pytest.raises(KeyboardInterrupt):
            analyst.compare(files[0], stored=files[1], campaign=1, watch=stop)
        assert not scratch.exists()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_folders_of_processes_that_were_killed_are_deleted_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    asks = "import os; from dure.analytics.analyst import Analyst\nwith Analyst(): os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", asks], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    (left,) = tmp_path.iterdir()
    (tmp_path / left.name.replace("analytics", "elsewhere")).mkdir()
    others = {"dure-analytics-1-a", "dure-analytics-notes-a", f"dure-analytics-{9**30}-a"}
    for name in others:
        (tmp_path / name).mkdir()

    with Analyst(memory_mb=200, threads=1) as first, Analyst(memory_mb=200, threads=1):
        assert not left.exists()
        assert first.scratch.exists()

    assert {path.name for path in tmp_path.iterdir()} == others | {
        left.name.replace("analytics", "elsewhere")
    }


def test_a_question_that_takes_too_long_is_refused_and_the_process_ended(
    files: tuple[list[Path], list[Path]],
) -> None:
    with Analyst(memory_mb=200, threads=1) as analyst:
        with pytest.raises(QuestionTooLong):
            analyst.ask("compare", seconds_max=-1, entries=files[0], stored=files[1], campaign=1)
        assert not analyst.scratch.exists()


def test_a_process_that_dies_breaks_with_its_last_words() -> None:
    with Analyst(memory_mb=200, threads=1) as analyst, pytest.raises(Broken, match="only known questions"):
        analyst.ask("abracadabra")
    with Analyst(memory_mb=200, threads=1) as analyst:
        analyst._process.kill()
        with pytest.raises(Broken, match="ended with -9 and said: nothing"):
            analyst.ask("pace", rollups=[], campaign=1, areas=None, teams=None)


@pytest.mark.parametrize("line", [b"Segmentation fault", b"[1, 2]", b'{"id": 1}'])
def test_what_is_no_answer_breaks(line: bytes) -> None:
    with pytest.raises(Broken, match="what is no answer"):
        _understood(line)


def test_a_question_does_not_load_django() -> None:
    code = "import sys, dure.analytics.worker, dure.analytics.analyst; sys.exit('django' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False, capture_output=True)
    assert ran.returncode == 0, ran.stderr
