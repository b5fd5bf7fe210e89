"""The daily match on a synthetic day, with peers in the same run on the same cores.

python -m bench.matching --people 1219200 --peers greedy,ortools-16 --repeat 5 --json FILE

Seconds run from columns in memory to the proven answer. Every run has a process of its own, compiled code is loaded
on a small day first, and of several repeats the median counts. With several seeds the JSON is ``{"seeds", "runs"}``,
one run for each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench.match_run import OURS, PEERS, Asked, command
from bench.synthetic_day import VOCABULARIES

Answer = dict[str, Any]
ROOT = Path(__file__).resolve().parents[1]
DIGITS = 3


def _machine() -> Answer:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cores": cores, "load": round(os.getloadavg()[0], 2)}


def _runs(asked: Asked, repeat: int) -> list[Answer]:
    """Equal runs one after another; they must agree in all but time and memory."""
    answers: list[Answer] = []
    for number in range(repeat):
        again = Asked(**{**asked.__dict__, "prove": asked.prove and number == 0})
        told = subprocess.run(command(again), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        answers.append(json.loads(told))
        seconds, rss_gb = answers[-1]["seconds"]["total"], answers[-1]["peak_rss_gb"]
        print(f"{asked.who}: {seconds:.2f} s, {rss_gb:.2f} GB", file=sys.stderr, flush=True)
        for name in ("placed_by_tier", "objective"):
            if answers[-1][name] != answers[0][name]:
                raise SystemExit(f"{asked.who} gave two answers to one problem: {name} differs")
    return answers


def _median(answers: list[Answer]) -> tuple[Answer, list[float]]:
    """The first answer with the median of each step's seconds; and the totals of all."""
    first = answers[0]
    seconds = {
        step: round(median(one["seconds"][step] for one in answers), DIGITS) for step in first["seconds"]
    }
    peak = max(one["peak_rss_gb"] for one in answers)
    totals = [round(one["seconds"]["total"], DIGITS) for one in answers]
    return {**first, "seconds": seconds, "peak_rss_gb": peak}, totals


def measure(asked: Asked, peers: list[str], repeat: int) -> Answer:
    """One problem: ours, then each peer."""
    machine = _machine()
    answer, totals = _median(_runs(asked, repeat))
    answer |= {"peers": {}, "demand": asked.demand, "seed": asked.seed, "facts": asked.facts}
    answer |= {"repeats": repeat, "seconds_each": totals, "machine": machine}
    for name in peers:
        peer, each = _median(_runs(Asked(**{**asked.__dict__, "who": name}), repeat))
        steps = peer.pop("seconds")
        answer["peers"][name] = {"seconds": steps.pop("total"), "steps": steps, **peer, "seconds_each": each}
    return answer


def _peers(text: str) -> list[str]:
    names = [] if text == "none" else text.split(",")
    unknown = [name for name in names if name not in PEERS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no such peer: {', '.join(unknown)} (there are {', '.join(PEERS)}, none)"
        )
    return names


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--posts", type=int, help="default: one for 24.384 people")
    parser.add_argument("--demand", type=float, default=1.0, help="seats for each person")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--facts", choices=sorted(VOCABULARIES), default="usual")
    parser.add_argument("--peers", type=_peers, default=["greedy"], help="none, or a comma list of peers")
    parser.add_argument("--repeat", type=int, default=1, help="times each; medians are reported")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--morning", action="store_true", help="the next morning, from yesterday's prices")
    parser.add_argument(
        "--during-day", action="store_true", help="after no-shows and urgent posts, from the morning's match"
    )
    parser.add_argument("--sides", action="store_true", help="with groups, crews, leads and the like")
    parser.add_argument("--no-check", action="store_true", help="leave the separate checker out")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args(arguments)
    if wanted.morning and wanted.peers:
        parser.error("peers start cold: --morning goes with --peers none")
    if wanted.sides and (wanted.peers or wanted.morning):
        parser.error("peers keep no sides: --sides goes with --peers none and without --morning")
    if wanted.during_day and (wanted.peers or wanted.morning or wanted.sides):
        parser.error("--during-day goes with --peers none, without --morning and --sides")
    answers = [
        measure(
            Asked(
                who=OURS,
                people=wanted.people,
                posts=wanted.posts,
                demand=wanted.demand,
                seed=seed,
                facts=wanted.facts,
                workers=wanted.workers,
                morning=wanted.morning,
                during_day=wanted.during_day,
                sides=wanted.sides,
                prove=not wanted.no_check,
            ),
            wanted.peers,
            wanted.repeat,
        )
        for seed in wanted.seed
    ]
    whole = answers[0] if len(answers) == 1 else {"seeds": wanted.seed, "runs": answers}
    text = json.dumps(whole, indent=1)
    print(text)
    if wanted.json:
        wanted.json.write_text(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
