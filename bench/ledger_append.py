"""Appending with log and rollups, against a plain insert of the very same rows into the very same table.

Run by bench.ledger in a process of its own, since settings are read once. The peer's table is the ledger's under
another name: the same columns, indices, checks and foreign keys. It gets the rows as the ledger stored them, ready
for the driver, by the quickest way the database has (executemany, COPY), one transaction a batch, as durable.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from dure.base.memory import spare_the_collector
from dure.cli.database import make_ready

BATCH = 1_000
REPEATS = 5
# Of store.ENTRY_COLUMNS.
PLAIN_TYPES = (
    *("int8", "uuid", "int2", "int2", "int8", "int8", "int8", "int8", "int8", "date", "int8", "int8", "int8"),
    *("text", "uuid", "bytea", "bytea", "bytea"),
)


def plain_table() -> None:
    """``plain_entry``: ledger_entry under another name, without its triggers."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TABLE plain_entry (LIKE ledger_entry INCLUDING ALL)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = 'ledger_entry'::regclass AND contype = 'f'"
            )
            for (rule,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE plain_entry ADD {rule}")
            return
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'ledger_entry' AND sql IS NOT NULL"
            " AND type IN ('table', 'index') ORDER BY type DESC"
        )
        for (sql,) in cursor.fetchall():
            renamed = sql.replace('INDEX "', 'INDEX "plain_').replace('"ledger_entry"', '"plain_entry"')
            cursor.execute(renamed)


def stored_rows(first: int, end: int) -> list[tuple[Any, ...]]:
    """What the ledger stored, as the driver takes it."""
    from django.db import connection

    from dure.movement.ledger.store import ENTRY_COLUMNS

    names = ", ".join(f'"{name}"' for name in ENTRY_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {names} FROM ledger_entry WHERE "index" >= %s AND "index" < %s ORDER BY "index"',
            [first, end],
        )
        rows = cursor.fetchall()
    if connection.vendor == "postgresql":
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]
    return [tuple(str(v) if hasattr(v, "isoformat") else v for v in row) for row in rows]


def plain_insert(rows: Sequence[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    from dure.movement.ledger.store import ENTRY_COLUMNS

    names = ", ".join(f'"{name}"' for name in ENTRY_COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY plain_entry ({names}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(PLAIN_TYPES)
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(ENTRY_COLUMNS))
            cursor.executemany(f"INSERT INTO plain_entry ({names}) VALUES ({marks})", rows)


def measure(batches: int, *, scattered: bool, cast: Any, draw: random.Random) -> dict[str, float]:
    """Medians of REPEATS, ours and theirs in turn, in entries a second."""
    from bench.ledger_cast import NOW, entries
    from dure.movement.ledger import actions, reads
    from dure.movement.ledger.bounds import Bounds

    bounds = Bounds()  # kept, as the hot door keeps its own
    ours: list[float] = []
    plain: list[float] = []
    longest = 0.0
    for _ in range(REPEATS):
        parts = [entries(cast, BATCH, draw, scattered=scattered) for _ in range(batches)]
        before = reads.size()
        took = 0.0
        for part in parts:
            began = time.perf_counter()
            recorded = actions.record(entries=part, now=NOW, bounds=bounds)
            one = time.perf_counter() - began
            took, longest = took + one, max(longest, one)
            assert len(recorded.receipts) == BATCH
        ours.append(batches * BATCH / took)
        rows = [stored_rows(first, first + BATCH) for first in range(before, before + batches * BATCH, BATCH)]
        began = time.perf_counter()
        for ready in rows:
            plain_insert(ready)
        plain.append(batches * BATCH / (time.perf_counter() - began))
    ratios = [mine / theirs for mine, theirs in zip(ours, plain, strict=True)]
    return {
        "entries_per_s": round(statistics.median(ours)),
        "plain_per_s": round(statistics.median(plain)),
        "ratio": round(statistics.median(ratios), 3),
        "ratio_least": round(min(ratios), 3),
        "ratio_most": round(max(ratios), 3),
        "longest_batch_ms": round(longest * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger_append")
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--profile", action="store_true", help="print where our side's time goes instead")
    asked = parser.parse_args()
    spare_the_collector()  # as every command does
    make_ready(lambda text: None)
    from bench.ledger_cast import build
    from dure.movement.ledger import reads

    cast = build()
    plain_table()
    draw = random.Random(20261122)  # noqa: S311 - synthetic figures, no secrets
    if asked.profile:
        profile(cast, draw)
        return
    measure(2, scattered=True, cast=cast, draw=draw)  # everybody has a key by now, and pages are warm
    measure(10, scattered=False, cast=cast, draw=draw)
    figures = {
        "crews": measure(asked.batches, scattered=False, cast=cast, draw=draw),
        "scattered": measure(asked.batches, scattered=True, cast=cast, draw=draw),
    }
    assert reads.verify() == []
    json.dump(figures, sys.stdout)


def profile(cast: Any, draw: random.Random) -> None:
    import cProfile
    import pstats

    from bench.ledger_cast import NOW, entries
    from dure.movement.ledger import actions
    from dure.movement.ledger.bounds import Bounds

    bounds = Bounds()
    parts = [entries(cast, BATCH, draw) for _ in range(30)]
    for part in parts[:20]:
        actions.record(entries=part, now=NOW, bounds=bounds)
    watch = cProfile.Profile()
    watch.enable()
    for part in parts[20:]:
        actions.record(entries=part, now=NOW, bounds=bounds)
    watch.disable()
    pstats.Stats(watch).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
