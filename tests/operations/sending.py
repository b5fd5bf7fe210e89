"""An installation with a double of every channel, and notices that wait to be sent."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from dure.base import outbox
from dure.base.access import Actor
from dure.base.models import OutboxMessage
from dure.base.outbox import NewNotice
from dure.channels.double import DoubleChannel
from dure.channels.push.sealing import public_bytes
from dure.channels.push.vapid import base64url
from dure.channels.types import Limits
from dure.operations import browsers
from dure.operations.outbox import Sending, send_due
from dure.operations.ways import Ways
from tests.movement.matching.farm import Farm, at

NOW = at(9)
BY_DATE = "2026-10-12"
PHONE = "+821012345678"


class House:
    """An installation with a double of every channel."""

    def __init__(self, **limits: Limits) -> None:
        self.email, self.sms, self.push, self.chat = (DoubleChannel() for _ in range(4))
        self.ways = Ways({"email": self.email, "sms": self.sms, "push": self.push, "chat": self.chat}, limits)

    def send(self, now: datetime = NOW, count_max: int = 100) -> Sending:
        return send_due(now=now, count_max=count_max, ways=self.ways)


def queue(person_id: int, kind: str = "offer", key: str = "", now: datetime = NOW, **facts: object) -> None:
    given = {"campaign_id": 1, "day": "2026-10-05", "reason": "Because.", "by_date": BY_DATE} | facts
    outbox.queue(notice=NewNotice(person_id, kind, key or f"{kind}:{person_id}", given), now=now)


def states() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.order_by("pk")
    return list(rows.values_list("kind", "state"))


def subscribed(farm: Farm, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    person_id = farm.people[name]
    browsers.subscribe(
        actor=Actor(person_id=person_id),
        person_id=person_id,
        endpoint=f"https://web.push.apple.com/{name}",
        p256dh=base64url(public_bytes(key)),
        auth=base64url(b"a" * 16),
    )
