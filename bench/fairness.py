"""Do grades keep promise F9? Equal teams, lucky small teams, and pairs in the wrong order, graded as Dure grades.

    python -m bench.fairness [--runs 300] [--json FILE]    the tables
    python -m bench.fairness --pictures                    docs/img/fairness-*.svg and honesty.svg, from bench/results

A league table of the same reports stands beside: every pair is put in order by what is claimed. That is what grades
are compared with. Small sizes run in the tests (tests/engine/grading); seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.plots import LEFT, RIGHT, ROW, TOP, WIDTH, Bar, bar_chart, picture, text
from dure.engine.grading import Grade, TeamResult, grade_teams

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
IMAGES = ROOT / "docs" / "img"
SEED = 20_267
SPREAD = 0.5
PLAN_MILLI = 10**9
ORDER = {Grade.A: 2, Grade.B: 1, Grade.C: 0, Grade.NOT_YET_KNOWN: 1}
RELIABILITIES = (0.5, 0.6, 0.7, 0.8, 0.9)
# Promise F9.
WRONG_MAX = 0.05
Ints = NDArray[np.int64]
LIKE: Ints = np.full(60, 100)
MIXED: Ints = np.resize([10, 40, 100, 400], 60)
# Person-days of the teams among which one of five people has a lucky day.
LUCK = (1.1, 1.3, 2.0, 5.0)


@dataclass(frozen=True)
class Pairs:
    """Of all pairs that are shown in order: which share is in the wrong one; and which share of pairs is shown."""

    sizes: str
    reliability: float
    wrong: float
    shown: float
    league_wrong: float


@dataclass(frozen=True)
class Lucky:
    """A team of five that reports ``luck`` times its plan after a day, among 60 ordinary ones: how often first."""

    luck: float
    graded_a: float
    league_first: float


@dataclass(frozen=True)
class Found:
    """All three simulations. ``together``: of groups of equal teams the share with one grade for all."""

    runs: int
    together: float
    league_apart: float
    pairs: tuple[Pairs, ...]
    lucky: tuple[Lucky, ...]


def reported(dice: np.random.Generator, sizes: Ints, reliability: float) -> tuple[NDArray[np.float64], Ints]:
    """True fulfilments, and what is reported of them; ``reliability`` is that of the middle team."""
    variances = SPREAD**2 / sizes
    between = float(np.median(variances)) * reliability / (1 - reliability)
    truth = 1 + between**0.5 * dice.normal(size=sizes.size)
    seen = truth + np.sqrt(variances) * dice.normal(size=sizes.size)
    return truth, np.rint(np.maximum(seen, 0) * PLAN_MILLI).astype(np.int64)


def graded(done_milli: Ints, sizes: Ints) -> NDArray[np.int64]:
    teams = [
        TeamResult(str(n), int(done), PLAN_MILLI, person_days=int(sizes[n]))
        for n, done in enumerate(done_milli)
    ]
    return np.array([ORDER[one.grade] for one in grade_teams(teams).teams])


def pairs(name: str, sizes: Ints, reliability: float, runs: int) -> Pairs:
    dice = np.random.default_rng((SEED, round(100 * reliability), sizes.size))
    wrong = shown = league = every = 0
    for _ in range(runs):
        truth, done = reported(dice, sizes, reliability)
        rank = graded(done, sizes)
        truly_worse = truth[:, None] < truth[None, :]
        better = rank[:, None] > rank[None, :]
        shown += int(better.sum())
        wrong += int((better & truly_worse).sum())
        league += int(((done[:, None] > done[None, :]) & truly_worse).sum())
        every += sizes.size * (sizes.size - 1) // 2
    return Pairs(name, reliability, wrong / max(1, shown), shown / every, league / every)


def together(runs: int) -> float:
    """The share of groups of truly equal teams, of five to four hundred person-days, that share one grade."""
    dice = np.random.default_rng((SEED, 1))
    sizes: Ints = np.resize([5, 20, 50, 100, 400], 50)
    alike = 0
    for _ in range(runs):
        _, done = reported(dice, sizes, 0.0)
        alike += np.unique(graded(done, sizes)).size == 1
    return alike / runs


def lucky(luck: float, runs: int) -> Lucky:
    dice = np.random.default_rng((SEED, 2, round(10 * luck)))
    sizes: Ints = np.append(LIKE, 5)
    first = league = 0
    for _ in range(runs):
        _, done = reported(dice, sizes, 0.6)
        done[-1] = round(luck * PLAN_MILLI)
        first += int(graded(done, sizes)[-1] == ORDER[Grade.A])
        league += int(done[-1] == done.max())
    return Lucky(luck, first / runs, league / runs)


def found(runs: int) -> Found:
    return Found(
        runs,
        together(runs),
        1.0,
        tuple(
            pairs(name, sizes, reliability, runs)
            for name, sizes in (("like", LIKE), ("mixed", MIXED))
            for reliability in RELIABILITIES
        ),
        tuple(lucky(luck, runs) for luck in LUCK),
    )


def table(one: Found) -> str:
    lines = [
        f"Truly equal teams share one grade in {one.together:.1%} of {one.runs} groups; a league table puts them in "
        "order every time.",
        "",
        "| sizes of teams | reliability | pairs shown in order | of them wrong | wrong in a league table |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.sizes} | {row.reliability} | {row.shown:.0%} | {row.wrong:.1%} | {row.league_wrong:.1%} |"
        for row in one.pairs
    ]
    lines += [
        "",
        "| five people report of their plan | A by Dure | first in a league table |",
        "|---:|---:|---:|",
    ]
    lines += [f"| {row.luck:.0%} | {row.graded_a:.1%} | {row.league_first:.0%} |" for row in one.lucky]
    return "\n".join(lines)


def pairs_picture(one: Found) -> str:
    """Pairs in the wrong order, of those shown: ours beside a league table, by reliability."""
    worst = max(row.wrong for row in one.pairs)
    says = (
        f"Of the pairs that grades put in order at most {worst:.1%} are in the wrong one, however noisy the reports; "
        f"a league table of the same reports has up to {max(row.league_wrong for row in one.pairs):.0%} wrong."
    )
    parts: list[str] = []
    y = TOP + 14.0
    for name in ("like", "mixed"):
        rows = [row for row in one.pairs if row.sizes == name]
        parts.append(text(16, y, f"Sixty teams of {name} size", "small"))
        bars = []
        for row in rows:
            bars.append(
                Bar(f"reliability {row.reliability}", [(row.wrong, "a")], f"{row.wrong:.1%} by grades")
            )
            bars.append(Bar("", [(row.league_wrong, "c")], f"{row.league_wrong:.1%} in a league table"))
        parts += bar_chart(bars, y + 10)
        y += 44 + len(bars) * ROW
    return picture(says, y, parts)


def lucky_picture(one: Found) -> str:
    """How often a lucky team of five comes first."""
    most_a, most_first = max(row.graded_a for row in one.lucky), max(row.league_first for row in one.lucky)
    says = (
        f"A team of five with one lucky day is graded A in {most_a:.0%} of {one.runs} groups; a league table puts it "
        f"first in up to {most_first:.0%}."
    )
    bars: list[Bar] = []
    for row in one.lucky:
        name = f"reports {row.luck:.0%} of plan"
        bars.append(Bar(name, [(row.graded_a, "a")], f"{row.graded_a:.0%} A by Dure"))
        bars.append(Bar("", [(row.league_first, "c")], f"{row.league_first:.0%} first in a league"))
    return picture(says, TOP + 30 + len(bars) * ROW, bar_chart(bars, TOP + 14))


def honesty_picture(rows: Sequence[dict[str, float]]) -> str:
    """Expected standing against how much is made up, a line for each season and audit chance."""
    says = "The more a team makes up, the lower it is expected to stand, at every audit chance (promise F8)."
    left, right, top, bottom = float(LEFT - 110), float(WIDTH - RIGHT - 20), TOP + 20.0, TOP + 260.0
    low = min(row["standing"] for row in rows) - 0.02
    high = max(row["standing"] for row in rows) + 0.02

    def place(row: dict[str, float]) -> tuple[float, float]:
        up = (row["standing"] - low) / (high - low)
        return left + row["inflation"] * (right - left), bottom - up * (bottom - top)

    parts = [
        f'<line x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}" class="axis"/>',
        text(left, top - 8, "standing, 1 is the plan", "small"),
        *(
            text(left + share * (right - left), bottom + 20, f"{share:.0%} made up", "small mid")
            for share in (0, 0.5, 1)
        ),
        text(left - 8, place({"standing": 1.0, "inflation": 0.0})[1] + 4, "1.0", "small end"),
    ]
    seasons = sorted({(row["days"], row["chance"]) for row in rows})
    # Words of lines that end close to each other are kept apart.
    ends = sorted(
        (
            (place(line[-1])[1], days, chance, line)
            for days, chance in seasons
            if (line := [row for row in rows if (row["days"], row["chance"]) == (days, chance)])
        ),
        key=lambda one: one[0],
    )
    word_y = 0.0
    for end_y, days, chance, line in ends:
        colour = "a" if days == max(one for one, _ in seasons) else "c"
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, line))
        parts.append(f'<polyline points="{points}" class="path {colour}"/>')
        word_y = max(word_y + 16, end_y)
        parts.append(text(right + 8, word_y + 4, f"{days:.0f} days, {chance:.0%} recounted", "small"))
    return picture(says, bottom + 44, parts)


def pictures() -> None:
    shown = json.loads((RESULTS / "fairness.json").read_text(encoding="utf-8"))
    one = Found(
        shown["runs"],
        shown["together"],
        shown["league_apart"],
        tuple(Pairs(**row) for row in shown["pairs"]),
        tuple(Lucky(**row) for row in shown["lucky"]),
    )
    (IMAGES / "fairness-pairs.svg").write_text(pairs_picture(one), encoding="utf-8")
    (IMAGES / "fairness-lucky.svg").write_text(lucky_picture(one), encoding="utf-8")
    told = json.loads((RESULTS / "honesty.json").read_text(encoding="utf-8"))
    rows = [row for row in told if row["lie_days"] is None]
    (IMAGES / "honesty.svg").write_text(honesty_picture(rows), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--pictures", action="store_true")
    asked = parser.parse_args()
    if asked.pictures:
        pictures()
        return
    one = found(asked.runs)
    print(table(one))
    if asked.json:
        asked.json.write_text(json.dumps(asdict(one), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
