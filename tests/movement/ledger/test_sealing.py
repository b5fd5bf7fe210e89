"""The day end: from rows to sealed files and back, whatever happens on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from dure.analytics.sealed.checking import check_folder
from dure.analytics.sealed.columns import DayWriter
from dure.analytics.sealed.errors import SealedFileBad
from dure.movement.ledger import actions, keys, reads
from dure.movement.ledger.errors import (
    DayAhead,
    DayEmpty,
    DayNotOver,
    DayNotSealed,
    EarlierDayOpen,
    LogDamaged,
    SealImpossible,
)
from dure.movement.ledger.models import Entry, SealedDay, SealedId, Seen
from dure.movement.ledger.sealed import days, dropping, sealing
from tests.movement.ledger.harm import dice, flip, undone
from tests.movement.ledger.sealing import (
    DAY_2,
    FOURTH,
    LONG_AGO,
    THIRD,
    answers,
    digests_of,
    seal,
    three_days,
)
from tests.movement.ledger.village import DAY, NOW, Village, record_all


@pytest.fixture
def log(village: Village, folder: Path) -> Village:
    """Three days of entries, all in rows."""
    three_days(village)
    return village


def test_a_day_is_sealed_dropped_restored_and_sealed_again_to_the_same_bytes(
    log: Village, folder: Path
) -> None:
    sealed = seal(DAY)
    assert (sealed.first, sealed.end, sealed.rows_kept) == (0, 40, False)
    assert (Entry.objects.count(), SealedId.objects.count()) == (15, 40)
    first = digests_of(folder / "2026-10-05")
    second = seal(DAY_2)
    assert (second.first, second.end) == (40, 52)
    assert check_folder(folder, keys.verifier_keys()).problems == []

    for day in (DAY_2, DAY):
        assert actions.restore_day(day=day).rows_kept
    assert (Entry.objects.count(), SealedId.objects.count()) == (55, 0)
    assert not Seen.objects.exclude(n=0).exists()
    assert reads.verify() == []

    shutil.rmtree(folder)
    seal(DAY)
    assert digests_of(folder / "2026-10-05") == first
    assert SealedDay.objects.get(day=DAY).state == days.State.DROPPED


def test_a_clock_that_steps_back_adds_to_the_newest_day(log: Village) -> None:
    actions.seal_day(day=DAY, now=THIRD)
    (late,) = record_all([log.entry(730)], now=NOW)
    assert late.index == 55
    assert days.spans()[-1].end <= 52
    assert reads.verify() == []


def test_a_clock_that_steps_back_behind_a_day_that_sealing_closed_accuses_nobody(log: Village) -> None:
    seal(DAY)
    (late,) = record_all([log.entry(730)], now=THIRD)
    assert late.index == days.log_size() - 1 == 55
    assert reads.verify() == []
    actions.seal_day(day=DAY_2, now=FOURTH + timedelta(days=1))
    actions.seal_day(day=THIRD.date(), now=FOURTH + timedelta(days=1))
    actions.seal_day(day=FOURTH.date(), now=FOURTH + timedelta(days=1))
    assert reads.verify() == []


def test_what_is_not_over_empty_or_out_of_turn_is_refused(log: Village) -> None:
    with pytest.raises(DayNotOver, match="is not over yet"):
        actions.seal_day(day=THIRD.date(), now=THIRD)
    with pytest.raises(EarlierDayOpen, match="can't be sealed before 2026-10-05"):
        seal(DAY_2)
    with pytest.raises(DayEmpty, match="Nothing entered the log on 2026-10-01"):
        seal(LONG_AGO)
    with pytest.raises(DayNotSealed):
        actions.restore_day(day=DAY)
    assert SealedDay.objects.count() == 0


def test_a_clock_that_was_ahead_is_named_where_it_hinders_sealing(log: Village) -> None:
    record_all([log.entry(730)], now=NOW.replace(year=2036))
    record_all([log.entry(731)], now=FOURTH)
    for day in (DAY, DAY_2, THIRD.date()):
        actions.seal_day(day=day, now=FOURTH)
    with pytest.raises(DayAhead, match="the log's newest day is 2036-10-05, so a clock was ahead"):
        actions.seal_day(day=FOURTH.date(), now=FOURTH + timedelta(days=1))
    with pytest.raises(DayEmpty):
        actions.seal_day(day=LONG_AGO, now=FOURTH)
    assert reads.verify() == []


def test_days_are_due_when_three_younger_ones_are_over(log: Village) -> None:
    assert actions.days_due(now=FOURTH) == []
    assert actions.days_due(now=FOURTH, keep_count=2) == [DAY]
    assert actions.days_due(now=FOURTH, keep_count=0) == [DAY, DAY_2, THIRD.date()]
    seal(DAY)
    assert actions.days_due(now=FOURTH, keep_count=1) == [DAY_2]


@pytest.mark.parametrize("index", [0, 16, 18])
def test_a_damaged_log_is_not_sealed(log: Village, index: int) -> None:
    for column in ("quantity_milli", "leaf_hash", "person_key", "work_day", "note"):
        with undone():
            flip("ledger_entry", f'"index" = {index}', column, dice(f"{index} {column}"))
            with pytest.raises(LogDamaged):
                seal(DAY)
            assert not SealedDay.objects.exists()
    for column in ("n", "quantity_milli"):
        with undone():
            # Its sums over the day are right, so the stored ones are what verification names, not sealing.
            flip("ledger_rollup", f"team_id = {log.teams['South']}", column, dice(column))
            assert any("rollup" in fault.where for fault in reads.verify())
    with undone():
        flip("ledger_tile", "level = 0 AND number = 0", "hashes", dice(index))
        with pytest.raises(LogDamaged):
            seal(DAY)


def test_a_full_or_locked_disk_is_told_in_a_sentence(
    log: Village, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1_000_000))
    with pytest.raises(SealImpossible, match=r"the disk has 1 MB left\. All its rows stand as before"):
        seal(DAY)
    monkeypatch.undo()
    monkeypatch.setattr(days, "sealed_folder", lambda: folder)

    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealing, "fsync", full)
    with pytest.raises(SealImpossible, match="no space left on device"):
        seal(DAY)
    assert Entry.objects.count() == 55
    assert list(folder.iterdir()) == []
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    with pytest.raises(SealImpossible, match="2026-10-05 was not sealed"):
        seal(DAY)


def test_rows_are_not_dropped_or_put_back_over_torn_files(log: Village, folder: Path) -> None:
    actions.seal_day(day=DAY, now=FOURTH, keep_rows=True)
    torn = folder / "2026-10-05" / "proof.parquet"
    whole = torn.read_bytes()
    torn.write_bytes(whole[: len(whole) // 2])
    assert any("proof.parquet" in fault.where for fault in reads.verify())
    seal(DAY)  # every row stands, so the files are made anew
    assert torn.read_bytes() == whole
    torn.write_bytes(whole[:-10])
    with pytest.raises(SealedFileBad):
        actions.restore_day(day=DAY)
    with pytest.raises(SealedFileBad):
        seal(DAY)
    with pytest.raises(SealedFileBad):
        reads.receipt(3)
    assert Entry.objects.count() == 15
    torn.write_bytes(whole)
    actions.restore_day(day=DAY)
    assert reads.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        'DELETE FROM ledger_entry WHERE "index" = 41',
        "DELETE FROM ledger_sealedid",
        "UPDATE ledger_sealedid SET client_id = client_id",
        "DELETE FROM ledger_sealedday",
        "UPDATE ledger_sealedday SET state = 1",
        "UPDATE ledger_sealedday SET end_index = 41",
        "UPDATE ledger_sealedday SET note = 'x'",
        "UPDATE ledger_logday SET first_index = first_index",
        "DELETE FROM ledger_logday",
    ],
)
def test_the_database_itself_keeps_what_sealing_left(log: Village, statement: str) -> None:
    seal(DAY)
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert reads.verify() == []


def test_rows_stay_under_a_seal_until_they_are_being_dropped(log: Village) -> None:
    actions.seal_day(day=DAY, now=FOURTH, keep_rows=True)
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic():
        Entry.objects.filter(index=3)._raw_delete(using="default")


class Boom(Exception):
    """The process died here."""


class Fuse:
    """Raises Boom at the ``at``-th statement or file operation."""

    def __init__(self, at: int) -> None:
        self.left = at

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Boom

    def __call__(self, execute: Callable[..., object], *args: object) -> object:
        self.burn()
        return execute(*args)


def deaths(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object], step: int) -> Iterator[int]:
    """Let ``work`` die at its 1st, 1+step-th … operation, until it gets through."""
    for at in range(1, 10_000, step):
        fuse = Fuse(at)
        with monkeypatch.context() as patch:
            for module, name in ((sealing, "fsync"), (Path, "rename"), (DayWriter, "write")):
                patch.setattr(module, name, _burning(fuse, getattr(module, name)))
            try:
                with connection.execute_wrapper(fuse):
                    work()
            except Boom:
                yield at
            else:
                return


def _burning(fuse: Fuse, real: Callable[..., object]) -> Callable[..., object]:
    def burning(*args: object) -> object:
        fuse.burn()
        return real(*args)

    return burning


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [7, pytest.param(1, marks=pytest.mark.full)])
def test_sealing_that_dies_anywhere_is_finished_by_sealing_again(
    log: Village, folder: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(dropping, "CHUNK_ROWS_FIRST", 10)
    actions.sign_checkpoint(now=FOURTH)
    seal(DAY)
    wanted, before = digests_of(folder / "2026-10-05"), answers(log)
    died = 0
    for _ in deaths(monkeypatch, lambda: seal_from_start(folder), step):
        died += 1
        assert answers(log) == before
        seal(DAY)
        assert digests_of(folder / "2026-10-05") == wanted
        assert SealedId.objects.count() == 40
        if died % 5 == 0:
            assert reads.verify() == []
    assert died >= 50 // step
    assert reads.verify() == []


def seal_from_start(folder: Path) -> None:
    """Restore the day without its files, and seal it."""
    actions.restore_day(day=DAY)
    SealedDay.objects.filter(day=DAY, state=days.State.SEALED).delete()
    seal(DAY)
