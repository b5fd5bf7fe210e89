"""Who stands behind new entries: the key and the commitment that mean nothing outside."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
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


class Persons:
    """The people of a batch of new entries: asked for once, and given a key at their first entry."""

    def __init__(self, person_ids: Iterable[int | None], campaign_ids: Iterable[int]) -> None:
        # By campaign and person.
        self._known: dict[int, dict[int | None, Person]] = {one: {None: NOBODY} for one in set(campaign_ids)}
        self._new: list[tuple[str, int, int, bytes]] = []
        asked = {person_id for person_id in set(person_ids) if person_id is not None}
        if asked:
            for person_id, campaign_id, salt in store.person_salts(sorted(asked)):
                if campaign_id in self._known:
                    self._known[campaign_id][person_id] = _person(bytes(salt), person_id)

    def known(self, person_id: int | None, campaign_id: int) -> Person | None:
        """Who that is, if they have a key already."""
        return self._known[campaign_id].get(person_id)

    def of(self, person_id: int | None, campaign_id: int) -> Person:
        """Who that is, with a new key at need."""
        if person_id is None:
            return NOBODY
        return self._known[campaign_id].get(person_id) or self._begin(person_id, campaign_id)

    def of_all(self, person_ids: Sequence[int | None], campaign_ids: Sequence[int]) -> list[Person]:
        """:meth:`of` each."""
        if len(self._known) > 1:
            return list(map(self.of, person_ids, campaign_ids))
        ((campaign_id, known),) = self._known.items()
        for new in set(person_ids) - known.keys():
            self.of(new, campaign_id)
        return list(map(known.__getitem__, person_ids))

    def write(self) -> None:
        """Store the new keys."""
        store.insert_person_keys(self._new)

    def _begin(self, person_id: int, campaign_id: int) -> Person:
        salt = secrets.token_bytes(SALT_BYTES)
        made = self._known[campaign_id][person_id] = _person(salt, person_id)
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
