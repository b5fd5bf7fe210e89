"""The denominators of figures: targets of one or several periods, added up over the places below, handed to teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dure.engine.plan import split_target
from dure.engine.plan.periods import Period, schedule
from dure.kernel.must import must
from dure.movement.campaigns.types import Aggregation, BaselineGrade, TargetFacts
from dure.movement.standings.types import Confirmation

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Plan:
    """The denominator of a figure and what belongs to it.

    ``expected_milli``: wanted by the close of today; None where it is not a sum and follows from the rest.
    ``last_day``: None when deadlines below differ. ``periods``: by when how much is wanted, beyond ``start_milli``;
    None when places below have other periods, so that they are on no common pace.
    ``confirmed``: who stands by it. ``target_count``: of how many targets it is the sum, or a part of one.
    """

    plan_milli: int
    baseline_milli: int | None
    baseline_grade: BaselineGrade
    baseline_lower_milli: int | None
    rated_milli: int | None
    expected_milli: int | None
    last_day: date | None
    periods: tuple[Period, ...] | None
    start_milli: int
    source: str
    source_date: date
    target_count: int
    confirmed: Confirmation | None


def plan_of(
    targets: Sequence[TargetFacts],
    *,
    aggregation: Aggregation,
    days_off: Sequence[Span],
    today: date,
    confirmations: Mapping[int, Confirmation],
) -> Plan:
    """The targets of one place or team, one a period, as a plan. A confirmation of another plan is void.

    A *sum* wants what its periods want together; *last* and *people* want the newest level, and rise to it from
    period to period, a level from its baseline; *coverage* wants all of the whole as it was counted last, since whoever
    was counted anew is not wanted twice (F7: its date and source are printed).
    """
    must(bool(targets), "a plan has a target")
    order = sorted(targets, key=lambda one: one.starts_on)
    newest = _in_force(order, today) if aggregation == "coverage" else order[-1]
    is_sum = aggregation == "sum"
    counted = order if is_sum else [newest]
    start_milli = _start(order, aggregation)
    periods = _periods(order, newest, aggregation, start_milli, days_off)
    steps = schedule(done_milli=0, periods=periods, today=today, start_milli=start_milli)
    based = order if is_sum else order[:1]
    return Plan(
        plan_milli=sum(one.plan_milli for one in counted),
        baseline_milli=_total(one.baseline_milli for one in based),
        baseline_grade=_grade(one.baseline_grade for one in based),
        baseline_lower_milli=_total(one.baseline_lower_milli for one in based),
        rated_milli=_total(one.rated_capacity_milli for one in counted),
        expected_milli=steps.expected_milli if steps else 0,
        last_day=newest.deadline,
        periods=periods,
        start_milli=start_milli,
        source=newest.source,
        source_date=min(one.source_date for one in counted),
        target_count=1,
        confirmed=_confirmed(counted, confirmations),
    )


def target_to_confirm(
    targets: Sequence[TargetFacts], plan: Plan, confirmations: Mapping[int, Confirmation]
) -> int:
    """Which of a place's targets is asked about first: one that nobody stands by, else the newest."""
    waiting = None if plan.confirmed else waiting_target(targets, confirmations)
    return max(targets, key=lambda one: one.starts_on).id if waiting is None else waiting


def waiting_target(targets: Sequence[TargetFacts], confirmations: Mapping[int, Confirmation]) -> int | None:
    """The first of these targets that nobody stands by; None when somebody stands by each."""
    order = sorted(targets, key=lambda one: one.starts_on)
    return next((one.id for one in order if _stands(one, confirmations) is None), None)


def part_of(plan: Plan, part_milli: int) -> Plan:
    """A team's part of its town's plan; baseline and capacity are the town's alone."""
    start_milli = plan.start_milli * part_milli // plan.plan_milli
    # Spelt out, since there are tens of thousands of teams and ``replace`` costs several times as much.
    return Plan(
        plan_milli=part_milli,
        baseline_milli=None,
        baseline_grade=plan.baseline_grade,
        baseline_lower_milli=None,
        rated_milli=None,
        expected_milli=None,
        last_day=plan.last_day,
        periods=_parts_of(plan.periods, part_milli - start_milli),
        start_milli=start_milli,
        source=plan.source,
        source_date=plan.source_date,
        target_count=plan.target_count,
        confirmed=plan.confirmed,
    )


def _parts_of(periods: tuple[Period, ...] | None, part_milli: int) -> tuple[Period, ...] | None:
    """Periods that together add ``part_milli``, in the proportions of ``periods``."""
    if not periods:
        return periods
    if len(periods) == 1:
        whole = periods[0]
        return (Period(whole.first_day, whole.last_day, part_milli, whole.days_off),)
    adds = [one.adds_milli for one in periods]
    shares = split_target(part_milli, adds) if any(adds) else adds
    return tuple(replace(one, adds_milli=share) for one, share in zip(periods, shares, strict=True))


def sum_of(plans: Sequence[Plan]) -> Plan | None:
    """Plans added up; None of none. A baseline or capacity that one of them lacks is lacking in the sum."""
    if len(plans) < 2:
        return plans[0] if plans else None
    last_days = {plan.last_day for plan in plans}
    target_count = sum(plan.target_count for plan in plans)
    return Plan(
        plan_milli=sum(plan.plan_milli for plan in plans),
        baseline_milli=_total(plan.baseline_milli for plan in plans),
        baseline_grade=_grade(plan.baseline_grade for plan in plans),
        baseline_lower_milli=_total(plan.baseline_lower_milli for plan in plans),
        rated_milli=_total(plan.rated_milli for plan in plans),
        expected_milli=_total(plan.expected_milli for plan in plans),
        last_day=last_days.pop() if len(last_days) == 1 else None,
        periods=_together([plan.periods for plan in plans]),
        start_milli=sum(plan.start_milli for plan in plans),
        source=f"sum of {target_count} targets, each with its own source",
        source_date=min(plan.source_date for plan in plans),
        target_count=target_count,
        confirmed=None,
    )


def _in_force(order: Sequence[TargetFacts], today: date) -> TargetFacts:
    begun = [one for one in order if one.starts_on <= today]
    return begun[-1] if begun else order[0]


def _start(order: Sequence[TargetFacts], aggregation: Aggregation) -> int:
    """What is there before the first day of a level: its baseline, where it is to rise from it."""
    baseline = order[0].baseline_milli
    if aggregation != "last" or baseline is None or baseline > order[0].plan_milli:
        return 0
    return baseline


def _periods(
    order: Sequence[TargetFacts],
    newest: TargetFacts,
    aggregation: Aggregation,
    start_milli: int,
    days_off: Sequence[Span],
) -> tuple[Period, ...]:
    off = tuple(days_off)
    if aggregation == "coverage":
        return (Period(order[0].starts_on, newest.deadline, newest.plan_milli, off),)
    before = start_milli
    periods = []
    for one in order:
        adds_milli = one.plan_milli if aggregation == "sum" else one.plan_milli - before
        before = one.plan_milli
        periods.append(Period(one.starts_on, one.deadline, adds_milli, off))
    return tuple(periods)


def _together(each: Sequence[tuple[Period, ...] | None]) -> tuple[Period, ...] | None:
    """Periods of the same days added up; None where they are of other days."""
    first = each[0]
    if first is None:
        return None
    days = [(one.first_day, one.last_day) for one in first]
    sums = [0] * len(first)
    for periods in each:
        if periods is None or [(one.first_day, one.last_day) for one in periods] != days:
            return None
        sums = [total + one.adds_milli for total, one in zip(sums, periods, strict=True)]
    return tuple(replace(one, adds_milli=total) for one, total in zip(first, sums, strict=True))


def _stands(target: TargetFacts, confirmations: Mapping[int, Confirmation]) -> Confirmation | None:
    found = confirmations.get(target.id)
    return found if found and found.plan_milli == target.plan_milli else None


def _confirmed(
    counted: Sequence[TargetFacts], confirmations: Mapping[int, Confirmation]
) -> Confirmation | None:
    """Who stands by all of it; of several the newest target's."""
    each = [_stands(one, confirmations) for one in counted]
    return each[-1] if all(each) else None


def _grade(grades: Iterable[BaselineGrade]) -> BaselineGrade:
    """A sum is proven as far as the least of its parts (F3)."""
    return "verified" if all(grade == "verified" for grade in grades) else "claimed"


def _total(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
