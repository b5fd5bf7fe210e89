"""From bench/results/matching-*.json to docs/img/matching-*.svg and the tables of docs/why/matching.md.

python -m bench.figures                  draw and write what has been measured
python -m bench.figures country 100k     measure these first (see MEASURED; "all" for all, about an hour)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench import matching, plots, tables

ROOT = Path(__file__).resolve().parents[1]
RESULTS, IMAGES, PAGE = (
    ROOT / "bench" / "results",
    ROOT / "docs" / "img",
    ROOT / "docs" / "why" / "matching.md",
)
BEGIN = "<!-- Written by python -m bench.figures from bench/results; not by hand. -->"
END = "<!-- End of what is written. -->"

COUNTRY = ("--people", "1219200")
MEASURED = {
    "100k": ("--people", "100000", "--peers", "ortools-all,ortools-16,greedy", "--repeat", "5"),
    "300k": ("--people", "300000", "--peers", "ortools-all", "--repeat", "1"),
    "country": (*COUNTRY, "--peers", "greedy,ortools-16", "--repeat", "5"),
    "country-seeds": (*COUNTRY, "--peers", "none", "--seed", "2", "3", "--repeat", "3"),
    "morning": (*COUNTRY, "--peers", "none", "--morning", "--repeat", "5"),
    "scarce": (*COUNTRY, "--peers", "none", "--demand", "0.7"),
    "ample": (*COUNTRY, "--peers", "none", "--demand", "1.3"),
    "many": (*COUNTRY, "--peers", "none", "--facts", "many"),
    "3m": ("--people", "3000000", "--peers", "none", "--no-check"),
}

Answer = dict[str, Any]


def results() -> dict[str, Answer]:
    """Every measured run by the name of its file; files of several seeds hold several."""
    found: dict[str, Answer] = {}
    for path in sorted(RESULTS.glob("matching-*.json")):
        answer = json.loads(path.read_text())
        for run in answer.get("runs", [answer]):
            found[f"{path.stem.removeprefix('matching-')} {run['seed']}"] = run
    return found


def _size(answer: Answer) -> tuple[int, float, str, bool]:
    return answer["people"], answer["demand"], answer["facts"], "cold_seconds" in answer


def pictures(found: dict[str, Answer]) -> dict[str, str]:
    """File name and content of every picture."""
    cold = [answer for answer in found.values() if "cold_seconds" not in answer]
    usual = [answer for answer in cold if answer["facts"] == "usual" and answer["demand"] == 1]
    first: dict[int, Answer] = {}
    for answer in usual:
        first.setdefault(answer["people"], answer)
    country = max((one for one in first.values() if one["peers"]), key=lambda one: int(one["people"]))
    mornings = [
        ("next morning", answer)
        for answer in found.values()
        if "cold_seconds" in answer and answer["people"] == country["people"]
    ]
    return {
        "matching-peers.svg": plots.peers(country),
        "matching-steps.svg": plots.steps([("from nothing", country), *mornings[:1]]),
        "matching-growth.svg": plots.growth(sorted(first.values(), key=lambda one: int(one["people"]))),
    }


def page_part(found: dict[str, Answer]) -> str:
    """The tables, in the order of size."""
    answers = sorted(found.values(), key=_size)
    with_peers: dict[int, Answer] = {}
    for answer in answers:
        if answer["peers"]:
            with_peers.setdefault(answer["people"], answer)
    parts = [BEGIN, "", tables.runs(answers)]
    for people, answer in with_peers.items():
        parts += [f"{people:,} people, medians of {answer['repeats']}:\n", tables.against_peers(answer)]
    largest = max(with_peers)
    parts += [f"Where the time goes at {largest:,} people:\n", tables.steps(with_peers[largest]), END]
    return "\n".join(parts)


def main(measure: list[str]) -> None:
    for name in MEASURED if measure == ["all"] else measure:
        matching.main([*MEASURED[name], "--json", str(RESULTS / f"matching-{name}.json")])
    found = results()
    for name, content in pictures(found).items():
        (IMAGES / name).write_text(content)
        print(f"docs/img/{name}")
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(before + page_part(found) + after)
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
