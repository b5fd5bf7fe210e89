"""How to reach people, many at a time, for the worker that writes to them; and where their browsers take pushes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.must import must
from dure.movement.people import links
from dure.movement.people.confirming import code_of
from dure.movement.people.contacts import OF_GUARDIAN, OF_PERSON, contact_hash, seal, unseal
from dure.movement.people.models import Consent, Contact, Guardian, Person
from dure.movement.people.own import contact_kinds
from dure.movement.people.types import MESSAGES, NO_SMS

EMAIL: Final = "email"
SMS: Final = "sms"
PUSH: Final = "push"
IDS_A_QUERY_MAX: Final = 1_000


@dataclass(frozen=True, slots=True, repr=False)
class Reach:
    """Where and how a person may be written to; ``contacts``: address by kind (email, sms, push).

    ``codes``: by kind of contact the code that shows it to be theirs, and the token of the letter's link; empty once
    the person is confirmed. ``lapses_on``: as an ISO day, "" once confirmed.
    ``private_token``, ``guardian_token``: of their pages. ``guardian``: its e-mail address, "" without one.
    ``is_silenced``: they asked for no more SMS, so none goes to them but what keeps them safe.
    """

    person_id: int
    language: str
    is_synthetic: bool
    wants_messages: bool
    lapses_on: str
    contacts: dict[str, str]
    codes: dict[str, tuple[str, str]]
    private_token: str
    guardian: str
    guardian_token: str
    is_silenced: bool = False


def reach(person_ids: Collection[int]) -> dict[int, Reach]:
    """How to reach these people; who has left is left out. For the outbox worker alone, never a page.

    A contact that was shown to be a person's is used before one that was not (e-mail before SMS), and alone where
    there is one.
    """
    must(len(person_ids) <= IDS_A_QUERY_MAX, "the worker asks for a batch")
    ids = list(person_ids)
    people = {row.pk: row for row in Person.objects.filter(pk__in=ids)}
    wants = set(
        Consent.objects.filter(person_id__in=ids, purpose=MESSAGES, withdrawn_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    contacts: dict[int, list[Contact]] = {pk: [] for pk in people}
    for contact in Contact.objects.filter(person_id__in=list(people)).order_by("kind"):
        contacts[contact.person_id].append(contact)
    guardians = {
        row.person_id: bytes(row.cipher) for row in Guardian.objects.filter(person_id__in=list(people))
    }
    return {
        pk: _reach_of(row, contacts[pk], guardians.get(pk), wants_messages=pk in wants)
        for pk, row in people.items()
    }


def _reach_of(row: Person, contacts: list[Contact], guardian: bytes | None, *, wants_messages: bool) -> Reach:
    shown = [one for one in contacts if one.shown_at is not None or one.kind == PUSH]
    # A mailbox nobody has opened yet may be somebody else's: once one contact is shown, that one is enough.
    used = shown if any(one.kind != PUSH for one in shown) else contacts
    if any(one.kind == row.channel for one in used):
        used = [one for one in used if one.kind in (row.channel, PUSH)]
    token = links.token(purpose=links.OF_PERSON, key=row.key, link_version=row.link_version)
    return Reach(
        person_id=row.pk,
        language=row.language,
        is_synthetic=row.synthetic,
        wants_messages=wants_messages,
        lapses_on=row.lapses_on.isoformat() if row.lapses_on else "",
        contacts={one.kind: unseal(bytes(one.cipher), purpose=OF_PERSON, person_key=row.key) for one in used},
        codes={one.kind: _code_and_token(row, one.kind) for one in used if one.kind != PUSH}
        if row.lapses_on
        else {},
        private_token=token,
        guardian=unseal(guardian, purpose=OF_GUARDIAN, person_key=row.key) if guardian else "",
        guardian_token=links.token(purpose=links.OF_GUARDIAN, key=row.key, link_version=row.link_version),
        is_silenced=row.channel == NO_SMS,
    )


def _code_and_token(row: Person, kind: str) -> tuple[str, str]:
    purpose = links.OF_LETTER + kind
    return code_of(row, kind), links.token(purpose=purpose, key=row.key, link_version=row.link_version)


def subscribe(*, actor: Actor, person_id: int, endpoint: str, browser_key: str, browser_secret: str) -> None:
    """Send a person's news to this browser as well; the newest browser counts. Checked by whoever takes it in.

    Refuses with NotFound for anybody else.
    """
    actor.must_be(person_id)
    text = json.dumps({"endpoint": endpoint, "p256dh": browser_key, "auth": browser_secret})
    with transaction.atomic():
        row = Person.objects.select_for_update().get(pk=person_id)
        Contact.objects.update_or_create(
            person=row,
            kind=PUSH,
            defaults={
                "cipher": seal(text, purpose=OF_PERSON, person_key=row.key),
                "contact_hash": contact_hash(endpoint, kind=PUSH),
            },
        )


def unsubscribe(*, actor: Actor, person_id: int) -> bool:
    """No more pushes; whether there was a browser. Refuses with NotFound for anybody else."""
    actor.must_be(person_id)
    return bool(Contact.objects.filter(person_id=person_id, kind=PUSH).delete()[0])


def is_subscribed(*, actor: Actor, person_id: int) -> bool:
    """Whether a browser of theirs takes pushes. Refuses with NotFound for anybody else."""
    actor.must_be(person_id)
    return PUSH in contact_kinds(person_id)


def drop_browsers(person_ids: Iterable[int]) -> None:
    """Forget browsers that have unsubscribed. For the outbox worker."""
    Contact.objects.filter(person_id__in=list(person_ids), kind=PUSH).delete()


def at_number(numbers: Collection[str]) -> tuple[int, ...]:
    """Who is reached at one of these numbers (E.164); ids, ascending. For operations alone, never a page."""
    hashes = [contact_hash(one, kind=SMS) for one in numbers]
    rows = Contact.objects.filter(kind=SMS, contact_hash__in=hashes).order_by("person_id")
    return tuple(rows.values_list("person_id", flat=True)[:IDS_A_QUERY_MAX])


def silence_sms(person_ids: Collection[int]) -> int:
    """No more SMS to these people, whose number asked for it; how many got any until now."""
    return Person.objects.filter(pk__in=list(person_ids)).exclude(channel=NO_SMS).update(channel=NO_SMS)


def resume_sms(person_ids: Collection[int]) -> int:
    """SMS again to these people; how many got none until now."""
    return Person.objects.filter(pk__in=list(person_ids), channel=NO_SMS).update(channel="")
