"""Calls at work: the minute's letters of every wave, and how a call goes, composed from calls and matching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dure.base.access import Actor
from dure.movement.calls import appeals, waves
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AppealFacts, AppealResults
from dure.movement.matching.placed import placed_people


@dataclass(frozen=True, slots=True)
class CallResults:
    """A call with its results; ``placed_count``: of the people who answered it, how many found a place since."""

    appeal: AppealFacts
    results: AppealResults
    placed_count: int
    is_met: bool


def call_due(now: datetime) -> int:
    """Call the next minute's people of every running wave; how many were called. For the worker, any time.

    A wave that breaks holds up no other; what broke is raised at the end.
    """
    called = 0
    broken: Exception | None = None
    for wave_id in waves.running_ids():
        try:
            called += waves.call_minute(wave_id=wave_id, now=now)
        except Exception as no:  # whatever it is, it is raised below
            broken = broken or no
    if broken:
        raise broken
    return called


def close_over(now: datetime) -> int:
    """Close the calls that are over, with all that tells who was called (P3); how many. For the chores."""
    return appeals.close_over(now=now)


def results(actor: Actor, code: str) -> CallResults:
    """How a call goes, exact, for who organises its campaign. Refuses with NotFound and NotAllowed."""
    appeal = calls.appeal_for(actor, code)
    placed = np.intersect1d(calls.answerers(appeal.id), placed_people(appeal.campaign_id), assume_unique=True)
    return CallResults(
        appeal=appeal,
        results=calls.results(actor, code),
        placed_count=len(placed),
        is_met=waves.need_is_met(appeal),
    )
