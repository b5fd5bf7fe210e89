"""The ledger's bulk statements, on SQLite and PostgreSQL alike.

Model instances cost more than the rest of an append together (measured), hence plain rows and columns.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from operator import add
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db import connection

from dure.engine.log.tiles import Tile as HashTile
from dure.engine.log.tiles import partial_tiles
from dure.kernel.must import must
from dure.movement.ledger.models import Tile

ENTRY_COLUMNS = (
    "index",
    "client_id",
    "kind",
    "grade",
    "campaign_id",
    "indicator_id",
    "team_id",
    "area_id",
    "post_id",
    "work_day",
    "quantity_milli",
    "points_at",
    "recorded_at_ms",
    "note",
    "person_key",
    "person_commitment",
    "entry_salt",
    "leaf_hash",
)
# "index" is a reserved word.
_QUOTED = ", ".join(f'"{column}"' for column in ENTRY_COLUMNS)
_MARKS = ", ".join(["%s"] * len(ENTRY_COLUMNS))
_INSERT_ENTRY = f"INSERT INTO ledger_entry ({_QUOTED}) VALUES ({_MARKS})"  # noqa: S608  constants only

# PostgreSQL's binary COPY: the columns that are always there with their lengths, those that may be null, the note.
_COPIED = (
    *("index", "client_id", "kind", "grade", "campaign_id", "indicator_id", "team_id", "area_id", "work_day"),
    *("quantity_milli", "recorded_at_ms", "person_commitment", "entry_salt", "leaf_hash"),
    *("post_id", "points_at", "person_key", "note"),
)
_COPY_ENTRY = "COPY ledger_entry ({}) FROM STDIN (FORMAT BINARY)".format(
    ", ".join(f'"{column}"' for column in _COPIED)
)
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_COPY_ROW = struct.Struct(">hiqi16sihihiqiqiqiqiiiqiqi32si16si32s")
_NULL = b"\xff\xff\xff\xff"
_BIGINT = struct.Struct(">iq")
_KEY = struct.Struct(">i16s")
_EMPTY_NOTE = bytes(4)
# Days are counted from 2000-01-01 there, from 1970-01-01 here.
_EPOCH_2000_DAY = date(2000, 1, 1).toordinal() - date(1970, 1, 1).toordinal()

_ROLLUP_COLUMNS = (
    "campaign_id, team_id, area_id, indicator_id, work_day,"
    " n, quantity_milli, out_milli, n_recounted, recounted_milli, recounted_claim_milli"
)
_ADD_ROLLUP = """
ON CONFLICT (campaign_id, team_id, area_id, indicator_id, work_day) DO UPDATE SET
    n = ledger_rollup.n + excluded.n,
    quantity_milli = ledger_rollup.quantity_milli + excluded.quantity_milli,
    out_milli = ledger_rollup.out_milli + excluded.out_milli,
    n_recounted = ledger_rollup.n_recounted + excluded.n_recounted,
    recounted_milli = ledger_rollup.recounted_milli + excluded.recounted_milli,
    recounted_claim_milli = ledger_rollup.recounted_claim_milli + excluded.recounted_claim_milli
"""
_ADD_ROLLUP_ROW = (
    f"INSERT INTO ledger_rollup ({_ROLLUP_COLUMNS}) VALUES ({', '.join(['%s'] * 11)}) {_ADD_ROLLUP}"  # noqa: S608
)
_ADD_ROLLUP_COLUMNS = (
    f"INSERT INTO ledger_rollup ({_ROLLUP_COLUMNS}) SELECT * FROM unnest("  # noqa: S608
    f"{', '.join(['%s::bigint[]'] * 4)}, %s::date[], {', '.join(['%s::bigint[]'] * 6)}) {_ADD_ROLLUP}"
)
_PUT_TILE = """
INSERT INTO ledger_tile (level, number, hashes) VALUES (%s, %s, %s)
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""
_INSERT_PERSON_KEY = (
    "INSERT INTO ledger_personkey (key, person_id, campaign_id, salt) VALUES (%s, %s, %s, %s)"
)
_INSERT_PERSON_KEYS = (
    "INSERT INTO ledger_personkey (key, person_id, campaign_id, salt)"
    " SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bytea[])"
)
_MARK_DAY = """
INSERT INTO ledger_logday (day, first_index)
SELECT {}, {} WHERE NOT EXISTS (SELECT 1 FROM ledger_logday WHERE day >= {})
"""
_PUT_SAID = """
INSERT INTO ledger_said ("index", standing_milli, is_withdrawn, grades) VALUES (%s, %s, %s, %s)
ON CONFLICT ("index") DO UPDATE SET
    standing_milli = excluded.standing_milli, is_withdrawn = excluded.is_withdrawn, grades = excluded.grades
"""

Cell = tuple[int, int, int, int, date]
"""Campaign, team, area, indicator, day of work."""
Sums = tuple[int, int, int, int, int, int]
"""n, quantity, out, n recounted, recounted, claim recounted: as in RollupRow."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A stored entry: the columns of ENTRY_COLUMNS."""

    index: int
    client_id: UUID
    kind: int
    grade: int
    campaign_id: int
    indicator_id: int
    team_id: int
    area_id: int
    post_id: int | None
    work_day: date
    quantity_milli: int
    points_at: int | None
    recorded_at_ms: int
    note: str
    person_key: UUID | None
    person_commitment: bytes
    entry_salt: bytes
    leaf_hash: bytes


class EntryColumns(NamedTuple):
    """New entries, a column each: ids and keys as 16 bytes, days counted from 1970-01-01, hashes as bytes."""

    first_index: int
    client_ids: Sequence[bytes]
    kinds: Sequence[int]
    grades: Sequence[int]
    campaigns: Sequence[int]
    indicators: Sequence[int]
    teams: Sequence[int]
    areas: Sequence[int]
    posts: Sequence[int | None]
    work_days: Sequence[date]
    day_numbers: Sequence[int]
    quantities_milli: Sequence[int]
    points_at: Sequence[int | None]
    notes: Sequence[str]
    person_keys: Sequence[bytes | None]
    person_commitments: Sequence[bytes]
    entry_salts: Sequence[bytes]
    leaf_hashes: Sequence[bytes]
    recorded_at_ms: int


def rows_with(client_ids: Sequence[bytes]) -> dict[UUID, EntryRow]:
    """The entries among ``client_ids`` (16 bytes each) whose rows stand in the database."""
    select = f"SELECT {_QUOTED} FROM ledger_entry WHERE client_id"  # noqa: S608
    rows = map(_entry_row, among(select, "uuid", [client_id.hex() for client_id in client_ids]))
    return {row.client_id: row for row in rows}


def rows_at(indices: Collection[int]) -> dict[int, EntryRow]:
    """The stored entries at ``indices``; those that are not there, or not any more, are left out."""
    select = f'SELECT {_QUOTED} FROM ledger_entry WHERE "index"'  # noqa: S608
    return {row[0]: _entry_row(row) for row in among(select, "bigint", sorted(indices))}


def _entry_row(row: tuple[Any, ...]) -> EntryRow:
    """A row as the driver gives it, in Python's own types: SQLite keeps ids as text."""
    values = list(row)
    for place in (1, 14):
        if isinstance(values[place], str):
            values[place] = UUID(values[place])
    if isinstance(values[9], str):
        values[9] = date.fromisoformat(values[9])
    return EntryRow(*values[:15], *map(bytes, values[15:]))


def person_salts(person_ids: list[int]) -> list[tuple[int, int, bytes]]:
    """(person id, campaign id, salt) of those among ``person_ids`` who have any."""
    return among(
        "SELECT person_id, campaign_id, salt FROM ledger_personkey WHERE person_id", "bigint", person_ids
    )


def said_of(indices: Collection[int]) -> dict[int, tuple[int, bool, int]]:
    """(standing, withdrawn, grades) of those among ``indices`` that something was said about."""
    select = 'SELECT "index", standing_milli, is_withdrawn, grades FROM ledger_said WHERE "index"'
    rows = among(select, "bigint", sorted(indices))
    return {index: (standing, bool(withdrawn), grades) for index, standing, withdrawn, grades in rows}


def among(select: str, kind: str, values: list[str] | list[int]) -> list[tuple[Any, ...]]:
    """Rows of ``select``, a constant that ends in a column of SQL type ``kind``, where it is among ``values``."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{select} = ANY(%s::{kind}[])", [_array(values)])
        else:
            listed = json.dumps(values)
            cursor.execute(f"{select} IN (SELECT value FROM json_each(%s))", [listed])  # noqa: S608
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def has_rows(table: str) -> bool:
    """Whether anything stands in ``table``, a constant."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608
        return cursor.fetchone() is not None


def _array(values: Iterable[int | str]) -> str:
    """An array as PostgreSQL reads it. The driver's own way asks of each value whether it must be quoted: numbers,
    days and hex digits never, and a thousand of them took a third of an append.
    """
    return "{" + ",".join(map(str, values)) + "}"


def insert_entries(parts: Iterable[EntryColumns]) -> None:
    """Insert ``parts``. They are asked for one after the other, while PostgreSQL takes in the one before."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django leaves a COPY's errors as the driver raises them.
            with connection.wrap_database_errors, cursor.copy(_COPY_ENTRY) as copy:
                copy.write(_COPY_HEAD)
                for part in parts:
                    copy.write(_copied(part))
                copy.write(_COPY_END)
        else:
            for part in parts:
                cursor.executemany(_INSERT_ENTRY, cast("list[tuple[str, ...]]", _inserted(part)))


def insert_rows(rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert ``rows`` of ENTRY_COLUMNS: ids in hex and days in ISO form, which both databases take."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copied = f"COPY ledger_entry ({_QUOTED}) FROM STDIN"
            with connection.wrap_database_errors, cursor.copy(copied) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(_INSERT_ENTRY, list(rows))


def _inserted(part: EntryColumns) -> Iterable[tuple[Any, ...]]:
    """Rows of ENTRY_COLUMNS, as SQLite keeps them."""
    return zip(
        range(part.first_index, part.first_index + len(part.client_ids)),
        map(bytes.hex, part.client_ids),
        part.kinds,
        part.grades,
        part.campaigns,
        part.indicators,
        part.teams,
        part.areas,
        part.posts,
        _once_each(date.isoformat, part.work_days),
        part.quantities_milli,
        part.points_at,
        repeat(part.recorded_at_ms),
        part.notes,
        [None if key is None else key.hex() for key in part.person_keys],
        part.person_commitments,
        part.entry_salts,
        part.leaf_hashes,
        strict=False,
    )


def _once_each(change: Callable[[date], str], days: Sequence[date]) -> Iterable[str]:
    """``change`` of each day, worked out once a day: a batch has few."""
    changed = {day: change(day) for day in set(days)}
    return map(changed.__getitem__, days)


def _copied(part: EntryColumns) -> bytes:
    """Rows of _COPIED in PostgreSQL's binary format: each value behind its length, -1 for null."""
    heads = map(
        _COPY_ROW.pack,
        repeat(len(_COPIED)),
        *(repeat(8), range(part.first_index, part.first_index + len(part.client_ids))),
        *(repeat(16), part.client_ids),
        *(repeat(2), part.kinds),
        *(repeat(2), part.grades),
        *(repeat(8), part.campaigns),
        *(repeat(8), part.indicators),
        *(repeat(8), part.teams),
        *(repeat(8), part.areas),
        *(repeat(4), [number - _EPOCH_2000_DAY for number in part.day_numbers]),
        *(repeat(8), part.quantities_milli),
        *(repeat(8), repeat(part.recorded_at_ms)),
        *(repeat(32), part.person_commitments),
        *(repeat(16), part.entry_salts),
        *(repeat(32), part.leaf_hashes),
    )
    columns = [
        [_NULL if post is None else _BIGINT.pack(8, post) for post in part.posts],
        [_NULL if index is None else _BIGINT.pack(8, index) for index in part.points_at],
        [_NULL if key is None else _KEY.pack(16, key) for key in part.person_keys],
        [_copied_text(note) if note else _EMPTY_NOTE for note in part.notes],
    ]
    for column in columns:
        heads = map(add, heads, column)
    return b"".join(heads)


def _copied_text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(4, "big") + raw


def add_to_rollups(added: Mapping[Cell, Sequence[int]]) -> None:
    """Add ``added`` to the stored sums, cell by cell and in one order, so that no two writers wait in a ring."""
    rows = [(*cell[:4], cell[4].isoformat(), *sums) for cell, sums in sorted(added.items())]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ADD_ROLLUP_COLUMNS, [_array(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(_ADD_ROLLUP_ROW, cast("list[tuple[str, ...]]", rows))


def insert_person_keys(rows: Sequence[tuple[str, int, int, bytes]]) -> None:
    """``rows`` of (key in hex, person id, campaign id, salt)."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names, people, campaigns, salts = zip(*rows, strict=True)
            columns = (names, people, campaigns, [f'"\\\\x{salt.hex()}"' for salt in salts])
            cursor.execute(_INSERT_PERSON_KEYS, [_array(column) for column in columns])
        else:
            cursor.executemany(_INSERT_PERSON_KEY, rows)


def put_said(rows: Sequence[tuple[int, int, bool, int]]) -> None:
    """``rows`` of (index, standing, withdrawn, grades): how these contributions stand from now on."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_PUT_SAID, rows)


def mark_day(day: date, first_index: int) -> None:
    """Let ``day`` of entering the log begin at ``first_index``, unless it or a later one has begun."""
    marks = ("%s::date", "%s::bigint", "%s::date") if connection.vendor == "postgresql" else ("%s",) * 3
    with connection.cursor() as cursor:
        cursor.execute(_MARK_DAY.format(*marks), [day.isoformat(), first_index, day.isoformat()])


def put_tiles(tiles: Sequence[HashTile]) -> None:
    """Store new tiles, and wider versions of partial ones."""
    with connection.cursor() as cursor:
        cursor.executemany(_PUT_TILE, [(tile.level, tile.index, tile.data) for tile in tiles])


class StoredTiles:
    """Reads tiles of a log of ``size`` entries; the partial ones, which appending needs, are read at once."""

    def __init__(self, size: int) -> None:
        self._held: dict[tuple[int, int], bytes] = {}
        edge = partial_tiles(size)
        if edge:
            places = " OR ".join(["(level = %s AND number = %s)"] * len(edge))
            wanted = [value for level, number, _ in edge for value in (level, number)]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT level, number, hashes FROM ledger_tile WHERE {places}", wanted)  # noqa: S608
                for level, number, hashes in cursor.fetchall():
                    self._held[level, number] = bytes(hashes)

    def __call__(self, level: int, number: int, width: int) -> bytes:
        if (level, number) not in self._held:
            hashes = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
            self._held[level, number] = bytes(hashes) if hashes is not None else b""
        must(width >= 1, "a tile that is read holds something")
        return self._held[level, number]
