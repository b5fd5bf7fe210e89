"""Delivery reports: what the other side says became of a message. Handed over is not delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.signing import BadSignature, Signer

from dure.base import channel_days, outbox
from dure.base.outbox import SMS
from dure.channels.sms import DELIVERED, NOT_DELIVERED
from dure.kernel.refusals import NotFound
from dure.operations.letters import site

_PURPOSE: Final = "dure.delivery-report"


def report_address(notice_id: int) -> str:
    """Where an SMS gateway reports what became of a notice; "%d" stands for its code."""
    return f"{site()}/messages/report/{Signer(salt=_PURPOSE, sep='.').sign(str(notice_id))}/?code=%d"


def reported(*, token: str, code: int, now: datetime) -> None:
    """Take a report; one that says nothing new changes nothing. Refuses with NotFound a token not made here."""
    try:
        notice_id = int(Signer(salt=_PURPOSE, sep=".").unsign(token))
    except BadSignature as error:
        raise NotFound(what="message") from error
    if code == DELIVERED and outbox.delivered(notice_id, now=now):
        channel_days.reported(SMS, delivered=True, now=now)
    elif code in NOT_DELIVERED and outbox.came_back(notice_id, now=now):
        channel_days.reported(SMS, delivered=False, now=now)
