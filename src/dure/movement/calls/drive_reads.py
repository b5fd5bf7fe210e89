"""Questions about drives. A proposal is public once its proposer has confirmed it; addresses are for letters alone."""

from __future__ import annotations

from typing import Final, cast
from uuid import UUID

from django.core.signing import BadSignature, Signer

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.calls.appeal_rules import SHOWN_COUNT_MIN
from dure.movement.calls.errors import SupportGone
from dure.movement.calls.models import Drive, Support
from dure.movement.calls.types import DriveFacts, DriveState, SupportContact, SupportFacts
from dure.movement.people import contacts
from dure.movement.people import reads as people
from dure.movement.people.reaching import EMAIL, reach
from dure.movement.places import reads as places

DRIVES_SHOWN_MAX: Final = 200
NAMES_SHOWN_MAX: Final = 200
TOKEN_LENGTH_MAX: Final = 200
OF_SUPPORT: Final = b"support:"
_SIGNER = Signer(salt="dure.calls.support", sep=".")


def drive(code: str) -> DriveFacts:
    """A proposal, for everybody. Refuses with NotFound, also while its proposer has not confirmed it."""
    row = Drive.objects.filter(code=code).exclude(state=Drive.State.UNCONFIRMED).first()
    if row is None:
        raise NotFound(what="proposal")
    return facts_of(row)


def drives() -> list[DriveFacts]:
    """Proposals for everybody: those that gather names or wait for an answer first, each part the newest first."""
    rows = Drive.objects.exclude(state__in=(Drive.State.UNCONFIRMED, Drive.State.LAPSED))
    found = [facts_of(row) for row in rows.order_by("-proposed_at", "-pk")[:DRIVES_SHOWN_MAX]]
    return sorted(found, key=lambda one: one.state not in ("gathering", "waiting"))


def drives_for(actor: Actor, area_path: str) -> list[DriveFacts]:
    """Proposals in an area of whose places the actor organises each, those whose answer is owed first.

    Refuses nobody: of a place somebody else organises, nothing is in it.
    """
    rows = Drive.objects.exclude(state__in=(Drive.State.UNCONFIRMED, Drive.State.LAPSED))
    found = [facts_of(row) for row in rows.order_by("answer_by", "-pk")]
    areas = places.areas({one.area_id for one in found})
    mine = [
        one
        for one in found
        if (path := areas[one.area_id].path).startswith(area_path) and actor.organises(path)
    ]
    return sorted(mine, key=lambda one: ("waiting", "gathering", "opened", "declined").index(one.state))


def waiting() -> list[DriveFacts]:
    """Proposals to which an organiser owes an answer, those due first. For operations."""
    rows = Drive.objects.filter(state=Drive.State.WAITING).order_by("answer_by", "pk")
    return [facts_of(row) for row in rows]


def row_for(actor: Actor, code: str) -> Drive:
    """For this room's own actions. Refuses with NotFound who organises another place."""
    row = Drive.objects.filter(code=code).first()
    if row is None or not actor.organises(places.area(row.area_id).path):
        raise NotFound(what="proposal")
    return row


def names_under(code: str) -> list[str]:
    """First names of those who agreed to be shown, in the order they came; none while they are fewer than 10 (P9)."""
    rows = Support.objects.filter(drive__code=code, confirmed_at__isnull=False, shows_name=True)
    names = list(rows.order_by("confirmed_at", "pk").values_list("name", flat=True)[:NAMES_SHOWN_MAX])
    return names if len(names) >= SHOWN_COUNT_MIN else []


def token_of(key: UUID) -> str:
    """The token in a supporter's letter: signed, so that names can't be tried one by one."""
    return _SIGNER.sign(key.hex)


def support_facts(token: str) -> SupportFacts:
    """A name under a drive, for whoever holds its link. Refuses with SupportGone."""
    row = support_of_token(token)
    return SupportFacts(facts_of(row.drive), row.name, row.is_proposer, row.confirmed_at)


def support_of_token(token: str) -> Support:
    """For this room's own actions. Refuses with SupportGone."""
    try:
        key = UUID(hex=_SIGNER.unsign(token[:TOKEN_LENGTH_MAX]))
    except (BadSignature, ValueError) as error:
        raise SupportGone from error
    row = Support.objects.filter(key=key).select_related("drive").first()
    if row is None:
        raise SupportGone
    return row


def contact_of_support(support_id: int) -> SupportContact | None:
    """Where to write to a supporter; None once they are gone. For the letters alone, never a page."""
    row = Support.objects.filter(pk=support_id).select_related("drive").first()
    if row is None:
        return None
    email = contacts.unseal(bytes(row.cipher), purpose=OF_SUPPORT, person_key=row.key)
    return SupportContact(email, row.language, token_of(row.key), facts_of(row.drive))


def names_of(person_id: int) -> list[Support]:
    """The names that somebody put under drives by the e-mail address and first name they signed up with.

    For this room's own actions: supporters are no persons, but these are surely theirs (P4, P9). Of whoever has not
    confirmed their contact there are none: anybody may have written that address down.
    """
    found = reach([person_id]).get(person_id)
    address = found.contacts.get(EMAIL) if found and not found.lapses_on else None
    if address is None:
        return []
    rows = Support.objects.filter(contact_hash=contacts.contact_hash(address)).select_related("drive")
    names = people.names([person_id])
    return [row for row in rows.order_by("pk") if row.name.casefold() == names[person_id].casefold()]


def facts_of(row: Drive) -> DriveFacts:
    """For this room's own actions."""
    return DriveFacts(
        id=row.pk,
        code=row.code,
        area_id=row.area_id,
        title=row.title,
        text=row.text,
        state=cast("DriveState", row.state),
        support_count=row.support_count,
        support_wanted=row.support_wanted,
        proposed_at=row.proposed_at,
        gathers_until=row.gathers_until,
        answer_by=row.answer_by,
        answer=row.answer,
        answered_at=row.answered_at,
        appeal_code=row.appeal.code if row.appeal else None,
    )
