"""Handing targets down by need: what is asked for below, from the room of needs."""

from __future__ import annotations

from datetime import datetime

from dure.base.access import Actor
from dure.movement.campaigns import plan
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.plan import To
from dure.movement.campaigns.types import Split, TargetFacts
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places


def need_of(target_id: int, to: To) -> dict[int, int]:
    """Seats asked for by place or team directly below a target's place, those of all its days; by id.

    Refuses with NotFound.
    """
    target = campaigns.target(target_id)
    campaign_id = campaigns.indicator(target.indicator_id).campaign_id
    seats = needs.seats_by_team(campaign_id=campaign_id)
    found: dict[int, int] = {}
    if to == "teams":
        for (area_id, team_id), count in seats.items():
            if area_id == target.area_id:
                found[team_id] = found.get(team_id, 0) + count
        return found
    paths = {area.id: area.path for area in places.areas({area_id for area_id, _ in seats}).values()}
    for child in places.children(target.area_id):
        inside = (count for (area_id, _), count in seats.items() if paths[area_id].startswith(child.path))
        found[child.id] = sum(inside)
    return found


def split_down(
    *, actor: Actor, target_id: int, rule: Split, to: To, weights: dict[int, int] | None, now: datetime
) -> tuple[TargetFacts, ...]:
    """:func:`dure.movement.campaigns.plan.split_down`; by need without weights, the seats asked for are taken."""
    if rule == "need" and not weights:
        weights = need_of(target_id, to)
    return plan.split_down(actor=actor, target_id=target_id, rule=rule, to=to, weights=weights, now=now)
