"""Who stands behind new entries: the key and the commitment that mean nothing outside."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from dure.engine.log.entry import NO_PERSON, SALT_BYTES
from dure.movement.ledger import keys, store
from dure.movement.ledger.models import PersonKey

# About 30 MB. The salts are asked for at every append, so that a key forgotten by another process is never used
# again; only the two hashes over them are kept.
_PERSONS_HELD_MAX = 100_000


class Person(NamedTuple):
    """``key``: 16 bytes, None where nobody is meant; ``commitment``: 32 bytes."""

    key: bytes | None
    commitment: bytes


NOBODY = Person(None, NO_PERSON)
_Who = tuple[int | None, int]
"""Person and campaign."""


class Persons:
    """The people of a batch of new entries: asked for once, and given a key at their first entry."""

    def __init__(self, who: Iterable[_Who]) -> None:
        asked = set(who)
        self._known: dict[_Who, Person] = {one: NOBODY for one in asked if one[0] is None}
        self._new: list[tuple[str, int, int, bytes]] = []
        person_ids = {person_id for person_id, _ in asked if person_id is not None}
        if person_ids:
            for person_id, campaign_id, salt in store.person_salts(sorted(person_ids)):
                self._known[person_id, campaign_id] = _person(bytes(salt), person_id)

    def known(self, who: _Who) -> Person | None:
        """Who that is, if they have a key already."""
        return self._known.get(who)

    def of(self, who: _Who) -> Person:
        """Who that is, with a new key at need."""
        found = self._known.get(who)
        return self._begin(who) if found is None else found

    def of_all(self, who: Iterable[_Who]) -> list[Person]:
        """:meth:`of` each."""
        listed = list(who)
        for new in set(listed) - self._known.keys():
            self._begin(new)
        return [self._known[one] for one in listed]

    def write(self) -> None:
        """Store the new keys."""
        store.insert_person_keys(self._new)

    def _begin(self, who: _Who) -> Person:
        person_id, campaign_id = who
        if person_id is None:
            return NOBODY
        salt = secrets.token_bytes(SALT_BYTES)
        made = self._known[who] = _person(salt, person_id)
        self._new.append((keys.person_key_hex(made.commitment), person_id, campaign_id, salt))
        return made


@lru_cache(maxsize=_PERSONS_HELD_MAX)
def _person(salt: bytes, person_id: int) -> Person:
    commitment = keys.person_commitment(salt, person_id)
    return Person(bytes.fromhex(keys.person_key_hex(commitment)), commitment)


def on_record(person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people of whom an entry tells: whoever has a key in the log."""
    rows = PersonKey.objects.filter(person_id__in=person_ids)
    return frozenset(rows.values_list("person_id", flat=True))
