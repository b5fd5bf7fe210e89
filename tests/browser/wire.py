"""The line between a phone and the site: it can be cut, and it can swallow answers after the site has stored."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 65_536
WAIT_S = 30


@dataclass(slots=True)
class Wire:
    """A TCP relay to the site. ``mode``: "whole"; "cut": nobody is reached; "deaf": what is sent arrives, and the
    connection breaks instead of the answer; "stalled": of an answer only the head comes, and then silence for ever.
    ``swapped``: bodies given instead of the site's, by path."""

    address: str
    mode: str = "whole"
    swapped: dict[str, bytes] = field(default_factory=dict)
    swallowed: int = 0
    open_sockets: set[socket.socket] = field(default_factory=set)

    def cut(self) -> None:
        """From now on nobody is reached; what is open breaks."""
        self.mode = "cut"
        for one in tuple(self.open_sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def deafen(self) -> None:
        self.mode = "deaf"

    def stall(self) -> None:
        self.mode = "stalled"

    def mend(self) -> None:
        self.mode = "whole"


@contextmanager
def wire_to(site: str) -> Iterator[Wire]:
    """A wire to ``site`` (http://host:port) until the block ends."""
    target = (str(urlsplit(site).hostname), int(urlsplit(site).port or 80))
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        wire = Wire(f"http://127.0.0.1:{door.getsockname()[1]}")
        threading.Thread(target=_listen, args=(door, target, wire), daemon=True).start()
        yield wire
        wire.cut()


def _listen(door: socket.socket, target: tuple[str, int], wire: Wire) -> None:
    while True:
        try:
            phone, _ = door.accept()
        except OSError:
            return
        threading.Thread(target=_carry, args=(phone, target, wire), daemon=True).start()


def _carry(phone: socket.socket, target: tuple[str, int], wire: Wire) -> None:
    """One connection, one request at a time: browsers don't send the next before the answer is there."""
    with closing(phone), suppress(OSError):
        if wire.mode == "cut":
            return
        phone.settimeout(WAIT_S)
        wire.open_sockets.add(phone)
        with closing(socket.create_connection(target, WAIT_S)) as site:
            wire.open_sockets.add(site)
            try:
                back = threading.Thread(target=_back, args=(site, phone, wire), daemon=True)
                back.start()
                _forth(phone, site, wire)
                back.join(WAIT_S)
            finally:
                wire.open_sockets -= {phone, site}


def _forth(phone: socket.socket, site: socket.socket, wire: Wire) -> None:
    while sent := phone.recv(CHUNK):
        if wire.mode == "cut":
            return
        path = sent.split(b" ", 2)[1].decode() if sent.startswith(b"GET ") else ""
        if (body := wire.swapped.get(path)) is not None:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: {len(body)}\r\n\r\n"
            phone.sendall(head.encode() + body)
        else:
            site.sendall(sent)
    with suppress(OSError):
        site.shutdown(socket.SHUT_WR)


def _back(site: socket.socket, phone: socket.socket, wire: Wire) -> None:
    with suppress(OSError):
        while answered := site.recv(CHUNK):
            if wire.mode == "deaf":
                # The site has answered, so it has stored; the phone never hears of it.
                wire.swallowed += 1
                break
            if wire.mode == "stalled":
                phone.sendall(answered[: answered.find(b"\r\n\r\n") + 4])
                wire.swallowed += 1
                while wire.mode != "cut":
                    time.sleep(0.05)
                return
            phone.sendall(answered)
    for one in (phone, site):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
