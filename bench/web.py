"""How fast the pages of the three main doors are with a nation in the database.

    python -m bench.web [--people 1000000] [--per-second 100] [--seconds 20] [--home DIR] [--json FILE]

The demo's day is played with so many people (kept in ``--home`` for the next run) and its open morning served as
``dure serve`` does: as many threads, as many readers. Then visitors come at a stated rate whether or not they are
answered (an open loop: a slow server is not asked less), each with a session of their own: first each page alone,
then all of them mixed as a morning would (six volunteers to three captains and one organiser), the first two seconds
of that told apart. Time counts from when
a request is due. ``cpu_ms`` is what an answer cost the server, which also holds on a busy machine. ``floor`` is a
page without a figure under the same load: what Django, the sessions and the load itself cost. ``queries`` are counted
in-process, here and with a hundredth of the people: they must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.intake_load import Load, quantile_ms
from tools.demo_site import HOST

GOAL_P95_MS: Final = 60
LINES: Final = 48
SMALLER: Final = 100
# With fewer the demo's day has no crew to look at.
FEW_MIN: Final = 2_000
SHARES: Final = {"volunteer": 6, "captain": 3, "organiser": 1}
PLAY_SECONDS_MAX: Final = 3_600
ROOT: Final = Path(__file__).parents[1]
_STAGE = """
import json, sys
from dure.cli.database import make_ready
make_ready(lambda words: print(words, file=sys.stderr))
from tools.demo_cast import cast
print(json.dumps(cast(country_code="KR", people_count=int(sys.argv[1]), seed=1)))
"""
# What the chores beside every site have ready: the standing as it is shown.
_KEEP = """
import json, sys
from dure.cli.database import make_ready
make_ready(lambda words: None)
import time_machine
from tools.demo_cast import SHOWN_AT
time_machine.travel(SHOWN_AT, tick=False).start()
from django.utils import timezone
from dure.movement.standings import keeping
keeping.keep_all(timezone.now())
print(json.dumps(True))
"""
_LOOKS = """
import json, sys
from dure.cli.database import make_ready
make_ready(lambda words: None)
import time_machine
from tools.demo_cast import SHOWN_AT
time_machine.travel(SHOWN_AT, tick=True).start()
from bench.web_visitors import FLOOR, looks, queries
found = looks(sys.argv[1])
first = {"floor": (FLOOR, ""), **{name: looks[0] for pages in found.values() for name, looks in pages.items()}}
print(json.dumps({"looks": found, "queries": {name: queries(look) for name, look in first.items()}}))
"""

Looks = dict[str, dict[str, list[list[str]]]]


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "DURE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "dure.config.settings"}


def _told(home: Path, program: str, argument: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", program, argument],
        env=_environment(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=PLAY_SECONDS_MAX,
    )
    return json.loads(done.stdout)


def stage(home: Path, people: int) -> tuple[Looks, dict[str, list[int]]]:
    """Play the day unless ``home`` has it; who looks at what, and the queries of each page."""
    home.mkdir(parents=True, exist_ok=True)
    kept = home / "cast.json"
    if not kept.exists():
        kept.write_text(json.dumps(_told(home, _STAGE, str(people))))
    _told(home, _KEEP, "")
    looked = home / "looks.json"
    if not looked.exists():
        looked.write_text(json.dumps(_told(home, _LOOKS, json.loads(kept.read_text())["slug"])))
    found = json.loads(looked.read_text())
    return found["looks"], found["queries"]


@dataclass(frozen=True)
class Site:
    """A server that answers at ``address``: the process and those it started."""

    address: tuple[str, int]
    pid: int

    def cpu_s(self) -> float:
        """Seconds of CPU of the server and all that it started so far."""
        parents, ticks = {}, {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parts = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            one = int(stat.parent.name)
            parents[one], ticks[one] = int(parts[1]), int(parts[11]) + int(parts[12])
        ours = {self.pid}
        while more := {one for one, parent in parents.items() if parent in ours} - ours:
            ours |= more
        return sum(ticks.get(one, 0) for one in ours) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """The site on its open morning, served with the threads of ``dure serve``, without chores."""
    from dure.cli.serve import IDLE_MS, LINES_WAITING_MAX, THREADS, lines_max

    with socket.socket() as trial:
        trial.bind((HOST, 0))
        port: int = trial.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "error"),
        *("--backlog", str(LINES_WAITING_MAX), "--backpressure", str(lines_max())),
        *("--http1-header-read-timeout", str(IDLE_MS)),
        "tools.demo_clock:application",
    ]
    server = subprocess.Popen(command, env=_environment(home), cwd=ROOT)
    try:
        for _ in range(300):
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield Site((HOST, port), server.pid)
    finally:
        server.terminate()
        server.wait(20)


def asked(address: tuple[str, int], look: list[str]) -> bytes:
    path, cookie = look
    lines = [f"GET {path} HTTP/1.1", f"Host: {address[0]}:{address[1]}", "Accept: text/html,application/json"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def measure(site: Site, pick: Callable[[int], list[str]], per_second: int, seconds: float) -> dict[str, Any]:
    """Quantiles of the time from when a request was due until its answer was whole."""
    count = int(per_second * seconds)
    load = Load(site.address, lambda number: asked(site.address, pick(number)), range(count), LINES)
    before = site.cpu_s()
    heard = load.run(per_second=per_second, seconds_max=seconds * 3, retries=False)
    return {
        "p50_ms": quantile_ms(heard.took_s, 0.5),
        "p95_ms": quantile_ms(heard.took_s, 0.95),
        "p99_ms": quantile_ms(heard.took_s, 0.99),
        "cpu_ms": round((site.cpu_s() - before) * 1000 / max(1, heard.statuses.total()), 2),
        "answered_200": len(heard.took_s),
        "asked": count,
    }


def mixed(looks: Looks, dice: random.Random) -> Callable[[int], list[str]]:
    doors = [door for door, share in SHARES.items() for _ in range(share)]

    def pick(_: int) -> list[str]:
        pages = looks[dice.choice(doors)]
        return dice.choice(pages[dice.choice(list(pages))])

    return pick


def run(home: Path, people: int, per_second: int, seconds: float) -> dict[str, Any]:
    looks, many = stage(home / f"people-{people}", people)
    fewer = max(FEW_MIN, people // SMALLER)
    _, few = stage(home / f"people-{fewer}", fewer)
    rows: dict[str, Any] = {}
    dice = random.Random(7)  # noqa: S311  whose page is looked at next
    with served(home / f"people-{people}") as site:
        pages = {"floor": [["/link/", ""]], **{n: p for door in looks.values() for n, p in door.items()}}
        for name, each in pages.items():
            measure(site, lambda k, each=each: each[k % len(each)], 10, 2)  # type: ignore[misc]  # warm
            seen = measure(site, lambda k, each=each: each[k % len(each)], per_second, seconds)  # type: ignore[misc]
            rows[name] = {
                **seen,
                "status": many[name][0],
                "queries": many[name][1],
                "queries_few": few[name][1],
            }
            print(f"{name:12} {json.dumps(rows[name])}", flush=True)
        # The first seconds apart: readers that had nothing to do make ready what each of them needs.
        for name, lasts in (("mixed, first", 2), ("mixed", seconds * 3)):
            rows[name] = measure(site, mixed(looks, dice), per_second, lasts)
            print(f"{name:12} {json.dumps(rows[name])}", flush=True)
    return {"people": people, "per_second": per_second, "goal_p95_ms": GOAL_P95_MS, "pages": rows}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--per-second", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--home", type=Path, help="Keeps the stage for the next run.")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        told = run(given.home or Path(folder), given.people, given.per_second, given.seconds)
    if given.json:
        given.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
