"""How fast the ledger is, each figure against a peer or a limit in the same run.

    python -m bench.ledger [--json FILE] [--only append http sealed] [--entries 1219200] [--seconds 15]

- *append*: batches of 1,000 with log and rollups, against a plain insert of the very same rows into the very same
  table (columns, indices, foreign keys), as durable; medians of five, on SQLite and PostgreSQL. "crews": the hours
  of crew after crew, as teams hand them in. "scattered": each entry of another team, so that each has a rollup.
- *http*: entries a second through `dure serve`'s hot door, one a request, durable before each is acknowledged; the
  load generator runs on the same cores. Lost and doubled are counted in the database afterwards.
- *sealed*: a day sealed and verified (bench.sealed_day).

Each part runs in a process of its own with a data folder of its own. PostgreSQL runs with its own settings of
durability, not with those of the tests. ``append_ratio`` is the lesser of crews and scattered.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tools.with_postgres import server

PARTS = ("append", "http", "sealed")
DATABASES = ("sqlite", "postgresql")


def run(database: str, module: str, *words: str) -> dict[str, Any]:
    """What ``module`` prints as JSON, in a fresh data folder and on a fresh database."""
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        server(durable=True) if database == "postgresql" else nullcontext("") as url,
    ):
        environment = {**os.environ, "DURE_HOME": folder, "DATABASE_URL": url}
        ran = subprocess.run(
            [sys.executable, "-m", module, *words], env=environment, check=True, stdout=subprocess.PIPE
        )
        found: dict[str, Any] = json.loads(ran.stdout)
        return found


def measure(parts: Sequence[str], entries: int, seconds: float) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    if "append" in parts:
        append = {database: run(database, "bench.ledger_append") for database in DATABASES}
        figures["append_ratio"] = {
            database: min(ways["crews"]["ratio"], ways["scattered"]["ratio"])
            for database, ways in append.items()
        }
        figures["append"] = append
    if "http" in parts:
        http = {
            database: run(database, "bench.ledger_http", "--seconds", str(seconds)) for database in DATABASES
        }
        figures["entries_per_s_http"] = {
            database: heard["entries_per_s_http"] for database, heard in http.items()
        }
        figures["http"] = http
    if "sealed" in parts:
        sealed = run("sqlite", "bench.sealed_day", "--entries", str(entries))
        figures |= {name: sealed[name] for name in ("verify_entries_per_s", "seal_s", "peak_rss_gb")}
        figures["sealed"] = sealed
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger", description="How fast the ledger is.")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--entries", type=int, default=1_219_200, help="of the sealed day")
    parser.add_argument("--seconds", type=float, default=15, help="of load through the door")
    asked = parser.parse_args()
    text = json.dumps(measure(asked.only, asked.entries, asked.seconds), indent=2) + "\n"
    print(text, end="")
    if asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
