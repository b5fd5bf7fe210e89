"""The tasks of a surge: how many, where, when, and how long before anybody knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dure.simulation.pairs import Bytes, Floats, Ints, apportion, shares
from dure.simulation.series import daily_amounts
from dure.simulation.surge import Scenario
from dure.simulation.towns import KM_PER_DEGREE, Country

# Need grows more slowly than population, and differs between towns of one size.
NEED_POWER: Final = 0.9
NEED_SPREAD: Final = 0.4
# Days between the day a task is asked for and its own: three, one, or none; shares.
NOTICE_DAYS: Final = (3, 1, 0)
NOTICE_SHARES: Final = (0.5, 0.38, 0.12)
# What is asked for on its own day is needed in the afternoon at the earliest.
URGENT_AFTER_H: Final = 12
OUT_KM: Final = 3.0
STREAM: Final = 32


@dataclass(frozen=True)
class SurgeTasks:
    """Posts as columns, by day. ``day``: after the call's day; ``notice_days`` before it the post is published."""

    town: Ints
    day: Ints
    seats: Ints
    starts_h: Ints
    kind: Bytes
    notice_days: Ints
    lat: Floats
    lon: Floats

    @property
    def count(self) -> int:
        return len(self.day)


def tasks(surge: Scenario, country: Country, seed: int) -> SurgeTasks:
    """Exactly ``surge.tasks`` seats on posts of at most ``surge.seats``; equal arguments give equal bytes."""
    dice = np.random.default_rng([seed, STREAM])
    work_days = surge.days - surge.first_work_day
    weekday = (surge.opens_at.weekday() + surge.first_work_day) % 7
    amounts = daily_amounts(len(country.towns), work_days + 7, seed)[:, weekday : weekday + work_days] + 0.05
    population = np.array([town.population for town in country.towns], np.float64)
    need = population**NEED_POWER * np.exp(dice.normal(0, NEED_SPREAD, len(population)))
    ramp = np.minimum(1.0, (np.arange(work_days) + 1) / max(1, surge.ramp_days))
    if surge.is_daily_roster:
        amounts = np.ones_like(amounts)
    weight = amounts / amounts.mean(axis=1, keepdims=True) * need[:, None] * ramp
    seats_of = apportion(surge.tasks, weight.ravel()).reshape(weight.shape)
    post_count = -(-seats_of // surge.seats)
    cell = np.repeat(np.arange(weight.size), post_count.ravel())
    within = np.arange(len(cell)) - np.repeat(
        np.cumsum(post_count.ravel()) - post_count.ravel(), post_count.ravel()
    )
    left = seats_of.ravel()[cell] - within * surge.seats
    order = np.argsort(cell % work_days, kind="stable")
    town, day = (cell // work_days)[order], (cell % work_days)[order] + surge.first_work_day
    count = len(cell)
    notice = dice.choice(np.array(NOTICE_DAYS), count, p=NOTICE_SHARES)
    starts = dice.choice(np.array(surge.task_starts_h), count)
    late = max(surge.task_starts_h)
    # A whole day's work is never asked for on the same morning.
    urgent = (notice == 0) & (late >= URGENT_AFTER_H)
    notice = np.where((notice == 0) & ~urgent, 1, notice)
    centre_lat = np.array([town.lat for town in country.towns])[town]
    centre_lon = np.array([town.lon for town in country.towns])[town]
    north, east = np.clip(dice.normal(0, OUT_KM / 2, (2, count)), -OUT_KM, OUT_KM)
    return SurgeTasks(
        town=town.astype(np.int32),
        day=day.astype(np.int32),
        seats=np.minimum(left[order], surge.seats).astype(np.int32),
        starts_h=np.where(urgent, np.maximum(starts, late), starts).astype(np.int32),
        kind=dice.choice(len(surge.work), count, p=shares([kind.share for kind in surge.work])).astype(
            np.int8
        ),
        notice_days=np.minimum(notice, day).astype(np.int32),
        lat=np.round(centre_lat + north / KM_PER_DEGREE, 4),
        lon=np.round(centre_lon + east / (KM_PER_DEGREE * np.cos(np.radians(centre_lat))), 4),
    )
