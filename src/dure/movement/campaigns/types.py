"""Values of campaigns: what comes in from a file, what goes out to other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

State = Literal["draft", "open", "closed"]
IndicatorKind = Literal["hours", "output", "goods", "money", "saving"]
# How values of places, teams and days make one: added up; each team's newest; different people; as a share of a count.
Aggregation = Literal["sum", "last", "people", "coverage"]
# By what a target was made from the one above it.
Split = Literal["stated", "population", "capacity", "need"]
BaselineGrade = Literal["claimed", "verified"]
BreakKind = Literal["rest", "pause"]


# For which a campaign may ask a second organiser's word: to show a match, to call posts off, to move their times, to
# pause, to close, to hand rights down, and to end a stand-down (which itself never waits: it is an emergency).
TWO_PERSON_ACTS: Final = ("publish", "call-off", "shift", "pause", "close", "grant", "stand-down-end")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a campaign, by its key path in the campaign file (``targets[3].plan``).

    ``touches``: further key paths the judgement rests on.
    """

    key: str
    what: str
    wanted: str
    touches: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.key}: {self.what}; expected {self.wanted}"


@dataclass(frozen=True, slots=True)
class NewMovement:
    """A lasting cause and its charter, the words its people agree to."""

    slug: str
    name: str
    charter: str


@dataclass(frozen=True, slots=True)
class NewIndicator:
    """What is counted. ``unit_note`` defines a local unit ("a sack of 80 kg"); the unit of money is its currency
    code (ISO 4217), so that a milli-unit is a thousandth of it.

    ``aggregation``: how values make one (see ``Aggregation``). ``daily_norm_milli``: what one person does in a day of
    work. ``continues``: the code of the indicator of the campaign that is followed; ``changed_note``: what is defined
    anew since. ``saves``: of a saving, the code of the output that could be made with what was saved.
    """

    code: str
    kind: str
    name: str
    unit: str
    unit_note: str = ""
    aggregation: str = "sum"
    daily_norm_milli: int | None = None
    continues: str = ""
    changed_note: str = ""
    saves: str = ""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """What one place, or a team of it, wants to reach from ``starts_on`` (None: the campaign's first day) to
    ``deadline``; quantities in milli-units of the indicator's unit.

    ``source`` and ``source_date`` say where the figures come from: they are printed when a result
    passes 100 % (F7). A baseline keeps its grade of proof; ``baseline_lower_milli``: its lower bound where verified.
    """

    area_id: int
    plan_milli: int
    deadline: date
    source: str
    source_date: date
    baseline_milli: int | None = None
    rated_capacity_milli: int | None = None
    starts_on: date | None = None
    team_id: int | None = None
    baseline_grade: str = "claimed"
    baseline_lower_milli: int | None = None


@dataclass(frozen=True, slots=True)
class NewTarget:
    """A target as a file states it: indicator and place by their codes, a team of the place by its name."""

    indicator: str
    area: str
    plan_milli: int
    deadline: date
    source: str
    source_date: date
    baseline_milli: int | None = None
    rated_capacity_milli: int | None = None
    starts_on: date | None = None
    team: str = ""
    baseline_grade: str = "claimed"
    baseline_lower_milli: int | None = None


@dataclass(frozen=True, slots=True)
class NewBreak:
    """Days of rest that are planned from the start, both ends included."""

    first_day: date
    last_day: date
    reason: str
    kind: str = "rest"


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign with its movement, indicators and targets, as a file or a program states it.

    ``area``: code of the place the campaign covers, with everything below it. ``timezone``: an
    IANA name. ``synthetic_label``: shown on every page of a simulated campaign, else empty. ``follows``: slug of
    the campaign that it carries on, else empty. ``breaks``: rest that is planned in. ``two_persons``: which of
    TWO_PERSON_ACTS wait for a second organiser. ``rotation``: people are so many parts, of which one rests each week in
    turn; 0: nobody does.
    """

    movement: NewMovement
    slug: str
    name: str
    summary: str
    area: str
    timezone: str
    starts_on: date
    ends_on: date
    indicators: tuple[NewIndicator, ...]
    targets: tuple[NewTarget, ...] = ()
    synthetic_label: str = ""
    follows: str = ""
    breaks: tuple[NewBreak, ...] = ()
    two_persons: tuple[str, ...] = ()
    rotation: int = 0


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign as other rooms see it. Both dates belong to it and are days in ``timezone``.

    ``closed_at``: when its organisers closed it; None until then. ``closing_reason``: why before its last day.
    ``follows_id``: the campaign that it carries on. ``two_persons``: acts that wait for a second organiser.
    ``rotation``: people are so many parts, one of which rests each week in turn (``engine.plan.rotation``); 0: none.
    """

    id: int
    slug: str
    name: str
    summary: str
    state: State
    area_id: int
    area_path: str
    timezone: str
    starts_on: date
    ends_on: date
    synthetic_label: str
    movement_name: str
    charter: str
    closed_at: datetime | None = None
    closing_reason: str = ""
    follows_id: int | None = None
    rotation: int = 0
    two_persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """What a campaign counts, and in which unit. ``daily_norm_milli``: what one person does in a day of work.

    ``continues_id``: the indicator of the campaign before; ``changed_note``: what was defined anew since.
    ``saves_id``: of a saving, the output that could be made with what was saved; booked apart from it, in its unit.
    """

    id: int
    campaign_id: int
    kind: IndicatorKind
    code: str
    name: str
    unit: str
    unit_note: str
    aggregation: Aggregation = "sum"
    daily_norm_milli: int | None = None
    continues_id: int | None = None
    changed_note: str = ""
    saves_id: int | None = None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """The denominator of a fulfilment, in milli-units; ``None`` where nobody stated a figure.

    It is wanted from ``starts_on`` to ``deadline``, both included. ``team_id``: a team's own, else the place's.
    ``parent_id``, ``split``: which target it is a part of, and by what.
    """

    id: int
    indicator_id: int
    area_id: int
    plan_milli: int
    baseline_milli: int | None
    rated_capacity_milli: int | None
    deadline: date
    source: str
    source_date: date
    starts_on: date
    team_id: int | None = None
    baseline_grade: BaselineGrade = "claimed"
    baseline_lower_milli: int | None = None
    parent_id: int | None = None
    split: Split = "stated"


@dataclass(frozen=True, slots=True)
class BreakFacts:
    """Days without a match and without calls, both ends included; ``last_day`` None: until it is said to go on."""

    id: int
    campaign_id: int
    kind: BreakKind
    first_day: date
    last_day: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A closing report as it was sealed: facts as canonical JSON, their SHA-256 in hex, and the signed statement."""

    facts: str
    digest: str
    seal: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class TargetsSet:
    """How many targets were written, and how many stood already with the same figures."""

    written_count: int
    known_count: int


PleaAnswer = Literal["open", "agreed", "declined"]


@dataclass(frozen=True, slots=True)
class PleaFacts:
    """Somebody argues for another target than the one given, and hears by ``answer_by`` (P10).

    ``plan_milli``: what the target was when it was asked. ``asked_by``, ``answered_by``: names of accounts.
    """

    id: int
    target_id: int
    plan_milli: int
    wanted_milli: int
    why: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    answer_by: date
    answer: PleaAnswer
    answer_words: str
    answered_by: str | None
    answered_at: datetime | None

    def is_late(self, today: date) -> bool:
        return self.answer == "open" and today > self.answer_by
