"""A team's crew of a day, for its captain: part of ``reads``, which hands it on."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.engine.matching.sides import ADULTS_BESIDE_MINORS
from dure.movement.matching.beside import COMING as TO_COME
from dure.movement.matching.beside import cleared_among
from dure.movement.matching.models import Placement
from dure.movement.matching.types import CrewMember
from dure.movement.needs import reads as needs
from dure.movement.people.ages import is_minor

COMING = (Placement.State.ACCEPTED, Placement.State.PRESENT, Placement.State.DONE)
_COLUMNS = (
    *("pk", "post_id", "person_id", "state", "before", "checked_in_at", "checked_out_at"),
    *("said_here_at", "said_gone_at", "walked_in_by"),
    *("person__given_name", "person__birth_year", "person__guardian_agreed_at"),
)
_PLACED = Asked(
    lambda day, post_ids: (
        Placement.objects.filter(post_id__in=post_ids)
        .exclude(state=Placement.State.WITHDRAWN)
        .annotate(
            before=Exists(
                Placement.objects.filter(person_id=OuterRef("person_id"), day__lt=day, state__in=COMING)
            )
        )
        .values_list(*_COLUMNS)
    ),
    date,
    tuple,
)


class _Row(NamedTuple):
    """A placement as it is read for a crew; ``before``: whether they came on an earlier day."""

    placement_id: int
    post_id: int
    person_id: int | None
    state: str
    before: bool
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    said_here_at: datetime | None
    said_gone_at: datetime | None
    walked_in_by: int | None
    # Of whoever has left, nothing.
    given_name: str | None
    birth_year: int | None
    guardian_agreed_at: datetime | None


def crew(actor: Actor, team_id: int, day: date) -> list[CrewMember]:
    """Today's crew of a team, for its captain: first names and what safety asks, nothing else."""
    actor.must_captain(team_id)
    # By their posts: asked by team and day alone, a database may read all of a nation's day.
    line = [post.id for post in needs.crew_posts(team_id, day)]
    found = [_Row(*row) for row in _PLACED(day, line)]
    # The posts stand in the order of their start.
    found.sort(key=lambda row: (line.index(row.post_id), row.placement_id))
    young = {
        row.person_id
        for row in found
        if row.birth_year is not None and is_minor(birth_year=row.birth_year, day=day)
    }
    safe = _safe_for_minors(found, young, day)
    return [_member(row, row.person_id in young, safe) for row in found]


def _member(row: _Row, under_18: bool, safe: set[int]) -> CrewMember:
    return CrewMember(
        placement_id=row.placement_id,
        post_id=row.post_id,
        person_id=row.person_id,
        given_name=row.given_name or "",
        state=row.state,
        first_day=row.person_id is not None and not row.before,
        under_18=under_18,
        guardian_agreed=under_18 and row.guardian_agreed_at is not None,
        checked_in_at=row.checked_in_at,
        waits=under_18 and row.state in TO_COME and row.post_id not in safe,
        checked_out_at=row.checked_out_at,
        said_here_at=row.said_here_at,
        said_gone_at=row.said_gone_at,
        walked_in=row.walked_in_by is not None,
    )


def _safe_for_minors(crew: list[_Row], young: set[int | None], day: date) -> set[int]:
    """Ids of the posts of these where two cleared adults are placed; none is asked about where nobody is under 18."""
    coming = [
        (row.person_id, row.post_id) for row in crew if row.person_id is not None and row.state in TO_COME
    ]
    theirs = {post_id for person_id, post_id in coming if person_id in young}
    if not theirs:
        return set()
    there = cleared_among((one for one in coming if one[1] in theirs), day=day)
    return {post_id for post_id in theirs if there[post_id] >= ADULTS_BESIDE_MINORS}


def ids_of_team(actor: Actor, team_id: int, first: date, last: date) -> list[int]:
    """The placements with a team from one day to another (both included) that were not given back, for its captain."""
    actor.must_captain(team_id)
    rows = Placement.objects.filter(post__team_id=team_id, day__gte=first, day__lte=last)
    return list(rows.exclude(state=Placement.State.WITHDRAWN).order_by("pk").values_list("pk", flat=True))
