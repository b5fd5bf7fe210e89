"""Values of needs: posts as they are asked for, and as other rooms see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt

ADULT_AGE: Final = 18


@dataclass(frozen=True, slots=True)
class Problem:
    """One field of one post that doesn't fit; ``row`` is its place in what was given, from 0."""

    row: int
    field: str
    what: str
    wanted: str

    def __str__(self) -> str:
        return f"post {self.row}, {self.field}: {self.what}; expected {self.wanted}"


@dataclass(frozen=True, slots=True)
class NewPost:
    """Work somebody is needed for. ``key`` is made by whoever asks, so that asking twice asks once.

    ``day``: the day of ``starts_at`` in the campaign's timezone. ``lat``, ``lon``: degrees.
    ``starts_at``, ``ends_at``: aware, at most 10 h apart (P5). ``tier``: 1 critical, 2 important,
    3 useful. ``physical``: 0 seated to 3 heavy. A person must have all ``skills`` and ``languages``.
    ``least_crew``: with fewer people the shift does not take place; 0 or 1: with any number. ``lead_key``: key of
    the post of the same day whose people lead this one, each looking after ``people_per_lead`` people here (a
    nurse after ten helpers); None and 0: nobody leads.
    """

    key: UUID
    campaign_id: int
    team_id: int
    area_id: int
    day: date
    title: str
    lat: float
    lon: float
    starts_at: datetime
    ends_at: datetime
    seats: int
    tier: int
    cause: str
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_age: int = 0
    hazardous: bool = False
    night: bool = False
    lone: bool = False
    with_children: bool = False
    physical: int = 1
    bring: str = ""
    least_crew: int = 0
    lead_key: UUID | None = None
    people_per_lead: int = 0


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post as other rooms see it; fields as in :class:`NewPost`.

    ``stood_down_at``: since when nobody is to be there, whatever the post asks for; None: it is as ever.
    """

    id: int
    key: UUID
    campaign_id: int
    team_id: int
    area_id: int
    day: date
    title: str
    lat: float
    lon: float
    starts_at: datetime
    ends_at: datetime
    seats: int
    seats_taken: int
    tier: int
    cause: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    min_age: int
    hazardous: bool
    night: bool
    lone: bool
    with_children: bool
    physical: int
    bring: str
    least_crew: int
    lead_key: UUID | None
    people_per_lead: int
    cancelled_at: datetime | None
    stood_down_at: datetime | None = None

    @property
    def seats_free(self) -> int:
        return self.seats - self.seats_taken

    @property
    def for_adults(self) -> bool:
        """Nobody under 18 is ever placed here (P6), so that nobody has to look after them."""
        return self.hazardous or self.night or self.lone or self.min_age >= ADULT_AGE


@dataclass(frozen=True, eq=False)
class PostColumns:
    """What other days' posts tell, by ascending id; post ``k`` is called ``titles[title[k]]``."""

    id: npt.NDArray[np.int64]
    team_id: npt.NDArray[np.int64]
    starts_s: npt.NDArray[np.int64]  # since the Unix epoch, UTC
    ends_s: npt.NDArray[np.int64]
    called_off: npt.NDArray[np.bool_]
    title: npt.NDArray[np.int32]
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """``ids``: id of every post given, by its key; ``known_count``: how many of them were there before."""

    ids: Mapping[UUID, int]
    known_count: int


@dataclass(frozen=True, slots=True)
class AreaNeeds:
    """Posts and seats of one place and tier on a day, cancelled posts left out."""

    area_id: int
    tier: int
    post_count: int
    seats: int
    seats_taken: int


RequestState = Literal["asked", "published", "declined"]


@dataclass(frozen=True, slots=True)
class NewRequest:
    """Help that an institution, a household or a team asks for. ``client_id`` is made by the form.

    ``days``: of the campaign, in its timezone, with the same hours each; ``ends`` before ``starts`` is after midnight.
    ``contact``: whom to ask about it, and how; nobody but who organises the place reads it. ``call_code``: the call
    for needs they came by, if any. Codes, ``physical`` and ``seats`` as in :class:`NewPost`.
    """

    client_id: UUID
    campaign_id: int
    area_id: int
    institution: str
    contact: str
    title: str
    cause: str
    days: tuple[date, ...]
    starts: time
    ends: time
    seats: int
    physical: int = 1
    skills: tuple[str, ...] = ()
    with_children: bool = False
    hazardous: bool = False
    bring: str = ""
    call_code: str = ""


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request as who asked, and who decides, sees it. ``contact`` is empty for everybody but who organises the place.

    ``said``: how who stands by it knows the institution, or why it can't be published.
    """

    id: int
    client_id: UUID
    campaign_id: int
    area_id: int
    account_id: int | None
    institution: str
    contact: str
    title: str
    cause: str
    days: tuple[date, ...]
    starts: time
    ends: time
    seats: int
    physical: int
    skills: tuple[str, ...]
    with_children: bool
    hazardous: bool
    bring: str
    asked_at: datetime
    state: RequestState
    decided_at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """Help that a captain asked for at work. ``words`` is empty once a month has passed; ``answer`` until there is one.

    ``asked_at``: when they asked; ``heard_at``: when their phone had a signal again.
    """

    id: int
    key: UUID
    campaign_id: int
    area_id: int
    team_id: int
    post_id: int | None
    words: str
    people_wanted: int | None
    request_id: int | None
    asked_at: datetime
    heard_at: datetime
    answered_at: datetime | None
    answer: str
