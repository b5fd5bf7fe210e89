"""What a plan of several places and periods wants by the end of each day: straight lines with corners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dure.engine.plan.forecast import FloatArray
from dure.engine.plan.periods import Period
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts, TargetFacts
from dure.movement.standings.by_day import parents
from dure.movement.standings.plans import plan_of
from dure.movement.standings.types import PlaceStanding

_ONE_DAY = timedelta(days=1)
# A day's amount that differs by less is the same.
_SAME_MILLI = 0.01


@dataclass(frozen=True, slots=True)
class PlacePlan:
    """By when how much is wanted at a place. ``is_whole``: by the place's own targets, which stand for all that lies in
    it; else by those of its teams, added to what lies in it."""

    periods: tuple[Period, ...]
    is_whole: bool

    @property
    def due(self) -> date:
        return max(period.last_day for period in self.periods)


def plans_by_place(campaign: CampaignFacts, indicator: IndicatorFacts, today: date) -> dict[int, PlacePlan]:
    """The plans of places, by area."""
    targets: dict[int, dict[int | None, list[TargetFacts]]] = defaultdict(lambda: defaultdict(list))
    for one in campaigns.targets(campaign_id=campaign.id):
        if one.indicator_id == indicator.id:
            targets[one.area_id][one.team_id].append(one)
    rest = [
        (one.first_day, one.last_day)
        for one in breaks.of(campaign.id)
        if one.kind == "rest" and one.last_day is not None
    ]

    def periods(some: Sequence[TargetFacts]) -> tuple[Period, ...]:
        plan = plan_of(some, aggregation=indicator.aggregation, days_off=rest, today=today, confirmations={})
        return plan.periods or ()

    found = {}
    for area_id, of_whom in targets.items():
        whole = of_whom.get(None)
        every = (
            periods(whole)
            if whole
            else tuple(period for some in of_whom.values() for period in periods(some))
        )
        if every:
            found[area_id] = PlacePlan(every, is_whole=whole is not None)
    return found


def wanted_by_day(
    plans: Mapping[int, PlacePlan], places: Sequence[PlaceStanding], first: date, last: date
) -> FloatArray:
    """(days + 1,) what is wanted in all before ``first`` and by the end of each day up to ``last``; empty: no plan.

    A place's own plan stands for all that lies in it.
    """
    above = parents(places)
    under_own = [False] * (len(places) + 1)
    adds: dict[tuple[date, date, tuple[tuple[date, date], ...]], int] = defaultdict(int)
    for row, place in enumerate(places):
        plan = plans.get(place.area.id)
        if plan and not under_own[above[row]]:
            for period in plan.periods:
                adds[period.first_day, period.last_day, period.days_off] += period.adds_milli
        under_own[row] = under_own[above[row]] or (plan is not None and plan.is_whole)
    if not adds:
        return np.zeros(0)
    days = (last - first).days + 1
    wanted = np.zeros(days + 1)
    for (begins, ends, off), milli in adds.items():
        wanted += milli * _shares(Period(begins, ends, milli, off), first, days)
    return wanted


def corners(wanted: FloatArray, first: date) -> tuple[tuple[date, int], ...]:
    """The line through ``wanted`` as the days on which it bends, with the first and the last."""
    if not len(wanted):
        return ()
    steps = np.diff(wanted)
    bends = np.flatnonzero(np.abs(np.diff(steps)) > _SAME_MILLI) + 1
    at = [0, *bends.tolist(), len(wanted) - 1]
    return tuple((first + _ONE_DAY * (number - 1), round(float(wanted[number]))) for number in at)


def _shares(period: Period, first: date, days: int) -> FloatArray:
    """(days + 1,) of what the period adds, wanted by the end of the day before ``first`` and of each day after it."""
    begins, ends = (period.first_day - first).days, (period.last_day - first).days
    start = min(begins, 0)
    works = np.zeros(max(days, ends + 1) - start)
    works[begins - start : ends + 1 - start] = 1
    for off_first, off_last in period.days_off:
        works[max((off_first - first).days - start, 0) : max((off_last - first).days + 1 - start, 0)] = 0
    all_days = works.sum()
    shares = np.cumsum(works) / all_days if all_days else np.zeros(len(works))
    if not all_days:
        # A period that is rest throughout wants its part once it is over.
        shares[ends - start :] = 1
    before = np.concatenate([[0.0], shares])
    return np.asarray(before[-start : days + 1 - start])
