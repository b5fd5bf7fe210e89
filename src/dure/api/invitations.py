"""Inviting many people at once: a look, then the act with the look's mark, which can be undone for ten minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from dure.api.clock import now
from dure.api.schemas import ErrorOut
from dure.api.tokens import TokenAuth
from dure.base.access import Actor
from dure.base.undoing import act as act_of
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.operations import inviting
from dure.operations import undo as undoing

router = Router(tags=["desk"])
Code = Annotated[str, Field(max_length=80)]


class WishIn(Schema):
    """Whom to invite to what. ``to``: ``post:NUMBER``, ``training:SKILL`` or ``call:CODE``; ``place``: the code of
    where they live; ``skills``: who can do one of these; ``person_ids``: only these. Who waited longest comes first."""

    to: Code
    place: Code
    count: int
    skills: list[Code] = Field(default=[], max_length=20)
    reserve_only: bool = False
    waited_days: int = Field(default=0, ge=0, le=3_650)
    person_ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(default=[], max_length=500)


class InviteIn(WishIn):
    """The wish that was looked at, with the ``mark`` of that look. Sent again with its ``client_id`` it is one act."""

    client_id: UUID
    mark: str


class LookOut(Schema):
    """Whom the act would invite. ``not_invited``: of how many others it would not, by why (no_consent, asked_today,
    known, unready, no_rest, later). Why is told in whole tens and of everybody of a place alone; ``not_told`` are the
    rest."""

    found: int
    invited: int
    not_invited: dict[str, int]
    mark: str


class InvitedOut(Schema):
    """What is done once ``until`` has passed; before, it can be undone by its ``act``."""

    found: int
    invited: int
    not_invited: dict[str, int]
    act: UUID
    until: datetime


def _asked(request: HttpRequest, slug: str, body: WishIn) -> tuple[Actor, CampaignFacts, inviting.Wish]:
    actor: Actor = request.auth  # type: ignore[attr-defined]  # set by TokenAuth
    wish = inviting.Wish(
        to=body.to,
        area_path=places.by_code(body.place).path,
        count=body.count,
        skills=tuple(body.skills),
        reserve_only=body.reserve_only,
        waited_days=body.waited_days,
        person_ids=tuple(body.person_ids),
    )
    return actor, campaigns.campaign_for(actor=actor, slug=slug), wish


@router.post(
    "/campaigns/{slug}/invitations/look",
    auth=TokenAuth(),
    response={200: LookOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def look(request: HttpRequest, slug: str, body: WishIn) -> object:
    """Whom the act would invite; nothing is written. For who organises the place, in a campaign that is open."""
    actor, campaign, wish = _asked(request, slug, body)
    seen = inviting.look(actor=actor, campaign=campaign, wish=wish, now=now())
    return LookOut(
        found=seen.found_count,
        invited=len(seen.person_ids),
        not_invited=dict(seen.told),
        mark=wish.mark(),
    )


@router.post(
    "/campaigns/{slug}/invitations",
    auth=TokenAuth(),
    response={201: InvitedOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def invite(request: HttpRequest, slug: str, body: InviteIn) -> object:
    """Invite whom a look found. Letters leave after ten minutes, to whom nothing stands against then."""
    actor, campaign, wish = _asked(request, slug, body)
    did = inviting.invite_once(
        actor=actor,
        campaign=campaign,
        wish=wish,
        mark=body.mark,
        command_id=body.client_id,
        now=now(),
        about=f"People invited: {wish.to}.",
    )
    return Status(201, InvitedOut(**did))


@router.delete(
    "/campaigns/{slug}/invitations/{uuid:act_id}",
    auth=TokenAuth(),
    response={204: None, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut},
)
def undo(request: HttpRequest, slug: str, act_id: UUID) -> object:
    """Take an invitation of one's own back while nobody was told: nobody is, and the list is deleted."""
    actor: Actor = request.auth  # type: ignore[attr-defined]  # set by TokenAuth
    found = act_of(actor=actor, act_id=act_id)
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    if (found.kind, found.campaign_id) != (inviting.INVITE, campaign.id):
        raise NotFound(what="act of yours")
    undoing.undo(actor=actor, act_id=act_id, now=now())
    return Status(204, None)
