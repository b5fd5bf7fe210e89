"""Verification: a sound log is silent, and one changed byte anywhere is named with its place."""

from __future__ import annotations

from random import Random

import pytest
from django.db import DatabaseError, connection, transaction

from dure.engine.log import checkpoint as signed
from dure.engine.log.merkle import verify_inclusion
from dure.engine.log.note import parse_verifier_key
from dure.kernel.refusals import NotFound
from dure.movement.ledger import actions, reads, verifying
from dure.movement.ledger.errors import LogDamaged, LogUnsigned
from dure.movement.ledger.store import ENTRY_COLUMNS
from dure.movement.ledger.types import Fault, Grade, Kind
from tests.movement.ledger.harm import dice, flip, triggers_off, undone
from tests.movement.ledger.village import LATER, NOW, Village, record_all, request


@pytest.fixture
def log(village: Village) -> Village:
    """300 entries under two checkpoints, a correction, a withdrawal and a recount among them."""
    record_all(
        [
            village.entry(number, person="Minji" if number % 3 else None, note="rain", kind=Kind.HOURS)
            for number in range(200)
        ]
    )
    actions.sign_checkpoint(now=NOW)
    record_all([village.entry(number, kind=Kind.OUTPUT, team="South") for number in range(200, 297)])
    actions.correct(index=210, difference_milli=-1, client_id=request(900), now=LATER)
    actions.withdraw(index=5, client_id=request(901), now=LATER)
    actions.confirm(index=220, found_milli=7000, grade=Grade.RECOUNTED, client_id=request(902), now=LATER)
    actions.sign_checkpoint(now=LATER)
    return village


def test_a_sound_log_has_no_faults(log: Village) -> None:
    assert reads.verify() == []


def test_an_empty_log_has_no_faults_and_can_be_signed(village: Village) -> None:
    assert reads.verify() == []
    assert actions.sign_checkpoint(now=NOW).size == 0
    assert reads.verify() == []


@pytest.mark.parametrize("column", ENTRY_COLUMNS)
def test_a_changed_byte_of_an_entry_is_named(log: Village, column: str) -> None:
    random = dice(f"entry {column}")
    rows = {"post_id": None, "points_at": (297, 298, 299), "person_key": (1, 2, 4)}
    for _ in range(5):
        with undone():
            if column == "post_id":
                index = _set_post(random)
            else:
                index = random.choice(rows.get(column) or range(300))
                flip("ledger_entry", f'"index" = {index}', column, random)
            assert f"entry {index}" in [fault.where for fault in reads.verify()]
    assert reads.verify() == []


def _set_post(random: Random) -> int:
    index = random.randrange(300)
    with triggers_off(), connection.cursor() as cursor:
        post = random.choice((0, 1))
        cursor.execute('UPDATE ledger_entry SET post_id = %s WHERE "index" = %s', [post, index])
    return index


@pytest.mark.parametrize(("level", "number"), [(0, 0), (0, 1), (1, 0)])
def test_a_changed_byte_of_a_tile_is_named_and_nothing_else(log: Village, level: int, number: int) -> None:
    random = dice(level * 10 + number)
    for _ in range(5):
        with undone():
            flip("ledger_tile", f"level = {level} AND number = {number}", "hashes", random)
            assert [fault.where for fault in reads.verify()] == [f"tile {level}/{number}"]


@pytest.mark.parametrize("entry_count", [300, 600])
def test_every_tile_is_compared_however_the_log_is_batched(
    village: Village, entry_count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last batch changes no tile of level 1 here, as with 65,536 entries and more in earnest."""
    record_all([village.entry(number) for number in range(entry_count)])
    monkeypatch.setattr(verifying, "BATCH_ENTRIES", 256)
    assert reads.verify() == []
    for level, number in ((0, 0), (0, 1), (0, entry_count // 256), (1, 0)):
        with undone():
            where = f"level = {level} AND number = {number}"
            flip("ledger_tile", where, "hashes", dice(f"{entry_count} {where}"))
            assert [fault.where for fault in reads.verify()] == [f"tile {level}/{number}"]


@pytest.mark.parametrize("column", ["size", "root", "note", "signed_at_ms", "time_signature"])
def test_a_changed_byte_of_a_checkpoint_is_named(log: Village, column: str) -> None:
    random = dice(f"checkpoint {column}")
    for size in (200, 300, 200, 300, 300):
        with undone():
            flip("ledger_checkpoint", f"size = {size}", column, random)
            faults = reads.verify()
            assert faults
            # A changed size is named by what it was changed to.
            named = {fault.where for fault in faults}
            assert f"checkpoint {size}" in named or column == "size"
            assert all(where.startswith("checkpoint ") for where in named)


@pytest.mark.parametrize(
    "column",
    ["n", "quantity_milli", "out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli"],
)
def test_a_changed_rollup_is_named_with_both_figures(log: Village, column: str) -> None:
    team_id = log.teams["South"]
    with undone():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE ledger_rollup SET {column} = {column} + 1 WHERE team_id = %s", [team_id])  # noqa: S608
        (fault,) = reads.verify()
    assert fault.where.startswith(f"rollup of campaign {log.campaign_id}, team {team_id},")
    assert fault.what.startswith(f"{column} is ")


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [
        ("ledger_checkpoint", "note", "checkpoint "),
        ("ledger_rollup", "work_day", "rollup of campaign "),
        ("ledger_personkey", "key", "person key "),
        ("ledger_personkey", "salt", "person key "),
    ],
)
def test_bytes_that_are_no_text_are_named_and_stop_nothing(
    log: Village, table: str, column: str, named: str
) -> None:
    key = {
        "ledger_checkpoint": "size = 300",
        "ledger_rollup": f"team_id = {log.teams['South']}",
        "ledger_personkey": f"person_id = {log.people['Minji']}",
    }[table]
    for number in range(5):
        with undone():
            flip(table, key, column, dice(number), bit=7)
            flip("ledger_entry", '"index" = 3', "entry_salt", dice(number))
            named_places = [fault.where for fault in reads.verify()]
        assert "entry 3" in named_places
        others = [where for where in named_places if where != "entry 3"]
        assert others
        assert all(where.startswith(named) for where in others)


def test_a_changed_head_is_named(log: Village) -> None:
    with undone():
        flip("base_orderhead", "name = 'ledger'", "frontier", dice(3))
        assert [fault.where for fault in reads.verify()] == ["log head"]


def test_missing_and_surplus_rows_are_named(log: Village) -> None:
    with undone():
        with triggers_off(), connection.cursor() as cursor:
            cursor.execute('DELETE FROM ledger_entry WHERE "index" IN (7, 30, 31, 32)')
            cursor.execute("DELETE FROM ledger_tile WHERE level = 1")
            cursor.execute(
                "INSERT INTO ledger_tile (level, number, hashes) SELECT 3, 9, hashes FROM ledger_tile"
                " WHERE level = 0 AND number = 1"
            )
        faults = reads.verify()
    assert Fault("entry 7", "is missing") in faults
    assert Fault("entries 30 to 32", "are missing") in faults
    assert Fault("tile 1/0", "is missing") in faults
    assert Fault("tile 3/9", "does not belong to the log") in faults


def test_every_fault_is_collected(log: Village) -> None:
    with undone():
        for index in (3, 250):
            flip("ledger_entry", f'"index" = {index}', "entry_salt", dice(index))
        flip("ledger_checkpoint", "size = 200", "root", dice(1))
        named = [fault.where for fault in reads.verify()]
    assert {"entry 3", "entry 250", "checkpoint 200"} <= set(named)


def test_a_forger_who_changes_entry_and_hash_is_found_by_the_tile(log: Village) -> None:
    with undone():
        with triggers_off(), connection.cursor() as cursor:
            cursor.execute('SELECT leaf_hash FROM ledger_entry WHERE "index" = 8')
            (other,) = cursor.fetchone()
            cursor.execute('UPDATE ledger_entry SET leaf_hash = %s WHERE "index" = 7', [bytes(other)])
        assert "entry 7" in [fault.where for fault in reads.verify()]


def test_a_swapped_person_key_is_named(log: Village) -> None:
    with undone():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE ledger_personkey SET person_id = %s WHERE person_id = %s",
                [log.people["Bora"], log.people["Minji"]],
            )
        (fault,) = reads.verify()
    assert fault.where.startswith("person key ")


def test_nothing_is_signed_over_a_damaged_tree(log: Village) -> None:
    record_all([log.entry(950)])
    with undone():
        flip("ledger_tile", "level = 0 AND number = 1", "hashes", dice(2))
        with pytest.raises(LogDamaged):
            actions.sign_checkpoint(now=LATER)
        with pytest.raises(LogDamaged):
            actions.record_one(entry=log.entry(951), now=LATER)


def test_a_log_that_was_rolled_back_is_not_signed(log: Village) -> None:
    with undone():
        with triggers_off(), connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_checkpoint SET size = 400 WHERE size = 300")
        with pytest.raises(LogDamaged, match="400 entries were signed"):
            actions.sign_checkpoint(now=LATER)


def test_signing_the_same_state_twice_gives_the_first_note(log: Village) -> None:
    first = reads.latest_checkpoint()

    assert actions.sign_checkpoint(now=LATER) == first


def test_a_stranger_can_check_a_proof_with_the_public_key_alone(log: Village) -> None:
    name, key = parse_verifier_key(reads.public_key())
    for index in (0, 199, 200, 255, 256, 299):
        proof = reads.proof(index)
        state = signed.verify(proof.checkpoint.note, name, key)
        assert verify_inclusion(index, state.size, proof.leaf_hash, proof.path, state.root)
        assert not verify_inclusion(index ^ 1, state.size, proof.leaf_hash, proof.path, state.root)
        assert reads.receipt(index).leaf_hash == proof.leaf_hash
        assert reads.receipt(index).checkpoint_size == 300
    old = reads.proof(3, size=200)
    assert verify_inclusion(
        3, 200, old.leaf_hash, old.path, signed.verify(old.checkpoint.note, name, key).root
    )


def test_a_proof_of_what_is_not_signed_is_refused(log: Village) -> None:
    record_all([log.entry(950)])

    assert reads.receipt(300).checkpoint_size is None
    with pytest.raises(LogUnsigned):
        reads.proof(300)
    with pytest.raises(LogUnsigned):
        reads.proof(250, size=200)
    for missing in (lambda: reads.proof(301), lambda: reads.proof(3, size=17), lambda: reads.receipt(301)):
        with pytest.raises(NotFound):
            missing()


def test_tiles_are_served_as_far_as_they_go(log: Village) -> None:
    assert len(reads.tile(0, 0, 256)) == 256 * 32
    assert reads.tile(0, 1, 5) == reads.tile(0, 1, 44)[: 5 * 32]
    for level, number, width in ((0, 1, 45), (0, 2, 1), (2, 0, 1), (0, 1, 0)):
        with pytest.raises(NotFound):
            reads.tile(level, number, width)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE ledger_entry SET note = note WHERE "index" = 0',
        'UPDATE ledger_entry SET quantity_milli = 1 WHERE "index" = 0',
        'DELETE FROM ledger_entry WHERE "index" = 299',
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_tile WHERE level = 0 AND number = 1",
        "UPDATE ledger_tile SET number = 5 WHERE level = 0 AND number = 1",
        "UPDATE ledger_tile SET hashes = hashes WHERE level = 0 AND number = 0",
        "UPDATE ledger_checkpoint SET signed_at_ms = signed_at_ms WHERE size = 300",
        "DELETE FROM ledger_checkpoint WHERE size = 300",
        "DELETE FROM ledger_checkpoint",
    ],
)
def test_the_database_itself_refuses_to_change_what_stands(log: Village, statement: str) -> None:
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert reads.verify() == []


def test_a_partial_tile_may_grow_but_not_change(log: Village) -> None:
    held = reads.tile(0, 1, 44)
    swapped = held[32:64] + held[:32] + held[64:]
    put = "UPDATE ledger_tile SET hashes = %s WHERE level = 0 AND number = 1"
    for hashes in (held[:-32], swapped, swapped + bytes(32)):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(put, [hashes])
    with undone(), connection.cursor() as cursor:
        cursor.execute(put, [held + bytes(32)])
        assert cursor.rowcount == 1
