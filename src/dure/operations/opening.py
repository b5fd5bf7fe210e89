"""A campaign from draft to open: with its first call, and with everybody in line whom the draft's lists brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from dure.base import undoing
from dure.base.access import Actor
from dure.base.undoing import UndoableFacts
from dure.kernel.refusals import Refusal
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls import unopening
from dure.movement.calls.types import AppealFacts
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import drafts
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.gifts import reads as gifts
from dure.movement.ledger import reads as ledger
from dure.movement.matching import placed
from dure.movement.needs import reads as needs
from dure.movement.needs import requests
from dure.movement.vetting import reads as vetting
from dure.operations.answers import OPENING
from dure.operations.imports import running
from dure.operations.inviting import INVITE


class CampaignInUse(Refusal):
    code = "campaign_in_use"
    says = "The draft {slug} isn't empty: {what}. Take that back first, then the draft can go."


class OpeningStands(Refusal):
    code = "opening_stands"
    says = "{slug} can’t be made a draft again: {what}. Pause it or close it instead."


@dataclass(frozen=True, slots=True)
class Opened:
    """``in_line_count``: people of the draft's lists who stand in the call's line from now on. ``act_id``: to undo the
    opening; None where it was open before."""

    campaign: CampaignFacts
    call: AppealFacts
    in_line_count: int
    act_id: UUID | None


def open_campaign(*, actor: Actor, slug: str, now: datetime) -> Opened:
    """Open a draft, with a call in the campaign's own words where it has none; an open one stays as it is.

    Refuses as :func:`dure.movement.campaigns.actions.open_campaign` does.
    """
    with transaction.atomic():  # an open campaign without a call would turn people away
        was_draft = campaign_reads.campaign_for(actor=actor, slug=slug).state == "draft"
        opened = campaigns.open_campaign(actor=actor, slug=slug, now=now)
        call = first_call(actor, opened, now)
        in_line = running.stand_in_line(opened, appeal_code=call.code, now=now)
        act_id = None
        if was_draft:
            act_id = undoing.note(
                kind=OPENING,
                account_id=actor.account_id,
                campaign_id=opened.id,
                facts={"code": call.code, "at": now.isoformat()},
                about=opened.name,
                now=now,
                until=None,
            )
    return Opened(opened, call, in_line, act_id)


def undo(actor: Actor, act: UndoableFacts, now: datetime) -> None:
    """Make the campaign a draft again, its first call and its line taken back.

    Refuses with OpeningStands once anybody but the draft's lists had to do with it, NotAllowed and CampaignNotOpen.
    """
    campaign = campaign_reads.campaign_by_id(act.campaign_id)
    drafts.back_to_draft(actor=actor, slug=campaign.slug)
    code = str(act.facts["code"])
    opened_at = datetime.fromisoformat(act.facts["at"])
    what = unopening.touched(campaign_id=campaign.id, code=code, opened_at=opened_at)
    if not what and requests.is_asked(campaign.id):
        what = "somebody asked for hands"
    if not what and undoing.stands(kind=INVITE, campaign_id=campaign.id, since=opened_at):
        what = "people were invited"
    if not what and vetting.has_sessions(campaign.id):
        what = "a briefing or training was planned"
    if not what and vetting.has_asked(campaign.id):
        what = "people were asked for their part of a step"
    if not what and gifts.is_begun(campaign.id):
        what = "gifts were offered or asked for"
    if not what and placed.is_begun(campaign.id):
        what = "a day was matched, or somebody took a seat"
    if not what and ledger.has_entries(campaign.id):
        what = "work is on record"
    if what:
        raise OpeningStands(slug=campaign.slug, what=what)
    try:
        unopening.take_back(code=code)
    except ProtectedError as error:
        raise OpeningStands(slug=campaign.slug, what="something was written down for it") from error


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
