"""One changed byte of a sealed day, or of what is kept beside it, is found and named with its place."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from dure.analytics.sealed.checking import check_folder
from dure.movement.ledger import actions, keys, reads
from dure.movement.ledger.models import Entry, Said, Seen
from dure.movement.ledger.store import ENTRY_COLUMNS
from tests.movement.ledger.harm import dice, flip, triggers_off, undone
from tests.movement.ledger.sealing import DAY_2, FOURTH, three_days
from tests.movement.ledger.village import DAY, Village


@pytest.fixture
def log(village: Village, folder: Path) -> Village:
    """Two days dropped, the third open."""
    three_days(village)
    actions.sign_checkpoint(now=FOURTH)
    for day in (DAY, DAY_2):
        actions.seal_day(day=day, now=FOURTH)
    assert reads.verify() == []
    return village


def places() -> list[str]:
    return [fault.where for fault in reads.verify()]


@pytest.mark.parametrize("count", [6, pytest.param(150, marks=pytest.mark.full)])
@pytest.mark.parametrize("name", ["entries.parquet", "proof.parquet", "seal.note"])
def test_a_flipped_byte_of_a_file_is_found_and_named(
    log: Village, folder: Path, name: str, count: int
) -> None:
    random = dice(f"{name} {count}")
    for _ in range(count):
        path = folder / random.choice(("2026-10-05", "2026-10-06")) / name
        whole = path.read_bytes()
        bad = bytearray(whole)
        bad[random.randrange(len(bad))] ^= 1 << random.randrange(8)
        path.write_bytes(bad)
        problems = check_folder(folder, keys.verifier_keys()).problems
        assert problems
        assert all(problem.where.startswith(f"sealed day {path.parent.name}, {name}") for problem in problems)
        assert {problem.where for problem in problems} <= set(places())
        path.write_bytes(whole)
    assert reads.verify() == []


def test_a_flipped_byte_is_named_by_row_group_and_column(log: Village, folder: Path) -> None:
    path = folder / "2026-10-06" / "proof.parquet"
    whole = path.read_bytes()
    salt = reads.opening(44).entry_salt
    path.write_bytes(whole.replace(salt, bytes([salt[0] ^ 1]) + salt[1:]))
    assert places() == [
        "sealed day 2026-10-06, proof.parquet, row group 0 (entries 40 to 51), column entry_salt",
        "rollups and all else that is summed",
    ]


def test_torn_missing_and_swapped_files_are_named(log: Village, folder: Path) -> None:
    first, second = folder / "2026-10-05", folder / "2026-10-06"
    path = first / "entries.parquet"
    whole = path.read_bytes()
    for torn in (b"", whole[:100], whole[:-1], whole + b"x", b"PAR1" * 10):
        path.write_bytes(torn)
        assert any(place.startswith("sealed day 2026-10-05, entries.parquet") for place in places())
    path.unlink()
    assert "sealed day 2026-10-05, entries.parquet" in places()
    path.write_bytes(whole)
    first.rename(folder / "x")
    second.rename(first)
    (folder / "x").rename(second)
    assert {"sealed day 2026-10-05, seal.note", "sealed day 2026-10-06, seal.note"} <= set(places())


@pytest.mark.parametrize(
    ("table", "key", "columns", "named"),
    [
        ("ledger_said", '"index" = 3', ("index", "standing_milli", "grades"), "what is said of entry "),
        ("ledger_seen", "n > 3", ("n", "person_key", "team_id", "area_id"), "people seen of campaign "),
        ("ledger_sealedid", '"index" = 41', ("client_id", "index"), "sealed id"),
        ("ledger_sealedday", "first_index = 40", ("day", "first_index", "end_index", "note"), "sealed day "),
        ("ledger_logday", "first_index = 40", ("first_index",), "sealed day "),
        ("ledger_logday", "first_index = 52", ("first_index",), "day 2026-10-07 of entering the log"),
        ("ledger_rollup", "n > 0", ("n", "quantity_milli", "work_day"), "rollup of campaign "),
        ("ledger_tile", "level = 0", ("hashes",), "tile 0/0"),
    ],
)
def test_a_changed_byte_of_what_is_kept_beside_is_named(
    log: Village, table: str, key: str, columns: tuple[str, ...], named: str
) -> None:
    for column in columns:
        random = dice(f"{table} {column}")
        for _ in range(3):
            with undone():
                one = f"ctid = (SELECT ctid FROM {table} WHERE {key} LIMIT 1)"  # noqa: S608
                if connection.vendor == "sqlite":
                    one = f"rowid = (SELECT rowid FROM {table} WHERE {key} LIMIT 1)"  # noqa: S608
                try:
                    with transaction.atomic():
                        flip(table, one, column, random)
                except IntegrityError:
                    continue  # the database itself would not have it
                found = places()
                assert any(place.startswith(named) for place in found), (column, found)


@pytest.mark.parametrize("column", [name for name in ENTRY_COLUMNS if name not in {"post_id", "points_at"}])
def test_a_changed_byte_of_an_open_entry_beside_sealed_days_is_named(log: Village, column: str) -> None:
    with undone():
        flip("ledger_entry", '"index" = 53', column, dice(column))
        assert "entry 53" in places()


def test_a_mark_between_two_entries_of_a_day_and_a_state_that_is_none_are_named(log: Village) -> None:
    with undone():
        _without_trigger("UPDATE ledger_logday SET first_index = 54 WHERE first_index = 52")
        assert "day 2026-10-07 of entering the log" in places()
    actions.restore_day(day=DAY)
    for statement in (
        "UPDATE ledger_sealedday SET state = 0 WHERE first_index = 0",
        "UPDATE ledger_sealedday SET state = 5 WHERE first_index = 0",
    ):
        with undone():
            _without_trigger(statement)
            assert "sealed day 2026-10-05" in places()


def test_rows_that_should_be_gone_or_here_are_named(log: Village) -> None:
    with undone():
        _without_trigger('DELETE FROM ledger_sealedid WHERE "index" = 7')
        assert {"sealed id of entry 7", "sealed ids"} <= set(places())
    with undone():
        Said.objects.filter(index=3).delete()
        Seen.objects.filter(n__gt=3).delete()
        found = places()
        assert "what is said of entry 3" in found
        assert any(place.startswith("people seen") for place in found)
    with undone():
        Said.objects.create(index=8, standing_milli=1)
        assert "what is said of entry 8" in places()
    with undone():
        _without_trigger("UPDATE ledger_sealedday SET state = 1 WHERE first_index = 40")
        assert "entries 40 to 51" in places()
    with undone():
        last = Entry.objects.get(index=54)
        last.index, last.client_id = 20, UUID(int=5)
        last.save(force_insert=True)
        assert "sealed day 2026-10-05" in places()


def _without_trigger(statement: str) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(statement)
