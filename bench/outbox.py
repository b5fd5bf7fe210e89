"""Whether the queue of messages stays quick however many wait, against a bare statement in the same run.

    python -m bench.outbox --notices 100000 --database sqlite|postgresql [--json FILE]

A worker claims 200 notices and marks them as sent, again and again, with ``--notices`` queued and with a queue just
long enough for it: ``growth`` is the ratio of the two medians, and 1 is best. *raw* claims as many by one UPDATE of
the database's own, without order among channels or limits: ``ratio_to_raw`` is its median over ours. *put off*: a third
of the queue is for tomorrow and stands before what is due; *closed*: a third waits for a channel that takes nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.apart import apart

NOW: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
BATCH: Final = 200
TURNS: Final = 40
KINDS: Final = ("answer_reserve", "sign_up", "call")
RAW: Final = """UPDATE base_outboxmessage SET attempts = attempts + 1, send_after = %s WHERE id IN (
    SELECT id FROM base_outboxmessage WHERE state = 'queued' AND channel = '' AND priority = 1 AND send_after <= %s
    ORDER BY send_after, id LIMIT %s) RETURNING id, person_id, kind, facts, channel, send_after, attempts"""


def median_ms(turn: Callable[[], object]) -> float:
    took = []
    for _ in range(TURNS):
        start = time.perf_counter()
        turn()
        took.append(time.perf_counter() - start)
    return round(median(took) * 1000, 2)


def measure(count: int) -> dict[str, Any]:
    """The figures of one queue of ``count`` notices, in the database of the settings."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from dure.base import outbox
    from dure.base.models import OutboxMessage

    call_command("migrate", verbosity=0)
    facts = {"campaign_id": 1, "reason": "Whoever has waited longest comes first.", "by_date": "2026-12-01"}
    notices = (outbox.NewNotice(k // 3, KINDS[k % 3], f"notice:{k}", facts) for k in range(count))
    start = time.perf_counter()
    outbox.queue_many(notices=notices, now=NOW)
    seconds = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def ours(ways: dict[str, int] | None = None) -> None:
        got = outbox.claim(now=NOW, count_max=BATCH, ways=ways)
        outbox.sent_many([one.id for one in got], now=NOW, channel="email", cost_milli=0)

    def raw() -> None:
        with connection.cursor() as cursor:
            moment = connection.ops.adapt_datetimefield_value
            cursor.execute(RAW, [moment(NOW + timedelta(minutes=10)), moment(NOW), BATCH])
            ids = [row[0] for row in cursor.fetchall()]
        outbox.sent_many(ids, now=NOW, channel="email", cost_milli=0)

    found: dict[str, Any] = {"queue_per_s": round(count / seconds)}
    found["raw_ms"], found["claim_ms"] = median_ms(raw), median_ms(ours)
    queued = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED)
    queued.filter(priority=1).update(send_after=NOW + timedelta(days=1))
    found["put_off_ms"] = median_ms(ours)
    queued.filter(priority=5).update(channel="sms")
    found["closed_ms"] = median_ms(lambda: ours({"": BATCH, "email": BATCH}))
    queued.update(send_after=NOW + timedelta(days=1))
    found["nothing_due_ms"] = median_ms(ours)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure)))
        return
    # The small queue is still long enough that no turn finds it empty.
    few = apart("bench.outbox", max(asked.notices // 100, 4 * TURNS * BATCH), asked.database)
    many = apart("bench.outbox", asked.notices, asked.database)
    found = {
        "notices": asked.notices,
        "database": asked.database,
        **many,
        "growth": round(many["claim_ms"] / few["claim_ms"], 2),
        "ratio_to_raw": round(many["raw_ms"] / many["claim_ms"], 2),
    }
    text = json.dumps(found, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
