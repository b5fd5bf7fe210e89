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
from dure.movement.ledger import loss, reads, signing, tree, witnesses
from dure.movement.ledger.append import Appended, Chunk
from dure.movement.ledger.bounds import Bounds
from dure.movement.ledger.errors import EntryNamesNothing, EntryUnknown
from dure.movement.ledger.models import PersonKey
from dure.movement.ledger.moments import milliseconds
from dure.movement.ledger.sealed.restoring import restore_day as restore_day
from dure.movement.ledger.sealed.sealing import days_due as days_due
from dure.movement.ledger.sealed.sealing import seal_day as seal_day
from dure.movement.ledger.types import (
    CheckpointFacts,
    CosignatureFacts,
    Grade,
    Kind,
    NewEntry,
    Receipt,
    Recorded,
    ResumedFacts,
    RowRefused,
    WitnessFacts,
)

# 65 ms of writing on SQLite with FULL and on PostgreSQL (measured on busy cores), so that whoever taps "done" on a
# phone gets in between two chunks.
CHUNK_ENTRIES_MAX = 1_000

_Rows = Sequence[tuple[int, NewEntry]]


def record(
    *,
    entries: Sequence[NewEntry],
    now: datetime,
    progress: Progress = SILENT,
    bounds: Bounds | None = None,
    expect_known: bool = False,
) -> Recorded:
    """Append ``entries``, each once: an id that stands already with the same facts gets its first receipt.

    Good rows are kept when others are refused; each refusal is reported with its row (EntryReused,
    EntryUnknown, EntryElsewhere, EntryWithdrawn, EntryBelowZero, EntryConfirmedBefore, EntryNamesNothing,
    EntryMalformed, StockShort, and what :meth:`bounds.Bounds.must_take` refuses). Entry, leaf, tiles, rollup and
    head are written in one transaction a chunk, so that they can't disagree. ``bounds`` is what the caller keeps
    from one call to the next, so that teams and places are not asked for every time; ``expect_known``: that many
    stand already, which is quicker then and slower else.
    """
    rows = list(enumerate(entries))
    bounds = bounds or Bounds()
    whole = Appended()
    for start in range(0, len(rows), CHUNK_ENTRIES_MAX):
        # Where some came a second time, more will.
        chunk = rows[start : start + CHUNK_ENTRIES_MAX]
        part = _append(chunk, now, bounds, looks_first=expect_known or bool(whole.known_rows))
        whole.receipts.update(part.receipts)
        whole.known_rows |= part.known_rows
        whole.refused += part.refused
        progress.advance(min(start + CHUNK_ENTRIES_MAX, len(rows)), len(rows))
    return Recorded(
        receipts=tuple(whole.receipts[row] for row in sorted(whole.receipts)),
        known_count=len(whole.known_rows),
        refused=tuple(sorted(whole.refused, key=lambda refused: refused.row)),
        known_rows=frozenset(whole.known_rows),
    )


def record_one(*, entry: NewEntry, now: datetime) -> Receipt:
    """Append one entry, or raise what :func:`record` would report.

    Within a transaction of the caller's, take other locks first: the ledger's comes last.
    """
    recorded = record(entries=[entry], now=now)
    if recorded.refused:
        raise recorded.refused[0].refusal
    return recorded.receipts[0]


def correct(
    *,
    index: int,
    difference_milli: int,
    client_id: UUID,
    now: datetime,
    note: str = "",
    grade: Grade = Grade.CLAIMED,
) -> Receipt:
    """Add ``difference_milli`` (above or below zero) to what contribution ``index`` claims.

    ``grade``: witnessed by a second keeper, which a move of goods or money wants (``gifts.actions.correct``).
    Refuses with EntryUnknown, EntryWithdrawn, EntryBelowZero, EntryReused, EntryUnwitnessed, StockShort.
    """
    return _say(index, Kind.CORRECTION, difference_milli, client_id, now, note, grade)


def withdraw(
    *, index: int, client_id: UUID, now: datetime, note: str = "", grade: Grade = Grade.CLAIMED
) -> Receipt:
    """Take back whatever is left of contribution ``index``; ``grade`` as for :func:`correct`.

    Refuses with EntryUnknown, EntryWithdrawn, EntryReused, EntryUnwitnessed, StockShort.
    """
    return _say(index, Kind.WITHDRAWAL, 0, client_id, now, note, grade)


def confirm(
    *, index: int, found_milli: int, grade: Grade, client_id: UUID, now: datetime, note: str = ""
) -> Receipt:
    """Say that ``found_milli`` was found where contribution ``index`` claims something.

    ``grade``: witnessed, second source or recounted, each once an entry. A withdrawn entry can be confirmed:
    taking it back doesn't undo what the checkers found. Refuses with EntryUnknown, EntryConfirmedBefore, EntryReused.
    """
    return _say(index, Kind.CONFIRMATION, found_milli, client_id, now, note, grade)


def sign_checkpoint(*, now: datetime) -> CheckpointFacts:
    """Sign the log as it stands; signing the same size twice gives the first note.

    Witnesses that can be asked are asked first. Refuses with LogDamaged, and with LogRolledBack when more was
    signed than is here.
    """
    heard = witnesses.heard()
    with locked(tree.LOG_NAME) as head:
        return signing.sign(head, milliseconds(now), heard)


def take_cosignatures(*, note: str) -> list[CosignatureFacts]:
    """Keep what trusted witnesses cosigned of a checkpoint of ours; see :func:`witnesses.take`."""
    return witnesses.take(note=note)


def trust_witness(*, verifier_key: str, url: str = "", now: datetime) -> WitnessFacts:
    """Show a witness's cosignatures from now on, and ask it at ``url`` before signing. Refuses with VerifierKeyBad."""
    return witnesses.trust(verifier_key=verifier_key, url=url, now=now)


def distrust_witness(*, name: str) -> None:
    """Show nothing of a witness any more. Refuses with NotFound."""
    witnesses.distrust(name=name)


def resume_after_loss(*, now: datetime) -> ResumedFacts:
    """Go on openly after a loss; see :func:`loss.resume_after_loss`."""
    return loss.resume_after_loss(now=now)


def forget_person(*, person_id: int) -> int:
    """Delete who the keys of a person belonged to, and their salts; the count of keys forgotten.

    Entries, totals, proofs and checkpoints stay as they are; nobody can tie them to the person any more.
    """
    return forget_people(person_ids=[person_id])


def forget_people(*, person_ids: Sequence[int]) -> int:
    """As :func:`forget_person`, of some hundreds of people."""
    return PersonKey.objects.filter(person_id__in=person_ids).delete()[0]


def _append(rows: _Rows, now: datetime, bounds: Bounds, *, looks_first: bool) -> Appended:
    """Append a chunk in one transaction.

    When the database finds an id that stands already, the chunk looks for such ids first; when it finds a row
    without its place, the others are appended without it.
    """
    try:
        # What may be asked before the lock is: it is held as short as can be.
        bounds.learn([new for _, new in rows], now)
        with locked(tree.LOG_NAME) as head:
            return Chunk(head, rows, now, looks_first=looks_first).append(bounds)
    except IntegrityError:
        if looks_first and len(rows) == 1:
            row, new = rows[0]
            what = "team, area, post or person"
            refusal = EntryNamesNothing(client_id=new.client_id, what=what)
            return Appended(refused=[RowRefused(row, new.client_id, refusal)])
    if not looks_first:
        return _append(rows, now, bounds, looks_first=True)
    middle = len(rows) // 2
    first = _append(rows[:middle], now, bounds, looks_first=True)
    second = _append(rows[middle:], now, bounds, looks_first=True)
    return Appended(
        receipts=first.receipts | second.receipts,
        known_rows=first.known_rows | second.known_rows,
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
