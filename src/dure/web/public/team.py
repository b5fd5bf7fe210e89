"""A team's page, and the friendly challenges between teams."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.movement.campaigns import reads as campaigns
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.standings import challenges
from dure.movement.standings.shown import shown
from dure.web.clock import now
from dure.web.public.heads import team_head
from dure.web.team_pages import challenge_rows, team_page

# Older ones stand on the pages of their teams.
CHALLENGES_SHOWN_MAX = 30


@require_safe
def campaign_team(request: HttpRequest, slug: str, team_id: int) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    today = campaigns.local_day(campaign=campaign, now=now())
    page = team_page(campaign, shown(campaign_id=campaign.id, today=today), team_id, today)
    team = cast(TeamFacts, page["team"])
    page["area"] = area = places.area(team.area_id)
    page["shared"] = team_head(request, campaign, team, area)
    return render(request, "public/team.html", {**page, "here": "standings"})


@require_safe
def campaign_challenges(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    today = campaigns.local_day(campaign=campaign, now=now())
    found = challenges.agreed(campaign_id=campaign.id)
    standing = shown(campaign_id=campaign.id, today=today)
    page = {
        "campaign": campaign,
        "here": "standings",
        "rows": challenge_rows(found[:CHALLENGES_SHOWN_MAX], campaign, standing, today),
        "more": max(0, len(found) - CHALLENGES_SHOWN_MAX),
    }
    return render(request, "public/challenges.html", page)
