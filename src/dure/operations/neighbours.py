"""Who needs help near somebody who is not needed here now: places with free seats, whatever campaign they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.core.cache import cache

from dure.base.access import ANONYMOUS, Actor
from dure.base.around import ways_m
from dure.movement.campaigns import reads as campaigns
from dure.movement.needs.seats import open_seats_by_place
from dure.movement.people import reads as people
from dure.movement.places import reads as places

# Whoever looks wants to go soon; beyond a day trip nobody is a neighbour.
DAYS_AHEAD: Final = 7
FAR_M: Final = 100_000
SHOWN_MAX: Final = 3
# A surge looks at its pages by the hundred thousand: seats are counted once a minute in each process.
COUNTED_S: Final = 60
_KEY: Final = "dure.open-seats-by-place"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A place that needs people in the coming days: its name, free seats, whole kilometres from home."""

    name: str
    campaign_slug: str
    seats: int
    km: int


def near(actor: Actor, person_id: int, now: datetime) -> list[Neighbour]:
    """The nearest places with free seats, for somebody who looks at their own page; at most SHOWN_MAX.

    Whether a seat there fits them is for the match to say. Refuses others with NotFound.
    """
    person = people.person(actor=actor, person_id=person_id)
    if person.home_lat is None or person.home_lon is None:
        return []
    found = _open_now(now)
    if not found:
        return []
    lat, lon = [one.lat for one in found], [one.lon for one in found]
    way_m = ways_m(person.home_lat, person.home_lon, lat, lon)
    order = [row for row in np.argsort(way_m, kind="stable").tolist() if way_m[row] <= FAR_M][:SHOWN_MAX]
    return [
        Neighbour(
            found[row].name, found[row].campaign_slug, found[row].seats, round(float(way_m[row]) / 1000)
        )
        for row in order
    ]


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    campaign_slug: str
    seats: int
    lat: float
    lon: float


def _open_now(now: datetime) -> tuple[_Place, ...]:
    kept: tuple[_Place, ...] | None = cache.get(_KEY)
    if kept is None:
        kept = _count(now)
        cache.set(_KEY, kept, COUNTED_S)
    return kept


def _count(now: datetime) -> tuple[_Place, ...]:
    running = {one.id: one for one in campaigns.campaigns(actor=ANONYMOUS) if one.state == "open"}
    rows = open_seats_by_place(campaign_ids=list(running), since=now, until=now + timedelta(days=DAYS_AHEAD))
    areas = places.areas({area_id for _, area_id, _ in rows})
    return tuple(
        _Place(areas[area_id].name, running[campaign_id].slug, seats, areas[area_id].lat, areas[area_id].lon)
        for campaign_id, area_id, seats in rows
    )
