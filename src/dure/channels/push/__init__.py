"""Web push: a few words on the screen of a phone, by the push service of its browser (RFC 8030, 8291, 8292).

The address of a letter is what the browser gave when it subscribed, as JSON: ``endpoint``, ``p256dh``, ``auth``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from dure.channels.http import Http
from dure.channels.push.sealing import AUTH_BYTES, PLAIN_BYTES_MAX, sealed
from dure.channels.push.vapid import GOOD_FOR_S, authorization, from_base64url
from dure.channels.types import ChannelDown, Letter, Undelivered

AT_ONCE: Final = 16
ENDPOINT_CHARS_MAX: Final = 1_000
# A phone that was off for longer has missed the day it was about.
KEPT_S: Final = 24 * 3600
# What a notice shows of a title anyway; with the link it always fits a message.
TITLE_CHARACTERS_MAX: Final = 200
_POINT_BYTES: Final = 65


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser takes pushes, and with which keys."""

    endpoint: str
    browser_key: bytes
    browser_secret: bytes


def subscription(text: str, *, hosts: Sequence[str]) -> Subscription:
    """What a browser gave, checked. ``hosts``: of push services, which also cover what ends in ".host".

    Our server posts to this address, so it may only lead to a push service, never into our own network. Raises
    ValueError, which says what is wrong.
    """
    try:
        given = json.loads(text)
        endpoint, key, secret = str(given["endpoint"]), str(given["p256dh"]), str(given["auth"])
        parts = urlsplit(endpoint)
        has_port = parts.port not in (None, 443)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("expected JSON with endpoint, p256dh and auth") from error
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or has_port or "@" in parts.netloc or len(endpoint) > ENDPOINT_CHARS_MAX:
        raise ValueError("the endpoint is no https address of a push service")
    if not any(host == one or host.endswith("." + one) for one in hosts):
        raise ValueError(f"{host} is no push service named in DURE_PUSH_HOSTS")
    browser_key, browser_secret = from_base64url(key), from_base64url(secret)
    if len(browser_key) != _POINT_BYTES or len(browser_secret) != AUTH_BYTES:
        raise ValueError("p256dh has 65 bytes and auth has 16")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser_key)
    return Subscription(endpoint, browser_key, browser_secret)


class PushChannel:
    """``contact``: whom a push service writes to when something is wrong (``mailto:…`` or the site's address)."""

    at_once = AT_ONCE

    def __init__(
        self, *, key: ec.EllipticCurvePrivateKey, contact: str, hosts: Sequence[str], http: Http | None = None
    ) -> None:
        self._key = key
        self._contact = contact
        self._hosts = tuple(hosts)
        self._http = http or Http()
        self._words: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def parts(self, letter: Letter) -> int:
        return 1

    def send(self, letter: Letter) -> None:
        try:
            to = subscription(letter.address, hosts=self._hosts)
        except ValueError as no:
            raise Undelivered(str(no), permanent=True) from no
        says = {"title": letter.subject, "body": letter.brief or letter.body, "link": letter.link}
        plain = json.dumps(says, ensure_ascii=False).encode()
        if len(plain) > PLAIN_BYTES_MAX:
            short = says | {"title": letter.subject[:TITLE_CHARACTERS_MAX], "body": ""}
            plain = json.dumps(short, ensure_ascii=False).encode()
        headers = {
            "Authorization": self._word(to.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_S),
            "Urgency": "high" if letter.is_urgent else "normal",
        }
        body = sealed(plain, browser_key=to.browser_key, browser_secret=to.browser_secret)
        # One service of several, at an address that a browser named: whatever is wrong with it, the others go on.
        try:
            answer = self._http.ask("POST", to.endpoint, body=body, headers=headers)
        except ChannelDown as down:
            raise Undelivered(str(down), permanent=False) from down
        if answer.status in (200, 201, 202, 204):
            return
        why = f"the push service answers {answer.status} {answer.says}".strip()
        # 401 and 403 are about our own word (RFC 8292, section 2.4: a wrong key, clock or contact): nobody's loss.
        if answer.status in (401, 403, 429, 500, 502, 503, 504):
            raise Undelivered(why, permanent=False)
        # 404 and 410: the browser has unsubscribed; 400 and 413 are about this subscription as well.
        raise Undelivered(why, permanent=True)

    def _word(self, endpoint: str) -> str:
        """The signed word for a push service, made anew when half its time is over."""
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        now = time.time()
        with self._lock:
            word, until = self._words.get(origin, ("", 0.0))
            if now >= until:
                word = authorization(self._key, origin=origin, contact=self._contact, now_s=int(now))
                self._words[origin] = (word, now + GOOD_FOR_S / 2)
            return word

    def close(self) -> None:
        self._http.close()
