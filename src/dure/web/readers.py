"""Pages are made in processes beside the server, each with one thread, so that looking never holds up storing.

Python runs one thread of a process at a time. A page asks the database some ten to twenty times and each time hands
that turn on: among a hundred threads it waited for it longer than it worked, cost twice the CPU, and the sign-ups and
check-ins that came meanwhile waited with it (measured: docs/why/pages-of-a-nation.md). Here whatever only looks (GET,
HEAD) is made by one of a few readers, one page at a time in each, and the system shares the cores among them; what is
sent in, and what streams, stays in the server's own process.

A reader that dies is begun anew and the look asked once more, which harms nobody: a look changes nothing. Too many who
wait are told so at once, so that there is always a thread for those who bring something.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from multiprocessing.connection import Connection
from threading import Condition
from typing import Any, Final, cast

import msgspec
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from dure.base.briefly import BRIEFLY
from dure.base.nursery import Nursery, let_go_of_databases
from dure.kernel.refusals import Refusal
from dure.web.fresh import BRINGS

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
# Of some 190 threads: beside the sign-ups in hand others are left for who checks in, records or signs off.
WAITING_MAX: Final = 64
# No page takes so long; whoever waited longer has given up.
LOOK_SECONDS_MAX: Final = 60
RETRY_S: Final = 5
# A reader whose page hangs ends itself this much later than the server stops waiting for it.
HUNG_SECONDS: Final = 5
log = logging.getLogger(__name__)


class SiteBusy(Refusal):
    code = "site_busy"
    says = "Very many are looking at the moment. Nothing is lost. Ask again in {retry_s} s."
    status = 503


class Look(msgspec.Struct, array_like=True, frozen=True):
    """What a reader is asked: the words of a request, and how often the server forgot what it kept briefly."""

    environ: dict[str, str]
    forgotten: int


class Page(msgspec.Struct, array_like=True, frozen=True):
    status: str
    headers: list[tuple[str, str]]
    body: bytes


# None: it streams, and is for the server itself.
_PAGE: Final[msgspec.msgpack.Decoder[Page | None]] = msgspec.msgpack.Decoder(Page | None)
_LOOK: Final = msgspec.msgpack.Decoder(Look)
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Readers:
    """The WSGI application in front of ``rest``, which does the same in this process; ``count`` readers.

    ``told``: a refusal as programs are told it. Made before any thread is begun.
    """

    def __init__(self, rest: WSGIHandler, count: int, told: Callable[[Refusal], object]) -> None:
        self._rest = rest
        self._told = told
        let_go_of_databases()
        # What is there by now stays; looking for garbage in it would cost each reader a tenth of a second every time.
        gc.collect()
        gc.freeze()
        self._nursery = Nursery(lambda line: read(line, rest)) if count else None
        self._idle: deque[Connection[Any, Any] | None] = deque(
            [None] * count
        )  # None: one that is yet to be begun
        self._waiting = 0
        self._free = Condition()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        is_look = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if (
            self._nursery is None
            or not is_look
            or environ["PATH_INFO"].startswith((settings.STATIC_URL, *BRINGS))
        ):
            return self._rest(environ, start_response)
        try:
            page = self._asked({name: word for name, word in environ.items() if type(word) is str})
        except SiteBusy as busy:
            page = self._busy(busy, environ)
        if page is None:
            return self._rest(environ, start_response)
        start_response(page.status, page.headers)
        return [page.body]

    def _asked(self, words: dict[str, str]) -> Page | None:
        """The page; None where this process is to make it. Refuses with SiteBusy, also when two readers died of it."""
        look = _ENCODE(Look(words, BRIEFLY.forgotten))
        for _ in range(2):
            line = self._take()
            try:
                line = line or self._begun()
            except OSError as gone:
                self._end(None)
                log.error("no reader can be begun (%s): the server makes its pages itself", gone)
                return None
            try:
                line.send_bytes(look)
                told = line.recv_bytes()
            except BlockingIOError as late:
                self._end(line)
                log.error("a look at %s took longer than %s s", words["PATH_INFO"], LOOK_SECONDS_MAX)
                raise SiteBusy(retry_s=RETRY_S) from late
            except (EOFError, OSError) as gone:
                self._end(line)
                log.error("a reader died (%s) at %s; another one begins", gone, words["PATH_INFO"])
                continue
            self._give_back(line)
            return _PAGE.decode(told)
        # Made here, what ended two readers would end the server.
        raise SiteBusy(retry_s=RETRY_S)

    def _begun(self) -> Connection[Any, Any]:
        nursery = cast(Nursery, self._nursery)
        line = nursery.another()
        with socket.socket(fileno=os.dup(line.fileno())) as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", LOOK_SECONDS_MAX, 0))
        return line

    def _take(self) -> Connection[Any, Any] | None:
        """A reader of one's own. Refuses with SiteBusy when too many wait for one."""
        with self._free:
            if not self._idle and self._waiting >= WAITING_MAX:
                raise SiteBusy(retry_s=RETRY_S)
            self._waiting += 1
            try:
                while not self._idle:
                    self._free.wait()
            finally:
                self._waiting -= 1
            # The one that worked last: what it keeps is the freshest.
            return self._idle.pop()

    def _give_back(self, line: Connection[Any, Any] | None) -> None:
        with self._free:
            self._idle.append(line)
            self._free.notify()

    def _end(self, line: Connection[Any, Any] | None) -> None:
        if line is not None:
            line.close()
        self._give_back(None)

    def _busy(self, busy: SiteBusy, environ: Environ) -> Page:
        status = HTTPStatus(busy.status)
        language = _language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        if "text/html" in environ.get("HTTP_ACCEPT", ""):
            kind, body = "text/html; charset=utf-8", _busy_page(language)
        else:
            with translation.override(language):
                kind, body = "application/json", msgspec.json.encode(self._told(busy))
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Retry-After", str(RETRY_S)),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return Page(f"{status.value} {status.phrase}", headers, body)


def read(line: Connection[Any, Any], application: WSGIHandler) -> None:
    """Make pages for who asks over ``line`` until they are gone."""
    while True:
        look = _LOOK.decode(line.recv_bytes())
        BRIEFLY.keep_up(look.forgotten)
        # Whoever asked is gone by then, and nobody else ends a process that hangs.
        signal.alarm(LOOK_SECONDS_MAX + HUNG_SECONDS)
        page = _page(application, look.environ)
        signal.alarm(0)
        line.send_bytes(_ENCODE(page))


def _page(application: WSGIHandler, words: dict[str, str]) -> Page | None:
    said: list[tuple[str, list[tuple[str, str]]]] = []
    environ: Environ = words | {
        "wsgi.version": (1, 0),
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    def start(
        status: str, headers: list[tuple[str, str]], _trouble: object = None, /
    ) -> Callable[[bytes], object]:
        said.append((status, headers))
        return bytes

    response = application(environ, start)
    try:
        if not isinstance(response, HttpResponse):
            return None
        return Page(*said[-1], response.content)
    finally:
        response.close()


@lru_cache(maxsize=256)
def _language(accepted: str) -> str:
    """The first language a browser names that the site speaks; else the site's own."""
    for one in accepted.split(","):
        try:
            return translation.get_supported_language_variant(one.partition(";")[0].strip())
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=64)
def _busy_page(language: str) -> bytes:
    """Asks for itself again after some seconds, also without JavaScript."""
    with translation.override(language):
        return render_to_string("503.html", {"retry_s": RETRY_S}).encode()
