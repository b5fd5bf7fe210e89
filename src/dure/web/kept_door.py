"""Pages that very many watch, answered before Django from bytes that are kept for seconds.

A campaign's page and its file of figures are the same for everybody who is not signed in. Here each of them is made
once in ``FRESH_S`` seconds, whoever comes, and otherwise answered from memory: with an ETag, so that a page that stands
open costs a line (304) while nothing changed, and packed once. While one visitor's request makes a page anew, all
others are given the page as it was; and while the page can't be made (the database is away), what was kept stands in
for it for ``STANDS_IN_S`` seconds.

Whoever brings a session, or asks with a query, is led on to Django and sees their own page.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from threading import Event, Lock
from time import monotonic
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils import translation

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# What is kept: the home page, a campaign's page, its figures, and what other sites show of it.
PATHS: Final = re.compile(
    r"/(?:c/[-a-zA-Z0-9_]+/(?:figures\.json|widget/|card\.png|feed\.atom|standings/)?|calls/)?"
)
FRESH_S: Final = 10.0
# A page that can't be made anew is shown as it was for so long: rather an old figure than none.
STANDS_IN_S: Final = 900.0
# Who comes while the very first is being made waits for it, rather than make it once more.
WAIT_S: Final = 20.0
BYTES_MAX: Final = 64 * 1024 * 1024
# Less is not worth the packing.
PACKED_BYTES_MIN: Final = 400
# Headers that belong to one connection or one answer, and are written anew.
OWN_HEADERS: Final = frozenset({"content-length", "content-encoding", "etag", "connection", "set-cookie"})
# What else of a request goes on to Django with the page's address and language.
KEY_HEADERS: Final = frozenset({"HTTP_HOST", "HTTP_X_FORWARDED_PROTO"})
PACKABLE: Final = ("text/", "application/json", "application/atom", "image/svg")


class Key(NamedTuple):
    """All that a kept answer depends on; ``host`` and ``is_https`` stand in its whole addresses."""

    path: str
    language: str
    host: str
    is_https: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is given again: ``headers`` without length, tag and packing."""

    headers: tuple[tuple[str, str], ...]
    tag: str
    body: bytes
    packed: bytes | None
    made_at: float

    @property
    def size_bytes(self) -> int:
        return len(self.body) + len(self.packed or b"")


class KeptDoor:
    """The WSGI application in front of ``rest``; ``clock`` in seconds, for tests."""

    def __init__(self, rest: Application, clock: Callable[[], float] = monotonic) -> None:
        self._rest, self._clock = rest, clock
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._making: dict[Key, Event] = {}
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self._rest(environ, start_response)
        kept, is_ours = self._fresh(key)
        if kept is None:
            made = self._renewed(key, environ) if is_ours else _asked(self._rest, environ, key.language)
            if isinstance(made, _Answer):
                start_response(made.status, made.headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [made.body]
            kept = made
        return _given(kept, environ, start_response)

    def forget(self) -> None:
        """Make everything anew."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _fresh(self, key: Key) -> tuple[Kept | None, bool]:
        """What may be given at once; else None, and whether it is for this request to make it for all."""
        making: Event | None = None
        while True:
            with self._lock:
                kept, before = self._kept.get(key), making
                making = self._making.get(key)
                age = self._clock() - kept.made_at if kept else STANDS_IN_S
                if kept is not None and (age < FRESH_S or (making is not None and age < STANDS_IN_S)):
                    self._kept.move_to_end(key)
                    return kept, False
                if before is not None:
                    # Waited once, and it is nothing to be kept: everybody asks for themselves.
                    return None, False
                if making is None:
                    self._making[key] = Event()
                    return None, True
            making.wait(WAIT_S)

    def _renewed(self, key: Key, environ: Environ) -> Kept | _Answer:
        """The answer made now; kept when it is good, and stood in for by the old one when it is a fault."""
        try:
            answer = _asked(self._rest, environ, key.language)
            kept = answer.keepable(self._clock())
            with self._lock:
                old = self._kept.get(key)
                stands_in = old is not None and self._clock() - old.made_at < STANDS_IN_S
                if kept is None and answer.is_fault and stands_in and old is not None:
                    return old
                self._drop(key)
                if kept is not None:
                    self._keep(key, kept)
            return kept or answer
        finally:
            with self._lock:
                if (done := self._making.pop(key, None)) is not None:
                    done.set()

    def _drop(self, key: Key) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            self._bytes -= old.size_bytes

    def _keep(self, key: Key, kept: Kept) -> None:
        self._kept[key] = kept
        self._bytes += kept.size_bytes
        while self._bytes > BYTES_MAX and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._bytes -= old.size_bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    """What Django said."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def is_fault(self) -> bool:
        return self.status[:1] == "5"

    def keepable(self, at: float) -> Kept | None:
        """None when it is no page, sets a cookie, or holds a number that must be used once only."""
        names = {name.lower(): value for name, value in self.headers}
        once = "'nonce-" in names.get("content-security-policy", "")
        if self.status[:3] != "200" or "set-cookie" in names or once:
            return None
        is_packable = names.get("content-type", "").startswith(PACKABLE) and len(self.body) > PACKED_BYTES_MIN
        headers = [(name, value) for name, value in self.headers if name.lower() not in OWN_HEADERS]
        if "cache-control" not in names:
            # A browser asks each time, and is told in a line that nothing changed.
            headers.append(("Cache-Control", "no-cache"))
        return Kept(
            headers=tuple(headers),
            # Weak: packed and unpacked bytes share it.
            tag=f'W/"{sha256(self.body).hexdigest()[:24]}"',
            body=self.body,
            packed=gzip.compress(self.body, 6, mtime=0) if is_packable else None,
            made_at=at,
        )


def key_of(environ: Environ) -> Key | None:
    """What an answer depends on for whoever is not signed in; None where it isn't kept."""
    path = environ.get("PATH_INFO", "")
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
        return None
    if PATHS.fullmatch(path) is None or environ.get("HTTP_AUTHORIZATION"):
        return None
    language = _language(environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    if language is None:
        return None
    is_https = environ.get("HTTP_X_FORWARDED_PROTO") == "https"
    return Key(path, language, environ.get("HTTP_HOST", ""), is_https)


@lru_cache(maxsize=4096)
def _language(cookies: str, accepted: str) -> str | None:
    """The language of a visitor without a session; None for whoever has one, or was told something meanwhile."""
    # Read as Django reads them: a reader that gives up at a cookie it can't make sense of would not see the session
    # behind it.
    named = parse_cookie(cookies)
    if named.keys() - {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}:
        return None
    asked = SimpleNamespace(COOKIES=named, META={"HTTP_ACCEPT_LANGUAGE": accepted}, path_info="/")
    return translation.get_language_from_request(cast(HttpRequest, asked))


def _asked(rest: Application, environ: Environ, language: str) -> _Answer:
    """What Django answers to anybody: the whole page, unpacked, made of nothing but what stands in its key."""
    asked = {name: value for name, value in environ.items() if name[:5] != "HTTP_" or name in KEY_HEADERS}
    asked["REQUEST_METHOD"] = "GET"
    asked["HTTP_ACCEPT_LANGUAGE"] = language
    # The token of a form: a page that holds one is not kept, but its form must be good in the visitor's other tabs.
    token = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.CSRF_COOKIE_NAME)
    if token is not None:
        asked["HTTP_COOKIE"] = f"{settings.CSRF_COOKIE_NAME}={token}"
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _trouble: object = None) -> None:
        said.append((status, headers))

    pieces = rest(asked, start)
    try:
        body = b"".join(pieces)
    finally:
        if (close := getattr(pieces, "close", None)) is not None:
            close()
    status, headers = said[-1]
    return _Answer(status, headers, body)


def _given(kept: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    headers = [*kept.headers, ("ETag", kept.tag)]
    # Tags are compared weakly (RFC 9110, 13.1.2): a proxy may have made ours weaker or stronger.
    if kept.tag.removeprefix("W/") in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response(f"{int(HTTPStatus.NOT_MODIFIED)} {HTTPStatus.NOT_MODIFIED.phrase}", headers)
        return []
    body = kept.body
    if kept.packed is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        body = kept.packed
        headers.append(("Content-Encoding", "gzip"))
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
