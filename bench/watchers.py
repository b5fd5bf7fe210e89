"""Ten thousand people watch one campaign: are they answered, and is anybody else kept waiting?

    python -m bench.watchers [--watchers 10000] [--people 20000] [--seconds 120] [--home DIR] [--json FILE]

The demo's day is served as ``dure serve`` does (``bench.web``). Each watcher is an open page: a line of its own, while
the server keeps it, on which the file of figures is asked for as ``live.js`` does, every 45 s and up to half as long
again, with the tag of what it has. ``page``: the campaign's page at 100 a second from visitors without a session, as
when a newspaper links to it. ``others``: volunteers, captains and organisers at their pages, first alone and then with
all watchers there. Times count from when a request was due. ``floor`` is the same load as ``page`` on the figures, over
a few lines: the least that the server takes for an answer from memory; the rest is the crowd's.
"""

from __future__ import annotations

import argparse
import heapq
import json
import multiprocessing
import random
import resource
import selectors
import socket
import tempfile
import time
from array import array
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from bench.intake_load import END_OF_HEAD, quantile_ms
from bench.web import Looks, Site, measure, mixed, served, stage

EVERY_S: Final = 45.0
GOAL_WATCHERS_P99_MS: Final = 250
GOAL_PAGE_P95_MS: Final = 60
PAGE_PER_SECOND: Final = 100
OTHERS_PER_SECOND: Final = 20
# Descriptors that are not connections.
SPARE_FILES: Final = 200


class _Page:
    """A page that stands open."""

    __slots__ = ("asks", "due", "got", "line", "tag")

    def __init__(self) -> None:
        self.line: socket.socket | None = None
        self.due, self.got, self.tag, self.asks = 0.0, b"", "", False


class Crowd:
    """``count`` pages that ask for ``path``; ``took_s`` of each answer, ``unchanged`` of them in a line."""

    def __init__(self, address: tuple[str, int], path: str, count: int, dice: random.Random) -> None:
        self._address, self._path, self._dice = address, path, dice
        self._pages = [_Page() for _ in range(count)]
        self.took_s: array[float] = array("d")
        self.unchanged = self.answered = self.broken = 0

    def run(self, seconds: float) -> None:
        """Pages that were opened at different times ask on; whatever is on its way at the end is waited for."""
        began = time.perf_counter()
        waiting = [(began + self._dice.random() * EVERY_S, number) for number in range(len(self._pages))]
        heapq.heapify(waiting)
        under_way = 0
        with selectors.DefaultSelector() as lines:
            while True:
                now = time.perf_counter()
                is_over = now - began >= seconds
                while waiting and waiting[0][0] <= now and not is_over:
                    due, number = heapq.heappop(waiting)
                    under_way += self._ask(lines, self._pages[number], number, due)
                if is_over and (not under_way or now - began > seconds + 20):
                    break
                for key, _ in lines.select(timeout=0.001):
                    number = key.data
                    if self._hear(lines, self._pages[number]):
                        under_way -= 1
                        again = time.perf_counter() + EVERY_S * (1 + self._dice.random() / 2)
                        heapq.heappush(waiting, (again, number))

    def _ask(self, lines: selectors.BaseSelector, page: _Page, number: int, due: float) -> int:
        head = f"GET {self._path} HTTP/1.1\r\nHost: {self._address[0]}:{self._address[1]}\r\nAccept-Encoding: gzip\r\n"
        tagged = f"If-None-Match: {page.tag}\r\n" if page.tag else ""
        page.due, page.got, page.asks = due, b"", True
        try:
            if page.line is None:
                page.line = socket.create_connection(self._address)
                lines.register(page.line, selectors.EVENT_READ, number)
            page.line.sendall(f"{head}{tagged}\r\n".encode())
        except OSError:
            self._cut(lines, page)
            return 0
        return 1

    def _hear(self, lines: selectors.BaseSelector, page: _Page) -> bool:
        """Whether an answer is whole, or the line is cut."""
        try:
            part = page.line.recv(65536) if page.line else b""
        except OSError:
            part = b""
        if not part:
            # The server closes lines that say nothing for long; the next request opens another, as in a browser.
            was_asking = page.asks
            self._cut(lines, page)
            return was_asking
        page.got += part
        head, found, body = page.got.partition(END_OF_HEAD)
        if not found:
            return False
        named = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        status = int(head[9:12])
        if status != 304 and len(body) < int(named.get(b"content-length", b"0")):
            return False
        page.asks = False
        self.took_s.append(time.perf_counter() - page.due)
        self.answered += status in (200, 304)
        self.unchanged += status == 304
        page.tag = named.get(b"etag", b"").decode().replace('w/"', 'W/"') or page.tag
        return True

    def _cut(self, lines: selectors.BaseSelector, page: _Page) -> None:
        self.broken += page.asks
        page.asks = False
        if page.line is not None:
            lines.unregister(page.line)
            page.line.close()
            page.line = None

    def told(self) -> dict[str, Any]:
        return {
            "pages": len(self._pages),
            "asked": len(self.took_s),
            "answered": self.answered,
            "unchanged": self.unchanged,
            "broken": self.broken,
            **{f"p{share}_ms": quantile_ms(self.took_s, share / 100) for share in (50, 95, 99)},
        }


def _watch(
    told: Connection, address: tuple[str, int], path: str, count: int, seconds: float, seed: int
) -> None:
    """The crowd in a process of its own: it must not wait for the one that measures."""
    crowd = Crowd(address, path, count, random.Random(seed))  # noqa: S311  when a page was opened
    crowd.run(seconds)
    told.send(crowd.told())


def watched(
    site: Site, path: str, count: int, seconds: float, looks: Looks
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the crowd heard, and others beside it, once the crowd is there."""
    here, there = multiprocessing.Pipe()
    crowd = multiprocessing.Process(target=_watch, args=(there, site.address, path, count, seconds, 11))
    before, began = site.cpu_s(), time.perf_counter()
    crowd.start()
    time.sleep(seconds * 0.2)
    dice = random.Random(7)  # noqa: S311  whose page is looked at next
    others = measure(site, mixed(looks, dice), OTHERS_PER_SECOND, seconds * 0.6)
    heard: dict[str, Any] = here.recv()
    crowd.join()
    cores = round((site.cpu_s() - before) / (time.perf_counter() - began), 3)
    return {**heard, "server_cores_with_others": cores}, others


def run(home: Path, people: int, watchers: int, seconds: float) -> dict[str, Any]:
    looks, _ = stage(home / f"people-{people}", people)
    slug = json.loads((home / f"people-{people}" / "cast.json").read_text())["slug"]
    figures, page = f"/c/{slug}/figures.json", f"/c/{slug}/"
    dice = random.Random(7)  # noqa: S311  whose page is looked at next
    with served(home / f"people-{people}") as site:
        for path in (page, figures):
            measure(site, lambda _, path=path: [path, ""], 2, 1)  # type: ignore[misc]  # warm
        measure(site, mixed(looks, dice), OTHERS_PER_SECOND, 3)
        rows = {
            "floor": measure(site, lambda _: [figures, ""], PAGE_PER_SECOND, seconds / 3),
            "page": measure(site, lambda _: [page, ""], PAGE_PER_SECOND, seconds / 3),
            "others_alone": measure(site, mixed(looks, dice), OTHERS_PER_SECOND, seconds * 0.6),
        }
        rows["watchers"], rows["others_beside"] = watched(site, figures, watchers, seconds, looks)
    for name, row in rows.items():
        print(f"{name:14} {json.dumps(row)}", flush=True)
    goals = {"watchers_p99_ms": GOAL_WATCHERS_P99_MS, "page_p95_ms": GOAL_PAGE_P95_MS}
    return {"people": people, "watchers": watchers, "goals": goals, "rows": rows}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--watchers", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--home", type=Path, help="Keeps the stage for the next run.")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    wanted, (_, hard) = given.watchers + SPARE_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(wanted, 1024), hard), hard))
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        told = run(given.home or Path(folder), given.people, given.watchers, given.seconds)
    if given.json:
        given.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
