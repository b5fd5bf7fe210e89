"""The crew of a day: who came, who left, who could not come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

from django.db import transaction

from dure.base.access import Actor
from dure.engine.matching.sides import ADULTS_BESIDE_MINORS
from dure.kernel.refusals import NotFound
from dure.movement.matching.beside import HERE, adults_at, tell_when_adults_left
from dure.movement.matching.errors import AdultsNotHere, CheckInStoodDown, ShiftNotBegun, WrongMoment
from dure.movement.matching.late_day import refuse_promised
from dure.movement.matching.models import Placement
from dure.movement.matching.rows import placement_facts
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import actions as need_actions
from dure.movement.needs import reads as need_reads
from dure.movement.needs.errors import NeedCancelled, NeedFull, NeedStoodDown
from dure.movement.people import reads as people

CHUNK_ROWS = 5_000
ACCEPTED, PRESENT = Placement.State.ACCEPTED, Placement.State.PRESENT


def _of_own_team(actor: Actor, placement_id: int) -> Placement:
    placement = Placement.objects.select_related("post").filter(pk=placement_id).first()
    if placement is None or not actor.captains(placement.post.team_id):
        raise NotFound(what="placement")
    return placement


def check_in(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Say that somebody is here. Twice changes nothing; somebody marked as not come may come after all.

    Refuses with NotFound (not the captain's team), WrongMoment (withdrawn, or done already), AdultsNotHere (they
    are under 18, and two cleared adults are not checked in at this post), CheckInStoodDown (they came after the area
    was stood down).
    """
    placement = _of_own_team(actor, placement_id)
    off_since = placement.post.stood_down_at
    if off_since is not None and off_since <= now and placement.state != PRESENT:
        raise CheckInStoodDown(at=off_since)
    _must_be_looked_after(placement)
    waiting = Placement.objects.filter(
        pk=placement_id, state__in=(Placement.State.ACCEPTED, Placement.State.NO_SHOW)
    )
    with transaction.atomic():
        came = waiting.update(state=Placement.State.PRESENT, checked_in_at=now)
        placement.refresh_from_db()
        if came and placement.said_gone_at is not None and placement.said_gone_at <= now:
            # They are here after all: whoever still goes on their word of before would not be missed (P7).
            placement.said_gone_at = None
            placement.save(update_fields=["said_gone_at"])
        if came and placement.gave_seat:
            _sit_again(placement, now)
    if placement.state != Placement.State.PRESENT:
        raise WrongMoment(state=placement.get_state_display(), wanted="checked in")
    return placement_facts(placement)


def _sit_again(placement: Placement, now: datetime) -> None:
    """Who came after all has their seat again; where somebody else has it by now, or it is promised to them, both are
    welcome."""
    with suppress(NeedFull, NeedCancelled, NeedStoodDown), transaction.atomic():
        need_actions.take_seat(post_id=placement.post_id)
        refuse_promised(need_reads.post(placement.post_id), now)
        placement.gave_seat = False
        placement.save(update_fields=["gave_seat"])


def did_not_arrive(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Say that somebody is missing at a shift that has begun: their seat is free for others. Twice changes nothing.

    It is no reproach and counts for nothing; whoever comes after all is checked in as ever.
    Refuses with NotFound (not the captain's team), ShiftNotBegun, WrongMoment (here, done, or given back).
    """
    placement = _of_own_team(actor, placement_id)
    if placement.post.starts_at > now:
        raise ShiftNotBegun(at=placement.post.starts_at)
    awaited = Placement.objects.filter(pk=placement_id, state=ACCEPTED)
    with transaction.atomic():
        if awaited.update(state=Placement.State.NO_SHOW, gave_seat=True):
            need_actions.free_seat(post_id=placement.post_id)
            tell_when_adults_left([placement.post_id], day=placement.day, now=now)
    placement.refresh_from_db()
    if placement.state != Placement.State.NO_SHOW:
        raise WrongMoment(state=placement.get_state_display(), wanted="missing")
    return placement_facts(placement)


def _must_be_looked_after(placement: Placement) -> None:
    if placement.state == PRESENT or placement.person_id is None:
        return
    if placement.person_id not in people.minors([placement.person_id], day=placement.day):
        return
    there = adults_at([placement.post_id], day=placement.day, states=HERE)[placement.post_id]
    if there < ADULTS_BESIDE_MINORS:
        name = people.names([placement.person_id]).get(placement.person_id, "")
        raise AdultsNotHere(name=name, there=there, wanted=ADULTS_BESIDE_MINORS)


def check_in_many(*, placement_ids: Sequence[int], at: datetime) -> int:
    """Check many people in; the count of those who were awaited.

    Those under 18 come after everybody else, and are left out where two cleared adults are not checked in (P6).
    """
    young = _of_minors(placement_ids)
    grown = [pk for pk in placement_ids if pk not in young]
    count = _move_many(grown, Placement.State.ACCEPTED, state=PRESENT, checked_in_at=at)
    safe: list[int] = []
    for day in sorted({row.day for row in young.values()}):
        rows = [row for row in young.values() if row.day == day]
        there = adults_at({row.post_id for row in rows}, day=day, states=HERE)
        safe += [row.pk for row in rows if there[row.post_id] >= ADULTS_BESIDE_MINORS]
    return count + _move_many(safe, Placement.State.ACCEPTED, state=PRESENT, checked_in_at=at)


def _of_minors(placement_ids: Sequence[int]) -> dict[int, Placement]:
    """Those of the placements whose people are under 18 on their day, by id."""
    found: dict[int, Placement] = {}
    for start in range(0, len(placement_ids), CHUNK_ROWS):
        awaited = Placement.objects.filter(pk__in=placement_ids[start : start + CHUNK_ROWS], state=ACCEPTED)
        rows = list(awaited.only("pk", "person_id", "post_id", "day"))
        for day in {row.day for row in rows}:
            ids = (row.person_id for row in rows if row.day == day and row.person_id is not None)
            young = people.minors(ids, day=day)
            found |= {row.pk: row for row in rows if row.day == day and row.person_id in young}
    return found


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
    over = Placement.objects.filter(post__campaign_id=campaign_id, day=day, post__ends_at__lte=now)
    # The state is asked of the row itself: somebody may be checked in at this moment.
    missing = Placement.objects.filter(pk__in=over.values("pk"), day=day, state=ACCEPTED)
    # Whoever was told to keep away did not stay away.
    off = over.filter(post__stood_down_at__isnull=False)
    missing.filter(pk__in=off.values("pk")).update(state=Placement.State.WITHDRAWN)
    return missing.update(state=Placement.State.NO_SHOW)


def withdraw(*, actor: Actor, placement_id: int, now: datetime) -> PlacementFacts:
    """Give a seat back before the shift begins. Twice changes nothing.

    Refuses with NotFound, WrongMoment (the work has begun: tell the captain instead).
    """
    placement = Placement.objects.select_related("post").filter(pk=placement_id).first()
    if placement is None or placement.person_id is None or not actor.is_person(placement.person_id):
        raise NotFound(what="placement")
    with transaction.atomic():
        # Asked of the row itself, which PostgreSQL looks at again after waiting for another who gives it back: a
        # condition on the post would stand in a subquery, which it does not.
        awaited = Placement.objects.filter(pk=placement_id, state=ACCEPTED)
        if placement.post.starts_at > now and awaited.update(state=Placement.State.WITHDRAWN):
            need_actions.free_seat(post_id=placement.post_id)
            tell_when_adults_left([placement.post_id], day=placement.day, now=now)
    placement.refresh_from_db()
    if placement.state != Placement.State.WITHDRAWN:
        raise WrongMoment(state=placement.get_state_display(), wanted="given back")
    return placement_facts(placement)


def withdraw_all(*, person_id: int, now: datetime) -> int:
    """Give back every seat somebody still holds, whenever it is: they leave. The count."""
    with transaction.atomic():
        held = Placement.objects.filter(person_id=person_id, state=ACCEPTED)
        # Locked by id, so that a seat is given back for each placement that this call moved.
        ids = list(held.select_for_update().order_by("pk").values_list("pk", "post_id", "day"))
        moved = held.filter(pk__in=[pk for pk, *_ in ids]).update(state=Placement.State.WITHDRAWN)
        need_actions.free_seats(counts=Counter(post_id for _, post_id, _ in ids))
        for _, post_id, day in ids:
            tell_when_adults_left([post_id], day=day, now=now)
    return moved
