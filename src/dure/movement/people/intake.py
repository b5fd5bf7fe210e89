"""People who come by the thousand a second: each made ready for storing on its own, then many written at once.

What is checked and in its normal form comes in; nothing here refuses. The rows are those of ``registering``, with
one difference: the key begins with the time, so that keys of one hour stand side by side in their index, and a
batch touches a page of it instead of one for every person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec

from dure.base.ready_rows import ReadyTable, moment, next_ids
from dure.base.rows import Row
from dure.movement.people.contacts import OF_GUARDIAN, OF_PERSON, contact_hash, seal
from dure.movement.people.groups import group_code
from dure.movement.people.links import OF_PERSON as LINK_OF_PERSON
from dure.movement.people.links import token
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Group, Guardian, Person
from dure.movement.people.storing import as_json
from dure.movement.people.types import OWN_WORD, SKILL
from dure.movement.places.types import AreaFacts

_KEYS: Final = b"dure.people.intake.key"
_FIRST_LINK: Final = 1
_PERSONS: Final = ReadyTable(
    Person,
    (
        *("id", "group_id", "key", "given_name", "birth_year", "area_id", "home_lat", "home_lon"),
        *(
            "travel_limit_m",
            "languages",
            "refuses",
            "prefers",
            "physical_max",
            "long_shift_wish",
            "shifts_max",
        ),
        *("guardian_agreed_at", "waiting_since", "language", "lapses_on", "synthetic", "registered_as"),
        "link_version",
    ),
)
_CONTACTS: Final = ReadyTable(Contact, ("person_id", "kind", "cipher", "contact_hash", "shown_at"))
_GUARDIANS: Final = ReadyTable(Guardian, ("person_id", "cipher", "contact_hash"))
_CONSENTS: Final = ReadyTable(Consent, ("person_id", "purpose", "wording", "given_at", "withdrawn_at"))
_CREDENTIALS: Final = ReadyTable(Credential, ("person_id", "kind", "code", "evidence", "valid_until"))
_SPANS: Final = ReadyTable(FreeSpan, ("person_id", "starts_at", "ends_at"))
_GROUPS: Final = ReadyTable(Group, ("key", "code", "name"), once=True)


class Comer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Somebody to register, every fact checked and in its normal form.

    ``area``: where they start from; its centre, rounded, stands for their home. ``guardian_email``: empty for
    adults. ``household``: key of the group they come with. ``unconfirmed_until``: None where the contact is known.
    ``mark``: 32 bytes, keyed, that tell this registration from another.
    """

    given_name: str
    email: str
    phone: str
    birth_year: int
    area: AreaFacts
    travel_limit_m: int
    consents: tuple[str, ...]
    wording: str
    guardian_email: str
    languages: tuple[str, ...]
    language: str
    skills: tuple[str, ...]
    refuses: tuple[str, ...]
    prefers: tuple[str, ...]
    free_spans: tuple[tuple[datetime, datetime], ...]
    physical_max: int
    long_shift_wish: bool
    household: UUID | None
    unconfirmed_until: date | None
    mark: bytes
    synthetic: bool = False


class Arrival(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Somebody's rows, ready but for their id; ``link_token``: of their private page."""

    link_token: str
    person: Row
    contacts: tuple[tuple[str, bytes, bytes], ...]
    guardian: tuple[bytes, bytes] | None
    consents: tuple[str, ...]
    wording: str
    skills: tuple[str, ...]
    spans: tuple[tuple[str, str], ...]
    household: UUID | None
    at: str


def arrival(comer: Comer, *, client_id: UUID, now: datetime) -> Arrival:
    """Make somebody ready: sealed, marked, and with the token of their private page."""
    key = _key(client_id, now)
    area, at = comer.area, moment(now)
    contacts: list[tuple[str, bytes, bytes]] = []
    if comer.email:
        sealed = seal(comer.email, purpose=OF_PERSON, person_key=key)
        contacts.append(("email", sealed, contact_hash(comer.email)))
    if comer.phone:
        sealed = seal(comer.phone, purpose=OF_PERSON, person_key=key)
        contacts.append(("sms", sealed, contact_hash(comer.phone, kind="sms")))
    guardian = None
    if comer.guardian_email:
        sealed = seal(comer.guardian_email, purpose=OF_GUARDIAN, person_key=key)
        guardian = (sealed, contact_hash(comer.guardian_email))
    until = comer.unconfirmed_until
    return Arrival(
        link_token=token(purpose=LINK_OF_PERSON, key=key, link_version=_FIRST_LINK),
        person=(
            *(key.hex, comer.given_name, comer.birth_year, area.id, round(area.lat, 2), round(area.lon, 2)),
            *(comer.travel_limit_m, as_json(comer.languages), as_json(comer.refuses)),
            *(
                as_json(comer.prefers),
                comer.physical_max,
                comer.long_shift_wish,
                1,
                None,
                at,
                comer.language,
            ),
            *(until and until.isoformat(), comer.synthetic, comer.mark, _FIRST_LINK),
        ),
        contacts=tuple(contacts),
        guardian=guardian,
        consents=comer.consents,
        wording=comer.wording,
        skills=comer.skills,
        spans=tuple([(moment(start), moment(end)) for start, end in comer.free_spans]),
        household=comer.household,
        at=at,
    )


def ids_for(count: int) -> Sequence[int]:
    """Ids of so many people to come; inside the transaction that writes them."""
    return next_ids(Person, count)


def write(people: Sequence[tuple[int, Arrival]]) -> None:
    """Write people under ids of :func:`ids_for`, in the caller's transaction."""
    groups = _group_ids([one.household for _, one in people if one.household is not None])
    _PERSONS.insert([(pk, groups.get(one.household), *one.person) for pk, one in people])
    _CONTACTS.insert([(pk, *contact, None) for pk, one in people for contact in one.contacts])
    _GUARDIANS.insert([(pk, *one.guardian) for pk, one in people if one.guardian])
    _CONSENTS.insert([(pk, to, one.wording, one.at, None) for pk, one in people for to in one.consents])
    _CREDENTIALS.insert([(pk, SKILL, code, OWN_WORD, None) for pk, one in people for code in one.skills])
    _SPANS.insert([(pk, *span) for pk, one in people for span in one.spans])


def _group_ids(keys: Sequence[UUID]) -> dict[UUID | None, int]:
    if not keys:
        return {}
    # In one order, so that two writers never wait for each other in a ring.
    once = sorted(set(keys))
    _GROUPS.insert([(key.hex, group_code(key), "") for key in once])
    return dict(Group.objects.filter(key__in=once).values_list("key", "pk"))


def _key(client_id: UUID, now: datetime) -> UUID:
    """A key (UUID version 8, RFC 9562) that begins with the milliseconds and says nothing else."""
    raw = bytearray(int(now.timestamp() * 1000).to_bytes(6) + sha256(_KEYS + client_id.bytes).digest()[:10])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))
