"""The ledger's bulk statements, in SQL that SQLite and PostgreSQL both understand.

Model instances cost more than the rest of an append together (measured), hence plain rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from dure.engine.log.tiles import Tile as HashTile
from dure.engine.log.tiles import partial_tiles
from dure.kernel.must import must
from dure.movement.ledger.models import Entry, Tile

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
# From here on PostgreSQL's COPY is quicker than one INSERT a row.
_COPY_COUNT_MIN = 50

_ADD_ROLLUP = """
INSERT INTO ledger_rollup
    (campaign_id, team_id, area_id, indicator_id, work_day,
     n, quantity_milli, out_milli, n_recounted, recounted_milli, recounted_claim_milli)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (campaign_id, team_id, area_id, indicator_id, work_day) DO UPDATE SET
    n = ledger_rollup.n + excluded.n,
    quantity_milli = ledger_rollup.quantity_milli + excluded.quantity_milli,
    out_milli = ledger_rollup.out_milli + excluded.out_milli,
    n_recounted = ledger_rollup.n_recounted + excluded.n_recounted,
    recounted_milli = ledger_rollup.recounted_milli + excluded.recounted_milli,
    recounted_claim_milli = ledger_rollup.recounted_claim_milli + excluded.recounted_claim_milli
"""
_PUT_TILE = """
INSERT INTO ledger_tile (level, number, hashes) VALUES (%s, %s, %s)
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""
_INSERT_PERSON_KEY = (
    "INSERT INTO ledger_personkey (key, person_id, campaign_id, salt) VALUES (%s, %s, %s, %s)"
)

StoredRow = tuple[int | str | bytes | None, ...]
Cell = tuple[int, int, int, int, str]
"""Campaign, team, area, indicator, day of work in ISO form."""
Sums = tuple[int, int, int, int, int, int]
"""n, quantity, out, n recounted, recounted, claim recounted: as in RollupRow."""


def entries_with(client_ids: Sequence[UUID]) -> dict[UUID, Entry]:
    """The stored entries among ``client_ids``; one parameter however many there are."""
    select = 'SELECT "index" FROM ledger_entry WHERE client_id'
    found = _among(select, "uuid", [client_id.hex for client_id in client_ids])
    if not found:
        return {}
    return {entry.client_id: entry for entry in Entry.objects.filter(index__in=[row[0] for row in found])}


def person_salts(person_ids: list[int]) -> list[tuple[int, int, bytes]]:
    """(person id, campaign id, salt) of those among ``person_ids`` who have any."""
    select = "SELECT person_id, campaign_id, salt FROM ledger_personkey WHERE person_id"
    return _among(select, "bigint", person_ids)


def _among(select: str, kind: str, values: list[str] | list[int]) -> list[tuple[Any, ...]]:
    """Rows of ``select``, a constant that ends in a column of SQL type ``kind``, where it is among ``values``."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{select} = ANY(%s::{kind}[])", [values])
        else:
            listed = json.dumps(values)
            cursor.execute(f"{select} IN (SELECT value FROM json_each(%s))", [listed])  # noqa: S608
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def insert_entries(rows: Sequence[StoredRow]) -> None:
    """Insert ``rows`` of ENTRY_COLUMNS: ids in hex and days in ISO form, which both databases take."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= _COPY_COUNT_MIN:
            with cursor.copy(f"COPY ledger_entry ({_QUOTED}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(_INSERT_ENTRY, rows)


def add_to_rollups(added: Mapping[Cell, Sequence[int]]) -> None:
    """Add ``added`` to the stored sums, cell by cell."""
    with connection.cursor() as cursor:
        cursor.executemany(_ADD_ROLLUP, [(*cell, *sums) for cell, sums in added.items()])


def insert_person_keys(rows: Sequence[tuple[str, int, int, bytes]]) -> None:
    """``rows`` of (key in hex, person id, campaign id, salt)."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_PERSON_KEY, rows)


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
            wanted = {(level, number) for level, number, _ in edge}
            rows = Tile.objects.filter(
                level__in=[level for level, _ in wanted], number__in=[number for _, number in wanted]
            )
            for level, number, hashes in rows.values_list("level", "number", "hashes"):
                self._held[level, number] = bytes(hashes)

    def lay_over(self, tiles: Iterable[HashTile]) -> None:
        """Let ``tiles``, which are not stored yet, be read as well."""
        for tile in tiles:
            self._held[tile.level, tile.index] = tile.data

    def __call__(self, level: int, number: int, width: int) -> bytes:
        if (level, number) not in self._held:
            hashes = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
            self._held[level, number] = bytes(hashes) if hashes is not None else b""
        must(width >= 1, "a tile that is read holds something")
        return self._held[level, number]
