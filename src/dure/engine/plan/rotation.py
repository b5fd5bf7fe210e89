"""Rotation: people rest in turn, so that somebody always rests and the work never stands still.

They are so many ``parts``, one of which rests every week, Monday to Sunday, each in its order: in four parts everybody
works three weeks and rests one. Weeks are counted through from the first Monday of the calendar, so the order goes on
from one campaign to the next, however long they last.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dure.kernel.must import must

WEEK_DAYS: Final = 7


def resting_part(day: date, parts: int) -> int:
    """Which part, from 0 on, rests in the week of ``day``."""
    must(parts >= 2, "one part alone would never work")
    return (day.toordinal() - 1) // WEEK_DAYS % parts


def next_rest(number: int, parts: int, day: date) -> tuple[date, date]:
    """The week in which whoever has ``number`` rests, as (Monday, Sunday): that of ``day``, or the next there is.

    >>> next_rest(5, 4, date(2026, 11, 23))
    (datetime.date(2026, 12, 7), datetime.date(2026, 12, 13))
    """
    weeks = (number - resting_part(day, parts)) % parts
    monday = day - timedelta(days=day.weekday()) + timedelta(days=WEEK_DAYS * weeks)
    return monday, monday + timedelta(days=WEEK_DAYS - 1)
