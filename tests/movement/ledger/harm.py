"""Harm done to stored rows behind the program's back, as a failing disk or a forger would do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import import_module
from random import Random
from uuid import UUID

from django.db import connection, transaction

from dure.movement.ledger import remembered

_triggers = import_module("dure.movement.ledger.migrations.0002_entries_stay")
TEXT = frozenset({"client_id", "work_day", "note", "person_key", "key", "day"})
Stored = bytes | int | UUID | date | str
TABLES_WITH_TRIGGERS = (
    *("ledger_entry", "ledger_tile", "ledger_checkpoint"),
    *("ledger_logday", "ledger_sealedday", "ledger_sealedid"),
)


def dice(seed: int | str) -> Random:
    """Chance that comes out the same every time."""
    return Random(seed)  # noqa: S311


@contextmanager
def triggers_off() -> Iterator[None]:
    """Let rows be changed, for this one harm."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As a superuser might; ALTER TABLE would stumble over foreign keys checked at commit.
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
        else:
            for name in _triggers.SQLITE:
                cursor.execute(f"DROP TRIGGER {name}")
            yield
            for trigger in _triggers.SQLITE.values():
                cursor.execute(trigger)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back, also what the data folder keeps of signed states."""
    kept = remembered.path()
    before = kept.read_bytes() if kept.exists() else None
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if before is not None:
        kept.write_bytes(before)
    else:
        kept.unlink(missing_ok=True)


def flip(table: str, key: str, column: str, random: Random, *, bit: int | None = None) -> None:
    """Change one byte, or one bit of a number, in ``column`` of the row where the SQL ``key`` holds.

    ``bit``: which one of a byte. 7 makes of ASCII what is no text at all (where the database lets it: SQLite).
    """
    as_bytes = connection.vendor == "sqlite" and column in TEXT
    with connection.cursor() as cursor:
        read = f'CAST("{column}" AS BLOB)' if as_bytes else f'"{column}"'
        cursor.execute(f"SELECT {read} FROM {table} WHERE {key}")  # noqa: S608
        (held,) = cursor.fetchone()
        # An index that is taken can't be written twice, so it goes far off.
        changed: Stored = int(held) ^ 1 << 20 if column == "index" else _changed(held, random, bit)
        mark = "CAST(%s AS TEXT)" if as_bytes and isinstance(changed, bytes) else "%s"
        with triggers_off_if(table in TABLES_WITH_TRIGGERS):
            cursor.execute(f'UPDATE {table} SET "{column}" = {mark} WHERE {key}', [changed])  # noqa: S608
        assert cursor.rowcount == 1


@contextmanager
def triggers_off_if(needed: bool) -> Iterator[None]:
    if needed:
        with triggers_off():
            yield
    else:
        yield


def _changed(held: object, random: Random, bit: int | None) -> Stored:
    if isinstance(held, memoryview | bytes):
        raw = bytearray(held) or bytearray(b"x")
        raw[random.randrange(len(raw))] ^= 1 << (random.randrange(8) if bit is None else bit)
        return bytes(raw)
    if isinstance(held, int):
        # Low bits, so that it still fits the narrowest column.
        return held ^ 1 << random.randrange(14)
    if isinstance(held, UUID):
        return UUID(int=held.int ^ 1 << random.randrange(128))
    if isinstance(held, date):
        return held + timedelta(days=random.choice((-1, 1)))
    assert isinstance(held, str)
    if not held:
        return "#"
    place = random.randrange(len(held))
    return held[:place] + ("#" if held[place] != "#" else "?") + held[place + 1 :]
