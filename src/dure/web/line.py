"""Where a campaign stands in the line of campaigns, for its page: rest today, what was before, what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dure.movement.campaigns import breaks, closing, succession
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import BreakFacts, CampaignFacts


@dataclass(frozen=True, slots=True)
class Line:
    """``rest``: the break that today lies in. ``before``, ``after``: the campaigns beside it, none of them a draft."""

    rest: BreakFacts | None
    before: CampaignFacts | None
    after: CampaignFacts | None
    has_report: bool


def line_of(campaign: CampaignFacts, today: date) -> Line:
    """A constant number of queries."""
    after = [one for one in succession.followers(campaign.id) if one.state != "draft"]
    return Line(
        rest=breaks.on(campaign.id, today) if campaign.state == "open" else None,
        before=campaigns.campaign_by_id(campaign.follows_id) if campaign.follows_id else None,
        after=after[0] if after else None,
        has_report=campaign.state == "closed" and closing.is_told(campaign.id),
    )
