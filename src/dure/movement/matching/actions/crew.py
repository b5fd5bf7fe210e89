"""The crew of a day: who came, who left, who could not come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.matching.errors import WrongMoment
from dure.movement.matching.models import Placement
from dure.movement.matching.rows import placement_facts
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import actions as need_actions

CHUNK_ROWS = 5_000
ACCEPTED, PRESENT = Placement.State.ACCEPTED, Placement.State.PRESENT


def _of_own_team(actor: Actor, placement_id: int) -> Placement:
    placement = Placement.objects.select_related("post").filter(pk=placement_id).first()
    if placement is None or not actor.captains(placement.post.team_id):
        raise NotFound(what="placement")
    return placement


def check_in(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Say that somebody is here. Twice changes nothing; somebody marked as not come may come after all.

    Refuses with NotFound (not the captain's team), WrongMoment (withdrawn, or done already).
    """
    placement = _of_own_team(actor, placement_id)
    waiting = Placement.objects.filter(
        pk=placement_id, state__in=(Placement.State.ACCEPTED, Placement.State.NO_SHOW)
    )
    if not waiting.update(state=Placement.State.PRESENT, checked_in_at=now):
        placement.refresh_from_db()
        if placement.state != Placement.State.PRESENT:
            raise WrongMoment(state=placement.get_state_display(), wanted="checked in")
    placement.refresh_from_db()
    return placement_facts(placement)


def check_in_many(*, placement_ids: Sequence[int], at: datetime) -> int:
    """Check many people in; the count of those who were awaited."""
    return _move_many(placement_ids, Placement.State.ACCEPTED, state=PRESENT, checked_in_at=at)


def check_out_many(*, placement_ids: Sequence[int], at: datetime, worked_minutes: int | None = None) -> int:
    """Check many people out; the count of those who were here.

    ``worked_minutes``: as written down; without it, what lies between check-in and ``at``.
    """
    done = Placement.State.DONE
    return _move_many(placement_ids, PRESENT, state=done, checked_out_at=at, worked_minutes=worked_minutes)


def _move_many(placement_ids: Sequence[int], awaited: str, **moved: object) -> int:
    count = 0
    for start in range(0, len(placement_ids), CHUNK_ROWS):
        chunk = Placement.objects.filter(pk__in=placement_ids[start : start + CHUNK_ROWS], state=awaited)
        count += chunk.update(**moved)
    return count


def mark_no_shows(*, campaign_id: int, day: date, now: datetime) -> int:
    """Mark those who were awaited at a shift that has ended and were never checked in; the count."""
    missing = Placement.objects.filter(
        post__campaign_id=campaign_id, day=day, state=ACCEPTED, post__ends_at__lte=now
    )
    return missing.update(state=Placement.State.NO_SHOW)


def withdraw(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Give a seat back before the shift begins. Twice changes nothing.

    Refuses with NotFound, WrongMoment (the work has begun: tell the captain instead).
    """
    placement = Placement.objects.select_related("post").filter(pk=placement_id).first()
    if placement is None or placement.person_id is None or not actor.is_person(placement.person_id):
        raise NotFound(what="placement")
    with transaction.atomic():
        awaited = Placement.objects.filter(pk=placement_id, state=ACCEPTED, post__starts_at__gt=now)
        if awaited.update(state=Placement.State.WITHDRAWN):
            need_actions.free_seat(post_id=placement.post_id)
    placement.refresh_from_db()
    if placement.state != Placement.State.WITHDRAWN:
        raise WrongMoment(state=placement.get_state_display(), wanted="given back")
    return placement_facts(placement)


def withdraw_all(*, person_id: int) -> int:
    """Give back every seat somebody still holds, whenever it is: they leave. The count."""
    with transaction.atomic():
        held = Placement.objects.filter(person_id=person_id, state=ACCEPTED)
        # Locked by id, so that a seat is given back for each placement that this call moved.
        ids = list(held.select_for_update().order_by("pk").values_list("pk", "post_id"))
        moved = held.filter(pk__in=[pk for pk, _ in ids]).update(state=Placement.State.WITHDRAWN)
        need_actions.free_seats(counts=Counter(post_id for _, post_id in ids))
    return moved
