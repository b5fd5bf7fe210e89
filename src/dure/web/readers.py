"""Pages are made in processes beside the server, each with one thread, so that looking never holds up storing.

Python runs one thread of a process at a time. A page asks the database some ten to twenty times and each time hands
that turn on: among a hundred threads it waited for it longer than it worked, cost twice the CPU, and the sign-ups and
check-ins that came meanwhile waited with it (measured: docs/why/pages-of-a-nation.md). Here whatever only looks (GET,
HEAD) is made by one of a few readers, one page at a time in each, and the system shares the cores among them; what is
sent in, and what streams, stays in the server's own process.

A reader that dies is begun anew and the look asked once more, which harms nobody: a look changes nothing. Too many who
wait are told so at once, so that there is always a thread for those who bring something.

What is worked out for all and has become old, a reader shows as it was (:mod:`dure.base.briefly`), and one process more
makes the same page again to renew it, so that no visitor waits for that. What takes long and is not there to be shown,
that process makes too, for whoever waits for it: no reader is held up.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
import signal
import socket
import struct
import sys
import tempfile
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Condition, Thread
from typing import Any, Final, cast

import msgspec
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.http import HttpResponse, parse_cookie
from django.template.loader import render_to_string
from django.utils import translation

from dure.base.briefly import BRIEFLY, LeftToAnother
from dure.base.nursery import Nursery, let_go_of_databases
from dure.kernel.frames import in_one_piece
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
# A reader's connection to SQLite is opened anew so often: that takes as long as asking it two hundred questions.
CONNECTION_SECONDS: Final = 60
# Pages that wait to be made again, with nobody waiting. More are asked for so soon again that they are not missed.
RENEWED_MAX: Final = 32
log = logging.getLogger(__name__)


class SiteBusy(Refusal):
    code = "site_busy"
    says = "Very many are looking at the moment. Nothing is lost. Ask again in {retry_s} s."
    status = 503


class Look(msgspec.Struct, array_like=True, frozen=True):
    """What a reader is asked: the words of a request, how often the server forgot what it kept briefly, the oldest of
    that which this visitor may be shown, and whether it is asked to renew it."""

    environ: dict[str, str]
    forgotten: int
    oldest: int
    renews: bool = False


class Page(msgspec.Struct, array_like=True, frozen=True):
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    # Something in it is to be renewed.
    is_old: bool = False


# In place of a page that takes long.
_SLOW: Final = Page("", [], b"")


# None: it streams, and is for the server itself.
_PAGE: Final[msgspec.msgpack.Decoder[Page | None]] = msgspec.msgpack.Decoder(Page | None)
_LOOK: Final = msgspec.msgpack.Decoder(Look)
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_PAGE_KEY: Final = ("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE")
_PageKey = tuple[int | str | None, ...]


class Readers:
    """The WSGI application in front of ``rest``, which does the same in this process; ``count`` readers.

    ``told``: a refusal as programs are told it. Made before any thread is begun.
    """

    def __init__(self, rest: WSGIHandler, count: int, told: Callable[[Refusal], object]) -> None:
        self._rest = in_one_piece(rest)
        self._told = told
        let_go_of_databases()
        # What is there by now stays; looking for garbage in it would cost each reader a tenth of a second every time.
        gc.collect()
        gc.freeze()
        self._nursery: Nursery | None = None
        if count:
            folder = tempfile.mkdtemp(prefix="dure-kept-")
            BRIEFLY.switch_on(Path(folder))
            work = in_one_piece(read)
            self._nursery = Nursery(lambda line: work(line, rest), lambda: shutil.rmtree(folder, True))
        self._renewal = Renewal(self._begun)
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
        look = _ENCODE(Look(words, BRIEFLY.forgotten, BRIEFLY.oldest_for(_session(words))))
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
            page = _PAGE.decode(told)
            if page == _SLOW:
                return self._renewal.made(words)
            if page is not None and page.is_old:
                self._renewal.wish(words)
            return page
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
            if not self._idle and self._waiting + self._renewal.waiting >= WAITING_MAX:
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


class Renewal:
    """Makes pages again whose parts have become old, one after the other in a process that ``begin`` gives."""

    def __init__(self, begin: Callable[[], Connection[Any, Any]]) -> None:
        self._begin = begin
        # Those that somebody waits for come first.
        self._old: OrderedDict[_PageKey, tuple[dict[str, str], Future[Page | None]]] = OrderedDict()
        self.waiting = 0
        self._changed = Condition()
        self._thread: Thread | None = None

    def wish(self, words: dict[str, str]) -> None:
        """Let the page of this request be made again."""
        with self._changed:
            if len(self._old) < RENEWED_MAX:
                self._begin_for(words)

    def made(self, words: dict[str, str]) -> Page | None:
        """The page of this request, as soon as it is made. Refuses with SiteBusy."""
        with self._changed:
            if self.waiting >= WAITING_MAX:
                raise SiteBusy(retry_s=RETRY_S)
            self.waiting += 1
            key, told = self._begin_for(words)
            self._old.move_to_end(key, last=False)
        try:
            return told.result(LOOK_SECONDS_MAX)
        except (TimeoutError, EOFError, OSError) as late:
            raise SiteBusy(retry_s=RETRY_S) from late
        finally:
            with self._changed:
                self.waiting -= 1

    def _begin_for(self, words: dict[str, str]) -> tuple[_PageKey, Future[Page | None]]:
        # What is made as it was before somebody acted is not for whoever looks after that.
        key = BRIEFLY.forgotten, *map(words.get, _PAGE_KEY)
        _, told = self._old.setdefault(key, (words, Future()))
        if self._thread is None:  # the server may have threads only after it was set up
            self._thread = Thread(target=self._work, name="renews pages", daemon=True)
            self._thread.start()
        self._changed.notify()
        return key, told

    def _work(self) -> None:
        line: Connection[Any, Any] | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._old)
                key, (words, told) = next(iter(self._old.items()))
            try:
                line = line or self._begin()
                line.send_bytes(_ENCODE(Look(words, BRIEFLY.forgotten, 0, renews=True)))
                told.set_result(_PAGE.decode(line.recv_bytes()))
            except (EOFError, OSError) as gone:  # whoever looks next asks for it again
                log.error("what is old of %s was not renewed (%s)", words["PATH_INFO"], gone)
                told.set_exception(gone)
                if line is not None:
                    line.close()
                line = None
            with self._changed:
                # Only now, so that whoever looked meanwhile did not ask for it once more.
                del self._old[key]


def read(line: Connection[Any, Any], application: WSGIHandler) -> None:
    """Make pages for who asks over ``line`` until they are gone."""
    for one in connections.all():
        if one.vendor == "sqlite":  # the other has a pool
            one.settings_dict["CONN_MAX_AGE"] = CONNECTION_SECONDS
    while True:
        look = _LOOK.decode(line.recv_bytes())
        BRIEFLY.look(forgotten=look.forgotten, oldest=look.oldest, renews=look.renews)
        # Whoever asked is gone by then, and nobody else ends a process that hangs.
        signal.alarm(LOOK_SECONDS_MAX + HUNG_SECONDS)
        try:
            page = _page(application, look.environ)
        except LeftToAnother:
            page = _SLOW
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
        return Page(*said[-1], response.content, BRIEFLY.has_left)
    finally:
        response.close()


def _session(words: dict[str, str]) -> str:
    return parse_cookie(words.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME, "")


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
