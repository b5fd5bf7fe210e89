"""Breaks and an early end as people meet them: whoever has a post on such a day is freed at once and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dure.base.access import SYSTEM, Actor
from dure.movement.campaigns import actions as campaigns_actions
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.breaks import Span
from dure.movement.campaigns.types import BreakFacts, CampaignFacts
from dure.movement.matching import actions as matching
from dure.movement.matching import placed
from dure.operations.at_once import AT_ONCE_MAX
from dure.operations.two_persons import Asked, ask_or_do

PAUSE: Final = "pause"
CLOSE: Final = "close"


@dataclass(frozen=True, slots=True)
class Rested:
    """Every break of a campaign after one was stated, and how many shifts were called off by it."""

    breaks: tuple[BreakFacts, ...]
    called_off: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed campaign, and how many shifts were called off by that at once."""

    campaign: CampaignFacts
    called_off: int


def pause(
    *,
    actor: Actor,
    slug: str,
    reason: str,
    now: datetime,
    first_day: date | None = None,
    last_day: date | None = None,
    people_max: int | None = None,
) -> tuple[BreakFacts, int]:
    """Pause a campaign, and free and tell those who have a shift on these days; how many shifts that are.

    ``people_max``: no more than so many now, the soonest first; the chore frees and tells the others. Refuses as
    ``breaks.pause`` does.
    """
    made = breaks.pause(
        actor=actor, slug=slug, reason=reason, now=now, first_day=first_day, last_day=last_day
    )
    return made, _call_off(campaigns.campaign_by_id(made.campaign_id), now, people_max)


def plan_rest(
    *,
    actor: Actor,
    slug: str,
    spans: Sequence[Span],
    reason: str,
    now: datetime,
    people_max: int | None = None,
) -> Rested:
    """Plan rest, and free and tell those who have a shift on these days, ``people_max`` of them now as :func:`pause`
    does. Refuses as ``breaks.plan_rest`` does."""
    found = breaks.plan_rest(actor=actor, slug=slug, spans=spans, reason=reason, now=now)
    return Rested(found, _call_off(campaigns.campaign_for(actor=actor, slug=slug), now, people_max))


def close(
    *, actor: Actor, slug: str, now: datetime, reason: str = "", people_max: int | None = None
) -> Closed:
    """Close a campaign, and free and tell those who still have a shift ahead of them in it, ``people_max`` of them now
    as :func:`pause` does.

    Refuses as ``campaigns.actions.close_campaign`` does.
    """
    closed = campaigns_actions.close_campaign(actor=actor, slug=slug, now=now, reason=reason)
    return Closed(closed, _call_off(closed, now, people_max))


def pause_or_ask(
    *,
    actor: Actor,
    slug: str,
    reason: str,
    now: datetime,
    about: str,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Asked:
    """As :func:`pause`, or waiting for a second person where the campaign asks for one; ``about``: for them to read."""
    facts = {"reason": reason, "first_day": _text(first_day), "last_day": _text(last_day)}
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    actor.must_organise(campaign.area_path)
    return ask_or_do(
        actor=actor, campaign=campaign, kind=PAUSE, facts=facts, does=do_pause, about=about, now=now
    )


def close_or_ask(*, actor: Actor, slug: str, reason: str, now: datetime, about: str) -> Asked:
    """As :func:`close`, or waiting for a second person where the campaign asks for one; ``about``: for them to read."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    actor.must_organise(campaign.area_path)
    return ask_or_do(
        actor=actor,
        campaign=campaign,
        kind=CLOSE,
        subject=CLOSE,
        facts={"reason": reason},
        does=do_close,
        about=about,
        now=now,
    )


def do_pause(
    actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime
) -> tuple[BreakFacts, int]:
    """What :func:`pause_or_ask` asked for."""
    first_day, last_day = _day(facts["first_day"]), _day(facts["last_day"])
    return pause(
        actor=actor,
        slug=campaign.slug,
        reason=str(facts["reason"]),
        now=now,
        first_day=first_day,
        last_day=last_day,
        people_max=AT_ONCE_MAX,
    )


def do_close(actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime) -> Closed:
    """What :func:`close_or_ask` asked for."""
    return close(
        actor=actor, slug=campaign.slug, now=now, reason=str(facts["reason"]), people_max=AT_ONCE_MAX
    )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def keep_free(now: datetime) -> int:
    """For the chores: the same once more, for whoever was not freed at once, what a server that died had begun, and a
    shift that was taken at the very moment of a break; how many."""
    return sum(
        _call_off(campaign, now) for campaign in campaigns.campaigns(SYSTEM) if campaign.state != "draft"
    )


def still_seated(campaign: CampaignFacts, now: datetime) -> int:
    """Shifts ahead on days that are called off: whoever has them is still to be freed and told."""
    return placed.shifts_ahead(campaign.id, _spans_off(campaign, now), now)


def _call_off(campaign: CampaignFacts, now: datetime, people_max: int | None = None) -> int:
    """Call off what lies on days of a break from today on; of a closed campaign everything."""
    freed = 0
    for first, last in _spans_off(campaign, now):
        left = None if people_max is None else max(people_max - freed, 0)
        freed += matching.call_off(campaign_id=campaign.id, first=first, last=last, now=now, people_max=left)
    return freed


def _spans_off(campaign: CampaignFacts, now: datetime) -> list[tuple[date, date | None]]:
    today = campaigns.local_day(campaign, now)
    spans: list[tuple[date, date | None]] = [
        (max(one.first_day, today), one.last_day)
        for one in breaks.of(campaign.id)
        if one.last_day is None or one.last_day >= today
    ]
    return [(today, None)] if campaign.state == "closed" else spans
