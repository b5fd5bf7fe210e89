"""Reading over HTTP from hosts that are slow, break off or never end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Event, Thread

import pytest

from dure.movement.ledger.outside.errors import LogUnreachable
from dure.movement.ledger.outside.web import Web

HEAD = b"HTTP/1.1 200 OK\r\n"
Says = Callable[[socket, Event], None]


@contextmanager
def host(says: Says) -> Iterator[str]:
    """The address of a host that hears a request and then ``says`` what it likes until it is told to end."""
    ended = Event()

    class Host(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            with suppress(OSError):  # whoever asked has had enough
                says(self.request, ended)

    class Hosts(ThreadingTCPServer):
        daemon_threads = True

    with Hosts(("127.0.0.1", 0), Host) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/log/checkpoint"
        ended.set()
        server.shutdown()


def drip(begin: bytes, drop: bytes) -> Says:
    """A byte now and then, so that no single wait is too long."""

    def says(asking: socket, ended: Event) -> None:
        asking.sendall(begin)
        while not ended.wait(0.05):
            asking.sendall(drop)

    return says


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (HEAD + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (HEAD + b"X-Header: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["body", "header", "continue", "trailer"],
)
def test_whoever_drips_is_not_waited_for_without_end(begin: bytes, drop: bytes) -> None:
    with host(drip(begin, drop)) as url, pytest.raises(LogUnreachable, match="does not answer in time"):
        Web(tries_max=1, timeout_seconds=0.2).get(url)


def test_an_answer_that_breaks_off_is_not_taken_for_a_short_file() -> None:
    def says(asking: socket, ended: Event) -> None:
        asking.sendall(HEAD + b"Content-Length: 8192\r\n\r\n" + bytes(100))

    with host(says) as url, pytest.raises(LogUnreachable, match="the answer broke off"):
        Web(tries_max=1).get(url)


def test_an_answer_of_megabytes_is_not_read_whole() -> None:
    def says(asking: socket, ended: Event) -> None:
        asking.sendall(HEAD + b"Connection: close\r\n\r\n")
        while not ended.is_set():
            asking.sendall(bytes(65_536))

    with host(says) as url, pytest.raises(LogUnreachable, match="more than 1048576 bytes"):
        Web(tries_max=1).get(url)
