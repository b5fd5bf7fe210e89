"""The number a crew may call on its day: a captain's own, because they said so, and as long as they do."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base.access import Actor, actor_of
from dure.base.asked import Asked
from dure.kernel.refusals import NotFound
from dure.movement.people.contacts import normal_phone, seal, unseal
from dure.movement.people.models import Team, TeamNumber

OF_TEAM: Final = b"team number:"


_NUMBER = Asked(
    lambda team_id: TeamNumber.objects.filter(team_id=team_id).values_list(
        "cipher", "stated_by", "team__key"
    ),
    int,
)


def state(*, actor: Actor, team_id: int, number: str, country: str, now: datetime) -> str:
    """Let the crew call ``number`` (one without + is of ``country``); the number as it is shown.

    For a captain of the team, of their own number. Refuses with NotFound (somebody else's team), BadInput.
    """
    key = _key(actor, team_id)
    good = normal_phone(number, country=country)
    values = {
        "cipher": seal(good, purpose=OF_TEAM, person_key=key),
        "stated_by": actor.account_id,
        "stated_at": now,
    }
    TeamNumber.objects.update_or_create(team_id=team_id, defaults=values)
    return good


def take_back(*, actor: Actor, team_id: int) -> None:
    """Nobody calls it any more, from now on. Refuses with NotFound (somebody else's team)."""
    _key(actor, team_id)
    TeamNumber.objects.filter(team_id=team_id).delete()


def of_team(team_id: int) -> str:
    """The number, or "". For the page of whoever has a place with the team that day, and its captain's own.

    Nobody calls who no longer leads the team: a deputy whose time is over, a captain who handed over.
    """
    for cipher, stated_by, key in _NUMBER(team_id):
        if actor_of(account_id=stated_by).captains(team_id):
            return unseal(bytes(cipher), purpose=OF_TEAM, person_key=key)
    return ""


def _key(actor: Actor, team_id: int) -> UUID:
    row = Team.objects.filter(pk=team_id).first()
    if row is None or actor.account_id is None or not actor.captains(team_id):
        raise NotFound(what="team")
    return row.key
