"""Answering an offer at a door: the seat, and the honest answer that follows from it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dure.base.access import Actor
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import reads as needs
from dure.operations import answers


def accept(*, actor: Actor, offer_id: int, request_id: UUID, now: datetime) -> PlacementFacts:
    """Take the offered seat and say so in the person's answer. Refuses as ``matching.actions.accept`` does."""
    offer = matching_reads.offer_for(actor, offer_id)
    placement = matching.accept(actor=actor, offer_id=offer_id, request_id=request_id, now=now)
    campaign_id = needs.post(offer.post_id).campaign_id
    answers.answer_placed(campaign_id=campaign_id, person_id=offer.person_id, day=offer.day, now=now)
    return placement


def decline(*, actor: Actor, offer_id: int, now: datetime) -> None:
    """Say no. Refuses as ``matching.actions.decline`` does."""
    matching.decline(actor=actor, offer_id=offer_id, now=now)
