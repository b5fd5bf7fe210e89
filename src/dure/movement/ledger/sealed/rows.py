"""Stored rows as the columns of a sealed day, packed by the database itself.

A driver spends several times the database's own time on making a Python value of every field, so each column comes
as one value: numbers between commas and bytes in hex from SQLite, bytes from PostgreSQL.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection

from dure.analytics.sealed.columns import batch_of, fixed_array
from dure.movement.ledger.errors import LogDamaged
from dure.movement.ledger.sealed.pointing import Stories

# What is not there; no number of an entry can be it.
_NONE: Final = -(2**63)
_INTS: Final = {
    "index": '"index"',
    "kind": "kind",
    "grade": "grade",
    "campaign": "campaign_id",
    "indicator": "indicator_id",
    "team": "team_id",
    "area": "area_id",
    "quantity_milli": "quantity_milli",
    "recorded_at_ms": "recorded_at_ms",
}
_MAYBE_INTS: Final = {"post": "post_id", "points_at": "points_at"}
_IDS: Final = {"client_id": "client_id"}
_MAYBE_IDS: Final = {"person_key": "person_key"}
_BYTES: Final = {"person_commitment": 32, "entry_salt": 16, "leaf_hash": 32}
_NO_ID: Final = "0" * 32
_SQLITE: Final = (
    [f"group_concat({sql})" for sql in _INTS.values()]
    + [f"group_concat(coalesce({sql}, {_NONE + 1} - 1))" for sql in _MAYBE_INTS.values()]
    + ["group_concat(work_day)"]
    + [f"group_concat({sql}, '')" for sql in _IDS.values()]
    + [f"group_concat(coalesce({sql}, '{_NO_ID}'), '')" for sql in _MAYBE_IDS.values()]
    + [f"group_concat(hex({name}), '')" for name in _BYTES]
)
_POSTGRESQL: Final = (
    [f"string_agg(int8send({sql}::bigint), ''::bytea)" for sql in _INTS.values()]
    + [
        f"string_agg(int8send(coalesce({sql}, {_NONE + 1}::bigint - 1)), ''::bytea)"
        for sql in _MAYBE_INTS.values()
    ]
    + ["string_agg(int8send((work_day - date '1970-01-01')::bigint), ''::bytea)"]
    + [f"string_agg(uuid_send({sql}), ''::bytea)" for sql in _IDS.values()]
    + [f"string_agg(uuid_send(coalesce({sql}, '{_NO_ID}'::uuid)), ''::bytea)" for sql in _MAYBE_IDS.values()]
    + [f"string_agg({name}, ''::bytea)" for name in _BYTES]
)
_NAMES: Final = (*_INTS, *_MAYBE_INTS, "work_day", *_IDS, *_MAYBE_IDS, *_BYTES)
_NARROW: Final = {
    "kind": pa.uint8(),
    "grade": pa.uint8(),
    **dict.fromkeys(("campaign", "indicator", "team", "area"), pa.uint32()),
}
Ints = npt.NDArray[np.int64]


def read_batch(first: int, end: int, stories: Stories) -> pa.RecordBatch:
    """Entries ``first`` to ``end`` (exclusive) from their rows, with the columns of both files of a sealed day.

    Refuses with LogDamaged rows that are missing or hold what no entry can.
    """
    try:
        held = _packed(first, end)
        whole = {name: _ints(held[name]) for name in (*_INTS, *_MAYBE_INTS)}
        days = _days(held["work_day"])
        if not np.array_equal(whole["index"], np.arange(first, end)):
            raise LogDamaged(what=f"not all entries from {first} to {end - 1} are here")
        sixteen = {name: _ids(held[name]) for name in (*_IDS, *_MAYBE_IDS)}
        hashes = {name: _bytes(held[name], width) for name, width in _BYTES.items()}
        notes = _notes(first, end)
        keyless = np.logical_not(sixteen["person_key"].any(axis=1))
        alone = whole["points_at"] == _NONE
        target_kind, target_standing = stories.of(first, ~alone)
        columns = {name: pa.array(whole[name], type=_NARROW.get(name), safe=True) for name in _INTS}
        columns |= {name: pa.array(whole[name], mask=whole[name] == _NONE) for name in _MAYBE_INTS}
        columns |= {name: fixed_array(rows) for name, rows in (*sixteen.items(), *hashes.items())}
        columns["log_index"] = columns.pop("index")
        columns["person_key"] = fixed_array(sixteen["person_key"], np.asarray(keyless))
        columns["work_day"] = pa.array(days.astype(np.int32)).cast(pa.date32())
        columns["note"] = pa.array(notes, pa.string())
        columns["target_kind"] = pa.array(target_kind.astype(np.uint8), mask=alone)
        columns["target_standing_milli"] = pa.array(target_standing, mask=alone)
        return batch_of(columns)
    except (ValueError, OverflowError, pa.ArrowException) as broken:
        raise LogDamaged(what=f"an entry from {first} to {end - 1} can't be read: {broken}") from broken


def _packed(first: int, end: int) -> dict[str, Any]:
    selected = ", ".join(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)
    ordered = '(SELECT * FROM ledger_entry WHERE "index" >= %s AND "index" < %s ORDER BY "index") AS part'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selected} FROM {ordered}", [first, end])  # noqa: S608  constants only
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise LogDamaged(what=f"not all entries from {first} to {end - 1} are here")
    return dict(zip(_NAMES, row, strict=True))


def _ints(packed: Any) -> Ints:
    if isinstance(packed, str):
        return np.array(packed.split(","), dtype=np.int64) if len(packed) < 64 else _parsed(packed)
    return np.frombuffer(packed, ">i8").astype(np.int64)


def _parsed(text: str) -> Ints:
    """Numbers between commas; raises ValueError for anything else."""
    found: Ints = np.fromstring(text, np.int64, sep=",")
    if len(found) != text.count(",") + 1:
        raise ValueError("a column that holds numbers holds something else")
    return found


def _days(packed: Any) -> Ints:
    """Days since 1970-01-01."""
    if not isinstance(packed, str):
        return _ints(packed)
    days = np.array(packed.split(","))
    distinct, places = np.unique(days, return_inverse=True)
    known = distinct.astype("datetime64[D]")
    if not np.array_equal(known.astype(distinct.dtype), distinct):
        raise ValueError("a day is not written as days are")
    found: Ints = known.astype(np.int64)[places]
    return found


def _bytes(packed: Any, width: int) -> npt.NDArray[np.uint8]:
    raw = bytes.fromhex(packed) if isinstance(packed, str) else bytes(packed)
    return np.frombuffer(raw, np.uint8).reshape(-1, width)


def _ids(packed: Any) -> npt.NDArray[np.uint8]:
    """Rows of 16 bytes; raises ValueError for ids that are not spelled as ids are."""
    found = _bytes(packed, 16)
    if isinstance(packed, str) and found.tobytes().hex() != packed:
        raise ValueError("an id is not spelled as ids are")
    return found


def _notes(first: int, end: int) -> list[str]:
    """The note of each entry; few have one."""
    notes = [""] * (end - first)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT "index", note FROM ledger_entry WHERE "index" >= %s AND "index" < %s AND note <> ''""",
            [first, end],
        )
        while rows := cursor.fetchmany(10_000):
            for index, note in rows:
                notes[index - first] = note
    return notes
