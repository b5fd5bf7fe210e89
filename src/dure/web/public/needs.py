"""Needs as the public sees them: what is still wanted, never how many people stand where (P9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from dure.base.briefly import BRIEFLY
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.standings.shown import Shown
from dure.operations.place_names import place_name
from dure.web import maps
from dure.web.clock import day_in
from dure.web.days import shown_day


@dataclass(frozen=True, slots=True)
class TownNeeds:
    """A town with what it still wants on a day; ``open_by_tier``: seats of tier 1, 2, 3."""

    area: AreaFacts
    region: AreaFacts | None
    post_count: int
    open_by_tier: tuple[int, int, int]

    @property
    def seats_open(self) -> int:
        return sum(self.open_by_tier)


@dataclass(frozen=True, slots=True)
class OpenPost:
    """A post that still wants people."""

    id: int
    title: str
    town: AreaFacts
    starts_at: object
    ends_at: object
    tier: int
    skills: tuple[str, ...]
    seats_open: int


@dataclass(frozen=True, slots=True)
class Needed:
    """Seats still open on a day, and the posts that miss most people."""

    day: date
    seats_open: int
    posts: list[OpenPost]


def town_needs(campaign: CampaignFacts, day: date) -> list[TownNeeds]:
    """Every town with posts on ``day``, those that want most first."""
    open_seats: dict[int, list[int]] = {}
    posts: dict[int, int] = {}
    for cell in needs.open_by_area(campaign.id, day):
        tiers = open_seats.setdefault(cell.area_id, [0, 0, 0])
        tiers[cell.tier - 1] += cell.seats - cell.seats_taken
        posts[cell.area_id] = posts.get(cell.area_id, 0) + cell.post_count
    areas = places.areas(open_seats)
    regions = places.areas({area.parent_id for area in areas.values() if area.parent_id is not None})
    rows = [
        TownNeeds(
            area=area,
            region=regions.get(area.parent_id or 0),
            post_count=posts[area_id],
            open_by_tier=(open_seats[area_id][0], open_seats[area_id][1], open_seats[area_id][2]),
        )
        for area_id, area in areas.items()
    ]
    return sorted(rows, key=lambda row: (-row.seats_open, row.area.name))


def most_wanted(campaign: CampaignFacts, day: date, count_max: int = 6) -> list[OpenPost]:
    """The posts that miss most people: the most critical first."""
    return open_posts(needs.most_wanted(campaign.id, day, count_max))


def open_posts(posts: Sequence[PostFacts]) -> list[OpenPost]:
    """Posts with the names of their towns."""
    areas = places.areas({post.area_id for post in posts})
    return [
        OpenPost(
            id=post.id,
            title=post.title,
            town=areas[post.area_id],
            starts_at=post.starts_at,
            ends_at=post.ends_at,
            tier=post.tier,
            skills=post.skills,
            seats_open=post.seats_free,
        )
        for post in posts
    ]


def needed_on(request: HttpRequest, campaign: CampaignFacts, standing: Shown) -> Needed:
    """What the campaign's page says is wanted: of the day the address names, else of the next one with posts.

    In a large campaign as it was when the standing was kept: reading a nation's posts takes longer than a page may.
    """
    kept = standing.wanted()
    if kept is not None and kept.day >= standing.today and day_in(request) in (None, kept.day):
        return Needed(kept.day, kept.seats_open, open_posts(kept.posts))
    day = shown_day(request, campaign)
    # What addresses name is without end, so it is not kept.
    if day_in(request) is not None:
        return _needed(campaign, day)
    # Its visitors are many and see the same: read once for those of the same seconds.
    return BRIEFLY.get(("needed", campaign.id, day), lambda: _needed(campaign, day))


def _needed(campaign: CampaignFacts, day: date) -> Needed:
    seats_open = sum(cell.seats - cell.seats_taken for cell in needs.open_by_area(campaign.id, day))
    return Needed(day, seats_open, most_wanted(campaign, day))


def map_of(campaign: CampaignFacts, towns: Sequence[TownNeeds]) -> maps.Picture | None:
    spots = [
        maps.Spot(
            name=place_name(town.area),
            lat=town.area.lat,
            lon=town.area.lon,
            amount=max(town.seats_open, 1),
            kind="need" if town.seats_open else "met",
            says=_says(town),
        )
        for town in towns
    ]
    return maps.draw(campaign.area_path.strip("/").split("/")[0], spots)


def _says(town: TownNeeds) -> str:
    if not town.seats_open:
        return gettext("%(town)s: nothing open") % {"town": place_name(town.area)}
    return ngettext("%(town)s: %(n)s seat open", "%(town)s: %(n)s seats open", town.seats_open) % {
        "town": place_name(town.area),
        "n": f"{town.seats_open:,}",
    }


@require_safe
def campaign_map(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    day = shown_day(request, campaign)
    towns = town_needs(campaign, day)
    page = {
        "campaign": campaign,
        "here": "map",
        "day": day,
        "towns": towns,
        "wanting": [town for town in towns if town.seats_open],
        "seats_open": sum(town.seats_open for town in towns),
        "map": map_of(campaign, towns),
        "posts": most_wanted(campaign, day, 14),
    }
    return render(request, "public/map.html", page)
