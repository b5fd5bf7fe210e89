"""From columns to the bytes that were hashed: docs/reference/entry-format.md, a million entries at a time.

By the byte table of that page and not by the code that wrote the entries: a fault of the writer would hide from a
check that shares it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from dure.analytics.sealed.columns import Bytes2, fixed, numbers
from dure.engine.log.digests import DIGEST_BYTES, digests

_FACTS: Final = np.dtype(
    [
        ("version", ">u1"),
        ("kind", ">u1"),
        ("grade", ">u1"),
        ("client_id", "V16"),
        ("campaign", ">u4"),
        ("indicator", ">u4"),
        ("team", ">u4"),
        ("area", ">u4"),
        ("post", ">u8"),
        ("work_day", ">i4"),
        ("quantity_milli", ">i8"),
        ("points_at", ">u8"),
        ("recorded_at_ms", ">i8"),
        ("note_length", ">u2"),
    ]
)
_VERSION: Final = 1
_ENTRY_DOMAIN: Final = np.frombuffer(b"dure/entry/v1\n", np.uint8)
_KEY_DOMAIN: Final = np.frombuffer(b"dure/person-key/v1\n", np.uint8)
_SALT_AT: Final = len(_ENTRY_DOMAIN)
_PERSON_AT: Final = _SALT_AT + 16
_FACTS_AT: Final = _PERSON_AT + 32


def facts_rows(batch: pa.RecordBatch) -> Bytes2:
    """The 73 fixed bytes of each entry's facts."""
    packed = np.zeros(batch.num_rows, _FACTS)
    packed["version"] = _VERSION
    plain = (
        "kind",
        "grade",
        "campaign",
        "indicator",
        "team",
        "area",
        "work_day",
        "quantity_milli",
        "recorded_at_ms",
    )
    for name in plain:
        packed[name] = numbers(batch.column(name))
    packed["client_id"] = np.ascontiguousarray(fixed(batch.column("client_id"))).view("V16")[:, 0]
    packed["post"] = numbers(batch.column("post"))
    points_at = batch.column("points_at")
    packed["points_at"] = np.where(points_at.is_valid(), numbers(points_at) + 1, 0)
    packed["note_length"] = np.diff(_note_places(batch.column("note")))
    return packed.view(np.uint8).reshape(batch.num_rows, _FACTS.itemsize)


def commitment_rows(batch: pa.RecordBatch) -> Bytes2:
    """The commitment of each entry, which the public log serves, from all that the columns say of it."""
    count = batch.num_rows
    hashed = np.empty((count, _FACTS_AT + _FACTS.itemsize), np.uint8)
    hashed[:, :_SALT_AT] = _ENTRY_DOMAIN
    hashed[:, _SALT_AT:_PERSON_AT] = fixed(batch.column("entry_salt"))
    hashed[:, _PERSON_AT:_FACTS_AT] = fixed(batch.column("person_commitment"))
    hashed[:, _FACTS_AT:] = facts_rows(batch)
    note = batch.column("note")
    places = _note_places(note)
    lengths = np.diff(places)
    if not lengths.any():
        return digests(hashed)
    found = np.empty((count, DIGEST_BYTES), np.uint8)
    text = np.frombuffer(note.buffers()[2], np.uint8)
    for length in np.unique(lengths):
        chosen = np.flatnonzero(lengths == length)
        notes = text[places[chosen][:, None] + np.arange(length)]
        found[chosen] = digests(np.concatenate([hashed[chosen], notes], axis=1))
    return found


def leaf_rows(batch: pa.RecordBatch) -> Bytes2:
    """The leaf hash of each entry: ``SHA-256(0x00 || commitment)`` (RFC 6962 section 2.1)."""
    leaves = np.zeros((batch.num_rows, 1 + DIGEST_BYTES), np.uint8)
    leaves[:, 1:] = commitment_rows(batch)
    return digests(leaves)


def person_key_rows(batch: pa.RecordBatch) -> Bytes2:
    """The person key that belongs to each entry's person commitment: a UUID of version 8 (RFC 9562)."""
    commitments = fixed(batch.column("person_commitment"))
    domain = np.broadcast_to(_KEY_DOMAIN, (len(commitments), len(_KEY_DOMAIN)))
    found = digests(np.concatenate([domain, commitments], axis=1))[:, :16].copy()
    found[:, 6] = 0x80 | (found[:, 6] & 0x0F)
    found[:, 8] = 0x80 | (found[:, 8] & 0x3F)
    return found


def _note_places(note: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Where each note begins in the column's text, and where the last one ends."""
    held = np.frombuffer(note.buffers()[1], np.int32)
    return held[note.offset : note.offset + len(note) + 1].astype(np.int64)
