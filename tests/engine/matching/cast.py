"""A small day to play with: people and posts written one by one, and an oracle that knows no numpy.

The oracle restates every rule in plain Python from the words of the issue, so that bits, bands and flows are
compared with something that shares nothing with them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from dure.engine.matching import PeopleFacts, PostFacts, Problem, build_problem
from dure.engine.matching.facts import Int32Array

MIDNIGHT = 29_000_160
EARTH_RADIUS_M = 6_371_008.8
DEGREE_M = math.pi * EARTH_RADIUS_M / 180


def at(hour: float) -> int:
    """Minutes since the epoch at an hour of the day all tests share."""
    return MIDNIGHT + round(hour * 60)


def east(metres: float) -> float:
    """Longitude of a place so far along the equator."""
    return metres / DEGREE_M


@dataclass(frozen=True)
class Person:
    """Somebody who may do anything near (0, 0), unless said otherwise."""

    lat: float = 0.0
    lon: float = 0.0
    travel_limit_m: int = 10_000
    age: int = 40
    days_waited: int = 0
    physical_max: int = 3
    covered: bool = True
    briefed: bool = True
    cleared: bool = True
    guardian_agreed: bool = False
    free: tuple[tuple[int, int], ...] = ((at(0), at(24)),)
    skills: tuple[int, ...] = ()
    languages: tuple[int, ...] = ()
    refuses: tuple[int, ...] = ()
    prefers: tuple[int, ...] = ()
    rested_from_min: int = at(0)
    minutes_left_week: int = 2880
    shift_max_min: int = 480
    yesterday_post: int = -1


@dataclass(frozen=True)
class Post:
    """One seat of tier 1 at (0, 0) from 9 to 13, unless said otherwise."""

    lat: float = 0.0
    lon: float = 0.0
    starts_min: int = at(9)
    ends_min: int = at(13)
    seats: int = 1
    tier: int = 1
    cause: int = 0
    skills: tuple[int, ...] = ()
    languages: tuple[int, ...] = ()
    min_age: int = 0
    hazardous: bool = False
    night: bool = False
    lone: bool = False
    physical: int = 0
    with_children: bool = False


def _listed(rows: Sequence[tuple[int, ...]]) -> tuple[Int32Array, Int32Array]:
    pairs = [(row, value) for row, values in enumerate(rows) for value in values]
    return np.array([row for row, _ in pairs], np.int32), np.array([value for _, value in pairs], np.int32)


def people_facts(people: Sequence[Person]) -> PeopleFacts:
    spans = [(row, *span) for row, one in enumerate(people) for span in one.free]
    skill_person, skill = _listed([one.skills for one in people])
    language_person, language = _listed([one.languages for one in people])
    refuses_person, refuses = _listed([one.refuses for one in people])
    prefers_person, prefers = _listed([one.prefers for one in people])
    return PeopleFacts(
        person=np.arange(100, 100 + len(people), dtype=np.int64),
        lat=np.array([one.lat for one in people], np.float64),
        lon=np.array([one.lon for one in people], np.float64),
        travel_limit_m=np.array([one.travel_limit_m for one in people], np.int32),
        age=np.array([one.age for one in people], np.int16),
        days_waited=np.array([one.days_waited for one in people], np.int32),
        physical_max=np.array([one.physical_max for one in people], np.int8),
        covered=np.array([one.covered for one in people], np.bool_),
        briefed=np.array([one.briefed for one in people], np.bool_),
        cleared=np.array([one.cleared for one in people], np.bool_),
        guardian_agreed=np.array([one.guardian_agreed for one in people], np.bool_),
        free_person=np.array([span[0] for span in spans], np.int32),
        free_from_min=np.array([span[1] for span in spans], np.int64),
        free_to_min=np.array([span[2] for span in spans], np.int64),
        skill_person=skill_person,
        skill=skill,
        language_person=language_person,
        language=language,
        refuses_person=refuses_person,
        refuses=refuses,
        prefers_person=prefers_person,
        prefers=prefers,
        rested_from_min=np.array([one.rested_from_min for one in people], np.int64),
        minutes_left_week=np.array([one.minutes_left_week for one in people], np.int32),
        shift_max_min=np.array([one.shift_max_min for one in people], np.int32),
        yesterday_post=np.array([one.yesterday_post for one in people], np.int32),
    )


def post_facts(posts: Sequence[Post]) -> PostFacts:
    skill_post, skill = _listed([one.skills for one in posts])
    language_post, language = _listed([one.languages for one in posts])
    return PostFacts(
        post=np.arange(500, 500 + len(posts), dtype=np.int64),
        lat=np.array([one.lat for one in posts], np.float64),
        lon=np.array([one.lon for one in posts], np.float64),
        starts_min=np.array([one.starts_min for one in posts], np.int64),
        ends_min=np.array([one.ends_min for one in posts], np.int64),
        seats=np.array([one.seats for one in posts], np.int32),
        tier=np.array([one.tier for one in posts], np.int8),
        cause=np.array([one.cause for one in posts], np.int32),
        skill_post=skill_post,
        skill=skill,
        language_post=language_post,
        language=language,
        min_age=np.array([one.min_age for one in posts], np.int16),
        hazardous=np.array([one.hazardous for one in posts], np.bool_),
        night=np.array([one.night for one in posts], np.bool_),
        lone=np.array([one.lone for one in posts], np.bool_),
        physical=np.array([one.physical for one in posts], np.int8),
        with_children=np.array([one.with_children for one in posts], np.bool_),
    )


def day(people: Sequence[Person], posts: Sequence[Post]) -> Problem:
    return build_problem(people_facts(people), post_facts(posts))


def haversine_m(person: Person, post: Post) -> float:
    """The textbook formula."""
    phi, psi = math.radians(person.lat), math.radians(post.lat)
    turn = math.radians(post.lon - person.lon)
    hav = math.sin((psi - phi) / 2) ** 2 + math.cos(phi) * math.cos(psi) * math.sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(hav)))


def may(person: Person, post: Post) -> bool:
    """Every rule, in plain words."""
    minor = person.age < 18
    length_min = post.ends_min - post.starts_min
    return (
        set(post.skills) <= set(person.skills)
        and any(start <= post.starts_min and post.ends_min <= end for start, end in person.free)
        and post.cause not in person.refuses
        and (not post.languages or bool(set(post.languages) & set(person.languages)))
        and person.physical_max >= post.physical
        and person.rested_from_min <= post.starts_min
        and person.minutes_left_week >= length_min
        and person.shift_max_min >= length_min
        and person.age >= post.min_age
        and not (minor and not person.guardian_agreed)
        and not (minor and (post.hazardous or post.night or post.lone))
        and person.covered
        and person.briefed
        and (person.cleared or not post.with_children)
        and haversine_m(person, post) <= person.travel_limit_m
    )


def cost(person: Person, post: Post, post_row: int) -> int:
    unwished = bool(person.prefers) and post.cause not in person.prefers
    return (
        round(haversine_m(person, post) / 10)
        + (200 if unwished else 0)
        - 5 * person.days_waited
        - (300 if person.yesterday_post == post_row else 0)
    )


def best_by_trying_all(people: Sequence[Person], posts: Sequence[Post]) -> tuple[int, int, int, int]:
    """(filled of tier 1, 2, 3, least cost) in strict order, by trying every placement."""
    choices = [[-1, *(row for row, post in enumerate(posts) if may(person, post))] for person in people]
    best: tuple[int, int, int, int] | None = None
    for placement in product(*choices):
        if any(placement.count(row) > post.seats for row, post in enumerate(posts)):
            continue
        fills = [sum(posts[row].tier == tier for row in placement if row >= 0) for tier in (1, 2, 3)]
        total = sum(cost(people[k], posts[row], row) for k, row in enumerate(placement) if row >= 0)
        key = (-fills[0], -fills[1], -fills[2], total)
        best = key if best is None or key < best else best
    assert best is not None
    return (-best[0], -best[1], -best[2], best[3])
