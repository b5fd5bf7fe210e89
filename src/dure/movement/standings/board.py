"""The tree of places with its teams, measured; and what of it may be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

from dure.engine.plan import split_target
from dure.kernel.must import must
from dure.kernel.quantities import MILLI
from dure.movement.campaigns.types import TargetFacts
from dure.movement.places.types import AreaFacts
from dure.movement.standings.measures import NOTHING, Measured, Sums, measured
from dure.movement.standings.plans import Plan, part_of, plan_of, sum_of, target_to_confirm
from dure.movement.standings.privacy import Key, Part, publishable, publishable_heads
from dure.movement.standings.safety import Safety, Unsafe
from dure.movement.standings.sources import IndicatorSource, Sources

TOTAL: Key = ("total", 0)
OwnPlans = dict[int, dict[int, Plan]]


@dataclass(slots=True)
class Place:
    """An area with its part of the tree. ``direct``: recorded for the area itself, not for one below it."""

    area: AreaFacts
    depth: int
    below: list[Place] = field(default_factory=list)
    direct: Sums = NOTHING
    plan: Plan | None = None
    target_id: int | None = None
    whole: Measured = field(default_factory=lambda: Measured(NOTHING, 0, None, is_held=False))
    # No figure over 105 % in it waits for a name.
    is_vouched: bool = True
    # Nor does one beyond a limit of safety.
    is_looked_at: bool = True


@dataclass(frozen=True, slots=True)
class Board:
    """One indicator, whole, and the keys (``("area", id)``, ``("team", id)``, TOTAL) of what may be told of it.

    ``published``: the figure; ``counted``: how many entries stand behind it, which is a count of people.
    ``unsafe``: what waits for a named person to look at its safety.
    """

    total: Measured
    places: tuple[Place, ...]
    teams: Mapping[int, Measured]
    published: frozenset[Key]
    counted: frozenset[Key]
    unsafe: tuple[Unsafe, ...] = ()


def board(sources: Sources, source: IndicatorSource) -> Board:
    """Measure every place and every team of one indicator."""
    roots = _tree(sources)
    places = [place for root in roots for place in _walk(root)]
    direct: dict[int, Sums] = defaultdict(Sums)
    for (area_id, _), sums in source.sums.items():
        direct[area_id] += sums
    for place in places:
        place.direct = direct[place.area.id]
    safety = Safety(sources, source)
    own = _own_plans(sources, source)
    for root in roots:
        _measure(root, sources, source, own, safety)
    teams = _teams(sources, source, {place.area.id: place for place in places}, own, safety)
    total = _total(roots, source)
    keys = {("area", place.area.id) for place in places} | {("team", team) for team in teams} | {TOTAL}
    # Hours are about people; output is a team's public outcome, though not how many brought it in (P9).
    is_about_people = source.indicator.kind == "hours"
    names_people = bool(source.people_by_team)
    judged = publishable_heads if source.indicator.aggregation == "people" else publishable
    safe = judged(_parts(roots, source, teams)) if is_about_people or names_people else frozenset(keys)
    published = safe if is_about_people else frozenset(keys)
    return Board(total, tuple(places), teams, published, counted=safe, unsafe=tuple(safety.unsafe))


def _total(roots: list[Place], source: IndicatorSource) -> Measured:
    sums = reduce(add, (root.whole.sums for root in roots), NOTHING)
    if source.indicator.aggregation == "people":
        # People of several roots can't be told apart, so only the largest is sure.
        claimed_milli = max((root.whole.sums.claimed_milli for root in roots), default=0)
        sums = replace(sums, claimed_milli=claimed_milli)
        largest = max(roots, key=lambda root: root.whole.sums.claimed_milli)
        return replace(largest.whole, sums=sums)
    must(sums == reduce(add, source.sums.values(), NOTHING), "the total is the sum of its leaves")
    whole = measured(
        sums,
        sum_of([root.plan for root in roots if root.plan]),
        planned_milli=sum(root.whole.planned_milli for root in roots),
        confirmed=all(root.is_vouched for root in roots),
    )
    return replace(whole, is_unsafe=any(root.whole.is_unsafe for root in roots))


def _tree(sources: Sources) -> list[Place]:
    """Places under the campaign's area, and what was recorded elsewhere; by name."""
    nodes = {area.id: Place(area, depth=0) for area in sources.areas.values()}
    roots = []
    for node in sorted(nodes.values(), key=lambda node: (node.area.name, node.area.id)):
        parent = nodes.get(node.area.parent_id) if node.area.parent_id is not None else None
        if parent is None or node.area.id == sources.campaign.area_id:
            roots.append(node)
        else:
            parent.below.append(node)
    for root in roots:
        _set_depths(root, 0)
    return roots


def _set_depths(place: Place, depth: int) -> None:
    place.depth = depth
    for child in place.below:
        _set_depths(child, depth + 1)


def _walk(place: Place) -> list[Place]:
    return [place, *(found for child in place.below for found in _walk(child))]


def _own_plans(sources: Sources, source: IndicatorSource) -> OwnPlans:
    """The plans of teams that have targets of their own, by place and team."""
    own: OwnPlans = defaultdict(dict)
    for (area_id, team_id), targets in source.team_targets.items():
        own[area_id][team_id] = _plan(targets, sources, source)
    return own


def _plan(targets: Sequence[TargetFacts], sources: Sources, source: IndicatorSource) -> Plan:
    return plan_of(
        targets,
        aggregation=source.indicator.aggregation,
        days_off=sources.days_off,
        today=sources.today,
        confirmations=sources.confirmations,
    )


def _measure(place: Place, sources: Sources, source: IndicatorSource, own: OwnPlans, safety: Safety) -> None:
    """Sums of what lies below; the place's own target, or else those below added up."""
    for child in place.below:
        _measure(child, sources, source, own, safety)
    sums = reduce(add, (child.whole.sums for child in place.below), place.direct)
    is_heads = source.indicator.aggregation == "people"
    if is_heads:
        sums = replace(sums, claimed_milli=source.people_by_area.get(place.area.id, 0) * MILLI)
    below_vouched = all(child.is_vouched for child in place.below)
    targets = source.targets.get(place.area.id)
    if targets:
        place.plan = _plan(targets, sources, source)
        place.target_id = target_to_confirm(targets, place.plan, sources.confirmations)
        planned_milli, confirmed = sums.claimed_milli, place.plan.confirmed is not None
    else:
        here = own.get(place.area.id, {})
        # Different people are never added up, nor are plans of them.
        below = [] if is_heads else [*(child.plan for child in place.below), *here.values()]
        place.plan = sum_of([plan for plan in below if plan])
        planned_milli = sum(child.whole.planned_milli for child in place.below) + sum(
            source.sums.get((place.area.id, team_id), NOTHING).claimed_milli for team_id in here
        )
        confirmed = below_vouched and all(plan.confirmed for plan in here.values())
    place.whole = measured(sums, place.plan, planned_milli=planned_milli, confirmed=confirmed)
    place.is_vouched = below_vouched and not place.whole.is_held
    safety.look_at_place(place, has_target=bool(targets))


def _teams(
    sources: Sources,
    source: IndicatorSource,
    places: Mapping[int, Place],
    own: OwnPlans,
    safety: Safety,
) -> dict[int, Measured]:
    """Every team that was asked for or recorded anything, measured by its part of the plans where it works."""
    cells = sorted(sources.seats.keys() | source.sums.keys() | source.team_targets.keys())
    areas_of: dict[int, list[int]] = defaultdict(list)
    teams_at: dict[int, list[int]] = defaultdict(list)
    for area_id, team_id in cells:
        areas_of[team_id].append(area_id)
        teams_at[area_id].append(team_id)
    # Kitchens and drivers have no part of what the fields are to bring in: the kinds of teams that recorded
    # any of it share the plan, those that brought nothing yet among them.
    counting = {sources.teams[team_id].kind for (_, team_id), sums in source.sums.items() if sums.n}
    parts = {cell: own[cell[0]][cell[1]] for cell in source.team_targets}
    for area_id, at_place in teams_at.items():
        plan = places[area_id].plan
        if plan is None or area_id not in source.targets or source.indicator.aggregation == "people":
            continue
        mine = own.get(area_id, {})
        free = [team_id for team_id in at_place if team_id not in mine]
        # What teams have targets of their own for is no part of the others'.
        left_milli = plan.plan_milli - sum(one.plan_milli for one in mine.values())
        like = [team_id for team_id in free if sources.teams[team_id].kind in counting] or free
        if not like or left_milli <= 0:
            continue
        asked = [team_id for team_id in like if sources.seats.get((area_id, team_id), 0)]
        # Where nobody was asked for, all teams are meant alike.
        weights = [sources.seats[area_id, team_id] for team_id in asked] or [1] * len(like)
        shares = split_target(left_milli, weights)
        for team_id, share_milli in zip(asked or like, shares, strict=True):
            parts[area_id, team_id] = part_of(plan, share_milli)
    measured_teams = {}
    for team_id, area_ids in areas_of.items():
        whole = _team(
            {area_id: source.sums.get((area_id, team_id), NOTHING) for area_id in area_ids},
            {area_id: parts[area_id, team_id] for area_id in area_ids if (area_id, team_id) in parts},
        )
        if source.indicator.aggregation == "people":
            claimed_milli = source.people_by_team.get(team_id, 0) * MILLI
            whole = measured(
                replace(whole.sums, claimed_milli=claimed_milli),
                whole.plan,
                planned_milli=claimed_milli if whole.plan else 0,
                confirmed=bool(whole.plan and whole.plan.confirmed),
            )
        measured_teams[team_id] = safety.look_at_team(team_id, whole)
    return measured_teams


def _team(sums: Mapping[int, Sums], plans: Mapping[int, Plan]) -> Measured:
    return measured(
        reduce(add, sums.values(), NOTHING),
        sum_of(list(plans.values())),
        planned_milli=sum(sums[area_id].claimed_milli for area_id in plans),
        confirmed=all(plan.confirmed for plan in plans.values()),
    )


def _parts(roots: list[Place], source: IndicatorSource, teams: Mapping[int, Measured]) -> Part:
    """The tree as promise P9 sees it: a team that works in one place is a part of that place; what a team does in
    several places is a nameless rest of each, so its own sum is never published."""
    homes: dict[int, set[int]] = defaultdict(set)
    for (area_id, team_id), sums in source.sums.items():
        if not sums.is_empty:
            homes[team_id].add(area_id)
    crews: dict[int, list[Part]] = defaultdict(list)
    for team_id, whole in teams.items():
        heads = source.people_by_team.get(team_id, 0)
        if len(homes[team_id]) == 1:
            crews[next(iter(homes[team_id]))].append(Part(("team", team_id), heads))
            continue
        for area_id in homes[team_id]:
            # How many of the team's people were here isn't known.
            crews[area_id].append(Part(("rest", team_id), 0, is_named=False))
        must(bool(homes[team_id]) or whole.sums.is_empty, "what was recorded was recorded somewhere")
    idle = [Part(("team", team), 0, is_empty=True) for team in teams if not homes[team]]
    tops = [_part(root, source, crews) for root in roots]
    # People of several roots can't be told apart, so only the largest is sure.
    heads = max((top.people_count for top in tops), default=0)
    is_empty = all(top.is_empty for top in tops)
    return Part(TOTAL, heads, (*tops, *idle), is_empty=is_empty)


def _part(place: Place, source: IndicatorSource, crews: Mapping[int, list[Part]]) -> Part:
    parts = [_part(child, source, crews) for child in place.below] + crews.get(place.area.id, [])
    heads = source.people_by_area.get(place.area.id, 0)
    return Part(("area", place.area.id), heads, tuple(parts), is_empty=place.whole.sums.is_empty)
