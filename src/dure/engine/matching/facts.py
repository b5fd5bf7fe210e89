"""What the match knows about people and posts: plain columns, and the check that refuses bad ones whole.

Every column is a one-dimensional numpy array. Moments are minutes since the Unix epoch (UTC), places are
degrees (WGS 84), lengths are metres. A list-like fact (skills, free spans …) is two or more parallel arrays
of which the first names the row it belongs to. Codes for skills, languages and causes are the caller's own
non-negative numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dure.kernel.refusals import Refusal

BoolArray = npt.NDArray[np.bool_]
Int8Array = npt.NDArray[np.int8]
Int16Array = npt.NDArray[np.int16]
Int32Array = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BitArray = npt.NDArray[np.uint64]

SHIFT_MINUTES_MAX = 600  # PROMISES P5: eight hours, ten by one's own wish, never twelve
ADULT_AGE = 18
AGE_UNKNOWN = -1
PHYSICAL_UNKNOWN = -1
NO_POST = -1
# Half the way round the Earth is 20,015 km: a larger limit says nothing more.
TRAVEL_LIMIT_MAX_M = 20_100_000
# A hundred years; keeps every pair cost within 32 bits.
DAYS_WAITED_MAX = 36_500
MINUTE_MAX = 10**11
ROWS_NAMED_MAX = 5


class ProblemRefused(Refusal):
    """The columns handed to the match do not fit together; ``faults`` lists everything that is wrong."""

    code = "match_problem_refused"
    says = "The match was not started, {count} things are wrong. First: {first}"
    status = 422


@dataclass(frozen=True, eq=False)
class PeopleFacts:
    """``n`` people. A fact that is missing makes a person not placeable, never placeable by default."""

    person: IntArray  # (n,) ids, unique
    lat: FloatArray  # (n,) degrees; NaN together with lon: home unknown, not placeable
    lon: FloatArray  # (n,) degrees, -180 to 180
    travel_limit_m: Int32Array  # (n,) farthest great-circle distance
    age: Int16Array  # (n,) years; -1 unknown
    days_waited: Int32Array  # (n,) days since they asked without being placed
    physical_max: Int8Array  # (n,) 0 to 3; -1 unknown
    covered: BoolArray  # (n,) insured on the day
    briefed: BoolArray  # (n,)
    cleared: BoolArray  # (n,) checked for work with children
    guardian_agreed: BoolArray  # (n,) asked of those under 18
    free_person: Int32Array  # (f,) row of the person …
    free_from_min: IntArray  # (f,) … who is free from …
    free_to_min: IntArray  # (f,) … to
    skill_person: Int32Array
    skill: Int32Array
    language_person: Int32Array
    language: Int32Array
    refuses_person: Int32Array
    refuses: Int32Array  # cause
    prefers_person: Int32Array
    prefers: Int32Array  # cause; nobody's list: every cause is as good
    rested_from_min: (
        IntArray  # (n,) may not start before (11 h and 35 h weekly rest are folded in by the caller)
    )
    minutes_left_week: Int32Array  # (n,) what is left of the 48 hours
    shift_max_min: Int32Array  # (n,) 480, up to 600 by own wish
    yesterday_post: Int32Array  # (n,) row in the posts, or -1

    @property
    def count(self) -> int:
        return len(self.person)


@dataclass(frozen=True, eq=False)
class PostFacts:
    """``m`` posts, each a shift at a place with a number of seats."""

    post: IntArray  # (m,) ids, unique
    lat: FloatArray
    lon: FloatArray
    starts_min: IntArray
    ends_min: IntArray
    seats: Int32Array
    tier: Int8Array  # (m,) 1 critical to 3
    cause: Int32Array
    skill_post: Int32Array  # all of a post's skills are needed
    skill: Int32Array
    language_post: Int32Array  # any one of a post's languages is enough; none: any
    language: Int32Array
    min_age: Int16Array
    hazardous: BoolArray
    night: BoolArray
    lone: BoolArray
    physical: Int8Array  # (m,) 0 to 3
    with_children: BoolArray

    @property
    def count(self) -> int:
        return len(self.post)


@dataclass(frozen=True)
class _Column:
    name: str
    kind: type[np.generic]
    least: float | None = None
    most: float | None = None
    may_be_nan: bool = False


_PEOPLE = (
    _Column("person", np.int64),
    _Column("lat", np.float64, -90, 90, may_be_nan=True),
    _Column("lon", np.float64, -180, 180, may_be_nan=True),
    _Column("travel_limit_m", np.int32, 0, TRAVEL_LIMIT_MAX_M),
    _Column("age", np.int16, AGE_UNKNOWN, 150),
    _Column("days_waited", np.int32, 0, DAYS_WAITED_MAX),
    _Column("physical_max", np.int8, PHYSICAL_UNKNOWN, 3),
    _Column("covered", np.bool_),
    _Column("briefed", np.bool_),
    _Column("cleared", np.bool_),
    _Column("guardian_agreed", np.bool_),
    _Column("rested_from_min", np.int64, -MINUTE_MAX, MINUTE_MAX),
    _Column("minutes_left_week", np.int32, 0),
    _Column("shift_max_min", np.int32, 0, SHIFT_MINUTES_MAX),
    _Column("yesterday_post", np.int32, NO_POST),
)
_PEOPLE_LISTS = (
    (
        "free_person",
        (
            _Column("free_from_min", np.int64, -MINUTE_MAX, MINUTE_MAX),
            _Column("free_to_min", np.int64, -MINUTE_MAX, MINUTE_MAX),
        ),
    ),
    ("skill_person", (_Column("skill", np.int32, 0),)),
    ("language_person", (_Column("language", np.int32, 0),)),
    ("refuses_person", (_Column("refuses", np.int32, 0),)),
    ("prefers_person", (_Column("prefers", np.int32, 0),)),
)
_POSTS = (
    _Column("post", np.int64),
    _Column("lat", np.float64, -90, 90),
    _Column("lon", np.float64, -180, 180),
    _Column("starts_min", np.int64, -MINUTE_MAX, MINUTE_MAX),
    _Column("ends_min", np.int64, -MINUTE_MAX, MINUTE_MAX),
    _Column("seats", np.int32, 0),
    _Column("tier", np.int8, 1, 3),
    _Column("cause", np.int32, 0),
    _Column("min_age", np.int16, 0, 150),
    _Column("hazardous", np.bool_),
    _Column("night", np.bool_),
    _Column("lone", np.bool_),
    _Column("physical", np.int8, 0, 3),
    _Column("with_children", np.bool_),
)
_POST_LISTS = (
    ("skill_post", (_Column("skill", np.int32, 0),)),
    ("language_post", (_Column("language", np.int32, 0),)),
)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one column; ``rows`` names the first few of ``row_count`` rows."""

    table: str
    column: str
    what: str
    rows: tuple[int, ...] = ()
    row_count: int = 0

    def __str__(self) -> str:
        if not self.row_count:
            return f"{self.table}.{self.column}: {self.what}"
        rows = ", ".join(str(row) for row in self.rows) + (" …" if self.row_count > len(self.rows) else "")
        return f"{self.table}.{self.column}, row {rows}: {self.what}"


@dataclass
class _Checkup:
    """Collects the faults of one table, so that one refusal reports everything."""

    table: str
    facts: PeopleFacts | PostFacts
    faults: list[Fault] = field(default_factory=list)

    def where(self, column: str, bad: BoolArray, what: str) -> None:
        rows = np.flatnonzero(bad)
        if len(rows):
            named = tuple(int(row) for row in rows[:ROWS_NAMED_MAX])
            self.faults.append(Fault(self.table, column, what, named, len(rows)))

    def shape(self, column: _Column, count: int) -> bool:
        """Whether the array has the stated type and length; values are looked at only then."""
        array = getattr(self.facts, column.name)
        wanted = f"{column.kind.__name__} with {count} rows"
        if not isinstance(array, np.ndarray):
            self.faults.append(Fault(self.table, column.name, f"is no numpy array, expected {wanted}"))
            return False
        if array.shape != (count,) or array.dtype != np.dtype(column.kind):
            found = f"{array.dtype} of shape {array.shape}"
            self.faults.append(Fault(self.table, column.name, f"is {found}, expected {wanted}"))
            return False
        return True

    def column(self, column: _Column, count: int) -> bool:
        if not self.shape(column, count):
            return False
        array = getattr(self.facts, column.name)
        if array.dtype == np.float64:
            lost = np.isinf(array) if column.may_be_nan else ~np.isfinite(array)
            self.where(column.name, lost, "is not a number")
            # Said once: what is lost is not also out of range. NaN compares false with everything.
            array = np.where(lost, np.nan, array)
        if column.least is not None:
            self.where(column.name, array < column.least, f"is below {column.least:g}")
        if column.most is not None:
            self.where(column.name, array > column.most, f"is above {column.most:,.0f}")
        return True

    def listed(self, owner: str, columns: tuple[_Column, ...], count: int) -> bool:
        length = len(np.atleast_1d(getattr(self.facts, owner)))
        sound = self.column(_Column(owner, np.int32, 0, count - 1), length)
        for column in columns:
            sound = self.column(column, length) and sound
        return sound

    def unique(self, column: str) -> None:
        ids = getattr(self.facts, column)
        repeated = np.ones(len(ids), np.bool_)
        repeated[np.unique(ids, return_index=True)[1]] = False
        self.where(column, repeated, "repeats an id of an earlier row")


def _people_faults(people: PeopleFacts, post_count: int) -> list[Fault]:
    check = _Checkup("people", people)
    count = len(np.atleast_1d(people.person))
    sound = {column.name for column in _PEOPLE if check.column(column, count)}
    sound |= {owner for owner, columns in _PEOPLE_LISTS if check.listed(owner, columns, count)}
    if "person" in sound:
        check.unique("person")
    if {"lat", "lon"} <= sound:
        check.where("lat", np.isnan(people.lat) != np.isnan(people.lon), "one of lat and lon is missing")
    if "yesterday_post" in sound:
        check.where("yesterday_post", people.yesterday_post >= post_count, "names no row of the posts")
    if "free_person" in sound:
        check.where("free_to_min", people.free_to_min <= people.free_from_min, "is not after free_from_min")
    return check.faults


def _post_faults(posts: PostFacts) -> list[Fault]:
    check = _Checkup("posts", posts)
    count = len(np.atleast_1d(posts.post))
    sound = {column.name for column in _POSTS if check.column(column, count)}
    for owner, columns in _POST_LISTS:
        check.listed(owner, columns, count)
    if "post" in sound:
        check.unique("post")
    if {"starts_min", "ends_min"} <= sound:
        length_min = posts.ends_min - posts.starts_min
        check.where("ends_min", length_min <= 0, "is not after starts_min")
        check.where("ends_min", length_min > SHIFT_MINUTES_MAX, "makes a shift longer than 10 hours")
    return check.faults


def refuse_unsound(people: PeopleFacts, posts: PostFacts) -> None:
    """Refuse with :class:`ProblemRefused`, naming every fault at once, or return when there is none."""
    faults = _people_faults(people, len(np.atleast_1d(posts.post))) + _post_faults(posts)
    if faults:
        raise ProblemRefused(
            count=len(faults), first=str(faults[0]), faults=tuple(str(fault) for fault in faults)
        )
