"""Sealed entries: whatever is asked gets the same answer as before, and whatever is said about them counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dure.analytics.sealed import checking, columns, damage, reading
from dure.analytics.sealed.checking import check_folder
from dure.base.access import SYSTEM, actor_of
from dure.engine.log.merkle import verify_inclusion
from dure.movement.ledger import actions, keys, reads
from dure.movement.ledger.errors import (
    EntryConfirmedBefore,
    EntryReused,
    EntryWithdrawn,
)
from dure.movement.ledger.models import Entry
from dure.movement.ledger.sealed import restoring, sealing, source
from dure.movement.ledger.snapshot import snapshot
from dure.movement.ledger.types import Grade, Kind
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
from tests.movement.ledger.village import DAY, NOW, Village, record, record_all, request


@pytest.fixture
def log(village: Village, folder: Path) -> Village:
    """Three days of entries, all in rows."""
    three_days(village)
    return village


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
