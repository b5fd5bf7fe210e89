"""What a program with a token may record."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja import Router, Status

from dure.api.clock import now
from dure.api.schemas import EntryIn, EntryOut, ErrorOut
from dure.api.tokens import TokenAuth
from dure.base.access import Actor
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts

router = Router(tags=["work"], auth=TokenAuth())
KINDS = {"hours": Kind.HOURS, "output": Kind.OUTPUT}


def team_of(actor: Actor, team_id: int, campaign: CampaignFacts) -> TeamFacts:
    """A team the actor captains or organises. Refuses with NotFound, also for another's team."""
    team = people.team(team_id)
    if not team.area_path.startswith(campaign.area_path):
        raise NotFound(what="team")
    if not actor.captains(team_id) and not actor.organises(team.area_path):
        raise NotFound(what="team")
    return team


def indicator_of(campaign: CampaignFacts, code: str) -> IndicatorFacts:
    for one in campaigns.indicators(campaign.id):
        if one.code == code and one.kind in KINDS:
            return one
    raise BadInput(
        where="indicator", what=f"{code!r} is not counted here", wanted="an indicator of hours or output"
    )


@router.post("/entries", response={201: EntryOut, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut})
def record(request: HttpRequest, body: EntryIn) -> object:
    """Record hours or output of a team. The same ``client_id`` with the same facts gets the first receipt."""
    actor = cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by TokenAuth
    campaign = campaigns.campaign(slug=body.campaign)
    indicator = indicator_of(campaign, body.indicator)
    team = team_of(actor, body.team_id, campaign)
    receipt = ledger.record_one(
        entry=NewEntry(
            client_id=body.client_id,
            kind=KINDS[indicator.kind],
            campaign_id=campaign.id,
            indicator_id=indicator.id,
            team_id=team.id,
            area_id=team.area_id,
            work_day=body.work_day,
            quantity_milli=body.quantity_milli,
            note=body.note,
        ),
        now=now(),
    )
    return Status(201, EntryOut(index=receipt.index, leaf_hash=receipt.leaf_hash.hex(), grade="claimed"))
