"""How the work goes on: sums of the coming days with bands, and the day on which the rest will be done.

A small state-space model, the same for every series (a place, a team, a campaign), in closed form, so that thousands
of places take seconds. The amount of a day is *level x weekday x shock*:

- The **level** is a local level, followed with a fixed gain (Harvey, "Forecasting, Structural Time Series Models and
  the Kalman Filter", 1989, sections 4.1 and 4.3: the steady state of a random walk under noise). The gain is the one
  of GAINS that would have forecast the weeks so far best, over all series together.
- **Weekday** factors are each series' own, shrunk towards those of all series together.
- **Shocks** are relative to the level. Their variance is each series' own, shrunk towards that of all; what lasts
  from one day to the next, such as weather, widens the bands of sums.

A sum is lognormal with the tails of Student's t, since level and variance are estimated themselves. That the bands
hold is shown by back-tests (``bench/forecast.py``), not by these assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.kernel.must import must

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Between the first and the last lie 90 %, between the second and the fourth 50 %."""
WORK_DAYS_MIN: Final = 5  # of fewer days with work no band deserves belief
NEVER: Final = -1
GAINS: Final = (0.02, 0.05, 0.1, 0.2, 0.35)
WEEK: Final = 7

# How much all series together weigh beside a series' own days.
_POOLED_WEEKS: Final = 4.0
_POOLED_DAYS: Final = 10.0
_EVEN_WEEKS: Final = 2.0  # and how much a week without weekdays weighs beside them all
# A level never stands still, even where the past is too short to show that it moves. Set by back-tests, once.
_DRIFT_GAIN_LEAST: Final = 0.09
_DRIFT_LEAST: Final = 2e-5
_FACTOR_LEAST: Final = 0.05  # a day on which next to nothing is done teaches nothing about shocks
_VARIANCE_LEAST: Final = 1e-4
_LASTING_MOST: Final = 0.7
# One storm or one heap delivered at once must not speak for all days.
_SHOCK_LEAST, _SHOCK_MOST = -1.0, 4.0
_TAILS_LEAST, _TAILS_MOST = 5.0, 60.0


@dataclass(frozen=True, eq=False)
class Forecast:
    """Of n series over the coming days, in the unit of the input; NaN where there are fewer than WORK_DAYS_MIN days."""

    level: FloatArray  # (n,) an average day as things stand
    sums: FloatArray  # (n, days, 5) of the next 1, 2, … days together, at LEVELS

    def finish(self, remaining: FloatArray) -> IntArray:
        """(n, 5) after how many of the days ``remaining`` (n,) is done, with the probabilities LEVELS; 0 for done.

        NEVER where it is not within the days looked at, or unknown. The first is the day that comes too early in 95 %
        of cases, the last the one by which it is done in 95 %.
        """
        must(remaining.shape == self.level.shape, "one rest for each series")
        # What is done by a day with probability p is the sum that is exceeded with p: the levels turn round.
        reached = self.sums[:, :, ::-1] >= remaining[:, None, None]
        first = np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, NEVER)
        known = ~np.isnan(self.level)[:, None]
        return np.where(remaining[:, None] <= 0, 0, np.where(known, first, NEVER)).astype(np.int64)


def forecast(daily: FloatArray, *, first_weekday: int, days: int) -> Forecast:
    """Forecast the ``days`` that follow on ``daily`` (n, T): the amounts of T days, 0 where nothing was done.

    ``first_weekday``: of the first day, 0 for Monday. Time and memory grow with n x (T + days).
    """
    must(daily.ndim == 2 and daily.shape[1] > 0, "a row of days for each series")
    must(days > 0 and 0 <= first_weekday < WEEK, "some days ahead, and a weekday from 0 to 6")
    must(bool((daily >= 0).all()), "a day's amount is never below zero")
    count = len(daily)
    known = (daily > 0).sum(axis=1) >= WORK_DAYS_MIN
    level = np.full(count, np.nan)
    sums = np.full((count, days, len(LEVELS)), np.nan)
    if known.any():
        level[known], sums[known] = _forecast(daily[known], first_weekday, days)
    return Forecast(level, sums)


def _forecast(daily: FloatArray, first_weekday: int, days: int) -> tuple[FloatArray, FloatArray]:
    past = daily.shape[1]
    weekday = (first_weekday + np.arange(past + days)) % WEEK
    factors = _weekday_factors(daily, weekday[:past])[:, weekday]
    gain, levels = _best_gain(daily, factors[:, :past])
    variance, lasting = _shocks(daily, factors[:, :past], levels)
    widening = (1 + lasting) / (1 - lasting)
    # Steady state: innovations of variance v split into noise v (1 - gain) and drift v gain^2 (Harvey, 4.3.2).
    noise = variance * (1 - gain)
    drift = variance * max(gain, _DRIFT_GAIN_LEAST) ** 2 + _DRIFT_LEAST
    weights = (1 - gain) ** np.arange(past)
    days_worth = weights.sum() ** 2 / (weights**2).sum()
    level_variance = np.maximum(gain * noise, noise / days_worth) * widening

    ahead = factors[:, past:]
    summed = np.cumsum(ahead, axis=1)
    shares = np.maximum(summed, 1e-12) ** 2
    wandering = drift[:, None] * _wandering(summed) / shares
    shaking = noise[:, None] * widening * np.cumsum(ahead**2, axis=1) / shares
    spread = np.sqrt(np.log1p(level_variance[:, None] + wandering + shaking))
    tails = float(np.clip(days_worth, _TAILS_LEAST, _TAILS_MOST))
    bands = [np.exp(_student_quantile(p, tails) * spread) for p in LEVELS]
    now = levels[:, past]
    return now, (now[:, None] * summed)[:, :, None] * np.stack(bands, axis=2)


def _weekday_factors(daily: FloatArray, weekday: IntArray) -> FloatArray:
    """(n, 7) amount of each weekday against an average day; their mean is 1."""
    relative = daily / daily.mean(axis=1, keepdims=True)
    counts = np.bincount(weekday, minlength=WEEK).astype(np.float64)
    amounts = np.stack([relative[:, weekday == day].sum(axis=1) for day in range(WEEK)], axis=1)
    count = len(daily)
    pooled = (amounts.sum(axis=0) + _EVEN_WEEKS * count) / (counts * count + _EVEN_WEEKS * count)
    own = (amounts + _POOLED_WEEKS * pooled / pooled.mean()) / (counts + _POOLED_WEEKS)
    return np.asarray(own / own.mean(axis=1, keepdims=True))


def _levels(daily: FloatArray, factors: FloatArray, gain: float) -> FloatArray:
    """(n, T + 1) the level known after 0, 1 … T days: what was done against what those weekdays ask for."""
    count, past = daily.shape
    levels = np.full((count, past + 1), np.nan)
    done, asked = np.zeros(count), np.zeros(count)
    for day in range(past):
        done = (1 - gain) * done + daily[:, day]
        asked = (1 - gain) * asked + factors[:, day]
        levels[:, day + 1] = done / asked
    return levels


def _best_gain(daily: FloatArray, factors: FloatArray) -> tuple[float, FloatArray]:
    """The gain that forecast the sums of a week (a quarter of a short past) best, and its levels."""
    past = daily.shape[1]
    lag = min(WEEK, max(1, past // 4))
    start = np.arange(min(WEEK, past // 2), past - lag + 1)
    done, asked = _running(daily), _running(factors)
    truth = done[:, start + lag] - done[:, start]
    tried: list[tuple[float, float, FloatArray]] = []
    for gain in GAINS:
        levels = _levels(daily, factors, gain)
        told = levels[:, start] * (asked[:, start + lag] - asked[:, start])
        missed = np.divide(truth - told, told, out=np.zeros_like(told), where=told > 0)
        tried.append((float((np.clip(missed, _SHOCK_LEAST, _SHOCK_MOST) ** 2).mean()), gain, levels))
    _, gain, levels = min(tried, key=lambda one: one[:2])
    return gain, levels


def _shocks(daily: FloatArray, factors: FloatArray, levels: FloatArray) -> tuple[FloatArray, float]:
    """(n,) variance of a day's relative surprise, and how much of one day's lasts to the next."""
    past = daily.shape[1]
    days = np.arange(min(WEEK, past // 2), past)
    told = levels[:, days] * factors[:, days]
    counts = (factors[:, days] > _FACTOR_LEAST) & (told > 0)
    surprise = np.divide(daily[:, days] - told, told, out=np.zeros_like(told), where=counts)
    surprise = np.clip(surprise, _SHOCK_LEAST, _SHOCK_MOST)
    weights = np.where(counts, factors[:, days], 0.0)
    squares, weight = (weights * surprise**2).sum(axis=1), weights.sum(axis=1)
    pooled = squares.sum() / max(weight.sum(), 1.0)
    variance = (squares + _POOLED_DAYS * pooled) / (weight + _POOLED_DAYS)
    lasting = (surprise[:, 1:] * surprise[:, :-1]).sum() / max((surprise**2).sum(), 1e-12)
    # A short past hides about one part in T of it (Marriott and Pope 1954).
    lasting = float(np.clip(lasting + 1 / max(past, 10), 0.0, _LASTING_MOST))
    return np.maximum(variance, _VARIANCE_LEAST), lasting


def _wandering(summed: FloatArray) -> FloatArray:
    """(n, days) by how much a random walk of unit steps moves a sum: each step moves all days from it on, squared."""
    before = _running(np.diff(summed, axis=1, prepend=0.0))[:, :-1]
    steps = np.arange(1, summed.shape[1] + 1)
    return np.asarray(
        steps * summed**2 - 2 * summed * np.cumsum(before, axis=1) + np.cumsum(before**2, axis=1)
    )


def _running(rows: FloatArray) -> FloatArray:
    """Sums of the first 0, 1 … columns."""
    return np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)


def _student_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's t (Abramowitz and Stegun 26.7.5; right to 0.01 from five degrees of freedom on)."""
    z = NormalDist().inv_cdf(probability)
    return z + (
        (z**3 + z) / 4 / freedom
        + (5 * z**5 + 16 * z**3 + 3 * z) / 96 / freedom**2
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384 / freedom**3
    )
