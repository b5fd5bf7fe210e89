"""The day end: from rows to sealed files and back; whatever is asked gets the same answer before and after."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from dure.analytics.sealed import checking, columns, damage, reading
from dure.analytics.sealed.checking import check_folder
from dure.analytics.sealed.columns import DayWriter
from dure.analytics.sealed.errors import SealedFileBad
from dure.base.access import SYSTEM, actor_of
from dure.engine.log.merkle import verify_inclusion
from dure.movement.ledger import actions, keys, reads
from dure.movement.ledger.errors import (
    DayEmpty,
    DayNotOver,
    DayNotSealed,
    EarlierDayOpen,
    EntryConfirmedBefore,
    EntryReused,
    EntryWithdrawn,
    LogDamaged,
    SealImpossible,
)
from dure.movement.ledger.models import Entry, SealedDay, SealedId, Seen
from dure.movement.ledger.sealed import days, dropping, restoring, sealing, source
from dure.movement.ledger.snapshot import snapshot
from dure.movement.ledger.types import Grade, Kind, SealedFacts
from tests.movement.ledger.harm import dice, flip, undone
from tests.movement.ledger.sealing import DAY_2, FOURTH, LONG_AGO, THIRD, digests_of, three_days
from tests.movement.ledger.village import DAY, NOW, Village, record, record_all, request


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(days, "sealed_folder", lambda: tmp_path / "sealed")
    return tmp_path / "sealed"


@pytest.fixture
def log(village: Village) -> Village:
    three_days(village)
    return village


def answers(village: Village) -> dict[str, object]:
    """Everything the ledger can be asked, but for what a person alone may ask."""
    campaign, size = village.campaign_id, reads.size()
    asked: dict[str, Callable[[], object]] = {
        "receipts": lambda: [
            (one.index, one.client_id, one.leaf_hash) for one in map(reads.receipt, range(size))
        ],
        "entries": lambda: reads.entries(SYSTEM, campaign),
        "page": lambda: reads.entries(SYSTEM, campaign, after_index=30, count_max=15),
        "team": lambda: reads.entries(SYSTEM, campaign, team_id=village.teams["Hill"]),
        "indicator": lambda: reads.entries(SYSTEM, campaign, indicator_id=village.output),
        "work day": lambda: reads.entries(SYSTEM, campaign, work_day=LONG_AGO),
        "one": lambda: [reads.entry(SYSTEM, campaign, index) for index in (0, 3, 39, 45)],
        "about": lambda: [reads.about(SYSTEM, campaign, index) for index in (3, 38)],
        "openings": lambda: [reads.opening(index) for index in range(size)],
        "outcomes": lambda: reads.outcomes(campaign, size),
        "claims": lambda: [
            reads.claims(indicator, 0, size, kind)
            for indicator, kind in ((village.output, Kind.OUTPUT), (village.hours, Kind.HOURS))
        ],
        "reports": lambda: reads.reports(campaign, DAY, Kind.HOURS),
        "teams": lambda: reads.team_ids(campaign, 45),
        "people": lambda: reads.people_counts(campaign),
        "places": lambda: [reads.place_of(index) for index in range(size)],
        "known": lambda: reads.known([request(number) for number in (0, 39, 100, 900, 5000)]),
        "rollups": lambda: reads.rollups(campaign),
    }
    return {name: ask() for name, ask in asked.items()}


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


def test_every_question_gets_the_same_answer_wherever_the_entries_stand(log: Village) -> None:
    before = answers(log)
    seal(DAY)
    assert answers(log) == before
    seal(DAY_2)
    assert answers(log) == before
    actions.restore_day(day=DAY)
    assert answers(log) == before
    assert reads.verify() == []


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row groups of 16 entries, so that a small day has several."""
    for module in (columns, checking, damage, reading, restoring, sealing, source):
        monkeypatch.setattr(module, "GROUP_ROWS", 16)


@pytest.mark.usefixtures("small_groups")
def test_days_of_several_row_groups_are_read_where_it_is_needed(log: Village, folder: Path) -> None:
    before = answers(log)
    actions.sign_checkpoint(now=FOURTH)
    bundle = reads.bundle(0, 55)
    for day in (DAY, DAY_2):
        seal(day)
    assert answers(log) == before
    assert reads.bundle(0, 55) == bundle
    assert reads.verify() == []
    with snapshot():
        some = [
            row[0] for row in source.each({"kind": [int(Kind.HOURS)]}, ("log_index",), after=15, before=41)
        ]
    assert some == [*range(16, 38), 40]
    path = folder / "2026-10-05" / "proof.parquet"
    whole = path.read_bytes()
    salt = reads.opening(37).entry_salt
    path.write_bytes(whole.replace(salt, bytes(16)))
    where = "sealed day 2026-10-05, proof.parquet, row group 2 (entries 32 to 39), column entry_salt"
    assert [problem.where for problem in check_folder(folder, keys.verifier_keys()).problems] == [where]
    path.write_bytes(whole)
    actions.restore_day(day=DAY)
    assert answers(log) == before
    assert reads.verify() == []


def test_people_and_captains_see_their_own_after_sealing(log: Village) -> None:
    minji = actor_of(account_id=None, person_id=log.people["Minji"], guardian_of=None)
    before = reads.entries_of_person(minji, log.people["Minji"])
    assert len(before) > 10
    seal(DAY)
    assert reads.entries_of_person(minji, log.people["Minji"]) == before
    assert len(reads.receipts_of_person(minji, log.people["Minji"])) == len(before)
    assert reads.entries(minji, log.campaign_id) == []


def test_proofs_and_bundles_of_sealed_entries_hold(log: Village) -> None:
    state = actions.sign_checkpoint(now=FOURTH)
    bundle = reads.bundle(0, 55)
    seal(DAY)
    assert reads.bundle(0, 55) == bundle
    for index in (0, 17, 39, 40, 54):
        proof = reads.proof(index)
        assert verify_inclusion(index, state.size, proof.leaf_hash, proof.path, state.root)


def test_sealed_entries_are_corrected_confirmed_and_withdrawn(log: Village) -> None:
    seal(DAY)
    seal(DAY_2)
    actions.correct(index=0, difference_milli=-500, client_id=request(950), now=FOURTH)
    actions.confirm(index=38, found_milli=6000, grade=Grade.WITNESSED, client_id=request(951), now=FOURTH)
    actions.withdraw(index=4, client_id=request(952), now=FOURTH)
    with pytest.raises(EntryWithdrawn):
        actions.withdraw(index=1, client_id=request(953), now=FOURTH)
    with pytest.raises(EntryConfirmedBefore):
        actions.confirm(index=3, found_milli=1, grade=Grade.RECOUNTED, client_id=request(954), now=FOURTH)
    shown = {one.index: one for one in reads.entries(SYSTEM, log.campaign_id)}
    assert shown[0].standing_milli == 7500
    assert (shown[38].proved, shown[4].is_withdrawn, shown[4].standing_milli) == (Grade.RECOUNTED, True, 0)
    assert reads.verify() == []
    before = answers(log)
    for day in (NOW + timedelta(days=2), FOURTH):
        actions.seal_day(day=day.date(), now=FOURTH + timedelta(days=1))
    assert Entry.objects.count() == 0
    assert answers(log) == before
    assert reads.verify() == []


def test_an_id_is_known_for_good(log: Village) -> None:
    first = record(log.entry(5, person="Chul"), log.entry(2, note="비" * 2))
    seal(DAY)
    again = record(
        log.entry(2, note="비" * 2), log.entry(2, quantity_milli=1), log.entry(38, kind=Kind.OUTPUT)
    )
    assert again.known_count == 1
    assert again.receipts[0].index == 2
    assert [type(refused.refusal) for refused in again.refused] == [EntryReused, EntryReused]
    assert reads.known([request(2), request(4999)]) == {request(2)}
    assert first.refused


def test_a_phone_that_syncs_weeks_late_loses_nothing(log: Village) -> None:
    """Its entries go into today's day of the log and into the sums of the day of the work."""
    seal(DAY)
    record_all([log.entry(700, person="Eunji", day=LONG_AGO)], now=FOURTH)
    before = reads.rollups(log.campaign_id)
    actions.seal_day(day=DAY_2, now=FOURTH)
    actions.seal_day(day=THIRD.date(), now=FOURTH)
    sealed = actions.seal_day(day=FOURTH.date(), now=FOURTH + timedelta(days=1))
    assert (sealed.first, sealed.end) == (55, 56)
    assert reads.rollups(log.campaign_id) == before
    assert [row.n for row in before if row.work_day == LONG_AGO] == [2]
    assert reads.verify() == []


def test_erasure_after_sealing_leaves_every_figure_and_proof(log: Village, folder: Path) -> None:
    seal(DAY)
    files, before = digests_of(folder / "2026-10-05"), answers(log)
    assert actions.forget_person(person_id=log.people["Minji"]) == 1
    assert digests_of(folder / "2026-10-05") == files
    assert answers(log) == before
    assert reads.verify() == []
    minji = actor_of(account_id=None, person_id=log.people["Minji"], guardian_of=None)
    assert reads.entries_of_person(minji, log.people["Minji"]) == []


def test_people_are_counted_once_however_their_rows_stand(log: Village) -> None:
    """Bora's only contribution of the second team stands in a dropped row and is withdrawn in an open one."""
    (hers,) = record_all([log.entry(720, person="Bora", team="Plain")])
    seen = reads.people_counts(log.campaign_id)
    assert seen.by_team[log.hours, log.teams["Plain"]] == 1
    for day in (DAY, DAY_2, THIRD.date()):
        actions.seal_day(day=day, now=FOURTH)
    assert reads.people_counts(log.campaign_id) == seen
    actions.withdraw(index=hers.index, client_id=request(721), now=FOURTH)
    gone = reads.people_counts(log.campaign_id)
    assert (log.hours, log.teams["Plain"]) not in gone.by_team
    actions.seal_day(day=FOURTH.date(), now=FOURTH + timedelta(days=1))
    assert reads.people_counts(log.campaign_id) == gone
    assert reads.verify() == []


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


def test_entries_come_in_order_from_files_and_rows_between(log: Village) -> None:
    for day in (DAY, DAY_2, THIRD.date()):
        seal(day)
    actions.restore_day(day=DAY_2)
    record_all([log.entry(740)], now=FOURTH)
    with snapshot():
        indices = [row[0] for row in source.each({}, ("log_index",))]
        assert indices == list(range(56))
        some = [row[0] for row in source.each({}, ("log_index",), after=10, before=54)]
        assert some == list(range(11, 54))
    assert reads.verify() == []


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


def seal(day: date) -> SealedFacts:
    return actions.seal_day(day=day, now=FOURTH)
