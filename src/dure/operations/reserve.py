"""The reserve register at work: called back by skill, place and wait; asked in time whether to stay on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base import outbox
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.movement.calls import actions as calls
from dure.movement.calls import waves
from dure.movement.calls.types import AppealFacts, Audience
from dure.movement.people import reserve
from dure.operations.lapsing import LAST_CLOCK

LETTERS_A_MINUTE: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """How a turn over the register went: asked whether to renew (each once a date), and taken off."""

    asked_count: int
    ended_count: int


def call_back(
    *,
    actor: Actor,
    client_id: UUID,
    campaign_id: int,
    area_path: str,
    profession: str,
    count: int,
    title: str,
    text: str,
    now: datetime,
) -> AppealFacts:
    """Call people back from the register: of a profession ("" for any), in a place, those who waited longest first.

    It is a call of its own, to the register alone: it calls until ``count`` people have said yes, its results stand on
    the desk's page of calls, and asking twice with one id calls once.

    Refuses with NotFound, NotAllowed, AppealBad, CampaignNotOpen, CampaignClosed.
    """
    code = f"reserve-{client_id.hex[:12]}"
    appeal = calls.open_appeal(
        actor=actor,
        campaign_id=campaign_id,
        code=code,
        title=title,
        text=text,
        now=now,
        audience=Audience(
            area_paths=(area_path,), skills=(profession,) if profession else (), reserve_only=True
        ),
        wanted_count=count,
    )
    waves.start_wave(actor=actor, code=code, client_id=client_id, per_minute=LETTERS_A_MINUTE, now=now)
    return appeal


def keep(now: datetime) -> Kept:
    """Ask whose consent ends soon whether to renew it, and take off who did not. For the daily chores, any time."""
    today = now.date()
    ending = reserve.ending(day=today)
    outbox.queue_many(
        notices=[
            NewNotice(pk, "reserve_renew", f"reserve_renew:{pk}:{until}", {"until": until.isoformat()})
            for pk, until in ending.items()
        ],
        now=now,
    )
    # A consent holds until its last day is over everywhere.
    return Kept(asked_count=len(ending), ended_count=reserve.lapse(day=now.astimezone(LAST_CLOCK).date()))
