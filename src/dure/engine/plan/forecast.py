"""How the work goes on: sums of the coming days with bands, and the day on which the rest will be done.

A small state-space model, the same for every series (a place, a team, a campaign), in closed form, so that thousands
of places take seconds. The amount of a day is *level x weekday x shock*:

- The **level** is a local level, followed with a fixed gain (Harvey, "Forecasting, Structural Time Series Models and
  the Kalman Filter", 1989, sections 4.1 and 4.3: the steady state of a random walk under noise). The gain is the one
  of GAINS that would have forecast the weeks so far best, over all series together.
- **Weekday** factors are each series' own, shrunk towards those of all series together.
- **Shocks** are relative to the level. Their variance is each series' own, shrunk towards that of all; what lasts
  from one day to the next, such as weather, widens the bands of sums.
- **Rest**: days on which no work is expected, such as a pause, teach nothing and add nothing.

A sum is lognormal with the tails of Student's t, since level and variance are estimated themselves. How far the
forecasts of the past days missed then says whether such a band is too wide in the middle, for work that is quiet on
most days and wild on a few (empirical limits: Williams and Goodman, JASA 66, 1971). That the bands hold is shown by
back-tests (``bench/forecast.py``), not by these assumptions.
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
BoolArray = npt.NDArray[np.bool_]

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Between the first and the last lie 90 %, between the second and the fourth 50 %."""
WORK_DAYS_MIN: Final = 5  # of fewer days with work no band deserves belief
NEVER: Final = -1
GAINS: Final = (0.02, 0.05, 0.1, 0.2, 0.35)
WEEK: Final = 7
_REST: Final = WEEK  # a day of no weekday

# How much all series together weigh beside a series' own days.
_POOLED_WEEKS: Final = 4.0
_POOLED_DAYS: Final = 10.0
# How much a week without weekdays weighs beside them all: once, and for each series, since series share their weather.
_EVEN_WEEKS: Final = 1.0
_EVEN_WEEKS_A_SERIES: Final = 0.5
# What a lone series is taken for until its own days outweigh it: days that differ by a quarter. Set by back-tests.
_TYPICAL_DAYS: Final = 10.0
_TYPICAL_VARIANCE: Final = 0.06
# A level never stands still, even where the past is too short to show that it moves. Set by back-tests, once.
_DRIFT_GAIN_LEAST: Final = 0.09
_DRIFT_LEAST: Final = 1.5e-4
# What past forecasts missed is looked at over so many days, three times as many being known; it counts half of what
# it says when it was tried so many times one after the other.
_MISSED_OVER: Final = (1, WEEK, 4 * WEEK)
_MISSED_WEIGHT: Final = 4.0
# What it may make of the inner and the outer band. The outer one is never made narrower.
_INNER_LEAST, _INNER_MOST = 0.5, 1.15
_OUTER_LEAST, _OUTER_MOST = 1.0, 1.15
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


def forecast(daily: FloatArray, *, first_weekday: int, days: int, rests: BoolArray | None = None) -> Forecast:
    """Forecast the ``days`` that follow on ``daily`` (n, T): the amounts of T days, 0 where nothing was done.

    ``first_weekday``: of the first day, 0 for Monday. ``rests`` (T + days,): days without work on purpose; what was
    done on them all the same is not learnt from. Series are told apart better together: give all places of a
    campaign at once, and the whole with them. Time and memory grow with n x (T + days).
    """
    must(daily.ndim == 2 and daily.shape[1] > 0, "a row of days for each series")
    must(days > 0 and 0 <= first_weekday < WEEK, "some days ahead, and a weekday from 0 to 6")
    must(bool((daily >= 0).all()), "a day's amount is never below zero")
    count, past = daily.shape
    works = np.ones(past + days, dtype=np.bool_) if rests is None else ~rests
    must(works.shape == (past + days,), "every day works or rests")
    weekday = (first_weekday + np.arange(past + days)) % WEEK
    worked = daily[:, works[:past]]
    known = (worked > 0).sum(axis=1) >= WORK_DAYS_MIN
    level = np.full(count, np.nan)
    sums = np.full((count, days, len(LEVELS)), np.nan)
    if known.any():
        ahead = np.where(works[past:], weekday[past:], _REST)
        level[known], sums[known] = _forecast(worked[known], weekday[:past][works[:past]], ahead)
    return Forecast(level, sums)


def _forecast(daily: FloatArray, weekday: IntArray, ahead: IntArray) -> tuple[FloatArray, FloatArray]:
    """``weekday``, ``ahead``: of the days known and of those to come; _REST where no work is expected."""
    past = daily.shape[1]
    of_week = _weekday_factors(daily, weekday)
    factors = of_week[:, weekday]
    gain, levels = _best_gain(daily, factors)
    variance, lasting = _shocks(daily, factors, levels)
    widening = (1 + lasting) / (1 - lasting)
    # Steady state: innovations of variance v split into noise v (1 - gain) and drift v gain^2 (Harvey, 4.3.2).
    noise = variance * (1 - gain)
    drift = variance * max(gain, _DRIFT_GAIN_LEAST) ** 2 + _DRIFT_LEAST
    weights = (1 - gain) ** np.arange(past)
    days_worth = weights.sum() ** 2 / (weights**2).sum()
    unsure = _Unsure(np.maximum(gain * noise, noise / days_worth) * widening, drift, noise * widening)
    tails = float(np.clip(days_worth, _TAILS_LEAST, _TAILS_MOST))

    asked = np.concatenate([of_week, np.zeros((len(daily), 1))], axis=1)[:, ahead]
    working = of_week[:, (weekday[-1] + 1 + np.arange(_MISSED_OVER[-1])) % WEEK]
    inner, outer = _shape(daily, factors, levels, unsure.spread(working), tails, days=len(ahead))
    spread = unsure.spread(asked)
    widths = (outer, inner, np.zeros(len(ahead)), inner, outer)
    bands = [
        np.exp(_student_quantile(p, tails) * width * spread) for p, width in zip(LEVELS, widths, strict=True)
    ]
    now = levels[:, past]
    return now, (now[:, None] * np.cumsum(asked, axis=1))[:, :, None] * np.stack(bands, axis=2)


@dataclass(frozen=True, eq=False)
class _Unsure:
    """(n,) variances, relative to the level: of the level itself, of its steps from day to day, of a day's shock."""

    level: FloatArray
    drift: FloatArray
    noise: FloatArray

    def spread(self, asked: FloatArray) -> FloatArray:
        """(n, days) of the logarithm of the sums of the next 1, 2 ... days that ask for ``asked`` of the level."""
        summed = np.cumsum(asked, axis=1)
        shares = np.maximum(summed, 1e-12) ** 2
        wandering = self.drift[:, None] * _wandering(summed) / shares
        shaking = self.noise[:, None] * np.cumsum(asked**2, axis=1) / shares
        return np.asarray(np.sqrt(np.log1p(self.level[:, None] + wandering + shaking)))


def _shape(
    daily: FloatArray, factors: FloatArray, levels: FloatArray, spread: FloatArray, tails: float, *, days: int
) -> tuple[FloatArray, FloatArray]:
    """(days,) how wide the inner and the outer band are against Student's, by what past forecasts missed.

    ``spread``: of sums of working days. All series together, as one alone has too few forecasts to tell.
    """
    past = daily.shape[1]
    done, asked = _running(daily), _running(factors)
    found = []
    for over in _MISSED_OVER:
        if past < 3 * over:
            break
        start = np.arange(max(1, past // 2), past - over + 1)
        told = levels[:, start] * (asked[:, start + over] - asked[:, start])
        came = done[:, start + over] - done[:, start]
        counts = (told > 0) & (came > 0)
        ratio = np.divide(came, told, out=np.ones_like(told), where=counts)
        missed = (np.abs(np.log(ratio)) / spread[:, [over - 1]])[counts]
        if not missed.size:
            break
        tried = len(start) / over
        weight = tried / (tried + _MISSED_WEIGHT)
        inner = np.quantile(missed, 0.5) / _student_quantile(0.75, tails)
        outer = np.quantile(missed, 0.9) / _student_quantile(0.95, tails)
        found.append(
            (
                np.log(over),
                1 + weight * (np.clip(inner, _INNER_LEAST, _INNER_MOST) - 1),
                1 + weight * (np.clip(outer, _OUTER_LEAST, _OUTER_MOST) - 1),
            )
        )
    if not found:
        return np.ones(days), np.ones(days)
    at, inners, outers = np.array(found).T
    when = np.log(np.arange(1, days + 1))
    return np.interp(when, at, inners), np.interp(when, at, outers)


def _weekday_factors(daily: FloatArray, weekday: IntArray) -> FloatArray:
    """(n, 7) amount of each weekday against an average day; their mean is 1."""
    relative = daily / daily.mean(axis=1, keepdims=True)
    counts = np.bincount(weekday, minlength=WEEK).astype(np.float64)
    amounts = np.stack([relative[:, weekday == day].sum(axis=1) for day in range(WEEK)], axis=1)
    count = len(daily)
    even = _EVEN_WEEKS + _EVEN_WEEKS_A_SERIES * count
    pooled = (amounts.sum(axis=0) + even) / (counts * count + even)
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
    pooled = (squares.sum() + _TYPICAL_DAYS * _TYPICAL_VARIANCE) / (weight.sum() + _TYPICAL_DAYS)
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
