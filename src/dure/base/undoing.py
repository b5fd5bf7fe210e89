"""What was done to many things at once and may be taken back by whoever did it.

The base knows what was done, by whom and until when it may be undone; how it is undone knows
``dure.operations.undo``. Notices of such an act are queued with ``send_after`` at its end
(``outbox.queue_many(…, not_before=until)``), so that undone in time nobody hears of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import Q, QuerySet

from dure.base.access import Actor
from dure.base.asked_rows import AskedRows
from dure.base.errors import UndoneAlready, UndoOver
from dure.base.models import UndoableAct
from dure.kernel.must import must
from dure.kernel.refusals import NotFound

# What a page lists at most; older ones are over, or found where they were done.
LISTED_MAX = 20
# Stands for no account; theirs begin at 1.
INSTALLATION: Final = 0


@dataclass(frozen=True, slots=True)
class UndoableFacts:
    """An act that may be undone, or was. ``about``: what was done, in a few words; ``until`` None: no end of time."""

    id: UUID
    kind: str
    campaign_id: int
    facts: dict[str, Any]
    about: str
    at: datetime
    until: datetime | None
    undone_at: datetime | None


def note(
    *,
    kind: str,
    account_id: int | None,
    campaign_id: int,
    facts: dict[str, Any],
    about: str,
    now: datetime,
    until: datetime | None,
) -> UUID:
    """Write down, in the transaction of the act, what it takes to undo it (JSON values). The act's id.

    ``account_id`` None: the installation itself did it, on the command line, and undoes it there.

    ``until``: when that ends; None: it ends with what the undoing finds touched; ``now``: nobody undoes it, but what it
    left to do is finished.
    """
    must(until is None or until >= now, "what may be undone may be so for a while")
    act_id = uuid4()
    UndoableAct.objects.create(
        pk=act_id,
        kind=kind,
        account_id=INSTALLATION if account_id is None else account_id,
        campaign_id=campaign_id,
        facts=facts,
        about=about[:160],
        at=now,
        until=until,
    )
    return act_id


_LAST: Final = AskedRows(
    UndoableAct,
    lambda account_id, campaign_id, now: UndoableAct.objects.filter(
        Q(until=None) | Q(until__gt=now), account_id=account_id, campaign_id=campaign_id, undone_at=None
    ).order_by("-at", "pk")[:LISTED_MAX],
    int,
    int,
    datetime,
)


def last(
    *, actor: Actor, campaign_id: int, now: datetime, kinds: Iterable[str] | None = None
) -> list[UndoableFacts]:
    """What the actor did here and may still undo, the newest first; at most LISTED_MAX. ``kinds``: only these."""
    if kinds is None and actor.account_id is not None and not actor.is_system:
        return [
            _facts(row) for row in _LAST(actor.account_id, campaign_id, now)
        ]  # under every page of a desk
    rows = _of(actor).filter(Q(until=None) | Q(until__gt=now), campaign_id=campaign_id, undone_at=None)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return [_facts(row) for row in rows.order_by("-at", "pk")[:LISTED_MAX]]


def stands(*, kind: str, campaign_id: int, since: datetime, to: Iterable[str] | None = None) -> bool:
    """Whether an act of this kind was done here since then and not undone, by whomever; ``to``: to one of these."""
    rows = UndoableAct.objects.filter(kind=kind, campaign_id=campaign_id, at__gt=since, undone_at=None)
    if to is not None:
        rows = rows.filter(facts__to__in=list(to))
    return rows.exists()


def act(*, actor: Actor, act_id: UUID) -> UndoableFacts:
    """One act, undone or not. Refuses with NotFound what somebody else did."""
    row = _of(actor).filter(pk=act_id).first()
    if row is None:
        raise NotFound(what="act of yours")
    return _facts(row)


def take(act_id: UUID, *, actor: Actor, now: datetime) -> UndoableFacts:
    """Mark an act undone, once, in the transaction that undoes it.

    Refuses with NotFound what the actor didn't do, with UndoneAlready, and with UndoOver once its time is over.
    """
    rows = _of(actor).filter(pk=act_id)
    # Write first; of two who press at once one gets it.
    open_rows = rows.filter(Q(until=None) | Q(until__gt=now), undone_at=None)
    if open_rows.update(undone_at=now):
        return act(actor=actor, act_id=act_id)
    found = act(actor=actor, act_id=act_id)
    if found.undone_at is not None:
        raise UndoneAlready(at=f"{found.undone_at:%Y-%m-%d %H:%M} UTC")
    must(found.until is not None, "an act without an end is open until it is undone")
    raise UndoOver(why=f"its time ended at {found.until:%H:%M} UTC, and who is concerned has been told")


def forget_people(act: UndoableFacts) -> None:
    """Forget whom an act was to concern: it is undone or done."""
    kept = {name: fact for name, fact in act.facts.items() if name != "person_ids"}
    UndoableAct.objects.filter(pk=act.id).update(facts=kept)


def due(*, now: datetime, kinds: Iterable[str]) -> list[tuple[UndoableFacts, int]]:
    """Acts of these kinds whose time is over and which are to be finished, with who did each; the oldest first."""
    rows = UndoableAct.objects.filter(
        kind__in=list(kinds), until__lte=now, undone_at=None, finished_at=None
    ).order_by("until", "pk")
    return [(_facts(row), row.account_id) for row in rows[:LISTED_MAX]]


def finish(act_id: UUID, *, now: datetime) -> bool:
    """Mark an act finished, in the transaction that does what waited; whether it was for this caller to do."""
    rows = UndoableAct.objects.filter(pk=act_id, until__lte=now, undone_at=None, finished_at=None)
    return bool(rows.update(finished_at=now))


def _of(actor: Actor) -> QuerySet[UndoableAct]:
    if actor.is_system:
        return UndoableAct.objects.all()
    return UndoableAct.objects.filter(account_id=-1 if actor.account_id is None else actor.account_id)


def _facts(row: UndoableAct) -> UndoableFacts:
    return UndoableFacts(
        id=row.id,
        kind=row.kind,
        campaign_id=row.campaign_id,
        facts=row.facts,
        about=row.about,
        at=row.at,
        until=row.until,
        undone_at=row.undone_at,
    )
