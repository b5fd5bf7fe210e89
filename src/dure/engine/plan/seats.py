"""The seats that places will have to give on the coming days: what is published, and what is forecast beyond it.

A region's seats a day are forecast as any series is (:mod:`dure.engine.plan.forecast`); a place gets its share of
them. A day that is published only in part is expected to be filled up to its forecast. How much the seats of a few
places may fall short of that has two sources, which the line puts together: the region as a whole may need less
than forecast (relative, shared by everybody there), and seats come in lumps (a post of five seats stands in one place
or the next), which matters where few are expected: the variance of a compound Poisson count is in proportion to its
mean (McCullagh and Nelder, "Generalized Linear Models", 1989, section 6.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.engine.plan.forecast import LEVELS, WORK_DAYS_MIN, forecast
from dure.kernel.must import must

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Of the forecast's bands: the lowest, which 95 % exceed, and the middle.
_LOWEST: Final = 0
_MIDDLE: Final = 2
_NEVER_SURE: Final = 20.0
Z_LOW: Final = 1.6449  # standard deviations below the mean that 95 % of cases exceed
must(LEVELS[_LOWEST] == 0.05 and LEVELS[_MIDDLE] == 0.5, "the bands are named by their places")


@dataclass(frozen=True, eq=False)
class SeatsAhead:
    """Seats of n places on each of the coming days; day 0 is the first of them."""

    known: FloatArray  # (n, days) published and free
    further: FloatArray  # (n, days) expected beyond them; 0 where nothing can be forecast
    lumps: float  # variance of a count by its mean, at least 1
    spread: FloatArray  # (n, days) relative standard deviation of the region's sums of the first 1, 2, … days

    @property
    def days(self) -> int:
        return int(self.known.shape[1])


def seats_ahead(
    *,
    past: FloatArray,
    published: FloatArray,
    free: FloatArray,
    region: IntArray,
    first_weekday: int,
    rests: BoolArray | None = None,
) -> SeatsAhead:
    """Forecast the seats of n places.

    ``past`` (n, T): seats asked for on the T days that are over. ``published`` (n, days): those of the days that
    follow, as far as they are published; ``free`` (n, days): how many of them nobody has taken. ``region`` (n,): the
    row of each place's region, from 0. ``first_weekday``: of the first of the T days, 0 for Monday. ``rests``
    (T + days,): days without work on purpose: nothing is learnt of those that are over, nor expected of those ahead.

    Of fewer than WORK_DAYS_MIN days with work no band deserves belief. Then as much is expected on each day as on those
    that are known so far, and none of it is sure.
    """
    must(
        past.shape[0] == published.shape[0] == len(region) and published.shape == free.shape, "a row a place"
    )
    count, days = published.shape
    nothing = np.zeros((count, days))
    if not count or not days:
        return SeatsAhead(free, nothing, 1.0, nothing)
    seen = np.concatenate([past, published], axis=1) if _days_of_work(past) < WORK_DAYS_MIN else past
    by_region = _by_region(seen, region)
    middle, lowest = _told(_by_region(past, region), by_region, first_weekday, days, rests)
    each_day = np.diff(middle, axis=1, prepend=0.0)
    # What of a day is not published yet is expected up to its forecast.
    asked = _by_region(published, region)
    missing = 1 - np.divide(asked, each_day, out=np.ones_like(asked), where=each_day > 0)
    expected = each_day * np.clip(missing, 0.0, 1.0)
    whole = by_region.sum(axis=1)[region]
    share = np.divide(seen.sum(axis=1), whole, out=np.zeros(count), where=whole > 0)
    spread = (1 - np.divide(lowest, middle, out=np.ones_like(middle), where=middle > 0)) / Z_LOW
    return SeatsAhead(
        known=free,
        further=share[:, None] * expected[region],
        lumps=_lumps(seen, share, by_region[region]),
        spread=spread[region],
    )


def _days_of_work(rows: FloatArray) -> int:
    return int((rows.sum(axis=0) > 0).sum())


def _told(
    past: FloatArray, seen: FloatArray, first_weekday: int, days: int, rests: BoolArray | None
) -> tuple[FloatArray, FloatArray]:
    """(regions, days) sums of the coming days: the middle of each band, and its lower end."""
    worked = (seen > 0).sum(axis=1)
    level = np.divide(seen.sum(axis=1), worked, out=np.zeros(len(seen)), where=worked > 0)
    works = np.ones(days, np.bool_) if rests is None else ~rests[past.shape[1] :]
    middle = level[:, None] * np.cumsum(works)
    # So wide a band that nobody is promised anything of it, however little certainty is asked for.
    lowest = -_NEVER_SURE * middle
    if past.shape[1]:
        sums = forecast(past, first_weekday=first_weekday, days=days, rests=rests).sums
        known = ~np.isnan(sums[:, 0, _MIDDLE])
        middle[known], lowest[known] = sums[known, :, _MIDDLE], sums[known, :, _LOWEST]
    return middle, lowest


def _by_region(rows: FloatArray, region: IntArray) -> FloatArray:
    summed = np.zeros((int(region.max()) + 1, rows.shape[1]))
    np.add.at(summed, region, rows)
    return summed


def _lumps(past: FloatArray, share: FloatArray, by_region: FloatArray) -> float:
    """How much more the places' days vary than if every seat came by itself."""
    expected = share[:, None] * by_region
    total = float(expected.sum())
    return max(1.0, float(((past - expected) ** 2).sum()) / total) if total > 0 else 1.0
