"""From rooms' facts to the engine's columns, and the digest that names an input."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
import numpy.typing as npt

from dure.engine.matching import PeopleFacts, PostFacts, Problem, Sides, build_problem
from dure.movement.matching.day_sides import Held, day_sides, minors_bound
from dure.movement.needs.types import PostFacts as Need
from dure.movement.people.types import CodedPairs, PlaceablePeople

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

SHIFT_MINUTES = 480
SHIFT_MINUTES_BY_WISH = 600
# Long before anybody worked: nobody who has not worked is tired.
LONG_AGO_MIN = -(10**10)
MINUTE_MAX = 10**11


@dataclass(frozen=True, eq=False)
class DayInput:
    """One day as the engine sees it. ``need_ids[j]`` is the post of row j; people rows are ids, ascending."""

    problem: Problem
    person_ids: Ints
    need_ids: Ints
    standing: Int32s
    skill_of: Mapping[str, int]
    digest: str
    sides: Sides | None = (
        None  # groups, crews, leads, adults beside minors, further shifts; None: none of them
    )


def minutes(moment: datetime) -> int:
    """Minutes since the Unix epoch, UTC."""
    return int(moment.timestamp() // 60)


def _codes(lists: Iterable[Sequence[str]], code_of: Mapping[str, int]) -> tuple[Int32s, Int32s]:
    rows: list[int] = []
    codes: list[int] = []
    for row, names in enumerate(lists):
        rows.extend([row] * len(names))
        codes.extend(code_of[name] for name in names)
    return np.array(rows, np.int32), np.array(codes, np.int32)


def _recoded(pairs: CodedPairs, code_of: Mapping[str, int]) -> tuple[Int32s, Int32s]:
    table = np.array([code_of[name] for name in pairs.names] or [0], np.int32)
    return pairs.person, table[pairs.code] if len(pairs.code) else pairs.code


def _vocabulary(*groups: Iterable[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(sorted({name for group in groups for name in group}))}


def _post_facts(
    needs: Sequence[Need],
    seats: Sequence[int],
    skill_of: Mapping[str, int],
    language_of: Mapping[str, int],
    cause_of: Mapping[str, int],
) -> PostFacts:
    skill_post, skill = _codes((need.skills for need in needs), skill_of)
    language_post, language = _codes((need.languages for need in needs), language_of)
    return PostFacts(
        post=np.array([need.id for need in needs], np.int64),
        lat=np.array([need.lat for need in needs], np.float64),
        lon=np.array([need.lon for need in needs], np.float64),
        starts_min=np.array([minutes(need.starts_at) for need in needs], np.int64),
        ends_min=np.array([minutes(need.ends_at) for need in needs], np.int64),
        seats=np.array(seats, np.int32),
        tier=np.array([need.tier for need in needs], np.int8),
        cause=np.array([cause_of[need.cause] for need in needs], np.int32),
        skill_post=skill_post,
        skill=skill,
        language_post=language_post,
        language=language,
        min_age=np.array([need.min_age for need in needs], np.int16),
        hazardous=np.array([need.hazardous for need in needs], np.bool_),
        night=np.array([need.night for need in needs], np.bool_),
        lone=np.array([need.lone for need in needs], np.bool_),
        physical=np.array([need.physical for need in needs], np.int8),
        with_children=np.array([need.with_children for need in needs], np.bool_),
    )


@dataclass(frozen=True, eq=False)
class Earlier:
    """What other days leave each of the ``n`` people for this one."""

    rested_from_min: Ints  # minute of the Unix epoch from which they may start again
    minutes_left: Int32s  # of the week
    free_until_min: Ints  # by when they must end, as they work on a later day
    yesterday_post: Int32s  # row of the post that continues yesterday's, or -1
    standing: Int32s  # row of the post they stay with, or -1


def rows_of(ids: Ints, person: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The row of each id among the ascending ``person``, and whether it is there at all."""
    if not len(person):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    at = np.minimum(np.searchsorted(person, ids), len(person) - 1).astype(np.int64)
    return at, person[at] == ids


def _people_facts(
    people: PlaceablePeople,
    earlier: Earlier,
    skill_of: Mapping[str, int],
    language_of: Mapping[str, int],
    cause_of: Mapping[str, int],
) -> PeopleFacts:
    skill_person, skill = _recoded(people.skills, skill_of)
    language_person, language = _recoded(people.languages, language_of)
    refuses_person, refuses = _recoded(people.refuses, cause_of)
    prefers_person, prefers = _recoded(people.prefers, cause_of)
    # Ends of the free hours, earlier for those who work again soon. A span that vanishes keeps one minute.
    until = np.minimum(people.free_to_min, earlier.free_until_min[people.free_person])
    return PeopleFacts(
        person=people.person,
        lat=people.lat,
        lon=people.lon,
        travel_limit_m=people.travel_limit_m,
        age=people.age,
        days_waited=people.days_waited,
        physical_max=people.physical_max,
        covered=people.covered,
        briefed=people.briefed,
        cleared=people.cleared,
        guardian_agreed=people.guardian_agreed,
        free_person=people.free_person,
        free_from_min=people.free_from_min,
        free_to_min=np.maximum(until, people.free_from_min + 1),
        skill_person=skill_person,
        skill=skill,
        language_person=language_person,
        language=language,
        refuses_person=refuses_person,
        refuses=refuses,
        prefers_person=prefers_person,
        prefers=prefers,
        rested_from_min=earlier.rested_from_min,
        minutes_left_week=earlier.minutes_left,
        shift_max_min=np.where(people.long_shift_wish, SHIFT_MINUTES_BY_WISH, SHIFT_MINUTES).astype(np.int32),
        yesterday_post=earlier.yesterday_post,
    )


def _digest(people: PeopleFacts, posts: PostFacts, standing: Int32s, sides: Sides | None) -> str:
    """SHA-256 over every column by name, so that a run says which input it answers."""
    digest = hashlib.sha256()
    tables: tuple[PeopleFacts | PostFacts | Sides, ...] = (
        (people, posts) if sides is None else (people, posts, sides)
    )
    for table in tables:
        for column in fields(table):
            array = np.ascontiguousarray(getattr(table, column.name))
            digest.update(f"{column.name}:{array.dtype.str}:{len(array)}\n".encode())
            digest.update(array.tobytes())
    digest.update(standing.tobytes())
    return digest.hexdigest()


def day_input(
    *,
    people: PlaceablePeople,
    needs: Sequence[Need],
    seats: Sequence[int],
    earlier: Earlier,
    held: Callable[[], Held] | None = None,
) -> DayInput:
    """Build the day's problem. ``seats``: how many each post has to give.

    ``held``: who has the posts already, for the sides; without it there are none, as for a part of a day.
    """
    skill_of = _vocabulary(people.skills.names, *(need.skills for need in needs))
    language_of = _vocabulary(people.languages.names, *(need.languages for need in needs))
    cause_of = _vocabulary(people.refuses.names, people.prefers.names, (need.cause for need in needs))
    posts = _post_facts(needs, seats, skill_of, language_of, cause_of)
    facts = _people_facts(people, earlier, skill_of, language_of, cause_of)
    problem = build_problem(facts, posts)
    sides = day_sides(people, facts, posts, needs, held) if held else None
    standing = minors_bound(earlier.standing, facts.age, sides)
    return DayInput(
        problem=problem,
        person_ids=people.person,
        need_ids=posts.post,
        standing=standing,
        skill_of=skill_of,
        digest=_digest(facts, posts, standing, sides),
        sides=sides,
    )


def _kept(pairs: CodedPairs, keep: npt.NDArray[np.bool_], new_row: Int32s) -> CodedPairs:
    """With the names that are left alone, so that the same people give the same words whoever else was read."""
    kept = keep[pairs.person]
    used, code = np.unique(pairs.code[kept], return_inverse=True)
    names = tuple(pairs.names[old] for old in used.tolist())
    return CodedPairs(person=new_row[pairs.person[kept]], code=code.astype(np.int32), names=names)


def without(people: PlaceablePeople, gone: Ints) -> PlaceablePeople:
    """The same people without some of them."""
    if not len(gone):
        return people
    keep = ~np.isin(people.person, gone)
    new_row = (np.cumsum(keep) - 1).astype(np.int32)
    free = keep[people.free_person]
    return PlaceablePeople(
        person=people.person[keep],
        lat=people.lat[keep],
        lon=people.lon[keep],
        travel_limit_m=people.travel_limit_m[keep],
        age=people.age[keep],
        days_waited=people.days_waited[keep],
        physical_max=people.physical_max[keep],
        long_shift_wish=people.long_shift_wish[keep],
        shifts_max=people.shifts_max[keep],
        group=people.group[keep],
        covered=people.covered[keep],
        briefed=people.briefed[keep],
        cleared=people.cleared[keep],
        guardian_agreed=people.guardian_agreed[keep],
        skills=_kept(people.skills, keep, new_row),
        languages=_kept(people.languages, keep, new_row),
        refuses=_kept(people.refuses, keep, new_row),
        prefers=_kept(people.prefers, keep, new_row),
        free_person=new_row[people.free_person[free]],
        free_from_min=people.free_from_min[free],
        free_to_min=people.free_to_min[free],
    )
