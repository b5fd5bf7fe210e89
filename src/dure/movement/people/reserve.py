"""The reserve register: former professionals, and people who are not needed now, who agreed to be called back.

The row is the consent: it says until when it holds, is renewed by its person, and is deleted when it ran out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count

from dure.base.access import Actor
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.people.checks import CODE_LENGTH_MAX, check_text
from dure.movement.people.models import Person, Reserve
from dure.movement.places import reads as places

# Nobody agrees for longer than this at once; a year is usual.
CONSENT_DAYS_MAX: Final = 2 * 366
CONSENT_DAYS: Final = 365
# So long before the consent ends its person is asked whether to renew it.
ASK_AGAIN_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class ReserveFacts:
    """Somebody on the register. ``profession``: what they were trained for, as a code; "" for none in particular."""

    person_id: int
    profession: str
    joined_at: datetime
    consent_until: date


@dataclass(frozen=True, slots=True)
class ReserveRow:
    """Somebody on the register as who organises their place sees them: the first name, no contact."""

    given_name: str
    area_id: int
    facts: ReserveFacts


def join(*, actor: Actor, person_id: int, profession: str, until: date, now: datetime) -> ReserveFacts:
    """Go on the register, or renew the consent and the profession; who joined before keeps their first day.

    Refuses with NotFound (somebody else), BadInput.
    """
    actor.must_be(person_id)
    if profession:
        check_text(profession, "profession", CODE_LENGTH_MAX)
    _check_until(until, now.date())
    if not Person.objects.filter(pk=person_id).exists():
        raise NotFound(what="person")
    fresh = {"profession": profession, "consent_until": until}
    Reserve.objects.update_or_create(
        person_id=person_id, defaults=fresh, create_defaults={**fresh, "joined_at": now}
    )
    return _facts(Reserve.objects.get(person_id=person_id))


def renew(*, actor: Actor, person_id: int, until: date, now: datetime) -> ReserveFacts:
    """Agree for longer. Refuses with NotFound (somebody else, who is not on the register), BadInput."""
    actor.must_be(person_id)
    _check_until(until, now.date())
    if not Reserve.objects.filter(person_id=person_id).update(consent_until=until):
        raise NotFound(what="entry on the register")
    return _facts(Reserve.objects.get(person_id=person_id))


def end(*, actor: Actor, person_id: int) -> bool:
    """Leave the register, at once; whether they were on it. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    return bool(Reserve.objects.filter(person_id=person_id).delete()[0])


def of_person(*, actor: Actor, person_id: int) -> ReserveFacts | None:
    """Their own entry; None without one. Refuses others with NotFound."""
    actor.must_be(person_id)
    row = Reserve.objects.filter(person_id=person_id).first()
    return _facts(row) if row else None


def register(
    *, actor: Actor, area_path: str, day: date, profession: str = "", count_max: int = 100
) -> list[ReserveRow]:
    """Who stands on the register in an area, those longest on it first. Refuses with NotAllowed.

    Who was called, and when, is kept with the call and goes with it (P3).
    """
    actor.must_organise(area_path, what="the reserve register of this place")
    rows = Reserve.objects.filter(
        consent_until__gte=day,
        person__lapses_on__isnull=True,
        person__area_id__in=places.ids_under(area_path),
    )
    if profession:
        rows = rows.filter(profession=profession)
    ordered = rows.select_related("person").order_by("joined_at", "pk")
    return [ReserveRow(row.person.given_name, row.person.area_id, _facts(row)) for row in ordered[:count_max]]


def count_by_profession(*, actor: Actor, area_path: str, day: date) -> dict[str, int]:
    """How many stand on the register in an area, by profession, exact: for organisers. Refuses with NotAllowed."""
    actor.must_organise(area_path, what="the reserve register of this place")
    rows = Reserve.objects.filter(
        consent_until__gte=day,
        person__lapses_on__isnull=True,
        person__area_id__in=places.ids_under(area_path),
    )
    counted = rows.values("profession").order_by().annotate(n=Count("pk"))
    return dict(counted.order_by("-n", "profession").values_list("profession", "n"))


def ending(*, day: date) -> dict[int, date]:
    """Whose consent ends within ASK_AGAIN_DAYS, and when: to ask them again. For operations."""
    rows = Reserve.objects.filter(consent_until__range=(day, day + timedelta(days=ASK_AGAIN_DAYS)))
    return dict(rows.values_list("person_id", "consent_until"))


def lapse(*, day: date) -> int:
    """Delete who did not renew before ``day``; how many. For operations."""
    return Reserve.objects.filter(consent_until__lt=day).delete()[0]


def _check_until(until: date, today: date) -> None:
    last = today + timedelta(days=CONSENT_DAYS_MAX)
    if not today < until <= last:
        raise BadInput(where="until", what=f"{until} can't be used", wanted=f"a day to come, up to {last}")


def _facts(row: Reserve) -> ReserveFacts:
    return ReserveFacts(row.person_id, row.profession, row.joined_at, row.consent_until)
