"""Acts that wait for a second person, where a campaign asks two for them.

Whoever asks isn't who approves: the database holds that too. What is carried out then, and as whom, knows
``dure.operations.two_persons``. Nothing waits for ever: what nobody looked at lapses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction

from dure.base.access import Actor
from dure.base.asked_rows import AskedRows
from dure.base.errors import ApprovalOver, ApprovalOwn
from dure.base.models import WaitingAct
from dure.kernel.must import must
from dure.kernel.refusals import NotAllowed, NotFound

LAPSES_AFTER: Final = timedelta(hours=48)
LISTED_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """An act that waits, or waited. ``about``: in a few words; ``asked_by``, ``decided_by``: account ids."""

    id: UUID
    kind: str
    subject: str
    campaign_id: int
    area_path: str
    facts: dict[str, Any]
    about: str
    asked_by: int
    asked_at: datetime
    lapses_at: datetime
    state: str
    decided_by: int | None
    decided_at: datetime | None
    said: str


def ask(
    *,
    actor: Actor,
    kind: str,
    subject: str,
    campaign_id: int,
    area_path: str,
    facts: dict[str, Any],
    about: str,
    now: datetime,
) -> WaitingFacts:
    """Have an act wait for a second person who organises ``area_path``. Asked again while it waits: the same one.

    Refuses with NotAllowed who has no account: somebody must be named.
    """
    if actor.account_id is None:
        raise NotAllowed(what="two people are asked for this, by name: say who asks")
    new = WaitingAct(
        pk=uuid4(),
        kind=kind,
        subject=subject,
        campaign_id=campaign_id,
        area_path=area_path,
        facts=facts,
        about=about[:160],
        asked_by=actor.account_id,
        asked_at=now,
        lapses_at=now + LAPSES_AFTER,
    )
    with transaction.atomic():
        lapse(now=now)
        WaitingAct.objects.bulk_create([new], ignore_conflicts=True)
        rows = WaitingAct.objects.filter(campaign_id=campaign_id, kind=kind, subject=subject)
        return _facts(rows.get(state=WaitingAct.State.WAITING))


_WAITING: Final = AskedRows(
    WaitingAct,
    lambda campaign_id, now: WaitingAct.objects.filter(
        campaign_id=campaign_id, state=WaitingAct.State.WAITING, lapses_at__gt=now
    ).order_by("asked_at", "pk")[:LISTED_MAX],
    int,
    datetime,
)


def waiting(*, actor: Actor, campaign_id: int, now: datetime) -> list[WaitingFacts]:
    """What waits in this campaign where the actor organises, also what they asked for themself; the oldest first."""
    found = [_facts(row) for row in _WAITING(campaign_id, now)]
    return [one for one in found if actor.organises(one.area_path) or _asked(actor, one)]


def decided(*, actor: Actor, campaign_id: int, count_max: int = 10) -> list[WaitingFacts]:
    """What was decided or lapsed last, the newest first."""
    rows = WaitingAct.objects.filter(campaign_id=campaign_id).exclude(state=WaitingAct.State.WAITING)
    found = [_facts(row) for row in rows.order_by("-asked_at", "pk")[:count_max]]
    return [one for one in found if actor.organises(one.area_path) or _asked(actor, one)]


def waiting_act(*, actor: Actor, act_id: UUID) -> WaitingFacts:
    """One act. Refuses with NotFound who neither organises there nor asked for it."""
    row = WaitingAct.objects.filter(pk=act_id).first()
    if row is None or not (actor.organises(row.area_path) or row.asked_by == actor.account_id):
        raise NotFound(what="act that waits")
    return _facts(row)


def approve(*, actor: Actor, act_id: UUID, now: datetime) -> WaitingFacts:
    """A second person says yes, in the transaction that carries it out. Once; who comes second is told it is over.

    Refuses with NotFound, ApprovalOwn and ApprovalOver.
    """
    return _decide(actor, act_id, WaitingAct.State.APPROVED, "", now)


def decline(*, actor: Actor, act_id: UUID, words: str, now: datetime) -> WaitingFacts:
    """A second person says no, and why. Refuses with NotFound, ApprovalOwn and ApprovalOver."""
    return _decide(actor, act_id, WaitingAct.State.DECLINED, words, now)


def take_back(*, actor: Actor, act_id: UUID, now: datetime) -> WaitingFacts:
    """Whoever asked no longer asks. Refuses with NotFound, NotAllowed and ApprovalOver."""
    found = waiting_act(actor=actor, act_id=act_id)
    if not _asked(actor, found):
        raise NotAllowed(what="only who asked for it takes it back; you can say no to it")
    return _end(found, WaitingAct.State.TAKEN_BACK, actor, "", now)


def _decide(actor: Actor, act_id: UUID, state: str, words: str, now: datetime) -> WaitingFacts:
    found = waiting_act(actor=actor, act_id=act_id)
    if actor.account_id is None:
        raise NotAllowed(what="two people are asked for this, by name: say who decides")
    if _asked(actor, found):
        raise ApprovalOwn
    return _end(found, state, actor, words, now)


def _end(found: WaitingFacts, state: str, actor: Actor, words: str, now: datetime) -> WaitingFacts:
    rows = WaitingAct.objects.filter(pk=found.id)
    still = rows.filter(state=WaitingAct.State.WAITING, lapses_at__gt=now)
    if not still.update(state=state, decided_by=actor.account_id, decided_at=now, said=words.strip()[:200]):
        stands = rows.get()
        raise ApprovalOver(state=stands.state if stands.state != WaitingAct.State.WAITING else "lapsed")
    after = _facts(rows.get())
    must(after.state == state, "a decision stands as it was written")
    return after


def lapse(*, now: datetime) -> int:
    """End what nobody looked at in time; how many."""
    rows = WaitingAct.objects.filter(state=WaitingAct.State.WAITING, lapses_at__lte=now)
    return rows.update(state=WaitingAct.State.LAPSED)


def _asked(actor: Actor, found: WaitingFacts) -> bool:
    return actor.account_id is not None and actor.account_id == found.asked_by


def _facts(row: WaitingAct) -> WaitingFacts:
    return WaitingFacts(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        campaign_id=row.campaign_id,
        area_path=row.area_path,
        facts=row.facts,
        about=row.about,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        lapses_at=row.lapses_at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        said=row.said,
    )
