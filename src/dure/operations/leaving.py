"""Leaving takes one act, at once (P4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dure.base import outbox
from dure.base.access import Actor
from dure.movement.calls import actions as calls
from dure.movement.ledger import actions as ledger
from dure.movement.matching import actions as matching
from dure.movement.people import actions as people
from dure.movement.safety import actions as safety


def leave(*, actor: Actor, person_id: int, now: datetime) -> None:
    """Erase a person: seats given back, notices dropped, the salt and the row deleted, in one transaction.

    What they did stays counted, and every proof stays valid: entries carry only a hash that nobody
    can now tie to them. Refuses with NotFound when somebody asks for another.
    """
    actor.must_be(person_id)
    with transaction.atomic():
        # Held first: a seat they take at this very moment is given back as well.
        people.hold(person_ids=[person_id])
        safety.forget_person(person_id=person_id, now=now)
        matching.withdraw_all(person_id=person_id, now=now)
        outbox.drop_for(person_id=person_id)
        ledger.forget_person(person_id=person_id)
        calls.forget_person(person_id=person_id)
        people.erase(person_id=person_id)
