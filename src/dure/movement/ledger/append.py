"""Appending under the lock: from what somebody wants recorded to rows, leaves, sums and a new head.

A batch of plain hours and output, which is nearly every batch, is looked at as a whole: what holds for a team,
indicator and day is asked once for all its rows. Any other batch goes row by row, so that each refusal finds its row.
Both end in the same columns. What is said about earlier entries counts as ``targets`` says.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError

from dure.base.ordered import Head
from dure.engine.log.batch import FactColumns, leaf_hashes_of
from dure.engine.log.entry import SALT_BYTES, EntryFacts, Grade, Kind, encode
from dure.kernel.refusals import Refusal
from dure.movement.ledger import store, tree
from dure.movement.ledger.balance import Stocks
from dure.movement.ledger.bounds import PERSON_HOURS_MILLI_MAX, Bounds
from dure.movement.ledger.errors import EntryReused
from dure.movement.ledger.moments import EPOCH, milliseconds
from dure.movement.ledger.persons import Person, Persons
from dure.movement.ledger.sealed import source
from dure.movement.ledger.targets import Targets, apply, place_of
from dure.movement.ledger.types import OUTGOING_KINDS, NewEntry, Receipt, RowRefused

_EPOCH_DAY = EPOCH.date().toordinal()
# So many rows are hashed while PostgreSQL takes in those before.
_PART_ENTRIES = 250
_PLAIN_KINDS = frozenset({int(Kind.HOURS), int(Kind.OUTPUT)})
_KINDS = {int(kind): kind for kind in Kind}
# What the packed format holds of an id.
_ID_END = 2**32
_facts = attrgetter(
    *("client_id.bytes", "kind", "grade", "campaign_id", "indicator_id", "team_id", "area_id", "post_id"),
    *("work_day", "quantity_milli", "points_at", "note", "person_id"),
)


class _Columns(NamedTuple):
    """New entries, a column each."""

    client_ids: Sequence[bytes]
    kinds: Sequence[int]
    grades: Sequence[int]
    campaigns: Sequence[int]
    indicators: Sequence[int]
    teams: Sequence[int]
    areas: Sequence[int]
    posts: Sequence[int | None]
    work_days: Sequence[date]
    quantities_milli: Sequence[int]
    points_at: Sequence[int | None]
    notes: Sequence[str]
    person_ids: Sequence[int | None]


def _columns(entries: Sequence[NewEntry]) -> _Columns:
    """``entries``, of which there is at least one. Enums become numbers: drivers take those several times quicker."""
    columns = list(zip(*map(_facts, entries), strict=True))
    columns[1], columns[2] = tuple(map(int, columns[1])), tuple(map(int, columns[2]))
    return _Columns(*columns)


def _by_cell(columns: _Columns) -> dict[tuple[int, int, int, int, int, date], list[int]]:
    """Count and quantity by kind, campaign, indicator, team, area and day."""
    found: dict[tuple[int, int, int, int, int, date], list[int]] = {}
    cells = zip(*columns[1:2], *columns[3:7], columns.work_days, strict=True)
    for cell, quantity in zip(cells, columns.quantities_milli, strict=True):
        held = found.get(cell)
        if held is None:
            found[cell] = [1, quantity]
        else:
            held[0] += 1
            held[1] += quantity
    return found


@dataclass(slots=True)
class Appended:
    """What became of a chunk."""

    receipts: dict[int, Receipt] = field(default_factory=dict)
    known_rows: set[int] = field(default_factory=set)
    refused: list[RowRefused] = field(default_factory=list)


@dataclass(slots=True)
class _Taken:
    """What is going to be written: rows handed in, their columns, and what they add up to."""

    rows: Sequence[int]
    entries: Sequence[NewEntry]
    quantities_milli: Sequence[int]
    persons: Sequence[Person]
    sums: dict[store.Cell, list[int]]


class StandsAlready(IntegrityError):
    """The id of a plain batch belongs to an entry whose row was dropped with its sealed day."""


class Chunk:
    """One transaction's worth of new entries, at least one. The caller holds the lock on the log's head.

    Unless ``looks_first``, no id of a plain batch is expected to stand in the log: one that does is found by the
    database's unique index, which raises IntegrityError, and the caller comes again. Nearly every batch is new.
    """

    def __init__(
        self, head: Head, rows: Sequence[tuple[int, NewEntry]], now: datetime, *, looks_first: bool
    ) -> None:
        self._head = head
        self._rows = [row for row, _ in rows]
        self._entries = [new for _, new in rows]
        self._now = now
        self._looks_first = looks_first
        self._recorded_at_ms = milliseconds(now)
        self._done = Appended()
        self._targets = Targets({new.points_at for new in self._entries if new.points_at is not None})
        self._stock = Stocks()

    def append(self, bounds: Bounds) -> Appended:
        """Append what stands up to the rules, which ``bounds`` has learned; refuse the other rows one by one."""
        columns = _columns(self._entries)
        self._persons = Persons(columns.person_ids, columns.campaigns)
        taken = None if self._looks_first else self._taken_at_once(columns, bounds)
        if taken is not None:
            self._write(taken, columns)
            # After the rows, so that none can be dropped between their unique index and this look.
            if source.indices_of(columns.client_ids):
                raise StandsAlready
            return self._done
        self._stored = _rows_with(columns.client_ids)
        taken, twins = self._taken_one_by_one(bounds)
        if taken.rows:
            columns = _columns(taken.entries)._replace(quantities_milli=taken.quantities_milli)
            self._write(taken, columns)
        firsts = {new.client_id: (row, new) for row, new in zip(taken.rows, taken.entries, strict=True)}
        for row, new in twins:
            self._answer_twin(row, new, *firsts[new.client_id])
        return self._done

    def _taken_at_once(self, columns: _Columns, bounds: Bounds) -> _Taken | None:
        """The whole batch if it is plain and nothing in it is refused, else None."""
        count = len(self._entries)
        is_plain = (
            _PLAIN_KINDS.issuperset(columns.kinds)
            and set(columns.grades) == {int(Grade.CLAIMED)}
            and columns.points_at.count(None) == count
            and min(columns.quantities_milli) > 0
            and len(set(columns.client_ids)) == count
        )
        if not is_plain:
            return None
        held = _by_cell(columns)
        if max(max(cell[1:5]) for cell in held) >= _ID_END:
            return None
        try:
            for cell in held:
                bounds.must_take_cell(_KINDS[cell[0]], *cell[1:])
            if max(columns.quantities_milli) > PERSON_HOURS_MILLI_MAX or any(columns.notes):
                for new in self._entries:
                    if new.quantity_milli > PERSON_HOURS_MILLI_MAX or new.note:
                        bounds.must_take(new)
                        self._packed(new, new.quantity_milli)
        except Refusal:
            return None
        sums: dict[store.Cell, list[int]] = {}
        for (_, campaign, indicator, team, area, day), (count, quantity) in held.items():
            place = sums.setdefault((campaign, team, area, indicator, day), [0] * 6)
            place[0] += count
            place[1] += quantity
        persons = self._persons.of_all(columns.person_ids, columns.campaigns)
        return _Taken(self._rows, self._entries, columns.quantities_milli, persons, sums)

    def _taken_one_by_one(self, bounds: Bounds) -> tuple[_Taken, list[tuple[int, NewEntry]]]:
        """The rows that are not refused, and those that repeat one of these."""
        quantities: list[int] = []
        persons: list[Person] = []
        rows: list[int] = []
        entries: list[NewEntry] = []
        taken = _Taken(rows, entries, quantities, persons, {})
        seen: set[UUID] = set()
        twins: list[tuple[int, NewEntry]] = []
        for row, new in zip(self._rows, self._entries, strict=True):
            try:
                if new.client_id in self._stored:
                    self._answer_again(row, new)
                elif new.client_id in seen:
                    twins.append((row, new))
                else:
                    quantity, person = self._take(new, bounds, taken.sums)
                    seen.add(new.client_id)
                    rows.append(row)
                    entries.append(new)
                    quantities.append(quantity)
                    persons.append(person)
            except Refusal as refusal:
                self._done.refused.append(RowRefused(row, new.client_id, refusal))
        return taken, twins

    def _answer_again(self, row: int, new: NewEntry) -> None:
        """The receipt of an entry that stands already, if it says the same."""
        earlier = self._stored[new.client_id]
        known = self._persons.known(new.person_id, new.campaign_id)
        key = None if known is None else known.key
        same = (
            earlier.kind == new.kind
            and earlier.grade == new.grade
            and place_of(earlier) == place_of(new)
            and earlier.post_id == new.post_id
            and earlier.points_at == new.points_at
            and earlier.note == new.note
            # A withdrawal is stored with what it took back.
            and (earlier.quantity_milli == new.quantity_milli or new.kind == Kind.WITHDRAWAL)
            # What is said about an entry carries that entry's person.
            and ((earlier.person_key and earlier.person_key.bytes) == key or new.points_at is not None)
            and (new.person_id is None) == (earlier.person_key is None or new.points_at is not None)
        )
        if not same:
            raise EntryReused(client_id=new.client_id)
        self._done.receipts[row] = Receipt(earlier.index, new.client_id, earlier.leaf_hash)
        self._done.known_rows.add(row)

    def _answer_twin(self, row: int, new: NewEntry, first_row: int, first: NewEntry) -> None:
        if first == new:
            self._done.receipts[row] = self._done.receipts[first_row]
            self._done.known_rows.add(row)
        else:
            refusal = EntryReused(client_id=new.client_id)
            self._done.refused.append(RowRefused(row, new.client_id, refusal))

    def _take(self, new: NewEntry, bounds: Bounds, sums: dict[store.Cell, list[int]]) -> tuple[int, Person]:
        """The quantity to store and who stands behind it; ``sums`` grow by it. Refuses what can't be."""
        bounds.must_take(new)
        quantity = new.quantity_milli
        if new.points_at is None:
            self._packed(new, quantity)
            self._stock.move(new.kind, new, quantity)
            person = self._persons.of(new.person_id, new.campaign_id)
            added = (0, 0, quantity, 0, 0, 0) if new.kind in OUTGOING_KINDS else (1, quantity, 0, 0, 0, 0)
        else:
            target = self._targets.must_find(new)
            if new.kind == Kind.WITHDRAWAL:
                quantity = -target.standing_milli
            self._packed(new, quantity)
            if new.kind != Kind.CONFIRMATION:
                self._stock.move(Kind(target.entry.kind), new, quantity)
            key = target.entry.person_key
            person = Person(None if key is None else key.bytes, target.entry.person_commitment)
            added = apply(target, new, quantity)
        cell = (new.campaign_id, new.team_id, new.area_id, new.indicator_id, new.work_day)
        held = sums.setdefault(cell, [0] * 6)
        for place, value in enumerate(added):
            held[place] += value
        return quantity, person

    def _packed(self, new: NewEntry, quantity_milli: int) -> bytes:
        """The entry as it will be hashed; refuses what its format does not hold."""
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

    def _write(self, taken: _Taken, columns: _Columns) -> None:
        """Everything at once: keys, entries, what they are about, sums, stock, tiles, day and head."""
        leaves: list[bytes] = []
        self._persons.write()
        store.insert_entries(self._parts(taken, columns, leaves))
        self._targets.write()
        store.add_to_rollups(taken.sums)
        self._stock.write()
        frontier = tree.grow(self._head, leaves)
        store.mark_day(self._now.astimezone(UTC).date(), self._head.size)
        client_ids = [new.client_id for new in taken.entries]
        receipts = map(Receipt, range(self._head.size, frontier.size), client_ids, leaves)
        self._done.receipts.update(zip(taken.rows, receipts, strict=True))
        self._head.advance(size=frontier.size, frontier=frontier.to_bytes())

    def _parts(self, taken: _Taken, columns: _Columns, leaves: list[bytes]) -> Iterator[store.EntryColumns]:
        """The rows to store, a part after the other, hashed as they are asked for; ``leaves`` grows with them."""
        days = {day: day.toordinal() - _EPOCH_DAY for day in set(columns.work_days)}
        count = len(taken.rows)
        for first in range(0, count, _PART_ENTRIES):
            part = _Columns._make(column[first : first + _PART_ENTRIES] for column in columns)
            persons = taken.persons[first : first + _PART_ENTRIES]
            drawn = secrets.token_bytes(SALT_BYTES * len(persons))
            salts = [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]
            day_numbers = [days[day] for day in part.work_days]
            commitments = [person.commitment for person in persons]
            hashed = leaf_hashes_of(
                FactColumns(
                    part.kinds,
                    part.grades,
                    part.client_ids,
                    part.campaigns,
                    part.indicators,
                    part.teams,
                    part.areas,
                    [post or 0 for post in part.posts],
                    day_numbers,
                    part.quantities_milli,
                    [0 if index is None else index + 1 for index in part.points_at],
                    part.notes,
                    self._recorded_at_ms,
                ),
                salts,
                commitments,
            )
            leaves += hashed
            yield store.EntryColumns(
                self._head.size + first,
                *part[:9],
                day_numbers=day_numbers,
                quantities_milli=part.quantities_milli,
                points_at=part.points_at,
                notes=part.notes,
                person_keys=[person.key for person in persons],
                person_commitments=commitments,
                entry_salts=salts,
                leaf_hashes=hashed,
                recorded_at_ms=self._recorded_at_ms,
            )


def _rows_with(client_ids: Sequence[bytes]) -> dict[UUID, store.EntryRow]:
    """The entries with these ids, whether their rows stand or their day is in files."""
    rows = store.rows_with(client_ids)
    if dropped := source.indices_of(client_ids):
        rows |= {row.client_id: row for row in source.rows_at(set(dropped.values())).values()}
    return rows
