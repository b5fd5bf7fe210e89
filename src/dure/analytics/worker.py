"""A question in a process of its own: DuckDB's memory is given back whole, and can't take the server down.

``python -m dure.analytics.worker`` reads one JSON object from standard input: ``entries`` (folder of
Parquet parts), ``rollups`` (file to write), ``memory_mb``, ``threads``; it answers with one: ``entry_count``,
``peak_rss_bytes``. Callers use :func:`recompute`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

import ibis
import polars as pl

from dure.analytics.rollups import rollups
from dure.analytics.types import Difference, Recomputed, Rollup
from dure.kernel.must import Broken, must

MEMORY_MB = 700
THREADS = 2
_KIBIBYTE = 1024


class Question(TypedDict):
    entries: str
    rollups: str
    memory_mb: int
    threads: int


class Answer(TypedDict):
    entry_count: int
    peak_rss_bytes: int


def recompute(folder: Path, *, memory_mb: int = MEMORY_MB, threads: int = THREADS) -> Recomputed:
    """The rollups of the entries that :func:`~dure.analytics.entries.write_entries` wrote into ``folder``.

    ``memory_mb`` limits what DuckDB holds; beyond it DuckDB spills to a folder that is deleted afterwards.
    A worker that dies raises Broken with its last words.
    """
    must(memory_mb >= 1 and threads >= 1, "a question needs memory and a thread")
    with tempfile.TemporaryDirectory(prefix="dure-analytics-") as scratch:
        out = Path(scratch) / "rollups.parquet"
        question = Question(entries=str(folder), rollups=str(out), memory_mb=memory_mb, threads=threads)
        ran = subprocess.run(
            [sys.executable, "-m", "dure.analytics.worker"],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=False,
            cwd=scratch,
        )
        if ran.returncode != 0:
            last_words = ran.stderr.strip().splitlines()[-1:] or ["nothing"]
            raise Broken(f"the analytics process ended with {ran.returncode} and said: {last_words[0]}")
        answer: Answer = json.loads(ran.stdout)
        rows = pl.read_parquet(out).select(Rollup._fields).rows()
    return Recomputed(
        rollups=tuple(Rollup(*row) for row in rows),
        entry_count=answer["entry_count"],
        peak_rss_bytes=answer["peak_rss_bytes"],
    )


def differences(stored: Iterable[Rollup], recomputed: Sequence[Rollup]) -> list[Difference]:
    """Cells that are not equal to the unit, in order; empty is what promise F1 asks for."""
    ours = {row.cell: row for row in stored}
    theirs = {row.cell: row for row in recomputed}
    return [
        Difference(ours.get(cell), theirs.get(cell))
        for cell in sorted(ours.keys() | theirs.keys())
        if ours.get(cell) != theirs.get(cell)
    ]


def _answer(question: Question) -> Answer:
    connection = ibis.duckdb.connect(
        memory_limit=f"{question['memory_mb']}MB",
        threads=question["threads"],
        temp_directory=str(Path(question["rollups"]).parent / "spill"),
        preserve_insertion_order=False,
    )
    entries = connection.read_parquet(f"{question['entries']}/part-*.parquet")
    connection.to_parquet(rollups(entries), question["rollups"])
    entry_count = int(entries.count().execute())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTE
    return Answer(entry_count=entry_count, peak_rss_bytes=peak)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.load(sys.stdin))))
