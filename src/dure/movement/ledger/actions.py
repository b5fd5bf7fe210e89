"""What can be done to the ledger: append to it, sign it, and forget who somebody was.

Ids are taken as given: the caller has resolved them to teams, areas, posts and people. A row that names
something that is not there is refused alone and never fails its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError

from dure.base.jobs import SILENT, Progress
from dure.base.ordered import locked
from dure.movement.ledger import reads, tree
from dure.movement.ledger.append import Appended, Chunk, Indicators, milliseconds
from dure.movement.ledger.errors import EntryNamesNothing, EntryUnknown
from dure.movement.ledger.models import PersonKey
from dure.movement.ledger.types import (
    CheckpointFacts,
    Grade,
    Kind,
    NewEntry,
    Receipt,
    Recorded,
    RowRefused,
)

# 70 to 100 ms of writing on SQLite with FULL (measured on a busy core), so that whoever taps "done" on a phone
# gets in between two chunks.
CHUNK_ENTRIES_MAX = 2_000

_Rows = Sequence[tuple[int, NewEntry]]


def record(*, entries: Sequence[NewEntry], now: datetime, progress: Progress = SILENT) -> Recorded:
    """Append ``entries``, each once: an id that stands already with the same facts gets its first receipt.

    Good rows are kept when others are refused; each refusal is reported with its row (EntryReused,
    EntrySignWrong, EntryUnknown, EntryElsewhere, EntryWithdrawn, EntryBelowZero, EntryConfirmedBefore,
    EntryNamesNothing, IndicatorUnfit, EntryMalformed, BadInput). Entry, leaf, tiles, rollup and head are
    written in one transaction a chunk, so that they can't disagree.
    """
    rows = list(enumerate(entries))
    indicators = Indicators()
    whole = Appended()
    for start in range(0, len(rows), CHUNK_ENTRIES_MAX):
        part = _append(rows[start : start + CHUNK_ENTRIES_MAX], now, indicators)
        whole.receipts.update(part.receipts)
        whole.known_count += part.known_count
        whole.refused += part.refused
        progress.advance(min(start + CHUNK_ENTRIES_MAX, len(rows)), len(rows))
    return Recorded(
        receipts=tuple(whole.receipts[row] for row in sorted(whole.receipts)),
        known_count=whole.known_count,
        refused=tuple(sorted(whole.refused, key=lambda refused: refused.row)),
    )


def record_one(*, entry: NewEntry, now: datetime) -> Receipt:
    """Append one entry, or raise what :func:`record` would report.

    Within a transaction of the caller's, take other locks first: the ledger's comes last.
    """
    recorded = record(entries=[entry], now=now)
    if recorded.refused:
        raise recorded.refused[0].refusal
    return recorded.receipts[0]


def correct(*, index: int, difference_milli: int, client_id: UUID, now: datetime, note: str = "") -> Receipt:
    """Add ``difference_milli`` (above or below zero) to what contribution ``index`` claims.

    Refuses with EntryUnknown, EntryWithdrawn, EntryBelowZero, EntryReused.
    """
    return _say(index, Kind.CORRECTION, difference_milli, client_id, now, note)


def withdraw(*, index: int, client_id: UUID, now: datetime, note: str = "") -> Receipt:
    """Take back whatever is left of contribution ``index``. Refuses with EntryUnknown, EntryWithdrawn, EntryReused."""
    return _say(index, Kind.WITHDRAWAL, 0, client_id, now, note)


def confirm(
    *, index: int, found_milli: int, grade: Grade, client_id: UUID, now: datetime, note: str = ""
) -> Receipt:
    """Say that ``found_milli`` was found where contribution ``index`` claims something.

    ``grade``: witnessed, second source or recounted, each once an entry. A withdrawn entry can be confirmed:
    taking it back doesn't undo what the checkers found. Refuses with EntryUnknown, EntryConfirmedBefore, EntryReused.
    """
    return _say(index, Kind.CONFIRMATION, found_milli, client_id, now, note, grade)


def sign_checkpoint(*, now: datetime) -> CheckpointFacts:
    """Sign the log as it stands; signing the same size twice gives the first note. Refuses with LogDamaged."""
    with locked(tree.LOG_NAME) as head:
        return tree.sign(head, milliseconds(now))


def forget_person(*, person_id: int) -> int:
    """Delete who the keys of a person belonged to, and their salts; the count of keys forgotten.

    Entries, totals, proofs and checkpoints stay as they are; nobody can tie them to the person any more.
    """
    return PersonKey.objects.filter(person_id=person_id).delete()[0]


def _append(rows: _Rows, now: datetime, indicators: Indicators) -> Appended:
    """Append a chunk in one transaction; when the database finds a row without its place, without that row."""
    try:
        with locked(tree.LOG_NAME) as head:
            return Chunk(head, rows, now).append(indicators)
    except IntegrityError:
        if len(rows) == 1:
            row, new = rows[0]
            what = "team, area, post or person"
            refusal = EntryNamesNothing(client_id=new.client_id, what=what)
            return Appended(refused=[RowRefused(row, new.client_id, refusal)])
    middle = len(rows) // 2
    first = _append(rows[:middle], now, indicators)
    second = _append(rows[middle:], now, indicators)
    return Appended(
        receipts=first.receipts | second.receipts,
        known_count=first.known_count + second.known_count,
        refused=first.refused + second.refused,
    )


def _say(
    index: int,
    kind: Kind,
    quantity_milli: int,
    client_id: UUID,
    now: datetime,
    note: str,
    grade: Grade = Grade.CLAIMED,
) -> Receipt:
    target = reads.place_of(index)
    if target is None:
        raise EntryUnknown(index=index)
    return record_one(
        entry=NewEntry(
            client_id=client_id,
            kind=kind,
            campaign_id=target.campaign_id,
            indicator_id=target.indicator_id,
            team_id=target.team_id,
            area_id=target.area_id,
            work_day=target.work_day,
            quantity_milli=quantity_milli,
            points_at=index,
            grade=grade,
            note=note,
        ),
        now=now,
    )
