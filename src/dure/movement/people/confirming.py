"""Showing that a contact is one's own, with a code that was sent to it.

Whoever signs up from outside is unconfirmed until then: known to nobody else, placed nowhere, and erased after a day
they are told. The code is HMAC-SHA256 (RFC 2104) over the person's key, their link version and the kind of contact,
cut to eight digits as RFC 4226 (section 5.3) cuts: no table holds it, and whoever leaves takes it along. Tries are
limited by the doors (``base.throttle``): ten an hour find one of 10^8 codes in a week with a chance of 1 in 60,000.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from dure.base.access import Actor
from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.people import links
from dure.movement.people.contacts import code_hash
from dure.movement.people.errors import CodeWrong, LinkGone
from dure.movement.people.groups import end_if_empty
from dure.movement.people.models import Contact, Person
from dure.movement.people.own import row_of

CODE_DIGITS: Final = 8
KINDS: Final = ("email", "sms")


def code(person_id: int, *, kind: str = "email") -> str:
    """The eight digits that show that the contact of ``kind`` is this person's. For letters. Refuses with NotFound."""
    return code_of(_row(person_id), kind)


def token(person_id: int, *, kind: str = "email") -> str:
    """The token of a link that stands in a letter to the contact of ``kind`` alone. Refuses with NotFound."""
    row = _row(person_id)
    return links.token(purpose=links.OF_LETTER + kind, key=row.key, link_version=row.link_version)


def of_token(text: str) -> tuple[int, str]:
    """Whose letter a link stood in, and the code that stood beside it. Refuses with LinkGone."""
    for kind in KINDS:
        try:
            key, version = links.opened(text, purpose=links.OF_LETTER + kind)
        except LinkGone:
            continue
        row = Person.objects.filter(key=key, link_version=version).first()
        if row is not None:
            return row.pk, code_of(row, kind)
    raise LinkGone


def lapses_on(person_id: int) -> date | None:
    """The last day on which somebody unconfirmed may give their code; None once confirmed, and of who isn't there."""
    own = row_of(person_id)
    return own.lapses_on if own else None


def unconfirmed(ids: Iterable[int]) -> frozenset[int]:
    """Which of these people have not shown yet that a contact is theirs."""
    wanted = sorted(set(ids))
    return frozenset(
        pk
        for start in range(0, len(wanted), IDS_A_QUERY_MAX)
        for pk in Person.objects.filter(
            pk__in=wanted[start : start + IDS_A_QUERY_MAX], lapses_on__isnull=False
        ).values_list("pk", flat=True)
    )


def confirm(*, actor: Actor, person_id: int, code: str, now: datetime) -> tuple[int, ...]:
    """Take a code for oneself, and for those of one's household who were written down with the same contact.

    Gives the ids of who was unconfirmed until now, ascending: giving a code twice changes nothing. Refuses with
    NotFound (somebody else), CodeWrong.
    """
    actor.must_be(person_id)
    row = _row(person_id)
    typed = as_typed(code)
    shown = [kind for kind in KINDS if hmac.compare_digest(typed.encode(), code_of(row, kind).encode())]
    contact = Contact.objects.filter(person_id=person_id, kind__in=shown).first()
    if contact is None:
        raise CodeWrong
    with transaction.atomic():
        household = _household(row, contact)
        Person.objects.filter(pk__in=household).update(lapses_on=None)
        same = Contact.objects.filter(
            person_id__in=[person_id, *household], contact_hash=contact.contact_hash, shown_at__isnull=True
        )
        same.update(shown_at=now)
    return tuple(household)


def confirm_many(*, person_ids: Sequence[int]) -> int:
    """Confirm people without their codes; how many were not until now. For simulations alone, whose people have no
    mailbox to read them in."""
    return sum(
        Person.objects.filter(
            pk__in=person_ids[start : start + IDS_A_QUERY_MAX], lapses_on__isnull=False
        ).update(lapses_on=None)
        for start in range(0, len(person_ids), IDS_A_QUERY_MAX)
    )


def lapsing(*, before: date) -> tuple[int, ...]:
    """Who is unconfirmed, and had to give the code on a day before this one; ids, ascending."""
    return tuple(Person.objects.filter(lapses_on__lt=before).order_by("pk").values_list("pk", flat=True))


def claim_lapsed(*, person_ids: Sequence[int], before: date) -> tuple[int, ...]:
    """Hold these people until the caller's transaction ends, save who confirmed meanwhile; their links are dead."""
    must(len(person_ids) <= IDS_A_QUERY_MAX, "so many are named in a query")
    late = Person.objects.filter(pk__in=person_ids, lapses_on__lt=before)
    # Written first: it locks the rows, so that a code given at this very moment comes before or too late.
    late.update(link_version=F("link_version") + 1)
    return tuple(late.order_by("pk").values_list("pk", flat=True))


def erase_lapsed(*, person_ids: Sequence[int]) -> int:
    """Delete people and everything that hangs on them, as ``actions.erase`` does one; how many. For operations."""
    rows = Person.objects.filter(pk__in=person_ids)
    groups = set(rows.filter(group__isnull=False).values_list("group_id", flat=True))
    count = rows.count()
    rows.delete()
    for group_id in sorted(pk for pk in groups if pk is not None):
        end_if_empty(group_id)
    return count


def as_typed(text: str) -> str:
    """The digits of a code, in whatever script and with whatever between them they were typed.

    >>> as_typed(" 1234-٥٦٧８ ")
    '12345678'
    """
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def code_of(row: Person, kind: str) -> str:
    """As :func:`code`, of a row at hand: for many at once."""
    digest = code_hash(row.key, link_version=row.link_version, kind=kind)
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _household(row: Person, contact: Contact) -> list[int]:
    """The unconfirmed who are shown with this contact: the person, and who came with them by the same one; held.

    Nobody unconfirmed joins a group, so whoever is in it was written down with them. Refuses with CodeWrong when the
    person lapses at this very moment: then the code is too late.
    """
    ids = {row.pk}
    if row.group_id is not None:
        with_them = Contact.objects.filter(contact_hash=contact.contact_hash, person__group_id=row.group_id)
        ids.update(with_them.values_list("person_id", flat=True))
    # In ascending order, so that two of one household never wait for each other in a ring.
    held = Person.objects.filter(pk__in=ids).order_by("pk").select_for_update()
    found = {
        pk: (lapses_on, version)
        for pk, lapses_on, version in held.values_list("pk", "lapses_on", "link_version")
    }
    if found.get(row.pk, (None, None))[1] != row.link_version:
        raise CodeWrong
    return [pk for pk, (lapses_on, _version) in found.items() if lapses_on is not None]


def _row(person_id: int) -> Person:
    row = Person.objects.filter(pk=person_id).first()
    if row is None:
        raise NotFound(what="person")
    return row
