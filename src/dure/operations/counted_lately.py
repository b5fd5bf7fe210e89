"""Counts of a nation that change slowly, as they were within the last minutes: counting them takes seconds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from dure.base.briefly import BRIEFLY
from dure.base.one_look import is_a_look

T = TypeVar("T")
COUNTED_S: Final = 600


def counted_lately(key: str, make: Callable[[], T]) -> T:
    """What ``make`` counted within the last COUNTED_S, for a page; else it counts anew.

    Not for what whoever looks may just have changed themself.
    """
    return BRIEFLY.get(("counted lately", key), make, seconds=COUNTED_S) if is_a_look() else make()
