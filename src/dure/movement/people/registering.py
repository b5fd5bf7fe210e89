"""Registering people, one or 100,000: checked row by row, written chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from dure.base.jobs import SILENT, Progress
from dure.base.rows import Row, insert_new
from dure.kernel.refusals import Refusal
from dure.movement.people.checks import Checked, checked
from dure.movement.people.contacts import OF_GUARDIAN, OF_PERSON, contact_hash, seal
from dure.movement.people.errors import RegistrationReused
from dure.movement.people.groups import group_code
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Group, Guardian, Person
from dure.movement.people.types import NewPerson, RefusedRow, Registered
from dure.movement.places import reads as places

# People a transaction: about 40,000 rows, half a second during which other writers wait.
CHUNK_SIZE: Final = 5_000
PERSON_COLUMNS: Final = (
    *("key", "given_name", "birth_year", "area_id", "home_lat", "home_lon", "travel_limit_m"),
    *("languages", "refuses", "prefers", "physical_max", "long_shift_wish", "shifts_max"),
    *("guardian_agreed_at", "group_id", "waiting_since", "language", "lapses_on"),
    *("synthetic", "registered_as", "link_version"),
)
Known = dict[UUID, tuple[int, bytes]]


def register_many(*, rows: Sequence[NewPerson], now: datetime, progress: Progress = SILENT) -> Registered:
    """Register people; a row that is refused does not hold up the others.

    Asking again with the same key and facts gives the same person; with other facts that row is refused
    (``registration_reused``). Chunks of 5,000 are written in a transaction each, so a stop between them keeps
    what was done and the next try goes on from there.
    """
    areas = places.areas({row.area_id for row in rows})
    ids: list[int | None] = []
    refused: list[RefusedRow] = []
    known_count = 0
    for start in range(0, len(rows), CHUNK_SIZE):
        chunk = rows[start : start + CHUNK_SIZE]
        ready: list[Checked | None] = []
        for place, row in enumerate(chunk, start):
            try:
                ready.append(checked(row, areas=areas, now=now))
            except Refusal as no:
                ready.append(None)
                refused.append(_refused(place, no))
        standing = _known([row.given.key for row in ready if row])
        written = _write([row for row in ready if row and row.given.key not in standing], now)
        people = standing | written
        for place, good in enumerate(ready, start):
            person_id, registered_as = people[good.given.key] if good else (None, b"")
            if good and registered_as != good.registered_as:
                refused.append(_refused(place, RegistrationReused(key=good.given.key)))
                person_id = None
            ids.append(person_id)
            known_count += bool(good and person_id and good.given.key in standing)
        progress.advance(start + len(chunk), len(rows))
    return Registered(
        ids=tuple(ids), known=known_count, refused=tuple(sorted(refused, key=lambda no: no.row))
    )


def _refused(place: int, no: Refusal) -> RefusedRow:
    return RefusedRow(row=place, code=no.code, says=str(no), facts=no.facts)


def _known(keys: Sequence[UUID]) -> Known:
    rows = Person.objects.filter(key__in=keys).values_list("key", "pk", "registered_as")
    return {key: (pk, bytes(registered_as)) for key, pk, registered_as in rows}


def _write(rows: Sequence[Checked], now: datetime) -> Known:
    """Write people who were not there a moment ago; whoever came between is left as they are."""
    first: dict[UUID, Checked] = {}
    for row in rows:
        first.setdefault(row.given.key, row)
    if not first:
        return {}
    with transaction.atomic():
        groups = _groups(list(first.values()))
        insert_new(Person, PERSON_COLUMNS, [_person_row(row, groups, now) for row in first.values()])
        stored = _known(list(first))
        # A key that somebody else used at this very moment keeps their facts, so nothing of ours hangs on it.
        own = [(stored[key][0], row) for key, row in first.items() if stored[key][1] == row.registered_as]
        _write_what_hangs_on_them(own, now)
    return stored


def _groups(rows: Sequence[Checked]) -> dict[UUID | None, int]:
    keys = sorted({row.given.group_key for row in rows if row.given.group_key})
    insert_new(Group, ("key", "code", "name"), [(key, group_code(key), "") for key in keys])
    return dict(Group.objects.filter(key__in=keys).values_list("key", "pk"))


def _person_row(row: Checked, groups: dict[UUID | None, int], now: datetime) -> Row:
    given = row.given
    return (
        *(given.key, row.given_name, given.birth_year, given.area_id, row.home_lat, row.home_lon),
        *(given.travel_limit_m, row.languages, row.refuses, row.prefers, given.physical_max),
        *(given.long_shift_wish, given.shifts_max, row.guardian_agreed_at, groups.get(given.group_key)),
        *(given.waiting_since or now, given.language, given.unconfirmed_until),
        *(given.synthetic, row.registered_as, 1),
    )


def _write_what_hangs_on_them(people: Sequence[tuple[int, Checked]], now: datetime) -> None:
    contacts: list[Row] = []
    guardians: list[Row] = []
    consents: list[Row] = []
    credentials: list[Row] = []
    spans: list[Row] = []
    for pk, row in people:
        key = row.given.key
        for kind, address in (("email", row.email), ("sms", row.phone)):
            if address:
                sealed = seal(address, purpose=OF_PERSON, person_key=key)
                contacts.append((pk, kind, sealed, contact_hash(address, kind=kind)))
        if row.guardian_email:
            sealed = seal(row.guardian_email, purpose=OF_GUARDIAN, person_key=key)
            guardians.append((pk, sealed, contact_hash(row.guardian_email)))
        consents += [(pk, purpose, row.given.wording, now, None) for purpose in row.consents]
        credentials += [(pk, c.kind, c.code, c.evidence, c.valid_until) for c in row.credentials]
        spans += [(pk, start, end) for start, end in row.free_spans]
    insert_new(Contact, ("person_id", "kind", "cipher", "contact_hash"), contacts)
    insert_new(Guardian, ("person_id", "cipher", "contact_hash"), guardians)
    insert_new(Consent, ("person_id", "purpose", "wording", "given_at", "withdrawn_at"), consents)
    insert_new(Credential, ("person_id", "kind", "code", "evidence", "valid_until"), credentials)
    insert_new(FreeSpan, ("person_id", "starts_at", "ends_at"), spans)
