"""One chunk of answers: compare, supersede, insert, notify, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.movement.calls.models import Answer
from dure.movement.calls.types import NewAnswer
from dure.movement.people import reads as people

# Two writers who answer the same person at once: the database lets one through, the other looks again.
TRIES_MAX: Final = 3


def answer_each(*, campaign_id: int, answers: Sequence[NewAnswer], now: datetime) -> tuple[int, int]:
    """Give these answers; how many were given, and how many stood already."""
    wanted: Sequence[NewAnswer] = answers
    for tries_left in reversed(range(TRIES_MAX)):
        changed = _changed(campaign_id, wanted)
        unchanged_count = len(wanted) - len(changed)
        if not changed:
            break
        try:
            with transaction.atomic():
                _write(campaign_id, changed, now)
            break
        except IntegrityError:
            if not tries_left:
                raise
            # Somebody else answered one of them meanwhile, or somebody left.
            here = people.names([new.person_id for new in wanted])
            wanted = [new for new in wanted if new.person_id in here]
    return len(changed), unchanged_count


def _changed(campaign_id: int, answers: Sequence[NewAnswer]) -> list[NewAnswer]:
    ids = [new.person_id for new in answers]
    rows = Answer.objects.filter(campaign_id=campaign_id, stands=True, person_id__in=ids)
    standing = {row[0]: row[1:] for row in rows.values_list("person_id", "kind", "reason", "by_date")}
    return [new for new in answers if standing.get(new.person_id) != (new.kind, new.reason, new.by_date)]


def _write(campaign_id: int, answers: Sequence[NewAnswer], now: datetime) -> None:
    ids = [new.person_id for new in answers]
    before = Answer.objects.filter(campaign_id=campaign_id, stands=True, person_id__in=ids)
    # P3: what was offered and not taken leaves no trace, not even in the history of answers.
    before.filter(kind=Answer.Kind.OFFERED).delete()
    before.update(stands=False)
    given = Answer.objects.bulk_create(
        Answer(
            person_id=new.person_id,
            campaign_id=campaign_id,
            kind=new.kind,
            reason=new.reason,
            by_date=new.by_date,
            given_at=now,
        )
        for new in answers
    )
    outbox.queue_many(notices=_notices(given), now=now)


def _notices(given: Iterable[Answer]) -> Iterable[NewNotice]:
    for row in given:
        # The offer's own notice says that there is an offer, and is deleted with it (P3).
        if row.kind != Answer.Kind.OFFERED:
            facts = {
                "campaign_id": row.campaign_id,
                "answer": row.kind,
                "reason": row.reason,
                "by_date": row.by_date.isoformat(),
            }
            yield NewNotice(row.person_id, f"answer_{row.kind}", f"answer:{row.pk}", facts)
