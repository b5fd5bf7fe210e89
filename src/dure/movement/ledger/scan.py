"""Stored rows as they really stand, byte for byte, for whoever verifies them."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from dure.engine.log.entry import NO_PERSON
from dure.movement.ledger import keys
from dure.movement.ledger.store import ENTRY_COLUMNS

# SQLite keeps these as text. Read as text, one wrong byte could end the reading; read as bytes it is found.
_TEXT_COLUMNS = frozenset({"client_id", "work_day", "note", "person_key"})
_CHECKPOINT_COLUMNS = ("size", "root", "note", "signed_at_ms", "time_signature")
_ROLLUP_COLUMNS = (
    *("campaign_id", "team_id", "area_id", "indicator_id", "work_day", "n", "quantity_milli"),
    *("out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli"),
)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_HASH_BYTES = 32
_SALT_BYTES = 16
_ID_BYTES = 16
# About 20 MB; people recur within days, and a nation's keys need not be held at once.
_KEYS_HELD_MAX = 100_000
# Format version 1: version, kind, grade, client id, campaign, indicator, team, area, post, day, quantity,
# index pointed at + 1, time of recording, length of the note; big-endian. The note follows.
_VERSION = 1
_FACTS = struct.Struct(">BBB16sIIIIQiqQqH")

Row = tuple[object, ...]
"""Values of ENTRY_COLUMNS as the driver gives them."""


class Unreadable(Exception):
    """A stored value that no append can have written; the text says which."""


def rows_between(first: int, end: int) -> list[Row]:
    """The stored entries ``first`` to ``end`` (exclusive), in order."""
    columns = _selected(ENTRY_COLUMNS, _TEXT_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {columns} FROM ledger_entry WHERE "index" >= %s AND "index" < %s ORDER BY "index"',  # noqa: S608
            [first, end],
        )
        rows: list[Row] = cursor.fetchall()
        return rows


class Reader:
    """Turns stored rows into the bytes that were hashed, by way of what the columns say.

    On purpose by the byte table in docs/reference/entry-format.md and not by the code that wrote them: a fault
    of the writer would hide from a check that shares it. Days and people repeat, so each is worked out once.
    """

    def __init__(self) -> None:
        self._days: dict[object, int] = {}
        self._keys: dict[bytes, str] = {}

    def hashed(self, row: Row) -> tuple[bytes, bytes, bytes]:
        """Entry salt, facts bytes and person commitment of ``row``; raises Unreadable."""
        (
            _,
            client_id,
            kind,
            grade,
            campaign,
            indicator,
            team,
            area,
            post,
            work_day,
            quantity,
            points_at,
            recorded_at_ms,
            note,
            person_key,
            commitment,
            salt,
            _,
        ) = row
        if type(commitment) is not bytes or len(commitment) != _HASH_BYTES:
            raise Unreadable("person_commitment is not 32 bytes")
        if type(salt) is not bytes or len(salt) != _SALT_BYTES:
            raise Unreadable("entry_salt is not 16 bytes")
        if post == 0:
            raise Unreadable("post_id is 0")
        self._check_person(person_key, commitment)
        day = self._days.get(work_day)
        # SQLite gave the text's own bytes; a wrong one makes another hash, and need not be readable.
        text = note if type(note) is bytes else str(note).encode()
        try:
            packed = _FACTS.pack(
                _VERSION,
                kind,
                grade,
                client_id.bytes if type(client_id) is UUID else _id_bytes(client_id),
                campaign,
                indicator,
                team,
                area,
                0 if post is None else post,
                self._day(work_day) if day is None else day,
                quantity,
                0 if points_at is None else points_at + 1,  # type: ignore[operator]  # caught below
                recorded_at_ms,
                len(text),
            )
        except (struct.error, TypeError) as broken:
            raise Unreadable(f"a column is out of its range: {broken}") from broken
        return salt, packed + text, commitment

    def _day(self, stored: object) -> int:
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

    def person_key(self, commitment: bytes) -> str:
        """The key in hex that belongs to a person commitment."""
        known = self._keys.get(commitment)
        if known is None:
            if len(self._keys) >= _KEYS_HELD_MAX:
                self._keys.clear()
            known = self._keys[commitment] = keys.person_key_hex(commitment)
        return known

    def _check_person(self, stored: object, commitment: bytes) -> None:
        if stored is None:
            if commitment != NO_PERSON:
                raise Unreadable("person_key is missing or person_commitment is not empty")
            return
        wanted = self.person_key(commitment)
        # In the one spelling each database has for it.
        found = stored.hex if isinstance(stored, UUID) else stored
        if found != wanted and found != wanted.encode():
            raise Unreadable("person_key and person_commitment do not belong together")


def _text(stored: object) -> str:
    try:
        return stored.decode("ascii") if isinstance(stored, bytes) else str(stored)
    except UnicodeDecodeError as broken:
        raise Unreadable("a text holds bytes that are none") from broken


def _id_bytes(stored: object) -> bytes:
    """The 16 bytes of an id, if it is spelled as ids are: 32 small hex digits."""
    text = _text(stored)
    try:
        raw = bytes.fromhex(text)
    except ValueError as broken:
        raise Unreadable(f"{text[:40]!r} is not an id") from broken
    if len(raw) != _ID_BYTES or raw.hex() != text:
        raise Unreadable(f"{text[:40]!r} is not spelled as ids are")
    return raw


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A stored checkpoint whose columns are at least of the kinds they should be."""

    size: int
    root: bytes
    note: str
    signed_at_ms: int
    time_signature: bytes


def checkpoint_rows() -> Iterator[tuple[object, CheckpointRow | Unreadable]]:
    """(size, checkpoint) of every one; in place of a checkpoint that can't be read, what is wrong."""
    for row in _rows("ledger_checkpoint", _CHECKPOINT_COLUMNS, frozenset({"note"})):
        yield row[0], _checkpoint(row)


def _checkpoint(row: Row) -> CheckpointRow | Unreadable:
    size, root, note, signed_at_ms, time_signature = row
    if not isinstance(size, int) or not isinstance(signed_at_ms, int):
        return Unreadable("its size or time is not a whole number")
    if not isinstance(root, bytes) or not isinstance(time_signature, bytes):
        return Unreadable("its root or time_signature is not bytes")
    try:
        text = note.decode() if isinstance(note, bytes) else str(note)
    except UnicodeDecodeError:
        return Unreadable("its note holds bytes that are no text")
    return CheckpointRow(size, root, text, signed_at_ms, time_signature)


def rollup_rows() -> Iterator[Row]:
    """The key columns and the six sums of every rollup, as stored."""
    return _rows("ledger_rollup", _ROLLUP_COLUMNS, frozenset({"work_day"}))


def said_rows() -> Iterator[Row]:
    """(index, standing, withdrawn, grades) of every contribution that something was said about, as stored."""
    for index, standing, withdrawn, grades in _rows(
        "ledger_said", ("index", "standing_milli", "is_withdrawn", "grades"), frozenset()
    ):
        # SQLite keeps truth as 0 and 1; any other number is no truth.
        yield index, standing, bool(withdrawn) if withdrawn in (0, 1) else withdrawn, grades


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A stored sealed day; ``day`` None where it is no day any more, which ``shown`` then tells as it stands."""

    day: date | None
    shown: str
    first: int
    end: int
    state: int
    note: bytes


def sealed_day_rows() -> list[SealedRow]:
    """Every sealed day, in the order of the log."""
    columns = ("day", "first_index", "end_index", "state", "note")
    rows = [
        SealedRow(*_as_day(day), first, end, state, note if isinstance(note, bytes) else str(note).encode())
        for day, first, end, state, note in _rows("ledger_sealedday", columns, frozenset({"day", "note"}))
        if isinstance(first, int) and isinstance(end, int) and isinstance(state, int)
    ]
    return sorted(rows, key=lambda row: row.first)


def log_day_rows() -> list[tuple[date | None, str, int]]:
    """(day, the day as it stands, first index) of every mark, in the order of the log."""
    rows = _rows("ledger_logday", ("day", "first_index"), frozenset({"day"}))
    marks = [(*_as_day(day), first) for day, first in rows if isinstance(first, int)]
    return sorted(marks, key=lambda mark: (mark[2], mark[1]))


def _as_day(stored: object) -> tuple[date | None, str]:
    if isinstance(stored, date):
        return stored, stored.isoformat()
    shown = stored.decode("ascii", "replace") if isinstance(stored, bytes) else str(stored)
    try:
        day = date.fromisoformat(shown)
    except ValueError:
        return None, shown
    return (day if day.isoformat() == shown else None), shown


def person_key_rows() -> Iterator[Row]:
    """(key, person id, salt) of everybody who is not forgotten, as stored."""
    return _rows("ledger_personkey", ("key", "person_id", "salt"), frozenset({"key"}))


def commitment_of(salt: object, person_id: object) -> bytes:
    """The person commitment that a stored salt and person give; raises Unreadable."""
    if not isinstance(salt, bytes) or len(salt) != _SALT_BYTES:
        raise Unreadable("its salt is not 16 bytes")
    if not isinstance(person_id, int) or person_id < 0:
        raise Unreadable("its person is not a row's number")
    return keys.person_commitment(salt, person_id)


def _rows(table: str, columns: Sequence[str], texts: Collection[str]) -> Iterator[Row]:
    """Every row of ``table`` as it stands; ``texts`` come as bytes on SQLite, where any byte may be in them."""
    selected = _selected(columns, texts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selected} FROM {table}")  # noqa: S608
        while rows := cursor.fetchmany(10_000):
            yield from rows


def _selected(columns: Sequence[str], texts: Collection[str]) -> str:
    is_sqlite = connection.vendor == "sqlite"
    return ", ".join(
        f'CAST("{column}" AS BLOB)' if is_sqlite and column in texts else f'"{column}"' for column in columns
    )
