"""Tables of measured matches for docs/why/matching.md, written by bench.figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.plots import NAMES

Answer = dict[str, Any]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _tiers(counts: Sequence[int]) -> str:
    return " + ".join(f"{count:,}" for count in counts)


def _what(answer: Answer) -> str:
    """In which way a run is not the usual one."""
    said = [f"seed {answer['seed']}"]
    if answer["demand"] != 1:
        said.append(f"{answer['demand']:g} seats a person")
    if answer["facts"] != "usual":
        said.append(f"{answer['facts']} facts, {answer['bits']} bits")
    if "cold_seconds" in answer:
        said.append(f"next morning (from nothing: {answer['cold_seconds']:.1f} s)")
    return ", ".join(said)


def _checked(answer: Answer) -> str:
    """What the separate checker found."""
    if "faults" not in answer:
        return "not run"
    return "holds" if not answer["faults"] and all(answer["tiers_proven"]) else "; ".join(answer["faults"])


def runs(answers: Sequence[Answer]) -> str:
    """Every run of ours: one row each."""
    head = [
        "run",
        "people",
        "posts",
        "pairs",
        "seconds",
        "peak memory",
        "placed, tier 1 + 2 + 3",
        "mean travel",
        "gap",
        "checker",
    ]
    rows = [
        [
            _what(answer),
            f"{answer['people']:,}",
            f"{answer['posts']:,}",
            f"{answer['pairs'] / 1e6:,.1f} M",
            f"{answer['seconds']['total']:.2f}",
            f"{answer['peak_rss_gb']:.2f} GB",
            _tiers(answer["placed_by_tier"]),
            f"{answer['travel_km_mean']:.2f} km",
            f"{answer['gap_units']:.2f}",
            _checked(answer),
        ]
        for answer in answers
    ]
    return _table(head, rows)


def against_peers(answer: Answer) -> str:
    """Ours and the peers of one run, side by side."""
    head = [
        "",
        "seconds",
        "times ours",
        "peak memory",
        "placed, tier 1 + 2 + 3",
        "fewer (critical)",
        "mean travel",
        "sum of costs",
    ]
    ours = {**answer, "seconds": answer["seconds"]["total"]}
    rows = []
    for name, one in [("dure", ours), *answer["peers"].items()]:
        fewer = sum(answer["placed_by_tier"]) - sum(one["placed_by_tier"])
        critical = answer["placed_by_tier"][0] - one["placed_by_tier"][0]
        rows.append(
            [
                NAMES[name],
                f"{one['seconds']:.2f}",
                f"{one['seconds'] / ours['seconds']:.2f}",
                f"{one['peak_rss_gb']:.2f} GB",
                _tiers(one["placed_by_tier"]),
                f"{fewer:,} ({critical:,})",
                f"{one['travel_km_mean']:.2f} km",
                f"{one['objective']:,}",
            ]
        )
    return _table(head, rows)


def steps(answer: Answer) -> str:
    """Seconds of each step of one run."""
    names = [step for step in answer["seconds"] if step != "total"]
    return _table(
        ["step", *names, "total"],
        [["seconds", *(f"{answer['seconds'][step]:.2f}" for step in [*names, "total"])]],
    )
