"""One contribution as bytes, and the hashes that stand for it in the public log.

Three layers, from private to public:

1. *facts*: what was done, where, when, how much (:class:`EntryFacts`, packed by :func:`encode`). They name
   no person. Kept online, later in the sealed day.
2. *commitment* = ``SHA-256("dure/entry/v1\\n" || entry salt || person commitment || facts)``. This is the
   entry the public log serves. The salt (16 random bytes of this entry alone) keeps outsiders from guessing
   the facts; whoever is given salt, person commitment and facts can open it.
3. *leaf* = ``SHA-256(0x00 || commitment)``, the RFC 6962 leaf hash of that entry.

The person enters only through ``person commitment = SHA-256("dure/person/v1\\n" || person salt || person)``.
Erasing a person means forgetting the person salt and who the key belonged to: the 32 stored bytes of the
person commitment then say nothing about anybody any more, yet every leaf can still be recomputed from salt,
facts and person commitment, so no total, proof or checkpoint changes.

Two entries that share a person salt share the person commitment, so an auditor to whom both are opened sees
that one person made both; callers who don't want that use a person salt for each campaign.

Every part before the facts has a fixed length and each hash begins with its own domain line, so no two
different inputs ever give the same bytes to hash. docs/reference/entry-format.md has the byte table.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from uuid import UUID

from dure.engine.log.errors import EntryMalformed
from dure.kernel.must import must
from dure.kernel.quantities import QUANTITY_MILLI_MAX

VERSION = 1
SALT_BYTES = 16
HASH_BYTES = 32
# Room for a reason in one or two sentences; a report belongs elsewhere.
NOTE_BYTES_MAX = 500
NO_PERSON = bytes(HASH_BYTES)

_HEAD = struct.Struct(">BBB16sIIIIQiqQqH")
HEAD_BYTES = _HEAD.size
_ENTRY_DOMAIN = b"dure/entry/v1\n"
_PERSON_DOMAIN = b"dure/person/v1\n"
_LEAF_PREFIX = b"\x00"


class Kind(IntEnum):
    """What an entry records. The numbers are part of the format and never change."""

    HOURS = 1
    OUTPUT = 2
    GOODS_IN = 3
    GOODS_OUT = 4
    MONEY_IN = 5
    MONEY_OUT = 6
    SAVING = 7
    HELP = 8
    CORRECTION = 9
    CONFIRMATION = 10
    WITHDRAWAL = 11
    LOST = 12


class Grade(IntEnum):
    """How well a figure is proved, weakest first (promise F2)."""

    CLAIMED = 0
    WITNESSED = 1
    SECOND_SOURCE = 2
    RECOUNTED = 3


# These say something about an earlier entry; all others stand alone.
POINTING_KINDS = frozenset({Kind.CORRECTION, Kind.CONFIRMATION, Kind.WITHDRAWAL})
# Only these may lower a total.
LOWERING_KINDS = frozenset({Kind.CORRECTION, Kind.WITHDRAWAL})

# Goods and money that came, were handed on, or were lost: what came in equals what left and what is there.
INCOMING_KINDS = frozenset({Kind.GOODS_IN, Kind.MONEY_IN})
OUTGOING_KINDS = frozenset({Kind.GOODS_OUT, Kind.MONEY_OUT, Kind.LOST})
MOVE_KINDS = INCOMING_KINDS | OUTGOING_KINDS

# Looked up, since calling an enum takes several times as long.
_KINDS: dict[int, Kind] = {int(kind): kind for kind in Kind}
_GRADES: dict[int, Grade] = {int(grade): grade for grade in Grade}
_RANGES: tuple[tuple[str, int, int], ...] = (
    ("campaign", 0, 2**32 - 1),
    ("indicator", 0, 2**32 - 1),
    ("team", 0, 2**32 - 1),
    ("area", 0, 2**32 - 1),
    ("post", 0, 2**64 - 1),
    ("work_day", -(2**31), 2**31 - 1),
    ("quantity_milli", -QUANTITY_MILLI_MAX, QUANTITY_MILLI_MAX),
    ("points_at", 0, 2**64 - 1),
    ("recorded_at_ms", -(2**63), 2**63 - 1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What one entry says, without the person.

    ``client_id`` is the id made by the recorder's device. ``campaign``, ``indicator``, ``team`` and ``area``
    are ids of this installation (0 = none). ``post`` is the post worked at, 0 = none. ``work_day`` counts
    days since 1970-01-01, ``quantity_milli`` thousandths of the indicator's unit, ``recorded_at_ms``
    milliseconds since 1970-01-01 UTC. ``points_at`` is the log index + 1 of the entry that this one corrects,
    confirms or withdraws, 0 = none. ``note`` is a reason in at most 500 bytes of UTF-8; it must not name a
    person, since it outlives an erasure.
    """

    kind: Kind
    client_id: UUID
    campaign: int
    indicator: int
    team: int
    area: int
    work_day: int
    quantity_milli: int
    recorded_at_ms: int
    grade: Grade = Grade.CLAIMED
    post: int = 0
    points_at: int = 0
    note: str = ""


def encode(facts: EntryFacts) -> bytes:
    """The packed bytes of ``facts``: 73 bytes and the note. Equal facts give equal bytes, always.

    Refuses with EntryMalformed what :func:`decode` would not give back unchanged.
    """
    try:
        note = facts.note.encode()
    except UnicodeEncodeError:
        raise EntryMalformed(field="note", what="is not valid Unicode text") from None
    _check(facts, note_bytes=len(note))
    try:
        head = _HEAD.pack(
            VERSION,
            facts.kind,
            facts.grade,
            facts.client_id.bytes,
            facts.campaign,
            facts.indicator,
            facts.team,
            facts.area,
            facts.post,
            facts.work_day,
            facts.quantity_milli,
            facts.points_at,
            facts.recorded_at_ms,
            len(note),
        )
    except struct.error:
        raise _out_of_range(facts) from None
    return head + note


def decode(packed: bytes) -> EntryFacts:
    """The facts in ``packed``: the exact inverse of :func:`encode`.

    Refuses with EntryMalformed an unknown version, kind or grade, bytes that are missing or left over, a
    note that is no UTF-8, and any facts that :func:`encode` would refuse.
    """
    if not packed:
        raise EntryMalformed(field="length", what="there are no bytes")
    if packed[0] != VERSION:
        raise EntryMalformed(field="version", what=f"{packed[0]} is unknown, only {VERSION} is")
    if len(packed) < HEAD_BYTES:
        raise EntryMalformed(field="length", what=f"{len(packed)} bytes, at least {HEAD_BYTES} are needed")
    head = _HEAD.unpack_from(packed)
    note = packed[HEAD_BYTES:]
    if len(note) != head[13]:
        raise EntryMalformed(field="length", what=f"{len(note)} bytes of note where {head[13]} are announced")
    if head[1] not in _KINDS:
        raise EntryMalformed(field="kind", what=f"{head[1]} is unknown")
    if head[2] not in _GRADES:
        raise EntryMalformed(field="grade", what=f"{head[2]} is unknown")
    try:
        text = note.decode()
    except UnicodeDecodeError:
        raise EntryMalformed(field="note", what="is not valid UTF-8") from None
    facts = EntryFacts(
        kind=_KINDS[head[1]],
        grade=_GRADES[head[2]],
        client_id=UUID(bytes=head[3]),
        campaign=head[4],
        indicator=head[5],
        team=head[6],
        area=head[7],
        post=head[8],
        work_day=head[9],
        quantity_milli=head[10],
        points_at=head[11],
        recorded_at_ms=head[12],
        note=text,
    )
    _check(facts, note_bytes=len(note))
    return facts


def person_commitment(person_salt: bytes, person: UUID) -> bytes:
    """32 bytes that stand for ``person`` until the 16-byte ``person_salt`` is forgotten, then for nobody."""
    must(len(person_salt) == SALT_BYTES, f"a person salt has {SALT_BYTES} bytes")
    return sha256(_PERSON_DOMAIN + person_salt + person.bytes).digest()


def entry_commitment(entry_salt: bytes, facts_bytes: bytes, person: bytes) -> bytes:
    """The 32 bytes that the public log carries as its entry.

    ``entry_salt``: 16 bytes. ``facts_bytes``: as given by :func:`encode`. ``person``: 32 bytes as given by
    :func:`person_commitment`, or NO_PERSON for an entry without a person.
    """
    return commitments([(entry_salt, facts_bytes, person)])[0]


def leaf_hash(commitment: bytes) -> bytes:
    """The leaf of the tree: ``SHA-256(0x00 || commitment)`` (RFC 6962 section 2.1)."""
    return sha256(_LEAF_PREFIX + commitment).digest()


def commitments(rows: Iterable[tuple[bytes, bytes, bytes]]) -> list[bytes]:
    """:func:`entry_commitment` of many rows of (entry salt, facts bytes, person commitment), in order.

    The lengths are checked, since a byte moved from one part to its neighbour would leave the hash unchanged.
    """
    kept = list(rows)
    for place, (salt, _, person) in enumerate(kept):
        if len(salt) != SALT_BYTES or len(person) != HASH_BYTES:
            raise EntryMalformed(
                field=f"row {place}",
                what=f"salt of {len(salt)} and person of {len(person)} bytes, not 16 and 32",
            )
    return [sha256(b"".join((_ENTRY_DOMAIN, salt, person, facts))).digest() for salt, facts, person in kept]


def leaf_hashes(rows: Iterable[tuple[bytes, bytes, bytes]]) -> list[bytes]:
    """The :func:`leaf_hash` of each row of (entry salt, facts bytes, person commitment), in order."""
    return [sha256(_LEAF_PREFIX + commitment).digest() for commitment in commitments(rows)]


def _check(facts: EntryFacts, *, note_bytes: int) -> None:
    """Refuse facts that contradict their kind. Field widths are left to struct, which checks them anyway."""
    kind, quantity = facts.kind, facts.quantity_milli
    if kind not in _KINDS:
        raise EntryMalformed(field="kind", what=f"{kind} is unknown")
    if facts.grade not in _GRADES:
        raise EntryMalformed(field="grade", what=f"{facts.grade} is unknown")
    if note_bytes > NOTE_BYTES_MAX:
        raise EntryMalformed(field="note", what=f"has {note_bytes} bytes, at most {NOTE_BYTES_MAX} fit")
    if not -QUANTITY_MILLI_MAX <= quantity <= QUANTITY_MILLI_MAX:
        raise EntryMalformed(field="quantity_milli", what=f"{quantity} is out of range")
    if (facts.points_at != 0) != (kind in POINTING_KINDS):
        needs = "must point at" if kind in POINTING_KINDS else "can't point at"
        raise EntryMalformed(
            field="points_at", what=f"a {Kind(kind).name.lower()} entry {needs} another entry"
        )
    if quantity < 0 and kind not in LOWERING_KINDS:
        raise EntryMalformed(field="quantity_milli", what="only a correction or a withdrawal may be negative")
    if kind == Kind.CONFIRMATION and facts.grade == Grade.CLAIMED:
        raise EntryMalformed(field="grade", what="a confirmation must raise the grade above claimed")


def _out_of_range(facts: EntryFacts) -> EntryMalformed:
    """Which field struct could not pack."""
    for field, low, high in _RANGES:
        value = getattr(facts, field)
        if not isinstance(value, int) or not low <= value <= high:
            return EntryMalformed(field=field, what=f"{value!r} is not a whole number from {low} to {high}")
    return EntryMalformed(field="client_id", what="is not a UUID of 16 bytes")
