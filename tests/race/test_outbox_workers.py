"""Several workers at one queue: on a file of SQLite, and on PostgreSQL where the suite runs there."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from dure.base import channel_days, outbox
from dure.base.outbox import NewNotice
from dure.channels.types import Limits
from tests.race.crowd import at_once

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NOTICES = 300
WORKERS = 8


@pytest.mark.django_db(transaction=True)
def test_no_notice_is_given_to_two_workers_and_none_is_left() -> None:
    outbox.queue_many(notices=[NewNotice(k, "offer", f"offer:{k}") for k in range(NOTICES)], now=NOW)
    taken: list[int] = []

    def work(number: int) -> str:
        while got := outbox.claim(now=NOW, count_max=20):
            taken.extend(one.id for one in got)
            outbox.sent_many([one.id for one in got], now=NOW, channel="email", cost_milli=0)
        return "done"

    assert at_once(WORKERS, work) == {"done": WORKERS}
    # Whoever finds that others took what they saw first goes home: what is left is taken in the next second.
    work(0)

    assert max(Counter(taken).values()) == 1
    assert len(taken) == NOTICES
    assert outbox.tally()["sent"] == NOTICES


@pytest.mark.django_db(transaction=True)
def test_workers_together_keep_to_the_rate_and_to_the_money() -> None:
    limits = Limits(per_minute=50, cost_milli=7, spend_max_milli=210)

    def work(number: int) -> str:
        count, _ = channel_days.take("sms", limits, [7] * 10, now=NOW)
        channel_days.went("sms", handed_over=count, failed=0, unspent_milli=0, now=NOW)
        return str(count)

    given = at_once(WORKERS, work)

    assert sum(int(count) * times for count, times in given.items()) == 30
    (day,) = channel_days.since(NOW.date())
    assert (day.handed_over, day.cost_milli) == (30, 210)
