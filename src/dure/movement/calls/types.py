"""Values of calls: forms in, receipts and answers out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

# accepted: there will be work by the date; invited: to train or be briefed for it; reserve: we expect to call you by
# the date; incomplete: something only they can do is missing; not_needed: thank you, and who else needs help.
AnswerKind = Literal["placed", "offered", "accepted", "invited", "reserve", "incomplete", "not_needed"]
ANSWER_KINDS: Final[tuple[AnswerKind, ...]] = (
    *("placed", "offered", "accepted", "invited", "reserve", "incomplete", "not_needed"),
)
# The version of the words beside the consent box; it stands on every consent receipt.
CONSENT_WORDING: Final = "sign-up-1"


@dataclass(frozen=True, slots=True)
class Problem:
    """One field of a sign-up that doesn't fit."""

    field: str
    what: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.field}: {self.what}; expected {self.wanted}"


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """A call for people. ``code`` stands in links and on posters."""

    id: int
    campaign_id: int
    code: str
    title: str
    text: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """What somebody writes when they offer to help; typed, not yet checked.

    ``birth_year``: the year alone. ``area_id``: the town they start from (its centre, rounded, stands
    for the home). ``travel_limit_m``: metres one way. ``skills``, ``languages``, ``refuses``,
    ``prefers``: codes. ``free_spans``: (start, end) of each shift they offer, aware UTC. ``consent``:
    they agreed to the wording ``CONSENT_WORDING``; ``messages``: the movement may also write to them first.
    ``guardian_email``: asked of whoever may be under 18.
    """

    given_name: str
    email: str
    birth_year: int
    area_id: int
    travel_limit_m: int
    consent: bool
    messages: bool = False
    free_spans: tuple[tuple[datetime, datetime], ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    guardian_email: str = ""
    physical_max: int = 2
    long_shift_wish: bool = False


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """An honest answer: what, why, and the day by which the person hears more (P1).

    ``by_date``: a day in the campaign's timezone; the answer is kept or corrected before it passes.
    """

    kind: AnswerKind
    reason: str
    by_date: date


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """The answer that stands for a person in a campaign, and when they were told."""

    person_id: int
    campaign_id: int
    answer: AnswerFacts
    given_at: datetime


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer for one person, as ``answer_many`` takes them."""

    person_id: int
    kind: AnswerKind
    reason: str
    by_date: date


@dataclass(frozen=True, slots=True)
class Answered:
    """How many answers were given, and how many stood already word for word."""

    given_count: int
    unchanged_count: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever signed up gets: the token of their private page, and the answer."""

    sign_up_id: int
    person_id: int
    link_token: str
    answer: AnswerFacts


@dataclass(frozen=True, slots=True)
class NewSignUp:
    """A sign-up of somebody who is registered already: an import, a simulation."""

    client_id: UUID
    person_id: int


@dataclass(frozen=True, slots=True)
class SignedUp:
    """How many sign-ups were written, and how many were known."""

    written_count: int
    known_count: int


@dataclass(frozen=True, slots=True)
class CallTally:
    """Sign-ups of a campaign and the answers that stand. Exact: for organisers, not for publication (P9).

    ``signed_up_count`` counts sign-ups, also of people who left since; ``unanswered_count`` counts
    people who signed up and have no standing answer; ``by_kind`` has every kind, also those at 0.
    """

    signed_up_count: int
    unanswered_count: int
    by_kind: Mapping[AnswerKind, int]
