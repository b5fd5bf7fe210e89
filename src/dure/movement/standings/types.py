"""What standings shows. Quantities are milli-units of the indicator's unit; percents are rounded to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.people.types import TeamFacts
from dure.movement.places.types import AreaFacts

__all__ = [
    "AheadDay",
    "Confirmation",
    "Denominator",
    "Figure",
    "Grade",
    "HeldTarget",
    "IndicatorStanding",
    "Outlook",
    "PastDay",
    "PlaceStanding",
    "Standing",
    "TeamStanding",
    "Verified",
    "Withheld",
]

# few_people: fewer than 10 people stand behind it, or it would give such a figure away (P9).
# above_105: over 105 % of a denominator that no named person has confirmed (F7).
Withheld = Literal["few_people", "above_105"]
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
    None too where that would count fewer than 10 people. Shares of the plan are of what was claimed where there is one.
    ``expected_milli``: what a linear plan wants by the close of today; ``days_ahead``: below 0 is behind; None too
    where the targets below have different deadlines. ``growth_milli``: beyond the baseline (below 0: short of it).
    ``capacity_percent``: use of the rated capacity; ``opens_review``: above it, safety is to be looked at.
    ``denominator`` is there above 100 %, also when the figure itself is held.
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
class TeamStanding:
    """A team. Its plan is its part of its town's target.

    ``reason``: why it has its grade, a code of ``dure.engine.grading.Reason``, or ``withheld``. ``low_percent`` to
    ``high_percent``: where the fulfilment probably lies once chance is allowed for (90 %); None when unknown or
    when their width would tell how few people the team has.
    """

    team: TeamFacts
    figure: Figure
    grade: Grade
    reason: str
    low_percent: Decimal | None
    high_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class HeldTarget:
    """A target that waits for a named person: its figure is over 105 % of the plan. ``claimed_milli`` and
    ``claimed_percent`` are None but for those who organise the area."""

    target_id: int
    indicator: IndicatorFacts
    area: AreaFacts
    denominator: Denominator
    claimed_milli: int | None
    claimed_percent: Decimal | None


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
    """A campaign on a day."""

    campaign: CampaignFacts
    today: date
    indicators: tuple[IndicatorStanding, ...]
    held: tuple[HeldTarget, ...]


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

    ``due``: the day by which the whole plan is wanted, None without a plan or where places have deadlines of their own.
    ``finish``: the days by which the plan is claimed to be met with 5, 50 and 95 %, each None where it is not within
    the campaign. ``more_percent``: by how much more a day the plan would likely be met on the last day.
    """

    indicator: IndicatorFacts
    first_day: date
    last_day: date
    plan_milli: int | None
    due: date | None
    past: tuple[PastDay, ...]
    ahead: tuple[AheadDay, ...] = ()
    finish: tuple[date | None, date | None, date | None] = (None, None, None)
    more_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A named person stands by the denominator of a target."""

    target_id: int
    plan_milli: int
    confirmed_by: str
    confirmed_at: datetime
