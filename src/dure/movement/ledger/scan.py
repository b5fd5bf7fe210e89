"""Stored entries as they really stand, byte for byte, for whoever verifies them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db import connection

from dure.engine.log.entry import NO_PERSON, EntryFacts, Grade, Kind, encode
from dure.kernel.refusals import Refusal
from dure.movement.ledger import keys
from dure.movement.ledger.store import ENTRY_COLUMNS

# SQLite keeps these as text. Read as text, one wrong byte could end the reading; read as bytes it is found.
_TEXT_COLUMNS = frozenset({"client_id", "work_day", "note", "person_key"})
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_HASH_BYTES = 32
_SALT_BYTES = 16

Row = tuple[object, ...]
"""Values of ENTRY_COLUMNS as the driver gives them."""


class Unreadable(Exception):
    """A stored value that no append can have written; the text says which."""


def rows_between(first: int, end: int) -> list[Row]:
    """The stored entries ``first`` to ``end`` (exclusive), in order."""
    is_sqlite = connection.vendor == "sqlite"
    columns = ", ".join(
        f'CAST("{column}" AS BLOB)' if is_sqlite and column in _TEXT_COLUMNS else f'"{column}"'
        for column in ENTRY_COLUMNS
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {columns} FROM ledger_entry WHERE "index" >= %s AND "index" < %s ORDER BY "index"',  # noqa: S608
            [first, end],
        )
        rows: list[Row] = cursor.fetchall()
        return rows


class Reader:
    """Turns stored rows into the bytes that were hashed, by way of what the columns say.

    Days and people repeat from row to row, so each is worked out once.
    """

    def __init__(self) -> None:
        self._days: dict[object, int] = {}
        self._keys: dict[bytes, str] = {}

    def hashed(self, row: Row) -> tuple[bytes, bytes, bytes]:
        """Entry salt, facts bytes and person commitment of ``row``; raises Unreadable."""
        kind, grade, note, commitment, salt = row[2], row[3], row[13], row[15], row[16]
        if type(commitment) is not bytes or len(commitment) != _HASH_BYTES:
            raise Unreadable("person_commitment is not 32 bytes")
        if type(salt) is not bytes or len(salt) != _SALT_BYTES:
            raise Unreadable("entry_salt is not 16 bytes")
        if row[8] == 0:
            raise Unreadable("post_id is 0")
        self._check_person(row[14], commitment)
        try:
            packed = encode(
                EntryFacts(
                    kind=Kind(_whole(kind)),
                    client_id=_uuid(row[1]),
                    campaign=_whole(row[4]),
                    indicator=_whole(row[5]),
                    team=_whole(row[6]),
                    area=_whole(row[7]),
                    work_day=self.day(row[9]),
                    quantity_milli=_whole(row[10]),
                    recorded_at_ms=_whole(row[12]),
                    grade=Grade(_whole(grade)),
                    post=0 if row[8] is None else _whole(row[8]),
                    points_at=0 if row[11] is None else _whole(row[11]) + 1,
                    note=note.decode() if isinstance(note, bytes) else str(note),
                )
            )
        except (Refusal, ValueError, TypeError) as broken:
            raise Unreadable(str(broken)) from broken
        return salt, packed, commitment

    def day(self, stored: object) -> int:
        """Days since 1970-01-01; raises Unreadable for what is not the one spelling of a day."""
        known = self._days.get(stored)
        if known is not None:
            return known
        try:
            day = stored if isinstance(stored, date) else date.fromisoformat(_text(stored))
        except ValueError as broken:
            raise Unreadable("work_day is not a day") from broken
        if not isinstance(stored, date) and day.isoformat() != _text(stored):
            raise Unreadable("work_day is not written as a day is")
        self._days[stored] = day.toordinal() - _EPOCH_DAY
        return self._days[stored]

    def _check_person(self, stored: object, commitment: bytes) -> None:
        if stored is None:
            if commitment != NO_PERSON:
                raise Unreadable("person_key is missing or person_commitment is not empty")
            return
        wanted = self._keys.get(commitment)
        if wanted is None:
            wanted = self._keys[commitment] = keys.person_key_hex(commitment)
        # In the one spelling each database has for it.
        found = stored.hex if isinstance(stored, UUID) else stored
        if found != wanted and found != wanted.encode():
            raise Unreadable("person_key and person_commitment do not belong together")


def _whole(stored: object) -> int:
    if type(stored) is not int:
        raise Unreadable(f"{stored!r} is not a whole number")
    return stored


def _text(stored: object) -> str:
    try:
        return stored.decode("ascii") if isinstance(stored, bytes) else str(stored)
    except UnicodeDecodeError as broken:
        raise Unreadable("a text holds bytes that are none") from broken


def _uuid(stored: object) -> UUID:
    """The id, if it is spelled as it was written: 32 small hex digits, or the database's own type."""
    if isinstance(stored, UUID):
        return stored
    text = _text(stored)
    try:
        raw = bytes.fromhex(text)
        found = UUID(bytes=raw)
    except ValueError as broken:
        raise Unreadable(f"{text[:40]!r} is not an id") from broken
    if raw.hex() != text:
        raise Unreadable(f"{text[:40]!r} is not spelled as ids are")
    return found


def person_key_rows() -> Iterator[tuple[object, int, bytes]]:
    """(key, person id, salt) of everybody who is not forgotten, as stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, person_id, salt FROM ledger_personkey")
        while rows := cursor.fetchmany(10_000):
            for key, person_id, salt in rows:
                yield key, person_id, bytes(salt)
