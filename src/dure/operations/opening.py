"""A campaign from draft to open: with its first call, and with everybody in line whom the draft's lists brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from dure.base.access import Actor
from dure.kernel.refusals import Refusal
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.types import AppealFacts
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import drafts
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.operations.imports import running


class CampaignInUse(Refusal):
    code = "campaign_in_use"
    says = "The draft {slug} isn't empty: {what}. Take that back first, then the draft can go."


@dataclass(frozen=True, slots=True)
class Opened:
    """``in_line_count``: people of the draft's lists who stand in the call's line from now on."""

    campaign: CampaignFacts
    call: AppealFacts
    in_line_count: int


def open_campaign(*, actor: Actor, slug: str, now: datetime) -> Opened:
    """Open a draft, with a call in the campaign's own words where it has none; an open one stays as it is.

    Refuses as :func:`dure.movement.campaigns.actions.open_campaign` does.
    """
    with transaction.atomic():  # an open campaign without a call would turn people away
        opened = campaigns.open_campaign(actor=actor, slug=slug, now=now)
        call = first_call(actor, opened, now)
        in_line = running.stand_in_line(opened, appeal_code=call.code, now=now)
    return Opened(opened, call, in_line)


def first_call(actor: Actor, campaign: CampaignFacts, now: datetime) -> AppealFacts:
    """The newest call of a campaign; without any, one in the campaign's own words is opened."""
    return calls_reads.appeal_of(campaign.id) or calls.open_appeal(
        actor=actor,
        campaign_id=campaign.id,
        code=campaign.slug,
        title=campaign.name,
        text=campaign.summary or campaign.name,
        now=now,
    )


def discard_draft(*, actor: Actor, slug: str) -> CampaignFacts:
    """Throw a draft away as if it had never been made; what it was.

    Refuses with CampaignInUse while posts or anything else hang on it, and as ``drafts.discard`` does.
    """
    campaign = campaign_reads.campaign_for(actor=actor, slug=slug)
    actor.must_organise(campaign.area_path)
    if days := needs.days(campaign.id):
        raise CampaignInUse(slug=slug, what=f"it has posts on {len(days)} days")
    try:
        drafts.discard(actor=actor, slug=slug)
    except ProtectedError as error:
        raise CampaignInUse(slug=slug, what="something was written down for it") from error
    return campaign
