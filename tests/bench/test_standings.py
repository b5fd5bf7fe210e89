"""The benchmark of big questions measures what it says, and its two ways to the rollups are really two."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from bench.standings_days import make_cycle, write_days, write_rollups
from dure.analytics.analyst import Analyst


def test_days_shifted_by_the_question_give_what_was_kept_incrementally(tmp_path: Path) -> None:
    cycle = make_cycle(2_000)
    days = write_days(cycle, 2, tmp_path / "entries")
    stored = write_rollups(cycle, 4, tmp_path / "rollups")
    asked = {
        "days": [str(path) for path in days],
        "rollups": [str(path) for path in stored],
        "rounds": 2,
        "entries_a_day": 2_000,
        "scratch": str(tmp_path / "work"),
        "memory_mb": 200,
        "threads": 1,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "bench.standings_recompute"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(ran.stdout)
    assert (found["entries_recomputed"], found["difference"]) == (40_000, 0)
    assert found["cells_compared"] == sum(pq.read_metadata(path).num_rows for path in stored)


def test_a_unit_too_much_in_one_cell_is_found(tmp_path: Path) -> None:
    cycle = make_cycle(2_000)
    days = write_days(cycle, 1, tmp_path / "entries")
    where = tuple(index[0] for index in cycle.touched.nonzero())
    cycle.sums[where][1] += 1
    stored = write_rollups(cycle, 1, tmp_path / "rollups")
    with Analyst(memory_mb=200, threads=1) as analyst:
        found = analyst.compare(days, stored=stored, campaign=7)
    [difference] = found.differences
    assert difference.stored is not None
    assert difference.recomputed is not None
    assert difference.stored.quantity_milli == difference.recomputed.quantity_milli + 1
