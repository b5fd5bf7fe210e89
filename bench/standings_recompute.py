"""The recompute of bench.standings: the facts as JSON on standard input, the figures on standard output."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from bench.standings_days import FIRST_DAY
from dure.analytics.engines import open_engine, peak_rss_bytes
from dure.analytics.gathering import EntryFile, FileBatch, compare_files
from dure.analytics.rollups import STORY

# As many days together as the worker takes of files of this size.
BATCH_DAYS = 8


@dataclass(frozen=True, slots=True)
class Later(EntryFile):
    """A file's entries as many days, and as many places in the log, later."""

    days: int
    further: int

    def parts(self, names: Sequence[str]) -> Iterator[dict[str, NDArray[Any]]]:
        for part in EntryFile.parts(self, names):
            if self.days:
                for name in {"log_index", "work_day"} & part.keys():
                    part[name] = part[name] + part[name].dtype.type(self._by(name))
                points = part["points_at"].copy()
                points[points >= 0] += self.further
                part["points_at"] = points
            yield part

    def _by(self, name: str) -> int:
        return self.days if name == "work_day" else self.further


def batches(files: list[Path], rounds: int, entries_a_day: int) -> list[FileBatch]:
    """The files in their order, ``rounds`` times, each time as many days later as there are files."""
    made = []
    for round_number in range(rounds):
        later = round_number * len(files)
        for first in range(0, len(files), BATCH_DAYS):
            some = [Later(path, later, later * entries_a_day) for path in files[first : first + BATCH_DAYS]]
            made.append(FileBatch(some, FIRST_DAY + timedelta(days=later + first)))
    return made


def read_alone(files: list[Path], threads: int) -> float:
    """Seconds to read the columns that are summed, and do nothing with them: no recompute could be quicker."""

    def read(path: Path) -> None:
        for _ in EntryFile(path).parts(STORY):
            pass

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(read, files))
    return time.perf_counter() - began


def main() -> None:
    asked: dict[str, Any] = json.load(sys.stdin)
    scratch = Path(asked["scratch"])
    scratch.mkdir()
    days = [Path(name) for name in asked["days"]]
    began = time.perf_counter()
    engine = open_engine("duckdb", scratch=scratch, memory_mb=asked["memory_mb"], threads=asked["threads"])
    opened = time.perf_counter()
    used = time.process_time()
    found = compare_files(
        engine,
        batches(days, asked["rounds"], asked["entries_a_day"]),
        [Path(name) for name in asked["rollups"]],
        scratch / "parts",
        threads=asked["threads"],
        advance=lambda done, total: print(
            f"recompute: {done} of {total}, {time.perf_counter() - opened:.1f} s", file=sys.stderr
        ),
    )
    seconds = time.perf_counter() - opened
    peak = peak_rss_bytes()
    figures = {
        "recompute_s": round(seconds, 2),
        "recompute_processor_s": round(time.process_time() - used, 2),
        "recompute_open_s": round(opened - began, 2),
        "entries_per_s": round(found.entry_count / seconds),
        "entries_recomputed": found.entry_count,
        "cells_compared": found.cell_count,
        "difference": found.difference_count,
        "read_alone_s": round(asked["rounds"] * read_alone(days, asked["threads"]), 2),
        "recompute_peak_rss_gb": round(peak / 1e9, 3),
        "recompute_written_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_oublock * 512 / 1e9, 2),
    }
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
