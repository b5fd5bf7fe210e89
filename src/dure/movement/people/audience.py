"""Whom a call may reach: confirmed people who agreed to be written to first, and those on the reserve register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from dure.base.rows import IDS_A_QUERY_MAX
from dure.movement.people.models import Consent, Credential, Person, Reserve
from dure.movement.people.types import MESSAGES, SKILL


def audience(
    *,
    area_ids: Sequence[int],
    skills: Sequence[str] = (),
    reserve_only: bool = False,
    day: date,
    after: tuple[datetime | None, int] = (None, 0),
    count_max: int,
) -> list[tuple[datetime, int]]:
    """The next people of a line, those who waited longest first: (waiting since, id), at most ``count_max``.

    ``area_ids``: homes, each named alone. ``skills``: codes of which somebody has one, on their own word or
    shown; for people on the reserve register their profession counts too. ``after``: where the line was left.
    Whoever is unconfirmed, took back the consent to be written to first or let that of the register run out is
    in no line.
    """
    since, last_id = after
    rows = _callable(day, reserve_only=reserve_only).filter(area_id__in=list(area_ids))
    rows = _able(rows, skills, day)
    if since is not None:
        rows = rows.filter(Q(waiting_since__gt=since) | Q(waiting_since=since, pk__gt=last_id))
    return list(rows.order_by("waiting_since", "pk").values_list("waiting_since", "pk")[:count_max])


def found(
    *,
    area_ids: Sequence[int],
    skills: Sequence[str] = (),
    reserve_only: bool = False,
    waiting_before: datetime,
    person_ids: Sequence[int] | None = None,
    day: date,
    count_max: int,
) -> list[int]:
    """Confirmed people as :func:`audience` finds them, whether they agreed to be written to or not; those who waited
    longest first. ``waiting_before``: who has waited since then or longer; ``person_ids``: only of these."""
    rows = Person.objects.filter(
        lapses_on__isnull=True, area_id__in=list(area_ids), waiting_since__lte=waiting_before
    )
    if reserve_only:
        rows = rows.filter(Exists(_on_register(day)))
    if person_ids is not None:
        rows = rows.filter(pk__in=list(person_ids))
    rows = _able(rows, skills, day)
    return list(rows.order_by("waiting_since", "pk").values_list("pk", flat=True)[:count_max])


def _able(rows: QuerySet[Person], skills: Sequence[str], day: date) -> QuerySet[Person]:
    """Those of whom each has one of these skills or, on the register, one as profession; all where none is named."""
    if not skills:
        return rows
    able = Exists(Credential.objects.filter(person_id=OuterRef("pk"), kind=SKILL, code__in=list(skills)))
    trained = Exists(_on_register(day).filter(profession__in=list(skills)))
    return rows.filter(Q(able) | Q(trained))


def may_be_called(person_id: int, day: date) -> bool:
    """Whether a call may still be sent to somebody; asked again when it is about to leave."""
    return _callable(day, reserve_only=False).filter(pk=person_id).exists()


def callable_among(person_ids: Sequence[int], day: date) -> list[int]:
    """Whom of these a call may be sent to, ascending."""
    able: list[int] = []
    for start in range(0, len(person_ids), IDS_A_QUERY_MAX):
        some = list(person_ids[start : start + IDS_A_QUERY_MAX])
        able += _callable(day, reserve_only=False).filter(pk__in=some).values_list("pk", flat=True)
    return sorted(able)


def _callable(day: date, *, reserve_only: bool) -> QuerySet[Person]:
    rows = Person.objects.filter(lapses_on__isnull=True)
    on_register = Exists(_on_register(day))
    if reserve_only:
        return rows.filter(on_register)
    agreed = Consent.objects.filter(person_id=OuterRef("pk"), purpose=MESSAGES, withdrawn_at__isnull=True)
    return rows.filter(Q(Exists(agreed)) | Q(on_register))


def _on_register(day: date) -> QuerySet[Reserve]:
    return Reserve.objects.filter(person_id=OuterRef("pk"), consent_until__gte=day)
