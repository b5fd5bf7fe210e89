"""Who needs help near somebody who is not needed here now: places with free seats, whatever campaign they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from dure.base.access import ANONYMOUS, Actor
from dure.base.around import ways_m
from dure.base.briefly import BRIEFLY
from dure.movement.campaigns import reads as campaigns
from dure.movement.needs.seats import open_seats_by_place
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations.place_names import place_name

# Whoever looks wants to go soon; beyond a day trip nobody is a neighbour.
DAYS_AHEAD: Final = 7
FAR_M: Final = 100_000
SHOWN_MAX: Final = 3
# A surge looks at its pages by the hundred thousand: seats are counted once a minute.
COUNTED_S: Final = 60


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
    return near_point(person.home_lat, person.home_lon, now, SHOWN_MAX)


def near_point(lat: float, lon: float, now: datetime, count_max: int) -> list[Neighbour]:
    """The nearest places with free seats around a point (degrees), at most FAR_M away."""
    found = _open_now(now)
    if not found:
        return []
    way_m = ways_m(lat, lon, [one.lat for one in found], [one.lon for one in found])
    order = [row for row in np.argsort(way_m, kind="stable").tolist() if way_m[row] <= FAR_M][:count_max]
    return [
        Neighbour(
            place_name(found[row].area),
            found[row].campaign_slug,
            found[row].seats,
            round(float(way_m[row]) / 1000),
        )
        for row in order
    ]


@dataclass(frozen=True, slots=True)
class Wanting:
    """A place that wants people in the coming days, and how many."""

    name: str
    seats: int


def wanting_in(area_path: str, campaign_slug: str, now: datetime) -> list[Wanting]:
    """The places of an area where a campaign has free seats in the coming days, those that want most first."""
    found = [
        Wanting(place_name(one.area), one.seats)
        for one in _open_now(now)
        if one.campaign_slug == campaign_slug and one.area.path.startswith(area_path)
    ]
    return sorted(found, key=lambda one: (-one.seats, one.name))


@dataclass(frozen=True, slots=True)
class _Place:
    area: AreaFacts
    campaign_slug: str
    seats: int
    lat: float
    lon: float


def _open_now(now: datetime) -> tuple[_Place, ...]:
    return BRIEFLY.get("places with open seats", lambda: _count(now), seconds=COUNTED_S)


def _count(now: datetime) -> tuple[_Place, ...]:
    running = {one.id: one for one in campaigns.campaigns(actor=ANONYMOUS) if one.state == "open"}
    rows = open_seats_by_place(campaign_ids=list(running), since=now, until=now + timedelta(days=DAYS_AHEAD))
    areas = places.areas({area_id for _, area_id, _ in rows})
    return tuple(
        _Place(area, running[campaign_id].slug, seats, area.lat, area.lon)
        for campaign_id, area, seats in ((one, areas[area_id], seats) for one, area_id, seats in rows)
    )
