"""Who holds what role on a desk: given below one's own reach, told to whoever gets it, and taken away again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from dure.base import accounts, delegation
from dure.base.access import Actor
from dure.base.delegation import GrantFacts
from dure.base.models import Role
from dure.kernel.refusals import BadInput
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.operations.owed import ROLE, tell_once
from dure.operations.two_persons import Asked, ask_or_do

GRANT: Final = "grant"
NAME_CHARS_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class NewRole:
    """A role to give. ``area_id``: its reach, and for a captain None; ``team_id``: a captain's team. ``name``: of
    somebody who has no account yet."""

    email: str
    name: str
    role: str
    area_id: int | None
    team_id: int | None
    until: datetime | None


def appoint(*, actor: Actor, campaign: CampaignFacts, new: NewRole, about: str, now: datetime) -> Asked:
    """Give somebody a role, with an account where they have none; they sign in by a code sent to their address.

    ``Asked.done`` is the :class:`GrantFacts`. Refuses with BadInput and as ``delegation.delegate`` does; all of it is
    asked before it waits for a second person, and once more then.
    """
    facts = {
        "email": new.email.strip().lower(),
        "name": new.name.strip()[:NAME_CHARS_MAX],
        "role": new.role,
        "area_id": new.area_id,
        "team_id": new.team_id,
        "until": None if new.until is None else new.until.isoformat(),
    }
    if GRANT in campaign.two_persons and not actor.is_system:
        with transaction.atomic():
            do_appoint(actor, campaign, facts, now)
            transaction.set_rollback(True)
    return ask_or_do(
        actor=actor,
        campaign=campaign,
        kind=GRANT,
        facts=facts,
        does=do_appoint,
        about=about,
        now=now,
    )


def do_appoint(actor: Actor, campaign: CampaignFacts, facts: dict[str, Any], now: datetime) -> GrantFacts:
    """What :func:`appoint` asked for."""
    email = str(facts["email"])
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadInput(where="email", what=f"{email} is no address", wanted="name@example.org") from error
    until = None if facts["until"] is None else datetime.fromisoformat(facts["until"])
    if facts["role"] == Role.CAPTAIN:
        if facts["team_id"] is None:
            raise BadInput(where="team", what="no team is chosen", wanted="the team they captain")
        path = people.team(int(facts["team_id"])).area_path
    else:
        if facts["area_id"] is None:
            raise BadInput(where="area", what="no place is chosen", wanted="how far the role reaches")
        path = places.area(int(facts["area_id"])).path
    with transaction.atomic():
        account_id = accounts.account_id_of(email=email)
        if account_id is None:
            if not facts["name"]:
                raise BadInput(
                    where="name", what="nobody has signed in with this address yet", wanted="their name"
                )
            account_id = accounts.open_account(email=email, name=str(facts["name"]))
        made = delegation.delegate(
            actor=actor,
            account_id=account_id,
            role=str(facts["role"]),
            area_path=path,
            team_id=facts["team_id"] if facts["role"] == Role.CAPTAIN else None,
            until=until,
            now=now,
        )
        link = "/captain/" if made.role == Role.CAPTAIN else f"/desk/{campaign.slug}/"
        tell_once(
            what=ROLE, about=str(made.id), account_ids=[account_id], link=link, by_date=now.date(), now=now
        )
    return made


def take_away(*, actor: Actor, grant_id: int, now: datetime) -> GrantFacts:
    """End a role at once. Refuses as ``delegation.take_away`` does."""
    found = delegation.grant_of(grant_id)
    path = people.team(found.team_id).area_path if found.team_id is not None else found.area_path
    return delegation.take_away(actor=actor, grant_id=grant_id, area_path=path, now=now)
