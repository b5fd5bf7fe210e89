"""Moments as the log keeps them: milliseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from dure.kernel.must import must

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC, rounded down."""
    must(moment.tzinfo is not None, "times are aware")
    return (moment - EPOCH) // _MILLISECOND


def moment_of(ms: int) -> datetime:
    """The inverse of :func:`milliseconds`, in UTC."""
    return EPOCH + ms * _MILLISECOND
