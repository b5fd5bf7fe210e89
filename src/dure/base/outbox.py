"""Notices: queued in the transaction that causes them, sent by a worker after it.

A notice is claimed by one conditional UPDATE, so that two workers never send it twice; a worker
that died gives its claim back after CLAIM_MINUTES, so a notice can be sent twice but never lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dure.base.access import Actor
from dure.base.models import OutboxMessage
from dure.base.rows import Row, insert_new

CLAIM_MINUTES = 10
ATTEMPTS_MAX = 6
# Rows in one INSERT; a transaction of this size stays near 100 ms.
CHUNK_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to queue. ``dedupe_key`` makes queueing it twice queue it once; ``priority``: 1 goes before 9."""

    person_id: int
    kind: str
    dedupe_key: str
    facts: dict[str, Any] = field(default_factory=dict)
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """A claimed notice."""

    id: int
    person_id: int
    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A notice as the one it goes to may see it; ``state`` is queued, sent, failed or withheld."""

    kind: str
    state: str
    send_after: datetime
    ended_at: datetime | None


def queue(*, notice: NewNotice, now: datetime) -> None:
    queue_many(notices=[notice], now=now)


def queue_many(*, notices: Iterable[NewNotice], now: datetime) -> None:
    """Queue notices; one whose ``dedupe_key`` is known already is left as it is."""
    queued = OutboxMessage.State.QUEUED
    rows: list[Row] = [
        (n.dedupe_key, n.person_id, n.kind, n.facts, queued, 0, n.priority, now, "", 0) for n in notices
    ]
    columns = (
        *("dedupe_key", "person_id", "kind", "facts", "state", "attempts", "priority", "send_after"),
        *("channel", "cost_milli"),
    )
    for start in range(0, len(rows), CHUNK_ROWS):
        insert_new(OutboxMessage, columns, rows[start : start + CHUNK_ROWS])


def claim(*, now: datetime, count_max: int) -> list[Notice]:
    """Take up to ``count_max`` queued notices, oldest first, away from other workers for CLAIM_MINUTES."""
    queued = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED, send_after__lte=now)
    claimed = []
    for row in queued.order_by("priority", "send_after", "pk")[:count_max]:
        attempts = row.attempts + 1
        won = OutboxMessage.objects.filter(
            pk=row.pk, state=OutboxMessage.State.QUEUED, attempts=row.attempts
        ).update(attempts=attempts, send_after=now + timedelta(minutes=CLAIM_MINUTES))
        if won:
            claimed.append(Notice(id=row.pk, person_id=row.person_id, kind=row.kind, facts=row.facts))
    return claimed


def _end(notice_id: int, state: str, now: datetime) -> None:
    OutboxMessage.objects.filter(pk=notice_id, state=OutboxMessage.State.QUEUED).update(
        state=state, ended_at=now
    )


def sent(notice_id: int, *, now: datetime) -> None:
    _end(notice_id, OutboxMessage.State.SENT, now)


def withheld(notice_id: int, *, now: datetime) -> None:
    """Ended without sending: the person is synthetic or has left."""
    _end(notice_id, OutboxMessage.State.WITHHELD, now)


def failed(notice_id: int, *, now: datetime) -> None:
    """Try again later, at most ATTEMPTS_MAX times in all, waiting twice as long each time."""
    row = OutboxMessage.objects.get(pk=notice_id)
    if row.attempts >= ATTEMPTS_MAX:
        _end(notice_id, OutboxMessage.State.FAILED, now)
        return
    wait = timedelta(minutes=2**row.attempts)
    OutboxMessage.objects.filter(pk=notice_id, state=OutboxMessage.State.QUEUED).update(send_after=now + wait)


def notices_to(*, actor: Actor, person_id: int) -> list[NoticeFacts]:
    """Every notice to a person, oldest first, for nobody else. Refuses with NotFound."""
    actor.must_be(person_id)
    rows = OutboxMessage.objects.filter(person_id=person_id).order_by("pk")
    return [NoticeFacts(*row) for row in rows.values_list("kind", "state", "send_after", "ended_at")]


def drop_for(*, person_id: int) -> int:
    """Delete every notice to a person, sent or not; the count."""
    return OutboxMessage.objects.filter(person_id=person_id).delete()[0]


def drop_keys(*, keys: Sequence[str]) -> int:
    """Delete the notices with these keys, sent or not; the count."""
    count = 0
    for start in range(0, len(keys), CHUNK_ROWS):
        chunk = OutboxMessage.objects.filter(dedupe_key__in=keys[start : start + CHUNK_ROWS])
        count += chunk.delete()[0]
    return count


def drop_starting(start: str) -> int:
    """Delete the notices whose key begins so, sent or not; the count."""
    return OutboxMessage.objects.filter(dedupe_key__startswith=start).delete()[0]


def tally() -> dict[str, int]:
    """How many notices stand in each state."""
    states = OutboxMessage.State.values
    return {state: OutboxMessage.objects.filter(state=state).count() for state in states}
