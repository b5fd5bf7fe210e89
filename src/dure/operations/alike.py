"""What follows when an organiser says that two registrations are one person's, or are not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.outbox import NewNotice
from dure.kernel.refusals import NotFound
from dure.movement.calls import actions as calls
from dure.movement.ledger import reads as ledger
from dure.movement.matching import reads as matching
from dure.movement.people import actions as people
from dure.movement.people import alike
from dure.movement.people.errors import AlikeBothHold
from dure.movement.people.taking_over import take_over
from dure.operations.leaving import leave

# Wherever a campaign is, a post of yesterday by UTC may still be going on.
STILL_TODAY = timedelta(days=1)
COMING = ("accepted", "present")
ASKED = "same_asked"


def different(*, actor: Actor, alike_id: int, now: datetime) -> None:
    """Two people: never asked again. Refuses with NotFound, AlikeDecided."""
    alike.decide(actor=actor, alike_id=alike_id, is_same=False, now=now)


def same(*, actor: Actor, alike_id: int, now: datetime) -> int | None:
    """One person, an organiser thinks: the newer registration ends as by leaving (P4), and the older keeps what both
    had; its id.

    So at once where both have shown the same contact to be theirs. Where a name and a town are all that speaks for it,
    the one whose registration would end is asked first, by a letter, and None is given: nobody's place in the line
    ends, and nobody's data moves, without their own yes. Where only the newer one has a post ahead or work on record,
    it stays instead, so that nothing of it is lost. Whoever stays is told, with their link.

    Refuses with NotFound, AlikeDecided, AlikeBothHold.
    """
    with transaction.atomic():
        found = alike.pair(actor=actor, alike_id=alike_id)
        kept_id, ended_id = found.first.id, found.second.id
        people.hold(person_ids=[kept_id, ended_id])
        if _holds_something(ended_id, now):
            if _holds_something(kept_id, now):
                raise AlikeBothHold
            kept_id, ended_id = ended_id, kept_id
        if not alike.shown_by_both(kept_id, ended_id):
            alike.ask(actor=actor, alike_id=alike_id, person_id=ended_id)
            outbox.queue(notice=NewNotice(ended_id, ASKED, f"same-asked:{alike_id}"), now=now)
            return None
        alike.decide(actor=actor, alike_id=alike_id, is_same=True, now=now)
        _make_one(alike_id, kept_id, ended_id, now)
    return kept_id


def say(*, actor: Actor, person_id: int, is_same: bool, now: datetime) -> None:
    """What somebody answers who was asked whether another registration is theirs too: with a yes this one ends.

    Refuses with NotFound (somebody else, or nobody was asked), AlikeDecided, and AlikeBothHold where they took a post
    meanwhile.
    """
    with transaction.atomic():
        people.hold(person_ids=[person_id])
        found = alike.asked_of(actor=actor, person_id=person_id)
        if found is None:
            raise NotFound(what="question")
        alike.answered(alike_id=found.id, is_same=is_same, now=now)
        if is_same:
            if _holds_something(person_id, now):
                raise AlikeBothHold
            kept_id = found.second.id if found.first.id == person_id else found.first.id
            _make_one(found.id, kept_id, person_id, now)


def _make_one(alike_id: int, kept_id: int, ended_id: int, now: datetime) -> None:
    take_over(kept_id=kept_id, ended_id=ended_id, now=now)
    calls.hand_over(kept_id=kept_id, ended_id=ended_id)
    leave(actor=SYSTEM, person_id=ended_id, now=now)
    outbox.queue(notice=NewNotice(kept_id, "made_one", f"made-one:{alike_id}"), now=now)


def _holds_something(person_id: int, now: datetime) -> bool:
    today = (now - STILL_TODAY).date()
    ahead = any(one.day >= today and one.state in COMING for one in matching.placements_of(SYSTEM, person_id))
    return ahead or bool(ledger.entries_of_person(SYSTEM, person_id))
