"""Frozen values of people: what a registration brings, what others may know, columns for the match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
import numpy.typing as npt

from dure.base.coded import Coded

# Purposes of consent. Without MATCHING nobody is registered; MESSAGES lets the movement write first.
MATCHING: Final = "matching"
MESSAGES: Final = "messages"
PURPOSES: Final = (MATCHING, MESSAGES)
# By which contact somebody is written to who asked for no more SMS; beside "", "email" and "sms".
NO_SMS: Final = "no_sms"

# Kinds of credential.
SKILL: Final = "skill"
COVER: Final = "cover"
BRIEFING: Final = "briefing"
CLEARANCE: Final = "clearance"
CREDENTIAL_KINDS: Final = (SKILL, COVER, BRIEFING, CLEARANCE)
# Evidence of a skill nobody has seen yet. It is kept, and counts for the match once shown (P7).
OWN_WORD: Final = "own word"

# In columns: who comes with no group.
ALONE: Final = -1

Bools = npt.NDArray[np.bool_]
Int8s = npt.NDArray[np.int8]
Int16s = npt.NDArray[np.int16]
Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A skill, cover, briefing or clearance with its evidence; ``valid_until`` is its last good day."""

    kind: str
    code: str
    evidence: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A registration. ``key`` is made by the client: the same registration twice is one person.

    ``home_lat``, ``home_lon``: degrees, stored rounded to 0.01. ``consents``: purposes (``PURPOSES``), agreed
    to in the wording of version ``wording``. ``skills``: codes on the person's own word; skills with
    evidence, cover, briefing and clearance come as ``credentials``. ``free_spans``: pairs (from, to), aware.
    ``shifts_max``: for how many shifts a day they wish at most, 1 to 3. ``group_key``: the code of the people they come
    with, which each of them gives for themself: all of one code are placed at one post, or nobody of them.
    ``email`` or ``phone`` (either may be empty, not both): how they are reached. ``language``: in which they are
    written to. ``unconfirmed_until``: the last day on which they may show that a contact is theirs; None: it is known.
    ``guardian_agreed_at`` is for imports of agreements held on paper. ``waiting_since`` defaults to now.
    ``without_contact``: they came along and gave none; such a registration always has an ``unconfirmed_until``.
    Whoever counts as under 18 (:func:`dure.movement.people.ages.is_minor`) needs a ``guardian_email``.
    """

    key: UUID
    given_name: str
    birth_year: int
    area_id: int
    home_lat: float
    home_lon: float
    travel_limit_m: int
    email: str
    consents: tuple[str, ...]
    wording: str
    guardian_email: str = ""
    languages: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    credentials: tuple[NewCredential, ...] = ()
    free_spans: tuple[tuple[datetime, datetime], ...] = ()
    physical_max: int = 2
    long_shift_wish: bool = False
    shifts_max: int = 1
    phone: str = ""
    language: str = "en"
    unconfirmed_until: date | None = None
    guardian_agreed_at: datetime | None = None
    group_key: UUID | None = None
    waiting_since: datetime | None = None
    synthetic: bool = False
    without_contact: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PeopleColumns:
    """Registrations as columns of one length, each with the meaning and units it has in :class:`NewPerson`.

    ``keys``: 32 hexadecimal digits each, no two alike. ``credentials``: skills on their own word, then what there is
    evidence for. ``group_keys`` None: nobody comes with others. Nobody is synthetic; their contacts are known to
    be theirs, and they wait from now on.
    """

    keys: Sequence[str]
    given_name: Coded[str]
    birth_year: Coded[int]
    area_id: Coded[int]
    home_lat: Coded[float]
    home_lon: Coded[float]
    travel_limit_m: Coded[int]
    email: Sequence[str]
    phone: Sequence[str]
    language: Coded[str]
    consents: Coded[tuple[str, ...]]
    wording: str
    guardian_email: Sequence[str]
    guardian_agreed_at: Coded[datetime | None]
    languages: Coded[tuple[str, ...]]
    refuses: Coded[tuple[str, ...]]
    prefers: Coded[tuple[str, ...]]
    credentials: Coded[tuple[tuple[str, ...], tuple[NewCredential, ...]]]
    free_spans: Coded[tuple[tuple[datetime, datetime], ...]]
    physical_max: Coded[int]
    long_shift_wish: Coded[bool]
    shifts_max: Coded[int]
    group_keys: Sequence[UUID | None] | None = None

    def of(self, rows: Sequence[int]) -> PeopleColumns:
        """The columns of these rows alone."""
        changed: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            column = getattr(self, name)
            if isinstance(column, Coded):
                changed[name] = column.of(rows)
            elif name != "wording" and column is not None:
                changed[name] = [column[row] for row in rows]
        return replace(self, **changed)


@dataclass(frozen=True, slots=True)
class Taken:
    """Answer to a registration in columns. ``left``: rows that were not taken, to be asked for one by one.

    They may be refused, by a rule or because their key stands for other facts; ``register_many`` says why.
    """

    new: int
    known: int
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: its position among the rows given, the refusal's code and words."""

    row: int
    code: str
    says: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Registered:
    """Answer to a bulk registration.

    ``ids``: one per row given, None where refused. ``known``: how many rows were there already, unchanged.
    """

    ids: tuple[int | None, ...]
    known: int
    refused: tuple[RefusedRow, ...]


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """What was agreed to, in which words, when; ``withdrawn_at`` once it no longer stands."""

    id: int
    purpose: str
    wording: str
    given_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person as they and their organisers see them; no contact.

    ``home_lat``, ``home_lon`` (degrees, rounded to 0.01) are None for everybody but the person, and so is
    ``group_key``: who comes with whom is theirs to tell.
    """

    id: int
    given_name: str
    birth_year: int
    area_id: int
    home_lat: float | None
    home_lon: float | None
    travel_limit_m: int
    languages: tuple[str, ...]
    refuses: tuple[str, ...]
    prefers: tuple[str, ...]
    physical_max: int
    long_shift_wish: bool
    shifts_max: int
    group_key: UUID | None
    guardian_agreed_at: datetime | None
    waiting_since: datetime
    synthetic: bool
    credentials: tuple[NewCredential, ...]
    consents: tuple[ConsentReceipt, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wishes to work on a day: at most so many shifts, and one of up to ten hours."""

    shifts_max: int
    long_shift: bool


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group as one of it sees it: the code that lets others join, and the first names of who is in it."""

    code: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MinorFacts:
    """What a guardian sees of the person they answer for."""

    id: int
    given_name: str
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Where a message goes, in the clear: for the worker that sends it, never for a page.

    ``messages``: whether the person agreed to be written to beyond answers to what they did themselves.
    """

    kind: str
    address: str
    messages: bool


@dataclass(frozen=True, slots=True)
class NewTeam:
    """A team to form; ``key`` is made by the client, ``name`` is unique in its area."""

    key: UUID
    name: str
    area_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team; who is in it is not among its facts. ``area_local``: its area's name in the local script, "" without."""

    id: int
    name: str
    area_id: int
    area_path: str
    kind: str
    area_name: str
    area_local: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """Round about a place (degrees): who could reach it, or could if they travelled ``farther_m`` more."""

    lat: float
    lon: float
    farther_m: int = 0


@dataclass(frozen=True, eq=False)
class CodedPairs:
    """Row ``person[k]`` has ``names[code[k]]``; both arrays have the same length, persons ascending."""

    person: Int32s
    code: Int32s
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PlaceablePeople:
    """``n`` people as columns, ready for the match; what is missing is False, never True.

    Types and units are those of ``dure.engine.matching.facts.PeopleFacts``: degrees, metres, minutes since
    the Unix epoch (UTC). ``age`` is the age surely reached on the day. ``covered``, ``briefed``, ``cleared``
    and ``skills`` count credentials with evidence that are good on the day. ``free_*`` are the spans that
    touch the day's window, whole, not cut to it.
    """

    person: Ints  # (n,) ids, ascending
    lat: Floats
    lon: Floats
    travel_limit_m: Int32s
    age: Int16s
    days_waited: Int32s
    physical_max: Int8s
    long_shift_wish: Bools
    shifts_max: Int8s  # how many shifts a day they wish for, 1 or more
    group: Ints  # (n,) the group they come with; -1 alone
    covered: Bools
    briefed: Bools
    cleared: Bools
    guardian_agreed: Bools
    skills: CodedPairs
    languages: CodedPairs
    refuses: CodedPairs
    prefers: CodedPairs
    free_person: Int32s  # (f,) row of the person
    free_from_min: Ints
    free_to_min: Ints

    @property
    def count(self) -> int:
        return len(self.person)


@dataclass(frozen=True, slots=True)
class PersonOnDay:
    """One of the placeable, with what holds on a day; each fact as in :class:`PlaceablePeople`."""

    person_id: int
    area_path: str
    lat: float
    lon: float
    travel_limit_m: int
    age: int
    days_waited: int
    physical_max: int
    long_shift_wish: bool
    shifts_max: int
    covered: bool
    briefed: bool
    cleared: bool
    guardian_agreed: bool
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    refuses: tuple[str, ...]
    prefers: tuple[str, ...]
    free: tuple[tuple[datetime, datetime], ...]
