"""Pace over several periods: the plan is linear within each and stands still between them and on days off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from dure.engine.plan.pace import Pace
from dure.kernel.must import must


@dataclass(frozen=True, slots=True)
class Period:
    """What is wanted from ``first_day`` to ``last_day``, both included: ``adds_milli`` to what was wanted before.

    ``days_off``: planned rest as (first, last) pairs in order, without overlap; nothing is wanted of those days.
    """

    first_day: date
    last_day: date
    adds_milli: int
    days_off: tuple[tuple[date, date], ...] = ()

    def days_until(self, today: date) -> int:
        """Days of work of this period that are over at the close of ``today``."""
        end = min(today, self.last_day)
        if end < self.first_day:
            return 0
        off = sum(_overlap(self.first_day, end, first, last) for first, last in self.days_off)
        return (end - self.first_day).days + 1 - off

    @property
    def days(self) -> int:
        """All its days of work."""
        return self.days_until(self.last_day)


def overlapping(spans: Sequence[tuple[date, date]]) -> tuple[int, int] | None:
    """The places of two spans (first and last day, both included) that share a day; ``None`` when none do.

    >>> overlapping([(date(2026, 5, 1), date(2026, 5, 9)), (date(2026, 5, 9), date(2026, 5, 20))])
    (0, 1)
    """
    order = sorted(range(len(spans)), key=lambda place: spans[place])
    for before, after in pairwise(order):
        if spans[after][0] <= spans[before][1]:
            return before, after
    return None


def schedule(
    *,
    done_milli: int,
    periods: Sequence[Period],
    today: date,
    start_milli: int = 0,
    met_on: date | None = None,
) -> Pace | None:
    """The expected amount at the close of ``today``, and the days of work ahead of it by earned schedule.

    One period without days off gives what :func:`dure.engine.plan.pace.pace` gives. Days are counted only where
    something is wanted, so a gap between periods or a planned rest puts nobody behind; after the last day of all
    every day counts, since what is missing is late. ``start_milli``: what was there before, for a level that is to
    rise from it. A period that adds nothing is earned with the one before.

    ``None`` when nothing is wanted beyond ``start_milli`` or no day of work is left. Periods that overlap are a
    caller's bug, as is one that wants less than the one before.
    """
    must(all(one.adds_milli >= 0 for one in periods), "a plan only adds")
    must(all(one.first_day <= one.last_day for one in periods), "a period ends on or after its first day")
    must(overlapping([(one.first_day, one.last_day) for one in periods]) is None, "periods don't overlap")
    order = sorted(periods, key=lambda one: one.first_day)
    plan_milli = sum(one.adds_milli for one in order)
    days_total = sum(one.days for one in order)
    if not plan_milli or not days_total:
        return None
    done = done_milli - start_milli
    clock = met_on or today
    late_days = max(0, (clock - order[-1].last_day).days)
    days_gone = sum(one.days_until(clock) for one in order) + late_days
    is_met = done >= plan_milli
    days_earned = _days_earned(order, max(0, done))
    expected = sum((_wanted(one, clock) for one in order), Fraction(0))
    days_elapsed = min(days_gone, days_total)
    days_counted = days_elapsed if is_met and met_on is None else days_gone
    return Pace(
        expected_milli=start_milli + round(expected),
        days_total=days_total,
        days_elapsed=days_elapsed,
        days_earned=days_earned,
        days_ahead=days_earned - days_counted,
    )


def _overlap(first: date, last: date, other_first: date, other_last: date) -> int:
    return max(0, (min(last, other_last) - max(first, other_first)).days + 1)


def _wanted(period: Period, today: date) -> Fraction:
    if today >= period.last_day or not period.days:
        # A period that is rest throughout wants its part once it is over.
        return Fraction(period.adds_milli if today >= period.last_day else 0)
    return Fraction(period.adds_milli * period.days_until(today), period.days)


def _days_earned(order: Sequence[Period], done_milli: int) -> Fraction:
    """The days of work by whose close the plan wanted ``done_milli``."""
    earned = Fraction(0)
    left = done_milli
    for period in order:
        if left < period.adds_milli:
            return earned + Fraction(left * period.days, period.adds_milli)
        earned += period.days
        left -= period.adds_milli
    return earned
