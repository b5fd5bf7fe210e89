"""Which day a page shows."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.web.clock import day_in, now


def shown_day(request: HttpRequest, campaign: CampaignFacts) -> date:
    """The day the address names; else the next day with posts from today on; else the last that had some."""
    if (asked := day_in(request)) is not None:
        return asked
    today = campaigns.local_day(campaign=campaign, now=now())
    return needs.next_day(campaign.id, today) or today
