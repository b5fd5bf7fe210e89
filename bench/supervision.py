"""Early warnings: how often they cry wolf, how soon they tell, and what a morning of 50,000 teams costs.

    python -m bench.supervision [--json FILE] [--short]

Teams of ``dure.simulation.reports`` work as ever: own size, habit and weekdays, rain and slow days that a region
shares, two days off on end now and then. Each morning is judged by the eight weeks before it, as the house does.

- false alarms: teams with a new warning, of all teams, a week (promised: at most 1 in 100).
- stopped: one team in ten stops reporting; after how many days it is told (median, and nine in ten).
- falls: one team in ten does so much less from one day on; the share of them told within three weeks, of all and of
  those with more than eight contributions a day. The weeks of small teams scatter so much that chance explains a lot.
- wandering: ``dure.simulation.series``, whose levels drift by up to 5 % a day; what is told there is no false alarm.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dure.engine.plan.signals import SILENT_DAYS_MIN, days_of_work, drop, silence
from dure.simulation.reports import Reports, reports
from dure.simulation.series import daily_amounts

PAST_DAYS = 56
LOOKED_AT_DAYS = 21
TIMED_TEAMS = 50_000
BUSY = 8.0
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Told:
    """(teams, mornings): what is warned about on each."""

    silent: Bools
    down: Bools

    @property
    def new_share_a_week(self) -> float:
        warned = self.silent | self.down
        new = warned[:, 1:] & ~warned[:, :-1]
        weeks = new.shape[1] // 7
        by_week = new[:, : weeks * 7].reshape(len(new), weeks, 7).any(axis=2)
        return float(by_week.mean())


def told(work: Reports, first: int) -> Told:
    """Every morning from day ``first`` on."""
    teams, days = work.counts.shape
    silent, down = np.zeros((2, teams, days - first), dtype=np.bool_)
    for day in range(first, days):
        silent[:, day - first], down[:, day - first] = morning(work, day)
    return Told(silent, down)


def morning(work: Reports, day: int) -> tuple[Bools, Bools]:
    """What is warned about before ``day`` begins."""
    seen = slice(day - PAST_DAYS, day)
    weekday = (day - PAST_DAYS) % 7
    counts = work.counts[:, seen]
    is_rest = np.zeros(PAST_DAYS, dtype=np.bool_)
    expected = days_of_work(counts, groups=work.regions, is_rest=is_rest, first_weekday=weekday)
    gone = silence(counts, expected, first_weekday=weekday)
    below = drop(work.amounts[:, seen], counts, expected, groups=work.regions, first_weekday=weekday)
    return gone.is_warned, below.is_warned & (gone.days < SILENT_DAYS_MIN)


def false_alarms(teams: int, weeks: int, seeds: range) -> dict[str, float]:
    found = {}
    for seed in seeds:
        found[f"seed {seed}"] = told(
            reports(teams, PAST_DAYS + 7 * weeks + 1, seed), PAST_DAYS
        ).new_share_a_week
    return found


def stopped(teams: int, seed: int) -> dict[str, float]:
    work = reports(teams, PAST_DAYS + 2 * LOOKED_AT_DAYS, seed)
    gone = np.arange(0, teams, 10)
    work.counts[gone, PAST_DAYS:] = 0
    work.amounts[gone, PAST_DAYS:] = 0
    silent = told(work, PAST_DAYS).silent[gone]
    days = np.where(silent.any(axis=1), silent.argmax(axis=1), silent.shape[1]).astype(float)
    return {"median_days": float(np.median(days)), "nine_in_ten_days": float(np.quantile(days, 0.9))}


def falls(teams: int, left: float, seed: int) -> dict[str, float]:
    work = reports(teams, PAST_DAYS + LOOKED_AT_DAYS, seed)
    fallen = np.arange(0, teams, 10)
    busy: Bools = np.greater(work.counts[fallen, :PAST_DAYS].mean(axis=1), BUSY)
    work.amounts[fallen, PAST_DAYS:] *= left
    down: Bools = np.any(told(work, PAST_DAYS).down[fallen], axis=1)
    return {"all": float(down.mean()), "busy": float(down[busy].mean())}


def wandering(places: int, seed: int) -> float:
    amounts = daily_amounts(places, PAST_DAYS + 85, seed)
    counts = np.maximum(np.rint(amounts / 20), amounts > 0).astype(np.int64)
    work = Reports(counts, amounts, np.zeros(places, dtype=np.int64))
    return told(work, PAST_DAYS).new_share_a_week


def seconds_a_morning(teams: int) -> float:
    work = reports(teams, PAST_DAYS, 9)
    began = time.perf_counter()
    morning(work, PAST_DAYS)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--short", action="store_true", help="a twentieth of the teams, for a test of the bench"
    )
    asked = parser.parse_args()
    teams, weeks, seeds = (100, 4, range(1, 2)) if asked.short else (2_000, 20, range(1, 4))
    found: dict[str, object] = {"false_alarms": false_alarms(teams, weeks, seeds)}
    found["stopped"] = stopped(teams, 11)
    found["falls"] = {f"to {left:.0%}": falls(teams, left, 12) for left in (0.5, 0.3, 0.1)}
    found["wandering"] = wandering(teams // 2, 3)
    found["seconds_a_morning"] = seconds_a_morning(TIMED_TEAMS // (20 if asked.short else 1))
    for name, value in found.items():
        print(f"{name}: {value}")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
