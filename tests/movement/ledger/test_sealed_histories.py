"""Random histories in which days pass, are sealed, restored and sealed again: every total stays the plain sum."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dure.movement.ledger import actions, reads
from dure.movement.ledger.models import SealedDay
from dure.movement.ledger.types import NewEntry, Recorded
from tests.movement.ledger import test_histories as histories
from tests.movement.ledger import village as villages
from tests.movement.ledger.harm import dice, undone
from tests.movement.ledger.village import NOW, Village

DAYS_MAX = 20


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: datetime = NOW
        self._monkeypatch = monkeypatch

    def record(self, *entries: NewEntry) -> Recorded:
        return villages.record(*entries, now=self.now)

    def set(self, now: datetime) -> None:
        self.now = now
        self._monkeypatch.setattr(histories, "NOW", now)


def check_sealed_history(
    village: Village, folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int, steps: int = histories.STEPS
) -> None:
    random, clock = dice(f"sealed {seed}"), Clock(monkeypatch)
    monkeypatch.setattr(histories, "record", clock.record)
    history = histories.History(village, random)
    shutil.rmtree(folder, ignore_errors=True)
    with undone():
        clock.set(NOW)
        for number in range(1, steps + 1):
            history.step(number)
            if random.random() < 0.2:
                move_a_day(clock, random.choice(("pass", "seal", "seal", "restore")), random.randrange(99))
        shown = {
            (row.team_id, row.indicator_id): (
                *(row.n, row.quantity_milli, row.out_milli),
                *(row.n_recounted, row.recounted_milli, row.recounted_claim_milli),
            )
            for row in reads.rollups(village.campaign_id)
        }
        assert shown == history.expected()
        assert reads.verify() == []
        for index, (entry, standing) in history.stands.items():
            row = reads.receipt(index)
            assert row.client_id == entry.client_id
            assert reads.standing_of([index]).get(index, entry.quantity_milli) == standing


def move_a_day(clock: Clock, doing: str, chosen: int) -> None:
    if doing == "pass" and clock.now < NOW + timedelta(days=DAYS_MAX):
        clock.set(clock.now + timedelta(days=1))
    elif doing == "seal":
        due = actions.days_due(now=clock.now, keep_count=0)
        if due:
            actions.seal_day(day=due[0], now=clock.now, keep_rows=chosen % 4 == 0)
    elif doing == "restore":
        sealed = list(SealedDay.objects.order_by("day").values_list("day", flat=True))
        if sealed:
            actions.restore_day(day=sealed[chosen % len(sealed)])


def test_totals_are_the_sums_whatever_days_are_sealed(
    village: Village, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = village.people
    for seed in range(3):
        check_sealed_history(village, folder, monkeypatch, seed)


@pytest.mark.full
@pytest.mark.parametrize("ten", range(10))
def test_totals_are_the_sums_in_a_hundred_sealed_histories(
    village: Village, folder: Path, monkeypatch: pytest.MonkeyPatch, ten: int
) -> None:
    _ = village.people
    for seed in range(100 + ten * 10, 110 + ten * 10):
        check_sealed_history(village, folder, monkeypatch, seed, steps=100)
