"""One request to somebody else's server: kept connections, no redirects, a bounded answer."""

from __future__ import annotations

import http.client
import ssl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final
from urllib.parse import SplitResult, urlsplit

from dure.channels.types import ChannelDown

TIMEOUT_S: Final = 20.0
ANSWER_BYTES_MAX: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    @property
    def says(self) -> str:
        """The first line of the answer, for people."""
        return self.body[:200].decode("utf-8", "replace").strip().split("\n", 1)[0]


class Http:
    """GET and POST over kept connections. A server that can't be reached is ChannelDown."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._idle: defaultdict[tuple[str, str], list[http.client.HTTPConnection]] = defaultdict(list)
        self._lock = Lock()

    def ask(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        parts = urlsplit(url)
        kept = self._kept(parts)
        while kept is not None:
            # It may have been closed by the other side meanwhile: that is found out by using it.
            try:
                return self._ask(kept, parts, method, body, headers)
            except (ConnectionError, http.client.RemoteDisconnected):
                kept = self._kept(parts)
            except (OSError, http.client.HTTPException) as broken:
                raise ChannelDown(f"{parts.hostname}: {broken or type(broken).__name__}") from broken
        try:
            return self._ask(self._opened(parts), parts, method, body, headers)
        except (OSError, http.client.HTTPException) as broken:
            raise ChannelDown(f"{parts.hostname}: {broken or type(broken).__name__}") from broken

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        parts: SplitResult,
        method: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        is_whole = False
        try:
            connection.request(method, target, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            data = response.read(ANSWER_BYTES_MAX)
            is_whole = response.isclosed() and not response.will_close
            return Answer(response.status, data)
        finally:
            if is_whole:
                with self._lock:
                    self._idle[parts.scheme, parts.netloc].append(connection)
            else:
                connection.close()

    def _kept(self, parts: SplitResult) -> http.client.HTTPConnection | None:
        with self._lock:
            idle = self._idle[parts.scheme, parts.netloc]
            return idle.pop() if idle else None

    def _opened(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout_s)

    def close(self) -> None:
        """Drop the connections that nobody uses at the moment."""
        with self._lock:
            idle = [connection for some in self._idle.values() for connection in some]
            self._idle.clear()
        for connection in idle:
            connection.close()
