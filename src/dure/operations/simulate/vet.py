"""Own parts and checks: people hand in what they were asked for, a crew of so many a day looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.movement.people.types import BRIEFING, COVER
from dure.movement.vetting import actions as vetting
from dure.movement.vetting import reads as vetting_reads
from dure.movement.vetting.rules import BEFORE, TWO_PERSONS
from dure.operations.simulate.crowd import NOBODY, Crowd
from dure.operations.simulate.stage import Stage

STEPS = (COVER, BRIEFING)
# The crew looks at papers from nine to six, every day: a surge knows no weekend.
FROM_HOUR, TO_HOUR = 9, 18
EVIDENCE = "synthetic"


@dataclass
class Crew:
    """Who looks: two accounts, for what takes two. ``budget``: looks that are due and were not yet taken."""

    first: int
    second: int
    looked_until: datetime
    budget: float = 0.0


def crew_of(stage: Stage) -> Crew:
    """Open the crew's accounts and state its pace."""
    first, second = (
        accounts.open_account(email=f"vetter{number}@example.invalid", name=f"Vetter {number}")
        for number in (1, 2)
    )
    for step in STEPS:
        vetting.state_pace(
            actor=SYSTEM, campaign_id=stage.campaign.id, step=step, per_day=stage.surge.checked_per_day
        )
    return Crew(first, second, looked_until=stage.surge.opens_at)


def hand_in(stage: Stage, crowd: Crowd, now: datetime) -> int:
    """Who has done their own part by now hands it in; how many."""
    now_s = now.timestamp()
    rows = np.flatnonzero(
        (crowd.hands_in_s <= now_s) & np.isinf(crowd.handed_in_s) & (crowd.person != NOBODY)
    )
    if not len(rows):
        return 0
    ids = crowd.person[rows].tolist()
    standing = vetting_reads.standing(stage.campaign.id)
    for code, step in enumerate(standing.steps):
        asked = np.intersect1d(standing.person[(standing.step == code) & ~standing.with_us], ids)
        if len(asked):
            vetting.hand_in(actor=SYSTEM, person_ids=asked.tolist(), step=step, now=now)
    crowd.handed_in_s[rows] = now_s
    return len(rows)


def look(stage: Stage, crowd: Crowd, crew: Crew, now: datetime) -> int:
    """The crew looks at as many as it has time for, whoever handed in first; how many.

    Ready is who lacks nothing then; who does has another part of their own to do.
    """
    crew.budget += (
        stage.surge.checked_per_day * _working_hours(crew.looked_until, now) / (TO_HOUR - FROM_HOUR)
    )
    crew.looked_until = now
    waiting = np.flatnonzero(
        np.isfinite(crowd.handed_in_s) & np.isinf(crowd.ready_s) & (crowd.person != NOBODY)
    )
    waiting = waiting[np.argsort(crowd.handed_in_s[waiting], kind="stable")]
    rows = waiting[: int(crew.budget)]
    # Time that nobody needed is gone.
    crew.budget = crew.budget - len(rows) if len(rows) < len(waiting) else min(crew.budget - len(rows), 1.0)
    if not len(rows):
        return 0
    ids = crowd.person[rows]
    standing = vetting_reads.standing(stage.campaign.id)
    by_step = {step: standing.person[standing.step == code] for code, step in enumerate(standing.steps)}
    for step in sorted(by_step, key=lambda step: (len(BEFORE.get(step, ())), step)):
        theirs = np.intersect1d(by_step[step], ids).tolist()
        if theirs:
            vetting.check(
                actor=SYSTEM, person_ids=theirs, step=step, evidence=EVIDENCE, now=now, by=crew.first
            )
            if step in TWO_PERSONS:
                vetting.second_check(actor=SYSTEM, person_ids=theirs, step=step, now=now, by=crew.second)
    lacks = vetting_reads.missing(ids.tolist(), STEPS, day=now.date()).any_step
    crowd.ready_s[rows[~lacks]] = now.timestamp()
    crowd.handed_in_s[rows[lacks]] = np.inf
    return len(rows)


def _working_hours(since: datetime, until: datetime) -> float:
    """Hours of work between two moments, which are never a day apart."""
    hours = 0.0
    for day in {since.date(), until.date()}:
        start = datetime.combine(day, datetime.min.time(), until.tzinfo)
        first = max(since, start.replace(hour=FROM_HOUR))
        last = min(until, start.replace(hour=TO_HOUR))
        hours += max(0.0, (last - first).total_seconds() / 3600)
    return hours
