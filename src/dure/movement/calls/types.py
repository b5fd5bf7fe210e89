"""Values of calls: forms in, receipts and answers out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

import msgspec

# accepted: there will be work by the date; invited: to train or be briefed for it; reserve: we expect to call you by
# the date; incomplete: something only they can do is missing; not_needed: thank you, and who else needs help.
AnswerKind = Literal["placed", "offered", "accepted", "invited", "reserve", "incomplete", "not_needed"]
ANSWER_KINDS: Final[tuple[AnswerKind, ...]] = (
    *("placed", "offered", "accepted", "invited", "reserve", "incomplete", "not_needed"),
)
AppealKind = Literal["people", "needs", "goods"]
WaveState = Literal["running", "met", "through", "stopped"]
DriveState = Literal["unconfirmed", "gathering", "waiting", "opened", "declined", "lapsed"]
# How a call goes out: letters to people (each by the channel they gave), posts to chats, the feed, paper.
CHANNELS: Final = ("email", "sms", "push", "chat", "feed", "poster")
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
class Audience:
    """Whom the waves of a call reach; of these, people who agreed to be written to first or are on the register.

    ``area_paths``: places with everything below them, none: the campaign's area. ``skills``: codes of which a
    person has one at least, none: any. ``reserve_only``: the reserve register alone, by profession where there
    are ``skills``.
    """

    area_paths: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    reserve_only: bool = False


@dataclass(frozen=True, slots=True)
class AppealFacts:
    """A call. ``code`` stands in links, on posters and on each sign-up that answers it.

    ``asks``: people, needs or goods. ``channels``: see ``CHANNELS``. ``wanted_count``: so many confirmed answers
    meet the need; None: not known. ``closes_at``: answers are taken until then, at the longest until the
    campaign ends. ``closed_at``: since when somebody ended it.
    """

    id: int
    campaign_id: int
    code: str
    title: str
    text: str
    opened_at: datetime
    language: str = "en"
    asks: AppealKind = "people"
    channels: tuple[str, ...] = ()
    audience: Audience = Audience()
    wanted_count: int | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppealWords:
    """A call's words in one language."""

    language: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """People called minute by minute. ``state``: running, met (the need), through (nobody is left) or stopped."""

    id: int
    appeal_id: int
    per_minute: int
    state: WaveState
    called_count: int
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelReach:
    """What became of a call's letters by one channel; ``cost_milli``: of the installation's money, in milli-units.

    ``channel`` is empty while they wait and nobody has chosen one.
    """

    channel: str
    queued_count: int
    sent_count: int
    delivered_count: int
    failed_count: int
    cost_milli: int


@dataclass(frozen=True, slots=True)
class AppealResults:
    """How a call goes, in counts. Exact: a page shows them through :func:`appeal_rules.shown_count` (P9).

    ``called_count``: people called by waves. ``answered_count``: sign-ups with its code, however they heard of it;
    ``here_count``: those of them whose people have not left.
    """

    called_count: int
    answered_count: int
    here_count: int
    by_channel: tuple[ChannelReach, ...]

    @property
    def cost_milli(self) -> int:
        return sum(one.cost_milli for one in self.by_channel)

    @property
    def sent_count(self) -> int:
        return sum(one.sent_count for one in self.by_channel)

    @property
    def delivered_count(self) -> int:
        return sum(one.delivered_count for one in self.by_channel)


@dataclass(frozen=True, slots=True)
class NewDrive:
    """What somebody proposes: a title, what they want to do and where, and how to reach them once."""

    client_id: UUID
    title: str
    text: str
    area_id: int
    name: str
    email: str
    shows_name: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class DriveFacts:
    """A proposed drive. ``support_count``: confirmed names; ``answer_by``: the day an organiser answers by (P10).

    ``title`` and ``text`` are empty once an organiser has taken the words down.
    """

    id: int
    code: str
    area_id: int
    title: str
    text: str
    state: DriveState
    support_count: int
    support_wanted: int
    proposed_at: datetime
    gathers_until: date
    answer_by: date | None
    answer: str
    answered_at: datetime | None
    appeal_code: str | None

    def is_late(self, today: date) -> bool:
        """Whether its answer is overdue. Bad news: it stands where the answer would."""
        return self.state == "waiting" and self.answer_by is not None and today > self.answer_by


@dataclass(frozen=True, slots=True)
class SupportFacts:
    """A name under a drive, for whoever holds the link of that name."""

    drive: DriveFacts
    name: str
    is_proposer: bool
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SupportContact:
    """Where and in which language to write to a supporter, and the token of their link. For the letters alone."""

    email: str
    language: str
    token: str
    drive: DriveFacts


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """What somebody writes when they offer to help; typed, not yet checked.

    ``birth_year``: the year alone. ``area_id``: the town they start from (its centre, rounded, stands
    for the home). ``travel_limit_m``: metres one way. ``skills``, ``languages``, ``refuses``,
    ``prefers``: codes. ``free_spans``: (start, end) of each shift they offer, aware UTC. ``consent``:
    they agreed to the wording ``CONSENT_WORDING``; ``messages``: the movement may also write to them first.
    ``guardian_email``: asked of whoever may be under 18. ``email`` or ``phone``: how they are reached, one may be
    empty. ``language``: in which they are written to. ``household``: an id that all who come together send, each with
    the same contact; they are placed at one post, or none of them.
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
    phone: str = ""
    language: str = "en"
    household: UUID | None = None


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
class Answered:
    """How many answers were given, and how many stood already word for word."""

    given_count: int
    unchanged_count: int

    def __add__(self, other: Answered) -> Answered:
        return Answered(self.given_count + other.given_count, self.unchanged_count + other.unchanged_count)


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What whoever signed up gets: the token of their private page, and the answer.

    Handed from one process to another by the thousand a second, at a quarter of what it would cost as a dataclass.
    """

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
    written_ids: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CallTally:
    """Sign-ups of a campaign and the answers that stand. Exact: for organisers, not for publication (P9).

    ``signed_up_count`` counts sign-ups, also of people who left since; ``unanswered_count`` counts
    people who signed up and have no standing answer; ``by_kind`` has every kind, also those at 0.
    """

    signed_up_count: int
    unanswered_count: int
    by_kind: Mapping[AnswerKind, int]
