"""All this room holds on a person, for them to take away (P9)."""

from __future__ import annotations

from datetime import date, datetime

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.people.contacts import OF_PERSON, unseal
from dure.movement.people.models import (
    Alike,
    Consent,
    Contact,
    Credential,
    FreeSpan,
    LinkOpening,
    Person,
    Reserve,
)
from dure.movement.people.reads import guardian_contact_of
from dure.movement.places import reads as places

Rows = list[dict[str, object]]


def export(*, actor: Actor, person_id: int) -> dict[str, object]:
    """Every fact of a person, in the clear, as JSON values. Refuses others with NotFound."""
    actor.must_be(person_id)
    row = Person.objects.filter(pk=person_id).select_related("group").first()
    if row is None:
        raise NotFound(what="person")
    return {
        "key": str(row.key),
        "given_name": row.given_name,
        "birth_year": row.birth_year,
        "area": places.area(row.area_id).path,
        "home": {"lat": row.home_lat, "lon": row.home_lon},
        "travel_limit_m": row.travel_limit_m,
        "languages": list(row.languages),
        "language": row.language,
        "refuses": list(row.refuses),
        "prefers": list(row.prefers),
        "physical_max": row.physical_max,
        "long_shift_wish": row.long_shift_wish,
        "shifts_max": row.shifts_max,
        "hides_name": row.hides_name,
        "channel": row.channel,
        "waiting_since": _text(row.waiting_since),
        "lapses_on": _text(row.lapses_on),
        "synthetic": row.synthetic,
        "group": str(row.group.key) if row.group else None,
        "group_code": row.group.code if row.group else None,
        "contacts": _contacts(row),
        "guardian": guardian_contact_of(person_id),
        "guardian_agreed_at": _text(row.guardian_agreed_at),
        "credentials": _credentials(person_id),
        "consents": _consents(person_id),
        "free": [
            {"from": _text(starts_at), "to": _text(ends_at)}
            for starts_at, ends_at in FreeSpan.objects.filter(person_id=person_id)
            .order_by("starts_at")
            .values_list("starts_at", "ends_at")
        ],
        "reserve": _reserve(person_id),
        "link_opened": [
            {"at": _text(at), "browser": browser}
            for at, browser in LinkOpening.objects.filter(person_id=person_id)
            .order_by("opened_at", "pk")
            .values_list("opened_at", "browser")
        ],
        "taken_for_another": _taken_for_another(person_id),
    }


def _contacts(row: Person) -> Rows:
    return [
        {
            "kind": contact.kind,
            "address": unseal(bytes(contact.cipher), purpose=OF_PERSON, person_key=row.key),
            "shown_at": _text(contact.shown_at),
        }
        for contact in Contact.objects.filter(person_id=row.pk).order_by("kind")
    ]


def _credentials(person_id: int) -> Rows:
    held = Credential.objects.filter(person_id=person_id).order_by("kind", "code")
    return [
        {"kind": one.kind, "code": one.code, "evidence": one.evidence, "valid_until": _text(one.valid_until)}
        for one in held
    ]


def _consents(person_id: int) -> Rows:
    given = Consent.objects.filter(person_id=person_id).order_by("given_at", "purpose", "pk")
    return [
        {
            "receipt": one.pk,
            "purpose": one.purpose,
            "wording": one.wording,
            "given_at": _text(one.given_at),
            "withdrawn_at": _text(one.withdrawn_at),
        }
        for one in given
    ]


def _reserve(person_id: int) -> dict[str, object] | None:
    row = Reserve.objects.filter(person_id=person_id).first()
    if row is None:
        return None
    return {
        "profession": row.profession,
        "joined_at": _text(row.joined_at),
        "consent_until": _text(row.consent_until),
    }


def _taken_for_another(person_id: int) -> Rows:
    """That somebody may be registered twice: what looks alike, and what was decided; not who the other is."""
    both = [*Alike.objects.filter(person_id=person_id), *Alike.objects.filter(other_id=person_id)]
    return [
        {
            "why": list(one.why),
            "found_at": _text(one.found_at),
            "decided_at": _text(one.decided_at),
            "same": one.is_same,
            "asked_you": one.asked_id == person_id,
        }
        for one in sorted(both, key=lambda one: one.pk)
    ]


def _text(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
