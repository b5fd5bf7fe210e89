"""A guardian's no counts at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dure.base.access import Actor
from dure.movement.matching import actions as matching
from dure.movement.people import actions as people


def withdraw_consent(*, actor: Actor, person_id: int, now: datetime) -> int:
    """The guardian takes the agreement back: every seat the minor still holds is given back; the count.

    Whoever is checked in already is with their captain and stays until the shift ends. Without the
    agreement no post is offered and none can be taken. Refuses others with NotFound.
    """
    with transaction.atomic():
        people.guardian_withdraws(actor=actor, person_id=person_id)
        return matching.withdraw_all(person_id=person_id, now=now)
