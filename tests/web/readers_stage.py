"""A server's process with two readers and a site of a few words: plays looks at it and prints what came of them.

A process of its own: readers are copies of a process that has one thread, which one that runs tests has not.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from dure.api.told import told_refusal
from dure.base.briefly import BRIEFLY
from dure.base.home import home
from dure.web import readers
from dure.web.readers import Readers

GO_ON = home() / "go-on"
PLACE_OF_HUNG = home() / "hung"


def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> HttpResponseBase:
    """Says who answers; dies, takes its time, streams or counts where the address says so."""
    match environ["PATH_INFO"]:
        case "/die/":
            os._exit(1)
        case "/hang/":
            PLACE_OF_HUNG.write_text(str(os.getpid()))
            time.sleep(600)
        case "/slow/":
            time.sleep(0.3)
        case "/held/":
            while not GO_ON.exists():
                time.sleep(0.02)
        case "/stream/":
            start_response("200 OK", [])
            return StreamingHttpResponse([str(os.getpid()).encode()])
    body: object = os.getpid()
    if environ["PATH_INFO"] == "/moment/":
        body = BRIEFLY.get("moment", moment)
    if environ["PATH_INFO"] == "/long/":
        body = BRIEFLY.get("long", lambda: moment(0.4))
    start_response("200 OK", [("X-Asked", environ.get("QUERY_STRING", ""))])
    return HttpResponse(str(body))


def moment(seconds: float = 0.05) -> str:
    """Takes its time, and says who made it."""
    time.sleep(seconds)
    return f"{os.getpid()} {time.monotonic_ns()}"


def renewed(app: Readers, before: str) -> list[str]:
    """What visitors who did nothing saw after somebody had acted, until it was renewed."""
    BRIEFLY.forget("bora")
    seen = [before]
    while seen[-1] == before:
        seen.append(look(app, "/moment/")[1])
    return seen


def look(app: Readers, path: str, method: str = "GET", **more: str) -> tuple[str, str, dict[str, str]]:
    """Status, body and headers."""
    said: list[tuple[str, dict[str, str]]] = []
    asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.errors": sys.stderr, **more}
    pieces = app(asked, lambda status, headers: said.append((status, dict(headers))))
    return said[0][0], b"".join(pieces).decode(), said[0][1]


def play(app: Readers) -> dict[str, Any]:
    pid = str(os.getpid())
    with ThreadPoolExecutor(8) as visitors:
        both = {told[1] for told in visitors.map(lambda _: look(app, "/slow/"), range(4))}
        readers.WAITING_MAX = 0  # type: ignore[misc]
        html = {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "ko-KR,en;q=0.5"}
        held = [visitors.submit(look, app, "/held/") for _ in range(2)]
        while app._idle:
            time.sleep(0.02)
        full, full_json = look(app, "/who/", **html), look(app, "/who/")
        sent_when_full = look(app, "/who/", "POST")[1]
        GO_ON.touch()
        for one in held:
            one.result()
        readers.WAITING_MAX = 64  # type: ignore[misc]
    again = [look(app, "/moment/")[1], look(app, "/moment/")[1]]
    BRIEFLY.forget("minji")
    again.append(look(app, "/moment/", HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=minji")[1])
    renewals = renewed(app, again[-1])
    long = [look(app, "/long/")[1]]
    BRIEFLY.forget()
    with ThreadPoolExecutor(4) as visitors:
        long += [told[1] for told in visitors.map(lambda _: look(app, "/long/"), range(4))]
    return {
        "pid": pid,
        "readers": sorted(both),
        "sent": look(app, "/who/", "POST")[1],
        "file": look(app, settings.STATIC_URL + "a.css")[1],
        "stream": look(app, "/stream/")[1],
        "words": look(app, "/who/", QUERY_STRING="q=두레".encode().decode("latin-1"))[2]["X-Asked"],
        "full": full,
        "full_json": full_json,
        "sent_when_full": sent_when_full,
        "moments": again,
        "renewed": renewals,
        "long": long,
        "killed": _killed(app, sorted(both)),
    }


def _killed(app: Readers, pids: list[str]) -> list[str]:
    """Who answers after all readers were killed."""
    for pid in pids:
        os.kill(int(pid), 9)
    return [look(app, "/who/")[1] for _ in range(3)]


if __name__ == "__main__":
    import django

    django.setup()
    BRIEFLY.switch_on()
    readers.HUNG_SECONDS = 1  # type: ignore[misc]
    readers.LOOK_SECONDS_MAX = 1  # type: ignore[misc]
    impatient = Readers(cast(WSGIHandler, site), 1, told_refusal)
    hung = look(impatient, "/hang/")[0], PLACE_OF_HUNG.read_text()
    deadly = look(impatient, "/die/")[0]
    readers.LOOK_SECONDS_MAX = 60  # type: ignore[misc]
    # They end with what holds their lines: as in the server, that stays.
    app = Readers(cast(WSGIHandler, site), 2, told_refusal)
    sys.stdout.write(json.dumps({**play(app), "hung": hung, "deadly": deadly}) + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
