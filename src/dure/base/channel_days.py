"""How much may go out by a channel, and how much went: a rate a minute, a spending cap a day (UTC), a count.

Minutes and days are windows of the clock: simple to explain, and at worst twice the rate around the turn of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from dure.base.models import ChannelDay
from dure.channels.types import Limits


@dataclass(frozen=True, slots=True)
class DayFacts:
    """A channel's day: ``handed_over`` to the other side, of which ``delivered`` as far as it says so."""

    channel: str
    day: date
    handed_over: int
    delivered: int
    failed: int
    cost_milli: int

    def plain(self) -> dict[str, object]:
        return asdict(self)


def day_after(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def room(channel: str, limits: Limits, *, now: datetime) -> int:
    """How many messages of one part may still go in this minute; a look, not a promise: ``take`` decides."""
    row = ChannelDay.objects.filter(channel=channel, day=now.date()).first()
    return max(0, min(_left(row, limits, now)))


def _left(row: ChannelDay | None, limits: Limits, now: datetime) -> tuple[int, int]:
    """How many the minute still takes, and how many the money still pays."""
    in_minute = row.minute_count if row and row.minute_at == _minute(now) else 0
    paid = limits.per_minute
    if limits.spend_max_milli is not None and limits.cost_milli:
        paid = (limits.spend_max_milli - (row.cost_milli if row else 0)) // limits.cost_milli
    return limits.per_minute - in_minute, paid


def take(channel: str, limits: Limits, costs: Sequence[int], *, now: datetime) -> tuple[int, bool]:
    """Take part of the minute and of the day's money: how many of the first messages may go now, and whether the
    money would have paid the next. ``costs``: of each message, in milli-units."""
    with transaction.atomic():
        ChannelDay.objects.bulk_create(
            [ChannelDay(channel=channel, day=now.date(), minute_at=_minute(now))], ignore_conflicts=True
        )
        row = ChannelDay.objects.select_for_update().get(channel=channel, day=now.date())
        in_minute, _ = _left(row, limits, now)
        spent, count, is_paid = row.cost_milli, 0, True
        for cost in costs[: max(0, in_minute)]:
            if limits.spend_max_milli is not None and spent + cost > limits.spend_max_milli:
                is_paid = False
                break
            spent, count = spent + cost, count + 1
        before = row.minute_count if row.minute_at == _minute(now) else 0
        ChannelDay.objects.filter(pk=row.pk).update(
            cost_milli=spent, minute_at=_minute(now), minute_count=before + count
        )
    return count, is_paid


def went(channel: str, *, handed_over: int, failed: int, unspent_milli: int, now: datetime) -> None:
    """How what was taken went: handed over, refused for good, and the money for what did not go."""
    ChannelDay.objects.filter(channel=channel, day=now.date()).update(
        handed_over_count=F("handed_over_count") + handed_over,
        failed_count=F("failed_count") + failed,
        cost_milli=F("cost_milli") - unspent_milli,
    )


def reported(channel: str, *, delivered: bool, now: datetime) -> None:
    """The other side said what became of one message; counted on the day it says so."""
    ChannelDay.objects.bulk_create(
        [ChannelDay(channel=channel, day=now.date(), minute_at=_minute(now))], ignore_conflicts=True
    )
    counted = "delivered_count" if delivered else "failed_count"
    ChannelDay.objects.filter(channel=channel, day=now.date()).update(**{counted: F(counted) + 1})


def since(day: date) -> list[DayFacts]:
    """The days of every channel since then, the newest first."""
    rows = ChannelDay.objects.filter(day__gte=day).order_by("-day", "channel")
    columns = ("channel", "day", "handed_over_count", "delivered_count", "failed_count", "cost_milli")
    return [DayFacts(*row) for row in rows.values_list(*columns)]


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
