"""Appending under the lock: from what somebody wants recorded to rows, leaves, sums and a new head.

What is said about an earlier entry counts so:

- A *correction* adds its difference to the claimed total. It never changes what a recount was compared with:
  a claim that is put right after the checkers came must not improve the share that was verified.
- A *withdrawal* takes back what is left, and the contribution itself (``n``). A recount of it stays: taking a
  drawn entry back doesn't undo what was found.
- A *confirmation* adds nothing to the claimed totals. One that was recounted adds what was found, and what the
  entry claimed at that moment, to columns of their own. Each grade is given once: the first finding stands.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dure.base.ordered import Head
from dure.engine.log.entry import NO_PERSON, POINTING_KINDS, SALT_BYTES, EntryFacts, encode, leaf_hashes
from dure.kernel.must import must
from dure.kernel.refusals import BadInput, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import keys, store, tree
from dure.movement.ledger.errors import (
    EntryBelowZero,
    EntryConfirmedBefore,
    EntryElsewhere,
    EntryReused,
    EntrySignWrong,
    EntryUnknown,
    EntryWithdrawn,
    IndicatorUnfit,
)
from dure.movement.ledger.models import Entry
from dure.movement.ledger.types import (
    OUTGOING_KINDS,
    Grade,
    Kind,
    NewEntry,
    Receipt,
    RowRefused,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = EPOCH.date().toordinal()
_MILLISECOND = timedelta(milliseconds=1)
# Which contributions an indicator of a kind counts; savings and help are counted in any unit.
_FITS: dict[str, frozenset[Kind]] = {
    "hours": frozenset({Kind.HOURS, Kind.SAVING, Kind.HELP}),
    "output": frozenset({Kind.OUTPUT, Kind.SAVING, Kind.HELP}),
    "goods": frozenset({Kind.GOODS_IN, Kind.GOODS_OUT, Kind.SAVING, Kind.HELP}),
}
Person = tuple[str | None, bytes]
"""Key in hex, and commitment; (None, NO_PERSON) where nobody is meant."""


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC, rounded down."""
    must(moment.tzinfo is not None, "times are aware")
    return (moment - EPOCH) // _MILLISECOND


@dataclass(slots=True)
class Target:
    """A contribution that something new is said about, as it stands."""

    entry: Entry
    standing_milli: int
    is_withdrawn: bool = False
    grades: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Appended:
    """What became of a chunk."""

    receipts: dict[int, Receipt] = field(default_factory=dict)
    known_count: int = 0
    refused: list[RowRefused] = field(default_factory=list)


class Indicators:
    """Which kinds an indicator of a campaign counts, asked once a campaign."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[int, int], frozenset[Kind]] = {}
        self._asked: set[int] = set()

    def must_fit(self, new: NewEntry) -> None:
        """Refuses with IndicatorUnfit a contribution that the indicator does not count."""
        if new.campaign_id not in self._asked:
            self._asked.add(new.campaign_id)
            for indicator in campaigns.indicators(new.campaign_id):
                self._kinds[new.campaign_id, indicator.id] = _FITS[indicator.kind]
        if new.kind not in self._kinds.get((new.campaign_id, new.indicator_id), ()):
            raise IndicatorUnfit(indicator_id=new.indicator_id, kind=new.kind.name.lower())


class Chunk:
    """One transaction's worth of new entries. The caller holds the lock on the log's head."""

    def __init__(self, head: Head, rows: Sequence[tuple[int, NewEntry]], now: datetime) -> None:
        self._head = head
        self._rows = rows
        self._recorded_at_ms = milliseconds(now)
        self._done = Appended()
        self._accepted: dict[UUID, tuple[NewEntry, int]] = {}
        self._pending: list[tuple[int, NewEntry, int, Person, bytes]] = []
        self._sums: dict[store.Cell, list[int]] = {}
        self._new_salts: list[tuple[str, int, int, bytes]] = []

    def append(self, indicators: Indicators) -> Appended:
        """Append what stands up to the rules; refuse the other rows one by one."""
        new_entries = [new for _, new in self._rows]
        self._stored = store.entries_with([new.client_id for new in new_entries])
        self._targets = _targets({new.points_at for new in new_entries if new.points_at is not None})
        self._people = _people(new_entries)
        twins: list[tuple[int, NewEntry]] = []
        for row, new in self._rows:
            try:
                if new.client_id in self._stored:
                    self._answer_again(row, new)
                elif new.client_id in self._accepted:
                    twins.append((row, new))
                else:
                    self._accept(row, new, indicators)
            except Refusal as refusal:
                self._done.refused.append(RowRefused(row, new.client_id, refusal))
        self._write()
        for row, new in twins:
            self._answer_twin(row, new)
        return self._done

    def _answer_again(self, row: int, new: NewEntry) -> None:
        """The receipt of an entry that stands already, if it says the same."""
        earlier = self._stored[new.client_id]
        key, _ = self._people.get((new.person_id or 0, new.campaign_id), (None, NO_PERSON))
        same = (
            earlier.kind == new.kind
            and earlier.grade == new.grade
            and _place(earlier) == _place(new)
            and earlier.post_id == new.post_id
            and earlier.points_at == new.points_at
            and earlier.note == new.note
            # A withdrawal is stored with what it took back.
            and (earlier.quantity_milli == new.quantity_milli or new.kind == Kind.WITHDRAWAL)
            # What is said about an entry carries that entry's person.
            and ((earlier.person_key and earlier.person_key.hex) == key or new.points_at is not None)
            and (new.person_id is None) == (earlier.person_key is None or new.points_at is not None)
        )
        if not same:
            raise EntryReused(client_id=new.client_id)
        self._done.receipts[row] = Receipt(earlier.index, new.client_id, bytes(earlier.leaf_hash))
        self._done.known_count += 1

    def _answer_twin(self, row: int, new: NewEntry) -> None:
        first, first_row = self._accepted[new.client_id]
        if first == new:
            self._done.receipts[row] = self._done.receipts[first_row]
            self._done.known_count += 1
        else:
            refusal = EntryReused(client_id=new.client_id)
            self._done.refused.append(RowRefused(row, new.client_id, refusal))

    def _accept(self, row: int, new: NewEntry, indicators: Indicators) -> None:
        check_alone(new)
        quantity = new.quantity_milli
        person: Person = (None, NO_PERSON)
        if new.points_at is None:
            indicators.must_fit(new)
            packed = self._packed(new, quantity)
            if new.person_id is not None:
                person = self._person(new.person_id, new.campaign_id)
            sums = (0, 0, quantity, 0, 0, 0) if new.kind in OUTGOING_KINDS else (1, quantity, 0, 0, 0, 0)
        else:
            target = self._target(new)
            if new.kind == Kind.WITHDRAWAL:
                quantity = -target.standing_milli
            packed = self._packed(new, quantity)
            key = target.entry.person_key
            person = (None if key is None else key.hex, bytes(target.entry.person_commitment))
            sums = _apply(target, new, quantity)
        cell = (new.campaign_id, new.team_id, new.area_id, new.indicator_id, new.work_day.isoformat())
        held = self._sums.setdefault(cell, [0] * 6)
        for place, value in enumerate(sums):
            held[place] += value
        self._pending.append((row, new, quantity, person, packed))
        self._accepted[new.client_id] = (new, row)

    def _packed(self, new: NewEntry, quantity_milli: int) -> bytes:
        return encode(
            EntryFacts(
                kind=new.kind,
                client_id=new.client_id,
                campaign=new.campaign_id,
                indicator=new.indicator_id,
                team=new.team_id,
                area=new.area_id,
                work_day=new.work_day.toordinal() - _EPOCH_DAY,
                quantity_milli=quantity_milli,
                recorded_at_ms=self._recorded_at_ms,
                grade=new.grade,
                post=new.post_id or 0,
                points_at=0 if new.points_at is None else new.points_at + 1,
                note=new.note,
            )
        )

    def _target(self, new: NewEntry) -> Target:
        """The contribution ``new`` speaks about; refuses what can't be said about it."""
        target = self._targets.get(new.points_at or 0)
        if target is None:
            raise EntryUnknown(index=new.points_at)
        for name, held, given in zip(_PLACE, _place(target.entry), _place(new), strict=True):
            if held != given:
                raise EntryElsewhere(index=new.points_at, field=name)
        if new.kind == Kind.CONFIRMATION:
            if new.grade in target.grades:
                raise EntryConfirmedBefore(index=new.points_at)
        elif target.is_withdrawn:
            raise EntryWithdrawn(index=new.points_at)
        elif new.kind == Kind.CORRECTION and target.standing_milli + new.quantity_milli < 0:
            raise EntryBelowZero(index=new.points_at, standing_milli=target.standing_milli)
        return target

    def _person(self, person_id: int, campaign_id: int) -> Person:
        known = self._people.get((person_id, campaign_id))
        if known is None:
            salt = secrets.token_bytes(SALT_BYTES)
            commitment = keys.person_commitment(salt, person_id)
            known = self._people[person_id, campaign_id] = (keys.person_key_hex(commitment), commitment)
            self._new_salts.append((known[0], person_id, campaign_id, salt))
        return known

    def _write(self) -> None:
        if not self._pending:
            return
        salts = secrets.token_bytes(SALT_BYTES * len(self._pending))
        entry_salts = [salts[at : at + SALT_BYTES] for at in range(0, len(salts), SALT_BYTES)]
        leaves = leaf_hashes(
            (salt, packed, person[1])
            for salt, (_, _, _, person, packed) in zip(entry_salts, self._pending, strict=True)
        )
        store.insert_person_keys(self._new_salts)
        store.insert_entries(self._stored_rows(entry_salts, leaves))
        store.add_to_rollups(self._sums)
        frontier = tree.grow(self._head, leaves)
        for (row, new, *_), index, leaf in zip(
            self._pending, range(self._head.size, frontier.size), leaves, strict=True
        ):
            self._done.receipts[row] = Receipt(index, new.client_id, leaf)
        self._head.advance(size=frontier.size, frontier=frontier.to_bytes())

    def _stored_rows(self, entry_salts: list[bytes], leaves: list[bytes]) -> list[store.StoredRow]:
        """Rows of store.ENTRY_COLUMNS."""
        return [
            (
                index,
                new.client_id.hex,
                int(new.kind),
                int(new.grade),
                new.campaign_id,
                new.indicator_id,
                new.team_id,
                new.area_id,
                new.post_id,
                new.work_day.isoformat(),
                quantity,
                new.points_at,
                self._recorded_at_ms,
                new.note,
                person[0],
                person[1],
                salt,
                leaf,
            )
            for index, (_, new, quantity, person, _), salt, leaf in zip(
                range(self._head.size, self._head.size + len(leaves)),
                self._pending,
                entry_salts,
                leaves,
                strict=True,
            )
        ]


def check_alone(new: NewEntry) -> None:
    """Refuse what can't be recorded whatever else stands in the ledger."""
    if "\x00" in new.note:
        raise BadInput(where="note", what="holds a null character", wanted="plain text")
    # Only the lot's checkers recount.
    if new.grade == Grade.RECOUNTED and new.kind != Kind.CONFIRMATION:
        raise BadInput(where="grade", what="recounted", wanted="a confirmation, if it was recounted")
    if new.kind not in POINTING_KINDS:
        _must_sign(new, new.quantity_milli > 0, "more than 0")
        return
    if new.points_at is None:
        raise EntryUnknown(index=None)
    if new.person_id is not None or new.post_id is not None:
        raise BadInput(where="points_at", what="comes with a person or a post", wanted="neither of them")
    if new.kind == Kind.CORRECTION:
        _must_sign(new, new.quantity_milli != 0, "a difference above or below 0")
    elif new.kind == Kind.CONFIRMATION:
        _must_sign(new, new.quantity_milli >= 0, "what was found, 0 or more")
    else:
        _must_sign(new, new.quantity_milli == 0, "0: a withdrawal takes back whatever is left")


def _must_sign(new: NewEntry, holds: bool, wanted: str) -> None:
    if not holds:
        raise EntrySignWrong(kind=new.kind.name.lower(), quantity_milli=new.quantity_milli, wanted=wanted)


def _apply(target: Target, new: NewEntry, quantity: int) -> store.Sums:
    """Let ``target`` stand as it does after ``new``, and give what that adds to the sums."""
    is_out = target.entry.kind in OUTGOING_KINDS
    if new.kind == Kind.CONFIRMATION:
        target.grades.add(new.grade)
        if new.grade != Grade.RECOUNTED or is_out:
            return (0, 0, 0, 0, 0, 0)
        return (0, 0, 0, 1, quantity, target.standing_milli)
    target.standing_milli += quantity
    count = 0
    if new.kind == Kind.WITHDRAWAL:
        target.is_withdrawn = True
        count = -1
    return (0, 0, quantity, 0, 0, 0) if is_out else (count, quantity, 0, 0, 0, 0)


_PLACE = ("campaign", "indicator", "team", "area", "work_day")


def _place(entry: Entry | NewEntry) -> tuple[object, ...]:
    """What something said about an entry must repeat of it; named by _PLACE."""
    return (entry.campaign_id, entry.indicator_id, entry.team_id, entry.area_id, entry.work_day)


def _targets(indices: set[int]) -> dict[int, Target]:
    """The contributions among ``indices`` as they stand."""
    if not indices:
        return {}
    found = {
        entry.index: Target(entry, entry.quantity_milli)
        for entry in Entry.objects.filter(index__in=indices).exclude(kind__in=POINTING_KINDS)
    }
    said = Entry.objects.filter(points_at__in=list(found)).order_by("index")
    for points_at, kind, grade, quantity in said.values_list("points_at", "kind", "grade", "quantity_milli"):
        target = found[points_at or 0]
        if kind == Kind.CONFIRMATION:
            target.grades.add(grade)
        else:
            target.standing_milli += quantity
            target.is_withdrawn |= kind == Kind.WITHDRAWAL
    return found


def _people(new_entries: Iterable[NewEntry]) -> dict[tuple[int, int], Person]:
    """Key and commitment of those who have one, by person and campaign."""
    wanted = {new.person_id for new in new_entries if new.person_id is not None}
    known: dict[tuple[int, int], Person] = {}
    for person_id, campaign_id, salt in store.person_salts(list(wanted)):
        commitment = keys.person_commitment(bytes(salt), person_id)
        known[person_id, campaign_id] = (keys.person_key_hex(commitment), commitment)
    return known
