"""Rest that is planned in from the first day, so that a long campaign keeps a pace that people can bear."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dure.kernel.must import must

# Seven weeks of work and one of rest: a movement of 2,000 days is no sprint, and whoever never rests leaves.
WEEKS_A_REST: Final = 8
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


def rest_weeks(first: date, last: date, *, every_weeks: int = WEEKS_A_REST) -> tuple[tuple[date, date], ...]:
    """Every ``every_weeks``-th week from ``first`` as (first day, last day), both included; none that ends after the
    day before ``last``: a campaign ends with work, not with rest.

    >>> rest_weeks(date(2026, 1, 1), date(2026, 3, 10))
    ((datetime.date(2026, 2, 19), datetime.date(2026, 2, 25)),)
    """
    must(every_weeks >= 2, "some weeks are for work")
    found = []
    starts = first + _WEEK * (every_weeks - 1)
    while starts + _WEEK <= last:
        found.append((starts, starts + _WEEK - _DAY))
        starts += _WEEK * every_weeks
    return tuple(found)
