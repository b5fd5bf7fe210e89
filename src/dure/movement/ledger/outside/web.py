"""Reading another's log over HTTP, patiently: connections are kept, failures tried again, answers bounded."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Timer, local
from time import sleep
from urllib.parse import SplitResult, urljoin, urlsplit

from dure.movement.ledger.outside.errors import LogUnreachable

TRIES_MAX = 4
WAIT_SECONDS = 0.25
TIMEOUT_SECONDS = 20.0
# A full bundle of 256 commitments is 8,704 bytes, a note may have half a megabyte.
ANSWER_BYTES_MAX = 1024 * 1024
# Who sends a byte now and then is never late for the next one: the whole answer gets so many times the patience.
_WHOLE_ANSWER = 3
_REDIRECTS_MAX = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_NOT_NOW = frozenset({429, 500, 502, 503, 504})
# What the other side says of itself is shown, but not a page of it.
_SAYING_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """``url`` is where the answer came from in the end, after redirects."""

    status: int
    data: bytes
    url: str

    @property
    def says(self) -> str:
        """The first line of the answer, for people."""
        text = self.data[: _SAYING_CHARS_MAX * 4].decode("utf-8", "replace").strip()
        return text.split("\n", 1)[0][:_SAYING_CHARS_MAX]


class Web:
    """GET and POST with one kept connection a thread and host. Refuses with LogUnreachable.

    ``pause(seconds)`` waits between two tries; ``tries_max`` 1 asks once only.
    """

    def __init__(
        self,
        *,
        tries_max: int = TRIES_MAX,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._tries_max = tries_max
        self._timeout_seconds = timeout_seconds
        self._pause = pause
        self._held = local()

    def get(self, url: str) -> Answer:
        """The answer at ``url``, whatever its status but those that ask to come again later."""
        for _ in range(_REDIRECTS_MAX):
            answer, moved_to = self._ask("GET", url, None, {})
            if not moved_to:
                return answer
            url = urljoin(url, moved_to)
        raise LogUnreachable(url=url, why=f"it sends on more than {_REDIRECTS_MAX} times")

    def post(self, url: str, data: bytes, content_type: str = "text/plain; charset=utf-8") -> Answer:
        return self._ask("POST", url, data, {"Content-Type": content_type})[0]

    def _ask(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Answer, str]:
        parts = parse_url(url)
        why = ""
        for attempt in range(self._tries_max):
            if attempt > 1:  # the first failure may only be a kept connection that the other side closed
                self._pause(WAIT_SECONDS * 2**attempt)
            try:
                answer, moved_to = self._ask_once(method, url, parts, data, headers)
            except (OSError, http.client.HTTPException) as broken:
                self._drop(parts)
                why = _why(broken)
                continue
            if answer.status not in _NOT_NOW:
                return answer, moved_to
            why = f"it answers {answer.status} {answer.says}".strip()
        raise LogUnreachable(url=url, why=why)

    def _ask_once(
        self, method: str, url: str, parts: SplitResult, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Answer, str]:
        connection = self._connection(parts)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if connection.sock is None:
            connection.connect()
        is_late = Event()
        watch = Timer(self._timeout_seconds * _WHOLE_ANSWER, _hang_up, (connection.sock, is_late))
        watch.daemon = True
        watch.start()
        try:
            connection.request(method, target, body=data, headers={"Accept-Encoding": "identity", **headers})
            response = connection.getresponse()
            body = response.read(ANSWER_BYTES_MAX + 1)
        except (OSError, http.client.HTTPException) as broken:
            if is_late.is_set():
                raise TimeoutError from broken
            raise
        finally:
            watch.cancel()
        if is_late.is_set():
            raise TimeoutError
        if len(body) <= ANSWER_BYTES_MAX and response.length:
            # http.client takes what came before the other side hung up for the whole.
            raise http.client.IncompleteRead(body, response.length)
        if len(body) > ANSWER_BYTES_MAX:
            self._drop(parts)
            raise LogUnreachable(url=url, why=f"the answer has more than {ANSWER_BYTES_MAX} bytes")
        moved_to = response.headers.get("Location", "") if response.status in _MOVED else ""
        return Answer(response.status, body, url), moved_to

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        held: dict[tuple[str, str], http.client.HTTPConnection] = self._held.__dict__.setdefault("open", {})
        place = (parts.scheme, parts.netloc)
        if place not in held:
            host, port = parts.hostname or "", parts.port
            held[place] = (
                http.client.HTTPSConnection(
                    host, port, timeout=self._timeout_seconds, context=ssl.create_default_context()
                )
                if parts.scheme == "https"
                else http.client.HTTPConnection(host, port, timeout=self._timeout_seconds)
            )
        return held[place]

    def _drop(self, parts: SplitResult) -> None:
        held = self._held.__dict__.get("open", {})
        connection = held.pop((parts.scheme, parts.netloc), None)
        if connection is not None:
            connection.close()


def parse_url(url: str) -> SplitResult:
    """The parts of an http or https address; refuses with LogUnreachable what is none."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port != 0
    except ValueError as odd:
        raise LogUnreachable(url=url, why=str(odd).lower()) from odd
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_fits:
        raise LogUnreachable(url=url, why="expected an address such as https://example.org")
    return parts


def _hang_up(connected: socket.socket, is_late: Event) -> None:
    is_late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _why(broken: Exception) -> str:
    if isinstance(broken, TimeoutError):
        return "it does not answer in time"
    if isinstance(broken, socket.gaierror):
        return "its name is not known"
    if isinstance(broken, http.client.IncompleteRead):
        return "the answer broke off"
    return (str(getattr(broken, "strerror", "") or broken) or type(broken).__name__).lower()
