"""What crosses the door of safety."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from dure.movement.needs.types import PostFacts
from dure.movement.people.types import TeamFacts
from dure.movement.places.types import AreaFacts

__all__ = [
    "GAPS",
    "HOME_AFTER",
    "HOME_STATES",
    "KINDS",
    "SEVERITIES",
    "STAND_DOWN_GAPS",
    "STEPS",
    "HomeCallFacts",
    "HomePage",
    "HomeState",
    "HomeStepFacts",
    "HurtFacts",
    "IncidentFacts",
    "IncidentNoteFacts",
    "IncidentPage",
    "Injuries",
    "Kind",
    "NewHurt",
    "NewIncident",
    "NextStep",
    "Roll",
    "Severity",
    "StandDownFacts",
]

Was = Literal["here", "on_the_way", "left"]
HomeState = Literal["waiting", "help", "safe", "closed"]
HOME_STATES: Final[tuple[HomeState, ...]] = ("waiting", "help", "safe", "closed")
# harm: somebody was threatened, abused or touched against their will; a captain of the team never sees it.
Kind = Literal["injury", "illness", "danger", "traffic", "harm", "damage", "other"]
Severity = Literal["light", "serious", "grave"]
KINDS: Final[tuple[Kind, ...]] = ("injury", "illness", "danger", "traffic", "harm", "damage", "other")
# light: first aid was enough; serious: somebody needed a doctor, or would have; grave: a life was in danger.
SEVERITIES: Final[tuple[Severity, ...]] = ("light", "serious", "grave")

# P7: the chain begins so long after the end of a shift without a sign-out.
HOME_AFTER: Final = timedelta(hours=2)
# Whom the chain reaches, in this order, and how long each has before the next is told.
STEPS: Final = ("asked", "captain", "organisers", "all_above")
GAPS: Final = (timedelta(minutes=30), timedelta(minutes=30), timedelta(hours=1))
# In a stand-down there is less time.
STAND_DOWN_GAPS: Final = (timedelta(minutes=10), timedelta(minutes=10), timedelta(minutes=20))


@dataclass(frozen=True, slots=True)
class HomeStepFacts:
    """One thing that was done. ``by``: a name; "" where it was the house or the person. ``words`` as far as kept."""

    kind: str
    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class HomeCallFacts:
    """Somebody who is not known to be home, or was not. ``given_name`` is "" once they left the movement.

    ``reached``: how many of STEPS were taken; ``next_at``: when the next is. ``stand_down_id`` None: their shift ended
    without a sign-out. ``said_safe_at``: when their number said so by SMS, which nobody has confirmed while it is open.
    ``post`` None: they asked for help by SMS with no shift near, so that there is neither a place of work nor a crew.
    """

    id: int
    placement_id: int | None
    person_id: int | None
    given_name: str
    under_18: bool
    campaign_id: int
    post: PostFacts | None
    team: TeamFacts | None
    area_path: str
    stand_down_id: int | None
    was: Was
    state: HomeState
    due_at: datetime
    reached: int
    next_at: datetime | None
    said_safe_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    steps: tuple[HomeStepFacts, ...]

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class HomePage:
    """Some of ``count`` people who are not known to be home, those who need help first, then who waits longest."""

    calls: tuple[HomeCallFacts, ...]
    count: int
    help_count: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step of the chain that was taken: who is to be told of whom. ``asks_for_help``: they said so; ``says_safe``:
    their number did, by SMS."""

    call_id: int
    person_id: int | None
    kind: str
    team_id: int | None
    area_path: str
    campaign_id: int
    stand_down_id: int | None
    asks_for_help: bool
    says_safe: bool


@dataclass(frozen=True, slots=True)
class Roll:
    """The people of a stand-down who were out there, counted."""

    here: int
    on_the_way: int
    left: int
    waiting: int
    help: int
    safe: int
    closed: int

    @property
    def count(self) -> int:
        return self.waiting + self.help + self.safe + self.closed

    @property
    def open_count(self) -> int:
        return self.waiting + self.help


@dataclass(frozen=True, slots=True)
class StandDownFacts:
    """An area stood down. ``by``, ``ended_by``: names; "" for the command line. ``over_left``: of who is on the list,
    how many are still to be told that it is over."""

    id: int
    area: AreaFacts
    why: str
    by: str
    at: datetime
    ended_at: datetime | None
    ended_by: str
    end_words: str
    roll: Roll
    over_left: int = 0

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What is told of an incident. ``key`` is made by whoever tells it, so that telling it twice tells it once.

    ``area_id``: where it happened; ``team_id``, ``post_id``: whose work and which post, where there was one.
    ``happened_at``: aware. ``words``: what happened, without names where that goes. ``people_hurt``: how many.
    """

    key: UUID
    campaign_id: int
    area_id: int
    kind: str
    severity: str
    happened_at: datetime
    words: str
    people_hurt: int = 0
    team_id: int | None = None
    post_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewHurt:
    """Who was hurt: kept sealed. All but ``name`` may be ""."""

    key: UUID
    name: str
    hurt: str = ""
    taken_to: str = ""
    reach: str = ""


@dataclass(frozen=True, slots=True)
class HurtFacts:
    """Somebody who was hurt, for who organises the place. ``keep_until``: the last day on which this is kept."""

    name: str
    hurt: str
    taken_to: str
    reach: str
    keep_until: date


@dataclass(frozen=True, slots=True)
class IncidentNoteFacts:
    """One entry of an incident's log; ``by``: a name, "" for a volunteer or the house."""

    kind: str
    at: datetime
    by: str
    words: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident. ``words`` is "" once its time is over. ``owner`` "": nobody follows it up yet."""

    id: int
    key: UUID
    campaign_id: int
    area: AreaFacts
    team: TeamFacts | None
    post: PostFacts | None
    kind: Kind
    severity: Severity
    happened_at: datetime
    reported_at: datetime
    reporter: str
    reported_by: str
    people_hurt: int
    words: str
    is_open: bool
    owner_id: int | None
    owner: str
    due_on: date | None
    closed_at: datetime | None
    keep_until: date

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Some of ``count`` incidents; the other counts are of all that are open in the asker's reach."""

    incidents: tuple[IncidentFacts, ...]
    count: int
    open_count: int
    unowned_count: int
    late_count: int


@dataclass(frozen=True, slots=True)
class Injuries:
    """What a campaign says of the harm that was done in it (F10): as reported, nothing about a person.

    ``people_hurt``: by severity and by kind of the incident only where each part is nobody, or ten or more (P9), else
    None.
    """

    incidents: int
    people_hurt: int
    by_severity: Mapping[Severity, int] | None
    by_kind: Mapping[Kind, int] | None
    still_open: int
