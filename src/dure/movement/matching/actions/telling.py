"""Telling people of their offers, turn by turn: a million notices made at once would delay the morning."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dure.base import outbox
from dure.base.outbox import NewNotice
from dure.movement.matching.models import Offer, Run
from dure.movement.matching.rows import whole_runs

OFFER_NOTICE = "offer"
# There is a post that needs them more than the one they have.
INSTEAD_NOTICE = "offer_instead"


def tell_offered(*, now: datetime, count_max: int) -> int:
    """Queue notices of up to ``count_max`` published offers that can still be answered; how many were looked at.

    For the worker that sends them. How far it came stands in the run and moves in the transaction that queues, so
    each is told once, whoever dies.
    """
    looked_at = 0
    untold = whole_runs(published_at__isnull=False, settled_at__isnull=True, told_at__isnull=True)
    for run in untold.order_by("published_at", "pk"):
        if looked_at >= count_max:
            break
        looked_at += _tell_some(run, now, count_max - looked_at)
    return looked_at


def _tell_some(run: Run, now: datetime, count_max: int) -> int:
    """The next persons of one run."""
    if run.published_at is None or run.expires_at is None:
        return 0
    here = Run.objects.filter(pk=run.pk, told_to=run.told_to, told_at__isnull=True)
    with transaction.atomic():
        rest = Offer.objects.filter(run=run, person_id__gt=run.told_to or 0).order_by("person_id")
        some = (
            list(rest[:count_max].values_list("pk", "person_id", "state", "instead_of_id"))
            if run.expires_at > now
            else []
        )
        told_to, told_at = (some[-1][1], None) if len(some) == count_max else (None, now)
        if not here.update(told_to=told_to, told_at=told_at):
            return 0  # another worker was quicker, or the day was settled
        notices = [
            NewNotice(
                person_id,
                INSTEAD_NOTICE if instead_of else OFFER_NOTICE,
                f"offer:{pk}",
                {"day": run.day.isoformat()},
            )
            for pk, person_id, state, instead_of in some
            if state == Offer.State.OPEN
        ]
        # In the queue they stand where they would if they had been told when they were published.
        outbox.queue_many(notices=notices, now=run.published_at)
    return len(some)
