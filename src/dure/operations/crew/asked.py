"""What every kind of act needs: who asks, when it happened, and whose post or placement it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import reads as matching
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.operations.crew.moments import within_shift

Outcome = Literal["done", "known", "conflict", "refused", "later"]
# JSON values, and nothing about a person: they stay when the person leaves.
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An act with what every kind needs. ``moment``: when it happened by our clock; ``now``: when we heard of it.

    ``until``: the right of the one who asks is over since then; what they did before it still counts.
    """

    actor: Actor
    team_id: int
    moment: datetime
    now: datetime
    until: datetime | None = None


def post_of(asked: Asked, post_id: int) -> PostFacts:
    post = needs.posts([post_id]).get(post_id)
    if post is None or post.team_id != asked.team_id:
        raise NotFound(what="post")
    return post


def placement_of(asked: Asked, placement_id: int) -> tuple[PlacementFacts, PostFacts]:
    placement = matching.placement_for(asked.actor, placement_id)
    return placement, post_of(asked, placement.post_id)


def shift_moment(asked: Asked, post: PostFacts) -> tuple[datetime, str]:
    """The act's moment within the shift's day, and the name of the campaign's timezone."""
    timezone = campaigns.campaign_by_id(post.campaign_id).timezone
    return within_shift(asked.moment, post=post, timezone=timezone, received=asked.now), timezone


def clock(at: datetime | None, timezone: str) -> str:
    return f"{at.astimezone(ZoneInfo(timezone)):%H:%M}" if at else ""


def name_of(placement: PlacementFacts) -> str:
    ids = [placement.person_id] if placement.person_id is not None else []
    return people.names(ids).get(ids[0], "?") if ids else "?"


def told(placement: PlacementFacts, **more: object) -> Facts:
    at = placement.checked_in_at
    told = {"placement_id": placement.id, "post_id": placement.post_id, "state": placement.state}
    return {**told, "checked_in_at": at.isoformat() if at else None, **more}
