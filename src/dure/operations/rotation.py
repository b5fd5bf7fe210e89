"""Weeks of rest in a rotation, for who has one and for who leads a crew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dure.engine.plan.rotation import WEEK_DAYS, next_rest
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.types import CrewMember
from dure.movement.people.rotation import rotation_numbers


@dataclass(frozen=True, slots=True)
class RestWeek:
    """Somebody's next week of rest in a campaign, or the one that they are in."""

    campaign: CampaignFacts
    first_day: date
    last_day: date
    is_now: bool


def rest_weeks(person_id: int, among: Iterable[CampaignFacts], at: datetime) -> list[RestWeek]:
    """Of the open campaigns that rest in turn; one query where there is any."""
    rotating = {one.id: one for one in among if one.rotation and one.state == "open"}.values()
    number = rotation_numbers([person_id]).get(person_id) if rotating else None
    found = []
    for one in rotating if number is not None else ():
        today = campaigns.local_day(one, at)
        first, last = next_rest(number or 0, one.rotation, max(today, one.starts_on))
        if first <= one.ends_on:
            found.append(RestWeek(one, first, last, first <= today))
    return found


@dataclass(frozen=True, slots=True)
class CrewRest:
    """Who of a day's crew rests in the week after, so that their captain plans without them."""

    first_day: date
    last_day: date
    parts: int
    names: tuple[str, ...]


def crew_rest(campaign: CampaignFacts | None, crew: Sequence[CrewMember], day: date) -> CrewRest | None:
    """None where nobody rests in turn."""
    if campaign is None or not campaign.rotation:
        return None
    monday = day - timedelta(days=day.weekday()) + timedelta(days=WEEK_DAYS)
    numbers = rotation_numbers(one.person_id for one in crew if one.person_id is not None)
    resting = {
        pk for pk, number in numbers.items() if next_rest(number, campaign.rotation, monday)[0] == monday
    }
    names = {one.person_id: one.given_name for one in crew if one.person_id in resting}
    return CrewRest(
        monday, monday + timedelta(days=WEEK_DAYS - 1), campaign.rotation, tuple(sorted(names.values()))
    )
