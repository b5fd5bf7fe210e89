"""Are we on pace: what was claimed by the day, what the plan wanted, and where it leads if work goes on like this."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from dure.engine.plan import rounded
from dure.engine.plan.forecast import NEVER, forecast
from dure.engine.plan.pace import pace
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import reads as ledger
from dure.movement.standings.types import AheadDay, Figure, IndicatorStanding, Outlook, PastDay

_ONE_DAY = timedelta(days=1)
# Asking for more than four times the work is no advice.
_MORE_PERCENT_MOST = 300


def outlook(*, campaign: CampaignFacts, standing: IndicatorStanding, today: date) -> Outlook | None:
    """The campaign's output up to yesterday and its forecast to the last day; None where its figure is withheld.

    Only of outputs: hours by the day could tell how few came (P9). Today is not over, so it is part of what is ahead.
    """
    total = standing.total
    if total.withheld or standing.indicator.kind != "output":
        return None
    last = min(today - _ONE_DAY, campaign.ends_on)
    due = _due(campaign, standing)
    past = _past(campaign, standing, last, due)
    known = Outlook(
        indicator=standing.indicator,
        first_day=campaign.starts_on,
        last_day=campaign.ends_on,
        plan_milli=total.plan_milli,
        due=due,
        past=past,
    )
    days_left = (campaign.ends_on - last).days
    if not past or days_left <= 0:
        return known
    done = np.array([day.claimed_milli for day in past], dtype=np.float64)
    # A day on which more was taken back than done counts as one without work.
    daily = np.maximum(np.diff(done, prepend=0.0), 0.0)
    told = forecast(daily[None, :], first_weekday=campaign.starts_on.weekday(), days=days_left)
    if np.isnan(told.level[0]):
        return known
    sums = np.rint(done[-1] + told.sums[0]).astype(np.int64).tolist()
    known = replace(
        known, ahead=tuple(AheadDay(last + _ONE_DAY * number, *row) for number, row in enumerate(sums, 1))
    )
    if not total.plan_milli:
        return known
    rest = total.plan_milli - done[-1]
    after = [int(days) for days in told.finish(np.array([rest]))[0]]
    earliest, likely, latest = (
        None if days == NEVER else last + _ONE_DAY * days for days in (after[0], after[2], after[4])
    )
    return replace(
        known, finish=(earliest, likely, latest), more_percent=_more_percent(rest, float(told.sums[0, -1, 2]))
    )


def _due(campaign: CampaignFacts, standing: IndicatorStanding) -> date | None:
    """The day by which all that is planned is wanted; None where places have deadlines of their own."""
    targets = campaigns.targets(campaign_id=campaign.id)
    deadlines = {one.deadline for one in targets if one.indicator_id == standing.indicator.id}
    return deadlines.pop() if len(deadlines) == 1 else None


def _past(
    campaign: CampaignFacts, standing: IndicatorStanding, last: date, due: date | None
) -> tuple[PastDay, ...]:
    """Every day from the first to ``last``, with what stood claimed at its end."""
    total = standing.total
    claimed = ledger.claimed_by_day(standing.indicator.id)
    # What was done before the first day is there on the first day.
    running = sum(amount for day, amount in claimed.items() if day < campaign.starts_on)
    share = _verified_share(total)
    days: list[PastDay] = []
    day = campaign.starts_on
    while day <= last:
        running += claimed.get(day, 0)
        steps = due and pace(
            done_milli=0, plan_milli=total.plan_milli, first_day=campaign.starts_on, last_day=due, today=day
        )
        days.append(
            PastDay(
                day=day,
                claimed_milli=running,
                verified_milli=None if share is None else int(running * share),
                expected_milli=steps.expected_milli if steps else None,
            )
        )
        day += _ONE_DAY
    return tuple(days)


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
