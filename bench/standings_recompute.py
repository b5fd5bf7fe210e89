"""The recompute of bench.standings: the facts as JSON on standard input, the figures on standard output."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
from ibis import Table, _

from bench.standings_days import FIRST_DAY
from dure.analytics.compare import Batch, compare
from dure.analytics.engines import Engine, open_engine, peak_rss_bytes

# As many days together as the worker takes of files of this size.
BATCH_DAYS = 20


@ibis.udf.scalar.builtin(name="add")  # type: ignore[untyped-decorator]  # Ibis ships no types
def days_later(day: dt.date, days: dt.int32) -> dt.date:
    """A day that many days later, reckoned by DuckDB itself: an interval would make it a moment first."""


def shifted(entries: Table, days: int, further: int) -> Table:
    """The entries as many days, and as many places in the log, later."""
    if not days:
        return entries
    return entries.mutate(
        log_index=_.log_index + further,
        points_at=_.points_at + further,
        work_day=days_later(entries.work_day, ibis.literal(days, "int32")),
    )


def batches(engine: Engine, files: list[Path], rounds: int, entries_a_day: int) -> list[Batch]:
    """The files in their order, ``rounds`` times, each time as many days later as there are files."""
    made = []
    for round_number in range(rounds):
        for first in range(0, len(files), BATCH_DAYS):
            entries = engine.read(files[first : first + BATCH_DAYS])
            later = round_number * len(files)
            first_day = FIRST_DAY + timedelta(days=later + first)
            made.append(Batch(shifted(entries, later, later * entries_a_day), first_day))
    return made


def main() -> None:
    asked: dict[str, Any] = json.load(sys.stdin)
    scratch = Path(asked["scratch"])
    scratch.mkdir()
    began = time.perf_counter()
    engine = open_engine("duckdb", scratch=scratch, memory_mb=asked["memory_mb"], threads=asked["threads"])
    opened = time.perf_counter()
    used = time.process_time()
    found = compare(
        engine,
        batches(engine, [Path(name) for name in asked["days"]], asked["rounds"], asked["entries_a_day"]),
        engine.read([Path(name) for name in asked["rollups"]]),
        scratch / "parts",
        lambda done, total: print(
            f"recompute: {done} of {total}, {time.perf_counter() - opened:.1f} s", file=sys.stderr
        ),
    )
    seconds = time.perf_counter() - opened
    figures = {
        "recompute_s": round(seconds, 2),
        "recompute_processor_s": round(time.process_time() - used, 2),
        "recompute_open_s": round(opened - began, 2),
        "entries_per_s": round(found.entry_count / seconds),
        "entries_recomputed": found.entry_count,
        "cells_compared": found.cell_count,
        "difference": found.difference_count,
        "recompute_peak_rss_gb": round(peak_rss_bytes() / 1e9, 3),
        "recompute_written_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_oublock * 512 / 1e9, 2),
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
