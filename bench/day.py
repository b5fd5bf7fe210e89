"""The whole day, end to end: ``python -m bench.day --people 100000``.

The limit it is held against, in the same run: writing the very rows the day left behind, ready-made and in
chunks, into an empty database with the same tables and indices, as durably. No day can be quicker than that.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.db.backends.sqlite3._functions import register

CHUNK_ROWS = 5_000
SECONDS_WANTED, GB_WANTED = 90, 2.0


def play(home: Path, people: int) -> tuple[dict[str, object], float]:
    """Play the day in a process of its own; its figures and the wall seconds of the whole command."""
    figures = home / "figures.json"
    dure = Path(sys.executable).with_name("dure")
    command = [str(dure), "demo", "--no-serve", "--people", str(people)]
    started = time.perf_counter()
    subprocess.run(
        [*command, "--json", str(figures)],
        env={**os.environ, "DURE_HOME": str(home)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    played: dict[str, object] = json.loads(figures.read_text())
    return played, seconds


def write_again(source: Path, target: Path) -> tuple[float, int]:
    """Seconds to write every row of ``source`` into ``target``, which gets the same schema first; and how many."""
    old, new = sqlite3.connect(source), sqlite3.connect(target, isolation_level=None)
    register(new)  # a constraint of ours calls one of Django's functions
    new.execute("PRAGMA journal_mode=WAL")
    new.execute("PRAGMA synchronous=FULL")
    schema = old.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "ORDER BY type != 'table'"
    ).fetchall()
    for _, _, sql in schema:
        new.execute(sql)
    seconds, count = 0.0, 0
    for kind, table, _ in schema:
        if kind != "table":
            continue
        cursor = old.execute(f'SELECT * FROM "{table}"')
        marks = ", ".join("?" * len(cursor.description))
        while rows := cursor.fetchmany(CHUNK_ROWS):
            started = time.perf_counter()
            new.execute("BEGIN IMMEDIATE")
            new.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
            new.execute("COMMIT")
            seconds += time.perf_counter() - started
            count += len(rows)
    return seconds, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    people: int = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        home = Path(folder)
        figures, seconds = play(home, people)
        limit, rows = write_again(home / "dure.sqlite3", home / "limit.sqlite3")
    print(json.dumps(figures, indent=1))
    print(f"whole command: {seconds:.1f} s (wanted under {SECONDS_WANTED} s for 100,000 people)")
    print(f"peak memory: {figures['peak_rss_gb']} GB (wanted under {GB_WANTED} GB)")
    print(
        f"limit: {rows:,} ready rows written again in {limit:.1f} s; the day took {seconds / limit:.1f} times that"
    )


if __name__ == "__main__":
    main()
