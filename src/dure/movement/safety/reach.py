"""How far an organiser sees what happened, and how much of it on a page."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotAllowed
from dure.movement.places import reads as places

PAGE_ROWS: Final = 50


def reached(rows: Any, actor: Actor, area_path: str) -> Any:
    """Rows of an area as far as the actor organises, without a list of every place of a country for who organises all.

    Refuses with NotAllowed.
    """
    if actor.organises(area_path):
        return rows
    inside = [path for path in actor.area_paths(Role.ORGANISER) if path.startswith(area_path)]
    if not inside:
        raise NotAllowed(what="seeing what happened here")
    inside_of = Q()
    for path in inside:
        inside_of |= Q(area_id__in=places.ids_under(path))
    return rows.filter(inside_of)
