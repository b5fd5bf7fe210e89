"""Sends sign-ups through the hot door in a process of its own whose disk may fail, and says what it was promised.

``python -m tests.faults.signups prepare`` makes a data folder with an open call. ``… send COUNT THREADS`` sends the
sign-ups 0 to COUNT from several threads, each until it is acknowledged: ``ack NUMBER 0 LINK`` once it is,
``refused STATUS CODE RETRY_AFTER`` for each no on the way, ``broke …`` for anything else; ``… beside`` after it: they
are stored by a process beside this one, as those of a server are, else by this one itself. ``… look`` prints one JSON
object: what stands of the numbers on stdin (tests.race.surge_killed.reckoning).
"""

from __future__ import annotations

import io
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402

from bench.intake_cast import Crowd, build, network  # noqa: E402  Django must be set up first
from dure.api.hot_signups import HotSignUps  # noqa: E402
from dure.cli.database import make_ready  # noqa: E402
from dure.operations.intake import INTAKE  # noqa: E402
from tests.faults.recorder import say  # noqa: E402
from tests.race.surge_killed import reckoning  # noqa: E402

application = HotSignUps(get_wsgi_application())
PAUSE_S = 0.02
TRIES_MAX = 2_000


def post(body: bytes, place: str) -> tuple[int, dict[str, Any], str]:
    """Status, answer and Retry-After of one request."""
    heard: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        heard.update(status=int(status[:3]), headers=dict(headers))

    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/signups",
        "REMOTE_ADDR": place,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    answer = b"".join(application(environ, start_response))
    return heard["status"], json.loads(answer), heard["headers"].get("Retry-After", "")


def send(number: int, crowd: Crowd) -> None:
    """One sign-up, sent again until it is acknowledged."""
    for _ in range(TRIES_MAX):
        status, told, retry_after = post(crowd.body(number), network(number))
        if status in (200, 201):
            say("ack", number, 0, told["link"])
            return
        if status != 503:
            say("broke", number, status, json.dumps(told))
            return
        say("refused", status, told["code"], retry_after)
        time.sleep(PAUSE_S)
    say("broke", number, "was never taken")


def main(asked: str, *words: str) -> None:
    if asked == "prepare":
        make_ready(lambda _: None)
        build()
    elif asked == "send":
        crowd = Crowd(datetime.now(UTC))
        if "beside" in words:
            INTAKE.work_beside()
        with ThreadPoolExecutor(int(words[1])) as pool:
            list(pool.map(lambda number: send(number, crowd), range(int(words[0]))))
        INTAKE.close()
        say("over")
    else:
        sys.stdout.write(json.dumps(reckoning(json.load(sys.stdin))))


if __name__ == "__main__":
    main(*sys.argv[1:])
