"""Places and teams: everyone is listed, a hundred on a page, by name within a grade; and the season's rules."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.standings import rules
from dure.movement.standings.parts import IndicatorShown, TeamPage
from dure.movement.standings.shown import Found, Shown
from dure.movement.standings.types import PlaceStanding, TeamStanding
from dure.web.actor import actor_of_request
from dure.web.public.campaign import GRADES, may_follow, shown_of

# Longer names of teams are nobody's search.
SEARCH_LENGTH_MAX = 120


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade with one page of its teams, by name: a grade is no order. ``pages``: all of its pages."""

    name: object
    count: int
    teams: tuple[TeamStanding, ...]
    page: TeamPage
    pages: tuple[TeamPage, ...]


@dataclass(frozen=True, slots=True)
class IndicatorBoard:
    """An indicator with its places above towns, and its grades."""

    one: IndicatorShown
    places: tuple[PlaceStanding, ...]
    grades: list[GradeRow]


def board_of(standing: Shown, one: IndicatorShown) -> IndicatorBoard:
    indicator_id = one.indicator.id
    rows = []
    for grade, name in GRADES:
        if pages := one.pages(grade):
            teams = standing.teams(indicator_id, pages[0].number)
            rows.append(GradeRow(name, one.count(grade), teams, pages[0], pages))
    tops, regions = standing.top_places(indicator_id), standing.regions(indicator_id)
    known = {place.area.id for place in tops}
    return IndicatorBoard(one, (*tops, *(place for place in regions if place.area.id not in known)), rows)


@require_safe
def campaign_standings(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    standing = shown_of(campaign)
    page = {
        "campaign": campaign,
        "here": "standings",
        "made_at": standing.made_at,
        "boards": [board_of(standing, one) for one in standing.indicators],
        "held": standing.held(),
        "season": rules.of(campaign.id),
        "may_follow": may_follow(actor_of_request(request), campaign),
    }
    return render(request, "public/standings.html", page)


@require_safe
def campaign_teams(request: HttpRequest, slug: str, indicator_id: int) -> HttpResponse:
    """A page of the teams of a grade (``?page=``), or those whose name holds some letters (``?q=``)."""
    campaign = campaigns.campaign(slug=slug)
    standing = shown_of(campaign)
    one = standing.indicator(indicator_id)
    if one is None:
        raise NotFound(what="indicator")
    words = request.GET.get("q", "")[:SEARCH_LENGTH_MAX].strip()
    asked = request.GET.get("page", "1")
    shown_page = next((page for page in one.team_pages if str(page.number) == asked), None)
    if not words and asked != "1" and shown_page is None:
        raise NotFound(what="page of teams")
    found: Found | None = standing.find(indicator_id, words) if words else None
    page = {
        "campaign": campaign,
        "here": "standings",
        "made_at": standing.made_at,
        "one": one,
        "words": words,
        "found": found,
        "shown_page": shown_page,
        "teams": found.teams
        if found
        else standing.teams(indicator_id, shown_page.number)
        if shown_page
        else (),
        "grades": [(name, one.count(grade), one.pages(grade)) for grade, name in GRADES if one.pages(grade)],
        "may_follow": may_follow(actor_of_request(request), campaign),
    }
    return render(request, "public/teams.html", page)


@require_safe
def season_rules(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    page = {"campaign": campaign, "here": "standings", "season": rules.of(campaign.id), "form": rules.FORM}
    return render(request, "public/season_rules.html", page)
