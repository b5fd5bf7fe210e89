"""The plan as a tree: targets handed down to places and teams by a rule, and always summing to the parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import transaction
from django.db.models import F

from dure.base.access import Actor
from dure.engine.plan import split_target
from dure.engine.plan.periods import overlapping
from dure.engine.plan.tree import next_target, sums_stand
from dure.kernel.must import must
from dure.kernel.quantities import show_milli
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import reads
from dure.movement.campaigns.errors import CampaignClosed, SplitBad, TargetStands
from dure.movement.campaigns.models import Campaign, Target
from dure.movement.campaigns.targets import CHUNK_ROWS, drop_parts, fallen_level
from dure.movement.campaigns.types import CampaignFacts, Split, TargetFacts
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts

To = Literal["places", "teams"]
SOURCE_CHARS_MAX: Final = 200
_RULE_WORDS: Final[dict[Split, str]] = {
    "stated": "parts as stated",
    "population": "by population",
    "capacity": "by rated capacity",
    "need": "by need",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a target would be in the next campaign, of as many days as that has."""

    target: TargetFacts
    plan_milli: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A place or a team that may carry a part; ``weight``: people, capacity, need, or the part itself."""

    area_id: int
    team_id: int | None
    weight: int


def split_down(
    *,
    actor: Actor,
    target_id: int,
    rule: Split,
    to: To = "places",
    weights: Mapping[int, int] | None = None,
    now: datetime,
) -> tuple[TargetFacts, ...]:
    """Give every place directly below a target's place, or every team at home there, its part; the parts sum to it.

    ``rule``: *population* takes the people of the places; *capacity*, *need* and *stated* take ``weights`` by the id
    of the place or team (rated capacities and stated parts in milli-units; open seats or any stated weights for
    need), and who isn't named, or has 0, gets nothing. In a draft the split before it is undone; in an open campaign
    a target can be split once, for what stands isn't changed (F9).

    Refuses with NotFound, NotAllowed, CampaignClosed, TargetStands, PleaOpen and SplitBad (nobody below; a weight
    for what isn't below; stated parts that don't sum to the target; more than the rated capacities carry; different
    people, who are never added up; a part for what has a target of its own).
    """
    must(now.tzinfo is not None, "now is aware")
    with transaction.atomic():
        # Write first and hold the row: two splits at once would both find nothing below.
        Target.objects.filter(pk=target_id).update(split=F("split"))
        target = reads.target(target_id)
        indicator = reads.indicator(target.indicator_id)
        Campaign.objects.filter(pk=indicator.campaign_id).update(state=F("state"))
        campaign = reads.campaign_by_id(indicator.campaign_id)
        area = places.area(target.area_id)
        actor.must_organise(area.path, what="handing this target down")
        if campaign.state == "closed":
            raise CampaignClosed(slug=campaign.slug)
        if indicator.aggregation == "people":
            raise SplitBad(what="different people are never added up", wanted="a target of each place's own")
        parts = _parts(target, area, rule, to, weights)
        shares = _shares(target, rule, parts)
        _make_room(campaign, target)
        _refuse_taken(target, parts)
        Target.objects.bulk_create(
            [_row(target, part, share, rule) for part, share in zip(parts, shares, strict=True) if share],
            batch_size=CHUNK_ROWS,
        )
        if (fallen := fallen_level(indicator)) is not None:
            what = f"{places.area(fallen).name} would get a lower level than in the period before"
            raise SplitBad(what=what, wanted="weights by which no level falls")
    return parts_of(target_id)


def parts_of(target_id: int) -> tuple[TargetFacts, ...]:
    """What a target was split into, directly below it."""
    return tuple(reads.targets_where(parent_id=target_id))


def uneven(campaign_id: int) -> list[TargetFacts]:
    """Targets whose parts don't sum to them; a campaign with one can't be opened."""
    found = {target.id: target for target in reads.targets(campaign_id)}
    keys = sums_stand([(one.id, one.parent_id, one.plan_milli) for one in found.values()])
    return [found[key] for key in keys]


def propose(*, actor: Actor, campaign_id: int, days_next: int) -> tuple[Proposed, ...]:
    """What each target would be in a campaign of ``days_next`` days, without a ratchet (F8) and within the capacity.

    Only the targets that are no part of another are carried on; their parts follow in today's proportions, so that
    they sum to them. Refuses with NotFound, NotAllowed, and BadInput for less than a day.
    """
    campaign = reads.campaign_by_id(campaign_id)
    actor.must_organise(campaign.area_path, what="planning the next campaign")
    if days_next < 1:
        raise BadInput(where="days", what=f"{days_next} can't be", wanted="1 or more")
    found = reads.targets(campaign_id)
    below: dict[int | None, list[TargetFacts]] = {}
    for target in found:
        below.setdefault(target.parent_id, []).append(target)
    proposed = {one.id: _next(one, days_next) for one in below.get(None, [])}
    todo = list(below.get(None, []))
    while todo:
        parent = todo.pop()
        if parts := below.get(parent.id):
            shares = split_target(proposed[parent.id], [part.plan_milli for part in parts])
            proposed |= {part.id: share for part, share in zip(parts, shares, strict=True)}
            todo += parts
    return tuple(Proposed(target, proposed[target.id]) for target in found)


def _next(target: TargetFacts, days_next: int) -> int:
    return next_target(
        target.plan_milli,
        days=(target.deadline - target.starts_on).days + 1,
        days_next=days_next,
        rated_capacity_milli=target.rated_capacity_milli,
    )


def _parts(
    target: TargetFacts, area: AreaFacts, rule: Split, to: To, weights: Mapping[int, int] | None
) -> list[_Part]:
    """Who may carry a part, with the weight that the rule gives."""
    if target.team_id is not None:
        raise SplitBad(what="a team has nothing below it", wanted="the target of a place")
    weight_of: Mapping[int, int]
    if to == "places":
        below = places.children(area.id)
        ids = [child.id for child in below]
        weight_of = {child.id: child.population for child in below}
    else:
        ids = sorted(team.id for team in people.teams_under(area.path) if team.area_id == area.id)
        weight_of = {}
    if rule == "population" and to == "teams":
        raise SplitBad(what="teams have no population", wanted="need, capacity or stated parts")
    if rule != "population":
        weight_of = weights or {}
    elif weights:
        raise SplitBad(what="weights are stated beside the population", wanted="one of the two")
    if strange := sorted(weight_of.keys() - set(ids)):
        raise SplitBad(what=f"{strange[0]} is not directly below {area.name}", wanted=f"{to} directly below")
    if any(weight < 0 for weight in weight_of.values()):
        raise SplitBad(what="a weight is below zero", wanted="0 or more")
    parts = [
        _Part(area.id if to == "teams" else one, one if to == "teams" else None, weight_of.get(one, 0))
        for one in ids
    ]
    if not any(part.weight for part in parts):
        raise SplitBad(
            what=f"there is nobody below {area.name} with a weight", wanted=f"{to} to carry a part"
        )
    return parts


def _shares(target: TargetFacts, rule: Split, parts: Sequence[_Part]) -> tuple[int, ...]:
    weights = [part.weight for part in parts]
    total = sum(weights)
    if rule == "stated" and total != target.plan_milli:
        what = f"the stated parts sum to {show_milli(total)}"
        raise SplitBad(what=what, wanted=f"{show_milli(target.plan_milli)}, what is to be handed down")
    if rule == "capacity" and total < target.plan_milli:
        # A limit of safety isn't planned away (PROMISES.md, F7).
        what = f"the rated capacities sum to {show_milli(total)}, less than the target"
        raise SplitBad(what=what, wanted=f"at least {show_milli(target.plan_milli)}, or a smaller target")
    return split_target(target.plan_milli, weights)


def _make_room(campaign: CampaignFacts, target: TargetFacts) -> None:
    if campaign.state == "open" and parts_of(target.id):
        raise TargetStands(area_id=target.area_id)
    drop_parts([target.id])


def _refuse_taken(target: TargetFacts, parts: Sequence[_Part]) -> None:
    """No part for a place or team that has a target of its own on one of these days."""
    cells = {(part.area_id, part.team_id) for part in parts if part.weight}
    for other in reads.targets_where(indicator_id=target.indicator_id):
        if (other.area_id, other.team_id) in cells and overlapping(
            [(other.starts_on, other.deadline), (target.starts_on, target.deadline)]
        ):
            name = places.area(other.area_id).name
            raise SplitBad(what=f"{name} has a target of its own", wanted="a place without one")


def _row(target: TargetFacts, part: _Part, share_milli: int, rule: Split) -> Target:
    words = f" ({_RULE_WORDS[rule]})"
    return Target(
        indicator_id=target.indicator_id,
        area_id=part.area_id,
        team_id=part.team_id,
        parent_id=target.id,
        split=rule,
        starts_on=target.starts_on,
        deadline=target.deadline,
        plan_milli=share_milli,
        rated_capacity_milli=part.weight if rule == "capacity" else None,
        source=target.source[: SOURCE_CHARS_MAX - len(words)] + words,
        source_date=target.source_date,
    )
