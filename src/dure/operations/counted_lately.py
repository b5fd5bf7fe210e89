"""Counts of a nation that change slowly, as they were within the last minutes: counting them takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.core.cache import cache

from dure.base.one_look import is_a_look

T = TypeVar("T")
COUNTED_S: Final = 600


def counted_lately(key: str, make: Callable[[], T], *, now: datetime) -> T:
    """What ``make`` counted in this process within the last COUNTED_S, for a page; else it counts anew.

    Not for what whoever looks may just have changed themself.
    """
    if not is_a_look():
        return make()
    kept: tuple[datetime, T] | None = cache.get(key)
    if kept is not None and timedelta(0) <= now - kept[0] < timedelta(seconds=COUNTED_S):
        return kept[1]
    found = make()
    cache.set(key, (now, found), COUNTED_S)
    return found
