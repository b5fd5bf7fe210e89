"""What places and teams are measured by, and how they stand: pure arithmetic on what the sources gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from dure.engine.lots import Factor, verified
from dure.engine.plan import Load, Pace, capacity_use, fulfilment, growth, hold, pace, rounded
from dure.engine.plan.periods import schedule
from dure.movement.standings.plans import Plan
from dure.movement.standings.types import Denominator, Figure, Verified, Withheld


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
class Measured:
    """A place or team as it stands, whole, before anything is withheld.

    ``planned_milli``: what was claimed where there is a plan; shares of the plan are taken of this.
    ``is_held``: over 105 % and nobody stands by the plan, in this figure itself. ``is_unsafe``: more than the rated
    capacity or 140 % of the norm of work, and no named person has looked at it yet.
    """

    sums: Sums
    planned_milli: int
    plan: Plan | None
    is_held: bool
    is_unsafe: bool = False

    @property
    def capacity(self) -> Load | None:
        """Use of the rated capacity."""
        rated_milli = self.plan.rated_milli if self.plan else None
        return capacity_use(self.sums.claimed_milli, rated_milli) if rated_milli else None


def measured(sums: Sums, plan: Plan | None, *, planned_milli: int, confirmed: bool) -> Measured:
    """Put a claim beside its plan. ``confirmed``: named people stand by all of the denominator."""
    held = hold(planned_milli, plan.plan_milli if plan else None, confirmed=confirmed).held
    return Measured(sums, planned_milli, plan, held)


def figure(
    whole: Measured,
    factor: Factor,
    *,
    today: date,
    is_projected: bool,
    with_counts: bool,
) -> Figure:
    """The figure as it is shown; held ones come out withheld (F7). ``with_counts``: may entries be counted?"""
    if whole.is_held:
        return withheld(whole, factor, "above_105", is_projected=is_projected)
    if whole.is_unsafe:
        return withheld(whole, factor, "safety_review", is_projected=is_projected)
    claimed_milli = whole.sums.claimed_milli
    plan = whole.plan
    plan_milli = plan.plan_milli if plan else None
    share = fulfilment(whole.planned_milli, plan_milli)
    believed = _verified(claimed_milli, factor, is_projected=is_projected)
    # Shares are of what has a plan, as the claimed one is.
    planned = believed if whole.planned_milli == claimed_milli else _verified(
        whole.planned_milli, factor, is_projected=is_projected
    )  # fmt: skip
    steps = _pace(whole, today)
    grown = growth(claimed_milli, plan.baseline_milli if plan else None)
    load = whole.capacity
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
        baseline_grade=plan.baseline_grade if plan and plan.baseline_milli is not None else None,
        baseline_lower_milli=plan.baseline_lower_milli if plan else None,
        planned_milli=whole.planned_milli if plan else None,
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


def _pace(whole: Measured, today: date) -> Pace | None:
    plan = whole.plan
    if plan is None or plan.periods is None:
        return None
    if len(plan.periods) == 1 and not plan.start_milli and not plan.periods[0].days_off:
        # The same, in a third of the time: a linear plan is what most of tens of thousands of teams have.
        only = plan.periods[0]
        return pace(
            done_milli=whole.planned_milli,
            plan_milli=only.adds_milli,
            first_day=only.first_day,
            last_day=only.last_day,
            today=today,
        )
    return schedule(
        done_milli=whole.planned_milli, periods=plan.periods, today=today, start_milli=plan.start_milli
    )


def _wanted(steps: Pace | None) -> int | None:
    return steps.expected_milli if steps else None


def percent_of(part_milli: int | None, plan_milli: int | None) -> Decimal | None:
    """Percent of the plan with one decimal; None of an unknown part or of no plan."""
    if part_milli is None:
        return None
    share = fulfilment(part_milli, plan_milli)
    return share.shown_percent if share else None
