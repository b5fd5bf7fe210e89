"""Where hands are wanted most: what it would take, place by place, for the plan to be met."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.campaigns import reads as campaigns
from dure.movement.standings.types import PlaceAhead
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of
from dure.web.public.campaign import shown_of
from dure.web.takes import row_of

ROWS_A_PAGE = 100
PAGE_DIGITS_MAX = 6


@require_safe
@door_for(Role.ORGANISER)
def ahead(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Every place of the organiser's with a plan of its own; who misses most people first, all of them by pages."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    standing = shown_of(campaign)
    main = standing.main
    found = list(standing.lowest_ahead(main.indicator.id)) if main else []
    mine = [(place, one) for place, one in found if actor.organises(place.area.path)]
    mine.sort(key=lambda pair: _most_wanted(pair[1]))
    page = _page(request.GET.get("page", ""), len(mine))
    shown = mine[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    told = {
        "campaign": campaign,
        "here": "ahead",
        "main": main,
        "made_at": standing.made_at,
        "rows": [row_of(main.indicator, place.area, one) for place, one in shown] if main else [],
        "short_count": sum(bool(one.person_days or one.days_short) for _, one in mine if one.days_left),
        "missed_count": sum(bool(one.rest_milli) for _, one in mine if not one.days_left),
        "count": len(mine),
        "before": page - 1,
        "after": page + 1 if page * ROWS_A_PAGE < len(mine) else None,
    }
    return render(request, "organiser/ahead.html", told)


def _most_wanted(one: PlaceAhead) -> tuple[int, int, int]:
    return -(one.people_a_day or 0), -(one.days_short or 0), -one.rest_milli


def _page(asked: str, count: int) -> int:
    """The page asked for; the nearest there is."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= PAGE_DIGITS_MAX else 1
    return min(max(number, 1), max(1, -(-count // ROWS_A_PAGE)))
