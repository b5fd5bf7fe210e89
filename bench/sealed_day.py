"""Sealing a day, and verifying the sealed one, against the hashes that neither can do without.

    python -m bench.sealed_day --entries 1219200 [--json FILE]

Run in a process of its own with an empty DURE_HOME (bench.ledger does), on SQLite or, with DATABASE_URL, PostgreSQL.
``seal_s`` ends when the day is sealed: files written, read back, every leaf, the tree and all sums verified, signed
and on disk; the database may lose its rows from then on. ``drop_s`` is the dropping itself, in transactions of some
50 ms between which others write. "Limit" hashes as many messages of the same lengths, ready in memory: three an entry
(commitment, leaf, node), once by hashlib and once by ours. Seconds by the wall clock; memory in GB of 10^9 bytes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from dure.base.memory import peak_rss_gb
from dure.cli.database import make_ready

BATCH = 1_000
SAID_PER_BATCH = 5
LENGTHS = (135, 33, 65)
LIMIT_ROWS = 131_072
SEED = 20261122


class Steps:
    """Progress that notes when each step began and ended."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}
        self.longest_drop_s = 0.0

    def advance(self, done: int, total: int, step: str = "", *, bytes_needed: int | None = None) -> None:
        now = time.perf_counter()
        held = self.times.setdefault(step, [now, now])
        if step == "dropping rows":
            self.longest_drop_s = max(self.longest_drop_s, now - held[1])
        held[1] = now


def fill(count: int) -> tuple[Any, Any]:
    """A day of ``count`` entries, five of a thousand being corrections; the day, and when it is sealed."""
    from bench.ledger_cast import NOW, build, entries
    from dure.movement.ledger import actions
    from dure.movement.ledger.bounds import Bounds
    from dure.movement.ledger.types import Kind, NewEntry

    cast, bounds, then = build(), Bounds(), NOW - timedelta(days=1)
    draw = random.Random(SEED)  # noqa: S311 - synthetic figures, no secrets
    kept: list[NewEntry] = []
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        made = entries(cast, size, draw)
        if kept and size == BATCH:
            for place in range(SAID_PER_BATCH):
                of = kept[place * 7]
                made[-1 - place] = NewEntry(
                    client_id=made[-1 - place].client_id,
                    kind=Kind.CORRECTION,
                    campaign_id=of.campaign_id,
                    indicator_id=of.indicator_id,
                    team_id=of.team_id,
                    area_id=of.area_id,
                    work_day=of.work_day,
                    quantity_milli=1,
                    points_at=first - BATCH + place * 7,
                )
        kept = made
        recorded = actions.record(entries=made, now=then, bounds=bounds)
        assert len(recorded.receipts) == size, recorded.refused[:1]
    return then.date(), NOW


def per_second(rows: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return rows / (time.perf_counter() - began)


def limits() -> dict[str, float]:
    """Entries a second that the bare hashes allow on two cores' threads (ours), and on one core (hashlib)."""
    from dure.engine.log.digests import digests

    draw = np.random.default_rng(SEED)
    messages = [draw.integers(0, 256, (LIMIT_ROWS, length), dtype=np.uint8) for length in LENGTHS]
    flat = [(rows.tobytes(), rows.shape[1]) for rows in messages]
    for rows in messages:
        digests(rows)

    def by_hashlib() -> None:
        for held, length in flat:
            for at in range(0, len(held), length):
                sha256(held[at : at + length]).digest()

    def by_ours() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(digests, [*messages, *messages]))

    return {
        "hashlib_one_core_per_s": round(per_second(LIMIT_ROWS, by_hashlib)),
        "digests_two_threads_per_s": round(per_second(2 * LIMIT_ROWS, by_ours)),
    }


def measure(count: int) -> dict[str, object]:
    from django.db import connection

    from dure.analytics.sealed.checking import check_day
    from dure.movement.ledger import actions, keys, reads

    day, now = fill(count)
    before_gb = peak_rss_gb()
    limits()  # compiles
    steps = Steps()
    cpu_began, began = time.process_time(), time.perf_counter()
    sealed = actions.seal_day(day=day, now=now, progress=steps)
    ended, cpu_ended = time.perf_counter(), time.process_time()
    drop_began = steps.times["dropping rows"][0]
    verify_s: list[float] = []
    verify_cpu_s: list[float] = []
    for _ in range(3):
        cpu_at, at = time.process_time(), time.perf_counter()
        checked = check_day(sealed.folder, keys.verifier_keys())
        verify_s.append(time.perf_counter() - at)
        verify_cpu_s.append(time.process_time() - cpu_at)
        assert not checked.problems, checked.problems[:1]
    figures = {
        "database": connection.vendor,
        "entries": sealed.end - sealed.first,
        "seal_s": round(drop_began - began, 2),
        "writing_s": round(steps.times["writing"][1] - began, 2),
        "drop_s": round(ended - drop_began, 2),
        "seal_and_drop_cpu_s": round(cpu_ended - cpu_began, 2),
        "verify_cpu_us_per_entry": round(min(verify_cpu_s) / count * 1e6, 2),
        "longest_drop_ms": round(steps.longest_drop_s * 1000),
        "verify_entries_per_s": round(count / min(verify_s)),
        "verify_entries_per_s_each": [round(count / took) for took in verify_s],
        **limits(),
        "bytes_per_entry": round(sum(path.stat().st_size for path in sealed.folder.iterdir()) / count, 1),
        "peak_rss_gb": peak_rss_gb(),
        "peak_rss_before_gb": before_gb,
    }
    # Everything once more, tiles and sums included; not part of the figures.
    return {**figures, "faults": len(reads.verify())}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sealed_day")
    parser.add_argument("--entries", type=int, default=1_219_200)
    parser.add_argument("--json", default="-")
    asked = parser.parse_args()
    make_ready(lambda text: None)
    figures = json.dumps(measure(asked.entries), indent=2)
    if asked.json == "-":
        sys.stdout.write(figures + "\n")
    else:
        Path(asked.json).write_text(figures + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
