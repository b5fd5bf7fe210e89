"""How messages go out: what waits, what went, what arrived, what it cost. For organisers; nobody is named."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Final

from dure.base import channel_days, outbox
from dure.base.channel_days import DayFacts
from dure.base.outbox import CHANNELS, UNROUTED
from dure.operations.ways import configured

# Longer than any of them is looked at again, to tell nobody twice.
NOTICES_KEPT_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """A channel at this moment; ``name`` "": of notices whose channel is not chosen yet.

    ``queued``: how many wait, by priority in ``by_priority``. ``left_milli``: what may still be spent today, None
    without a cap.
    """

    name: str
    is_set_up: bool
    queued: int
    by_priority: dict[int, int]
    per_minute: int
    left_milli: int | None

    def plain(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Messages:
    """The channels now, and their days, the newest first."""

    channels: list[ChannelNow]
    days: list[DayFacts]


def forget(now: datetime) -> int:
    """Delete what was sent, or ended otherwise, NOTICES_KEPT_DAYS ago (P9); how many. The days' sums stay.

    For the chores.
    """
    return outbox.forget_ended(before=now - timedelta(days=NOTICES_KEPT_DAYS))


def messages(*, now: datetime, since: date) -> Messages:
    """How messages go out, now and on the days (UTC) since ``since``."""
    ways = configured()
    waiting = outbox.waiting()
    days = channel_days.since(min(since, now.date()))
    spent = {one.channel: one.cost_milli for one in days if one.day == now.date()}
    found = []
    for name in (UNROUTED, *CHANNELS):
        by_priority = {priority: count for (channel, priority), count in waiting.items() if channel == name}
        is_set_up = name in ways.channels
        if name == UNROUTED and not by_priority:
            continue
        limits = ways.limits(name)
        cap = limits.spend_max_milli
        found.append(
            ChannelNow(
                name=name,
                is_set_up=is_set_up or name == UNROUTED,
                queued=sum(by_priority.values()),
                by_priority=dict(sorted(by_priority.items())),
                per_minute=limits.per_minute if is_set_up else 0,
                left_milli=None if cap is None or not is_set_up else max(0, cap - spent.get(name, 0)),
            )
        )
    return Messages(channels=found, days=days)
