"""Whoever comes along without a placement: written down by the captain, under the rules for everybody (P5 to P7)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.matching.actions.offers import placed_before
from dure.movement.matching.beside import leads_enough, must_be_beside_adults
from dure.movement.matching.columns import SHIFT_MINUTES
from dure.movement.matching.errors import UNFIT, CheckInStoodDown, PostUnfit, WrongMoment
from dure.movement.matching.late_day import refuse_promised
from dure.movement.matching.models import Placement
from dure.movement.matching.ready import next_turn, refuse_unready
from dure.movement.matching.rows import placement_facts
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import actions as need_actions
from dure.movement.needs import reads as needs
from dure.movement.needs.errors import NeedCancelled, NeedFull, NeedStoodDown
from dure.movement.needs.types import PostFacts
from dure.movement.people import actions as people_actions
from dure.movement.people import reads as people


def walk_in(
    *, actor: Actor, person_id: int, post_id: int, request_id: UUID, at: datetime, now: datetime
) -> PlacementFacts:
    """Put somebody who came along to work, once: on a free seat, else beside the crew; they are checked in ``at``.

    Refuses with NotFound (not the captain's team), WrongMoment (the shift is over), NeedCancelled, CheckInStoodDown,
    NotReady (cover, briefing, a skill or a clearance is missing), RestShort, PostUnfit (longer than a shift may be,
    leads too few, under 18), AdultsMissing, AlreadyPlaced, RequestReused.
    """
    if earlier := placed_before(request_id, person_id, post_id):
        return earlier
    post = needs.posts([post_id]).get(post_id)
    if post is None or not actor.captains(post.team_id):
        raise NotFound(what="post")
    _refuse_over(post, at)
    if post.ends_at - max(at, post.starts_at) > timedelta(minutes=SHIFT_MINUTES):
        raise PostUnfit(rule="shift_length", why=UNFIT["shift_length"])
    with transaction.atomic():
        people_actions.hold(person_ids=[person_id])
        turn = next_turn(person_id, post)
        refuse_unready(person_id, post)
        if post.min_age and person_id in people.minors([person_id], day=post.day):
            raise PostUnfit(rule="age", why=UNFIT["age"])
        has_seat = _take_seat(post, now)
        must_be_beside_adults(person_id, post)
        if not leads_enough(needs.post(post_id), more=0 if has_seat else 1):
            raise PostUnfit(rule="leads", why=UNFIT["leads"])
        placement = Placement.objects.create(
            request_id=request_id,
            post_id=post_id,
            person_id=person_id,
            day=post.day,
            turn=turn,
            state=Placement.State.PRESENT,
            accepted_at=at,
            checked_in_at=at,
            gave_seat=not has_seat,
            walked_in_by=actor.account_id or 0,
        )
    return placement_facts(placement)


def _refuse_over(post: PostFacts, at: datetime) -> None:
    if post.cancelled_at is not None and post.cancelled_at <= at:
        raise NeedCancelled(post_id=post.id)
    if post.stood_down_at is not None and post.stood_down_at <= at:
        raise CheckInStoodDown(at=post.stood_down_at)
    if post.ends_at <= at:
        raise WrongMoment(state="over", wanted="joined")


def _take_seat(post: PostFacts, now: datetime) -> bool:
    """Whether there was a seat that is neither taken nor promised to others."""
    with suppress(NeedFull, NeedCancelled, NeedStoodDown), transaction.atomic():
        need_actions.take_seat(post_id=post.id)
        refuse_promised(needs.post(post.id), now)
        return True
    return False
