"""People into their tables: columns in, in the form in which they are stored, a table at a time.

Ids are given out before anything is written, so that what hangs on a person needs no reading back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, cast
from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base.coded import Coded
from dure.base.ready_rows import next_ids
from dure.base.rows import Column, Columns, Laid, copy_columns, insert_new, laid
from dure.base.storage import StorageBusy
from dure.movement.people.contacts import OF_GUARDIAN, OF_PERSON, contact_hashes, seal_many
from dure.movement.people.groups import group_code
from dure.movement.people.models import Consent, Contact, Credential, FreeSpan, Group, Guardian, Person

# Somebody may register one of these people at this very moment, and another one while that is looked at.
CLASHES_MAX: Final = 10
# Key (32 hexadecimal digits) → id and hash of the registration.
Known = dict[str, tuple[int, bytes]]


@dataclass(frozen=True, slots=True, eq=False)
class Hanging:
    """Rows that hang on people: row ``k`` on person ``of[k]`` of the columns beside."""

    of: Sequence[int]
    columns: Columns

    def __add__(self, other: Hanging) -> Hanging:
        """Both, none of which was laid out."""
        mine, theirs = cast("Mapping[str, Column]", self.columns), cast("Mapping[str, Column]", other.columns)
        return Hanging(
            [*self.of, *other.of],
            {name: [*_each(column), *_each(theirs[name])] for name, column in mine.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """People as they are stored. ``keys``: 32 hexadecimal digits; ``marks``: hashes of the registrations.

    ``columns``: all others of Person but id and group.
    """

    keys: Sequence[str]
    marks: Sequence[bytes]
    columns: Columns
    group_keys: Sequence[UUID | None] | None
    contacts: Hanging
    guardians: Hanging
    consents: Hanging
    credentials: Hanging
    spans: Hanging

    def laid(self) -> Ready:
        """The same with as little as can be left to do when they are stored."""

        def lay(hanging: Hanging) -> Hanging:
            return replace(hanging, columns=laid(cast("Mapping[str, Column]", hanging.columns)))

        return replace(
            self,
            columns=laid(cast("Mapping[str, Column]", self.columns)),
            contacts=lay(self.contacts),
            guardians=lay(self.guardians),
            consents=lay(self.consents),
            credentials=lay(self.credentials),
            spans=lay(self.spans),
        )

    def only(self, rows: Sequence[int]) -> Ready:
        """Some of them."""
        places = {row: place for place, row in enumerate(rows)}

        def of(hanging: Hanging) -> Hanging:
            kept = [k for k, row in enumerate(hanging.of) if row in places]
            return Hanging([places[hanging.of[k]] for k in kept], _of(hanging.columns, kept))

        return Ready(
            keys=[self.keys[row] for row in rows],
            marks=[self.marks[row] for row in rows],
            columns=_of(self.columns, rows),
            group_keys=None if self.group_keys is None else [self.group_keys[row] for row in rows],
            contacts=of(self.contacts),
            guardians=of(self.guardians),
            consents=of(self.consents),
            credentials=of(self.credentials),
            spans=of(self.spans),
        )


def _of(columns: Columns, rows: Sequence[int]) -> Columns:
    if isinstance(columns, Laid):
        return columns.of(rows)
    return {
        name: column.of(rows) if isinstance(column, Coded) else [column[row] for row in rows]
        for name, column in columns.items()
    }


def _each(column: Column) -> Sequence[object]:
    return column.each() if isinstance(column, Coded) else column


def contact_columns(keys: Sequence[str], addresses: Sequence[str], *, kind: str) -> Hanging:
    """Contacts of those who have one ("" where not), in their normal form; sealed here."""
    of = [row for row, address in enumerate(addresses) if address]
    given = [addresses[row] for row in of]
    return Hanging(
        of,
        {
            "kind": [kind] * len(of),
            "cipher": seal_many(given, purpose=OF_PERSON, keys=[keys[row] for row in of]),
            "contact_hash": contact_hashes(given, kind=kind),
        },
    )


def guardian_columns(keys: Sequence[str], addresses: Sequence[str]) -> Hanging:
    """Guardians of those who have one, as :func:`contact_columns`."""
    of = [row for row, address in enumerate(addresses) if address]
    given = [addresses[row] for row in of]
    sealed = seal_many(given, purpose=OF_GUARDIAN, keys=[keys[row] for row in of])
    return Hanging(of, {"cipher": sealed, "contact_hash": contact_hashes(given)})


def store_new(ready: Ready) -> tuple[Known, Known]:
    """Store those whose key is not there yet, each key once; what stands is left as it is.

    Gives who stood there before (looked for only when somebody did), and who is new.
    """
    known: Known = {}
    for _ in range(CLASHES_MAX):
        left = [row for row, key in enumerate(ready.keys) if key not in known]
        new = ready.only(left) if known else ready
        try:
            ids = _store(new)
        except IntegrityError:
            before = len(known)
            known |= known_people(new.keys)
            if len(known) == before:
                raise
        else:
            return known, dict(zip(new.keys, zip(ids, new.marks, strict=True), strict=True))
    raise StorageBusy


def known_people(keys: Sequence[str]) -> Known:
    """Who stands there of these."""
    rows = Person.objects.filter(key__in=map(UUID, keys)).values_list("key", "pk", "registered_as")
    return {key.hex: (pk, bytes(registered_as)) for key, pk, registered_as in rows}


def _store(ready: Ready) -> Sequence[int]:
    if not ready.keys:
        return ()
    with transaction.atomic():
        group_ids = _group_ids(ready)
        ids = next_ids(Person, len(ready.keys))
        own = {"id": ids, "key": ready.keys, "registered_as": ready.marks, "group_id": group_ids}
        copy_columns(Person, own, ready.columns)
        for model, hanging in (
            (Contact, ready.contacts),
            (Guardian, ready.guardians),
            (Consent, ready.consents),
            (Credential, ready.credentials),
            (FreeSpan, ready.spans),
        ):
            if hanging.of:
                copy_columns(model, {"person_id": [ids[row] for row in hanging.of]}, hanging.columns)
    return ids


def _group_ids(ready: Ready) -> Sequence[int | None]:
    if ready.group_keys is None:
        return [None] * len(ready.keys)
    # In one order, so that two writers never wait for each other in a ring.
    keys = sorted({key for key in ready.group_keys if key})
    insert_new(Group, ("key", "code", "name"), [(key, group_code(key), "") for key in keys])
    ids = dict(Group.objects.filter(key__in=keys).values_list("key", "pk"))
    return [ids[key] if key else None for key in ready.group_keys]


@lru_cache(maxsize=4096)
def as_json(codes: tuple[str, ...]) -> str:
    """Codes as they stand in a JSON column."""
    return json.dumps(codes)
