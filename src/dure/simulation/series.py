"""Daily amounts of work as places report them: weekdays, a level that wanders, weather that lasts, days that fail."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Six days of work, one of rest on which little is done.
WEEKDAYS = (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.15)
WEEKDAYS_SPREAD = 0.2
LEVEL_LOG_MEAN, LEVEL_LOG_SPREAD = 5.0, 1.0
STEP_MOST = 0.05  # of the level's logarithm a day, the most of a place
WEATHER_LASTS, WEATHER_SPREAD = 0.6, 0.25
FAILED_SHARE, FAILED_LEFT = 0.02, 0.1
CREWS = 8  # so many independent crews' worth of chance


def daily_amounts(places: int, days: int, seed: int) -> npt.NDArray[np.float64]:
    """(places, days) whole amounts from a Monday on; the same for the same seed."""
    dice = np.random.default_rng((seed, 20_200))
    weekdays = np.exp(dice.normal(0, WEEKDAYS_SPREAD, (places, 7))) * np.array(WEEKDAYS)
    steps = dice.normal(0, dice.uniform(0, STEP_MOST, places)[:, None], (places, days))
    fresh = dice.normal(0, WEATHER_SPREAD, (places, days))
    weather = np.zeros((places, days))
    for day in range(days):
        weather[:, day] = fresh[:, day] + (WEATHER_LASTS * weather[:, day - 1] if day else 0)
    level = np.exp(dice.normal(LEVEL_LOG_MEAN, LEVEL_LOG_SPREAD, places))[:, None]
    mean = level * weekdays[:, np.arange(days) % 7] * np.exp(np.cumsum(steps, axis=1) + weather)
    mean = np.where(dice.random((places, days)) < FAILED_SHARE, mean * FAILED_LEFT, mean)
    amounts: npt.NDArray[np.float64] = dice.negative_binomial(CREWS, CREWS / (CREWS + mean)).astype(
        np.float64
    )
    return amounts
