"""A believable day of a whole country, drawn from a seed: equal arguments, equal day.

People live in and around towns whose sizes follow Zipf's law; suburbs lie around the big ones at distances
with a heavy tail. Work stands in the same towns, but not in the same proportion: regions differ, some of it lies
in open country, and medical posts want people who are rare. Up to ``COUNTRY_PEOPLE`` the country grows with
its people, so that a small day is as dense as a large one; beyond, it only gets denser.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dure.engine.matching import NO_POST, PeopleFacts, PostFacts, Problem, build_problem
from dure.engine.matching.facts import BoolArray, FloatArray, Int32Array, IntArray

DAY_MIN = 29_000_160  # some midnight UTC, in minutes since the epoch
HOUR_MIN = 60
COUNTRY_PEOPLE = 1_219_200
PEOPLE_PER_POST = 24.384  # 50,000 posts for the country

WIDTH_KM, HEIGHT_KM = 500.0, 650.0
MIDDLE_LAT, MIDDLE_LON = 52.8, -1.5
KM_PER_DEGREE = 111.195  # of a meridian, on the sphere the match uses
TOWNS, BIG_TOWNS = 4_000, 60
SUBURB_SHARE = 0.6
SUBURB_LEAST_KM, SUBURB_MOST_KM, SUBURB_TAIL = 6.0, 90.0, 1.3
REGIONS_ACROSS, REGIONS_DOWN = 5, 6
REGION_SPREAD = 0.4  # of the logarithm of work for each inhabitant
OPEN_COUNTRY_SHARE = 0.06

TRAVEL_LIMITS_M = (3_000, 5_000, 10_000, 15_000, 25_000, 40_000, 60_000)
TRAVEL_SHARE = (0.12, 0.25, 0.28, 0.17, 0.10, 0.05, 0.03)
CAUSE_SHARE = (0.30, 0.20, 0.15, 0.12, 0.10, 0.08, 0.05)
# Skills 0 to 4 are medical, held by few and asked for by an eighth of the posts.
MEDICAL_SHARE = (0.35, 0.12, 0.13, 0.30, 0.10)
MEDICAL_PEOPLE, MEDICAL_POSTS = 0.0584, 0.13
ONE_SKILL_POSTS, TWO_SKILL_POSTS = 0.27, 0.03
SKILLS_MOST = 4


@dataclass(frozen=True)
class Vocabulary:
    """What people and posts can be told apart by; spans and shifts are (from, to) minutes of the day."""

    skills: int
    languages: int
    spans: tuple[tuple[int, int], ...]
    span_share: tuple[float, ...]
    shifts: tuple[tuple[int, int], ...]
    shift_share: tuple[float, ...]


def _hours(*spans: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    return tuple((start * HOUR_MIN, stop * HOUR_MIN) for start, stop in spans)


def _round_the_clock(lengths_hours: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Every half-hour of the day with every length; what ends after midnight ends on the next day."""
    return tuple(
        (start, start + length * HOUR_MIN)
        for start in range(0, 24 * HOUR_MIN, 30)
        for length in lengths_hours
    )


def _even(choices: Sequence[object]) -> tuple[float, ...]:
    return (1.0 / len(choices),) * len(choices)


USUAL = Vocabulary(
    skills=40,
    languages=6,
    spans=_hours((6, 22), (8, 18), (6, 12), (12, 18), (16, 22), (8, 14), (10, 16), (6, 18), (12, 22)),
    span_share=(0.22, 0.16, 0.11, 0.12, 0.14, 0.07, 0.06, 0.06, 0.06),
    shifts=_hours((8, 12), (12, 16), (16, 20), (8, 16), (10, 14), (18, 22), (6, 10), (8, 18)),
    shift_share=(0.25, 0.22, 0.14, 0.12, 0.12, 0.07, 0.06, 0.02),
)
_LONG_SPANS, _ANY_SHIFTS = _round_the_clock((6, 8, 10, 12, 16, 24)), _round_the_clock((2, 3, 4, 6, 8))
MANY = Vocabulary(
    skills=100,
    languages=20,
    spans=_LONG_SPANS,
    span_share=_even(_LONG_SPANS),
    shifts=_ANY_SHIFTS,
    shift_share=_even(_ANY_SHIFTS),
)
VOCABULARIES = {"usual": USUAL, "many": MANY}


@dataclass(frozen=True, eq=False)
class _Land:
    """Towns on a plane in km, laid on the globe by :meth:`on_the_globe`."""

    width_km: float
    height_km: float
    x_km: FloatArray
    y_km: FloatArray
    share: FloatArray  # of the inhabitants
    radius_km: FloatArray
    work_share: FloatArray

    def around(
        self, town: IntArray, widening: float, dice: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        spread_km = self.radius_km[town] * widening
        x_km = self.x_km[town] + dice.standard_normal(len(town)) * spread_km
        return x_km, self.y_km[town] + dice.standard_normal(len(town)) * spread_km

    def on_the_globe(self, x_km: FloatArray, y_km: FloatArray) -> tuple[FloatArray, FloatArray]:
        lat = MIDDLE_LAT + (y_km - self.height_km / 2) / KM_PER_DEGREE
        lon = MIDDLE_LON + (x_km - self.width_km / 2) / (KM_PER_DEGREE * np.cos(np.radians(lat)))
        return lat, lon


def _land(people_count: int, dice: np.random.Generator) -> _Land:
    part = min(1.0, people_count / COUNTRY_PEOPLE)
    width_km, height_km = WIDTH_KM * part**0.5, HEIGHT_KM * part**0.5
    towns = max(40, round(TOWNS * part))
    big = max(4, round(BIG_TOWNS * part))
    small = towns - big
    share = _zipf(towns, 3.0)
    x_km = dice.uniform(0.04, 0.96, towns) * width_km
    y_km = dice.uniform(0.04, 0.96, towns) * height_km
    centre = dice.choice(big, small, p=share[:big] / share[:big].sum())
    away_km = np.minimum(SUBURB_LEAST_KM * (1 + dice.pareto(SUBURB_TAIL, small)), SUBURB_MOST_KM)
    angle = dice.uniform(0, 2 * np.pi, small)
    suburb = dice.random(small) < SUBURB_SHARE
    x_km[big:] = np.where(suburb, x_km[centre] + away_km * np.cos(angle), x_km[big:]).clip(0, width_km)
    y_km[big:] = np.where(suburb, y_km[centre] + away_km * np.sin(angle), y_km[big:]).clip(0, height_km)
    column = np.minimum(x_km * REGIONS_ACROSS / width_km, REGIONS_ACROSS - 1).astype(np.int64)
    row = np.minimum(y_km * REGIONS_DOWN / height_km, REGIONS_DOWN - 1).astype(np.int64)
    wealth = np.exp(dice.normal(0, REGION_SPREAD, REGIONS_ACROSS * REGIONS_DOWN))
    work = share**0.92 * wealth[column + REGIONS_ACROSS * row]
    return _Land(
        width_km=width_km,
        height_km=height_km,
        x_km=x_km,
        y_km=y_km,
        share=share,
        # From about a kilometre for a village to a dozen for the capital.
        radius_km=0.3 + 0.38 * (share * min(people_count, COUNTRY_PEOPLE) / 41) ** 0.42,
        work_share=work / work.sum(),
    )


def _zipf(count: int, shift: float) -> FloatArray:
    weight = 1.0 / (np.arange(count) + shift)
    return np.asarray(weight / weight.sum())


def _pick(values: Sequence[int], share: Sequence[float], count: int, dice: np.random.Generator) -> IntArray:
    return np.array(values, np.int64)[dice.choice(len(values), count, p=share)]


def _listed(*lists: tuple[IntArray, IntArray]) -> tuple[Int32Array, Int32Array]:
    """Owner and code columns of several lists together, by owner, nothing named twice."""
    owner, code = (np.concatenate(column) for column in zip(*lists, strict=True))
    distinct = np.unique(owner << 16 | code)
    return (distinct >> 16).astype(np.int32), (distinct & 0xFFFF).astype(np.int32)


def _causes(among: BoolArray, chance: float, dice: np.random.Generator) -> tuple[Int32Array, Int32Array]:
    """Every cause with the same chance, for everyone ``among``; by cause."""
    causes = len(CAUSE_SHARE)
    drawn = [np.flatnonzero(among & (dice.random(len(among), np.float32) < chance)) for _ in range(causes)]
    code = np.repeat(np.arange(causes, dtype=np.int32), [len(rows) for rows in drawn])
    return np.concatenate(drawn).astype(np.int32), code


def _languages(
    count: int, first: float, second: float, codes: int, dice: np.random.Generator
) -> tuple[Int32Array, Int32Array]:
    """Language 0 with one chance and one more with another."""
    speaks = np.flatnonzero(dice.random(count) < first)
    also = np.flatnonzero(dice.random(count) < second)
    code = np.concatenate([np.zeros(len(speaks), np.int32), dice.integers(1, codes, len(also), np.int32)])
    return np.concatenate([speaks, also]).astype(np.int32), code


def _hours_of(
    spans: tuple[tuple[int, int], ...], share: tuple[float, ...], count: int, dice: np.random.Generator
) -> tuple[IntArray, IntArray]:
    which = dice.choice(len(spans), count, p=share)
    starts, stops = np.array(spans, np.int64).T
    return starts[which] + DAY_MIN, stops[which] + DAY_MIN


def _people_skills(count: int, skills: int, dice: np.random.Generator) -> tuple[Int32Array, Int32Array]:
    medical = np.flatnonzero(dice.random(count) < MEDICAL_PEOPLE)
    kind = dice.choice(len(MEDICAL_SHARE), len(medical), p=MEDICAL_SHARE)
    owner = np.repeat(np.arange(count), np.minimum(dice.poisson(0.7, count), SKILLS_MOST))
    others = skills - len(MEDICAL_SHARE)
    other = len(MEDICAL_SHARE) + dice.choice(others, len(owner), p=_zipf(others, 2.0))
    return _listed((medical, kind), (owner, other))


def _people(count: int, land: _Land, words: Vocabulary, dice: np.random.Generator) -> PeopleFacts:
    lat, lon = land.on_the_globe(*land.around(dice.choice(len(land.share), count, p=land.share), 1.0, dice))
    unknown = dice.random(count) < 0.002
    lat[unknown], lon[unknown] = np.nan, np.nan
    free_from_min, free_to_min = _hours_of(words.spans, words.span_share, count, dice)
    skill_person, skill = _people_skills(count, words.skills, dice)
    language_person, language = _languages(count, 0.95, 0.3, words.languages, dice)
    refuses_person, refuses = _causes(np.ones(count, np.bool_), 0.08, dice)
    prefers_person, prefers = _causes(dice.random(count) < 0.6, 0.35, dice)
    age = np.where(dice.random(count) < 0.03, dice.integers(14, 18, count), dice.integers(18, 81, count))
    return PeopleFacts(
        person=np.arange(count, dtype=np.int64) * 7 + 11,
        lat=lat,
        lon=lon,
        travel_limit_m=_pick(TRAVEL_LIMITS_M, TRAVEL_SHARE, count, dice).astype(np.int32),
        age=age.astype(np.int16),
        days_waited=np.minimum(dice.geometric(0.12, count) - 1, 60).astype(np.int32),
        physical_max=_pick((0, 1, 2, 3), (0.04, 0.12, 0.28, 0.56), count, dice).astype(np.int8),
        covered=dice.random(count) < 0.995,
        briefed=dice.random(count) < 0.985,
        cleared=dice.random(count) < 0.4,
        guardian_agreed=dice.random(count) < 0.7,
        free_person=np.arange(count, dtype=np.int32),
        free_from_min=free_from_min,
        free_to_min=free_to_min,
        skill_person=skill_person,
        skill=skill,
        language_person=language_person,
        language=language,
        refuses_person=refuses_person,
        refuses=refuses,
        prefers_person=prefers_person,
        prefers=prefers,
        rested_from_min=DAY_MIN + HOUR_MIN * _pick((0, 9), (0.95, 0.05), count, dice),
        minutes_left_week=_pick((180, 480, 2_880), (0.02, 0.10, 0.88), count, dice).astype(np.int32),
        shift_max_min=_pick((480, 600), (0.9, 0.1), count, dice).astype(np.int32),
        yesterday_post=np.full(count, NO_POST, np.int32),
    )


def _posts(count: int, seats: int, land: _Land, words: Vocabulary, dice: np.random.Generator) -> PostFacts:
    x_km, y_km = land.around(dice.choice(len(land.share), count, p=land.work_share), 1.15, dice)
    far_out = dice.random(count) < OPEN_COUNTRY_SHARE
    x_km[far_out] = dice.uniform(0, land.width_km, int(far_out.sum()))
    y_km[far_out] = dice.uniform(0, land.height_km, int(far_out.sum()))
    lat, lon = land.on_the_globe(x_km, y_km)
    starts_min, ends_min = _hours_of(words.shifts, words.shift_share, count, dice)
    kind = dice.random(count)
    medical = kind < MEDICAL_POSTS
    skilled = ~medical & (kind < MEDICAL_POSTS + ONE_SKILL_POSTS)
    skill_post, skill = _post_skills(medical, skilled, words.skills, dice)
    language_post, language = _languages(count, 0.25, 0.02, words.languages, dice)
    tier = _pick((1, 2, 3), (0.15, 0.35, 0.5), count, dice)
    tier[medical & (dice.random(count) < 0.5)] = 1
    late = (ends_min - DAY_MIN > 22 * HOUR_MIN) | (starts_min - DAY_MIN < 6 * HOUR_MIN)
    return PostFacts(
        post=np.arange(count, dtype=np.int64) * 3 + 5,
        lat=lat,
        lon=lon,
        starts_min=starts_min,
        ends_min=ends_min,
        seats=_seats(count, seats, medical, skilled, dice),
        tier=tier.astype(np.int8),
        cause=dice.choice(len(CAUSE_SHARE), count, p=CAUSE_SHARE).astype(np.int32),
        skill_post=skill_post,
        skill=skill,
        language_post=language_post,
        language=language,
        min_age=_pick((0, 16, 18, 21), (0.5, 0.2, 0.28, 0.02), count, dice).astype(np.int16),
        hazardous=dice.random(count) < 0.08,
        night=late | (dice.random(count) < 0.02),
        lone=dice.random(count) < 0.03,
        physical=_pick((0, 1, 2, 3), (0.55, 0.30, 0.11, 0.04), count, dice).astype(np.int8),
        with_children=dice.random(count) < 0.05,
    )


def _post_skills(
    medical: BoolArray, skilled: BoolArray, skills: int, dice: np.random.Generator
) -> tuple[Int32Array, Int32Array]:
    first, others = len(MEDICAL_SHARE), skills - len(MEDICAL_SHARE)
    share = _zipf(others, 2.0) ** 1.3
    medics, ones = np.flatnonzero(medical), np.flatnonzero(skilled)
    twos = ones[dice.random(len(ones)) < TWO_SKILL_POSTS / ONE_SKILL_POSTS]
    return _listed(
        (medics, dice.choice(first, len(medics), p=MEDICAL_SHARE)),
        (ones, first + dice.choice(others, len(ones), p=share / share.sum())),
        (twos, first + dice.integers(0, 8, len(twos))),
    )


def _seats(
    count: int, seats: int, medical: BoolArray, skilled: BoolArray, dice: np.random.Generator
) -> Int32Array:
    """One seat each, the rest by log-normal size: exactly ``seats`` together, if there are as many as posts."""
    size = np.exp(dice.normal(0, 0.9, count)) * np.where(medical, 0.42, np.where(skilled, 0.7, 1.25))
    ends = np.cumsum(size)
    given = np.floor(ends / ends[-1] * max(0, seats - count)).astype(np.int64)
    return np.asarray(1 + np.diff(given, prepend=0), np.int32)


def synthetic_day(
    people_count: int,
    *,
    post_count: int | None = None,
    demand: float = 1.0,
    seed: int = 1,
    words: Vocabulary = USUAL,
    others: int = 0,
) -> tuple[PeopleFacts, PostFacts]:
    """A day of ``people_count`` people and ``demand`` times as many seats.

    ``others`` numbers further people and posts of the same towns.
    """
    land = _land(people_count, np.random.default_rng(seed))
    dice = np.random.default_rng((seed, others))
    people = _people(people_count, land, words, dice)
    posts = post_count or max(4, round(people_count / PEOPLE_PER_POST))
    return people, _posts(posts, round(people_count * demand), land, words, dice)


def synthetic_problem(people_count: int, *, demand: float = 1.0, seed: int = 1) -> Problem:
    """The problem of such a day, built."""
    return build_problem(*synthetic_day(people_count, demand=demand, seed=seed))
