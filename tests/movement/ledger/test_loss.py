"""A database that was put back from a backup: what refuses, what is said, how it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from dure.engine.log import checkpoint as signed
from dure.engine.log import resumed
from dure.engine.log.checkpoint import Checkpoint
from dure.engine.log.cosignature import Cosigner, cosign
from dure.engine.log.note import add_signatures, read_note
from dure.movement.ledger import actions, keys, reads, remembered
from dure.movement.ledger.errors import (
    CosignatureForeign,
    LogContradicted,
    LogDamaged,
    LogMisnamed,
    LogNotLost,
    LogRolledBack,
    WitnessUntrusted,
)
from dure.movement.ledger.types import CheckpointFacts
from tests.movement.ledger.forged import KEY
from tests.movement.ledger.village import LATER, NOW, Village, record_all

HOUR = timedelta(hours=1)
WITNESS = Cosigner("witness.example/w1", KEY.public_key())


def grow(village: Village, first: int, end: int, hours: int = 0) -> None:
    record_all([village.entry(number) for number in range(first, end)], now=NOW + hours * HOUR)


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written inside is gone afterwards, as when an older database is put back; the data folder stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lost(village: Village) -> CheckpointFacts:
    """30 entries stand and are signed; 20 more were signed and are lost."""
    grow(village, 0, 30)
    actions.sign_checkpoint(now=NOW)
    with taken_back():
        grow(village, 30, 50, hours=1)
        return actions.sign_checkpoint(now=LATER)


def test_a_database_that_was_put_back_is_not_signed(village: Village, lost: CheckpointFacts) -> None:
    with pytest.raises(LogRolledBack, match="only 30 are here, 20 are missing") as no:
        actions.sign_checkpoint(now=LATER)

    assert no.value.facts["signed_size"] == 50
    assert no.value.facts["where"] == "this data folder"
    latest = reads.latest_checkpoint()
    assert latest is not None
    assert latest.size == 30


def test_it_is_not_signed_either_when_it_has_grown_past_what_was_lost(
    village: Village, lost: CheckpointFacts
) -> None:
    grow(village, 100, 160, hours=2)

    with pytest.raises(LogRolledBack, match="first 50 entries here are others"):
        actions.sign_checkpoint(now=LATER)


def test_the_verification_names_what_is_missing_too(village: Village, lost: CheckpointFacts) -> None:
    def said() -> list[str]:
        return [f"{fault.where}: {fault.what}" for fault in reads.verify()]

    assert said() == ["signed notes at 50: 50 entries were signed (this data folder), only 30 are here"]
    grow(village, 100, 160, hours=2)
    assert said() == ["signed notes at 50: its root of 50 entries is not what the entries give"]
    remembered.path().write_text("{")
    assert len(said()) == 1
    assert "can't be read" in said()[0]


def test_the_same_entries_recorded_again_are_no_loss(village: Village) -> None:
    grow(village, 0, 30)
    before = actions.sign_checkpoint(now=NOW)
    with taken_back():
        pass

    assert actions.sign_checkpoint(now=LATER) == before


def test_nothing_is_published_that_the_data_folder_does_not_know(village: Village) -> None:
    grow(village, 0, 30)
    newest = actions.sign_checkpoint(now=NOW)

    (known,) = remembered.remembered()
    assert (known.note, known.signed_at_ms) == (newest.note, int(NOW.timestamp() * 1000))


def test_an_unwritable_data_folder_signs_nothing(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(village, 0, 30)

    def full(path: object, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(remembered, "write_durably", full)
    with pytest.raises(OSError, match="No space"):
        actions.sign_checkpoint(now=NOW)
    assert reads.latest_checkpoint() is None


@pytest.mark.parametrize("damage", ["{", '{"signed": [{"note": 1}]}', '{"signed": 3}'])
def test_a_damaged_memory_signs_nothing(village: Village, damage: str) -> None:
    grow(village, 0, 30)
    actions.sign_checkpoint(now=NOW)
    remembered.path().write_text(damage)

    with pytest.raises(LogDamaged, match=r"signed\.json"):
        actions.sign_checkpoint(now=LATER)


def test_a_flipped_byte_in_a_remembered_note_signs_nothing(village: Village) -> None:
    grow(village, 0, 30)
    actions.sign_checkpoint(now=NOW)
    text = remembered.path().read_text()
    remembered.path().write_text(text.replace("\\n30\\n", "\\n31\\n"))

    with pytest.raises(LogDamaged):
        actions.sign_checkpoint(now=LATER)


def test_a_log_goes_on_openly_after_a_loss(village: Village, lost: CheckpointFacts) -> None:
    first = keys.first_origin()

    loss = actions.resume_after_loss(now=LATER)

    assert (loss.number, loss.old_origin, loss.origin) == (1, first, f"{first}/2")
    assert (loss.kept_size, loss.lost_end, loss.base_size) == (30, 50, 30)
    said = resumed.verify(loss.statement, first, keys.public_key())
    assert said.cited == lost.note
    latest = reads.latest_checkpoint()
    assert latest is not None
    assert signed.verify(latest.note, f"{first}/2", keys.public_key()).size == 30
    assert reads.verify() == []


def test_after_that_it_is_signed_under_the_new_name_and_old_proofs_still_hold(
    village: Village, lost: CheckpointFacts
) -> None:
    old = reads.latest_checkpoint()
    actions.resume_after_loss(now=LATER)
    grow(village, 200, 260, hours=2)
    new = actions.sign_checkpoint(now=NOW + 2 * HOUR)

    assert new.note.startswith(f"{keys.first_origin()}/2\n90\n")
    assert reads.checkpoint_at(30) == old
    assert reads.proof(7, 30).checkpoint.note.startswith(f"{keys.first_origin()}\n30\n")
    assert reads.proof(7).checkpoint == new
    assert reads.verify() == []
    assert [loss.lost_end for loss in reads.losses()] == [50]
    with pytest.raises(LogNotLost):
        actions.resume_after_loss(now=LATER)


def test_entries_recorded_since_the_backup_are_told_apart_from_those_kept(
    village: Village, lost: CheckpointFacts
) -> None:
    grow(village, 100, 107, hours=2)

    loss = actions.resume_after_loss(now=NOW + 3 * HOUR)

    assert (loss.kept_size, loss.lost_end, loss.base_size) == (30, 50, 37)


def test_a_loss_may_happen_twice(village: Village, lost: CheckpointFacts) -> None:
    with taken_back():
        actions.resume_after_loss(now=LATER)
        grow(village, 200, 260, hours=2)
        actions.sign_checkpoint(now=NOW + 2 * HOUR)
    with pytest.raises(LogRolledBack, match="knows nothing of the name"):
        actions.sign_checkpoint(now=NOW + 3 * HOUR)

    loss = actions.resume_after_loss(now=NOW + 3 * HOUR)

    first = keys.first_origin()
    assert (loss.number, loss.old_origin, loss.origin) == (2, f"{first}/2", f"{first}/3")
    assert (loss.kept_size, loss.lost_end) == (30, 90)
    assert actions.sign_checkpoint(now=NOW + 4 * HOUR).note.startswith(f"{first}/3\n")
    assert reads.verify() == []


def test_a_resumption_that_broke_off_is_finished_in_the_same_words(
    village: Village, lost: CheckpointFacts
) -> None:
    with taken_back():  # as when the power goes after the data folder was written and before the database was
        said = actions.resume_after_loss(now=LATER)
    with pytest.raises(LogRolledBack, match="knows nothing of the name"):
        actions.sign_checkpoint(now=LATER)

    assert actions.resume_after_loss(now=LATER + HOUR) == said
    grow(village, 100, 120, hours=2)
    assert actions.sign_checkpoint(now=LATER + HOUR).size == 50
    assert reads.verify() == []
    with pytest.raises(LogNotLost):
        actions.resume_after_loss(now=LATER + HOUR)


@pytest.mark.parametrize("end", ["0", "1", "01", "02", "٢", "9" * 5_000, "2/3", ""])
def test_what_is_no_name_of_the_log_is_none_whatever_its_number(village: Village, end: str) -> None:
    assert keys.number_of(f"{keys.first_origin()}/{end}") is None
    assert keys.number_of(f"{keys.first_origin()}/2") == 1


def test_what_was_signed_under_another_setting_of_the_name_stays_remembered(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_LOG_ORIGIN", "village.example/log")
    grow(village, 0, 30)
    with taken_back():
        grow(village, 30, 50)
        actions.sign_checkpoint(now=NOW)
        monkeypatch.delenv("DURE_LOG_ORIGIN")  # as in a cron job that does not know it
        grow(village, 50, 52)
        with pytest.raises(LogMisnamed, match=r"signed as village\.example/log so far"):
            actions.sign_checkpoint(now=NOW)
    with taken_back():
        actions.sign_checkpoint(now=NOW)
    monkeypatch.setenv("DURE_LOG_ORIGIN", "village.example/log")

    with pytest.raises(LogRolledBack):
        actions.sign_checkpoint(now=LATER)


def test_nothing_lost_is_nothing_to_resume_after(village: Village) -> None:
    grow(village, 0, 30)
    actions.sign_checkpoint(now=NOW)

    with pytest.raises(LogNotLost, match="this data folder"):
        actions.resume_after_loss(now=LATER)


def test_two_signed_states_of_one_size_are_no_lost_backup(village: Village) -> None:
    grow(village, 0, 30)
    with taken_back():
        grow(village, 30, 50)
        actions.sign_checkpoint(now=NOW)
    kept = remembered.path().read_text()
    remembered.path().unlink()
    grow(village, 100, 120)
    actions.sign_checkpoint(now=NOW)
    remembered.path().write_text(kept)

    with pytest.raises(LogContradicted):
        actions.resume_after_loss(now=LATER)


def cosigned(note: str, at_s: int = 1_791_187_200) -> str:
    return add_signatures(note, [cosign(read_note(note).text, WITNESS.name, KEY, at_s)])


def test_a_trusted_witnesss_cosignature_is_shown_and_the_newest_counts(village: Village) -> None:
    grow(village, 0, 30)
    note = actions.sign_checkpoint(now=NOW).note
    actions.trust_witness(verifier_key=WITNESS.verifier_key, now=NOW)

    actions.take_cosignatures(note=cosigned(note, 2_000))
    actions.take_cosignatures(note=cosigned(note, 1_000))

    published = reads.published_checkpoint()
    assert published is not None
    assert published.note == cosigned(note, 2_000)
    assert [one.witness for one in published.cosignatures] == [WITNESS.name]
    assert reads.verify() == []
    actions.distrust_witness(name=WITNESS.name)
    published = reads.published_checkpoint()
    assert published is not None
    assert published.note == note


def test_strangers_can_not_cosign(village: Village) -> None:
    grow(village, 0, 30)
    note = actions.sign_checkpoint(now=NOW).note

    with pytest.raises(WitnessUntrusted):
        actions.take_cosignatures(note=cosigned(note))


def test_a_checkpoint_that_is_not_kept_is_not_cosigned(village: Village) -> None:
    grow(village, 0, 30)
    actions.sign_checkpoint(now=NOW)
    actions.trust_witness(verifier_key=WITNESS.verifier_key, now=NOW)
    root = signed.Checkpoint(keys.origin(), 20, bytes.fromhex("00" * 32))
    unkept = signed.sign(Checkpoint(root.origin, 20, _root(20)), root.origin, keys.private_key())

    with pytest.raises(CosignatureForeign):
        actions.take_cosignatures(note=cosigned(unkept))


def _root(size: int) -> bytes:
    from dure.movement.ledger.tree import edge_in_tiles

    return edge_in_tiles(size).root()


def test_whoever_kept_a_newer_checkpoint_can_tell_a_log_that_both_were_put_back(
    village: Village, lost: CheckpointFacts
) -> None:
    remembered.path().unlink()  # the data folder is as old as the database

    with pytest.raises(LogRolledBack, match="a note that was handed in"):
        actions.take_cosignatures(note=lost.note)
    with pytest.raises(LogRolledBack):
        actions.sign_checkpoint(now=LATER)


def test_who_was_told_by_a_witness_knows_when_it_was_signed(village: Village, lost: CheckpointFacts) -> None:
    remembered.path().unlink()
    grow(village, 100, 107, hours=2)
    actions.trust_witness(verifier_key=WITNESS.verifier_key, now=NOW)
    with pytest.raises(LogRolledBack):
        actions.take_cosignatures(note=cosigned(lost.note, int((LATER + HOUR / 2).timestamp())))

    loss = actions.resume_after_loss(now=NOW + 3 * HOUR)

    assert (loss.kept_size, loss.base_size) == (30, 37)


def test_after_a_second_loss_all_that_the_second_name_began_with_is_kept(
    village: Village, lost: CheckpointFacts
) -> None:
    grow(village, 100, 107, hours=2)
    actions.resume_after_loss(now=LATER)  # with 37 entries, signed as the beginning of the second name
    with taken_back():
        grow(village, 200, 260, hours=3)
        newest = actions.sign_checkpoint(now=NOW + 3 * HOUR)
    remembered.path().unlink()
    with pytest.raises(LogRolledBack):
        actions.take_cosignatures(note=newest.note)  # nobody tells when it was signed

    loss = actions.resume_after_loss(now=NOW + 4 * HOUR)

    assert (loss.number, loss.kept_size, loss.lost_end, loss.base_size) == (2, 37, 97, 37)
    assert reads.verify() == []


def test_a_flipped_byte_in_names_and_cosignatures_is_named(village: Village, lost: CheckpointFacts) -> None:
    actions.trust_witness(verifier_key=WITNESS.verifier_key, now=NOW)
    actions.resume_after_loss(now=LATER)
    latest = reads.latest_checkpoint()
    assert latest is not None
    actions.take_cosignatures(note=cosigned(latest.note))
    harm = [
        ("UPDATE ledger_logorigin SET kept_size = 29", "log name 1"),
        ("UPDATE ledger_logorigin SET lost_end = 51", "log name 1"),
        ("UPDATE ledger_logorigin SET started_at_ms = started_at_ms + 1", "log name 1"),
        ("UPDATE ledger_logorigin SET statement = replace(statement, 'number 1', 'number 2')", "log name 1"),
        ("UPDATE ledger_cosignature SET cosigned_at_s = 7", "cosignature of witness.example/w1 at 30"),
        (
            "UPDATE ledger_cosignature SET line = replace(line, 'A', 'B')",
            "cosignature of witness.example/w1 at 30",
        ),
    ]
    for statement, where in harm:
        with transaction.atomic(), connection.cursor() as cursor:
            _without_triggers(cursor)
            cursor.execute(statement)
            assert where in [fault.where for fault in reads.verify()]
            transaction.set_rollback(True)
    assert reads.verify() == []


def _without_triggers(cursor: object) -> None:
    execute = cursor.execute  # type: ignore[attr-defined]
    if connection.vendor == "postgresql":
        execute("ALTER TABLE ledger_logorigin DISABLE TRIGGER USER")
    else:
        execute("DROP TRIGGER ledger_logorigin_no_update")


def test_the_database_itself_refuses_to_change_a_name(village: Village, lost: CheckpointFacts) -> None:
    actions.resume_after_loss(now=LATER)

    for statement in ("UPDATE ledger_logorigin SET number = 2", "DELETE FROM ledger_logorigin"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
