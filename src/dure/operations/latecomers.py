"""Where somebody who is free now is needed, over all campaigns of their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from dure.base.access import Actor
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import latecomers
from dure.movement.matching.types import LatePost, PlacementFacts
from dure.movement.needs import reads as needs


@dataclass(frozen=True, slots=True)
class NeededNow:
    """A campaign's running day and the open posts that need the person most, the best first."""

    campaign: CampaignFacts
    day: date
    posts: tuple[LatePost, ...]


def needed_now(*, actor: Actor, person_id: int, now: datetime) -> list[NeededNow]:
    """The open posts for a person: of today, or of tomorrow where it is matched and today has none for them.
    None of a day on which the campaign has a break.

    Refuses with NotFound who asks for another. What was shown is kept nowhere.
    """
    actor.must_be(person_id)
    found = []
    for campaign in campaigns.campaigns(actor=actor):
        if campaign.state != "open":
            continue
        today = campaigns.local_day(campaign, now)
        for day in (today, today + timedelta(days=1)):
            if breaks.on(campaign.id, day):
                continue
            posts = latecomers.best_now(actor=actor, person_id=person_id, campaign=campaign, day=day, now=now)
            if posts:
                found.append(NeededNow(campaign, day, tuple(posts)))
                break
    return found


def take(*, actor: Actor, person_id: int, post_id: int, request_id: UUID, now: datetime) -> PlacementFacts:
    """Take one of the seats, once.

    Refuses as :func:`dure.movement.matching.latecomers.take` does, and with CampaignRests on a day of a break.
    """
    actor.must_be(person_id)
    post = needs.post(post_id)
    breaks.must_work(campaigns.campaign_by_id(post.campaign_id), post.day)
    return latecomers.take(actor=actor, person_id=person_id, post_id=post_id, request_id=request_id, now=now)
