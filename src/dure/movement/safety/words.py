"""What somebody wrote, as it may be kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dure.kernel.must import must
from dure.kernel.refusals import BadInput

WORDS_CHARS_MAX: Final = 2_000
WHY_CHARS_MAX: Final = 200
# A report may come late from a phone without signal; nothing is told of tomorrow.
TOLD_LATE_MAX: Final = timedelta(days=60)
CLOCKS_APART_MAX: Final = timedelta(minutes=5)


def said(text: str, *, where: str = "words", chars_max: int = WORDS_CHARS_MAX) -> str:
    """The words without spaces around. Refuses with BadInput when there are none, or too many."""
    found = text.strip()
    if not 1 <= len(found) <= chars_max or "\x00" in found:
        raise BadInput(where=where, what="is empty or too long", wanted=f"1 to {chars_max} letters")
    return found


def moment(at: datetime, now: datetime, *, where: str = "happened_at") -> datetime:
    """A moment at which something happened. Refuses with BadInput when it is to come, or long ago."""
    must(at.tzinfo is not None, "a moment is aware")
    if at > now + CLOCKS_APART_MAX or at < now - TOLD_LATE_MAX:
        raise BadInput(
            where=where, what=f"{at:%d %B %Y %H:%M} can't be", wanted="a moment of the last 60 days"
        )
    return min(at, now)
