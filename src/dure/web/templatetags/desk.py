"""What every page of the desk carries: its parts, and what may be undone."""

from __future__ import annotations

from typing import cast

from django import template
from django.http import HttpRequest

from dure.base import undoing
from dure.base.undoing import UndoableFacts
from dure.movement.campaigns.types import CampaignFacts
from dure.web.actor import actor_of_request
from dure.web.clock import now
from dure.web.components import Part
from dure.web.organiser import nav

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_parts(context: template.Context, campaign: CampaignFacts) -> tuple[Part, ...]:
    """The pages of the desk in parts."""
    return nav.parts_of(cast("HttpRequest", context["request"]), campaign)


@register.simple_tag(takes_context=True)
def undoable(context: template.Context, campaign: CampaignFacts) -> list[UndoableFacts]:
    """What the visitor did here in bulk and may still undo before its time is over, the newest first."""
    actor = actor_of_request(cast("HttpRequest", context["request"]))
    found = undoing.last(actor=actor, campaign_id=campaign.id, now=now())
    # What has no end stands where it was done (lists that were imported), not under every page.
    return [one for one in found if one.until is not None]
