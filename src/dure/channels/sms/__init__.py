"""SMS by an HTTP gateway that speaks as Kannel's sendsms does, which most providers and SMPP gateways imitate.

A message is asked for by GET with ``to``, ``text``, ``charset``, ``coding``, and Kannel's ``dlr-mask`` and ``dlr-url``
for delivery reports (Kannel user's guide, chapter on the sendsms service). 200 and 202: taken.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from dure.channels.http import Http
from dure.channels.types import ChannelDown, Letter, Undelivered

AT_ONCE: Final = 8
# Kannel's codes: 1 delivered to the phone, 2 not delivered to the phone, 16 turned away by the operator's centre.
DELIVERED: Final = 1
NOT_DELIVERED: Final = (2, 16)
REPORTS: Final = DELIVERED | 2 | 16
# 3GPP TS 23.038, section 6.2.1: the default alphabet, and what costs two places of it.
_GSM_7: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_DOUBLE: Final = frozenset("^{}\\[~]|€\f")
# Places of a message alone, and of each part of a longer one (3GPP TS 23.040, section 9.2.3.24.1).
_ALONE_7, _PART_7 = 160, 153
_ALONE_16, _PART_16 = 70, 67


def is_gsm_7(text: str) -> bool:
    return all(sign in _GSM_7 or sign in _GSM_7_DOUBLE for sign in text)


def part_count(text: str) -> int:
    """How many messages a text is sent and paid as.

    >>> part_count("x" * 160), part_count("x" * 161), part_count("가" * 70), part_count("가" * 71)
    (1, 2, 1, 2)
    """
    if is_gsm_7(text):
        places, alone, part = sum(2 if sign in _GSM_7_DOUBLE else 1 for sign in text), _ALONE_7, _PART_7
    else:
        places, alone, part = len(text.encode("utf-16-be")) // 2, _ALONE_16, _PART_16
    return 1 if places <= alone else -(-places // part)


def text_of(letter: Letter) -> str:
    return f"{letter.brief or letter.body} {letter.link}".strip()


class SmsChannel:
    """``url``: the gateway's sendsms, with its user and password before the @ and further parameters (``from``) after
    the ?."""

    at_once = AT_ONCE

    def __init__(self, url: str, *, http: Http | None = None) -> None:
        parts = urlsplit(url)
        self._http = http or Http()
        self._given = parse_qsl(parts.query)
        if parts.username:
            self._given += [
                ("username", unquote(parts.username)),
                ("password", unquote(parts.password or "")),
            ]
        self._place = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def parts(self, letter: Letter) -> int:
        return part_count(text_of(letter))

    def send(self, letter: Letter) -> None:
        text = text_of(letter)
        asked = [
            ("to", letter.address),
            ("text", text),
            ("charset", "UTF-8"),
            ("coding", "0" if is_gsm_7(text) else "2"),
        ]
        if letter.report_to:
            asked += [("dlr-mask", str(REPORTS)), ("dlr-url", letter.report_to)]
        answer = self._http.ask("GET", f"{self._place}?{urlencode(self._given + asked)}")
        if answer.status in (200, 201, 202):
            return
        if answer.status in (400, 406, 422):
            raise Undelivered(f"{answer.status} {answer.says}", permanent=True)
        raise ChannelDown(f"the SMS gateway answers {answer.status} {answer.says}".strip())

    def close(self) -> None:
        self._http.close()
