"""An output by place and day, each place with all that lies in it, and where it leads.

The whole campaign and all its places are forecast together: one series alone knows too little of weekdays and shocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from dure.engine.plan.forecast import BoolArray, FloatArray, Forecast, IntArray, forecast
from dure.movement.campaigns import breaks
from dure.movement.campaigns.types import BreakFacts, CampaignFacts
from dure.movement.ledger import reads as ledger
from dure.movement.standings.types import IndicatorStanding, PlaceStanding

# What lies further back teaches nothing about tomorrow, and no band that reaches further ahead deserves belief; it
# also bounds a campaign of 20,000 days.
PAST_DAYS_MAX = 400
AHEAD_DAYS_MAX = 400
_ONE_DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True, slots=True, eq=False)
class ByDay:
    """n places in the order of the standing, and the whole campaign as the last row; in milli-units.

    ``last``: the last day that is over. ``whole`` (T,): claimed of each day from ``first`` to ``last``, on the first
    also what is claimed of earlier days. ``done`` (n + 1,): claimed up to ``last``; ``since`` (n + 1,): of days after.
    ``told``: from the day after ``last`` on; None where there is no past, nothing left of the campaign, or a pause.
    ``has_work`` (n + 1,): something was claimed of the days that are learnt from.
    """

    first: date
    last: date
    row_of: Mapping[int, int]
    whole: IntArray
    done: FloatArray
    since: FloatArray
    has_work: BoolArray
    rests: tuple[Span, ...]
    is_paused: bool
    told: Forecast | None

    @property
    def days_told(self) -> int:
        return 0 if self.told is None else self.told.sums.shape[1]

    def work_days(self, until: date) -> int:
        """Days without rest after ``last``, up to ``until`` and with it."""
        count = (until - self.last).days
        return sum(self.works(self.last + _ONE_DAY * number) for number in range(1, count + 1))

    def works(self, day: date) -> bool:
        return not any(first <= day <= last for first, last in self.rests)


def by_day(campaign: CampaignFacts, standing: IndicatorStanding, today: date) -> ByDay:
    """Gather and forecast. Today is not over, so it is part of what is ahead."""
    first, last = campaign.starts_on, min(today - _ONE_DAY, campaign.ends_on)
    past = max(0, (last - first).days + 1)
    places = standing.places
    row_of = {place.area.id: row for row, place in enumerate(places)}
    claimed = ledger.claimed_by_place(campaign.id, standing.indicator.id)
    known = np.array(sorted(row_of), dtype=np.int64)
    # What was recorded at a new place since the standing was worked out is told next time.
    counts = (claimed.day <= today.toordinal()) & np.isin(claimed.area, known)
    areas, amounts = claimed.area[counts], claimed.quantity_milli[counts].astype(np.float64)
    rows = np.array([row_of[area] for area in known.tolist()], dtype=np.int64)[np.searchsorted(known, areas)]
    # What was done before the first day is there on the first day.
    day = np.maximum(claimed.day[counts] - first.toordinal(), 0)
    is_over = day < past
    window = min(past, PAST_DAYS_MAX)
    recent = is_over & (day >= past - window)
    count = len(places)
    daily = _added_up(rows[recent] * window + day[recent] - (past - window), amounts[recent], (count, window))
    done = _added_up(rows[is_over], amounts[is_over], (count,))
    since = _added_up(rows[~is_over], amounts[~is_over], (count,))
    for table in (daily, done, since):
        _climb(table, places)
    stated = breaks.of(campaign.id)
    rests = _rests(stated, campaign.ends_on)
    is_paused = any(one.last_day is None and one.first_day <= today for one in stated)
    ahead = min((campaign.ends_on - last).days, AHEAD_DAYS_MAX)
    told = None
    if window and ahead > 0 and not is_paused:
        known_from = last - _ONE_DAY * (window - 1)
        told = forecast(
            # A day on which more was taken back than done counts as one without work.
            np.maximum(daily, 0.0),
            first_weekday=known_from.weekday(),
            days=ahead,
            rests=_resting(rests, known_from, window + ahead),
        )
    whole = np.rint(np.bincount(day[is_over], amounts[is_over], minlength=past)).astype(np.int64)
    has_work = np.asarray((daily > 0).any(axis=1), dtype=np.bool_)
    return ByDay(first, last, row_of, whole, done, since, has_work, rests, is_paused, told)


def _added_up(cells: IntArray, amounts: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Amounts by cell, with a last row of zeros for the whole campaign."""
    size = int(np.prod(shape))
    table = np.bincount(cells, amounts, minlength=size).reshape(shape)
    return np.concatenate([table, np.zeros((1, *shape[1:]))])


def _climb(table: FloatArray, places: Sequence[PlaceStanding]) -> None:
    """Add what is in a place to the place it lies in, deepest first, and at last to the whole."""
    above = parents(places)
    for row in range(len(places) - 1, -1, -1):
        table[above[row]] += table[row]


def parents(places: Sequence[PlaceStanding]) -> list[int]:
    """By row the row of the place it lies in, ``len(places)`` (the whole) for those on top. Places come in the order of
    the tree, each before what lies in it."""
    found, path = [], [len(places)]
    for row, place in enumerate(places):
        del path[place.depth + 1 :]
        found.append(path[-1])
        path.append(row)
    return found


def _rests(stated: Sequence[BreakFacts], ends_on: date) -> tuple[Span, ...]:
    return tuple((one.first_day, one.last_day or max(one.first_day, ends_on)) for one in stated)


def _resting(rests: Sequence[Span], first: date, days: int) -> BoolArray:
    found = np.zeros(days, dtype=np.bool_)
    for begins, ends in rests:
        start, end = (begins - first).days, (ends - first).days + 1
        found[max(start, 0) : max(end, 0)] = True
    return found
