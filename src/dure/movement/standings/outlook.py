"""Are we on pace: what was claimed by the day, what the plan wanted, and where it leads if work goes on like this."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from dure.engine.plan import rounded
from dure.engine.plan.forecast import NEVER, FloatArray
from dure.kernel.must import must
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.standings.by_day import ByDay, by_day
from dure.movement.standings.plan_line import corners, plans_by_place, wanted_by_day
from dure.movement.standings.types import Ahead, AheadDay, Figure, IndicatorStanding, Outlook, PastDay
from dure.movement.standings.what_it_takes import what_it_takes

_ONE_DAY = timedelta(days=1)
# Asking for more than four times the work is no advice.
_MORE_PERCENT_MOST = 300
# A longer past is told by every second, third … day.
_PAST_SHOWN_MAX = 800
# Amounts of days can be added up; levels and different people can't.
_ADDS_UP = ("sum", "coverage")


def ahead(
    *, campaign: CampaignFacts, standing: IndicatorStanding, hours: IndicatorStanding | None, today: date
) -> Ahead | None:
    """Where an output leads, of the whole campaign and of every place; None where its figure is withheld.

    ``hours``: of the same campaign, for the output of a person-day. Only of outputs that add up: hours by the day
    could tell how few came (P9). Reads every day of the indicator: seconds for thousands of places.
    """
    total = standing.total
    indicator = standing.indicator
    if total.withheld or indicator.kind != "output" or indicator.aggregation not in _ADDS_UP:
        return None
    days = by_day(campaign, standing, today)
    plans = plans_by_place(campaign, indicator, today)
    wanted = wanted_by_day(plans, standing.places, campaign.starts_on, campaign.ends_on)
    known = Outlook(
        indicator=indicator,
        first_day=campaign.starts_on,
        last_day=campaign.ends_on,
        plan_milli=total.plan_milli,
        plan_line=corners(wanted, campaign.starts_on),
        past=_past(total, days, wanted),
        rests=days.rests,
        is_paused=days.is_paused,
    )
    whole, places = what_it_takes(days, standing, hours, plans)
    return Ahead(_forecast(known, total, days), whole, places)


def outlook(*, campaign: CampaignFacts, standing: IndicatorStanding, today: date) -> Outlook | None:
    """The campaign's output up to yesterday and its forecast to the last day, as :func:`ahead` tells it."""
    told = ahead(campaign=campaign, standing=standing, hours=None, today=today)
    return told.outlook if told else None


def _forecast(known: Outlook, total: Figure, days: ByDay) -> Outlook:
    """The outlook with what is ahead, where it can be told."""
    told = days.told
    if told is None or np.isnan(told.level[-1]):
        return known
    last = days.last
    sums = np.rint(days.done[-1] + told.sums[-1]).astype(np.int64).tolist()
    known = replace(
        known, ahead=tuple(AheadDay(last + _ONE_DAY * number, *row) for number, row in enumerate(sums, 1))
    )
    if not total.plan_milli or total.planned_milli is None:
        return known
    rest = total.plan_milli - total.planned_milli + float(days.since[-1])
    after = [int(number) for number in told.finish(np.append(days.done[:-1], rest))[-1]]
    earliest, likely, latest = (
        None if number == NEVER else last + _ONE_DAY * number for number in (after[0], after[2], after[4])
    )
    ends_within = known.ahead[-1].day == known.last_day
    more = _more_percent(rest, float(told.sums[-1, -1, 2])) if ends_within else None
    return replace(known, finish=(earliest, likely, latest), more_percent=more)


def _past(total: Figure, days: ByDay, wanted: FloatArray) -> tuple[PastDay, ...]:
    """The days from the first to the last that is over, with what stood claimed at their end."""
    running = np.cumsum(days.whole)
    count = len(running)
    must(not count or running[-1] == round(float(days.done[-1])), "the whole is the sum of its places")
    share = _verified_share(total)
    step = -(-count // _PAST_SHOWN_MAX) or 1
    return tuple(
        PastDay(
            day=days.first + _ONE_DAY * number,
            claimed_milli=int(running[number]),
            verified_milli=None if share is None else int(int(running[number]) * share),
            expected_milli=round(float(wanted[number + 1])) if len(wanted) else None,
        )
        for number in range((count - 1) % step, count, step)
    )


def _verified_share(total: Figure) -> Fraction | None:
    """The share of what is claimed that recounts bear out; None while nothing was recounted (F3)."""
    if total.verified.estimate_milli is None or not total.claimed_milli:
        return None
    return Fraction(total.verified.estimate_milli, total.claimed_milli)


def _more_percent(rest_milli: float, likely_milli: float) -> int | None:
    """How much more a day would meet the plan on the last day; None when nothing is missing, or far too much."""
    if rest_milli <= likely_milli or likely_milli <= 0:
        return None
    more = int(rounded(Fraction(rest_milli / likely_milli - 1) * 100 + Fraction(1, 2), 0))
    return more if more <= _MORE_PERCENT_MOST else None
