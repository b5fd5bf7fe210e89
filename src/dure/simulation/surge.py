"""Surges as they are documented: how many sign up in how many days, at which peak, and how much work there is.

Every figure of a source is its claim; what no source gives is an assumption, and is named one. ``scale`` shrinks
people, tasks, peak and the capacity to check people alike. Towns shrink by its square root only: a hundredth of the
tasks over every town of a country would leave each town a task a week, and a hundredth of the towns no country.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from dure.simulation.customs import CountryCode
from dure.simulation.errors import ScenarioUnknown, SimulationTooLarge
from dure.simulation.pairs import Floats, shares
from dure.simulation.towns import Country, country

SIGN_UPS_MIN: Final = 300
SIGN_UPS_MAX: Final = 2_500_000
TOWNS_MIN: Final = 8
DAY_S: Final = 24 * 3600
# People sign up by day, few at night: share of a day's sign-ups in each hour from midnight.
HOURS: Final = (
    1,
    0.5,
    0.3,
    0.2,
    0.2,
    0.5,
    1.5,
    3,
    5,
    6,
    6.5,
    6.5,
    7,
    6.5,
    6,
    6,
    6,
    6.5,
    7,
    7,
    6.5,
    5,
    3,
    1.8,
)
# The peak rate is held for so long: a few words on television, and everybody takes out a telephone.
PEAK_S: Final = 10
# And begins so long after the call.
PEAK_AFTER_S: Final = 30 * 60
STREAM_ARRIVALS, STREAM_TOWNS = 30, 31


@dataclass(frozen=True)
class Work:
    """A kind of task: its share of all, what it takes, and how long it may last."""

    cause: str
    title: str
    share: float
    skills: tuple[str, ...] = ()
    physical: int = 1
    tier: int = 2


@dataclass(frozen=True)
class Scenario:
    """A documented surge, at full size or scaled.

    ``arrival_shares``: of the sign-ups on each day from the call on. ``peak_per_second``: 0 where none is
    documented. ``tasks``: seats in all, over ``days``. ``seats``: of a post. ``task_starts_h``, ``task_hours``: local
    hours at which work may begin, and for how many hours somebody is needed. ``first_work_day``: days from the call
    to the first tasks; ``ramp_days``: until there are as many as there will be. ``checked_per_day``: people whom
    staff can brief, insure and check a day. ``is_daily_roster``: the same work everywhere on every day.
    ``whole_time_share``: of those who sign up, who offer every day.
    ``professionals_share``: of those who sign up, with the skill ``profession``.
    """

    id: str
    says: str
    source: str
    country: CountryCode
    region: str
    timezone: str
    opens_at: datetime
    signed_up: int
    arrival_shares: tuple[float, ...]
    peak_per_second: float
    tasks: int
    days: int
    seats: int
    task_starts_h: tuple[int, ...]
    task_hours: int
    first_work_day: int
    ramp_days: int
    checked_per_day: int
    work: tuple[Work, ...]
    is_daily_roster: bool = False
    whole_time_share: float = 0.34
    profession: str = ""
    professionals_share: float = 0.0
    scale: float = 1.0

    def scaled(self, scale: float) -> Scenario:
        """The same surge at a share of its size. Refuses with SimulationTooLarge, also what is too small."""
        count = round(self.signed_up * scale)
        if not SIGN_UPS_MIN <= count <= SIGN_UPS_MAX:
            raise SimulationTooLarge(count=count, count_min=SIGN_UPS_MIN, count_max=SIGN_UPS_MAX)
        return replace(
            self,
            scale=scale,
            signed_up=count,
            peak_per_second=self.peak_per_second * scale,
            tasks=max(1, round(self.tasks * scale)),
            checked_per_day=max(1, round(self.checked_per_day * scale)),
        )


ENGLAND_2020: Final = Scenario(
    id="england-2020",
    says="750,000 sign up in 4 days for 200,000 tasks in two months",
    # When tasks began is not documented for the whole country: from the third day on, growing for a fortnight, is an
    # assumption.
    source="digitalhealth.net May 2020; Independent 22 May 2020; NHS England; UK Parliament written answer 2025",
    country="GB",
    region="ENG",
    timezone="Europe/London",
    opens_at=datetime(2020, 3, 24, 14, 30, tzinfo=ZoneInfo("Europe/London")),
    signed_up=750_000,
    arrival_shares=(0.34, 0.33, 0.20, 0.13),
    peak_per_second=4_000,
    tasks=200_000,
    days=62,
    seats=1,
    task_starts_h=(9, 12, 15),
    task_hours=4,
    first_work_day=3,
    ramp_days=14,
    checked_per_day=20_000,
    work=(
        Work("shopping", "Bring shopping or medicine", 0.60),
        Work("chat", "Check in and chat", 0.25, physical=0, tier=3),
        Work("transport", "Drive somebody to their appointment", 0.15, ("driving-van",), tier=1),
    ),
)
SURGE_1950: Final = Scenario(
    id="surge-1950",
    says="740,000 enlist in ten days, and work for all of them is assumed",
    source="almanac, surge-1950; the work is an assumption",
    country="KR",
    region="",
    timezone="Asia/Seoul",
    opens_at=datetime(2026, 6, 26, 9, tzinfo=ZoneInfo("Asia/Seoul")),
    signed_up=740_000,
    arrival_shares=(0.1,) * 10,
    peak_per_second=0,
    tasks=1_480_000,
    days=30,
    seats=20,
    task_starts_h=(7, 8),
    task_hours=8,
    first_work_day=2,
    ramp_days=10,
    checked_per_day=74_000,
    work=(
        Work("build", "Clear and rebuild", 0.55, physical=2),
        Work("transport", "Load and carry", 0.25, physical=2, tier=1),
        Work("kitchen", "Cook for the crews", 0.20),
    ),
)
HEALTH_2022: Final = Scenario(
    id="health-emergency-2022",
    says="1,219,200 people are placed every day, of them 71,200 in medicine",
    source="almanac, health-emergency-2022; how many signed up, and how fast, is an assumption",
    country="KR",
    region="",
    timezone="Asia/Seoul",
    opens_at=datetime(2022, 5, 12, 9, tzinfo=ZoneInfo("Asia/Seoul")),
    signed_up=2_000_000,
    arrival_shares=(0.6, 0.3, 0.1),
    peak_per_second=0,
    tasks=14 * 1_219_200,
    days=16,
    seats=24,
    task_starts_h=(8,),
    task_hours=8,
    first_work_day=2,
    ramp_days=1,
    checked_per_day=800_000,
    work=(
        Work("hygiene", "Go from house to house", 1_148_000 / 1_219_200),
        Work("medicine", "Nurse on the round", 71_200 / 1_219_200, ("nursing",), tier=1),
    ),
    is_daily_roster=True,
    # A roster of whole days is staffed by people who are there for it, with a day of rest a week (P5).
    whole_time_share=0.8,
    profession="nursing",
    professionals_share=0.06,
)
SCENARIOS: Final = {one.id: one for one in (ENGLAND_2020, SURGE_1950, HEALTH_2022)}


def scenario(name: str) -> Scenario:
    """A documented surge by its id in the almanac. Refuses with ScenarioUnknown."""
    if name not in SCENARIOS:
        raise ScenarioUnknown(name=name, possible=", ".join(SCENARIOS))
    return SCENARIOS[name]


def arrivals(surge: Scenario, seed: int) -> Floats:
    """Seconds after the call at which each signs up, ascending.

    The documented peak is held for PEAK_S seconds; everybody else comes by the days' shares and the hours of the day.
    """
    dice = np.random.default_rng([seed, STREAM_ARRIVALS])
    at_peak = min(round(surge.peak_per_second * PEAK_S), surge.signed_up // 2)
    peak = PEAK_AFTER_S + (np.arange(at_peak) + dice.random(at_peak)) * PEAK_S / max(1, at_peak)
    rest = surge.signed_up - at_peak
    opened_s = (surge.opens_at - surge.opens_at.replace(hour=0, minute=0)).total_seconds()
    # Hour by hour from the call on, for as many whole days as people came.
    first_hour = int(opened_s // 3600)
    hour = np.arange(24 * len(surge.arrival_shares))
    weight = np.array(HOURS)[(first_hour + hour) % 24]
    weight = weight * np.repeat(np.array(surge.arrival_shares) / weight.reshape(-1, 24).sum(axis=1), 24)
    drawn = dice.choice(hour, rest, p=shares(weight))
    found: Floats = np.sort(np.concatenate([peak, (drawn + dice.random(rest)) * 3600.0]))
    return found


def towns_of(surge: Scenario, seed: int) -> Country:
    """The country of a surge with some of its towns: every one at full size, by the square root of the scale below."""
    whole = country(surge.country)
    towns = [town for town in whole.towns if surge.region in ("", town.region_code)]
    wanted = min(len(towns), max(TOWNS_MIN, round(len(towns) * min(1.0, surge.scale) ** 0.5)))
    # A systematic sample over the towns by population: large and small ones in their true shares.
    start = np.random.default_rng([seed, STREAM_TOWNS]).random()
    chosen = np.floor((np.arange(wanted) + start) * len(towns) / wanted).astype(np.int64)
    kept = tuple(towns[row] for row in np.unique(chosen).tolist())
    regions = {town.region_code for town in kept}
    return replace(
        whole,
        towns=kept,
        regions=tuple(region for region in whole.regions if region.code in regions),
        population=sum(town.population for town in kept),
    )
