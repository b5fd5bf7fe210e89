"""Whoever comes along without having signed up: the least data, and the same rules as for everybody.

How they are covered is a rule of the installation: ``DURE_WALK_IN_COVER`` names the policy that covers whoever a
captain writes down on the day. Without it nobody works uncovered, so nobody is taken in (P7, docs/why/walk-ins.md).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from dure.base import outbox, throttle
from dure.base.access import Actor
from dure.base.errors import TooManyTries
from dure.base.outbox import NewNotice
from dure.kernel.ids import client_id
from dure.kernel.must import must
from dure.kernel.refusals import Refusal
from dure.movement.matching import actions as matching
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs.types import PostFacts
from dure.movement.people import actions as people
from dure.movement.people.ages import is_minor
from dure.movement.people.types import BRIEFING, COVER, MATCHING, NewCredential, NewPerson
from dure.movement.places import reads as places
from dure.operations.crew.errors import WalkInNotAsked, WalkInsUncovered, WalkInUnder18
from dure.operations.crew.shapes import WalkIn
from dure.operations.letters import language_of

# Until then they may show that the contact is theirs, and become a volunteer like any other; else they are erased.
KEPT: Final = timedelta(days=14)
WORDING: Final = "walk-in-1"
TRAVEL_M: Final = 20_000
_PERSON: Final = b"dure.crew.walk_in"


def are_welcome() -> bool:
    """Whether this installation covers whoever comes along."""
    return bool(settings.WALK_IN_COVER)


def take_in(
    *, actor: Actor, act: WalkIn, post: PostFacts, at: datetime, now: datetime, request_id: UUID
) -> PlacementFacts:
    """Register somebody who came along and put them to work; all or nothing. Call it in a transaction.

    Refuses with WalkInsUncovered, WalkInNotAsked, WalkInUnder18, as a registration is refused, and as
    ``matching.actions.walk_in`` does; then nothing of them is kept.
    """
    name = " ".join(act.given_name.split())
    if not are_welcome():
        raise WalkInsUncovered(name=name)
    if not (act.agreed and act.briefed):
        raise WalkInNotAsked(name=name)
    if is_minor(birth_year=act.birth_year, day=post.day):
        raise WalkInUnder18(name=name)
    done = people.register_many(rows=[_registration(act, post, name)], now=now)
    for no in done.refused:
        raise Refusal.known[no.code](**no.facts)
    person_id = done.ids[0]
    must(person_id is not None, "who was not refused is registered")
    placement = matching.walk_in(
        actor=actor, person_id=person_id or 0, post_id=post.id, request_id=request_id, at=at, now=now
    )
    if (act.contact or "").strip():
        _send_link(placement, act, now)
    return placement


def _registration(act: WalkIn, post: PostFacts, name: str) -> NewPerson:
    area = places.area(post.area_id)
    contact = (act.contact or "").strip()
    is_address = "@" in contact
    return NewPerson(
        key=client_id(_PERSON, act.id),
        given_name=name,
        birth_year=act.birth_year,
        area_id=area.id,
        home_lat=area.lat,
        home_lon=area.lon,
        travel_limit_m=TRAVEL_M,
        email=contact if is_address else "",
        phone="" if is_address else contact,
        consents=(MATCHING,),
        wording=WORDING,
        language=language_of(act.language),
        # Good for this day alone: whoever stays is covered and briefed as everybody is.
        credentials=(
            NewCredential(COVER, "walk-in", settings.WALK_IN_COVER, post.day),
            NewCredential(BRIEFING, "walk-in", "told by the captain at the post", post.day),
        ),
        unconfirmed_until=post.day + KEPT,
        without_contact=True,
    )


def _send_link(placement: PlacementFacts, act: WalkIn, now: datetime) -> None:
    try:
        throttle.count_letters([(act.contact or "").strip()], now=now)
    except TooManyTries:
        return  # somebody writes the same address down again and again; they work all the same
    key = f"link:{placement.person_id}:walk-in"
    outbox.queue_many(notices=[NewNotice(placement.person_id or 0, "link", key)], now=now)
