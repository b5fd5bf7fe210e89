"""What somebody tells about themself after they signed up: skills, languages, hours, how to write to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from dure.base.access import Actor
from dure.base.rows import insert_new
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.people.checks import (
    LANGUAGE_LENGTH_MAX,
    PHYSICAL_MAX,
    Spans,
    check_count,
    check_text,
    checked_codes,
)
from dure.movement.people.models import Credential, FreeSpan, Person
from dure.movement.people.own import contact_kinds, row
from dure.movement.people.types import NO_SMS, OWN_WORD, SKILL

CHANNELS: Final = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Told:
    """Codes of what somebody can do on their own word, speaks, likes and would rather not do, and how heavy it may be
    (0 to 3). Skills that were shown are not theirs to change and stay as they are."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]
    prefers: tuple[str, ...]
    refuses: tuple[str, ...]
    physical_max: int


def tell(*, actor: Actor, person_id: int, told: Told) -> None:
    """Say it anew; it counts from the next match on. Refuses with NotFound (somebody else), BadInput."""
    actor.must_be(person_id)
    check_count(told.physical_max, "physical_max", PHYSICAL_MAX)
    skills = checked_codes(told.skills, "skills")
    values = {
        "languages": list(checked_codes(told.languages, "languages")),
        "prefers": list(checked_codes(told.prefers, "prefers")),
        "refuses": list(checked_codes(told.refuses, "refuses")),
        "physical_max": told.physical_max,
    }
    with transaction.atomic():
        if not Person.objects.filter(pk=person_id).update(**values):
            raise NotFound(what="person")
        on_own_word = Credential.objects.filter(person_id=person_id, kind=SKILL, evidence=OWN_WORD)
        on_own_word.exclude(code__in=skills).delete()
        columns = ("person_id", "kind", "code", "evidence", "valid_until")
        # What was shown stands already, and stays.
        insert_new(Credential, columns, [(person_id, SKILL, code, OWN_WORD, None) for code in skills])


@dataclass(frozen=True, slots=True)
class Writing:
    """In which language and by which contact somebody is written to; ``kinds``: the contacts they have."""

    language: str
    channel: str
    kinds: tuple[str, ...]


def writing(*, actor: Actor, person_id: int) -> Writing:
    """How they are written to. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    own = row(person_id)
    return Writing(
        own.language, own.channel, tuple(kind for kind in contact_kinds(person_id) if kind in CHANNELS)
    )


def write_to_me(*, actor: Actor, person_id: int, language: str, channel: str) -> None:
    """Choose the language and the contact ("": whichever is shown to be theirs; NO_SMS:
    anything but SMS). Refuses with NotFound, BadInput."""
    known = ("", NO_SMS, *writing(actor=actor, person_id=person_id).kinds)
    check_text(language, "language", LANGUAGE_LENGTH_MAX)
    if channel not in known:
        wanted = "one of the contacts you gave"
        raise BadInput(where="channel", what=f"{channel!r} is none of yours", wanted=wanted)
    Person.objects.filter(pk=person_id).update(language=language, channel=channel)


def free_hours(*, actor: Actor, person_id: int, start: datetime, end: datetime) -> Spans:
    """The hours they offer that begin between the two, in order. Refuses with NotFound (somebody else)."""
    actor.must_be(person_id)
    rows = FreeSpan.objects.filter(person_id=person_id, starts_at__gte=start, starts_at__lt=end)
    return tuple(rows.order_by("starts_at").values_list("starts_at", "ends_at"))
