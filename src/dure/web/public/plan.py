"""The plan, for everybody: what is wanted of which place by when, from which source, and what was argued about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.web.clock import now
from dure.web.plans import place_asked_for, plan_at, pleas_of


@require_safe
def campaign_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Refuses with NotFound, also for a draft."""
    campaign = campaigns.campaign(slug=slug)
    area = place_asked_for(request, campaign)
    today = campaigns.local_day(campaign=campaign, now=now())
    page = {
        "campaign": campaign,
        "here": "plan",
        "area": area,
        "above": [one for one in places.ancestors(area.path) if one.path.startswith(campaign.area_path)],
        "plans": plan_at(campaign, area),
        "breaks": breaks.of(campaign.id),
        "pleas": pleas_of(campaign, today),
    }
    return render(request, "public/plan.html", page)
