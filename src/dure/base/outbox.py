"""Notices: queued in the transaction that causes them, sent by a worker after it.

A notice is claimed by one conditional UPDATE, so that two workers never send it twice; a worker
that died gives its claim back after CLAIM_MINUTES, so a notice can be sent twice but never lost.

Queueing is a plain insert, since a nation may sign up within minutes. What a notice means for others of the same
person, and which way it goes, is settled when the worker comes to it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, F, Max, QuerySet, Sum

from dure.base.access import Actor
from dure.base.models import OutboxMessage
from dure.base.rows import Row, insert_new

CLAIM_MINUTES = 10
ATTEMPTS_MAX = 6
# Rows in one INSERT; a transaction of this size stays near 100 ms.
CHUNK_ROWS = 5_000
# The ways out. "" in a row: the worker chooses among those that the person gave.
EMAIL: Final = "email"
SMS: Final = "sms"
PUSH: Final = "push"
CHAT: Final = "chat"
CHANNELS: Final = (EMAIL, SMS, PUSH, CHAT)
UNROUTED: Final = ""
# Whom a notice goes to that goes to nobody in particular.
NOBODY: Final = 0
# 1 goes before 9. What somebody waits for at the door comes first, what the movement says of its own accord last.
_AT_ONCE: Final = (
    *("sign_up", "link", "called_off", "shift_moved", "crew"),
    *("stood_down_out", "stood_down", "home_safe", "crew_safety"),
)
_SOON: Final = (
    "stand_down_over",
    "guardian_request",
    "offer",
    "offer_instead",
    "adults_there",
    "adults_gone",
)
PRIORITIES: Final[Mapping[str, int]] = {
    **dict.fromkeys(_AT_ONCE, 1),
    **dict.fromkeys(_SOON, 2),
    **dict.fromkeys(("announcement", "drive_confirm", "drive_answer", "owed"), 3),
    **dict.fromkeys(("thanks", "nomination"), 7),
    **dict.fromkeys(("call", "invited"), 8),
}
# What is counted with the call that it is about.
OF_CALLS: Final = ("call", "announcement")
PRIORITY_ELSE: Final = 5
PRIORITY_MAX: Final = 9
# The first due notices of a channel and priority: a stretch of the index ``outbox_queued``.
_RANGE: Final = (
    "SELECT * FROM (SELECT id, priority, send_after, channel FROM base_outboxmessage WHERE state = 'queued' "
    "AND channel = %s AND priority = %s AND send_after <= %s ORDER BY send_after, id LIMIT %s) AS due"
)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to queue. ``dedupe_key`` makes queueing it twice queue it once.

    ``person_id`` NOBODY: to nobody in particular. ``priority``: 1 goes before 9; 0 becomes that of its kind.
    ``channel``: the one way it may go; "" leaves it to the worker.
    """

    person_id: int
    kind: str
    dedupe_key: str
    facts: dict[str, Any] = field(default_factory=dict)
    priority: int = 0
    channel: str = UNROUTED

    def __post_init__(self) -> None:
        if not self.priority:
            object.__setattr__(self, "priority", PRIORITIES.get(self.kind, PRIORITY_ELSE))


@dataclass(frozen=True, slots=True)
class Notice:
    """A claimed notice. ``due_at``: since when it could be sent; ``attempts``: with this one."""

    id: int
    person_id: int
    kind: str
    facts: dict[str, Any]
    channel: str
    due_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class OtherNotice:
    """What else a person is told; ``at``: when it was sent or may be. ``is_in_hand``: a worker has it, or will have."""

    person_id: int
    id: int
    campaign_id: object
    at: datetime
    is_sent: bool
    is_in_hand: bool


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A notice as the one it goes to may see it; ``state``: queued, sent, failed, withheld or replaced.

    ``channel``: the way it went; ``delivered_at``: when the other side said that it came, where it says so.
    """

    kind: str
    state: str
    send_after: datetime
    ended_at: datetime | None
    channel: str
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Notices of one channel and state: how many, how many of them delivered, and what they cost (milli-units)."""

    count: int
    delivered_count: int
    cost_milli: int


def queue(*, notice: NewNotice, now: datetime, not_before: datetime | None = None) -> None:
    queue_many(notices=[notice], now=now, not_before=not_before)


def queue_many(*, notices: Iterable[NewNotice], now: datetime, not_before: datetime | None = None) -> None:
    """Queue notices; one whose key is known already is left as it is. ``not_before``: none is sent earlier."""
    queued = OutboxMessage.State.QUEUED
    rows: list[Row] = [
        (n.dedupe_key, n.person_id, n.kind, n.facts, queued, 0, n.priority, not_before or now, n.channel, 0)
        for n in notices
    ]
    columns = (
        *("dedupe_key", "person_id", "kind", "facts", "state", "attempts", "priority", "send_after"),
        *("channel", "cost_milli"),
    )
    for start in range(0, len(rows), CHUNK_ROWS):
        insert_new(OutboxMessage, columns, rows[start : start + CHUNK_ROWS])


def claim(*, now: datetime, count_max: int, ways: Mapping[str, int] | None = None) -> list[Notice]:
    """Take up to ``count_max`` queued notices away from other workers for CLAIM_MINUTES.

    The more urgent first, of those the oldest. ``ways``: how many at most by each channel (UNROUTED: of those that
    have none yet); None: any.
    """
    ids = _first_due(now, count_max, ways or dict.fromkeys((UNROUTED, *CHANNELS), count_max))
    if not ids:
        return []
    with transaction.atomic():
        free = OutboxMessage.objects.filter(pk__in=ids, state=OutboxMessage.State.QUEUED, send_after__lte=now)
        # Two workers who found the same ones: each gets those that it locks, and neither waits.
        rows = {
            row[0]: Notice(*row[:6], attempts=row[6] + 1)
            for row in free.select_for_update(skip_locked=True).values_list(
                "pk", "person_id", "kind", "facts", "channel", "send_after", "attempts"
            )
        }
        OutboxMessage.objects.filter(pk__in=list(rows)).update(
            attempts=F("attempts") + 1, send_after=now + timedelta(minutes=CLAIM_MINUTES)
        )
    return [rows[pk] for pk in ids if pk in rows]


def _first_due(now: datetime, count_max: int, ways: Mapping[str, int]) -> list[int]:
    """The ids, in order: of each channel and priority the beginning of a range of the index, all in one question."""
    left = {way: min(count, count_max) for way, count in ways.items() if count > 0}
    if not left:
        return []
    moment = connection.ops.adapt_datetimefield_value(now)
    branches = [(way, priority) for way in left for priority in range(1, PRIORITY_MAX + 1)]
    values = [value for way, priority in branches for value in (way, priority, moment, left[way])]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([_RANGE] * len(branches)) + " ORDER BY 2, 3, 1", values)
        rows = cursor.fetchall()
    found: list[int] = []
    for pk, _, _, way in rows:
        if left[way] and len(found) < count_max:
            found.append(pk)
            left[way] -= 1
    return found


def still_claimed(notices: Sequence[Notice]) -> set[int]:
    """Which of these claims still hold: a notice may be deleted meanwhile, or be given to another worker."""
    rows = OutboxMessage.objects.filter(pk__in=[one.id for one in notices], state=OutboxMessage.State.QUEUED)
    attempts = dict(rows.values_list("pk", "attempts"))
    return {one.id for one in notices if attempts.get(one.id) == one.attempts}


def put_back(notices: Iterable[Notice], *, channel: str, send_after: datetime | None = None) -> None:
    """Give claimed notices back as if they had not been claimed, to go by ``channel``.

    ``send_after``: not before; None: as soon as there is room, where they stood in the queue.
    """
    by_moment: defaultdict[datetime, list[int]] = defaultdict(list)
    for notice in notices:
        by_moment[send_after or notice.due_at].append(notice.id)
    for moment, ids in by_moment.items():
        OutboxMessage.objects.filter(pk__in=ids, state=OutboxMessage.State.QUEUED, attempts__gt=0).update(
            attempts=F("attempts") - 1, channel=channel, send_after=moment
        )


def _end(ids: Collection[int], state: str, now: datetime, **also: object) -> None:
    rows = OutboxMessage.objects.filter(pk__in=list(ids), state=OutboxMessage.State.QUEUED)
    rows.update(state=state, ended_at=now, **also)


def sent_many(ids: Collection[int], *, now: datetime, channel: str, cost_milli: int) -> None:
    """Handed over by ``channel``, for ``cost_milli`` each."""
    _end(ids, OutboxMessage.State.SENT, now, channel=channel, cost_milli=cost_milli)


def withheld_many(ids: Collection[int], *, now: datetime) -> None:
    """Ended without sending: the person is synthetic or has left."""
    _end(ids, OutboxMessage.State.WITHHELD, now)


def replaced_many(ids: Collection[int], *, now: datetime) -> None:
    """Ended without sending: a newer notice says it."""
    _end(ids, OutboxMessage.State.REPLACED, now)


def failed(notice_id: int, *, now: datetime) -> bool:
    """Try again later, at most ATTEMPTS_MAX times in all, waiting twice as long each time; whether this was the last
    time."""
    row = OutboxMessage.objects.filter(pk=notice_id).first()
    if row is None:
        return False  # whoever it went to left while it was being sent
    if row.attempts >= ATTEMPTS_MAX:
        gave_up([notice_id], now=now)
        return True
    wait = timedelta(minutes=2**row.attempts)
    OutboxMessage.objects.filter(pk=notice_id, state=OutboxMessage.State.QUEUED).update(send_after=now + wait)
    return False


def gave_up(ids: Collection[int], *, now: datetime) -> None:
    """Ended: no way leads to this person."""
    _end(ids, OutboxMessage.State.FAILED, now)


def delivered(notice_id: int, *, now: datetime) -> bool:
    """The other side says that it came; whether that is news."""
    return bool(_handed_over(notice_id).update(delivered_at=now))


def came_back(notice_id: int, *, now: datetime) -> bool:
    """The other side says that it could not deliver what was sent; whether that is news."""
    return bool(_handed_over(notice_id).update(state=OutboxMessage.State.FAILED, ended_at=now))


def _handed_over(notice_id: int) -> QuerySet[OutboxMessage]:
    """A report may be quicker than the worker, who writes down a moment later that the notice was sent."""
    handed_over = (OutboxMessage.State.SENT, OutboxMessage.State.QUEUED)
    return OutboxMessage.objects.filter(
        pk=notice_id, state__in=handed_over, attempts__gt=0, delivered_at__isnull=True
    )


def others_of(person_ids: Collection[int], *, kinds_start: str) -> list[OtherNotice]:
    """The notices of these people, queued or sent, whose kind begins so."""
    rows = OutboxMessage.objects.filter(
        person_id__in=list(person_ids),
        kind__startswith=kinds_start,
        state__in=(OutboxMessage.State.QUEUED, OutboxMessage.State.SENT),
    )
    columns = ("person_id", "pk", "facts__campaign_id", "ended_at", "send_after", "state", "attempts")
    return [
        OtherNotice(
            person_id=person_id,
            id=pk,
            campaign_id=campaign_id,
            at=ended_at or send_after,
            is_sent=state == OutboxMessage.State.SENT,
            is_in_hand=state == OutboxMessage.State.QUEUED and attempts > 0,
        )
        for person_id, pk, campaign_id, ended_at, send_after, state, attempts in rows.values_list(*columns)
    ]


def notices_to(*, actor: Actor, person_id: int) -> list[NoticeFacts]:
    """Every notice to a person, oldest first, for nobody else. Refuses with NotFound."""
    actor.must_be(person_id)
    rows = OutboxMessage.objects.filter(person_id=person_id).order_by("pk")
    return [
        NoticeFacts(*row)
        for row in rows.values_list("kind", "state", "send_after", "ended_at", "channel", "delivered_at")
    ]


def drop_for(*, person_id: int) -> int:
    """Delete every notice to a person, sent or not; the count."""
    return OutboxMessage.objects.filter(person_id=person_id).delete()[0]


def drop_for_people(*, person_ids: Sequence[int]) -> int:
    """Delete every notice to these people, sent or not; the count."""
    count = 0
    for start in range(0, len(person_ids), CHUNK_ROWS):
        chunk = OutboxMessage.objects.filter(person_id__in=person_ids[start : start + CHUNK_ROWS])
        count += chunk.delete()[0]
    return count


def drop_kind(*, person_id: int, kind: str) -> int:
    """Delete the notices of one kind to a person, sent or not; the count."""
    return OutboxMessage.objects.filter(person_id=person_id, kind=kind).delete()[0]


def last_sent(person_ids: Sequence[int], *, kind: str) -> dict[int, datetime]:
    """When the last notice of a kind went to each of these people; whom none went to is left out."""
    found: dict[int, datetime] = {}
    for start in range(0, len(person_ids), CHUNK_ROWS):
        part = person_ids[start : start + CHUNK_ROWS]
        rows = OutboxMessage.objects.filter(person_id__in=part, kind=kind, state=OutboxMessage.State.SENT)
        found.update(rows.values_list("person_id").annotate(Max("ended_at")).order_by())
    return found


def forget_ended(*, before: datetime) -> int:
    """Delete the notices that ended before a moment, a chunk a transaction; how many.

    Those of a call stay as long as the call, whose results count them (``calls.appeals.close_appeal`` deletes them).
    """
    count = 0
    ended = OutboxMessage.objects.filter(ended_at__lt=before).exclude(kind__in=OF_CALLS).order_by("pk")
    while ids := list(ended.values_list("pk", flat=True)[:CHUNK_ROWS]):
        count += OutboxMessage.objects.filter(pk__in=ids).delete()[0]
    return count


def drop_keys(*, keys: Sequence[str]) -> int:
    """Delete the notices with these keys, sent or not; the count."""
    count = 0
    for start in range(0, len(keys), CHUNK_ROWS):
        chunk = OutboxMessage.objects.filter(dedupe_key__in=keys[start : start + CHUNK_ROWS])
        count += chunk.delete()[0]
    return count


def _starting(start: str) -> QuerySet[OutboxMessage]:
    """The notices whose key begins so, found by its index."""
    rows = OutboxMessage.objects.filter(dedupe_key__startswith=start)
    if connection.vendor == "sqlite":
        # It knows no index for LIKE, but compares text byte by byte, so that a beginning is a range.
        rows = rows.filter(dedupe_key__gte=start, dedupe_key__lt=start + chr(sys.maxunicode))
    return rows


def drop_starting(start: str) -> int:
    """Delete the notices whose key begins so, sent or not; the count."""
    return _starting(start).delete()[0]


def queued_after(last_id: int) -> tuple[int, int]:
    """How many notices were queued after one (0: ever), as far as they are still there, and the id of the last."""
    found = OutboxMessage.objects.filter(pk__gt=last_id).aggregate(count=Count("pk"), last=Max("pk"))
    return int(found["count"]), int(found["last"] or last_id)


def tally() -> dict[str, int]:
    """How many notices stand in each state."""
    states = OutboxMessage.State.values
    return {state: OutboxMessage.objects.filter(state=state).count() for state in states}


def tally_of(start: str) -> dict[tuple[str, str], Tally]:
    """The notices whose key begins so, by (channel, state)."""
    rows = _starting(start).order_by()
    counted = rows.values_list("channel", "state").annotate(
        Count("pk"), Count("delivered_at"), Sum("cost_milli")
    )
    return {(channel, state): Tally(*figures) for channel, state, *figures in counted}


def waiting() -> dict[tuple[str, int], int]:
    """How many queued notices wait, by (channel, priority); counted from the index of the queue."""
    rows = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).order_by()
    counted = rows.values_list("channel", "priority").annotate(Count("pk"))
    return {(channel, priority): count for channel, priority, count in counted}
