"""How fast the big questions of standings are, and whether stored and recomputed rollups are equal to the unit.

    python -m bench.standings --entries 243840000 [--peers polars,sqlite] [--json FILE] [--scratch DIR]

A made-up nation: 1,219,200 entries a day of 50,000 teams (bench/standings_days.py says how they come). Five different
days are made and written as the Parquet files of sealed days again and again, each time five days later. Beyond 200
days those files are read again, the days of work and places in the log shifted as they are read, which costs time that
is counted. The rollups are kept incrementally by other code and lie as Parquet, as they are asked.

"Rollup questions" are asked of a process that runs already: totals by place and by team, the hundred teams that claimed
most, the pace of the campaign and of one place, completeness of a week; each the median of five, but for the totals
anew, which a new process adds up once. The slowest is given.
"Totals" is the sum of a campaign by indicator and place from the totals of 50,000 teams. "Recompute" reads every entry
in a process of its own and compares with every stored rollup. Memory in GB of 10^9 bytes, of the process that answers.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.standings_days import (
    CAMPAIGN,
    CYCLE_DAYS,
    ENTRIES_A_DAY,
    FIRST_DAY,
    HOURS,
    make_cycle,
    write_days,
    write_rollups,
)
from dure.analytics.analyst import ENVIRONMENT, Analyst
from dure.kernel.must import must

ROUNDS = 5
# Some 5 GB: 200 days.
FILES_MAX = 200
QUESTION_MEMORY_MB = 700
RECOMPUTE_MEMORY_MB = 700

Figures = dict[str, Any]


def measure(entries: int, scratch: Path, peers: list[str], threads: int) -> Figures:
    """Round ``entries`` to whole cycles and measure."""
    a_day = min(ENTRIES_A_DAY, max(2_000, entries // CYCLE_DAYS))
    written = min(max(1, round(entries / (a_day * CYCLE_DAYS))), FILES_MAX // CYCLE_DAYS)
    rounds = max(1, round(entries / (a_day * CYCLE_DAYS * written)))
    cycles = written * rounds
    cycle = make_cycle(a_day)
    days = sorted((scratch / "entries").glob("*.parquet"))
    if len(days) != written * CYCLE_DAYS:
        shutil.rmtree(scratch / "entries", ignore_errors=True)
        days = write_days(cycle, written, scratch / "entries")
    for made in ("rollups", "totals", "work"):
        shutil.rmtree(scratch / made, ignore_errors=True)
    began = time.perf_counter()
    rollups = write_rollups(cycle, cycles, scratch / "rollups")
    figures: Figures = {
        "entries": cycles * CYCLE_DAYS * a_day,
        "how": f"{CYCLE_DAYS} different days of {a_day:,} entries, written {written:,} times, each time as many days "
        f"later; those {len(days):,} files read {rounds:,} times, their days shifted in the question from the 2nd on",
        "days": cycles * CYCLE_DAYS,
        "incremental_rollups_s": round(time.perf_counter() - began, 2),
        "rollup_bytes": sum(path.stat().st_size for path in rollups),
    }
    figures |= ask_rollups(scratch, rollups, cycles, threads)
    figures |= recompute(scratch, days, rollups, rounds, a_day, threads)
    figures["peak_rss_gb"] = max(figures["question_peak_rss_gb"], figures["recompute_peak_rss_gb"])
    if peers:
        must(rounds == 1, "peers read files, not the same files with their days shifted")
        from bench.peers import standings as others

        figures["peers"] = others.measure(peers, scratch, days, rollups)
    return figures


def ask_rollups(scratch: Path, rollups: list[Path], cycles: int, threads: int) -> Figures:
    """Seconds of each rollup question, milliseconds of the totals."""
    last_day = FIRST_DAY + timedelta(days=cycles * CYCLE_DAYS - 1)
    totals = scratch / "totals"
    with Analyst(memory_mb=QUESTION_MEMORY_MB, threads=threads) as analyst:
        began = time.perf_counter()
        analyst.ask("totals", rollups=rollups, campaign=CAMPAIGN, until=None, to=totals)
        totals_s = time.perf_counter() - began
        files = sorted(totals.iterdir())
        monday = last_day - timedelta(days=6)
        asked: dict[str, Callable[[], object]] = {
            "totals_by_team": lambda: analyst.table("totals_by", totals=files, level="team"),
            "totals_by_place": lambda: analyst.table("totals_by", totals=files, level="area"),
            "top_100_teams": lambda: analyst.table("top_teams", totals=files, indicator=HOURS, count_max=100),
            "pace": lambda: analyst.table("pace", rollups=rollups, campaign=CAMPAIGN, areas=None, teams=None),
            "pace_of_a_place": lambda: analyst.table(
                "pace", rollups=rollups, campaign=CAMPAIGN, areas=[17], teams=None
            ),
            "completeness_of_a_week": lambda: analyst.table(
                "completeness",
                rollups=rollups,
                campaign=CAMPAIGN,
                first_day=monday,
                last_day=last_day,
                plan=None,
            ),
        }
        seconds = {"totals_anew": round(totals_s, 3)}
        seconds |= {name: round(median(question), 4) for name, question in asked.items()}
        totals_ms = 1000 * median(lambda: analyst.ask("totals_by", totals=files, level="area"))
        rows = analyst.table("totals_by", totals=files, level="campaign")
    return {
        "questions_s": seconds,
        "rollup_question_s": max(seconds.values()),
        "totals_ms": round(totals_ms, 1),
        "question_peak_rss_gb": round(rows.peak_rss_bytes / 1e9, 3),
    }


def recompute(
    scratch: Path, days: list[Path], rollups: list[Path], rounds: int, a_day: int, threads: int
) -> Figures:
    """Every entry summed anew, in a process of its own."""
    asked = {
        "days": [str(path) for path in days],
        "rollups": [str(path) for path in rollups],
        "rounds": rounds,
        "entries_a_day": a_day,
        "scratch": str(scratch / "work"),
        "memory_mb": RECOMPUTE_MEMORY_MB,
        "threads": threads,
    }
    ran = subprocess.run(
        [sys.executable, "-m", "bench.standings_recompute"],
        input=json.dumps(asked),
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: Figures = json.loads(ran.stdout)
    return found


def median(question: Callable[[], object]) -> float:
    """Seconds, of five."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        question()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.standings", description="How fast big questions are."
    )
    parser.add_argument("--entries", type=int, default=24_384_000)
    parser.add_argument("--peers", default="", help="of polars, sqlite; with commas between")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--scratch", type=Path, help="folder for some GB of files, which are deleted afterwards"
    )
    parser.add_argument(
        "--kept", type=Path, help="folder whose files of entries are used again, and left there"
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    asked = parser.parse_args()
    scratch = asked.kept or Path(tempfile.mkdtemp(prefix="dure-standings-", dir=asked.scratch))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        figures = measure(
            asked.entries, scratch, [name for name in asked.peers.split(",") if name], asked.threads
        )
    finally:
        if not asked.kept:
            shutil.rmtree(scratch)
    text = json.dumps(figures, indent=2) + "\n"
    print(text, end="")
    if asked.json:
        Path(asked.json).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
