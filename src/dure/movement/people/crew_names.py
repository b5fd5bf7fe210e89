"""Who is named to whom: first names, to those who stand at the same post that day, and never of minors (P6, P9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.kernel.refusals import NotFound
from dure.movement.people.ages import is_minor
from dure.movement.people.models import Person
from dure.movement.people.own import row_of

_NAMED = Asked(
    lambda ids: Person.objects.filter(pk__in=ids, hides_name=False).values_list(
        "pk", "given_name", "birth_year"
    ),
    tuple,
)


def crew_names(ids: Iterable[int], *, day: date) -> dict[int, str]:
    """The first names that a crew may read of these people; who is under 18 or would rather not is left out."""
    found = _NAMED(tuple(ids))
    return {pk: name for pk, name, year in found if not is_minor(birth_year=year, day=day)}


def hide_name(*, actor: Actor, person_id: int, hides: bool) -> None:
    """Say whether the crew reads one's first name. The captain always does. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    if not Person.objects.filter(pk=person_id).update(hides_name=hides):
        raise NotFound(what="person")


def hides_name(*, actor: Actor, person_id: int) -> bool:
    """Whether they would rather not be named. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    own = row_of(person_id)
    return own is not None and own.hides_name
