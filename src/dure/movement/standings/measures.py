"""What places and teams are measured by, and how they stand: pure arithmetic on what the sources gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from dure.engine.lots import Factor, verified
from dure.engine.plan import Pace, capacity_use, fulfilment, growth, hold, pace, rounded
from dure.movement.campaigns.types import TargetFacts
from dure.movement.standings.types import Confirmation, Denominator, Figure, Verified, Withheld


@dataclass(frozen=True, slots=True)
class Sums:
    """What was recorded: ``n`` contributions claim ``claimed_milli``, ``n_recounted`` of them were recounted.

    ``days``: days of work, of parts added up at least that many. ``best_day_milli``: claimed on the best of them.
    """

    n: int = 0
    claimed_milli: int = 0
    n_recounted: int = 0
    days: int = 0
    best_day_milli: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            n=self.n + other.n,
            claimed_milli=self.claimed_milli + other.claimed_milli,
            n_recounted=self.n_recounted + other.n_recounted,
            days=max(self.days, other.days),
            best_day_milli=max(self.best_day_milli, other.best_day_milli),
        )

    @property
    def is_empty(self) -> bool:
        return not (self.n or self.claimed_milli or self.n_recounted)


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Plan:
    """The denominator of a figure and what belongs to it.

    ``expected_milli``: wanted by the close of today; None where it is not a sum and follows from the rest.
    ``last_day``: None when deadlines below differ.
    ``confirmed``: who stands by it. ``target_count``: of how many targets it is the sum, or a part of one.
    """

    plan_milli: int
    baseline_milli: int | None
    rated_milli: int | None
    expected_milli: int | None
    last_day: date | None
    source: str
    source_date: date
    target_count: int
    confirmed: Confirmation | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A place or team as it stands, whole, before anything is withheld.

    ``planned_milli``: what was claimed where there is a plan; shares of the plan are taken of this.
    ``is_held``: over 105 % and nobody stands by the plan, in this figure itself.
    """

    sums: Sums
    planned_milli: int
    plan: Plan | None
    is_held: bool


def plan_of(target: TargetFacts, *, first_day: date, today: date, confirmed: Confirmation | None) -> Plan:
    """A target as a plan. A confirmation of another plan is void."""
    stands = confirmed if confirmed and confirmed.plan_milli == target.plan_milli else None
    return Plan(
        plan_milli=target.plan_milli,
        baseline_milli=target.baseline_milli,
        rated_milli=target.rated_capacity_milli,
        expected_milli=_expected(target.plan_milli, first_day, target.deadline, today),
        last_day=target.deadline,
        source=target.source,
        source_date=target.source_date,
        target_count=1,
        confirmed=stands,
    )


def part_of(plan: Plan, part_milli: int) -> Plan:
    """A team's part of its town's plan; baseline and capacity are the town's alone."""
    return replace(plan, plan_milli=part_milli, baseline_milli=None, rated_milli=None, expected_milli=None)


def sum_of(plans: Sequence[Plan]) -> Plan | None:
    """Plans added up; None of none. A baseline or capacity that one of them lacks is lacking in the sum."""
    if len(plans) < 2:
        return plans[0] if plans else None
    last_days = {plan.last_day for plan in plans}
    target_count = sum(plan.target_count for plan in plans)
    return Plan(
        plan_milli=sum(plan.plan_milli for plan in plans),
        baseline_milli=_total(plan.baseline_milli for plan in plans),
        rated_milli=_total(plan.rated_milli for plan in plans),
        expected_milli=_total(plan.expected_milli for plan in plans),
        last_day=last_days.pop() if len(last_days) == 1 else None,
        source=f"sum of {target_count} targets, each with its own source",
        source_date=min(plan.source_date for plan in plans),
        target_count=target_count,
        confirmed=None,
    )


def measured(sums: Sums, plan: Plan | None, *, planned_milli: int, confirmed: bool) -> Measured:
    """Put a claim beside its plan. ``confirmed``: named people stand by all of the denominator."""
    held = hold(planned_milli, plan.plan_milli if plan else None, confirmed=confirmed).held
    return Measured(sums, planned_milli, plan, held)


def figure(
    whole: Measured,
    factor: Factor,
    *,
    first_day: date,
    today: date,
    is_projected: bool,
    with_counts: bool,
) -> Figure:
    """The figure as it is shown; held ones come out withheld (F7). ``with_counts``: may entries be counted?"""
    if whole.is_held:
        return withheld(whole, factor, "above_105", is_projected=is_projected)
    claimed_milli = whole.sums.claimed_milli
    plan = whole.plan
    plan_milli = plan.plan_milli if plan else None
    share = fulfilment(whole.planned_milli, plan_milli)
    believed = _verified(claimed_milli, factor, is_projected=is_projected)
    # Shares are of what has a plan, as the claimed one is.
    planned = believed if whole.planned_milli == claimed_milli else _verified(
        whole.planned_milli, factor, is_projected=is_projected
    )  # fmt: skip
    steps = _pace(whole, first_day, today)
    grown = growth(claimed_milli, plan.baseline_milli if plan else None)
    load = capacity_use(claimed_milli, plan.rated_milli if plan else None)
    return Figure(
        claimed_milli=claimed_milli,
        plan_milli=plan_milli,
        claimed_percent=share.shown_percent if share else None,
        verified=believed,
        verified_percent=percent_of(planned.estimate_milli, plan_milli),
        lower_percent=percent_of(planned.lower_milli, plan_milli),
        n_entries=whole.sums.n if with_counts else None,
        n_recounted=whole.sums.n_recounted if with_counts else None,
        expected_milli=plan.expected_milli if plan and plan.expected_milli is not None else _wanted(steps),
        days_ahead=rounded(steps.days_ahead, 1) if steps else None,
        baseline_milli=plan.baseline_milli if plan else None,
        growth_milli=grown.added_milli if grown else None,
        growth_percent=grown.share.shown_percent if grown and grown.share else None,
        capacity_percent=load.share.shown_percent if load else None,
        opens_review=load is not None and load.opens_review,
        denominator=denominator(plan) if plan and whole.planned_milli > plan.plan_milli else None,
        withheld=None,
    )


def withheld(whole: Measured, factor: Factor, why: Withheld, *, is_projected: bool) -> Figure:
    """The figure without its figures. The plan is public, so it stays."""
    plan = whole.plan
    return Figure(
        claimed_milli=None,
        plan_milli=plan.plan_milli if plan else None,
        claimed_percent=None,
        verified=Verified(None, None, None, factor.checked, factor.eligible, is_projected),
        verified_percent=None,
        lower_percent=None,
        n_entries=None,
        n_recounted=None,
        expected_milli=plan.expected_milli if plan else None,
        days_ahead=None,
        baseline_milli=plan.baseline_milli if plan else None,
        growth_milli=None,
        growth_percent=None,
        capacity_percent=None,
        opens_review=False,
        denominator=denominator(plan) if plan and why == "above_105" else None,
        withheld=why,
    )


def denominator(plan: Plan) -> Denominator:
    """The plan with its source, to be printed beside a figure above 100 %."""
    return Denominator(
        plan_milli=plan.plan_milli,
        source=plan.source,
        source_date=plan.source_date,
        confirmed_by=plan.confirmed.confirmed_by if plan.confirmed else None,
        confirmed_at=plan.confirmed.confirmed_at if plan.confirmed else None,
    )


def _verified(claimed_milli: int, factor: Factor, *, is_projected: bool) -> Verified:
    believed = verified(claimed_milli, factor)
    upper_milli = None
    if factor.upper is not None:
        upper_milli = ceil(claimed_milli * min(Fraction(1), factor.upper))
    return Verified(
        estimate_milli=believed.verified_milli,
        lower_milli=believed.lower_milli,
        upper_milli=upper_milli,
        checked_count=factor.checked,
        eligible_count=factor.eligible,
        is_projected=is_projected,
    )


def _expected(plan_milli: int, first_day: date, last_day: date, today: date) -> int:
    steps = pace(done_milli=0, plan_milli=plan_milli, first_day=first_day, last_day=last_day, today=today)
    return steps.expected_milli if steps else 0


def _pace(whole: Measured, first_day: date, today: date) -> Pace | None:
    if whole.plan is None or whole.plan.last_day is None:
        return None
    return pace(
        done_milli=whole.planned_milli,
        plan_milli=whole.plan.plan_milli,
        first_day=first_day,
        last_day=whole.plan.last_day,
        today=today,
    )


def _wanted(steps: Pace | None) -> int | None:
    return steps.expected_milli if steps else None


def percent_of(part_milli: int | None, plan_milli: int | None) -> Decimal | None:
    """Percent of the plan with one decimal; None of an unknown part or of no plan."""
    if part_milli is None:
        return None
    share = fulfilment(part_milli, plan_milli)
    return share.shown_percent if share else None


def _total(values: Iterable[int | None]) -> int | None:
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total
