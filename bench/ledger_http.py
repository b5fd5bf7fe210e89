"""Entries through the hot door, as phones send them: one a request, durable before it is acknowledged.

Run by bench.ledger in a process of its own. `dure serve` runs as shipped; the load generator shares its two
cores. Then the database is asked which of the acknowledged entries it has, and whether any stands twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer
from typing import Any

from bench.http_load import load, request
from dure.cli.database import make_ready

PATH = "/api/v1/entries"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def bodies(cast: Any, count: int, draw: random.Random) -> list[bytes]:
    """Hours and output of teams drawn by chance, as captains send them."""
    from uuid import UUID

    from bench.ledger_cast import DAY, SLUG

    day = DAY.isoformat()
    return [
        json.dumps(
            {
                "client_id": str(UUID(int=draw.getrandbits(128))),
                "campaign": SLUG,
                "indicator": "hours" if number % 8 else "rice",
                "team_id": draw.choice(cast.team_ids),
                "work_day": day,
                "quantity_milli": draw.randrange(100, 20_000),
                "note": "",
            }
        ).encode()
        for number in range(count)
    ]


def organiser_token(cast: Any) -> str:
    """The token of an organiser of the whole area."""
    from bench.ledger_cast import NOW
    from dure.base import accounts

    account_id = accounts.open_account(email="organiser@example.org", name="Organiser")
    accounts.grant(account_id=account_id, role="organiser", area_path=cast.area_path)
    return accounts.make_token(account_id=account_id, name="bench", expires_at=NOW + timedelta(days=1))


def wait_for(address: tuple[str, int], server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            sys.exit("bench.ledger_http: the server ended.")
        try:
            socket.create_connection(address, 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("bench.ledger_http: the server did not start.")


def wait_for_end(address: tuple[str, int]) -> None:
    """Until nobody listens: of a server that was killed some processes hold its socket a moment longer, and whoever
    begins the next would take them for it."""
    for _ in range(300):
        try:
            socket.create_connection(address, 0.2).close()
        except ConnectionRefusedError:
            return
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("bench.ledger_http: the server did not end.")


def reckoning(acknowledged: dict[int, int], sent: list[bytes]) -> dict[str, int]:
    """Acknowledged entries (index by number of the request) against those that are stored."""
    from dure.movement.ledger.models import Entry

    ids = {json.loads(sent[number])["client_id"]: index for number, index in acknowledged.items()}
    stored = [(str(one), index) for one, index in Entry.objects.values_list("client_id", "index")]
    at = dict(stored)
    return {
        "acknowledged": len(ids),
        "lost": sum(at.get(one) != index for one, index in ids.items()),
        "doubled": len(stored) - len(at),
    }


@contextmanager
def serving(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`dure serve` as it is shipped, in a session of its own, so that all its processes can be killed at once."""
    command = [sys.executable, "-m", "dure.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            wait_for(("127.0.0.1", port), server)
            yield server
        finally:
            server.terminate()
            server.wait()
            wait_for_end(("127.0.0.1", port))


def kill(server: subprocess.Popen[bytes]) -> None:
    os.killpg(server.pid, signal.SIGKILL)


def measure(seconds: float, connections: int, per_second_most: int, kills: int, teams: int) -> dict[str, Any]:
    """The figures; with ``kills`` the server dies so often meanwhile, and what was not answered is sent again."""
    make_ready(lambda text: None)
    from bench.ledger_cast import build
    from dure.movement.ledger import reads

    cast = build(teams)
    token = organiser_token(cast)
    draw = random.Random(20261122)  # noqa: S311 - synthetic figures, no secrets
    address = ("127.0.0.1", free_port())
    sent = bodies(cast, int(seconds * per_second_most), draw)
    requests = [request(address, PATH, token, body) for body in sent]
    warming = [request(address, PATH, token, body) for body in bodies(cast, 2 * teams, draw)]
    acknowledged: dict[int, int] = {}
    pending = list(range(len(requests)))
    refused = 0
    for turn in range(kills + 1):
        with serving(address[1]) as server:
            if not kills:
                load(address, warming, connections=connections, seconds_max=30)
            before = reads.size()
            if turn < kills:
                Timer(seconds / (kills + 1), kill, [server]).start()
            heard = load(
                address,
                [requests[number] for number in pending],
                connections=connections,
                seconds_max=seconds,
            )
        for place, (status, body) in heard.answers.items():
            if status in (200, 201):
                acknowledged[pending[place]] = json.loads(body)["index"]
            else:
                refused += 1
        pending = [number for number in pending if number not in acknowledged]
    figures = reckoning(acknowledged, sent)
    assert reads.verify() == []
    return {
        "entries_per_s_http": round(len(heard.answers) / heard.seconds),
        "p50_ms": heard.quantile_ms(0.5),
        "p99_ms": heard.quantile_ms(0.99),
        "connections": connections,
        "kills": kills,
        **figures,
        "stored": reads.size() - (0 if kills else before),
        "refused": refused,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger_http")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument(
        "--per-second-most", type=int, default=10_000, help="requests made ready for a second"
    )
    parser.add_argument(
        "--kills", type=int, default=0, help="how often the server is killed with -9 meanwhile"
    )
    parser.add_argument("--teams", type=int, default=1_000)
    asked = parser.parse_args()
    figures = measure(asked.seconds, asked.connections, asked.per_second_most, asked.kills, asked.teams)
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
