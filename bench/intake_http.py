"""Sign-ups through HTTP: one process of `dure serve` as it ships (or Django alone behind it), and the load beside it.

Run by bench.intake in a process of its own, in a data folder of its own, with DURE_SECURE=1: networks are told by the
proxy before the site, which the load plays. Afterwards the database is asked which of the acknowledged it has.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import intake_others
from bench.intake_load import Heard, Load, quantile_ms
from bench.ledger_http import free_port, wait_for
from dure.cli.database import make_ready

PATH = "/api/v1/signups"
WARM = 2_000
# Numbers of the parts lie apart.
PACED_FROM = 10_000_000
WARM_FROM = 20_000_000
OVER_FROM = 30_000_000


@contextmanager
def serving(port: int, door: str) -> Iterator[subprocess.Popen[bytes]]:
    """ "hot": `dure serve`; "ninja": the same server with Django's own application, as if there were no hot door."""
    module = ["dure.cli", "serve", "--alone"] if door == "hot" else ["bench.intake_ninja"]
    command = [sys.executable, "-m", *module, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            wait_for(("127.0.0.1", port), server)
            yield server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def cpu_s(server: subprocess.Popen[bytes]) -> float:
    """Processor time of the server and its workers so far."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(fields[3]) == server.pid:  # of its session
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def visitors(port: int, known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Somebody at the other doors meanwhile (bench.intake_others); what they found, once it is over."""
    found: dict[str, Any] = {}
    if not known:
        yield found
        return
    command = [sys.executable, "-m", "bench.intake_others"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as others:
        pipe_in, pipe_out = others.stdin, others.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        json.dump({"port": port, "known": known}, pipe_in)
        pipe_in.write("\n")
        pipe_in.flush()
        yield found
        pipe_in.close()  # it is over
        found.update(json.loads(pipe_out.read()))


def request_maker(address: tuple[str, int]) -> Any:
    from bench.intake_cast import Crowd, network

    crowd = Crowd(datetime.now(UTC))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {address[0]}\r\nContent-Type: application/json\r\n"
        "X-Forwarded-Proto: https\r\nX-Forwarded-For: "
    )

    def request(number: int) -> bytes:
        body = crowd.body(number)
        return f"{head}{network(number)}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    return request


def reckoning(acknowledged: set[str]) -> dict[str, int]:
    """Acknowledged sign-ups against those that are stored, with their person, answer and notice."""
    from dure.base.models import OutboxMessage
    from dure.movement.calls.models import Answer, SignUp
    from dure.movement.people.models import Contact, Person

    stored = {one.hex for one in SignUp.objects.values_list("client_id", flat=True).iterator()}
    # Whoever was there before has no day to confirm by. What a sign-up brings stands once for each, not more, not less.
    brought = {
        "people": Person.objects.filter(lapses_on__isnull=False).count(),
        "answers": Answer.objects.count(),
        "notices": OutboxMessage.objects.filter(kind="sign_up").count(),
        "contacts": Contact.objects.filter(kind="email", person__lapses_on__isnull=False).count(),
    }
    torn = {name: count for name, count in brought.items() if count < len(stored)}
    assert not torn, f"of {len(stored)} sign-ups some lack what belongs to them: {torn}"
    return {
        "acknowledged": len(acknowledged),
        "stored": len(stored),
        "lost": len(acknowledged - stored),
        "doubled": max(brought.values()) - len(stored),
    }


def paced(
    address: tuple[str, int], request: Any, per_second: float, seconds: float
) -> tuple[Heard, dict[str, Any]]:
    numbers = range(PACED_FROM, PACED_FROM + int(per_second * seconds))
    heard = Load(address, request, numbers, 128).run(per_second=per_second)
    return heard, {
        "per_s": round(len(heard.at) / heard.seconds),
        "p50_ms": quantile_ms(heard.took_s, 0.5),
        "p99_ms": quantile_ms(heard.took_s, 0.99),
        "statuses": heard.statuses,
    }


def beyond(
    address: tuple[str, int], request: Any, connections: int, seconds: float
) -> tuple[Heard, dict[str, Any]]:
    """More than it can take: how soon whoever is too many is told so. They come again after RETRY_S."""
    numbers = range(OVER_FROM, OVER_FROM + 1_000_000)
    heard = Load(address, request, numbers, connections).run(seconds_max=seconds)
    return heard, {
        "connections": connections,
        "taken_per_s": round(len(heard.at) / heard.seconds),
        "statuses": dict(heard.statuses),
        "told_503_p50_ms": quantile_ms(heard.refused_took_s, 0.5),
        "told_503_p99_ms": quantile_ms(heard.refused_took_s, 0.99),
    }


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    make_ready(lambda text: None)
    from bench.intake_cast import build, client_id

    build()
    known = intake_others.build() if asked.others else {}
    address = ("127.0.0.1", free_port())
    request = request_maker(address)
    figures: dict[str, Any] = {}
    with serving(address[1], asked.door) as server:
        warm = Load(address, request, range(WARM_FROM, WARM_FROM + WARM), asked.connections).run()
        heards = [warm]
        before, load_before = cpu_s(server), time.process_time()
        with visitors(address[1], known) as visited:
            heard = Load(address, request, range(asked.signups), asked.connections).run()
            figures["load_cpu_us"] = round((time.process_time() - load_before) / len(heard.at) * 1e6)
        figures["server_cpu_us"] = round((cpu_s(server) - before) / sum(heard.statuses.values()) * 1e6)
        heards.append(heard)
        if known:
            figures["others"] = visited
        if asked.paced_s:
            slow, figures["at_1000_per_s"] = paced(address, request, 1_000, asked.paced_s)
            heards.append(slow)
        if asked.beyond_s:
            many, figures["beyond_capacity"] = beyond(address, request, 1_000, asked.beyond_s)
            heards.append(many)
    acknowledged = {client_id(number) for one in heards for number in one.acknowledged}
    return {
        "signups": asked.signups,
        "seconds": round(heard.seconds, 2),
        "per_s": round(len(heard.at) / heard.seconds),
        "peak_minute_per_s": round(heard.peak_minute_per_s()),
        "p50_ms_at_peak": quantile_ms(heard.took_s, 0.5),
        "p99_ms_at_peak": quantile_ms(heard.took_s, 0.99),
        "statuses": dict(heard.statuses),
        "broken": sum(one.broken for one in heards),
        **figures,
        **reckoning(acknowledged),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.intake_http")
    parser.add_argument("--signups", type=int, default=20_000)
    parser.add_argument("--door", choices=("hot", "ninja"), default="hot")
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--paced-s", type=float, default=0.0)
    parser.add_argument("--others", action="store_true", help="somebody at the other doors meanwhile")
    parser.add_argument("--beyond-s", type=float, default=0.0)
    json.dump(measure(parser.parse_args()), sys.stdout)


if __name__ == "__main__":
    main()
