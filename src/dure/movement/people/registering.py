"""Registering people, one or 100,000: checked row by row, written chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dure.base.jobs import SILENT, Progress
from dure.kernel.refusals import Refusal
from dure.movement.people.checks import Checked, checked
from dure.movement.people.errors import RegistrationReused
from dure.movement.people.storing import (
    Hanging,
    Known,
    Ready,
    as_json,
    contact_columns,
    guardian_columns,
    known_people,
    store_new,
)
from dure.movement.people.types import NewPerson, RefusedRow, Registered
from dure.movement.places import reads as places

# People a transaction: about 40,000 rows, half a second during which other writers wait.
CHUNK_SIZE: Final = 5_000


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
        standing = known_people([row.given.key.hex for row in ready if row])
        written = _write([row for row in ready if row and row.given.key.hex not in standing], now)
        people = standing | written
        for place, good in enumerate(ready, start):
            person_id, registered_as = people[good.given.key.hex] if good else (None, b"")
            if good and registered_as != good.registered_as:
                refused.append(_refused(place, RegistrationReused(key=good.given.key)))
                person_id = None
            ids.append(person_id)
            known_count += bool(good and person_id and good.given.key.hex in standing)
        progress.advance(start + len(chunk), len(rows))
    return Registered(
        ids=tuple(ids), known=known_count, refused=tuple(sorted(refused, key=lambda no: no.row))
    )


def _refused(place: int, no: Refusal) -> RefusedRow:
    return RefusedRow(row=place, code=no.code, says=str(no), facts=no.facts)


def _write(rows: Sequence[Checked], now: datetime) -> Known:
    """Write people who were not there a moment ago; whoever came between is left as they are."""
    first: dict[str, Checked] = {}
    for row in rows:
        first.setdefault(row.given.key.hex, row)
    if not first:
        return {}
    stood, new = store_new(_ready(list(first), list(first.values()), now))
    return stood | new


def _ready(keys: Sequence[str], rows: Sequence[Checked], now: datetime) -> Ready:
    given = [row.given for row in rows]
    return Ready(
        keys=keys,
        marks=[row.registered_as for row in rows],
        columns={
            "given_name": [row.given_name for row in rows],
            "birth_year": [one.birth_year for one in given],
            "area_id": [one.area_id for one in given],
            "home_lat": [row.home_lat for row in rows],
            "home_lon": [row.home_lon for row in rows],
            "travel_limit_m": [one.travel_limit_m for one in given],
            "languages": [as_json(row.languages) for row in rows],
            "refuses": [as_json(row.refuses) for row in rows],
            "prefers": [as_json(row.prefers) for row in rows],
            "physical_max": [one.physical_max for one in given],
            "long_shift_wish": [one.long_shift_wish for one in given],
            "shifts_max": [one.shifts_max for one in given],
            "guardian_agreed_at": [row.guardian_agreed_at for row in rows],
            "waiting_since": [one.waiting_since or now for one in given],
            "language": [one.language for one in given],
            "lapses_on": [one.unconfirmed_until for one in given],
            "synthetic": [one.synthetic for one in given],
            "link_version": [1] * len(rows),
        },
        group_keys=[one.group_key for one in given] if any(one.group_key for one in given) else None,
        contacts=_contacts(keys, rows),
        guardians=_guardians(keys, rows),
        consents=_hanging(
            ("purpose", "wording", "given_at", "withdrawn_at"),
            [
                (place, purpose, row.given.wording, now, None)
                for place, row in enumerate(rows)
                for purpose in row.consents
            ],
        ),
        credentials=_hanging(
            ("kind", "code", "evidence", "valid_until"),
            [
                (place, held.kind, held.code, held.evidence, held.valid_until)
                for place, row in enumerate(rows)
                for held in row.credentials
            ],
        ),
        spans=_hanging(
            ("starts_at", "ends_at"),
            [(place, start, end) for place, row in enumerate(rows) for start, end in row.free_spans],
        ),
    )


def _contacts(keys: Sequence[str], rows: Sequence[Checked]) -> Hanging:
    emails = contact_columns(keys, [row.email for row in rows], kind="email")
    phones = contact_columns(keys, [row.phone for row in rows], kind="sms")
    return emails + phones


def _guardians(keys: Sequence[str], rows: Sequence[Checked]) -> Hanging:
    return guardian_columns(keys, [row.guardian_email for row in rows])


def _hanging(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Hanging:
    of, *columns = zip(*rows, strict=True) if rows else ((), *((),) * len(names))
    return Hanging(of, dict(zip(names, columns, strict=True)))
