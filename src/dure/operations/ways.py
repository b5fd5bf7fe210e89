"""The channels of this installation, with their limits, and which of them rests because its server is away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.conf import settings

from dure.base import channel_days
from dure.base.home import secret
from dure.base.outbox import CHAT, EMAIL, PUSH, SMS
from dure.channels.chat import ChatChannel
from dure.channels.email import EmailChannel
from dure.channels.push import PushChannel
from dure.channels.push.vapid import key_of, public_key
from dure.channels.sms import SmsChannel
from dure.channels.types import Channel, Limits
from dure.operations.demo_mode import letters_stay_here
from dure.operations.letters import site

# How long a channel is left alone whose server did not answer.
REST: Final = timedelta(minutes=1)
# Beyond what one machine sends: for channels to which nobody set a limit.
UNLIMITED: Final = Limits(per_minute=1_000_000)


class Ways:
    """Channels by name, their limits, and until when one rests. Kept by a worker from turn to turn."""

    def __init__(self, channels: Mapping[str, Channel], limits: Mapping[str, Limits] | None = None) -> None:
        self.channels = dict(channels)
        self._limits = dict(limits or {})
        self._rests_until: dict[str, datetime] = {}

    def limits(self, name: str) -> Limits:
        return self._limits.get(name, UNLIMITED)

    def room(self, *, now: datetime) -> dict[str, int]:
        """How many notices each channel may take now; those that rest, or have no room, are left out."""
        rooms = {
            name: channel_days.room(name, self.limits(name), now=now)
            for name in self.channels
            if now >= self._rests_until.get(name, now)
        }
        return {name: count for name, count in rooms.items() if count > 0}

    def rest(self, name: str, *, now: datetime) -> None:
        self._rests_until[name] = now + REST

    def close(self) -> None:
        for channel in self.channels.values():
            channel.close()


@cache
def configured() -> Ways:
    """The channels that the settings name; e-mail and web push need none."""
    channels: dict[str, Channel] = {EMAIL: EmailChannel(), PUSH: _push()}
    if settings.SMS_URL:
        channels[SMS] = SmsChannel(settings.SMS_URL)
    if settings.CHAT_URLS:
        channels[CHAT] = ChatChannel(settings.CHAT_URLS)
    return Ways(channels, settings.CHANNEL_LIMITS)


def letters_go_out() -> bool:
    """Whether a mail server is named; without one e-mail is only written to the console."""
    return not str(settings.EMAIL_BACKEND).endswith("console.EmailBackend")


def phone_is_enough() -> bool:
    """Whether who signs up with a phone number alone hears from us: by SMS, or on the page of a demo."""
    return bool(settings.SMS_URL) or letters_stay_here()


def _push() -> PushChannel:
    address = site()
    contact = address if address.startswith("https://") else f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    return PushChannel(key=key_of(secret("web_push")), contact=contact, hosts=settings.PUSH_HOSTS)


def push_key() -> str:
    """What browsers subscribe with."""
    return public_key(key_of(secret("web_push")))
