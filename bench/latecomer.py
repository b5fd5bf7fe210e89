"""How long a latecomer waits for the posts that need them, through HTTP, on a server as it is run.

python -m bench.latecomer --people 20000 --posts 50000 --json FILE

A day is matched and published; further people register afterwards. `dure serve` runs in a process of its own, and
one client with a kept-open connection asks for them in turn: what the phone asks (``/api/v1/my/now``), the page, and,
between any two of these, the cheapest page there is, which says how long a request takes on this machine at least.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import fmean
from typing import Any
from uuid import uuid4

HOST = "127.0.0.1"
CHEAPEST = "/.well-known/dure-log-key"
PHONE, PAGE = "/api/v1/my/now", "/my/now/"
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 10
DIGITS = 2
P99_MS_REACH, P99_MS_AIM = 20, 5


def prepare(people_count: int, post_count: int, late_count: int, seed: int) -> dict[str, Any]:
    """Build the day in this process's data folder; the tokens of those who come late, and what the day is like."""
    from dure.cli.database import make_ready

    make_ready(lambda words: print(words, file=sys.stderr))
    from bench.late_stage import set_up

    return set_up(people_count, post_count, late_count, seed)


@contextmanager
def _served(environment: dict[str, str], log: Path) -> Iterator[int]:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    command = [sys.executable, "-m", "dure.cli", "serve", "--host", HOST, "--port", str(port)]
    with log.open("w") as told:
        server = subprocess.Popen(command, env=environment, stdout=told, stderr=subprocess.STDOUT)
        try:
            _wait(port, server, log)
            yield port
        finally:
            server.terminate()
            try:
                server.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with socket.create_connection((HOST, port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The site did not start:\n{log.read_text()}")


class Client:
    """One kept-open connection; seconds of each answer, to its last byte."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=60)

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, wanted: int = 200, **headers: str
    ) -> tuple[float, bytes, str]:
        """(milliseconds, body, cookies). Anything but the wanted status ends the run."""
        started = time.perf_counter()
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read()
        spent_ms = (time.perf_counter() - started) * 1000
        if answer.status != wanted:
            raise SystemExit(f"{method} {path} answered {answer.status}: {text[:300]!r}")
        cookies = [
            value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"
        ]
        return spent_ms, text, "; ".join(cookies)


def _quantiles(spent_ms: list[float]) -> dict[str, float]:
    ordered = sorted(spent_ms)

    def at(share: float) -> float:
        return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], DIGITS)

    return {"p50": at(0.5), "p99": at(0.99), "max": at(1.0), "count": len(ordered)}


def measure(port: int, tokens: list[str], takes: int) -> dict[str, Any]:
    """Ask for everybody in turn, the cheapest page between any two."""
    client = Client(port)
    spent: dict[str, list[float]] = {"phone": [], "page": [], "cheapest": [], "take": []}
    cookies = {token: client.ask("GET", f"/me/{token}/", wanted=302)[2] for token in tokens[:takes]}
    # The first one reads the day.
    first_ms, *_rest = client.ask("GET", PHONE, Authorization=f"Bearer {tokens[0]}")
    for _warm in range(50):
        client.ask("GET", CHEAPEST)
        client.ask("GET", PHONE, Authorization=f"Bearer {tokens[0]}")
    shown: list[list[dict[str, Any]]] = []
    for token in tokens:
        spent["cheapest"].append(client.ask("GET", CHEAPEST)[0])
        spent_ms, text, _none = client.ask("GET", PHONE, Authorization=f"Bearer {token}")
        spent["phone"].append(spent_ms)
        shown.append(json.loads(text))
    for cookie in cookies.values():
        spent["cheapest"].append(client.ask("GET", CHEAPEST)[0])
        spent["page"].append(client.ask("GET", PAGE, Cookie=cookie)[0])
    for token, posts in list(zip(tokens, shown, strict=True))[:takes]:
        if posts:
            body = json.dumps({"request_id": str(uuid4()), "post_id": posts[0]["post_id"]}).encode()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            started = time.perf_counter()
            client.connection.request("POST", PHONE, body=body, headers=headers)
            answer = client.connection.getresponse()
            answer.read()
            if answer.status == 201:  # 409: another latecomer of this run has the seat
                spent["take"].append((time.perf_counter() - started) * 1000)
    return {
        "first_ms": round(first_ms, DIGITS),
        **{f"{name}_ms": _quantiles(times) for name, times in spent.items() if times},
        "shown_mean": round(fmean(len(posts) for posts in shown), DIGITS),
        "nothing_to_show": sum(not posts for posts in shown),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--posts", type=int, default=50_000)
    parser.add_argument("--late", type=int, default=2_000, help="people who register after the match")
    parser.add_argument(
        "--takes", type=int, default=300, help="how many of them open the page and take a seat"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.prepare:
        print(json.dumps(prepare(asked.people, asked.posts, asked.late, asked.seed)))
        return
    with tempfile.TemporaryDirectory(prefix="dure-bench-", ignore_cleanup_errors=True) as folder:
        environment = {**os.environ, "DURE_HOME": folder, "DJANGO_SETTINGS_MODULE": "dure.config.settings"}
        built = subprocess.run(
            [sys.executable, "-m", "bench.latecomer", *sys.argv[1:], "--prepare"],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        day = json.loads(built.stdout)
        tokens = day.pop("tokens")
        with _served(environment, Path(folder) / "server.log") as port:
            answer = {**day, **measure(port, tokens, asked.takes)}
    answer["load"] = round(os.getloadavg()[0], DIGITS)
    text = json.dumps(answer, indent=1)
    print(text)
    p99 = answer["phone_ms"]["p99"]
    print(f"p99 {p99} ms (reach {P99_MS_REACH} ms, aim {P99_MS_AIM} ms)", file=sys.stderr)
    if asked.json:
        Path(asked.json).write_text(text + "\n")


if __name__ == "__main__":
    main()
