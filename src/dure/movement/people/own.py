"""One row of a person, read once a look: by it the door lets them in, and their pages call them by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.one_look import once_a_look
from dure.kernel.refusals import NotFound
from dure.movement.people.models import Alike, Contact, Person


class OwnRow(NamedTuple):
    """What stands of somebody in the room's own table; ``is_asked_same``: whether another registration is theirs."""

    id: int
    key: UUID
    given_name: str
    birth_year: int
    area_id: int
    home_lat: float
    home_lon: float
    travel_limit_m: int
    languages: Sequence[str]
    refuses: Sequence[str]
    prefers: Sequence[str]
    physical_max: int
    long_shift_wish: bool
    shifts_max: int
    group_key: UUID | None
    guardian_agreed_at: datetime | None
    waiting_since: datetime
    language: str
    channel: str
    lapses_on: date | None
    synthetic: bool
    hides_name: bool
    link_version: int
    is_asked_same: bool


@dataclass(frozen=True, slots=True)
class OwnCard:
    """What most of somebody's own pages say of them."""

    id: int
    given_name: str
    birth_year: int
    shifts_max: int
    travel_limit_m: int
    is_asked_same: bool


_COLUMNS = tuple("group__key" if name == "group_key" else name for name in OwnRow._fields)
_UNDECIDED = Alike.objects.filter(asked_id=OuterRef("pk"), decided_at__isnull=True)
_ROW = Asked(
    lambda person_id: (
        Person.objects.annotate(is_asked_same=Exists(_UNDECIDED)).filter(pk=person_id).values_list(*_COLUMNS)
    ),
    int,
)


@once_a_look
def row_of(person_id: int) -> OwnRow | None:
    """None: they have left. For this room alone; a page asks for what it shows."""
    found = _ROW(person_id)
    return OwnRow(*found[0]) if found else None


def row(person_id: int) -> OwnRow:
    """As :func:`row_of`. Refuses with NotFound."""
    found = row_of(person_id)
    if found is None:
        raise NotFound(what="person")
    return found


_KINDS = Asked(
    lambda person_id: Contact.objects.filter(person_id=person_id).order_by("kind").values_list("kind"), int
)


@once_a_look
def contact_kinds(person_id: int) -> tuple[str, ...]:
    """By what somebody can be reached, a browser that takes pushes among them. For this room alone."""
    return tuple(kind for (kind,) in _KINDS(person_id))


def card(*, actor: Actor, person_id: int) -> OwnCard:
    """For themself alone: costs nothing more once the door has let them in. Refuses others with NotFound."""
    actor.must_be(person_id)
    own = row(person_id)
    return OwnCard(
        own.id, own.given_name, own.birth_year, own.shifts_max, own.travel_limit_m, own.is_asked_same
    )
