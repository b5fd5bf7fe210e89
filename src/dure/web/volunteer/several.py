"""Several shifts a day, for whoever wishes it: what else stands on the day that is shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from dure.movement.matching.types import OfferFacts, PlacementFacts
from dure.movement.needs.types import PostFacts

COMING = ("accepted", "present")


@dataclass(frozen=True, slots=True)
class OneMore:
    """An offer of a further shift beside the one somebody has; pressing twice takes one seat."""

    offer: OfferFacts
    post: PostFacts
    request_id: UUID


def further_posts(
    placements: Iterable[PlacementFacts], posts: Mapping[int, PostFacts], shown: PlacementFacts
) -> list[PostFacts]:
    """The other posts of the day that is shown, the earliest first."""
    others = [
        one for one in placements if one.day == shown.day and one.state in COMING and one.id != shown.id
    ]
    return sorted((posts[one.post_id] for one in others), key=lambda post: post.starts_at)


def one_more(
    offers: Iterable[OfferFacts], posts: Mapping[int, PostFacts], shown: PlacementFacts
) -> OneMore | None:
    """The first open offer of the same day that leaves nothing they have."""
    for offer in offers:
        if offer.day == shown.day and offer.instead_of is None:
            return OneMore(offer, posts[offer.post_id], uuid.uuid4())
    return None
