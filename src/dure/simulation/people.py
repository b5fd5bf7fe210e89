"""Synthetic people on real towns: columns, not rows, so that 100,000 take about a second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from dure.simulation.customs import Customs, day_start_minutes
from dure.simulation.errors import SimulationTooLarge
from dure.simulation.pairs import Bools, Bytes, Floats, Ints, Pairs, Shorts, Spans, shares
from dure.simulation.towns import KM_PER_DEGREE, Country
from dure.simulation.vocabulary import ADULT_SKILLS, CAUSES, LANGUAGES, SKILL_SHARES, SKILLS, language, skill

COUNT_MIN: Final = 1
# Twice the largest day of the design; beyond it, run regions apart.
COUNT_MAX: Final = 2_500_000
AGE_ADULT: Final = 18
# Travel limits in metres and their shares: few very large ones, since every metre of them costs pairs.
TRAVEL_LIMITS_M: Final = (5_000, 10_000, 15_000, 25_000, 40_000, 60_000)
TRAVEL_SHARES: Final = (0.07, 0.18, 0.31, 0.28, 0.12, 0.04)
# Free hours of the day, local: one or two spans; the empty row has no time today.
DAY_PATTERNS: Final = (
    ((6, 22),),
    ((8, 18),),
    ((6, 13),),
    ((12, 18),),
    ((16, 22),),
    ((8, 14),),
    ((6, 10), (16, 22)),
    ((9, 13), (14, 20)),
    (),
)
DAY_SHARES: Final = (0.22, 0.20, 0.14, 0.12, 0.08, 0.08, 0.07, 0.06, 0.03)
# Homes further out than this many spreads are drawn back in, so that nobody lives a county away.
SPREADS_MAX: Final = 2.5
GROUP_BLOCK: Final = 4
# Share of blocks of four neighbours that hold a household: about 9 % of people sign up with somebody.
GROUP_SHARE: Final = 0.12
STREAM: Final = 1


@dataclass(frozen=True)
class SyntheticPeople:
    """People as columns of length ``count``; ``Pairs`` and ``Spans`` point into them by row.

    ``town``: position in ``country.towns``. ``home_lat``, ``home_lon``: degrees rounded to 0.01, as the
    product stores homes. ``name``: position in ``given_names``. ``travel_limit_m``: metres, straight line.
    ``physical_max``: 0 to 3, position in ``PHYSICAL_LEVELS``. ``days_waited``: days since the last placement.
    ``group``: household number, ascending from 0, or -1. ``guardian_agreed``: only ever true under 18.
    """

    count: int
    given_names: tuple[str, ...]
    town: Ints
    home_lat: Floats
    home_lon: Floats
    name: Shorts
    birth_year: Shorts
    guardian_agreed: Bools
    travel_limit_m: Ints
    skills: Pairs
    languages: Pairs
    free: Spans
    causes_refused: Pairs
    causes_preferred: Pairs
    days_waited: Ints
    physical_max: Bytes
    covered: Bools
    briefed: Bools
    cleared: Bools
    group: Ints

    def display_name(self, row: int) -> str:
        """A name nobody can take for a real person's: ``"Minjun S-00042"``."""
        return f"{self.given_names[self.name[row]]} S-{row:05d}"


def people(country: Country, count: int, seed: int, day: date) -> SyntheticPeople:
    """``count`` people, spread over the towns by population, as they stand on the morning of ``day``.

    ``seed`` is any non-negative integer; equal arguments give equal bytes. Most can be placed; some cannot,
    each for a reason the columns show: no time today, no cover, no briefing, 15 years old, 16 without a
    guardian's consent, or nothing near enough.

    Refuses with SimulationTooLarge.
    """
    if not COUNT_MIN <= count <= COUNT_MAX:
        raise SimulationTooLarge(count=count, count_min=COUNT_MIN, count_max=COUNT_MAX)
    dice = np.random.default_rng([seed, STREAM])
    customs = country.customs
    weights = shares([t.population for t in country.towns])
    town: Ints = dice.choice(len(country.towns), count, p=weights).astype(np.int32)
    lat, lon = _homes(dice, country, town)
    limit_m = dice.choice(np.array(TRAVEL_LIMITS_M, np.int32), count, p=shares(TRAVEL_SHARES))
    group, host = _households(dice, town)
    age = _ages(dice, count)
    minor = age < AGE_ADULT
    refused = dice.random((count, len(CAUSES))) < 0.06
    preferred = (dice.random((count, len(CAUSES))) < 0.25) & ~refused
    return SyntheticPeople(
        count=count,
        given_names=customs.given_names,
        town=town,
        # A household shares a door and a car.
        home_lat=lat[host],
        home_lon=lon[host],
        travel_limit_m=limit_m[host],
        group=group,
        name=dice.integers(len(customs.given_names), size=count, dtype=np.int16),
        birth_year=(day.year - age).astype(np.int16),
        guardian_agreed=minor & (dice.random(count) < 0.9),
        skills=Pairs.from_table(_skills(dice, minor)),
        languages=Pairs.from_table(_languages(dice, customs, count)),
        # Who comes together is free together.
        free=_free(dice, host, day_start_minutes(country.code, day)),
        causes_refused=Pairs.from_table(refused),
        causes_preferred=Pairs.from_table(preferred),
        days_waited=np.minimum(dice.geometric(0.12, count) - 1, 60).astype(np.int32),
        physical_max=_physical(dice, age),
        covered=dice.random(count) < 0.98,
        briefed=dice.random(count) < 0.97,
        cleared=~minor & (dice.random(count) < 0.7),
    )


def _homes(dice: np.random.Generator, country: Country, town: Ints) -> tuple[Floats, Floats]:
    """Home coordinates: normal around the centre, wider in larger towns (1.4 km at 15,000, 11 in Seoul)."""
    population = np.array([t.population for t in country.towns], np.float64)
    spread_km = (0.3 + 0.4 * (population / 1000) ** 0.36)[town]
    north, east = np.clip(dice.normal(size=(2, len(town))), -SPREADS_MAX, SPREADS_MAX) * spread_km
    centre_lat = np.array([t.lat for t in country.towns])[town]
    centre_lon = np.array([t.lon for t in country.towns])[town]
    south, west, top, right = country.customs.box
    lat = np.clip(centre_lat + north / KM_PER_DEGREE, south, top)
    lon = np.clip(centre_lon + east / (KM_PER_DEGREE * np.cos(np.radians(centre_lat))), west, right)
    return np.round(lat, 2), np.round(lon, 2)


def _households(dice: np.random.Generator, town: Ints) -> tuple[Ints, Ints]:
    """Group numbers (-1 without) and the row whose home each person shares (their own without a group).

    People are lined up by town and cut into blocks of four; some start with a household of two to four.
    """
    count = len(town)
    line = np.argsort(town, kind="stable")
    blocks = line[: count - count % GROUP_BLOCK].reshape(-1, GROUP_BLOCK)
    size = dice.choice([2, 3, 4], len(blocks), p=[0.6, 0.25, 0.15])
    chosen = (dice.random(len(blocks)) < GROUP_SHARE) & (town[blocks[:, 0]] == town[blocks[:, -1]])
    member = chosen[:, None] & (np.arange(GROUP_BLOCK) < size[:, None])
    number = np.cumsum(chosen) - 1
    group = np.full(count, -1, np.int32)
    host = np.arange(count, dtype=np.int32)
    group[blocks[member]] = np.broadcast_to(number[:, None], blocks.shape)[member]
    host[blocks[member]] = np.broadcast_to(blocks[:, :1], blocks.shape)[member]
    return group, host


def _ages(dice: np.random.Generator, count: int) -> Ints:
    """Ages reached this year, 15 to 80: 0.4 % are 15, 4 % 16 or 17, the rest adults of every age."""
    kind = dice.choice(3, count, p=[0.004, 0.04, 0.956])
    adult = np.clip(np.round(dice.normal(46, 17, count)), AGE_ADULT, 80)
    # What falls off the bell's young end is spread evenly over working age.
    adult = np.where(adult == AGE_ADULT, dice.integers(AGE_ADULT, 66, count), adult)
    ages: Ints = np.choose(kind, [np.full(count, 15), dice.integers(16, 18, count), adult]).astype(np.int32)
    return ages


def _skills(dice: np.random.Generator, minor: Bools) -> Bools:
    table: Bools = dice.random((len(minor), len(SKILLS))) < np.array(SKILL_SHARES)
    for name in ADULT_SKILLS:
        table[minor, skill(name)] = False
    return table


def _languages(dice: np.random.Generator, customs: Customs, count: int) -> Bools:
    table = np.zeros((count, len(LANGUAGES)), np.bool_)
    for code, share in customs.languages:
        table[:, language(code)] = dice.random(count) < share
    # Whoever drew none speaks the second language: newcomers are why posts ask for a language at all.
    table[~table.any(axis=1), language(customs.languages[1][0])] = True
    return table


def _free(dice: np.random.Generator, host: Ints, day_start: int) -> Spans:
    """Hours of everybody: those of the row whose home they share."""
    count = len(host)
    pattern = dice.choice(len(DAY_PATTERNS), count, p=shares(DAY_SHARES))[host]
    span_count = np.array([len(spans) for spans in DAY_PATTERNS])
    flat = np.array([span for spans in DAY_PATTERNS for span in spans], np.int64) * 60 + day_start
    row = np.repeat(np.arange(count, dtype=np.int32), span_count[pattern])
    # Position of a person's spans in ``flat``: the pattern's first span, then counting on within the person.
    first = (np.cumsum(span_count) - span_count)[pattern]
    own = span_count[pattern]
    within = np.arange(len(row)) - np.repeat(np.cumsum(own) - own, own)
    at = np.repeat(first, own) + within
    return Spans(row, flat[at, 0], flat[at, 1])


def _physical(dice: np.random.Generator, age: Ints) -> Bytes:
    """How heavy the work may be: most can do heavy work under 60, light or moderate after 70."""
    limit = dice.choice(4, len(age), p=[0.03, 0.10, 0.30, 0.57])
    limit = np.where(age >= 70, np.minimum(limit, 2), limit)
    return np.where(age >= 76, np.minimum(limit, 1), limit).astype(np.int8)
