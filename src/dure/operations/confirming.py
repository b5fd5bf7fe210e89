"""A contact is shown to be somebody's own; from then on they are told what is true for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dure.base import outbox, throttle
from dure.base.access import Actor
from dure.base.outbox import NewNotice
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import confirming as people
from dure.movement.people import reads
from dure.operations import answers


def confirm(*, actor: Actor, person_id: int, code: str, now: datetime) -> None:
    """Take a code, and give whom it confirms their next answer in the same transaction.

    Those who came with the person by the same contact get a letter with their own link now.
    Tries are counted, right ones too. Refuses with NotFound (somebody else), CodeWrong, TooManyTries.
    """
    actor.must_be(person_id)
    throttle.count_code(person_id, now=now)
    with transaction.atomic():
        confirmed = people.confirm(actor=actor, person_id=person_id, code=code, now=now)
        _send_links([pk for pk in confirmed if pk != person_id], now)
        for pk, campaign_ids in calls_reads.campaigns_of(confirmed).items():
            for campaign_id in campaign_ids:
                campaign = campaigns.campaign_by_id(campaign_id)
                if campaign.state != "open":
                    continue
                new = answers.after_confirming(campaign, person_id=pk, now=now)
                calls.answer(
                    person_id=pk,
                    campaign_id=campaign_id,
                    kind=new.kind,
                    reason=new.reason,
                    by_date=new.by_date,
                    now=now,
                )


def send_code(*, actor: Actor, person_id: int, now: datetime) -> None:
    """Queue the letter with the code again, once an hour. Refuses with NotFound (somebody else), TooManyTries.

    It counts like any letter to that address, which may be a stranger's.
    """
    actor.must_be(person_id)
    if to := reads.contact_of(person_id):
        throttle.count_letters([to.address], now=now)
    _send_links([person_id], now)


def _send_links(person_ids: Sequence[int], now: datetime) -> None:
    notices = [NewNotice(pk, "link", f"link:{pk}:{now:%Y-%m-%dT%H}") for pk in person_ids]
    outbox.queue_many(notices=notices, now=now)
