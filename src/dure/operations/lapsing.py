"""Who never showed that a contact is theirs is erased after the day they were told."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from typing import Final

from django.db import transaction

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.jobs import SILENT, Progress
from dure.base.rows import IDS_A_QUERY_MAX
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import actions as ledger
from dure.movement.people import confirming as people

# People a transaction: a tenth of a second during which other writers wait.
CHUNK_SIZE: Final = 500
# Where a day ends last on earth: for who signed up for no campaign, and for whom no other clock counts.
LAST_CLOCK: Final = timezone(timedelta(hours=-12))


def lapse(*, now: datetime, progress: Progress = SILENT) -> int:
    """Erase the unconfirmed whose day is over by the clock of every campaign they signed up for; how many.

    Nobody is written to: an address that was never confirmed may be a stranger's. Sign-ups stay counted. Stopped half
    way, the same call does the rest.
    """
    done = 0
    for before, ids in sorted(_due(now).items()):
        for start in range(0, len(ids), CHUNK_SIZE):
            with transaction.atomic():
                late = people.claim_lapsed(person_ids=ids[start : start + CHUNK_SIZE], before=before)
                outbox.drop_for_people(person_ids=late)
                # Whoever came along and worked a day: the hours stay, and are nobody's.
                ledger.forget_people(person_ids=late)
                calls.forget_people(person_ids=late)
                done += people.erase_lapsed(person_ids=late)
            progress.advance(start + CHUNK_SIZE, len(ids))
    return done


def _due(now: datetime) -> dict[date, list[int]]:
    """Who may have lapsed, by the day before which their last day has to lie."""
    today_in = {one.id: campaigns.local_day(one, now) for one in campaigns.campaigns(SYSTEM)}
    last = now.astimezone(LAST_CLOCK).date()
    due: dict[date, list[int]] = defaultdict(list)
    found = people.lapsing(before=max([last, *today_in.values()]))
    for start in range(0, len(found), IDS_A_QUERY_MAX):
        part = found[start : start + IDS_A_QUERY_MAX]
        asked_for = calls_reads.campaigns_of(part)
        for person_id in part:
            due[min((today_in[pk] for pk in asked_for.get(person_id, ())), default=last)].append(person_id)
    return due
