"""The load of bench.intake: sign-ups over many connections kept alive, made as they are sent, in one process.

Closed: each connection sends its next when the answer is in. Paced: so many a second are due, whoever is free sends
them, and the time to the answer counts from when it was due (so that a stall is not forgotten). 503 is waited out.
"""

from __future__ import annotations

import selectors
import socket
import time
from array import array
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"
RETRY_S = 0.2


@dataclass
class Heard:
    """``acknowledged``: numbers answered by 201 or 200; ``at``: when, in seconds since the start, in order."""

    acknowledged: array[int] = field(default_factory=lambda: array("q"))
    at: array[float] = field(default_factory=lambda: array("d"))
    took_s: array[float] = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    refused_took_s: array[float] = field(default_factory=lambda: array("d"))
    seconds: float = 0.0
    broken: int = 0

    def peak_minute_per_s(self) -> float:
        """The most that were acknowledged in sixty seconds on end, a second; of all, where it took less."""
        if self.seconds <= 60:
            return len(self.at) / self.seconds if self.seconds else 0.0
        most, start = 0, 0
        for end, at in enumerate(self.at):
            while at - self.at[start] > 60:
                start += 1
            most = max(most, end - start + 1)
        return most / 60


def quantile_ms(took_s: array[float], share: float) -> float:
    ordered = sorted(took_s)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2) if ordered else 0.0


class _Line:
    """One connection and the request that is on its way."""

    __slots__ = ("due", "got", "number", "sent_at", "socket")

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number, self.due, self.sent_at, self.got = -1, 0.0, 0.0, b""

    def send(self, number: int, due: float, data: bytes) -> None:
        self.number, self.due, self.got = number, due, b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def status(self) -> int:
        """The status of the answer once it is whole, else 0."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError
        self.got = self.got + part if self.got else part
        head = self.got.find(END_OF_HEAD)
        if head < 0:
            return 0
        lowered = self.got[:head].lower()
        at = lowered.index(b"content-length:") + 15
        end = lowered.find(b"\r\n", at)
        length = int(lowered[at : end if end > 0 else head])
        return int(self.got[9:12]) if len(self.got) >= head + 4 + length else 0


class Load:
    """Sends the sign-ups ``numbers`` as ``request(number)`` makes them."""

    def __init__(
        self, address: tuple[str, int], request: Callable[[int], bytes], numbers: range, connections: int
    ) -> None:
        self._address = address
        self._request = request
        self._numbers = iter(numbers)
        self._connections = connections
        self._idle: deque[_Line] = deque()
        self._again: deque[tuple[float, float, int]] = (
            deque()
        )  # to come again: when, since when due, and which
        self.heard = Heard()

    def run(self, *, per_second: float = 0.0, seconds_max: float = 1e9, retries: bool = True) -> Heard:
        """Until every number is acknowledged (or answered, without ``retries``), the time is over or all are cut."""
        began = time.perf_counter()
        with selectors.DefaultSelector() as lines:
            for _ in range(self._connections):
                line = _Line(self._address)
                lines.register(line.socket, selectors.EVENT_READ, line)
                self._idle.append(line)
            while lines.get_map():
                now = time.perf_counter()
                while self._idle and now - began < seconds_max:
                    due = began + self._sent / per_second if per_second else now
                    if (which := self._next(now, due)) is None:
                        break
                    number, due = which
                    line = self._idle.popleft()
                    try:
                        line.send(number, due, self._request(number))
                    except OSError:
                        self._cut(lines, line)
                is_over = now - began >= seconds_max or (self._left is None and not self._again)
                if len(self._idle) == len(lines.get_map()) and is_over:
                    break
                for key, _ in lines.select(timeout=0.0005 if per_second or self._again else 5):
                    self._hear(lines, key.data, began, retries)
        for line in self._idle:
            line.socket.close()
        self.heard.seconds = time.perf_counter() - began
        return self.heard

    _left: int | None = -1
    _sent = 0

    def _next(self, now: float, due: float) -> tuple[int, float] | None:
        """Which is sent now, and since when it is due; None when nothing is."""
        if self._again and self._again[0][0] <= now:
            # Timed from when it was first due, so that the wait it was told is not forgotten.
            _, since, number = self._again.popleft()
            return number, since
        if due > now:
            return None
        self._left = next(self._numbers, None)
        if self._left is None:
            return None
        self._sent += 1
        return self._left, due

    def _hear(self, lines: selectors.BaseSelector, line: _Line, began: float, retries: bool) -> None:
        try:
            status = line.status()
        except OSError:
            self._cut(lines, line)
            return
        if not status:
            return
        now = time.perf_counter()
        heard = self.heard
        heard.statuses[status] += 1
        if status in (200, 201):
            heard.acknowledged.append(line.number)
            heard.at.append(now - began)
            heard.took_s.append(now - line.due)
        else:
            heard.refused_took_s.append(now - line.sent_at)
            if status == 503 and retries:
                self._again.append((now + RETRY_S, line.due, line.number))
        self._idle.append(line)

    def _cut(self, lines: selectors.BaseSelector, line: _Line) -> None:
        self.heard.broken += 1
        lines.unregister(line.socket)
        line.socket.close()
