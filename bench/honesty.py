"""Does lying pay? A team that inflates its claims among thirty-nine honest ones, graded as Dure grades (promise F8).

    python -m bench.honesty [--runs 400] [--json FILE]

The lie lies on every day alike, or all of it on a few days, where a recount is less likely to meet it.

Each run draws a lot over the team's entries (one a day, each with the audit chance), recounts what it drew and grades
all forty teams. "Standing" is the expected fulfilment that the grade is made from; "points" the expected grade with A
as 1, B as 0 and C as -1.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from dure.engine.grading import Grade, TeamResult, grade_teams, hidden_days
from dure.engine.lots import Recounted, deduction

TEAMS, SPREAD, BETWEEN = 40, 0.5, 0.05
PEOPLE_A_DAY = 10
ENTRY_PLAN_MILLI = 1_000_000
INFLATIONS, CHANCES = (0.0, 0.1, 0.25, 0.5, 1.0), (Fraction(1, 20), Fraction(1, 10), Fraction(1, 4))
DAYS = (14, 40)
# The days of a lie that is not spread over all.
LIE_DAYS = (2, 4, 8, 14, 20, 28)
POINTS = {Grade.A: 1, Grade.B: 0, Grade.C: -1, Grade.NOT_YET_KNOWN: 0}
SEED = 20_268


@dataclass(frozen=True)
class Expected:
    """Of a team that inflates by ``inflation`` (0.5: claims half as much again as it did); ``lie_days``: on so many of
    its days, on all alike where it is None."""

    days: int
    chance: float
    inflation: float
    standing: float
    share_a: float
    points: float
    lie_days: int | None = None


def _result(name: str, done_milli: int, days: int) -> TeamResult:
    plan_milli = days * ENTRY_PLAN_MILLI
    best_milli = max(done_milli, 0) // days
    return TeamResult(
        name, done_milli, plan_milli, person_days=days * PEOPLE_A_DAY, days=days, best_day_milli=best_milli
    )


def _field(dice: np.random.Generator, days: int) -> list[TeamResult]:
    """Honest teams around their plan."""
    noise = (BETWEEN**2 + SPREAD**2 / (days * PEOPLE_A_DAY)) ** 0.5
    shares = 1 + noise * dice.normal(size=TEAMS - 1)
    return [
        _result(f"team {n}", round(share * days * ENTRY_PLAN_MILLI), days) for n, share in enumerate(shares)
    ]


def team_of(
    dice: np.random.Generator, *, days: int, chance: Fraction, inflation: float, lie_days: int | None = None
) -> TeamResult:
    """The team in one run: its claims less what the recounts take off."""
    truth = (
        np.rint(ENTRY_PLAN_MILLI * (1 + SPREAD * dice.normal(size=days) / PEOPLE_A_DAY**0.5))
        .clip(1)
        .astype(np.int64)
    )
    claims = np.rint(truth * (1 + inflation)).astype(np.int64)
    if lie_days is not None:
        claims = truth.copy()
        claims[:lie_days] += round(inflation * int(truth.sum()) / lie_days)
    drawn = np.flatnonzero(dice.random(days) < float(chance))
    recounts = [Recounted(int(claims[n]), int(truth[n]), int(claims[n]), chance) for n in drawn]
    off = deduction(recounts)
    unseen = float(1 - chance) ** days
    return replace(
        _result("the one", int(claims.sum()) - off.milli, days),
        best_day_milli=int(claims.max()),
        is_short=off.is_short,
        unseen=unseen,
        amount_count=days,
        squares=float((claims.astype(np.float64) ** 2).sum()),
        hidden_days=hidden_days(float(chance)),
    )


def _dice(days: int, chance: Fraction, run: int) -> np.random.Generator:
    """Equal runs meet the same fields and lots whatever the inflation."""
    return np.random.default_rng((SEED, days, chance.numerator, chance.denominator, run))


def standing(
    *, days: int, chance: Fraction, inflation: float, runs: int, lie_days: int | None = None
) -> float:
    """The mean over ``runs`` of what the grade is made from, as a share of the plan."""
    done = [
        team_of(
            _dice(days, chance, run), days=days, chance=chance, inflation=inflation, lie_days=lie_days
        ).done_milli
        for run in range(runs)
    ]
    return float(np.mean(done)) / (days * ENTRY_PLAN_MILLI)


def expected(
    *, days: int, chance: Fraction, inflation: float, runs: int, lie_days: int | None = None
) -> Expected:
    """Means over ``runs``, each graded among a field of its own."""
    grades = []
    for run in range(runs):
        dice = _dice(days, chance, run)
        one = team_of(dice, days=days, chance=chance, inflation=inflation, lie_days=lie_days)
        grades.append(grade_teams([*_field(dice, days), one]).teams[-1].grade)
    return Expected(
        days,
        float(chance),
        inflation,
        standing=standing(days=days, chance=chance, inflation=inflation, runs=runs, lie_days=lie_days),
        share_a=sum(grade is Grade.A for grade in grades) / runs,
        points=float(np.mean([POINTS[grade] for grade in grades])),
        lie_days=lie_days,
    )


def table(found: Sequence[Expected]) -> str:
    head = [
        "| days | audit chance | claims are inflated by | on days | standing (1: the plan) | chance of an A | points |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    rows = [
        f"| {one.days} | {one.chance:.0%} | {one.inflation:.0%} | {one.lie_days or 'all'} | {one.standing:.3f} "
        f"| {one.share_a:.1%} | {one.points:+.3f} |"
        for one in found
    ]
    return "\n".join([*head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    found = [
        expected(days=days, chance=chance, inflation=inflation, runs=asked.runs)
        for days in DAYS
        for chance in CHANCES
        for inflation in INFLATIONS
    ]
    found += [
        expected(days=days, chance=chance, inflation=0.5, runs=asked.runs, lie_days=lie_days)
        for days in DAYS
        for chance in CHANCES
        for lie_days in LIE_DAYS
        if lie_days < days
    ]
    print(table(found))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
