"""How many sign-ups one machine takes in, durable, against raw commits of equal rows in the same run.

    python -m bench.intake --signups 750000 --database sqlite|postgresql [--json FILE] [--rounds 5]

- *hot*: `dure serve` as it ships (encryption, private link, outbox row, call code, limits), one sign-up a request,
  acknowledged when it is durable; the load generator runs on the same cores. Lost and doubled are counted in the
  database afterwards. Meanwhile somebody reads their day and a captain checks people in (``others``). Then a thousand a
  second for ``--paced-s`` (``p50_ms``, ``p99_ms``), and more than it can take (``beyond_capacity``).
- *raw*: the very same rows, ready beforehand, one sign-up a durable commit.
- *ninja*: the same sign-ups through Django and django-ninja, without the hot door.

The ratios are medians of ``--rounds`` rounds in each of which all three are measured for some seconds, one after the
other, so that whatever else the machine does falls on all of them. PostgreSQL runs with its own settings of durability.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import Any

from tools.with_postgres import server

# Sign-ups of one side in one round: some seconds each.
ROUND_SIGNUPS = 12_000
NINJA_SIGNUPS = 4_000
RAW_SECONDS = 4.0


def run(database: str, module: str, *words: str) -> dict[str, Any]:
    """What ``module`` prints as JSON, in a fresh data folder and on a fresh database."""
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        server(durable=True) if database == "postgresql" else nullcontext("") as url,
    ):
        environment = {
            **os.environ,
            "DURE_HOME": folder,
            "DATABASE_URL": url,
            "DURE_SECURE": "1",
            "DJANGO_SETTINGS_MODULE": "dure.config.settings",
        }
        ran = subprocess.run(
            [sys.executable, "-m", module, *words], env=environment, check=True, stdout=subprocess.PIPE
        )
        found: dict[str, Any] = json.loads(ran.stdout)
        return found


def one_round(database: str, round_signups: int) -> dict[str, float]:
    raw = run(database, "bench.intake_raw", "--signups", str(round_signups), "--seconds", str(RAW_SECONDS))
    hot = run(database, "bench.intake_http", "--signups", str(round_signups))
    ninja_signups = str(min(round_signups, NINJA_SIGNUPS))
    ninja = run(database, "bench.intake_http", "--signups", ninja_signups, "--door", "ninja")
    return {"raw": raw["commits_per_s"], "hot": hot["per_s"], "ninja": ninja["per_s"]}


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    whole = run(
        *(asked.database, "bench.intake_http", "--signups", str(asked.signups)),
        *("--paced-s", str(asked.paced_s), "--beyond-s", str(asked.beyond_s), "--others"),
    )
    rounds = [one_round(asked.database, min(asked.signups, ROUND_SIGNUPS)) for _ in range(asked.rounds)]
    paced = whole["at_1000_per_s"]
    return {
        "signups": whole["signups"],
        "seconds": whole["seconds"],
        "peak_minute_per_s": whole["peak_minute_per_s"],
        "ratio_to_raw_single_commit": round(median(one["hot"] / one["raw"] for one in rounds), 2),
        "p50_ms": paced["p50_ms"],
        "p99_ms": paced["p99_ms"],
        **{name: whole[name] for name in ("acknowledged", "stored", "lost", "doubled")},
        "ninja_ratio_to_raw_single_commit": round(median(one["ninja"] / one["raw"] for one in rounds), 2),
        "database": asked.database,
        "rounds": rounds,
        "whole": whole,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.intake", description="How many sign-ups one machine takes in."
    )
    parser.add_argument("--signups", type=int, default=750_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--rounds", type=int, default=5, help="of the ratios")
    parser.add_argument("--paced-s", type=float, default=20.0, help="seconds of a thousand a second")
    parser.add_argument("--beyond-s", type=float, default=10.0, help="seconds of more than it can take")
    asked = parser.parse_args()
    text = json.dumps(measure(asked), indent=2) + "\n"
    print(text, end="")
    if asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
