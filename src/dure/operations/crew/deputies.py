"""Who stands in for a captain: given for a time, taken back at once, and kept on record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dure.base import accounts, delegation, outbox
from dure.base.access import Actor, Grant
from dure.base.delegation import GrantFacts
from dure.base.models import Role
from dure.base.outbox import NOBODY, NewNotice
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import reads as people
from dure.movement.people.contacts import normal_email
from dure.movement.people.types import TeamFacts
from dure.operations.crew.errors import DeputiesEnough
from dure.operations.crew.letters import DEPUTY, KIND

DEPUTIES_MAX: Final = 5
# How long what a deputy did without a signal may still come in after their time.
LATE: Final = timedelta(days=3)


def name_deputy(*, actor: Actor, team_id: int, email: str, until: datetime, now: datetime) -> GrantFacts:
    """Let somebody stand in until a moment, by their address; they get a letter. Call it in a transaction.

    Whoever has no account gets one that can nothing else. A captain of the team stays what they are.
    Refuses with NotFound (another's team), BadInput (no address, a moment that has passed), GrantBeyond (longer than
    14 days, or than one's own right; oneself), DeputiesEnough.
    """
    actor.must_captain(team_id)
    address = normal_email(email)
    team = people.team(team_id)
    account_id = accounts.account_id_of(email=address)
    for one in delegation.grants_of_teams([team_id], now=now):
        if one.account_id == account_id and one.until is None:
            return one
    standing = [one for one in deputies(actor, team_id, now) if one.account_id != account_id]
    if len(standing) >= DEPUTIES_MAX:
        raise DeputiesEnough(count=len(standing))
    if account_id is None:
        account_id = accounts.open_account(email=address, name=address.partition("@")[0])
    given = delegation.delegate(
        actor=actor,
        account_id=account_id,
        role=Role.CAPTAIN,
        team_id=team_id,
        area_path=team.area_path,
        until=until,
        now=now,
    )
    facts = {
        "what": DEPUTY,
        "team": team.name,
        "until": _clock(actor, team, until),
        "link": f"/captain/{team_id}/",
    }
    key = f"{KIND}:{DEPUTY}:{given.id}"
    notice = NewNotice(NOBODY, KIND, key, {**facts, "account_id": account_id})
    outbox.queue_many(notices=[notice], now=now)
    return given


def _clock(actor: Actor, team: TeamFacts, at: datetime) -> str:
    around = campaigns.covering(actor, team.area_path)
    zone = ZoneInfo(around[0].timezone if around else "UTC")
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def take_back(*, actor: Actor, team_id: int, grant_id: int, now: datetime) -> GrantFacts:
    """End a deputy's time at once. Twice changes nothing. Refuses with NotFound, GrantBeyond."""
    actor.must_captain(team_id)
    if delegation.grant_of(grant_id).team_id != team_id:
        raise NotFound(what="deputy")
    return delegation.take_away(
        actor=actor, grant_id=grant_id, now=now, area_path=people.team(team_id).area_path
    )


def deputies(actor: Actor, team_id: int, now: datetime) -> list[GrantFacts]:
    """Who stands in for the team's captain now."""
    actor.must_captain(team_id)
    return [one for one in delegation.captains_of(team_id, now=now) if one.until is not None]


def as_it_was(actor: Actor, team_id: int, now: datetime) -> tuple[Actor, datetime | None]:
    """The actor with the right they had as a deputy whose time ran out lately, and when that was; else as they are.

    What they did before that may still come in, for LATE. A right that was taken away gives nothing.
    """
    if actor.captains(team_id) or actor.account_id is None:
        return actor, None
    ended = [
        one.until
        for one in delegation.grants_of_teams([team_id], now=None, ended_since=now - LATE)
        if one.account_id == actor.account_id
        and one.until is not None
        and one.ended_by is None
        and one.until <= now < one.until + LATE
    ]
    if not ended:
        return actor, None
    own = Grant(role=Role.CAPTAIN, team_id=team_id, until=max(ended))
    return Actor(account_id=actor.account_id, person_id=actor.person_id, grants=(*actor.grants, own)), max(
        ended
    )
