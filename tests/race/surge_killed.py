"""`dure serve` under a surge of sign-ups, killed by kill -9 again and again; then the database is asked.

``python -m tests.race.surge_killed KILLS`` prints one JSON object. Each server is a fork of one process that has the
program loaded already, runs what `dure serve` runs, in a session of its own, and is killed whole at a random moment;
whoever was not answered sends again to the next one, as a phone does. Some who were answered send again too.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

from bench.http_load import Heard, load
from bench.intake_http import request_maker
from bench.ledger_http import free_port
from dure.cli.database import make_ready

CONNECTIONS = 32
# So many are ready to be sent to each server; it is killed long before.
AHEAD = 4_000
# Seconds of load before the kill: from before the first commit to some hundred commits later.
KILL_AFTER_S = (0.005, 0.6)
AGAIN = 200


def serving(port: int) -> int:
    """A server in a session of its own; its process id."""
    from django.db import connections

    # A pool would come along without the threads that fill it (cli.serve).
    connections.close_all()
    for connection in connections.all():
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()
    child = os.fork()
    if child:
        return child
    os.setsid()
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    from dure.cli.serve import serve

    serve(host="127.0.0.1", port=port, alone=True)
    os._exit(0)


def kill(server: int, how: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.killpg(server, how)


class Surge:
    """Whoever signs up: what was sent, what was acknowledged with which receipt, what waits to be sent again."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.request = request_maker(address)
        self.sent: set[int] = set()
        self.pending: list[int] = []
        self.receipts: dict[int, tuple[str, str]] = {}
        self.changed = 0
        self.statuses: dict[int, int] = {}
        self._following = 0

    def numbers(self) -> list[int]:
        """Those who were not answered, then others for the first time."""
        more = range(self._following, self._following + AHEAD - len(self.pending))
        return self.pending + list(more)

    def send(self, numbers: list[int], seconds_max: float) -> Heard:
        requests = [self.request(number) for number in numbers]
        try:
            heard = load(self.address, requests, connections=CONNECTIONS, seconds_max=seconds_max)
        except OSError:  # killed before all had connected; the first of them may have sent
            heard = Heard(broken=CONNECTIONS)
        for place, (status, body) in heard.answers.items():
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status in (200, 201):
                told = json.loads(body)
                receipt = told["receipt"], told["link"]
                self.changed += self.receipts.setdefault(numbers[place], receipt) != receipt
        # One on the way when the server died was sent too; those behind it never left.
        tried = numbers[: len(heard.answers) + CONNECTIONS]
        self.sent.update(tried)
        self._following = max(self._following, max(tried, default=-1) + 1)
        self.pending = sorted(number for number in self.sent if number not in self.receipts)
        return heard


def reckoning(acknowledged: Collection[int]) -> dict[str, int]:
    """What stands of the numbers that were acknowledged; ``torn``: rows without what belongs to them."""
    from bench.intake_cast import client_id
    from dure.base.models import OutboxMessage
    from dure.movement.calls.models import Answer, SignUp
    from dure.movement.people.models import Contact, Person

    stored = [one.hex for one in SignUp.objects.values_list("client_id", flat=True)]
    with_person = SignUp.objects.filter(person__isnull=False).values("person").distinct().count()
    others = (
        Person.objects.count(),
        with_person,
        Contact.objects.filter(kind="email").count(),
        Answer.objects.filter(stands=True).count(),
        OutboxMessage.objects.filter(kind="sign_up").count(),
    )
    return {
        "acknowledged": len(acknowledged),
        "stored": len(stored),
        "lost": len({client_id(number) for number in acknowledged} - set(stored)),
        "doubled": len(stored) - len(set(stored)),
        "torn": sum(abs(count - len(stored)) for count in others),
    }


def run(kills: int) -> dict[str, Any]:
    make_ready(lambda _: None)
    from bench.intake_cast import build

    build()
    # Loaded once for all the servers that are forked from here; each begins its own process beside.
    import dure.api.hot_signups
    import dure.config.urls  # noqa: F401

    draw = random.Random(20261122)  # noqa: S311  a seeded dice
    address = ("127.0.0.1", free_port())
    surge = Surge(address)
    began = time.perf_counter()
    cut_short = 0
    for _ in range(kills):
        server = serving(address[1])
        wait_until_open(address)
        # Its first answer: what it does once at its beginning is done.
        surge.send(surge.numbers()[:1], 30)
        timer = Timer(draw.uniform(*KILL_AFTER_S), kill, [server])
        timer.start()
        heard = surge.send(surge.numbers(), 30)
        cut_short += heard.broken > 0
        timer.join()
        os.waitpid(server, 0)
    server = serving(address[1])
    wait_until_open(address)
    seconds = time.perf_counter() - began
    # The last one lives: everybody is answered, as soon as the one before has let go of the door, and some ask twice.
    for _ in range(AGAIN):
        surge.send(surge.pending, 60)
        if not surge.pending:
            break
        time.sleep(0.1)
    surge.send(sorted(surge.receipts)[:: max(1, len(surge.receipts) // AGAIN)], 60)
    kill(server, signal.SIGTERM)
    os.waitpid(server, 0)
    return {
        "kills": kills,
        "kills_under_load": cut_short,
        "seconds": round(seconds, 1),
        "sent": len(surge.sent),
        **reckoning(surge.receipts),
        "receipts_changed": surge.changed,
        "unanswered": len(surge.pending),
        "statuses": surge.statuses,
    }


def wait_until_open(address: tuple[str, int]) -> None:
    for _ in range(3_000):
        with suppress(OSError):
            socket.create_connection(address, 1).close()
            return
        time.sleep(0.01)
    sys.exit("surge_killed: the server did not start.")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))))
