"""What would it take: people or days still wanted at each place, from where its work leads.

Only published figures and output by the day go in, and an output per person-day is taken from the smallest place of
which hours and output are both published; so nothing comes out that could not be worked out from the pages (P9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from math import ceil

import numpy as np

from dure.engine.plan.forecast import NEVER, IntArray
from dure.movement.standings.by_day import ByDay, parents
from dure.movement.standings.plan_line import PlacePlan
from dure.movement.standings.types import AheadDay, Figure, IndicatorStanding, PlaceAhead

# An output per person-day of fewer is one good or bad day.
PERSON_DAYS_MIN = 10
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Rate:
    """Output in milli-units of a person-day, and whose it is."""

    milli: float
    area_id: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is missing of a place, or of all parts of it together; None: not told."""

    rest_milli: int
    due: date
    person_days: int | None
    people_a_day: int | None
    is_partial: bool = False
    has_all_people: bool = True
    is_sum: bool = False
    reckoned_by: int | None = None


def what_it_takes(
    days: ByDay, standing: IndicatorStanding, hours: IndicatorStanding | None, plans: Mapping[int, PlacePlan]
) -> tuple[PlaceAhead | None, tuple[PlaceAhead, ...]]:
    """Of the whole campaign and of every place with a plan, in the order of the standing; not of withheld figures."""
    return _Takes(days, standing, hours, plans).all()


class _Takes:
    def __init__(
        self,
        days: ByDay,
        standing: IndicatorStanding,
        hours: IndicatorStanding | None,
        plans: Mapping[int, PlacePlan],
    ) -> None:
        self._days = days
        self._plans = plans
        self._places = standing.places
        self._above = parents(standing.places)
        self._figures = [*(place.figure for place in standing.places), standing.total]
        self._rates = _rates(standing, hours, self._above)
        self._finish = self._finishes()
        # Thousands of places share a few last days.
        self._left = cache(days.work_days)

    def all(self) -> tuple[PlaceAhead | None, tuple[PlaceAhead, ...]]:
        wanted = self._climb()
        told = {row: self._told(row, one) for row, one in wanted.items() if not self._figures[row].withheld}
        whole = len(self._places)
        return told.pop(whole, None), tuple(told[row] for row in sorted(told))

    def _climb(self) -> dict[int, _Wanted]:
        """Leaves first; a larger place wants what its parts want, else what its own plan wants."""
        parts: dict[int, list[_Wanted]] = {}
        found: dict[int, _Wanted] = {}
        is_partial = [False] * (len(self._places) + 1)
        for row in range(len(self._places) - 1, -1, -1):
            one = _together(parts.pop(row, []), is_partial=is_partial[row]) or self._own(row)
            above = self._above[row]
            if one is not None:
                found[row] = one
                parts.setdefault(above, []).append(one)
            elif is_partial[row] or self._is_hidden(row):
                is_partial[above] = True
        whole = _together(parts.pop(len(self._places), []), is_partial=is_partial[-1])
        return {**found, len(self._places): whole} if whole else found

    def _is_hidden(self, row: int) -> bool:
        """A plan whose rest must not be told. One that is held above 105 % misses nothing, as everybody reads (F7)."""
        return self._places[row].area.id in self._plans and self._figures[row].withheld != "above_105"

    def _own(self, row: int) -> _Wanted | None:
        """What a place with a plan of its own, and no parts that have one, still wants."""
        plan, figure = self._plans.get(self._places[row].area.id), self._figures[row]
        if plan is None or figure.withheld or figure.plan_milli is None or figure.planned_milli is None:
            return None
        due = plan.due
        rest = max(0, figure.plan_milli - figure.planned_milli)
        rate = self._rates[row]
        missing = self._missing(row, rest, due)
        if rate is None or missing is None:
            return _Wanted(rest, due, None, None)
        person_days = ceil(missing / rate.milli)
        left = self._left(due)
        people = ceil(person_days / left) if left else None
        return _Wanted(rest, due, person_days, people, reckoned_by=rate.area_id)

    def _missing(self, row: int, rest_milli: int, due: date) -> float | None:
        """What will likely still be missing on ``due``; None where it can't be told."""
        told, last = self._days.told, self._days.last
        ahead = (due - last).days
        if told is None or not 0 < ahead <= self._days.days_told:
            return None
        if np.isnan(told.level[row]):
            # Where nobody has begun, nothing goes on by itself.
            return None if self._days.has_work[row] else float(rest_milli)
        likely = float(told.sums[row, ahead - 1, 2] - self._days.since[row])
        return max(0.0, rest_milli - likely)

    def _told(self, row: int, wanted: _Wanted) -> PlaceAhead:
        days, told = self._days, self._days.told
        is_whole = row == len(self._places)
        left = self._left(wanted.due)
        known = PlaceAhead(
            area_id=None if is_whole else self._places[row].area.id,
            rest_milli=wanted.rest_milli,
            is_partial=wanted.is_partial,
            due=wanted.due,
            days_left=left,
            person_days=wanted.person_days,
            people_a_day=wanted.people_a_day,
            has_all_people=wanted.has_all_people,
            is_sum=wanted.is_sum,
            reckoned_by=wanted.reckoned_by,
        )
        if told is None or np.isnan(told.level[row]):
            return known
        level = float(told.level[row])
        ahead = (wanted.due - days.last).days
        at_due = None
        if 0 < ahead <= days.days_told:
            sums = np.rint(days.done[row] + told.sums[row, ahead - 1]).astype(np.int64).tolist()
            at_due = AheadDay(wanted.due, *sums)
        return replace(
            known,
            a_day_milli=round(level),
            ahead=at_due,
            finish=self._finished(row, ahead),
            days_short=max(0, ceil(wanted.rest_milli / level) - left)
            if level >= 1 and not wanted.is_sum
            else None,
        )

    def _finishes(self) -> IntArray | None:
        if self._days.told is None:
            return None
        rest = [
            (one.plan_milli or 0) - (one.planned_milli or 0) if not one.withheld else 0
            for one in self._figures
        ]
        return self._days.told.finish(np.array(rest, dtype=np.float64) + self._days.since)

    def _finished(self, row: int, ahead: int) -> tuple[date | None, date | None, date | None]:
        if self._finish is None:
            return (None, None, None)
        after = (int(self._finish[row, number]) for number in (0, 2, 4))
        earliest, likely, latest = (
            None if number == NEVER or number > ahead else self._days.last + _ONE_DAY * number
            for number in after
        )
        return earliest, likely, latest


def _together(parts: Sequence[_Wanted], *, is_partial: bool) -> _Wanted | None:
    if not parts:
        return None
    person_days = [one.person_days for one in parts if one.person_days is not None]
    people = [one.people_a_day for one in parts if one.people_a_day is not None]
    return _Wanted(
        rest_milli=sum(one.rest_milli for one in parts),
        due=max(one.due for one in parts),
        person_days=sum(person_days) if person_days else None,
        people_a_day=sum(people) if people else None,
        is_partial=is_partial or any(one.is_partial for one in parts),
        has_all_people=all(one.person_days is not None and one.has_all_people for one in parts),
        is_sum=True,
    )


def _rates(
    standing: IndicatorStanding, hours: IndicatorStanding | None, above: Sequence[int]
) -> list[_Rate | None]:
    """By row, the whole last: a place's own output of a person-day, else that of what it lies in."""
    whole = len(standing.places)
    found: list[_Rate | None] = [None] * (whole + 1)
    if hours is None:
        return found
    worked = {place.area.id: place.figure for place in hours.places}
    if standing.places:
        found[whole] = _rate(standing.total, hours.total, standing.places[0].area.id)
    for row, place in enumerate(standing.places):
        own = _rate(place.figure, worked.get(place.area.id), place.area.id)
        found[row] = own or found[above[row]]
    return found


def _rate(done: Figure, hours: Figure | None, area_id: int) -> _Rate | None:
    if hours is None or hours.withheld or done.withheld or not done.claimed_milli:
        return None
    # Each entry of hours is a person's day.
    if hours.n_entries is None or hours.n_entries < PERSON_DAYS_MIN:
        return None
    return _Rate(done.claimed_milli / hours.n_entries, area_id)
