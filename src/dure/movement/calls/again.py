"""Asking people by name: those who were part of the campaign that is carried on. A yes is theirs to give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from dure.base import outbox
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.base.rows import insert_new
from dure.kernel.ids import client_id as made_id
from dure.movement.calls import reads
from dure.movement.calls.errors import AppealClosed
from dure.movement.calls.models import Reach, SignUp, Wave
from dure.movement.calls.waves import CHUNK_ROWS
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import audience as people

_ASKED: Final = b"dure.calls.again"


def ask_these(*, actor: Actor, code: str, person_ids: Sequence[int], now: datetime) -> int:
    """Send a call to these people once, each by their own link; how many were asked now.

    Left out are whoever did not agree to be written to first, has heard this call, or signed up for its campaign
    already. It stands as a wave that is through, so its rows go when the call closes: who stayed silent and who was
    never asked leave the same rows (P3). In transactions of two thousand; begun again it goes on.

    Refuses with NotFound, NotAllowed, AppealClosed.
    """
    appeal = reads.appeal_for(actor, code)
    campaign = campaigns.campaign_by_id(appeal.campaign_id)
    if not reads.is_open(appeal, campaign, now):
        raise AppealClosed(appeal_code=code)
    day = campaigns.local_day(campaign, now)
    wave = _wave(appeal.id, now)
    asked = 0
    for start in range(0, len(person_ids), CHUNK_ROWS):
        chunk = list(person_ids[start : start + CHUNK_ROWS])
        known = set(
            Reach.objects.filter(appeal_id=appeal.id, person_id__in=chunk).values_list("person_id", flat=True)
        )
        here = SignUp.objects.filter(appeal__campaign_id=campaign.id, person_id__in=chunk)
        known.update(pk for pk in here.values_list("person_id", flat=True) if pk is not None)
        ids = [pk for pk in people.callable_among(chunk, day) if pk not in known]
        if ids:
            _send(wave, appeal.id, ids, {"campaign_id": campaign.id, "call": code}, now)
            asked += len(ids)
    return asked


def _wave(appeal_id: int, now: datetime) -> Wave:
    """The one row under which everybody is asked; a wave needs a pace, and this one is through at once."""
    row, _ = Wave.objects.get_or_create(
        client_id=made_id(_ASKED, appeal_id),
        defaults={
            "appeal_id": appeal_id,
            "per_minute": CHUNK_ROWS,
            "state": Wave.State.THROUGH,
            "started_at": now,
            "ended_at": now,
        },
    )
    return row


def _send(wave: Wave, appeal_id: int, ids: list[int], facts: dict[str, object], now: datetime) -> None:
    start = reads.letter_keys(appeal_id)
    with transaction.atomic():
        insert_new(
            Reach,
            ("appeal_id", "wave_id", "person_id", "called_at"),
            [(appeal_id, wave.pk, person_id, now) for person_id in ids],
        )
        Wave.objects.filter(pk=wave.pk).update(called_count=Reach.objects.filter(wave_id=wave.pk).count())
        notices = (NewNotice(pk, "call", f"{start}{pk}", facts) for pk in ids)
        outbox.queue_many(notices=notices, now=now)
