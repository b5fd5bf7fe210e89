"""Which campaign carries on which: a movement's campaigns as one line through time."""

from __future__ import annotations

from typing import Final

from dure.movement.campaigns import reads
from dure.movement.campaigns.models import Campaign
from dure.movement.campaigns.types import CampaignFacts, NewMovement

# 200, 2,000 and 20,000 days are three; a hundred campaigns of a season each are as many years.
CHAIN_MAX: Final = 200


def movement_of(campaign_id: int) -> NewMovement:
    """The movement of a campaign, as a campaign file states it."""
    row = Campaign.objects.filter(pk=campaign_id).values_list(
        "movement__slug", "movement__name", "movement__charter"
    )
    return NewMovement(*row.get())


def followers(campaign_id: int) -> tuple[CampaignFacts, ...]:
    """The campaigns that carry this one on, in any state: one at most, unless files said otherwise."""
    ids = (
        Campaign.objects.filter(follows_id=campaign_id)
        .order_by("starts_on", "pk")
        .values_list("pk", flat=True)
    )
    return tuple(reads.campaign_by_id(pk) for pk in ids)


def chain(campaign_id: int) -> tuple[CampaignFacts, ...]:
    """The campaign and all that it carries on, the oldest first. Each was made after the one that it follows, so the
    line has an end."""
    found = [reads.campaign_by_id(campaign_id)]
    while found[-1].follows_id is not None and len(found) < CHAIN_MAX:
        found.append(reads.campaign_by_id(found[-1].follows_id))
    return tuple(reversed(found))


def whole_chain(campaign_id: int) -> tuple[CampaignFacts, ...]:
    """:func:`chain`, and what has been opened since as its continuation: drafts are nobody's business yet."""
    found = list(chain(campaign_id))
    while len(found) < CHAIN_MAX:
        later = [one for one in followers(found[-1].id) if one.state != "draft"]
        if not later:
            break
        found.append(later[0])
    return tuple(found)
