"""When something happened on a phone whose clock may be wrong by a year."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dure.movement.needs.types import PostFacts

# A queue older than this is no queue of this season; it also keeps the sums within the calendar.
AGE_MAX: Final = timedelta(days=400)
# Whoever comes before midnight for the early shift.
EARLY: Final = timedelta(hours=4)


def moment_of(at: datetime, *, sent_at: datetime, received: datetime) -> datetime:
    """When an act happened by our clock: as long before ``received`` as the phone waited between act and sending.

    ``at`` and ``sent_at`` are by the phone's clock. Only their difference counts, so a clock that is wrong, but runs,
    does no harm; one that was set in between is held by :func:`within_shift`.
    """
    return received - min(max(sent_at - at, timedelta(0)), AGE_MAX)


def within_shift(moment: datetime, *, post: PostFacts, timezone: str, received: datetime) -> datetime:
    """``moment`` kept to the day of the shift by the campaign's clock, and never later than it was received."""
    zone = ZoneInfo(timezone)
    midnight = datetime.combine(post.day, time(), zone)
    after = datetime.combine(post.day + timedelta(days=1), time(), zone)
    first = min(midnight, post.starts_at - EARLY)
    last = max(after, post.ends_at)
    return min(received, max(first, min(last, moment)))
