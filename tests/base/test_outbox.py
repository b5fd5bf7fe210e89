from datetime import UTC, datetime, timedelta

import pytest

from dure.base import outbox
from dure.base.models import OutboxMessage
from dure.base.outbox import NewNotice

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _queue(*people: int, kind: str = "offer") -> None:
    notices = [NewNotice(person_id=p, kind=kind, dedupe_key=f"{kind}:{p}") for p in people]
    outbox.queue_many(notices=notices, now=NOW)


def test_a_notice_queued_twice_is_sent_once() -> None:
    _queue(1, 1)
    _queue(1)
    assert [notice.person_id for notice in outbox.claim(now=NOW, count_max=10)] == [1]


def test_a_claimed_notice_is_not_given_to_another_worker_until_the_claim_lapses() -> None:
    _queue(1, 2)
    first = outbox.claim(now=NOW, count_max=10)
    assert [notice.person_id for notice in first] == [1, 2]
    assert outbox.claim(now=NOW, count_max=10) == []

    outbox.sent_many([first[0].id], now=NOW, channel="email", cost_milli=0)
    later = NOW + timedelta(minutes=outbox.CLAIM_MINUTES)
    assert [notice.person_id for notice in outbox.claim(now=later, count_max=10)] == [2]


def test_a_failing_notice_waits_longer_each_time_and_then_ends() -> None:
    _queue(1)
    now, waits = NOW, []
    for _ in range(outbox.ATTEMPTS_MAX):
        [notice] = outbox.claim(now=now, count_max=1)
        outbox.failed(notice.id, now=now)
        start = now
        while outbox.tally()["queued"] and now < start + timedelta(hours=3):
            now += timedelta(minutes=1)
            if OutboxMessage.objects.filter(send_after__lte=now).exists():
                break
        waits.append((now - start).total_seconds() / 60)
    assert waits[:3] == [2, 4, 8]
    assert outbox.tally() == {"queued": 0, "sent": 0, "failed": 1, "withheld": 0, "replaced": 0}


def test_whoever_leaves_hears_nothing_more() -> None:
    _queue(1, 2)
    assert outbox.drop_for(person_id=1) == 1
    assert [notice.person_id for notice in outbox.claim(now=NOW, count_max=10)] == [2]


def test_dropping_some_notices_leaves_the_others() -> None:
    _queue(1, 2)
    _queue(1, kind="thanks")
    assert outbox.drop_keys(keys=["offer:1", "offer:9"]) == 1
    left = {(n.person_id, n.kind) for n in outbox.claim(now=NOW, count_max=10)}
    assert left == {(1, "thanks"), (2, "offer")}
