"""The tree of places with its teams, measured; and what of it may be published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from dure.engine.plan import split_target
from dure.kernel.must import must
from dure.movement.places.types import AreaFacts
from dure.movement.standings.measures import NOTHING, Measured, Plan, Sums, measured, part_of, plan_of, sum_of
from dure.movement.standings.privacy import Key, Part, publishable
from dure.movement.standings.sources import IndicatorSource, Sources

TOTAL: Key = ("total", 0)


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


@dataclass(frozen=True, slots=True)
class Board:
    """One indicator, whole, and the keys (``("area", id)``, ``("team", id)``, TOTAL) of what may be told of it.

    ``published``: the figure; ``counted``: how many entries stand behind it, which is a count of people.
    """

    total: Measured
    places: tuple[Place, ...]
    teams: Mapping[int, Measured]
    published: frozenset[Key]
    counted: frozenset[Key]


def board(sources: Sources, source: IndicatorSource) -> Board:
    """Measure every place and every team of one indicator."""
    roots = _tree(sources)
    places = [place for root in roots for place in _walk(root)]
    direct: dict[int, Sums] = defaultdict(Sums)
    for (area_id, _), sums in source.sums.items():
        direct[area_id] += sums
    for place in places:
        place.direct = direct[place.area.id]
    for root in roots:
        _measure(root, sources, source)
    total_sums = reduce(add, (root.whole.sums for root in roots), NOTHING)
    must(total_sums == reduce(add, source.sums.values(), NOTHING), "the total is the sum of its leaves")
    total_plan = sum_of([root.plan for root in roots if root.plan])
    total = measured(
        total_sums,
        total_plan,
        planned_milli=sum(root.whole.planned_milli for root in roots),
        confirmed=all(root.is_vouched for root in roots),
    )
    teams = _teams(sources, source, {place.area.id: place for place in places})
    keys = {("area", place.area.id) for place in places} | {("team", team) for team in teams} | {TOTAL}
    # Hours are about people; output is a team's public outcome, though not how many brought it in (P9).
    is_about_people = source.indicator.kind == "hours"
    names_people = bool(source.people_by_team)
    safe = publishable(_parts(roots, source, teams)) if is_about_people or names_people else frozenset(keys)
    published = safe if is_about_people else frozenset(keys)
    return Board(total, tuple(places), teams, published, counted=safe)


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


def _measure(place: Place, sources: Sources, source: IndicatorSource) -> None:
    """Sums of what lies below; the place's own target, or else those below added up."""
    for child in place.below:
        _measure(child, sources, source)
    sums = reduce(add, (child.whole.sums for child in place.below), place.direct)
    below_vouched = all(child.is_vouched for child in place.below)
    target = source.targets.get(place.area.id)
    if target is None:
        place.plan = sum_of([child.plan for child in place.below if child.plan])
        planned_milli = sum(child.whole.planned_milli for child in place.below)
        place.whole = measured(sums, place.plan, planned_milli=planned_milli, confirmed=below_vouched)
    else:
        place.target_id = target.id
        place.plan = plan_of(
            target,
            first_day=sources.campaign.starts_on,
            today=sources.today,
            confirmed=sources.confirmations.get(target.id),
        )
        place.whole = measured(
            sums,
            place.plan,
            planned_milli=sums.claimed_milli,
            confirmed=place.plan.confirmed is not None,
        )
    place.is_vouched = below_vouched and not place.whole.is_held


def _teams(sources: Sources, source: IndicatorSource, places: Mapping[int, Place]) -> dict[int, Measured]:
    """Every team that was asked for or recorded anything, measured by its part of the plans where it works."""
    cells = sorted(sources.seats.keys() | source.sums.keys())
    areas_of: dict[int, list[int]] = defaultdict(list)
    teams_at: dict[int, list[int]] = defaultdict(list)
    for area_id, team_id in cells:
        areas_of[team_id].append(area_id)
        teams_at[area_id].append(team_id)
    # Kitchens and drivers have no part of what the fields are to bring in: the kinds of teams that recorded
    # any of it share the plan, those that brought nothing yet among them.
    counting = {sources.teams[team_id].kind for (_, team_id), sums in source.sums.items() if sums.n}
    parts: dict[tuple[int, int], Plan] = {}
    for area_id, at_place in teams_at.items():
        plan = places[area_id].plan
        if plan is None or area_id not in source.targets:
            continue
        like = [team_id for team_id in at_place if sources.teams[team_id].kind in counting] or at_place
        asked = [team_id for team_id in like if sources.seats.get((area_id, team_id), 0)]
        # Where nobody was asked for, all teams are meant alike.
        weights = [sources.seats[area_id, team_id] for team_id in asked] or [1] * len(like)
        shares = split_target(plan.plan_milli, weights)
        for team_id, share_milli in zip(asked or like, shares, strict=True):
            parts[area_id, team_id] = part_of(plan, share_milli)
    return {
        team_id: _team(
            {area_id: source.sums.get((area_id, team_id), NOTHING) for area_id in area_ids},
            {area_id: parts[area_id, team_id] for area_id in area_ids if (area_id, team_id) in parts},
        )
        for team_id, area_ids in areas_of.items()
    }


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
