"""Sixteen recording at once: no gap, no double, and a log that verifies; on SQLite in a file and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from dure.movement.ledger import actions, reads
from dure.movement.ledger.types import Kind, Receipt
from tests.movement.ledger.village import NOW, Village, build

THREADS = 16
BATCHES = 6
BATCH_ENTRIES = 7
T = TypeVar("T")


@pytest.fixture
def village(transactional_db: None) -> Village:
    village = build()
    _ = village.people
    return village


def at_once(work: Callable[[int], T]) -> list[T]:
    """What every thread brought, each on a connection of its own, all started at the same moment."""
    start = Barrier(THREADS)

    def one(thread: int) -> T:
        start.wait(timeout=60)
        try:
            return work(thread)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_sixteen_recording_at_once_leave_no_gap_and_no_double(village: Village) -> None:
    def work(thread: int) -> list[Receipt]:
        receipts: list[Receipt] = []
        for batch in range(BATCHES):
            first = (thread * BATCHES + batch) * BATCH_ENTRIES
            entries = [
                village.entry(
                    number,
                    team=("North", "Hill", "South")[number % 3],
                    person=(None, "Minji", "Bora", "Chul")[number % 4],
                )
                for number in range(first, first + BATCH_ENTRIES)
            ]
            recorded = actions.record(entries=entries, now=NOW)
            assert recorded.refused == ()
            receipts += recorded.receipts
            if thread == 0:
                actions.sign_checkpoint(now=NOW)
        return receipts

    receipts = [receipt for part in at_once(work) for receipt in part]

    count = THREADS * BATCHES * BATCH_ENTRIES
    assert sorted(receipt.index for receipt in receipts) == list(range(count))
    assert len({receipt.client_id for receipt in receipts}) == count
    assert sum(row.quantity_milli for row in reads.rollups(village.campaign_id)) == count * 8000
    assert reads.verify() == []


def test_one_entry_sent_sixteen_times_at_once_stands_once(village: Village) -> None:
    entry = village.entry(1, person="Minji")

    receipts = at_once(lambda thread: actions.record_one(entry=entry, now=NOW))

    assert set(receipts) == {receipts[0]}
    assert reads.size() == 1
    assert reads.verify() == []


def test_sixteen_corrections_at_once_never_bring_an_entry_below_zero(village: Village) -> None:
    entry = village.entry(1)
    actions.record_one(entry=entry, now=NOW)

    def work(thread: int) -> int:
        return len(
            actions.record(
                entries=[village.about(100 + thread, 0, Kind.CORRECTION, -1000, entry)], now=NOW
            ).receipts
        )

    assert sum(at_once(work)) == 8
    assert sum(row.quantity_milli for row in reads.rollups(village.campaign_id)) == 0
    assert reads.verify() == []


def test_verifying_while_others_record_reads_one_moment(village: Village) -> None:
    def work(thread: int) -> list[object]:
        found: list[object] = []
        for batch in range(BATCHES):
            if thread < 3:
                found += reads.verify()
            else:
                number = thread * 1000 + batch
                actions.record_one(entry=village.entry(number, team="Hill"), now=NOW)
        return found

    assert [fault for part in at_once(work) for fault in part] == []


def test_an_entry_that_names_nothing_is_refused_alone(village: Village) -> None:
    entries = [village.entry(number) for number in range(5)]
    lost = replace(village.entry(9), team_id=10**6)

    recorded = actions.record(entries=[*entries[:3], lost, *entries[3:]], now=NOW)

    assert [refused.row for refused in recorded.refused] == [3]
    assert recorded.refused[0].refusal.code == "entry_names_nothing"
    assert [receipt.index for receipt in recorded.receipts] == [0, 1, 2, 3, 4]
    assert reads.verify() == []
