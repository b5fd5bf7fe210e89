"""A team's day as a captain's phone keeps it: enough to work a day without a signal, and no contact of anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_lazy as _

from dure.base.access import Actor
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.evidence import reads as evidence
from dure.movement.matching import reads as matching
from dure.movement.matching.types import CrewMember
from dure.movement.needs import help as asking
from dure.movement.needs import reads as needs
from dure.movement.needs.types import HelpFacts, PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.operations.badges import badge_code
from dure.operations.crew.deputies import deputies
from dure.operations.crew.shapes import ACTS_MAX
from dure.operations.crew.walk_ins import are_welcome
from dure.operations.place_names import name_of

# Days a phone may show: what is still corrected, and a week ahead.
DAYS_BACK: Final = 3
DAYS_AHEAD: Final = 7
NO_WALK_INS: Final = _(
    "People who come along aren't covered here, so they can't be taken in. Ask them to sign up; it takes two minutes."
)


@dataclass(frozen=True, slots=True)
class CrewDay:
    """``facts``: JSON values. ``version`` changes with them, and with nothing else."""

    facts: dict[str, Any]
    version: str


def crew_day(actor: Actor, team_id: int, day: date | None, now: datetime) -> CrewDay:
    """A team's day for its captain; without a ``day``, today or the nearest that has a crew. A constant number of
    queries for each campaign the team works in (nearly always one). Refuses with NotFound another captain's team."""
    actor.must_captain(team_id)
    team = people.team(team_id)
    today = _today(actor, team, now)
    days = needs.crew_days(team_id, *_reach(today))
    shown = day or _nearest(days, today)
    posts = needs.crew_posts(team_id, shown)
    campaign_of = {pk: campaigns.campaign_by_id(pk) for pk in sorted({post.campaign_id for post in posts})}
    outputs = {pk: _outputs(pk) for pk in campaign_of}
    crew_of: dict[int, list[CrewMember]] = {post.id: [] for post in posts}
    for member in matching.crew(actor, team_id, shown):
        crew_of[member.post_id].append(member)
    me = actor.account_id
    facts: dict[str, Any] = {
        "account": me,
        "team": {"id": team.id, "name": team.name, "area": name_of(team.area_name, team.area_local)},
        "day": shown.isoformat(),
        "days": [one.isoformat() for one in days],
        "posts": [
            _post(post, campaign_of[post.campaign_id], outputs[post.campaign_id], crew_of[post.id])
            for post in posts
        ],
        "walk_ins": {"welcome": are_welcome(), "says": "" if are_welcome() else str(NO_WALK_INS)},
        "deputies": [
            {"grant_id": one.id, "name": one.name, "until": _moment(one.until), "mine": one.account_id == me}
            for one in deputies(actor, team_id, now)
        ],
        "helps": [_help(one) for one in asking.of_team(actor, team_id, now)],
        "photos": {
            str(pk): count for pk, count in sorted(evidence.counts(post.id for post in posts).items())
        },
        "limits": {"acts": ACTS_MAX},
    }
    return CrewDay(facts, _version(facts))


def _today(actor: Actor, team: TeamFacts, now: datetime) -> date:
    """By the clock of the place: at eight in the morning in Seoul it is still yesterday in Greenwich."""
    around = campaigns.covering(actor, team.area_path)
    return campaigns.local_day(around[0], now) if around else now.date()


def _reach(today: date) -> tuple[date, date]:
    # A day more on both sides: by the clock of the campaign it may be tomorrow already, or still yesterday.
    return today - timedelta(days=DAYS_BACK + 1), today + timedelta(days=DAYS_AHEAD + 1)


def _nearest(days: Sequence[date], today: date) -> date:
    return next((one for one in days if one >= today), days[-1] if days else today)


def _version(facts: dict[str, Any]) -> str:
    # The facts are put together in one order, always.
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:32]


def _outputs(campaign_id: int) -> list[dict[str, Any]]:
    found = campaigns.indicators(campaign_id=campaign_id)
    return [{"id": one.id, "name": one.name, "unit": one.unit} for one in found if one.kind == "output"]


def _post(
    post: PostFacts, campaign: CampaignFacts, outputs: list[dict[str, Any]], crew: Sequence[CrewMember]
) -> dict[str, Any]:
    return {
        "id": post.id,
        "title": post.title,
        "starts_at": post.starts_at.isoformat(),
        "ends_at": post.ends_at.isoformat(),
        "timezone": campaign.timezone,
        "bring": post.bring,
        "seats": post.seats,
        "campaign": {"slug": campaign.slug, "name": campaign.name},
        "outputs": outputs,
        "stood_down": post.stood_down_at is not None,
        "crew": [_member(one) for one in crew],
    }


def _member(member: CrewMember) -> dict[str, Any]:
    return {
        "placement_id": member.placement_id,
        "given_name": member.given_name,
        "state": member.state,
        "checked_in_at": _moment(member.checked_in_at),
        "checked_out_at": _moment(member.checked_out_at),
        "says_here_at": _moment(member.said_here_at),
        "says_gone_at": _moment(member.said_gone_at),
        "first_day": member.first_day,
        "walked_in": member.walked_in,
        "under_18": member.under_18,
        "guardian_agreed": member.guardian_agreed,
        "waits": member.waits,
        "code": badge_code(member.placement_id),
    }


def _help(one: HelpFacts) -> dict[str, Any]:
    return {
        "id": one.id,
        "words": one.words,
        "people_wanted": one.people_wanted,
        "asked_at": _moment(one.asked_at),
        "answered_at": _moment(one.answered_at),
        "answer": one.answer,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
