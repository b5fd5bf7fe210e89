"""All that standings asks of other rooms, in a number of queries that does not grow with places or teams."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dure.engine.lots import Factor
from dure.movement.audit import reads as audit
from dure.movement.audit.types import Deduction
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts, TargetFacts
from dure.movement.ledger import reads as ledger
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.standings.measures import Sums
from dure.movement.standings.models import DenominatorConfirmation, SafetyReview
from dure.movement.standings.privacy import Key
from dure.movement.standings.types import Confirmation, Limit, ReviewFacts

# Country, region, town.
LEVELS_MAX = 3

AreaTeam = tuple[int, int]
ReviewKey = tuple[int, Limit, Key]


@dataclass(frozen=True, slots=True)
class IndicatorSource:
    """What is known of one indicator. ``sums``: by area and team. ``people_by_area`` counts everything below.

    ``targets``: a place's own by its id, ``team_targets`` a team's own by place and team; one a period.

    ``deductions``: what recounts take off a team's claims before it is graded (F8).

    ``is_drawn``: a lot was drawn, and how many entries it could draw is public; before, ``factor`` counts them all.
    """

    indicator: IndicatorFacts
    targets: Mapping[int, tuple[TargetFacts, ...]]
    team_targets: Mapping[AreaTeam, tuple[TargetFacts, ...]]
    sums: Mapping[AreaTeam, Sums]
    factor: Factor
    is_drawn: bool
    people_by_area: Mapping[int, int]
    people_by_team: Mapping[int, int]
    deductions: Mapping[int, Deduction]


@dataclass(frozen=True, slots=True)
class Sources:
    """A campaign's figures up to ``today`` and what they are measured by. ``seats``: asked for, by area and team."""

    campaign: CampaignFacts
    today: date
    indicators: tuple[IndicatorSource, ...]
    areas: Mapping[int, AreaFacts]
    teams: Mapping[int, TeamFacts]
    seats: Mapping[AreaTeam, int]
    confirmations: Mapping[int, Confirmation]
    # Who looked at the safety of what, the newest of each: by indicator, limit and ("area" or "team", id).
    reviews: Mapping[ReviewKey, ReviewFacts]
    # Days of people at work where hours are recorded, by area and team; for the norm of work, not for pages (P9).
    person_days: Mapping[AreaTeam, int]
    # Rest that was planned: nothing is wanted of those days.
    days_off: tuple[tuple[date, date], ...]


@dataclass(slots=True)
class _Indicator:
    targets: dict[int, list[TargetFacts]] = field(default_factory=lambda: defaultdict(list))
    team_targets: dict[AreaTeam, list[TargetFacts]] = field(default_factory=lambda: defaultdict(list))
    sums: dict[AreaTeam, Sums] = field(default_factory=dict)
    people_by_area: dict[int, int] = field(default_factory=dict)
    people_by_team: dict[int, int] = field(default_factory=dict)

    def each_target(self) -> Iterable[list[TargetFacts]]:
        return (*self.targets.values(), *self.team_targets.values())


def gather(campaign_id: int, today: date) -> Sources:
    """Ask the other rooms. Work of days after ``today`` is left out. Refuses with NotFound."""
    campaign = campaigns.campaign_by_id(campaign_id=campaign_id)
    indicators = campaigns.indicators(campaign_id=campaign_id)
    found = {indicator.id: _Indicator() for indicator in indicators}
    for target in campaigns.targets(campaign_id=campaign_id):
        if target.team_id is None:
            found[target.indicator_id].targets[target.area_id].append(target)
        else:
            found[target.indicator_id].team_targets[target.area_id, target.team_id].append(target)
    for row in ledger.totals(campaign_id, today):
        sums = Sums(row.n, row.quantity_milli, row.n_recounted, row.days, row.best_day_milli)
        found[row.indicator_id].sums[row.area_id, row.team_id] = sums
    counts = ledger.people_counts(campaign_id, today)
    for (indicator_id, area_id), count in counts.by_area.items():
        found[indicator_id].people_by_area[area_id] = count
    for (indicator_id, team_id), count in counts.by_team.items():
        found[indicator_id].people_by_team[team_id] = count
    _count_otherwise(indicators, found, campaign_id, today)
    seats = needs.seats_by_team(campaign_id=campaign_id)
    area_ids = {campaign.area_id} | {area_id for area_id, _ in seats}
    team_ids = {team_id for _, team_id in seats}
    for one in found.values():
        cells = one.sums.keys() | one.team_targets.keys()
        area_ids |= one.targets.keys() | {area_id for area_id, _ in cells}
        team_ids |= {team_id for _, team_id in cells}
    hours = next((one for one in indicators if one.kind == "hours" and one.aggregation == "sum"), None)
    return Sources(
        campaign=campaign,
        today=today,
        indicators=tuple(_source(indicator, found[indicator.id]) for indicator in indicators),
        areas=_areas_up_to(campaign, area_ids),
        teams=people.teams(team_ids),
        seats=seats,
        confirmations=confirmations_of(
            target.id for one in found.values() for targets in one.each_target() for target in targets
        ),
        reviews=reviews_of(campaign_id),
        person_days={cell: sums.n for cell, sums in found[hours.id].sums.items()} if hours else {},
        days_off=tuple(
            (one.first_day, one.last_day)
            for one in breaks.of(campaign_id)
            if one.kind == "rest" and one.last_day is not None
        ),
    )


def _count_otherwise(
    indicators: Sequence[IndicatorFacts], found: Mapping[int, _Indicator], campaign_id: int, today: date
) -> None:
    """What isn't added up over days: each team's newest value, and the people behind the hours."""
    hours = next((one for one in indicators if one.kind == "hours" and one.aggregation == "sum"), None)
    for indicator in indicators:
        mine = found[indicator.id]
        if indicator.aggregation == "last":
            mine.sums = {
                (row.area_id, row.team_id): Sums(
                    row.n, row.quantity_milli, row.n_recounted, row.days, row.best_day_milli
                )
                for row in ledger.newest(campaign_id, indicator.id, today)
            }
        elif indicator.aggregation == "people" and hours is not None:
            worked = found[hours.id]
            # Nobody is added up: the board counts heads anew at every level.
            mine.sums = {
                cell: replace(sums, claimed_milli=0, best_day_milli=0) for cell, sums in worked.sums.items()
            }
            mine.people_by_area, mine.people_by_team = worked.people_by_area, worked.people_by_team


def reviews_of(campaign_id: int) -> dict[ReviewKey, ReviewFacts]:
    """The newest look at the safety of each figure, by its key."""
    columns = (
        *("indicator_id", "area_id", "team_id", "limit", "load_permille", "words"),
        *("reviewed_by__name", "reviewed_at"),
    )
    rows = (
        SafetyReview.objects.filter(indicator__campaign_id=campaign_id).order_by("pk").values_list(*columns)
    )
    return {review_key(one): one for one in (ReviewFacts(*row) for row in rows)}


def review_key(one: ReviewFacts) -> ReviewKey:
    key = ("area", one.area_id) if one.team_id is None else ("team", one.team_id)
    return one.indicator_id, one.limit, key


def confirmations_of(target_ids: Iterable[int]) -> dict[int, Confirmation]:
    """Who stands by which target, by target; some of them may be void since."""
    rows = DenominatorConfirmation.objects.filter(target_id__in=list(target_ids))
    return {
        row[0]: Confirmation(*row)
        for row in rows.values_list("target_id", "plan_milli", "confirmed_by__name", "confirmed_at")
    }


def _source(indicator: IndicatorFacts, found: _Indicator) -> IndicatorSource:
    eligible = sum((one.n for one in found.sums.values()), 0)
    # Before the first draw nothing is checked of all that was recorded.
    unknown = Factor(None, None, None, checked=0, drawn=0, eligible=eligible)
    drawn = audit.factor(indicator.id)
    return IndicatorSource(
        indicator=indicator,
        targets={area_id: tuple(targets) for area_id, targets in found.targets.items()},
        team_targets={cell: tuple(targets) for cell, targets in found.team_targets.items()},
        sums=found.sums,
        factor=drawn or unknown,
        is_drawn=drawn is not None,
        people_by_area=found.people_by_area,
        people_by_team=found.people_by_team,
        deductions=audit.deductions(indicator.id) if drawn else {},
    )


def _areas_up_to(campaign: CampaignFacts, area_ids: set[int]) -> dict[int, AreaFacts]:
    """The areas and what they lie in, up to the campaign's own area."""
    known: dict[int, AreaFacts] = {}
    wanted = set(area_ids)
    for _ in range(LEVELS_MAX):
        fresh = places.areas(wanted - known.keys())
        known |= fresh
        wanted = {
            area.parent_id
            for area in fresh.values()
            if area.parent_id is not None and area.id != campaign.area_id
        }
    return known
