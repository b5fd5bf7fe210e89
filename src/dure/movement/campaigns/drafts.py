"""Drafts may be thrown away: nobody was told of them yet. What was opened may become one again until somebody was."""

from __future__ import annotations

from django.db import transaction

from dure.base.access import Actor
from dure.movement.campaigns import reads
from dure.movement.campaigns.errors import CampaignNotDraft, CampaignNotOpen
from dure.movement.campaigns.models import Break, Campaign, Indicator, Movement, Target


def discard(*, actor: Actor, slug: str) -> None:
    """Delete a draft with its indicators, targets and planned rest, and its movement where that has no other campaign.

    Refuses with NotFound, NotAllowed, CampaignNotDraft. What other rooms wrote down for it protects it
    (``ProtectedError``): the operation behind this says so.
    """
    found = reads.campaign_for(actor=actor, slug=slug)
    actor.must_organise(found.area_path)
    with transaction.atomic():
        # Write first: of two at once, one who opens it and one who throws it away, one is refused.
        held = Campaign.objects.filter(pk=found.id, state=Campaign.State.DRAFT)
        if not held.update(state=Campaign.State.DRAFT):
            raise CampaignNotDraft(slug=slug, state=found.state)
        movement_id = held.values_list("movement_id", flat=True).get()
        Target.objects.filter(indicator__campaign_id=found.id).delete()
        Indicator.objects.filter(campaign_id=found.id).delete()
        Break.objects.filter(campaign_id=found.id).delete()
        held.delete()
        if not Campaign.objects.filter(movement_id=movement_id).exists():
            Movement.objects.filter(pk=movement_id).delete()


def back_to_draft(*, actor: Actor, slug: str) -> None:
    """Make an open campaign a draft again. What other rooms know of it is asked by the operation behind this.

    Refuses with NotFound, NotAllowed, CampaignNotOpen.
    """
    found = reads.campaign_for(actor=actor, slug=slug)
    actor.must_organise(found.area_path)
    opened = Campaign.objects.filter(pk=found.id, state=Campaign.State.OPEN)
    if not opened.update(state=Campaign.State.DRAFT, opened_at=None):
        raise CampaignNotOpen(slug=slug, state=found.state)
