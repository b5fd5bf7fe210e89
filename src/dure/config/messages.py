"""Messages to people, from the environment: gateways, and how much may go out by each channel."""

from __future__ import annotations

import os
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlsplit

from dure.base.errors import SettingBad
from dure.channels.types import Limits

# The push services of Chrome, Firefox, Safari and Edge. Our server posts to what browsers name: only to these.
PUSH_HOSTS: Final = (
    "fcm.googleapis.com,updates.push.services.mozilla.com,web.push.apple.com,notify.windows.com"
)
MILLI: Final = 1_000
QUIET_HOURS: Final = "21-8"
HOURS_A_DAY: Final = 24


def limits() -> dict[str, Limits]:
    """How much may go out by each channel. Refuses with SettingBad."""
    return {
        "email": Limits(
            per_minute=_whole("DURE_EMAIL_PER_MINUTE", 1_200),
            cost_milli=_milli("DURE_EMAIL_COST") or 0,
            spend_max_milli=_milli("DURE_EMAIL_SPEND_A_DAY"),
        ),
        "sms": Limits(
            per_minute=_whole("DURE_SMS_PER_MINUTE", 300),
            cost_milli=_milli("DURE_SMS_COST") or 0,
            spend_max_milli=_milli("DURE_SMS_SPEND_A_DAY"),
        ),
        "push": Limits(per_minute=_whole("DURE_PUSH_PER_MINUTE", 6_000)),
        "chat": Limits(per_minute=_whole("DURE_CHAT_PER_MINUTE", 20)),
    }


def sms_url() -> str:
    """The gateway's address, "" without one. Refuses with SettingBad, which does not repeat it: it holds a password."""
    url = os.environ.get("DURE_SMS_URL", "")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise SettingBad(
            name="DURE_SMS_URL", value="…", wanted="https://user:password@gateway/cgi-bin/sendsms?from=NAME"
        )
    return url


def chat_urls() -> tuple[str, ...]:
    """Addresses of chat rooms as Apprise writes them, with spaces between them."""
    return tuple(os.environ.get("DURE_CHAT_URLS", "").split())


def push_hosts() -> tuple[str, ...]:
    named = os.environ.get("DURE_PUSH_HOSTS", PUSH_HOSTS)
    return tuple(host.strip().lower() for host in named.split(",") if host.strip())


def quiet_hours() -> tuple[int, int] | None:
    """From which hour to which no phone rings for what can wait; None: never quiet. Refuses with SettingBad."""
    named = os.environ.get("DURE_QUIET_HOURS", QUIET_HOURS)
    if not named:
        return None
    begins, _, ends = named.partition("-")
    if not all(hour.isdecimal() and int(hour) < HOURS_A_DAY for hour in (begins, ends)) or begins == ends:
        raise SettingBad(name="DURE_QUIET_HOURS", value=named, wanted="two hours such as 21-8, or nothing")
    return int(begins), int(ends)


def _whole(name: str, otherwise: int) -> int:
    named = os.environ.get(name, "")
    if not named:
        return otherwise
    if not named.isdecimal() or int(named) == 0:
        raise SettingBad(name=name, value=named, wanted="a whole number a minute, at least 1")
    return int(named)


def _milli(name: str) -> int | None:
    """An amount of money in milli-units; None where none is named."""
    named = os.environ.get(name, "")
    if not named:
        return None
    try:
        amount = Decimal(named) * MILLI
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise SettingBad(
            name=name, value=named, wanted="an amount with at most three decimals, such as 0.045"
        )
    return int(amount)
