"""Forming teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base.rows import insert_new
from dure.kernel.must import must
from dure.movement.people.checks import check_text
from dure.movement.people.errors import TeamKeyReused, TeamNameTaken
from dure.movement.people.models import Team
from dure.movement.people.reads import teams_of
from dure.movement.people.types import NewTeam, TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown

TEAM_NAME_LENGTH_MAX: Final = 120
TEAM_KIND_LENGTH_MAX: Final = 40
CHUNK_SIZE: Final = 5_000


def form_team(*, key: UUID, name: str, area_id: int, kind: str) -> TeamFacts:
    """Form a team; with the same key and facts again it is the same team.

    Refuses with BadInput, AreaUnknown, TeamKeyReused, TeamNameTaken.
    """
    (formed,) = form_teams(rows=[NewTeam(key=key, name=name, area_id=area_id, kind=kind)])
    return formed


def form_teams(*, rows: Sequence[NewTeam]) -> list[TeamFacts]:
    """Form teams, all or none, in the order of ``rows``. Refuses as :func:`form_team` does."""
    areas = places.areas(row.area_id for row in rows)
    for row in rows:
        check_text(row.name, "team name", TEAM_NAME_LENGTH_MAX)
        check_text(row.kind, "team kind", TEAM_KIND_LENGTH_MAX)
        if row.area_id not in areas:
            raise AreaUnknown(area=row.area_id)
    with transaction.atomic():
        insert_new(
            Team, ("key", "name", "area_id", "kind"), [(r.key, r.name, r.area_id, r.kind) for r in rows]
        )
        standing = _standing([row.key for row in rows])
        for row in rows:
            if row.key not in standing:
                raise TeamNameTaken(name=row.name)
            team = standing[row.key]
            if (team.name, team.area_id, team.kind) != (row.name, row.area_id, row.kind):
                raise TeamKeyReused(key=row.key)
    facts = teams_of([standing[row.key] for row in rows])
    must(len(facts) == len(rows), "every row is answered")
    return facts


def _standing(keys: Sequence[UUID]) -> dict[UUID, Team]:
    return {
        team.key: team
        for start in range(0, len(keys), CHUNK_SIZE)
        for team in Team.objects.filter(key__in=keys[start : start + CHUNK_SIZE])
    }
