"""What can be done in matching: solve and publish a day, answer an offer, be checked in, settle."""

from dure.movement.matching.actions.again import STABILITY_M, run_again
from dure.movement.matching.actions.calling_off import call_off, call_off_posts, stand_down
from dure.movement.matching.actions.crew import (
    check_in,
    check_in_many,
    check_out_many,
    did_not_arrive,
    mark_no_shows,
    withdraw,
    withdraw_all,
)
from dure.movement.matching.actions.days import run, settle
from dure.movement.matching.actions.moving import drop_moved, moved_posts, tell_moved
from dure.movement.matching.actions.offers import (
    accept,
    accept_many,
    decline,
    decline_many,
    expire_offers,
    keep_place,
)
from dure.movement.matching.actions.on_the_spot import say_gone, say_here, undo_check_in
from dure.movement.matching.actions.publishing import publish_run
from dure.movement.matching.actions.telling import tell_offered
from dure.movement.matching.actions.walking_in import walk_in

__all__ = [
    "STABILITY_M",
    "accept",
    "accept_many",
    "call_off",
    "call_off_posts",
    "check_in",
    "check_in_many",
    "check_out_many",
    "decline",
    "decline_many",
    "did_not_arrive",
    "drop_moved",
    "expire_offers",
    "keep_place",
    "mark_no_shows",
    "moved_posts",
    "publish_run",
    "run",
    "run_again",
    "say_gone",
    "say_here",
    "settle",
    "stand_down",
    "tell_moved",
    "tell_offered",
    "undo_check_in",
    "walk_in",
    "withdraw",
    "withdraw_all",
]
