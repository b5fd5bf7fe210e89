"""A place: its own figures and what lies in it, good news and bad on the same page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts
from dure.movement.standings.productivity import Reckoned, reckoned
from dure.movement.standings.shown import Shown
from dure.movement.standings.types import Figure as Shape
from dure.movement.standings.types import Grade, PlaceStanding, TeamStanding
from dure.operations import neighbours
from dure.web import maps
from dure.web.actor import actor_of_request
from dure.web.clock import now
from dure.web.figures import Figure, amount_with_unit, claimed_figure, verified_figure
from dure.web.place_maps import place_map
from dure.web.public.campaign import GRADES, may_follow, pace_sentence, shown_of
from dure.web.public.heads import place_head
from dure.web.takes import Takes, takes

# A region of a nation has hundreds of towns; its map shows them all.
PLACES_A_PAGE: Final = 100
# What most people are wanted for; the map has the rest.
WANTING_SHOWN_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One indicator at a place: its figures, its pace in words, and a page of the ``count`` places in it."""

    indicator: IndicatorFacts
    standing: PlaceStanding
    figures: tuple[Figure, ...]
    says: tuple[str, ...]
    inside: tuple[PlaceStanding, ...]
    count: int
    map: maps.Picture | None
    takes: Takes | None
    productivity: Reckoned | None
    teams: tuple[tuple[object, tuple[TeamStanding, ...]], ...]
    few_people_count: int


@require_safe
def campaign_place(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """A place of the campaign, from the whole country down to a town. Refuses with NotFound."""
    campaign = campaigns.campaign(slug=slug)
    area = _area(code)
    standing = shown_of(campaign)
    number = _page_in(request)
    asked = (_row(campaign, standing, one.indicator, area, number) for one in standing.indicators)
    rows = [row for row in asked if row]
    page_count = max((-(-row.count // PLACES_A_PAGE) for row in rows), default=0)
    if number > max(page_count, 1):
        raise NotFound(what="page")
    if not rows and not area.path.startswith(campaign.area_path):
        raise NotFound(what="place")
    wanting = neighbours.wanting_in(area.path, campaign.slug, now())
    page = {
        "campaign": campaign,
        "here": "place",
        "shared": place_head(request, campaign, area),
        "wanting": wanting[:WANTING_SHOWN_MAX],
        "wanting_more": max(0, len(wanting) - WANTING_SHOWN_MAX),
        "seats_open": sum(one.seats for one in wanting),
        "days_ahead": neighbours.DAYS_AHEAD,
        "area": area,
        "above": [one for one in places.ancestors(area.path) if one.path.startswith(campaign.area_path)],
        "rows": rows,
        "number": number,
        "numbers": range(1, page_count + 1) if page_count > 1 else (),
        "made_at": standing.made_at,
        "may_follow": may_follow(actor_of_request(request), campaign),
    }
    return render(request, "public/place.html", page)


def _area(code: str) -> AreaFacts:
    try:
        return places.by_code(code)
    except AreaUnknown as error:
        raise NotFound(what="place") from error


def _page_in(request: HttpRequest) -> int:
    """The page the address names, the first without one. Refuses with NotFound what is no page."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text)):
        raise NotFound(what="page")
    return int(text)


def _row(
    campaign: CampaignFacts, standing: Shown, indicator: IndicatorFacts, area: AreaFacts, number: int
) -> PlaceRow | None:
    whole, inside = standing.place(indicator.id, area)
    if whole is None:
        return None
    shown = tuple(place for place in inside if _says_something(place))
    here = shown[(number - 1) * PLACES_A_PAGE : number * PLACES_A_PAGE]
    hidden = [place for place in inside if not _says_something(place)]
    return PlaceRow(
        indicator=indicator,
        standing=whole,
        figures=(verified_figure(indicator, whole.figure), claimed_figure(indicator, whole.figure)),
        says=_sentences(indicator, whole),
        inside=here,
        count=len(shown),
        map=place_map(campaign, indicator, shown, area),
        takes=_takes(standing, indicator, area, here),
        productivity=reckoned(indicator, _figures(standing, area)) if indicator.daily_norm_milli else None,
        teams=_by_grade(_teams(standing, indicator, whole)),
        few_people_count=sum(place.figure.withheld == "few_people" for place in hidden),
    )


def _figures(standing: Shown, area: AreaFacts) -> Iterator[tuple[IndicatorFacts, Shape]]:
    for one in standing.indicators:
        whole, _ = standing.place(one.indicator.id, area)
        if whole is not None:
            yield one.indicator, whole.figure


def _takes(
    standing: Shown, indicator: IndicatorFacts, area: AreaFacts, inside: tuple[PlaceStanding, ...]
) -> Takes | None:
    ahead = standing.places_ahead(indicator.id, area)
    return takes(indicator, ahead.get(area.id), inside, ahead)


def _teams(standing: Shown, indicator: IndicatorFacts, whole: PlaceStanding) -> tuple[TeamStanding, ...]:
    """A town's teams, where there is a plan to stand against, or else by what the campaign is about."""
    is_main = standing.main is not None and standing.main.indicator.id == indicator.id
    if whole.area.kind != "town" or not (whole.figure.plan_milli or is_main):
        return ()
    return standing.teams_at(indicator.id, whole.area.id)


def _says_something(place: PlaceStanding) -> bool:
    return place.figure.plan_milli is not None or bool(place.figure.claimed_milli)


def _by_grade(teams: tuple[TeamStanding, ...]) -> tuple[tuple[object, tuple[TeamStanding, ...]], ...]:
    """By grade, in a grade by name; grades that no team of the place has are left out."""
    names: dict[Grade, object] = dict(GRADES)
    found = ((name, tuple(team for team in teams if team.grade == grade)) for grade, name in names.items())
    return tuple((name, some) for name, some in found if some)


def _sentences(indicator: IndicatorFacts, place: PlaceStanding) -> tuple[str, ...]:
    """The pace, what is missing, growth and load: each where it is known, bad news in the same words as good."""
    figure = place.figure
    said = [words] if (words := pace_sentence(figure)) else []
    if figure.shortfall_milli:
        missing = amount_with_unit(indicator, figure.shortfall_milli)
        said.append(gettext("By today %(missing)s are missing, by what is claimed.") % {"missing": missing})
    if figure.growth_percent is not None:
        words = (
            gettext("%(n)s %% above the baseline (%(grade)s), by what is claimed.")
            if figure.growth_percent >= 0
            else gettext("%(n)s %% below the baseline (%(grade)s), by what is claimed.")
        )
        grade = gettext("verified") if figure.baseline_grade == "verified" else gettext("claimed")
        said.append(words % {"n": f"{abs(figure.growth_percent):.0f}", "grade": grade})
    if figure.opens_review:
        said.append(gettext("Output is above what the plant is rated for: its safety is to be looked at."))
    return tuple(said)
