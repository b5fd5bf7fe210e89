"""How often one place may send a form, and how many letters one address may be made to get.

The count lives in Django's cache, which here is the memory of the serving process: it starts anew with it, and
several processes would each count for themselves. Nothing in it names anybody: places and addresses are kept as
keyed hashes. Known and unknown addresses are counted alike, so a refusal tells nothing about either.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from dure.base.errors import TooManyTries


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count_max`` times in each window of ``window_minutes``, counted from midnight UTC."""

    count_max: int
    window_minutes: int


# A school or a village may stand behind one address.
PLACE = (Limit(600, 60),)
# A family of six signs up with one address, with a slip or two.
LETTERS = (Limit(8, 60), Limit(10, 24 * 60))


def place_of(request: HttpRequest) -> str:
    """Where a request comes from: the address that the proxy before us saw, else the one we see.

    Of IPv6 only the network counts (the first 64 bits): a household has all addresses of one.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    text = (forwarded.split(",")[-1] or str(request.META.get("REMOTE_ADDR", ""))).strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else text


def count_place(request: HttpRequest, *, now: datetime) -> None:
    """Count a form sent from a place. Refuses with TooManyTries."""
    _count("place", place_of(request), PLACE, now)


def count_letters(addresses: Iterable[str], *, now: datetime) -> None:
    """Count a letter to each of these e-mail addresses ("": none). Refuses with TooManyTries.

    What stands after a "+" before the @ does not make another mailbox.
    """
    for address in sorted({_mailbox(one) for one in addresses} - {""}):
        _count("letter", address, LETTERS, now)


def _mailbox(address: str) -> str:
    name, at, domain = unicodedata.normalize("NFC", address).strip().lower().rpartition("@")
    return name.split("+")[0] + at + domain


def _count(what: str, who: str, limits: tuple[Limit, ...], now: datetime) -> None:
    """Fixed windows: simple to explain, and at worst twice ``count_max`` around the turn of one."""
    minute = int(now.timestamp()) // 60
    for limit in limits:
        window, spent = divmod(minute, limit.window_minutes)
        text = f"{what}|{limit.window_minutes}|{window}|{who}"
        key = "throttle:" + salted_hmac("dure.base.throttle", text, algorithm="sha256").hexdigest()
        # One call that adds or counts, so that of many at once none goes uncounted.
        cache.add(key, 0, timeout=limit.window_minutes * 60)
        if cache.incr(key) > limit.count_max:
            raise TooManyTries(minutes=limit.window_minutes - spent)
