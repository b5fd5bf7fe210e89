"""Questions about people and teams. What stands behind a door says who asks; nobody gets a contact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import Count, F

from dure.base.access import Actor
from dure.base.asked import Asked
from dure.base.columns import Ints, read_columns
from dure.base.one_look import each_once_a_look, once_a_look
from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.people import links
from dure.movement.people.ages import ADULT_AGE, is_minor
from dure.movement.people.cleared import cleared_adults
from dure.movement.people.contacts import (
    OF_GUARDIAN,
    OF_PERSON,
    contact_hash,
    normal_email,
    normal_phone,
    unseal,
)
from dure.movement.people.errors import LinkGone
from dure.movement.people.groups import group_of
from dure.movement.people.models import Consent, Contact, Credential, Guardian, Person, Team
from dure.movement.people.on_day import person_on_day
from dure.movement.people.own import OwnRow, card, row_of
from dure.movement.people.own import row as own_row
from dure.movement.people.placeable import ids_near, placeable
from dure.movement.people.types import (
    MATCHING,
    MESSAGES,
    ConsentReceipt,
    ContactFacts,
    MinorFacts,
    NewCredential,
    PersonFacts,
    TeamFacts,
    Wishes,
)
from dure.movement.places import reads as places

__all__ = [
    "agreed_for",
    "card",
    "cleared_adults",
    "consents",
    "contact_of",
    "count_by_area",
    "group_of",
    "guardian_contact_of",
    "guardian_token",
    "ids_between",
    "ids_near",
    "ids_of_contact",
    "minor",
    "minor_ids",
    "minors",
    "names",
    "person",
    "person_of_guardian_token",
    "person_of_token",
    "person_on_day",
    "placeable",
    "private_link_token",
    "team",
    "teams",
    "teams_under",
    "wishes",
]

# Kinds of contact that a letter goes to; a browser that asked for pushes is none.
ADDRESSES: Final = ("email", "sms")


@once_a_look
def person(*, actor: Actor, person_id: int) -> PersonFacts:
    """A person: for themself, and without their home for organisers of their area.

    Everybody else, a guardian and a captain among them, is refused with NotFound.
    """
    row = own_row(person_id)
    own = actor.is_person(person_id)
    if not own and not actor.organises(places.area(row.area_id).path):
        raise NotFound(what="person")
    return facts_of(row, with_home=own)


def minor(*, actor: Actor, person_id: int) -> MinorFacts:
    """What a guardian sees of the person they answer for: the name. Refuses everybody else with NotFound."""
    if not actor.guards(person_id):
        raise NotFound(what="person")
    row = own_row(person_id)
    return MinorFacts(id=row.id, given_name=row.given_name, agreed_at=row.guardian_agreed_at)


def consents(*, actor: Actor, person_id: int) -> tuple[ConsentReceipt, ...]:
    """Receipts of everything a person agreed to, withdrawn ones too. Refuses others with NotFound."""
    actor.must_be(person_id)
    return _receipts(person_id)


def private_link_token(person_id: int) -> str:
    """The token of a person's private pages, good until their links are revoked. Refuses with NotFound."""
    row = own_row(person_id)
    return links.token(purpose=links.OF_PERSON, key=row.key, link_version=row.link_version)


def guardian_token(person_id: int) -> str:
    """The token of the page on which a guardian agrees. Refuses with NotFound, also without a guardian."""
    row = own_row(person_id)
    if not Guardian.objects.filter(person_id=person_id).exists():
        raise NotFound(what="guardian")
    return links.token(purpose=links.OF_GUARDIAN, key=row.key, link_version=row.link_version)


def person_of_token(token: str) -> int:
    """Whose private link this is. Refuses with LinkGone."""
    return _of_token(token, links.OF_PERSON)


def person_of_guardian_token(token: str) -> int:
    """Whose guardian holds this link. Refuses with LinkGone."""
    return _of_token(token, links.OF_GUARDIAN)


def _of_token(token: str, purpose: str) -> int:
    key, version = links.opened(token, purpose=purpose)
    row = Person.objects.filter(key=key, link_version=version).only("pk").first()
    if row is None:
        raise LinkGone
    return row.pk


def contact_of(person_id: int) -> ContactFacts | None:
    """Where to write to a person: the contact that was shown to be theirs, else the e-mail address, else the number.

    None once they have left. For the outbox worker alone, never a page.
    """
    rows = Contact.objects.filter(person_id=person_id, kind__in=ADDRESSES).select_related("person")
    row = rows.order_by(F("shown_at").asc(nulls_last=True), "kind").first()
    if row is None:
        return None
    address = unseal(bytes(row.cipher), purpose=OF_PERSON, person_key=row.person.key)
    standing = Consent.objects.filter(person_id=person_id, purpose=MESSAGES, withdrawn_at__isnull=True)
    return ContactFacts(kind=row.kind, address=address, messages=standing.exists())


def guardian_contact_of(person_id: int) -> str | None:
    """The e-mail address of a minor's guardian; None without one. For the outbox worker alone."""
    row = Guardian.objects.filter(person_id=person_id).select_related("person").first()
    return unseal(bytes(row.cipher), purpose=OF_GUARDIAN, person_key=row.person.key) if row else None


def ids_of_contact(contact: str, *, countries: Sequence[str] = ()) -> tuple[int, ...]:
    """Whom an e-mail address or a number belongs to, to send them their links again. A page never says if anybody.

    ``countries`` (ISO 3166): in which a number without + may be meant. Refuses with BadInput what is neither.
    """
    if "@" in contact or not any(map(str.isdecimal, contact)):
        sought = [contact_hash(normal_email(contact))]
    else:
        sought = [contact_hash(number, kind="sms") for number in _numbers(contact, countries)]
    rows = Contact.objects.filter(contact_hash__in=sought, kind__in=ADDRESSES)
    return tuple(rows.order_by("person_id").values_list("person_id", flat=True).distinct())


def _numbers(text: str, countries: Sequence[str]) -> list[str]:
    """The number as it may be meant in each country. Refuses with BadInput where it is none anywhere."""
    found: list[str] = []
    for country in countries or ("",):
        try:
            found.append(normal_phone(text, country=country))
        except BadInput:
            continue
    if not found:
        raise BadInput(
            where="email",
            what="this is no e-mail address and no phone number",
            wanted="name@example.org or a number",
        )
    return sorted(set(found))


def names(ids: Iterable[int]) -> dict[int, str]:
    """Given names, for the crew and its captain; who has left is left out."""
    return {
        pk: name
        for part in _parts(ids)
        for pk, name in Person.objects.filter(pk__in=part).values_list("pk", "given_name")
    }


def ids_between(first_id: int, last_id: int) -> Ints:
    """The ids of a range (both included) that somebody has, ascending; who has left is left out."""
    rows = Person.objects.filter(pk__gte=first_id, pk__lte=last_id)
    return np.sort(read_columns(rows, ints={"id": F("pk")}).ints["id"])


def ids_by_key(keys: Iterable[UUID]) -> dict[UUID, int]:
    """Ids by registration key; what is not there is left out. For imports."""
    wanted = sorted(set(keys))
    found: dict[UUID, int] = {}
    for start in range(0, len(wanted), IDS_A_QUERY_MAX):
        rows = Person.objects.filter(key__in=wanted[start : start + IDS_A_QUERY_MAX])
        found.update(rows.values_list("key", "pk"))
    return found


def registered_at(ids: Iterable[int], moment: datetime) -> frozenset[int]:
    """Those of these people who were written down at that very moment: an import has one moment for all its rows."""
    found: set[int] = set()
    for part in _parts(ids):
        rows = Consent.objects.filter(person_id__in=part, purpose=MATCHING, given_at=moment)
        found.update(rows.values_list("person_id", flat=True))
    return frozenset(found)


def without_agreement(*, day: date) -> list[int]:
    """Confirmed people under 18 on ``day`` whose guardian has not agreed; ids, ascending. For operations."""
    rows = Guardian.objects.filter(
        person__guardian_agreed_at__isnull=True,
        person__lapses_on__isnull=True,
        person__birth_year__gte=day.year - ADULT_AGE,
    )
    return list(rows.order_by("person_id").values_list("person_id", flat=True))


def minors(ids: Iterable[int], *, day: date) -> frozenset[int]:
    """Which of these people count as under 18 on ``day``."""
    return _minors(tuple(ids), day)


@once_a_look
def _minors(ids: tuple[int, ...], day: date) -> frozenset[int]:
    if len(ids) == 1:
        # Somebody's own page, mostly: their row is read already.
        own = row_of(ids[0])
        return frozenset(ids if own and is_minor(birth_year=own.birth_year, day=day) else ())
    return frozenset(
        pk
        for part in _parts(ids)
        for pk, year in Person.objects.filter(pk__in=part).values_list("pk", "birth_year")
        if is_minor(birth_year=year, day=day)
    )


def minor_ids(*, day: date) -> Ints:
    """Everybody who counts as under 18 on ``day``; ids, ascending. For operations, not for a page."""
    # They turn 18 in the year of the day at the earliest (:func:`dure.movement.people.ages.is_minor`).
    rows = Person.objects.filter(birth_year__gte=day.year - ADULT_AGE)
    return np.sort(read_columns(rows, ints={"id": F("pk")}).ints["id"])


def wishes(ids: Iterable[int]) -> dict[int, Wishes]:
    """How long and how often these people wish to work on a day; who has left is left out."""
    return {
        pk: Wishes(shifts_max=shifts_max, long_shift=long_shift)
        for part in _parts(ids)
        for pk, shifts_max, long_shift in Person.objects.filter(pk__in=part).values_list(
            "pk", "shifts_max", "long_shift_wish"
        )
    }


def agreed_for(ids: Iterable[int]) -> frozenset[int]:
    """For which of these people a guardian has agreed, and has not taken it back."""
    return frozenset(
        pk
        for part in _parts(ids)
        for pk in Person.objects.filter(pk__in=part, guardian_agreed_at__isnull=False).values_list(
            "pk", flat=True
        )
    )


def count_by_area(*, actor: Actor, area_path: str) -> dict[int, int]:
    """People by the id of the area they live in, exact: for organisers, not for publication (P9).

    Refuses with NotAllowed.
    """
    actor.must_organise(area_path, what="counting people here")
    ids = places.ids_under(area_path)
    rows = Person.objects.filter(area_id__in=ids).values_list("area_id").annotate(count=Count("pk"))
    return dict(rows.order_by("area_id"))


_TEAMS = Asked(
    lambda ids: (
        Team.objects.filter(pk__in=ids)
        .order_by("pk")
        .values_list("pk", "name", "area_id", "area__path", "kind", "area__name", "area__name_local")
    ),
    tuple,
)


def team(team_id: int) -> TeamFacts:
    """A team; its name and place are public. Refuses with NotFound."""
    found = teams([team_id])
    if team_id not in found:
        raise NotFound(what="team")
    return found[team_id]


@each_once_a_look
def teams(ids: Iterable[int]) -> dict[int, TeamFacts]:
    """Teams by id; what does not exist is left out."""
    return {row[0]: TeamFacts(*row) for row in _TEAMS(tuple(ids))}


def teams_under(area_path: str) -> list[TeamFacts]:
    """All teams in an area and below, by name."""
    rows = Team.objects.filter(area_id__in=places.ids_under(area_path)).order_by("name", "pk")
    return teams_of(list(rows))


def teams_of(rows: list[Team]) -> list[TeamFacts]:
    """For this room's own actions."""
    areas = places.areas(row.area_id for row in rows)
    return [
        TeamFacts(
            id=row.pk,
            name=row.name,
            area_id=row.area_id,
            area_path=areas[row.area_id].path,
            kind=row.kind,
            area_name=areas[row.area_id].name,
            area_local=areas[row.area_id].name_local,
        )
        for row in rows
    ]


_HELD = Asked(
    lambda person_id: (
        Credential.objects.filter(person_id=person_id)
        .order_by("kind", "code")
        .values_list("kind", "code", "evidence", "valid_until")
    ),
    int,
)
_AGREED = Asked(
    lambda person_id: (
        Consent.objects.filter(person_id=person_id)
        .order_by("given_at", "purpose", "pk")
        .values_list("pk", "purpose", "wording", "given_at", "withdrawn_at")
    ),
    int,
)


def facts_of(row: OwnRow, *, with_home: bool) -> PersonFacts:
    """For this room's own actions."""
    return PersonFacts(
        id=row.id,
        given_name=row.given_name,
        birth_year=row.birth_year,
        area_id=row.area_id,
        home_lat=row.home_lat if with_home else None,
        home_lon=row.home_lon if with_home else None,
        travel_limit_m=row.travel_limit_m,
        languages=tuple(row.languages),
        refuses=tuple(row.refuses),
        prefers=tuple(row.prefers),
        physical_max=row.physical_max,
        long_shift_wish=row.long_shift_wish,
        shifts_max=row.shifts_max,
        group_key=row.group_key if with_home else None,
        guardian_agreed_at=row.guardian_agreed_at,
        waiting_since=row.waiting_since,
        synthetic=row.synthetic,
        credentials=tuple(NewCredential(*values) for values in _HELD(row.id)),
        consents=_receipts(row.id),
    )


def _receipts(person_id: int) -> tuple[ConsentReceipt, ...]:
    return tuple(ConsentReceipt(*values) for values in _AGREED(person_id))


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), IDS_A_QUERY_MAX):
        yield wanted[start : start + IDS_A_QUERY_MAX]
