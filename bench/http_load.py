"""A load generator: many connections kept alive, one request at a time on each, in one process.

A phone sends an entry and waits for its receipt; so does each connection here. The next request goes out when the
answer is in. Requests are made ready before the clock starts, since the generator shares the two cores.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Heard:
    """What came back: status and body of each answer by the number of its request, and how long each took."""

    answers: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    took_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    broken: int = 0

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.took_s)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2) if ordered else 0.0


def request(address: tuple[str, int], path: str, token: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Line:
    """One connection and the request that is on its way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = -1
        self.sent_at = 0.0
        self.got = b""

    def send(self, number: int, data: bytes) -> None:
        self.number, self.got, self.sent_at = number, b"", time.perf_counter()
        self.socket.sendall(data)

    def answer(self) -> tuple[int, bytes] | None:
        """Status and body once they are whole."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError
        self.got += part
        head, found, body = self.got.partition(END_OF_HEAD)
        if not found:
            return None
        lowered = head.lower()
        at = lowered.index(b"content-length:") + 15
        length = int(lowered[at : lowered.find(b"\r\n", at) if b"\r\n" in lowered[at:] else len(lowered)])
        return (int(head[9:12]), body) if len(body) >= length else None


def load(
    address: tuple[str, int], requests: Sequence[bytes], *, connections: int, seconds_max: float
) -> Heard:
    """Send ``requests`` over ``connections``, until all are answered, the time is over or all lines are cut."""
    heard = Heard()
    waiting = iter(enumerate(requests))
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            if (following := next(waiting, None)) is not None:
                line = _Line(address)
                line.send(*following)
                selector.register(line.socket, selectors.EVENT_READ, line)
        while selector.get_map():
            ready = selector.select(timeout=30)
            if not ready:
                break
            for key, _ in ready:
                line = key.data
                try:
                    answer = line.answer()
                except OSError:
                    heard.broken += 1
                    selector.unregister(line.socket)
                    line.socket.close()
                    continue
                if answer is None:
                    continue
                now = time.perf_counter()
                heard.answers[line.number] = answer
                heard.took_s.append(now - line.sent_at)
                following = next(waiting, None) if now - began < seconds_max else None
                if following is None:
                    selector.unregister(line.socket)
                    line.socket.close()
                else:
                    try:
                        line.send(*following)
                    except OSError:
                        heard.broken += 1
                        selector.unregister(line.socket)
                        line.socket.close()
    heard.seconds = time.perf_counter() - began
    return heard
