"""One chunk of answers: compare, supersede, insert, notify, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.base.rows import insert_new
from dure.kernel.must import Broken
from dure.movement.calls.answering_columns import notice_facts
from dure.movement.calls.models import Answer
from dure.movement.calls.types import AnswerFacts, NewAnswer
from dure.movement.people import reads as people

# Somebody who leaves between the look and the write fails the chunk, which then looks again.
TRIES_MAX: Final = 3


def answer_each(*, campaign_id: int, answers: Sequence[NewAnswer], now: datetime) -> tuple[int, int]:
    """Give these answers; how many were given, and how many stood already."""
    for tries_left in reversed(range(TRIES_MAX)):
        # Whoever has left is passed over; who leaves while this runs fails the write, which then looks again.
        here = people.names(new.person_id for new in answers)
        present = [new for new in answers if new.person_id in here]
        changed = _changed(campaign_id, present)
        if not changed:
            return 0, len(present)
        try:
            with transaction.atomic():
                _write(campaign_id, changed, now)
        except IntegrityError:
            if not tries_left:
                raise
        else:
            return len(changed), len(present) - len(changed)
    raise Broken("the last try returns or raises")


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
    insert_new(
        Answer,
        ("person_id", "campaign_id", "kind", "reason", "by_date", "given_at", "stands"),
        [(new.person_id, campaign_id, new.kind, new.reason, new.by_date, now, True) for new in answers],
    )
    # Left out was whoever somebody else answered at this very moment: their answer stands, and is told by them.
    given = dict(before.filter(given_at=now).values_list("person_id", "pk"))
    outbox.queue_many(notices=_notices(campaign_id, answers, given), now=now)


def _notices(campaign_id: int, answers: Iterable[NewAnswer], given: dict[int, int]) -> Iterator[NewNotice]:
    for new in answers:
        # The offer's own notice says that there is an offer, and is deleted with it (P3).
        if new.kind != "offered" and new.person_id in given:
            facts = notice_facts(campaign_id, AnswerFacts(new.kind, new.reason, new.by_date))
            yield NewNotice(new.person_id, f"answer_{new.kind}", f"answer:{given[new.person_id]}", facts)
