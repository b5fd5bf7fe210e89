"""Who is here: checked in, taken back, missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dure.kernel.refusals import BadInput, NotFound
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs.types import PostFacts
from dure.operations.badges import placement_of_badge, placement_of_code
from dure.operations.crew.asked import Asked, Facts, Outcome, clock, name_of, placement_of, shift_moment, told
from dure.operations.crew.errors import BadgeElsewhere, GaveBack, HoursWritten, IsHere, ShiftCalledOff
from dure.operations.crew.shapes import CheckIn, Missing, UndoCheckIn

# Days before and after an act in which its code is looked for: a night shift, a phone that slept.
CODE_DAYS: Final = 2


def _wanted(asked: Asked, act: CheckIn) -> tuple[PlacementFacts, PostFacts]:
    """The placement an act of checking in is about. Refuses with BadInput, NotFound, BadgeElsewhere."""
    if act.placement_id is not None:
        return placement_of(asked, act.placement_id)
    try:
        if act.badge is not None:
            return placement_of(asked, placement_of_badge(act.badge))
        if act.code is not None:
            reach = timedelta(days=CODE_DAYS)
            first, last = (asked.moment - reach).date(), (asked.moment + reach).date()
            among = matching_reads.ids_of_team(asked.actor, asked.team_id, first, last)
            return placement_of(asked, placement_of_code(act.code, among))
    except NotFound as no:
        # A forged badge and another team's look alike.
        raise BadgeElsewhere from no
    raise BadInput(where="check_in", what="nobody is named", wanted="a placement, a badge or a code")


def check_in(asked: Asked, act: CheckIn) -> tuple[Outcome, Facts]:
    placement, post = _wanted(asked, act)
    if placement.state in ("present", "done"):
        return "known", told(placement)
    moment, timezone = shift_moment(asked, post)
    if placement.state == "withdrawn":
        raise GaveBack(name=name_of(placement))
    if post.cancelled_at is not None and moment >= post.cancelled_at:
        raise ShiftCalledOff(at=clock(post.cancelled_at, timezone))
    came = matching.check_in(actor=asked.actor, placement_id=placement.id, now=moment)
    note: Facts = {"note": "seat_given"} if came.gave_seat else {}
    return "done", told(came, **note)


def undo_check_in(asked: Asked, act: UndoCheckIn) -> tuple[Outcome, Facts]:
    placement, _post = placement_of(asked, act.placement_id)
    if placement.state == "done":
        raise HoursWritten(name=name_of(placement))
    if placement.state != "present":
        return "known", told(placement)
    undone = matching.undo_check_in(actor=asked.actor, placement_id=placement.id, now=asked.now)
    return "done", told(undone)


def missing(asked: Asked, act: Missing) -> tuple[Outcome, Facts]:
    placement, post = placement_of(asked, act.placement_id)
    moment, timezone = shift_moment(asked, post)
    if placement.state in ("present", "done"):
        raise IsHere(name=name_of(placement), at=clock(placement.checked_in_at, timezone))
    if placement.state != "accepted":
        return "known", told(placement)
    # The seat is free from now on, whenever it was said.
    gone = matching.did_not_arrive(actor=asked.actor, placement_id=placement.id, now=asked.now)
    return "done", told(gone, said_at=moment.isoformat())
