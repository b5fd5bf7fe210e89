"""A guardian's no counts at once, and who has not answered is asked once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from dure.base import outbox
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.movement.matching import actions as matching
from dure.movement.people import actions as people
from dure.movement.people import reads

REQUEST: Final = "guardian_request"
# A letter may go under in a weekend.
ASK_AGAIN: Final = timedelta(days=4)


def withdraw_consent(*, actor: Actor, person_id: int, now: datetime) -> int:
    """The guardian takes the agreement back: every seat the minor still holds is given back; the count.

    Whoever is checked in already is with their captain and stays until the shift ends. Without the
    agreement no post is offered and none can be taken. Refuses others with NotFound.
    """
    with transaction.atomic():
        people.guardian_withdraws(actor=actor, person_id=person_id)
        # Who has said no is not asked again: the letters that asked are what :func:`ask_again` goes by.
        outbox.drop_kind(person_id=person_id, kind=REQUEST)
        return matching.withdraw_all(person_id=person_id, now=now)


def ask(*, person_ids: Sequence[int], now: datetime) -> int:
    """Ask the guardians of those of these people who are under 18 and have no agreement, once each; how many."""
    unanswered = set(reads.without_agreement(day=now.date())) if person_ids else set()
    asked = sorted(unanswered & set(person_ids))
    outbox.queue_many(
        notices=[NewNotice(pk, REQUEST, f"guardian-request:import:{pk}") for pk in asked], now=now
    )
    return len(asked)


def ask_again(now: datetime) -> int:
    """Ask the guardians who have not answered in ASK_AGAIN once more, and never a third time; how many are due.

    For the chores.
    """
    unanswered = reads.without_agreement(day=now.date())
    asked = outbox.last_sent(unanswered, kind=REQUEST)
    due = sorted(pk for pk, at in asked.items() if at <= now - ASK_AGAIN)
    notices = [NewNotice(pk, REQUEST, f"guardian-again:{pk}") for pk in due]
    outbox.queue_many(notices=notices, now=now)
    return len(notices)
