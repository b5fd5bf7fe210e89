"""Rest is built in (P5): what other shifts leave a person on a day.

At least 11 h between shifts; before any moment of work one unbroken rest of 35 h within the last
seven days (7 × 24 h, so the next weekly rest is over at most seven days after the one before it);
at most 48 h of work in any seven days. Nobody can override it; what was worked beyond is in the
ledger and only lengthens the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from dure.engine.matching.sides import DAY_SPAN_MAX_MIN

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

REST_BETWEEN_SHIFTS = timedelta(hours=11)
WEEKLY_REST = timedelta(hours=35)
WEEK = timedelta(days=7)
WEEK_WORK_MAX = timedelta(hours=48)
WEEK_MINUTES_MAX = 48 * 60
DAY_SPAN_MAX = timedelta(minutes=DAY_SPAN_MAX_MIN)
ONE_AT_A_TIME = "one post at a time"
MINUTE = timedelta(minutes=1)
MINUTE_S = 60
SLAB_PEOPLE = 250_000


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that was or will be worked; ``ends_at`` is the real end where it is known."""

    person_id: int
    starts_at: datetime
    ends_at: datetime
    post_id: int = 0
    day: date | None = None  # of the campaign, on which it counts


@dataclass(frozen=True, eq=False)
class Shifts:
    """Shifts of many people as columns, in any order; whole seconds since the Unix epoch, ends rounded up."""

    person: Int32s  # row of the person
    starts_s: Ints
    ends_s: Ints


@dataclass(frozen=True, slots=True)
class Rest:
    """From when a person may start again, and how many minutes of the week are left."""

    rested_from: datetime
    minutes_left: int


def by_person(shifts: Iterable[Shift]) -> dict[int, list[Shift]]:
    """Each person's shifts, the earliest first."""
    theirs: dict[int, list[Shift]] = defaultdict(list)
    for shift in shifts:
        theirs[shift.person_id].append(shift)
    for some in theirs.values():
        some.sort(key=lambda shift: shift.starts_at)
    return theirs


def _weekly_rest_had(shifts: Sequence[Shift], since: datetime, until: datetime) -> bool:
    """Whether 35 h free in one piece lie between two moments. ``shifts``: the earliest first."""
    free_from = since
    for shift in shifts:
        if min(shift.starts_at, until) - free_from >= WEEKLY_REST:
            return True
        free_from = max(free_from, shift.ends_at)
    return until - free_from >= WEEKLY_REST


def _worked(shifts: Iterable[Shift], since: datetime, until: datetime) -> timedelta:
    spans = (min(shift.ends_at, until) - max(shift.starts_at, since) for shift in shifts)
    return sum((span for span in spans if span > timedelta()), timedelta())


def rest_of(shifts: Iterable[Shift], *, first_end: datetime, last_end: datetime) -> Mapping[int, Rest]:
    """What earlier shifts leave each person who worked, for a day whose posts end from ``first_end`` to ``last_end``.

    The match knows one moment and one number a person, so both are those of the post that leaves the
    least: the weekly rest must lie in the seven days before ``last_end``, and work counts from seven
    days before ``first_end``. Whoever had no weekly rest yet rests 35 h from the end of their last
    shift, everybody else 11 h. Shifts may come in any order; people without shifts are not in the answer.
    """
    answer = {}
    for person_id, theirs in by_person(shifts).items():
        last = max(shift.ends_at for shift in theirs)
        if last <= first_end - WEEK:
            continue
        had = _weekly_rest_had(theirs, last_end - WEEK, max(shift.starts_at for shift in theirs))
        pause = REST_BETWEEN_SHIFTS if had else WEEKLY_REST
        worked = _worked(theirs, first_end - WEEK, last)
        left = WEEK_MINUTES_MAX - -(-worked // MINUTE)
        answer[person_id] = Rest(rested_from=last + pause, minutes_left=max(0, left))
    return answer


def rest_columns(
    shifts: Shifts,
    *,
    first_end_s: int,
    last_end_s: int,
    rested_from_min: Ints,
    minutes_left: Int32s,
) -> None:
    """As :func:`rest_of`, for millions: written into the two arrays (n,) at the rows of those who worked.

    ``rested_from_min``: minute of the Unix epoch, rounded up, so that no rest is short.
    """
    # A slab of people at a time: sorting all at once would take several times the memory of the shifts.
    for start in range(0, len(minutes_left), SLAB_PEOPLE):
        slab = np.flatnonzero((shifts.person >= start) & (shifts.person < start + SLAB_PEOPLE))
        if len(slab):
            line = slab[np.lexsort((shifts.starts_s[slab], shifts.person[slab]))]
            part = Shifts(shifts.person[line], shifts.starts_s[line], shifts.ends_s[line])
            _rest_of_slab(part, first_end_s, last_end_s, rested_from_min, minutes_left)


def _rest_of_slab(
    shifts: Shifts, first_s: int, last_s: int, rested_from_min: Ints, minutes_left: Int32s
) -> None:
    """``shifts``: by person, then start. The arithmetic of :func:`rest_of`, all people at once."""
    week, pause, weekly = _seconds(WEEK), _seconds(REST_BETWEEN_SHIFTS), _seconds(WEEKLY_REST)
    person, starts, ends = shifts.person, shifts.starts_s, shifts.ends_s
    another = person[1:] != person[:-1]
    heads = np.flatnonzero(np.r_[True, another])
    # Until when each was busy before a shift: the latest end so far. Each person's moments are lifted above all
    # of the person before, so that one running maximum serves all.
    lift = np.cumsum(np.r_[False, another]) * (int(ends.max()) - int(ends.min()) + 1)
    latest = np.maximum.accumulate(ends + lift) - lift
    busy = np.full(len(person), last_s - week)
    busy[1:][~another] = np.maximum(latest[:-1][~another], last_s - week)
    had = np.maximum.reduceat(starts - busy, heads) >= weekly
    last = np.maximum.reduceat(ends, heads)
    worked_s = np.add.reduceat(np.maximum(ends - np.maximum(starts, first_s - week), 0), heads)
    tired = last > first_s - week
    rows = person[heads][tired]
    rested_from_min[rows] = -(-(last + np.where(had, pause, weekly)) // MINUTE_S)[tired]
    minutes_left[rows] = np.maximum(0, WEEK_MINUTES_MAX + -worked_s // MINUTE_S)[tired]


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def overlap(one: Shift, other: Shift) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def too_full(same_day: Sequence[Shift], new: Shift, minutes_max: int) -> str:
    """Which rule several shifts of one day would break; empty: none.

    One after the other, together no longer than one shift may be for the person (``minutes_max``), and all within
    DAY_SPAN_MAX, so that the night leaves 11 hours of rest.
    """
    if not same_day:
        return ""
    if any(overlap(other, new) for other in same_day):
        return ONE_AT_A_TIME
    shifts = [*same_day, new]
    worked = sum((shift.ends_at - shift.starts_at for shift in shifts), timedelta())
    if worked > minutes_max * MINUTE:
        return f"at most {minutes_max // 60} hours of work in a day"
    if max(shift.ends_at for shift in shifts) - min(shift.starts_at for shift in shifts) > DAY_SPAN_MAX:
        return "11 hours of rest after the shifts of a day"
    return ""


def too_little(others: Sequence[Shift], new: Shift, same_day: Sequence[Shift] = ()) -> str:
    """Which rest a new shift would take from a person who has ``others``, before or after it; empty: none.

    Exact, for one person: the match looks ahead with :func:`rest_of`, and this settles it when a seat is taken.
    ``same_day``: their shifts of the day of the new one, of which :func:`too_full` asks whether they fit together.
    """
    first, last = new.starts_at - REST_BETWEEN_SHIFTS, new.ends_at + REST_BETWEEN_SHIFTS
    if any(other.ends_at > first and other.starts_at < last for other in others):
        return "11 hours between two shifts"
    shifts = sorted([*others, *same_day, new], key=lambda shift: shift.starts_at)
    # Work is densest, and rest farthest back, where a seven-day window ends with a shift.
    for end in (shift.ends_at for shift in shifts if new.ends_at <= shift.ends_at < new.ends_at + WEEK):
        if _worked(shifts, end - WEEK, end) > WEEK_WORK_MAX:
            return "at most 48 hours in seven days"
        if not _weekly_rest_had(shifts, end - WEEK, end):
            return "35 hours of rest in one piece in seven days"
    return ""
