"""Pace: what a linear plan expects by today, and how many days ahead of it the work is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dure.kernel.must import must


@dataclass(frozen=True, slots=True)
class Pace:
    """Where the work stands against a linear plan; days below zero are days behind."""

    expected_milli: int
    days_total: int
    days_elapsed: int
    days_earned: Fraction
    days_ahead: Fraction


def pace(
    *,
    done_milli: int,
    plan_milli: int | None,
    first_day: date,
    last_day: date,
    today: date,
    met_on: date | None = None,
) -> Pace | None:
    """The expected amount at the close of ``today`` and the days ahead of it by earned schedule.

    Earned schedule (Lipke, "Schedule is different", 2003): the day on which the plan wanted what is done by
    now, less the days really gone. First and last day both count. Work above the plan earns no more days,
    and before the first day nothing is expected. ``met_on``, the day the plan was met, stops the clock; without it
    a plan that is met is never shown as behind. ``None`` when there is no plan.

    A last day before the first is a caller's bug.
    """
    if not plan_milli:
        return None
    must(plan_milli > 0, "a plan is never negative")
    must(first_day <= last_day, "a campaign ends on or after its first day")
    days_total = (last_day - first_day).days + 1
    days_gone = max(0, ((met_on or today) - first_day).days + 1)
    days_elapsed = min(days_gone, days_total)
    is_met = done_milli >= plan_milli
    days_earned = min(Fraction(1), Fraction(done_milli, plan_milli)) * days_total
    days_counted = days_elapsed if is_met and met_on is None else days_gone
    return Pace(
        expected_milli=round(Fraction(plan_milli * days_elapsed, days_total)),
        days_total=days_total,
        days_elapsed=days_elapsed,
        days_earned=days_earned,
        days_ahead=days_earned - days_counted,
    )
