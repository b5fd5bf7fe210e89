"""Ages, from a birth year alone: little data, so the age that was surely reached is what counts."""

from __future__ import annotations

from datetime import date
from typing import Final

REGISTERED_FROM_AGE: Final = 14
ADULT_AGE: Final = 18
OLDEST_AGE: Final = 120


def age_reached(*, birth_year: int, day: date) -> int:
    """The age somebody born in ``birth_year`` has surely reached on ``day``, whenever their birthday is.

    >>> age_reached(birth_year=2008, day=date(2026, 11, 22))
    17
    """
    return day.year - birth_year - 1


def is_minor(*, birth_year: int, day: date) -> bool:
    """Whether somebody counts as under 18: until the end of the year in which they turn 18 (P6)."""
    return age_reached(birth_year=birth_year, day=day) < ADULT_AGE
