"""What teams report by the day while nothing is wrong with any of them: for early warnings to stay silent about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dure.simulation.series import WEEKDAYS

REGIONS = 8
# A share of the days on which a team works at all; a tenth of the teams are there once or twice a week.
HABIT = (8, 2)
PART_TIME_SHARE, PART_TIME_HABIT = 0.1, (0.2, 0.5)
# Days that a region shares: of rain, on which few come, and slow ones, on which all do less.
RAIN_SHARE, RAIN_LEFT = 0.06, 0.3
SLOW_SHARE, SLOW_LEFT = 0.1, 0.6
# Once in three months two more days off on end.
OFF_EVERY_DAYS = 90
SIZE_LOG_MEAN, SIZE_LOG_SPREAD = 2.0, 1.0  # contributions a day
CREWS = 4  # so many independent crews' worth of chance
AMOUNT_LOG_MEAN, AMOUNT_LOG_SPREAD = 3.0, 0.3  # of one contribution, between teams and between days


@dataclass(frozen=True, eq=False)
class Reports:
    """``counts`` of contributions and ``amounts`` in milli-units, both (teams, days) from a Monday on; ``regions`` by
    team."""

    counts: npt.NDArray[np.int64]
    amounts: npt.NDArray[np.float64]
    regions: npt.NDArray[np.int64]


def reports(teams: int, days: int, seed: int) -> Reports:
    """Teams of their own size, habit and weekdays under the weather of their region; the same for the same seed."""
    dice = np.random.default_rng((seed, 1_300))
    regions = np.arange(teams, dtype=np.int64) % REGIONS
    habit = dice.beta(*HABIT, teams)
    part_time = int(teams * PART_TIME_SHARE)
    habit[:part_time] = dice.uniform(*PART_TIME_HABIT, part_time)
    weekday = np.array(WEEKDAYS)[np.arange(days) % 7]
    rain = np.where(dice.random((REGIONS, days)) < RAIN_SHARE, RAIN_LEFT, 1.0)[regions]
    slow = np.where(dice.random((REGIONS, days)) < SLOW_SHARE, SLOW_LEFT, 1.0)[regions]
    works = dice.random((teams, days)) < habit[:, None] * np.sqrt(weekday) * rain
    off = dice.random((teams, days)) < 1 / OFF_EVERY_DAYS
    works[:, 1:] &= ~off[:, :-1]
    works[:, 2:] &= ~off[:, :-2]
    size = np.exp(dice.normal(SIZE_LOG_MEAN, SIZE_LOG_SPREAD, teams))[:, None]
    mean = size * weekday * slow
    drawn = np.maximum(dice.negative_binomial(CREWS, CREWS / (CREWS + mean)), 1)
    counts = np.where(works, drawn, 0).astype(np.int64)
    each = np.exp(dice.normal(AMOUNT_LOG_MEAN, AMOUNT_LOG_SPREAD, (teams, 1)))
    scatter = np.exp(dice.normal(0, AMOUNT_LOG_SPREAD, (teams, days)))
    amounts = counts.astype(np.float64) * each * scatter * 1_000
    return Reports(counts, amounts, regions)
