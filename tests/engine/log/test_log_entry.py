"""The packed entry and the hashes that stand for it."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.log.entry import (
    HEAD_BYTES,
    LOWERING_KINDS,
    NO_PERSON,
    NOTE_BYTES_MAX,
    POINTING_KINDS,
    EntryFacts,
    Grade,
    Kind,
    commitments,
    decode,
    encode,
    entry_commitment,
    leaf_hash,
    leaf_hashes,
    person_commitment,
)
from dure.engine.log.errors import EntryMalformed
from dure.kernel.must import Broken
from dure.kernel.quantities import QUANTITY_MILLI_MAX

MINJI = UUID("0190f3c4-8e2b-8a11-9c3d-4f5e6a7b8c9d")
BORA = UUID("0190f3c4-8e2b-8a11-9c3d-4f5e6a7b8c9e")
SALT = bytes(range(16))
PERSON_SALT = bytes(range(16, 32))

RICE = EntryFacts(
    kind=Kind.OUTPUT,
    client_id=UUID("11111111-2222-8333-8444-555555555555"),
    campaign=7,
    indicator=3,
    team=41,
    area=1835848,
    post=900,
    work_day=20718,
    quantity_milli=12_500,
    recorded_at_ms=1_790_000_000_123,
    note="가을걷이",
)


def _unsigned(bits: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2**bits - 1)


@st.composite
def facts_of_any_kind(draw: st.DrawFn) -> EntryFacts:
    kind = draw(st.sampled_from(Kind))
    lowest = -QUANTITY_MILLI_MAX if kind in LOWERING_KINDS else 0
    grades = list(Grade)[1:] if kind is Kind.CONFIRMATION else list(Grade)
    note = draw(st.text(max_size=NOTE_BYTES_MAX // 4))
    return EntryFacts(
        kind=kind,
        grade=draw(st.sampled_from(grades)),
        client_id=draw(st.uuids()),
        campaign=draw(_unsigned(32)),
        indicator=draw(_unsigned(32)),
        team=draw(_unsigned(32)),
        area=draw(_unsigned(32)),
        post=draw(_unsigned(64)),
        work_day=draw(st.integers(-(2**31), 2**31 - 1)),
        quantity_milli=draw(st.integers(lowest, QUANTITY_MILLI_MAX)),
        points_at=draw(st.integers(1, 2**64 - 1)) if kind in POINTING_KINDS else 0,
        recorded_at_ms=draw(st.integers(-(2**63), 2**63 - 1)),
        note=note,
    )


@given(facts=facts_of_any_kind())
def test_facts_come_back_as_they_were_written(facts: EntryFacts) -> None:
    packed = encode(facts)

    assert decode(packed) == facts
    assert encode(decode(packed)) == packed
    assert len(packed) == HEAD_BYTES + len(facts.note.encode())


@given(facts=facts_of_any_kind(), place=st.integers(0, HEAD_BYTES - 1), flip=st.integers(1, 255))
def test_a_changed_byte_is_refused_or_gives_other_facts(facts: EntryFacts, place: int, flip: int) -> None:
    changed = bytearray(encode(facts))
    changed[place] ^= flip

    try:
        read = decode(bytes(changed))
    except EntryMalformed:
        return
    assert read != facts


def test_every_byte_stands_where_the_format_says() -> None:
    packed = encode(RICE)

    assert HEAD_BYTES == 73
    assert packed[0:3] == bytes([1, 2, 0])
    assert packed[3:19] == RICE.client_id.bytes
    assert struct.unpack(">IIII", packed[19:35]) == (7, 3, 41, 1835848)
    assert int.from_bytes(packed[35:43], "big") == 900
    assert int.from_bytes(packed[43:47], "big", signed=True) == 20718
    assert int.from_bytes(packed[47:55], "big", signed=True) == 12_500
    assert int.from_bytes(packed[55:63], "big") == 0
    assert int.from_bytes(packed[63:71], "big", signed=True) == 1_790_000_000_123
    assert int.from_bytes(packed[71:73], "big") == 12
    assert packed[73:].decode() == "가을걷이"


POINTING = replace(RICE, kind=Kind.CORRECTION, points_at=5, quantity_milli=-500)


@pytest.mark.parametrize("kind", sorted(LOWERING_KINDS))
def test_a_correction_and_a_withdrawal_may_lower_a_total(kind: Kind) -> None:
    lowered = replace(POINTING, kind=kind)

    assert decode(encode(lowered)).quantity_milli == -500


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(RICE, quantity_milli=-1), "quantity_milli"),
        (replace(RICE, quantity_milli=QUANTITY_MILLI_MAX + 1), "quantity_milli"),
        (replace(POINTING, quantity_milli=-QUANTITY_MILLI_MAX - 1), "quantity_milli"),
        (replace(RICE, points_at=1), "points_at"),
        (replace(POINTING, points_at=0), "points_at"),
        (replace(POINTING, points_at=2**64), "points_at"),
        (replace(POINTING, kind=Kind.CONFIRMATION, quantity_milli=0), "grade"),
        (replace(POINTING, kind=Kind.CONFIRMATION, grade=Grade.WITNESSED), "quantity_milli"),
        (replace(RICE, campaign=2**32), "campaign"),
        (replace(RICE, indicator=-1), "indicator"),
        (replace(RICE, team=2**32), "team"),
        (replace(RICE, area=-1), "area"),
        (replace(RICE, post=2**64), "post"),
        (replace(RICE, work_day=2**31), "work_day"),
        (replace(RICE, recorded_at_ms=2**63), "recorded_at_ms"),
        (replace(RICE, note="쌀" * 167), "note"),
        (replace(RICE, note="\ud800"), "note"),
    ],
)
def test_facts_that_contradict_themselves_are_refused_by_field(facts: EntryFacts, field: str) -> None:
    with pytest.raises(EntryMalformed) as no:
        encode(facts)

    assert no.value.facts["field"] == field
    assert field in str(no.value)


def test_a_note_of_exactly_the_limit_fits() -> None:
    full = replace(RICE, note="쌀" * 166 + "ab")

    assert len(full.note.encode()) == NOTE_BYTES_MAX
    assert decode(encode(full)) == full


def _with(packed: bytes, place: int, value: int) -> bytes:
    return packed[:place] + bytes([value]) + packed[place + 1 :]


PACKED = encode(RICE)


@pytest.mark.parametrize(
    ("packed", "field"),
    [
        (b"", "length"),
        (PACKED[:1], "length"),
        (PACKED[: HEAD_BYTES - 1], "length"),
        (PACKED[:-1], "length"),
        (PACKED + b"\x00", "length"),
        (_with(PACKED, 0, 0), "version"),
        (_with(PACKED, 0, 2), "version"),
        (_with(PACKED, 1, 0), "kind"),
        (_with(PACKED, 1, max(Kind) + 1), "kind"),
        (_with(PACKED, 2, 4), "grade"),
        (_with(PACKED, 1, Kind.CORRECTION), "points_at"),
        (_with(PACKED, 47, 0x80), "quantity_milli"),
        (_with(PACKED, HEAD_BYTES, 0xFF), "note"),
    ],
)
def test_bytes_that_nobody_encoded_are_refused(packed: bytes, field: str) -> None:
    assert decode(PACKED) == RICE

    with pytest.raises(EntryMalformed) as no:
        decode(packed)

    assert no.value.facts["field"] == field


def test_the_hashes_are_those_of_the_documented_strings() -> None:
    person = hashlib.sha256(b"dure/person/v1\n" + PERSON_SALT + MINJI.bytes).digest()
    commitment = hashlib.sha256(b"dure/entry/v1\n" + SALT + person + PACKED).digest()

    assert person_commitment(PERSON_SALT, MINJI) == person
    assert entry_commitment(SALT, PACKED, person) == commitment
    assert leaf_hash(commitment) == hashlib.sha256(b"\x00" + commitment).digest()


def test_a_batch_gives_what_one_by_one_gives() -> None:
    rows = [
        (bytes([n]) * 16, encode(replace(RICE, quantity_milli=n)), person_commitment(PERSON_SALT, who))
        for n, who in enumerate([MINJI, BORA, MINJI])
    ]
    rows.append((SALT, PACKED, NO_PERSON))

    assert commitments(rows) == [entry_commitment(*row) for row in rows]
    assert leaf_hashes(rows) == [leaf_hash(entry_commitment(*row)) for row in rows]
    assert len(set(leaf_hashes(rows))) == 4


def test_after_the_person_salt_is_forgotten_the_leaf_can_still_be_recomputed() -> None:
    stored_person = person_commitment(PERSON_SALT, MINJI)
    leaf = leaf_hash(entry_commitment(SALT, PACKED, stored_person))
    forgotten_salt = bytes(16)

    assert leaf_hash(entry_commitment(SALT, PACKED, stored_person)) == leaf
    # Without the salt nobody can try out who it was.
    assert person_commitment(forgotten_salt, MINJI) != stored_person


@pytest.mark.parametrize(
    "row",
    [
        (SALT + NO_PERSON[:1], PACKED, NO_PERSON[1:]),
        (SALT[:-1], PACKED, NO_PERSON),
        (SALT, PACKED, NO_PERSON + b"\x01"),
    ],
)
def test_parts_of_the_wrong_length_are_refused_with_their_place(row: tuple[bytes, bytes, bytes]) -> None:
    with pytest.raises(EntryMalformed) as no:
        leaf_hashes([(SALT, PACKED, NO_PERSON), row])

    assert no.value.facts["field"] == "row 1"


def test_a_person_salt_of_the_wrong_length_is_a_bug() -> None:
    with pytest.raises(Broken):
        person_commitment(b"short", MINJI)
