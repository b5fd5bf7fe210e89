"""`dure serve` on a PostgreSQL that is restarted while it serves: prints what it answered, as JSON.

``python -m tests.race.site_on_postgres`` with DATABASE_URL naming a server of tools.with_postgres.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

from bench.ledger_http import free_port
from dure.cli.database import make_ready
from tests.race.surge_killed import Surge, kill, reckoning, serving, wait_until_open
from tools.with_postgres import restart

LOOKERS = 16
LOOKS = 96
SIGN_UPS = 40
RESTARTS = 2
# With a query no page is given from memory: each look asks the database.
PAGES = ("/?look", "/c/bench/?look", "/calls/?look", "/account/login/")


def looked(address: tuple[str, int]) -> dict[str, int]:
    """What so many heard who looked at once, so that every reader works."""

    def look(number: int) -> str:
        line = HTTPConnection(*address, timeout=60)
        path = PAGES[number % len(PAGES)]
        # Behind a proxy with TLS, as DURE_SECURE says.
        line.request("GET", path, headers={"X-Forwarded-Proto": "https"})
        answer = line.getresponse()
        answer.read()
        line.close()
        return f"{answer.status} {path}"

    with ThreadPoolExecutor(LOOKERS) as lookers:
        return dict(Counter(lookers.map(look, range(LOOKS))))


def signed_up(surge: Surge) -> list[int]:
    """So many more sign up; the status each of them heard at their first try, then all others until they are told."""
    heard = surge.send(surge.numbers()[:SIGN_UPS], 60)
    statuses = sorted({status for status, _ in heard.answers.values()})
    for _ in range(20):
        if surge.pending:
            surge.send(surge.pending, 60)
    return statuses


def run() -> dict[str, Any]:
    make_ready(lambda _: None)
    from bench.intake_cast import build

    build()
    address = ("127.0.0.1", free_port())
    surge = Surge(address)
    server = serving(address[1])
    try:
        wait_until_open(address)
        heard = [(looked(address), signed_up(surge))]
        for _ in range(RESTARTS):
            restart(os.environ["DATABASE_URL"])
            heard.append((looked(address), signed_up(surge)))
    finally:
        kill(server, signal.SIGTERM)
        os.waitpid(server, 0)
    return {"heard": heard, "unanswered": len(surge.pending), **reckoning(surge.receipts)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run()))
