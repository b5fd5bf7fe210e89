"""How far a campaign is on its first way: from nothing to the first match, as things truly stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from dure.base import accounts
from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AppealFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.places import reads as places

# Beyond so many people, looking at every one of them is no question for a page.
LOOKED_AT_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Readiness:
    """Of the people of a campaign's area on one day: how many are there, and how many lack what a placement asks."""

    day: date
    people_count: int
    without_cover: int
    without_briefing: int
    without_hours: int
    ready_count: int


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """``people_count``: who lives in the campaign's area; ``ready``: None where there are too many to look at.

    ``first_day``: the next day with posts; ``teams_count``, ``teams_led``: teams of that day, and those with a captain.
    ``matched_day``: a day whose match was published, None before the first.
    """

    town_count: int
    people_count: int
    ready: Readiness | None
    post_days: tuple[date, ...]
    first_day: date | None
    post_count: int
    seat_count: int
    teams_count: int
    teams_led: int
    call: AppealFacts | None
    in_line_count: int
    matched_day: date | None


def first_steps(actor: Actor, campaign: CampaignFacts, now: datetime) -> FirstSteps:
    """What is there and what is missing. Refuses with NotAllowed who doesn't organise the campaign's whole area."""
    actor.must_organise(campaign.area_path)
    today = campaigns.local_day(campaign, now)
    days = needs.days(campaign.id)
    first_day = next((day for day in days if day >= today), None)
    posts = needs.posts_of_day(campaign.id, first_day) if first_day else []
    team_ids = {post.team_id for post in posts}
    led = {team_id for _, _, team_id in accounts.accounts_with(role=Role.CAPTAIN)}
    count = sum(people.count_by_area(actor=actor, area_path=campaign.area_path).values())
    tally = calls.tally(campaign.id)
    return FirstSteps(
        town_count=len(places.towns_under(campaign.area_path)),
        people_count=count,
        ready=_readiness(campaign, first_day or max(today, campaign.starts_on))
        if count <= LOOKED_AT_MAX
        else None,
        post_days=tuple(days),
        first_day=first_day,
        post_count=len(posts),
        seat_count=sum(post.seats for post in posts),
        teams_count=len(team_ids),
        teams_led=len(team_ids & led),
        call=calls.appeal_of(campaign.id),
        in_line_count=tally.signed_up_count,
        matched_day=_matched_day(campaign, days, first_day),
    )


def _matched_day(campaign: CampaignFacts, days: list[date], first_day: date | None) -> date | None:
    """The day that was matched, among the few where a first match can be: the first ever, and the next."""
    likely = [*days[:1], *([first_day] if first_day else [])]
    matched = (day for day in likely if any(run.published_at for run in matching.rounds(campaign.id, day)))
    return next(matched, None)


def _readiness(campaign: CampaignFacts, day: date) -> Readiness:
    start = datetime.combine(day, time(), ZoneInfo(campaign.timezone))
    found = people.placeable(
        area_path=campaign.area_path, day=day, day_start=start, day_end=start + timedelta(days=1)
    )
    free = np.zeros(found.count, bool)
    free[found.free_person] = True
    ready = found.covered & found.briefed & free
    return Readiness(
        day=day,
        people_count=found.count,
        without_cover=int((~found.covered).sum()),
        without_briefing=int((~found.briefed).sum()),
        without_hours=int((~free).sum()),
        ready_count=int(ready.sum()),
    )
