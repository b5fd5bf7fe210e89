"""What crosses the door of supervision. Quantities are milli-units of the indicator's unit, as claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.people.types import TeamFacts

__all__ = [
    "SPAN",
    "TONES",
    "AnswerFacts",
    "FollowUpFacts",
    "Found",
    "Kind",
    "Morning",
    "Outcome",
    "SharedOut",
    "SignalFacts",
    "SignalPage",
    "SpanFacts",
    "SupervisorFacts",
    "Tone",
]

# silent: no report for days. drop: below the funnel of the team's own past. behind, missed: of its plan.
# over_norm: more a person and day than 140 % of the norm. over_capacity: its place works above what it is rated for.
# back: it reports again. met: the plan is verified as met; met_claimed: it is claimed so, which is no result yet (F3).
# helped: it worked for another place.
Kind = Literal[
    "silent",
    "drop",
    "behind",
    "missed",
    "over_norm",
    "over_capacity",
    "back",
    "met",
    "met_claimed",
    "helped",
]
Tone = Literal["safety", "warning", "ask", "good"]
Outcome = Literal["done", "let_be", "ended"]

TONES: Final[Mapping[Kind, Tone]] = {
    "over_norm": "safety",
    "over_capacity": "safety",
    "silent": "warning",
    "drop": "warning",
    "behind": "warning",
    "missed": "warning",
    "met_claimed": "ask",
    "back": "good",
    "met": "good",
    "helped": "good",
}


def kind_of(stored: str) -> Kind:
    """A kind as it is stored."""
    return next(kind for kind in TONES if kind == stored)


# Teams a supervisor: what the span of control of emergency services grows to from two squads of about seven; a
# default that the desk shows and nobody is held to.
SPAN: Final = 13


@dataclass(frozen=True, slots=True)
class Found:
    """A signal as it is found on a morning. ``about`` tells it from others of the team; ``since``: its first day.

    ``figures`` by kind: ``days``; ``done_milli`` and ``wanted_milli`` beside it; ``verified_milli`` (None: unknown);
    ``percent`` of a capacity.
    """

    kind: Kind
    team_id: int
    indicator_id: int | None
    since: date
    figures: Mapping[str, int | None]

    @property
    def about(self) -> str:
        return f"{self.kind}:{self.indicator_id or 0}"


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What the team says to it: its captain's words, or its organiser's for it."""

    words: str
    by: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpFacts:
    """Who looks after a signal, and by which day. ``outcome`` and ``words`` once it is closed."""

    id: int
    owner_id: int
    owner: str
    due_on: date
    closed_on: date | None
    outcome: Outcome | None
    words: str

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on < today


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """A signal about a team's work, never about a person. ``answer_by``: until then the team answers first.

    ``ended_on``: since when it is no longer so. ``follow_up``: the newest one.
    """

    id: int
    campaign_id: int
    kind: Kind
    team: TeamFacts
    indicator: IndicatorFacts | None
    since: date
    found_on: date
    answer_by: date
    ended_on: date | None
    figures: Mapping[str, int | None]
    answer: AnswerFacts | None
    follow_up: FollowUpFacts | None

    @property
    def tone(self) -> Tone:
        return TONES[self.kind]

    @property
    def waits(self) -> bool:
        """Whether somebody has still to look: nobody was named yet, or whoever was has not closed it."""
        return self.ended_on is None and (self.follow_up is None or self.follow_up.is_open)


@dataclass(frozen=True, slots=True)
class SignalPage:
    """Some of ``count`` signals; ``unowned_count`` and ``late_count`` are of all that wait."""

    signals: tuple[SignalFacts, ...]
    count: int
    waiting_count: int
    unowned_count: int
    late_count: int


@dataclass(frozen=True, slots=True)
class SupervisorFacts:
    """An account and the teams it looks after."""

    account_id: int
    name: str
    teams: tuple[TeamFacts, ...]

    @property
    def team_count(self) -> int:
        return len(self.teams)


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """Who looks after which teams of a campaign, in the reach of who asks; ``without``: teams that nobody does."""

    span: int
    supervisors: tuple[SupervisorFacts, ...]
    without: tuple[TeamFacts, ...]


@dataclass(frozen=True, slots=True)
class SharedOut:
    """How many teams got a supervisor, and how many are left: all who organise their place have their number."""

    given_count: int
    left_count: int


@dataclass(frozen=True, slots=True)
class Morning:
    """What a morning's look found: signals that are new, that still stand, and that ended."""

    day: date
    new_count: int
    standing_count: int
    ended_count: int
