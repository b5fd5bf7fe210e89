"""What standings shows. Quantities are milli-units of the indicator's unit; percents are rounded to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from dure.movement.campaigns.types import BaselineGrade, CampaignFacts, IndicatorFacts
from dure.movement.people.types import TeamFacts
from dure.movement.places.types import AreaFacts

__all__ = [
    "Adjustment",
    "Ahead",
    "AheadDay",
    "Change",
    "Confirmation",
    "Denominator",
    "Figure",
    "Grade",
    "HeldTarget",
    "HelpGiven",
    "IndicatorStanding",
    "Limit",
    "OpenReview",
    "Outlook",
    "PastDay",
    "PlaceAhead",
    "PlaceStanding",
    "ReviewFacts",
    "Standing",
    "TeamStanding",
    "Verified",
    "Withheld",
]

# few_people: fewer than 10 people stand behind it, or it would give such a figure away (P9).
# above_105: over 105 % of a denominator that no named person has confirmed (F7).
# safety_review: over the rated capacity or 140 % of the norm of work, and no named person has looked at it.
Withheld = Literal["few_people", "above_105", "safety_review"]
# A limit of safety: what a place is rated for, and what a person can be asked for in a day.
Limit = Literal["capacity", "norm"]
# Teams of one grade can't be told apart by the data; unknown: the data say too little, or are withheld.
Grade = Literal["A", "B", "C", "unknown"]


@dataclass(frozen=True, slots=True)
class Verified:
    """What may be believed of a claim; all amounts are None while nothing of the indicator was recounted.

    ``checked_count`` of ``eligible_count`` entries of the whole campaign were recounted; None before the first draw
    where the number of entries would count fewer than 10 people. ``is_projected``: a part
    of the campaign is shown with the whole campaign's factor, so its bounds hold on average, not for it alone.
    """

    estimate_milli: int | None
    lower_milli: int | None
    upper_milli: int | None
    checked_count: int | None
    eligible_count: int | None
    is_projected: bool

    @property
    def is_known(self) -> bool:
        return self.estimate_milli is not None


@dataclass(frozen=True, slots=True)
class Denominator:
    """The plan a figure is measured by: printed once the figure passes 100 % (F7).

    Over several targets ``source_date`` is the oldest. ``confirmed_by`` names who stands by it, if anybody does.
    """

    plan_milli: int
    source: str
    source_date: date
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure of a place, a team or the campaign. What ``withheld`` names is None throughout.

    ``claimed_milli``: as claimed (grade of proof: claimed). ``plan_milli`` and ``claimed_percent``: None without a
    plan. ``n_entries`` contributions stand behind it, ``n_recounted`` of them were recounted;
    None too where that would count fewer than 10 people. Shares of the plan are of what was claimed where there is one:
    ``planned_milli``.
    ``expected_milli``: what a linear plan wants by the close of today; ``days_ahead``: below 0 is behind; None too
    where the targets below have different deadlines. ``growth_milli``: beyond the baseline (below 0: short of it).
    ``capacity_percent``: use of the rated capacity; ``opens_review``: above it, safety is to be looked at.
    ``denominator`` is there above 100 %, also when the figure itself is held. ``baseline_grade``: a baseline keeps its
    grade of proof, and growth on it is proven no better (F3).
    """

    claimed_milli: int | None
    plan_milli: int | None
    claimed_percent: Decimal | None
    verified: Verified
    verified_percent: Decimal | None
    lower_percent: Decimal | None
    n_entries: int | None
    n_recounted: int | None
    expected_milli: int | None
    days_ahead: Decimal | None
    baseline_milli: int | None
    growth_milli: int | None
    growth_percent: Decimal | None
    capacity_percent: Decimal | None
    opens_review: bool
    denominator: Denominator | None
    withheld: Withheld | None
    baseline_grade: BaselineGrade | None = None
    baseline_lower_milli: int | None = None
    planned_milli: int | None = None

    @property
    def shortfall_milli(self) -> int | None:
        """What is missing of what was expected by today; 0 when nothing is."""
        if self.expected_milli is None or self.claimed_milli is None:
            return None
        return max(0, self.expected_milli - self.claimed_milli)


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """A place: a town with its own figure, a region or country with the sum of what lies in it.

    ``direct_milli``: the part recorded for the region or country itself and for no town of it; None if withheld.
    """

    area: AreaFacts
    depth: int
    target_id: int | None
    figure: Figure
    direct_milli: int | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Why less or more is expected in a place than its plan says: by a season's rule, with its source.

    ``permille``: of the plan, 1000 is all of it. ``words`` say what a hardship is. ``source``: empty for population,
    which comes with the places.
    """

    kind: Literal["population", "capacity", "hardship"]
    place: str
    permille: int
    words: str
    source: str
    source_date: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """A team's usual day of work of late against its own before, as claimed, in percent; None while unknown.

    ``trend``: what the days carry. ``usual_percent``: how the middle one of the teams of its kind changed.
    """

    trend: Literal["more", "as_before", "less", "unknown"]
    percent: Decimal | None
    low_percent: Decimal | None
    high_percent: Decimal | None
    usual_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class HelpGiven:
    """What a team did, as claimed, for other places than its own; ``place_names`` by name."""

    milli: int
    place_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """A team. Its plan is its part of its town's target.

    ``reason``: why it has its grade, a code of ``dure.engine.grading.Reason``, or ``withheld``. ``low_percent`` to
    ``high_percent``: where the fulfilment probably lies once chance is allowed for (90 %), of ``expected_milli``, its
    part of the plan as the season's rules adjust it; None when unknown or when their width would tell how few people
    the team has. ``change`` and ``help`` (what it did for other places) stand beside the grade and are never added to
    it; None where they aren't told. ``like_ids``: teams of its kind whose parts of the plan are nearest to its own.
    """

    team: TeamFacts
    figure: Figure
    grade: Grade
    reason: str
    low_percent: Decimal | None
    high_percent: Decimal | None
    expected_milli: int | None = None
    adjustments: tuple[Adjustment, ...] = ()
    change: Change | None = None
    help: HelpGiven | None = None
    like_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldTarget:
    """A target that waits for a named person: its figure is over 105 % of the plan. ``claimed_milli`` and
    ``claimed_percent`` are None but for those who organise the area. ``team``: the figure is that of a team, measured
    by the target or by its part of it (``denominator``), though the place's own is not held; told to organisers."""

    target_id: int
    indicator: IndicatorFacts
    area: AreaFacts
    denominator: Denominator
    claimed_milli: int | None
    claimed_percent: Decimal | None
    team: TeamFacts | None = None


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A figure that waits for a named person to look at the safety of the work behind it. ``team``: None for a place's.

    ``claimed_milli`` and ``load_percent``, of the limit, are None but for those who organise the area.
    """

    indicator: IndicatorFacts
    area: AreaFacts
    team: TeamFacts | None
    limit: Limit
    claimed_milli: int | None
    load_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A named person looked at the safety of work beyond a limit, and what they found."""

    indicator_id: int
    area_id: int
    team_id: int | None
    limit: Limit
    load_permille: int
    words: str
    reviewed_by: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class IndicatorStanding:
    """One indicator: the whole campaign, every place (country, region and town, in the order of the tree), every team
    (by grade, inside a grade by name: a grade is no order)."""

    indicator: IndicatorFacts
    total: Figure
    places: tuple[PlaceStanding, ...]
    teams: tuple[TeamStanding, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign on a day. ``has_waiting``: a figure waits for a named person, told to everybody or not."""

    campaign: CampaignFacts
    today: date
    indicators: tuple[IndicatorStanding, ...]
    held: tuple[HeldTarget, ...]
    reviews: tuple[OpenReview, ...] = ()
    has_waiting: bool = False

    @property
    def hours(self) -> IndicatorStanding | None:
        """The hours of work, where they are counted."""
        return next((one for one in self.indicators if one.indicator.kind == "hours"), None)


@dataclass(frozen=True, slots=True)
class PastDay:
    """What stood at the end of a day: claimed, verified (None while nothing was recounted), wanted by a linear plan."""

    day: date
    claimed_milli: int
    verified_milli: int | None
    expected_milli: int | None


@dataclass(frozen=True, slots=True)
class AheadDay:
    """What will stand claimed at the end of a day, exceeded with 95, 75, 50, 25 and 5 %."""

    day: date
    low_milli: int
    low_half_milli: int
    likely_milli: int
    high_half_milli: int
    high_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """An output up to yesterday and its forecast; ``ahead`` is empty while too few days are known.

    ``plan_line``: what the plan wants by the end of which day, straight in between, from the day before the first;
    empty without a plan. ``rests``: days on which nothing is expected, as (first, last). ``is_paused``: nobody has
    said yet when the work goes on, so nothing is forecast. Of a long campaign neither every past day is told nor all
    that is ahead.
    ``finish``: the days by which the plan is claimed to be met with 5, 50 and 95 %, each None where it is not within
    the campaign. ``more_percent``: by how much more a day the plan would likely be met on the last day.
    """

    indicator: IndicatorFacts
    first_day: date
    last_day: date
    plan_milli: int | None
    plan_line: tuple[tuple[date, int], ...]
    past: tuple[PastDay, ...]
    rests: tuple[tuple[date, date], ...] = ()
    is_paused: bool = False
    ahead: tuple[AheadDay, ...] = ()
    finish: tuple[date | None, date | None, date | None] = (None, None, None)
    more_percent: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAhead:
    """What it would take to meet a place's plan, as claimed; of published figures and output by the day alone (P9).

    ``area_id``: None for the whole campaign. ``rest_milli``: what is missing of the plan. ``is_sum``: of a larger place
    it is what its parts miss, added up (F10): what one has over fills no other's gap. ``is_partial``: of some part it
    is not told. ``has_all_people``: False where people are known of some parts alone: it takes at least so many.
    ``days_left``: days of work until ``due``, today among them. ``a_day_milli``: done on an average day of work as
    things stand; None while too few days are known or the campaign is paused, as are all that follow from it.
    ``ahead``: what will stand claimed on ``due``. ``finish``: the days by which the place's own plan is met with 5, 50
    and 95 %, None where not by ``due``.
    ``days_short``: so many days of work more than are left does the rest take at this pace; 0: none; of a sum None.
    ``person_days``: wanted beyond what is likely done anyway; ``people_a_day``: so many hands more a day until ``due``.
    Both at the output per person-day of ``reckoned_by``, the smallest place around it of which that may be known (of a
    larger place None: each part has its own), and None where it is known of none.
    """

    area_id: int | None
    rest_milli: int
    is_partial: bool
    due: date
    days_left: int
    a_day_milli: int | None = None
    ahead: AheadDay | None = None
    finish: tuple[date | None, date | None, date | None] = (None, None, None)
    days_short: int | None = None
    person_days: int | None = None
    people_a_day: int | None = None
    has_all_people: bool = True
    is_sum: bool = False
    reckoned_by: int | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """Where one output leads: of the whole campaign by the day, and of every place that has a plan."""

    outlook: Outlook
    total: PlaceAhead | None
    places: tuple[PlaceAhead, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A named person stands by the denominator of a target."""

    target_id: int
    plan_milli: int
    confirmed_by: str
    confirmed_at: datetime
