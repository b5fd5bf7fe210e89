"""What makes comparing teams fair: what can be expected of each, its own past, its help to others, and its like.

Level, change and help stand beside each other. They are never added up: a sum would be a league table (F9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod

from dure.engine.grading import Changes, Span, TeamSpans, changes
from dure.engine.plan import rounded
from dure.movement.audit.types import Deduction
from dure.movement.ledger import reads as ledger
from dure.movement.places.types import AreaFacts
from dure.movement.standings.board import Board, Place
from dure.movement.standings.measures import Measured
from dure.movement.standings.rules import ALL, Rules
from dure.movement.standings.sources import IndicatorSource, Sources
from dure.movement.standings.types import Adjustment, Change, HelpGiven

# However few or many people live in a place, its plan is moved by no more than this.
POPULATION_PERMILLE_MIN, POPULATION_PERMILLE_MAX = 500, 2_000
LIKE_COUNT_MAX = 8
# Teams of more than twice the plan are not alike.
LIKE_RATIO_MAX = 2

NO_SPAN = Span(0, 0, 0.0)
NOT_DEDUCTED = Deduction(0, is_short=False)


@dataclass(frozen=True, slots=True)
class Fair:
    """By team. ``expected``: its plan as the rules adjust it, in milli-units; a team that isn't in one has none."""

    expected: Mapping[int, int] = field(default_factory=dict)
    adjustments: Mapping[int, tuple[Adjustment, ...]] = field(default_factory=dict)
    changes: Mapping[int, Change] = field(default_factory=dict)
    help: Mapping[int, HelpGiven] = field(default_factory=dict)
    like: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


def fair(sources: Sources, source: IndicatorSource, whole: Board, teams: Iterable[int], rules: Rules) -> Fair:
    """Of ``teams``, whose figures everybody may see: nothing withheld tells on its team by what it is compared to."""
    shown = {team_id: whole.teams[team_id] for team_id in teams}
    adjusted = adjustments(source, whole.places, rules)
    cells = _weights(sources, source, whole.places)
    expected, told = {}, {}
    for team_id, one in shown.items():
        if one.plan is None:
            continue
        weights = cells.get(team_id, {})
        expected[team_id] = _expected(one.plan.plan_milli, weights, adjusted)
        told[team_id] = tuple(each for area_id in weights for each in adjusted.get(area_id, ()))
    is_summed = source.indicator.kind == "output" and source.indicator.aggregation == "sum"
    return Fair(
        expected,
        told,
        changes=_changes(sources, source, shown, rules) if is_summed else {},
        help=_help(sources, source, shown) if is_summed else {},
        like=_like(sources, expected, told),
    )


def adjustments(
    source: IndicatorSource, places: Iterable[Place], rules: Rules
) -> dict[int, tuple[Adjustment, ...]]:
    """By place with a target of its own, what moves that plan; places that nothing moves are not in it."""
    planned = [place for place in places if place.area.id in source.targets and place.plan is not None]
    population = _by_population([place.area for place in planned], planned, rules.population_permille)
    found: dict[int, tuple[Adjustment, ...]] = {}
    for place in planned:
        each = [population.get(place.area.id), _by_capacity(place, rules), _by_hardship(place.area, rules)]
        if told := tuple(one for one in each if one is not None and one.permille != ALL):
            found[place.area.id] = told
    return found


def _by_population(
    areas: list[AreaFacts], planned: list[Place], weight_permille: int
) -> dict[int, Adjustment]:
    """A place's share of the people against its share of the plans, among places of its kind."""
    if not weight_permille:
        return {}
    people: dict[str, int] = defaultdict(int)
    plans: dict[str, int] = defaultdict(int)
    counted = [place for place in planned if place.area.population > 0]
    for place in counted:
        people[place.area.kind] += place.area.population
        plans[place.area.kind] += place.plan.plan_milli if place.plan else 0
    found = {}
    for place in counted:
        kind, plan_milli = place.area.kind, place.plan.plan_milli if place.plan else 0
        ratio = (place.area.population / people[kind]) / (plan_milli / plans[kind])
        permille = round(ALL * ratio ** (weight_permille / ALL))
        permille = min(POPULATION_PERMILLE_MAX, max(POPULATION_PERMILLE_MIN, permille))
        found[place.area.id] = Adjustment("population", place.area.name, permille, "", "", None)
    return found


def _by_capacity(place: Place, rules: Rules) -> Adjustment | None:
    plan = place.plan
    if not rules.by_capacity or plan is None or not plan.rated_milli or plan.rated_milli >= plan.plan_milli:
        return None
    permille = max(1, ALL * plan.rated_milli // plan.plan_milli)
    return Adjustment("capacity", place.area.name, permille, "", plan.source, plan.source_date)


def _by_hardship(area: AreaFacts, rules: Rules) -> Adjustment | None:
    """The nearest one stated: of the place itself, else of what it lies in."""
    stated = {one.place: one for one in rules.hardships}
    own = stated.get(area.code)
    # A town's path ends in its code; a region's code is its country's with its own behind it ("KR.11").
    parts = area.path.strip("/").split("/")
    above = [".".join(parts[:2]) if len(parts) > 1 else "", parts[0]]
    found = own or next((stated[code] for code in above if code in stated), None)
    if found is None:
        return None
    return Adjustment("hardship", area.name, found.permille, found.words, found.source, found.source_date)


def _weights(
    sources: Sources, source: IndicatorSource, places: Iterable[Place]
) -> dict[int, dict[int, Fraction]]:
    """By team and place with a target: how much of the team's plan lies there, up to a factor."""
    plans = {
        place.area.id: place.plan.plan_milli
        for place in places
        if place.plan and place.area.id in source.targets
    }
    teams_at: dict[int, list[int]] = defaultdict(list)
    for area_id, team_id in sources.seats.keys() | source.sums.keys():
        if area_id in plans:
            teams_at[area_id].append(team_id)
    found: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for area_id, team_ids in sorted(teams_at.items()):
        seats = {team_id: sources.seats.get((area_id, team_id), 0) for team_id in team_ids}
        asked = sum(seats.values())
        for team_id in team_ids:
            share = Fraction(seats[team_id], asked) if asked else Fraction(1, len(team_ids))
            if share:
                found[team_id][area_id] = plans[area_id] * share
    return found


def _expected(
    plan_milli: int, weights: Mapping[int, Fraction], adjusted: Mapping[int, tuple[Adjustment, ...]]
) -> int:
    if not any(area_id in adjusted for area_id in weights):
        return plan_milli
    factors = {
        area_id: prod((Fraction(one.permille, ALL) for one in adjusted.get(area_id, ())), start=Fraction(1))
        for area_id in weights
    }
    moved = sum((weights[area_id] * factors[area_id] for area_id in weights), Fraction(0))
    return max(1, round(plan_milli * moved / sum(weights.values(), Fraction(0))))


def _changes(
    sources: Sources, source: IndicatorSource, shown: Mapping[int, Measured], rules: Rules
) -> dict[int, Change]:
    """Of every team its last days up to yesterday against as many before, by kind of team."""
    last = min(sources.today - timedelta(days=1), sources.campaign.ends_on)
    middle = last - timedelta(days=rules.span_days)
    first = max(middle - timedelta(days=rules.span_days - 1), sources.campaign.starts_on)
    if first > middle:
        return {}
    campaign_id, indicator_id = sources.campaign.id, source.indicator.id
    before = ledger.spans(campaign_id, indicator_id, first, middle)
    lately = ledger.spans(campaign_id, indicator_id, middle + timedelta(days=1), last)
    kinds: dict[str, list[int]] = defaultdict(list)
    for team_id in sorted(shown):
        kinds[sources.teams[team_id].kind].append(team_id)
    found: dict[int, Change] = {}
    for team_ids in kinds.values():
        spans = [
            TeamSpans(
                str(team_id),
                _span(before.get(team_id)),
                _span(lately.get(team_id)),
                is_short=source.deductions.get(team_id, NOT_DEDUCTED).is_short,
            )
            for team_id in team_ids
        ]
        found |= dict(zip(team_ids, _told(changes(spans)), strict=True))
    return found


def _span(found: ledger.TeamSpan | None) -> Span:
    return Span(found.days, found.quantity_milli, found.squares) if found else NO_SPAN


def _told(found: Changes) -> list[Change]:
    usual = percent_change(found.usual)
    return [
        Change(
            one.trend.value,
            percent_change(one.change),
            percent_change(one.low),
            percent_change(one.high),
            usual,
        )
        for one in found.teams
    ]


def percent_change(share: float | None) -> Decimal | None:
    """A change in percent with one decimal."""
    return None if share is None else rounded(Fraction(share) * 100, 1)


def _help(sources: Sources, source: IndicatorSource, shown: Mapping[int, Measured]) -> dict[int, HelpGiven]:
    """What was recorded for places that are neither the team's own nor lie in it, nor hold it."""
    amounts: dict[int, int] = defaultdict(int)
    names: dict[int, set[str]] = defaultdict(set)
    for (area_id, team_id), sums in source.sums.items():
        home, there = sources.teams[team_id].area_path, sources.areas[area_id]
        if team_id not in shown or sums.claimed_milli <= 0:
            continue
        if not (there.path.startswith(home) or home.startswith(there.path)):
            amounts[team_id] += sums.claimed_milli
            names[team_id].add(there.name)
    return {team_id: HelpGiven(milli, tuple(sorted(names[team_id]))) for team_id, milli in amounts.items()}


def _like(
    sources: Sources, expected: Mapping[int, int], told: Mapping[int, tuple[Adjustment, ...]]
) -> dict[int, tuple[int, ...]]:
    """Teams of the same kind, with hardships or without like it, nearest by what is expected of them."""
    groups: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
    for team_id, milli in expected.items():
        is_hard = any(one.kind == "hardship" for one in told[team_id])
        groups[sources.teams[team_id].kind, is_hard].append((milli, team_id))
    found: dict[int, tuple[int, ...]] = {}
    for group in groups.values():
        ordered = sorted(group)
        for place, (milli, team_id) in enumerate(ordered):
            start = max(0, min(place - LIKE_COUNT_MAX // 2, len(ordered) - LIKE_COUNT_MAX - 1))
            near = ordered[start : start + LIKE_COUNT_MAX + 1]
            found[team_id] = tuple(
                other
                for other_milli, other in near
                if other != team_id
                and other_milli <= LIKE_RATIO_MAX * milli
                and milli <= LIKE_RATIO_MAX * other_milli
            )
    return found
