"""What can be done in matching: solve and publish a day, answer an offer, be checked in, settle."""

from dure.movement.matching.actions.again import STABILITY_M, run_again
from dure.movement.matching.actions.calling_off import call_off
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
from dure.movement.matching.actions.offers import (
    accept,
    accept_many,
    decline,
    decline_many,
    expire_offers,
    keep_place,
)
from dure.movement.matching.actions.publishing import publish_run
from dure.movement.matching.actions.telling import tell_offered

__all__ = [
    "STABILITY_M",
    "accept",
    "accept_many",
    "call_off",
    "check_in",
    "check_in_many",
    "check_out_many",
    "decline",
    "decline_many",
    "did_not_arrive",
    "expire_offers",
    "keep_place",
    "mark_no_shows",
    "publish_run",
    "run",
    "run_again",
    "settle",
    "tell_offered",
    "withdraw",
    "withdraw_all",
]
