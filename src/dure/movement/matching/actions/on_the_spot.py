"""At the meeting point: what people say themselves, and a check-in that was tapped by mistake."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.matching.beside import tell_when_adults_left
from dure.movement.matching.errors import WrongMoment
from dure.movement.matching.models import Placement
from dure.movement.matching.rows import placement_facts
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import actions as need_actions

ACCEPTED, PRESENT, NO_SHOW = Placement.State.ACCEPTED, Placement.State.PRESENT, Placement.State.NO_SHOW
WITHDRAWN = Placement.State.WITHDRAWN


def undo_check_in(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Take back a check-in that was tapped by mistake, as long as no hours are written. Twice changes nothing.

    Whoever came along without a placement has none again, and their seat is free.
    Refuses with NotFound (not the captain's team), WrongMoment (their hours are written).
    """
    placement = Placement.objects.select_related("post").filter(pk=placement_id).first()
    if placement is None or not actor.captains(placement.post.team_id):
        raise NotFound(what="placement")
    walked_in = placement.walked_in_by is not None
    before = WITHDRAWN if walked_in else NO_SHOW if placement.gave_seat else ACCEPTED
    here = Placement.objects.filter(pk=placement_id, state=PRESENT)
    with transaction.atomic():
        if here.update(state=before, checked_in_at=None):
            if walked_in and not placement.gave_seat:
                need_actions.free_seat(post_id=placement.post_id)
            tell_when_adults_left([placement.post_id], day=placement.day, now=now)
    placement.refresh_from_db()
    if placement.state == Placement.State.DONE:
        raise WrongMoment(state=placement.get_state_display(), wanted="taken back")
    return placement_facts(placement)


def say_here(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Somebody says themself that they are here; their captain sees it and checks them in. Twice changes nothing.

    Refuses with NotFound (another's), WrongMoment (given back, or over).
    """
    return _say(actor, placement_id, "said_here_at", now, ~Q(state=WITHDRAWN))


def say_gone(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Somebody who came says themself that they go now. The hours stay the captain's word.

    Whoever never came can't go: nobody would look for them if they came later (P7). Refuses as :func:`say_here`.
    """
    came = Q(said_here_at__isnull=False) | Q(state__in=(PRESENT, Placement.State.DONE))
    return _say(actor, placement_id, "said_gone_at", now, came & ~Q(state=WITHDRAWN))


def _say(actor: Actor, placement_id: int, column: str, now: datetime, may: Q) -> PlacementFacts:
    if actor.person_id is None:
        raise NotFound(what="placement")
    own = Placement.objects.filter(pk=placement_id, person_id=actor.person_id)
    said = own.filter(may, **{f"{column}__isnull": True}).update(**{column: now})
    placement = own.first()
    if placement is None:
        raise NotFound(what="placement")
    if not said and (placement.state == WITHDRAWN or getattr(placement, column) is None):
        wanted = "signed in to" if column == "said_here_at" else "signed out of"
        raise WrongMoment(state=placement.get_state_display(), wanted=wanted)
    return placement_facts(placement)
