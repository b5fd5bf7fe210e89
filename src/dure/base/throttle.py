"""How often one place may send a form, and how many letters one address may be made to get.

The count lives in the memory of the serving process (base.counting): it starts anew with it, and several processes
would each count for themselves. Nothing in it names anybody: places and addresses are kept as hashes under a key that
ends with the process. Known and unknown addresses are counted alike, so a refusal tells nothing about either.
"""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final, Self

from django.conf import settings
from django.http import HttpRequest

from dure.base.counting import Counts
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
# A lost link asked for from one place; what a mailbox gets, the links themselves bound (operations.links).
LINKS = (Limit(5, 60),)
# A whole school signs up in an hour, or what a mobile network has behind one of its addresses.
SIGN_UPS = (Limit(3_000, 60),)
# Of the 10^8 codes a person may have, so many are tried before they wait.
CODES = (Limit(10, 60),)
# Of the eighty years somebody may be born in, so many are tried before a day is over.
YEARS = (Limit(4, 24 * 60),)
# Before the number of a country and of a network stand a +, zeros, both or neither; what ends it is the same.
PHONE_DIGITS: Final = 7
_MAPPED: Final = bytes(10) + b"\xff\xff"


def place_of(request: HttpRequest) -> str:
    """Where a request comes from: the address that the proxy before us saw, else the one we see.

    Of IPv6 only the network counts (the first 64 bits): a household has all addresses of one.
    """
    return place_in(request.META)


def place_in(environ: Mapping[str, object]) -> str:
    """:func:`place_of` a WSGI request."""
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    text = (str(forwarded).rpartition(",")[2] or str(environ.get("REMOTE_ADDR", ""))).strip()
    if ":" not in text:
        return text
    try:
        # Half of an address in bytes: ipaddress takes fifty times as long.
        packed = socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        return text
    # A server that listens by IPv6 alone sees every IPv4 address in one network of it (RFC 4291, section 2.5.5.2).
    return socket.inet_ntoa(packed[12:]) if packed[:12] == _MAPPED else packed[:8].hex()


def count_place(request: HttpRequest, *, now: datetime) -> None:
    """Count a form sent from a place. Refuses with TooManyTries."""
    _count(_PLACES, place_of(request), now)


def count_letters(addresses: Iterable[str], *, now: datetime) -> None:
    """Count a letter to each of these e-mail addresses ("": none). Refuses with TooManyTries.

    What stands after a "+" before the @ does not make another mailbox.
    """
    for address in sorted({_mailbox(one) for one in addresses} - {""}):
        _count(_LETTERS, address, now)


def count_link(request: HttpRequest, address: str, *, now: datetime) -> None:
    """Count a lost link asked for from a place for a mailbox. Refuses with TooManyTries.

    Counted apart from letters: nobody uses up the letters of somebody else.
    """
    _count(_LINKS, f"{place_of(request)} {_mailbox(address)}", now)


def count_year(person_id: int, *, now: datetime) -> None:
    """Count a year of birth that was tried for a person. Refuses with TooManyTries."""
    _count(_YEARS, str(person_id), now)


def count_code(person_id: int, *, now: datetime) -> None:
    """Count a try at the code that shows that a contact is this person's. Refuses with TooManyTries."""
    _count(_CODES, str(person_id), now)


class SignUpTries:
    """The sign-ups of a place and the letters to some addresses and numbers ("": none), counted once one is stored.

    As a context it holds those that are on their way: many sent at the same moment are not each the first.
    """

    __slots__ = ("_held", "_marks", "_minute")

    def __init__(self, place: str, addresses: Iterable[str], *, now: datetime) -> None:
        self._minute = _minute_of(now)
        mailboxes = [_mailbox(one) for one in addresses if one]
        self._marks = [(_SIGN_UPS, hash(place)), *[(_LETTERS, hash(one)) for one in mailboxes if one]]
        self._held: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_broken: object) -> None:
        with _ON_THE_WAY_LOCK:
            for hashed in self._held:
                left = _ON_THE_WAY.pop(hashed, 0) - 1
                if left > 0:
                    _ON_THE_WAY[hashed] = left
        self._held = []

    def refuse_too_many(self) -> None:
        """Refuses with TooManyTries, and counts nothing; until the context ends it is on its way."""
        minute = self._minute
        with _ON_THE_WAY_LOCK:
            for kind, hashed in self._marks:
                for limit, counts in kind:
                    count = counts.count_of(minute // limit.window_minutes, hashed) + _ON_THE_WAY.get(
                        hashed, 0
                    )
                    if count >= limit.count_max:
                        raise TooManyTries(minutes=limit.window_minutes - minute % limit.window_minutes)
            self._held = [hashed for _, hashed in self._marks]
            for hashed in self._held:
                _ON_THE_WAY[hashed] = _ON_THE_WAY.get(hashed, 0) + 1

    def count(self) -> None:
        for kind, hashed in self._marks:
            for limit, counts in kind:
                counts.add(self._minute // limit.window_minutes, hashed)


def _mailbox(address: str) -> str:
    """A mailbox however it is written; of a number its last digits, so that strangers share a count, but hardly ten."""
    whole = address if address.isascii() else unicodedata.normalize("NFC", address)
    name, at, domain = whole.strip().lower().rpartition("@")
    if not at:
        digits = [str(unicodedata.decimal(sign)) for sign in domain if sign.isdecimal()]
        return "".join(digits[-PHONE_DIGITS:])
    return name.partition("+")[0] + at + domain


def forget() -> None:
    """Count anew."""
    with _ON_THE_WAY_LOCK:
        _ON_THE_WAY.clear()
    for kind in (_PLACES, _SIGN_UPS, _LETTERS, _LINKS, _CODES, _YEARS):
        for _, counts in kind:
            counts.forget()


_Kind = tuple[tuple[Limit, Counts], ...]
_ON_THE_WAY: Final[dict[int, int]] = {}
_ON_THE_WAY_LOCK: Final = Lock()
# With as many mailboxes in a window as cells, one in ten million would be told ten where there was one.
_LETTERS: Final[_Kind] = tuple((limit, Counts(1 << 21)) for limit in LETTERS)
_PLACES: Final[_Kind] = tuple((limit, Counts(1 << 17)) for limit in PLACE)
_LINKS: Final[_Kind] = tuple((limit, Counts(1 << 17)) for limit in LINKS)
_SIGN_UPS: Final[_Kind] = tuple((limit, Counts(1 << 17)) for limit in SIGN_UPS)
# In the hour of a surge a code comes from everybody: with few cells many people would share their tries.
_YEARS: Final[_Kind] = tuple((limit, Counts(1 << 17)) for limit in YEARS)
_CODES: Final[_Kind] = tuple((limit, Counts(1 << 21)) for limit in CODES)


def _minute_of(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _count(kind: _Kind, who: str, now: datetime) -> None:
    """Fixed windows: simple to explain, and at worst twice ``count_max`` around the turn of one."""
    minute = _minute_of(now)
    for limit, counts in kind:
        window, spent = divmod(minute, limit.window_minutes)
        # Python's hash of a text is SipHash under a key of this process.
        if counts.add(window, hash(who)) > limit.count_max:
            raise TooManyTries(minutes=limit.window_minutes - spent)
