"""The match on anybody's files: two Parquet tables in, one out.

What the files say about people and posts becomes the facts of the engine. Rules that the files know nothing of
(insurance, briefing, guardians, rest) are filled so that they stop nobody: they belong to whoever keeps the files.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from dure.engine.matching import NO_POST, PeopleFacts, PostFacts, Solution
from dure.engine.matching.facts import (
    AGE_UNKNOWN,
    DAYS_WAITED_MAX,
    MINUTE_MAX,
    SHIFT_MINUTES_MAX,
    TRAVEL_LIMIT_MAX_M,
    BoolArray,
    Int32Array,
)
from dure.kernel.refusals import Refusal
from dure.operations.match_names import names_in, numbered, spelled_twice
from dure.operations.match_side_columns import SIDES_OF_PEOPLE, SIDES_OF_POSTS, SideColumns, read_sides
from dure.operations.match_tables import (
    FLAG,
    INT32_MAX,
    INT64_MAX,
    MOMENT,
    NUMBER,
    SPANS,
    TEXT,
    TEXTS,
    UNREADABLE,
    WHOLE,
    Table,
)

AGE_MAX: Final = 150

PEOPLE_COLUMNS: Final = {
    "person": WHOLE,
    "lat": NUMBER,
    "lon": NUMBER,
    "travel_limit_m": WHOLE,
    "skills": TEXTS,
    "free": SPANS,
    "languages": TEXTS,
    "refuses": TEXTS,
    "prefers": TEXTS,
    "age": WHOLE,
    "days_waited": WHOLE,
}
PEOPLE_OPTIONAL: Final = {"yesterday_post": WHOLE, "cleared": FLAG} | SIDES_OF_PEOPLE
POST_COLUMNS: Final = {
    "post": WHOLE,
    "lat": NUMBER,
    "lon": NUMBER,
    "starts_at": MOMENT,
    "ends_at": MOMENT,
    "seats": WHOLE,
    "tier": WHOLE,
    "cause": TEXT,
    "skills": TEXTS,
    "languages": TEXTS,
    "min_age": WHOLE,
}
POST_OPTIONAL: Final = {"with_children": FLAG} | SIDES_OF_POSTS


class MatchFilesUnfit(Refusal):
    """``listing`` holds every fault of both files, one a line."""

    code = "match_files_unfit"
    says = "The match was not started. Problems: {count}.\n{listing}"
    status = 422


class MatchOutputUnwritable(Refusal):
    code = "match_output_unwritable"
    says = "The placements can't be written to {file}: {why}. Name another file with --out."
    status = 500


class MatchPathsClash(Refusal):
    code = "match_paths_clash"
    says = "--out names {file}, the file of {option}, which would be lost. Name another file with --out."
    status = 422


@dataclass(frozen=True, eq=False)
class MatchFiles:
    """Both files as the engine takes them, and what whoever asked should know about them."""

    people: PeopleFacts
    posts: PostFacts
    sides: SideColumns
    ignored_columns: tuple[str, ...]
    hours_missing: int  # people without a free span: nothing can be offered to them
    home_missing: int
    age_missing: int
    rounded: bool  # some times are no whole minutes: shifts were rounded outwards, spans inwards


def read_match_files(people_path: Path, posts_path: Path) -> MatchFiles:
    """Read both files whole.

    Refuses with MatchFileMissing, MatchFileUnreadable and, naming all faults of both, MatchFilesUnfit.
    """
    people = Table(
        people_path, PEOPLE_COLUMNS | PEOPLE_OPTIONAL, optional=frozenset(PEOPLE_OPTIONAL), ids="person"
    )
    posts = Table(posts_path, POST_COLUMNS | POST_OPTIONAL, optional=frozenset(POST_OPTIONAL), ids="post")
    words = _Words(people, posts)
    post_facts, shifts_rounded = _posts(posts, words)
    person_facts, spans_rounded = _people(people, posts, words)
    sides = read_sides(people, posts, post_facts.seats)
    both = _clock_faults(people, posts) + _clearance_faults(
        people, posts, post_facts.with_children, sides.two_adults
    )
    faults = people.faults + posts.faults + both + words.faults
    if faults:
        listing = "\n".join(f"- {fault}" for fault in faults)
        raise MatchFilesUnfit(count=len(faults), listing=listing)
    return MatchFiles(
        people=person_facts,
        posts=post_facts,
        sides=sides,
        ignored_columns=tuple(
            f"{kind}.{name}"
            for kind, table in (("people", people), ("posts", posts))
            for name in table.ignored
        ),
        hours_missing=int((np.bincount(person_facts.free_person, minlength=people.count) == 0).sum()),
        home_missing=int(np.isnan(person_facts.lat).sum()),
        age_missing=int((person_facts.age == AGE_UNKNOWN).sum()),
        rounded=shifts_rounded or spans_rounded,
    )


class _Words:
    """The entries of every column of words, with one numbering each for skills, languages and causes."""

    def __init__(self, people: Table, posts: Table) -> None:
        self.faults: list[str] = []
        self._coded: dict[tuple[str, str], tuple[Int32Array, Int32Array]] = {}
        self._number((people, "skills"), (posts, "skills"))
        self._number((people, "languages"), (posts, "languages"))
        self._number((people, "refuses"), (people, "prefers"), (posts, "cause"))

    def _number(self, *columns: tuple[Table, str]) -> None:
        sources = [names_in(table, column) for table, column in columns]
        self.faults += spelled_twice(sources)
        for names, codes in zip(sources, numbered(sources), strict=True):
            self._coded[names.table.id_column, names.column] = names.owner, codes

    def of(self, table: Table, column: str) -> tuple[Int32Array, Int32Array]:
        """Row and code of every entry of a column of lists."""
        return self._coded[table.id_column, column]

    def one_each(self, table: Table, column: str) -> Int32Array:
        """(count,) the code of each row of a column of text; 0 where a fault was found."""
        owner, codes = self.of(table, column)
        each = np.zeros(table.count, np.int32)
        each[owner] = codes
        return each


def _people(people: Table, posts: Table, words: _Words) -> tuple[PeopleFacts, bool]:
    count = people.count
    (lat, lat_empty), (lon, lon_empty) = people.degrees("lat", 90), people.degrees("lon", 180)
    people.wrong("lat", lat_empty != lon_empty, "a home with only one of lat and lon. Give both, or neither")
    skill_person, skill = words.of(people, "skills")
    language_person, language = words.of(people, "languages")
    refuses_person, refuses = words.of(people, "refuses")
    prefers_person, prefers = words.of(people, "prefers")
    free_person, free_from_min, free_to_min, rounded = people.spans("free")
    limit_m = people.whole("travel_limit_m", 0, INT64_MAX)
    everyone: BoolArray = np.ones(count, np.bool_)
    facts = PeopleFacts(
        person=people.ids_or_zeros(),
        lat=lat,
        lon=lon,
        # Nothing on Earth is farther away, so that a larger limit says the same.
        travel_limit_m=np.minimum(limit_m, TRAVEL_LIMIT_MAX_M).astype(np.int32),
        age=people.whole("age", 0, AGE_MAX, missing=AGE_UNKNOWN).astype(np.int16),
        days_waited=people.whole("days_waited", 0, DAYS_WAITED_MAX).astype(np.int32),
        physical_max=np.full(count, 3, np.int8),
        covered=everyone,
        briefed=everyone,
        cleared=people.flags("cleared", missing=False) if "cleared" in people.has else everyone,
        guardian_agreed=everyone,
        free_person=free_person,
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
        rested_from_min=np.full(count, -MINUTE_MAX, np.int64),
        minutes_left_week=np.full(count, INT32_MAX, np.int32),
        shift_max_min=np.full(count, SHIFT_MINUTES_MAX, np.int32),
        # A post of yesterday that is none of today's is nobody's fault: the crew of it has no post to keep.
        yesterday_post=_yesterday(people, posts),
    )
    return facts, rounded


def _posts(posts: Table, words: _Words) -> tuple[PostFacts, bool]:
    count = posts.count
    (lat, lat_empty), (lon, lon_empty) = posts.degrees("lat", 90), posts.degrees("lon", 180)
    posts.wrong("lat", lat_empty | lon_empty, "a post without a place. Give lat and lon")
    starts, ends = posts.minutes("starts_at", up=False), posts.minutes("ends_at", up=True)
    length_min = np.where(starts.known & ends.known, ends.minutes - starts.minutes, 1)
    posts.wrong("ends_at", length_min <= 0, "a shift that does not end after it starts")
    too_long = "a shift longer than 10 hours, which nobody may be asked to work. Split it"
    posts.wrong("ends_at", length_min > SHIFT_MINUTES_MAX, too_long)
    skill_post, skill = words.of(posts, "skills")
    language_post, language = words.of(posts, "languages")
    none: BoolArray = np.zeros(count, np.bool_)
    facts = PostFacts(
        post=posts.ids_or_zeros(),
        lat=lat,
        lon=lon,
        starts_min=starts.minutes,
        ends_min=ends.minutes,
        seats=posts.whole("seats", 0, INT32_MAX).astype(np.int32),
        tier=posts.whole("tier", 1, 3).astype(np.int8),
        cause=words.one_each(posts, "cause"),
        skill_post=skill_post,
        skill=skill,
        language_post=language_post,
        language=language,
        min_age=posts.whole("min_age", 0, AGE_MAX).astype(np.int16),
        hazardous=none,
        night=none,
        lone=none,
        physical=np.zeros(count, np.int8),
        with_children=posts.flags("with_children", missing=False),
    )
    return facts, starts.rounded or ends.rounded


def _yesterday(people: Table, posts: Table) -> Int32Array:
    named = people.whole("yesterday_post", UNREADABLE, INT64_MAX, missing=UNREADABLE)
    return posts.rows_of(named)


def _clock_faults(people: Table, posts: Table) -> list[str]:
    """Times with a time zone name moments, times without do not: the two can't be compared."""
    clocks = [
        (f"{table.name}, column {name}", aware)
        for table in (people, posts)
        for name, aware in table.clocks().items()
    ]
    zoned = [place for place, aware in clocks if aware]
    bare = [place for place, aware in clocks if not aware]
    if not zoned or not bare:
        return []
    said = f"{'; '.join(zoned)}: with a time zone, but {'; '.join(bare)}: without"
    return [f"{said}. Write all times with a time zone, or all without."]


def _clearance_faults(
    people: Table, posts: Table, with_children: BoolArray, two_adults: BoolArray | None
) -> list[str]:
    if "cleared" in people.has:
        return []
    says = []
    if with_children.any():
        says.append("column with_children says that some posts are with children")
    if two_adults is not None and two_adults.any():
        says.append("column two_adults asks for cleared adults")
    missing = f"and {people.name} has no column cleared. Say there who may work with children."
    return [f"{posts.name}, {said}, {missing}" for said in says]


def tiers_proven(posts: PostFacts, solution: Solution) -> list[bool]:
    """For tiers 1, 1-2 and 1-3: whether the solution carries the proof that no way of moving people fills more.

    A proof is a closed set of posts; it speaks for a tier prefix when every open seat of it lies inside.
    """
    proven = solution.proven_post_of
    taken = np.bincount(proven[proven != NO_POST], minlength=posts.count)
    is_open = taken < posts.seats
    return [
        bool((closed | ~is_open | (posts.tier > tier)).all())
        for tier, closed in enumerate(solution.closed, start=1)
    ]


class Output:
    """A file that is there whole or not at all; see :func:`output_at`."""

    def __init__(self, path: Path, draft: Path) -> None:
        self.path = path
        self._draft = draft

    def write(self, files: MatchFiles, solution: Solution) -> int:
        """Write who goes where, in the order of the people, and put it in place; how many rows.

        Several shifts of one person are several rows, in the order of the shifts.
        """
        placed = np.flatnonzero(solution.post_of != NO_POST)
        person = np.concatenate([placed, solution.extra_person])
        post = np.concatenate([solution.post_of[placed], solution.extra_post])
        order = np.lexsort((files.posts.starts_min[post], person))
        frame = pl.DataFrame(
            {"person": files.people.person[person[order]], "post": files.posts.post[post[order]]},
            schema={"person": pl.Int64, "post": pl.Int64},
        )
        try:
            with self._draft.open("wb") as handle:
                frame.write_parquet(handle)
                handle.flush()
                os.fsync(handle.fileno())
            self._draft.replace(self.path)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise MatchOutputUnwritable(file=str(self.path), why=_words(error)) from error
        return len(person)


@contextmanager
def output_at(path: Path) -> Iterator[Output]:
    """Make sure, before any work, that ``path`` can be written; leave nothing half-written behind.

    Refuses with MatchOutputUnwritable.
    """
    try:
        if path.is_dir():
            raise MatchOutputUnwritable(file=str(path), why="it is a folder")
        if path.exists() and not path.is_file():
            raise MatchOutputUnwritable(file=str(path), why="it is a device or a pipe")
        # What a link points to is replaced, not the link.
        target = path.resolve()
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        draft.touch(exist_ok=False)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise MatchOutputUnwritable(file=str(path), why=_words(error)) from error
    try:
        yield Output(target, draft)
    finally:
        draft.unlink(missing_ok=True)


def same_file(first: Path, second: Path) -> bool:
    """Whether two names lead to one file, by whatever links; what isn't there yet is told by its path."""
    if os.path.realpath(first) == os.path.realpath(second):
        return True
    try:
        return first.samefile(second)
    except (OSError, ValueError):
        return False


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
