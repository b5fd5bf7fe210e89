"""Rest is built in (P5): what earlier shifts leave a person on a day.

At least 11 h between shifts, one unbroken rest of 35 h in every seven days, at most 48 h of work in
them. Nobody can override it; what was worked beyond is in the ledger and only lengthens the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

REST_BETWEEN_SHIFTS = timedelta(hours=11)
WEEKLY_REST = timedelta(hours=35)
WEEK = timedelta(days=7)
WEEK_MINUTES_MAX = 48 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that was or will be worked; ``ends_at`` is the real end where it is known."""

    person_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rest:
    """From when a person may start again, and how many minutes of the week are left."""

    rested_from: datetime
    minutes_left: int


def _weekly_rest_had(shifts: list[Shift], week_start: datetime) -> bool:
    """Whether 35 h free in one piece lie between the start of the week and the last shift."""
    free_from = week_start
    for shift in shifts:
        if shift.starts_at - free_from >= WEEKLY_REST:
            return True
        free_from = max(free_from, shift.ends_at)
    return False


def rest_of(shifts: Iterable[Shift], *, day_end: datetime) -> Mapping[int, Rest]:
    """What the shifts of the seven days before ``day_end`` leave each person who worked.

    Whoever had no weekly rest yet rests 35 h from the end of their last shift, everybody else
    11 h. Shifts may come in any order; people without shifts are not in the answer.
    """
    week_start = day_end - WEEK
    by_person: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        if shift.ends_at > week_start:
            by_person[shift.person_id].append(shift)
    answer = {}
    for person_id, theirs in by_person.items():
        theirs.sort(key=lambda shift: shift.starts_at)
        last_end = max(shift.ends_at for shift in theirs)
        pause = REST_BETWEEN_SHIFTS if _weekly_rest_had(theirs, week_start) else WEEKLY_REST
        worked = sum((shift.ends_at - max(shift.starts_at, week_start) for shift in theirs), timedelta())
        left = WEEK_MINUTES_MAX - int(worked.total_seconds() // 60)
        answer[person_id] = Rest(rested_from=last_end + pause, minutes_left=max(0, left))
    return answer
