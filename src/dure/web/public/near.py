"""Where help is needed near a place that is named: nobody's position is asked for, and nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base.access import ANONYMOUS
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import neighbours
from dure.web.clock import now

NEAR_SHOWN_MAX: Final = 12
# Of towns whose names begin alike, the largest; more letters find the others.
TOWNS_SHOWN_MAX: Final = 12
LETTERS_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place with free seats in the coming days, so far from the town that was named."""

    town: str
    campaign: CampaignFacts
    seats: int
    km: int


@dataclass(frozen=True, slots=True)
class Town:
    """A town by name, with the region it lies in, since many share a name."""

    area: AreaFacts
    region: AreaFacts | None


@require_safe
def near(request: HttpRequest) -> HttpResponse:
    """``?q=`` a town by its name, or the beginning of it; ``?place=`` one by its code."""
    words = request.GET.get("q", "").strip()[:LETTERS_MAX]
    code = request.GET.get("place", "").strip()[:LETTERS_MAX]
    found = _towns(words, code)
    here = found[0] if len(found) == 1 or (found and _is_named(found[0], words)) else None
    wanted = _wanted(here) if here else []
    page = {
        "words": words or (here.name if here else ""),
        "asked": bool(words or code),
        "here": here,
        "others": _told([one for one in found if one is not here][: TOWNS_SHOWN_MAX - 1]),
        "wanted": wanted,
        # Mostly there is one, and it need not be named in every row.
        "only": wanted[0].campaign if len({one.campaign.id for one in wanted}) == 1 else None,
        "days_ahead": neighbours.DAYS_AHEAD,
        "far_km": neighbours.FAR_M // 1000,
    }
    return render(request, "public/near.html", page)


def _towns(words: str, code: str) -> list[AreaFacts]:
    if code:
        return [
            one for one in places.towns_called(code, under="/", count_max=TOWNS_SHOWN_MAX) if one.code == code
        ]
    return places.towns_called(words, under="/", count_max=TOWNS_SHOWN_MAX) if words else []


def _told(towns: list[AreaFacts]) -> list[Town]:
    regions = places.areas({one.parent_id for one in towns if one.parent_id is not None})
    return [Town(one, regions.get(one.parent_id or 0)) for one in towns]


def _is_named(town: AreaFacts, words: str) -> bool:
    """Whether the whole name was written: the largest of that name is meant, and the others are named below."""
    return words.casefold() in (town.name.casefold(), town.name_local.casefold())


def _wanted(here: AreaFacts) -> list[Wanted]:
    open_now = {one.slug: one for one in campaigns.campaigns(actor=ANONYMOUS)}
    found = neighbours.near_point(here.lat, here.lon, now(), NEAR_SHOWN_MAX)
    return [
        Wanted(one.name, open_now[one.campaign_slug], one.seats, one.km)
        for one in found
        if one.campaign_slug in open_now
    ]
