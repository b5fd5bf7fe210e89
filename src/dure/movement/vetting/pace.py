"""How quickly a step lets people through: counted where it can be, stated where it can't, and never invented.

Days on which nobody waited say nothing about what the crew could do. So the pace is the mean of the days that began
and ended with people waiting; then what the crew states; then the best day seen, which is a lower bound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce

from dure.base.columns import Seconds, read_columns
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.vetting.models import Check, Pace, Session
from dure.movement.vetting.types import STEPS, Basis, Ints, Throughput

DAYS_LOOKED_BACK: Final = 14
NOT_YET: Final = 2**62


def throughput(campaign_id: int, now: datetime) -> dict[str, Throughput]:
    """Every step of a campaign as a queue, by step: the five, and skills that are under way.

    For organisers and operations: counts, no names. Refuses with NotFound.
    """
    campaign = campaigns.campaign_by_id(campaign_id)
    counts = _counts(campaign_id)
    said = Pace.objects.filter(campaign_id=campaign_id).values_list("step", "per_day")
    paces = {step: float(per_day) for step, per_day in said}
    measured = _measured(campaign, now)
    free_days, seats_a_day = _coming(campaign, now)
    # Seats of sessions to come are as good as a word.
    stated = seats_a_day | paces
    return {
        step: _step(step, counts.get(step, {}), measured.get(step), stated.get(step), free_days.get(step))
        for step in (*STEPS, *sorted((counts.keys() | stated.keys()) - set(STEPS)))
    }


def _counts(campaign_id: int) -> dict[str, dict[str, int]]:
    rows = Check.objects.filter(campaign_id=campaign_id).values("step", "state").order_by()
    found: dict[str, dict[str, int]] = {}
    for step, state, count in rows.annotate(n=Count("pk")).values_list("step", "state", "n"):
        found.setdefault(step, {})[state] = count
    return found


def _step(
    step: str,
    counts: Mapping[str, int],
    days: tuple[Ints, Ints, Ints] | None,
    stated: float | None,
    free_in_days: int | None,
) -> Throughput:
    second = counts.get("seen", 0)
    queue = counts.get("handed_in", 0) + second
    per_day, basis = pace(days, stated)
    if free_in_days is not None:
        ahead: int | None = free_in_days
    else:
        # Whoever hands in now stands behind the queue.
        ahead = math.ceil((queue + 1) / per_day) if per_day > 0 else None
    return Throughput(step, counts.get("invited", 0), queue, second, per_day, basis, ahead)


def pace(days: tuple[Ints, Ints, Ints] | None, stated: float | None) -> tuple[float, Basis]:
    """People a day: see the module. ``days``: waiting when each day began, when it ended, and through on it."""
    if days is not None:
        began, ended, through = days
        busy = (began > 0) & (ended > 0)
        if busy.any():
            return float(through[busy].mean()), "measured"
    if stated is not None:
        return float(stated), "stated"
    if days is not None and days[2].max(initial=0) > 0:
        return float(days[2].max()), "seen"
    return 0.0, "unknown"


def _measured(campaign: CampaignFacts, now: datetime) -> dict[str, tuple[Ints, Ints, Ints]]:
    """By step, of each whole day looked at: how many waited when it began, when it ended, and got through."""
    today = campaigns.local_day(campaign, now)
    edges = _edges(campaign, today)
    since = datetime.fromtimestamp(int(edges[0]), now.tzinfo)
    rows = Check.objects.filter(campaign_id=campaign.id, handed_in_at__isnull=False)
    read = read_columns(
        rows.filter(Q(passed_at__isnull=True) | Q(passed_at__gte=since)),
        ints={
            "came": Seconds("handed_in_at"),
            "left": Coalesce(Seconds("passed_at"), Value(NOT_YET)),
        },
        texts=("step",),
    )
    steps = read.texts["step"]
    found = {}
    for place, step in enumerate(steps.distinct):
        mine = steps.places == place
        found[step] = by_day(read.ints["came"][mine], read.ints["left"][mine], edges)
    return found


def by_day(came: Ints, left: Ints, edges: Ints) -> tuple[Ints, Ints, Ints]:
    """Of the days between ascending ``edges``: how many waited when each began, when it ended, and got through on it.

    ``came``, ``left``: moments of each person, in any order; who has not left yet has NOT_YET.
    """
    gone = np.searchsorted(np.sort(left), edges)
    waiting = np.searchsorted(np.sort(came), edges) - gone
    return waiting[:-1], waiting[1:], np.diff(gone)


def _edges(campaign: CampaignFacts, today: date) -> Ints:
    """Beginnings of the days looked back at, and of today; seconds since the Unix epoch."""
    zone = ZoneInfo(campaign.timezone)
    days = [today - timedelta(days=back) for back in range(DAYS_LOOKED_BACK, -1, -1)]
    return np.array(
        [int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) for day in days], np.int64
    )


def _coming(campaign: CampaignFacts, now: datetime) -> tuple[dict[str, int], dict[str, float]]:
    """By step with sessions to come: days to the first with a seat left, and seats a day of the next fourteen."""
    today = campaigns.local_day(campaign, now)
    coming = Session.objects.filter(campaign_id=campaign.id, starts_at__gt=now, called_off_at=None)
    sessions = list(coming.order_by("starts_at", "pk").values_list("pk", "step", "starts_at", "seats"))
    booked = Check.objects.filter(session_id__in=[row[0] for row in sessions]).values("session_id").order_by()
    taken = dict(booked.annotate(n=Count("pk")).values_list("session_id", "n"))
    free: dict[str, int] = {}
    a_day: dict[str, float] = {}
    for pk, step, starts_at, seats in sessions:
        days = (campaigns.local_day(campaign, starts_at) - today).days
        if taken.get(pk, 0) < seats:
            free.setdefault(step, days)
        if days < DAYS_LOOKED_BACK:
            a_day[step] = a_day.get(step, 0.0) + seats / DAYS_LOOKED_BACK
    return free, a_day
