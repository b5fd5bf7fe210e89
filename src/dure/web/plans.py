"""The plan as pages show it: the targets of a place, and below them those of what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from dure.kernel.refusals import NotFound
from dure.movement.campaigns import pleas
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts, PleaFacts, TargetFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts

# A page that somebody reads; the file of the campaign has them all.
TARGETS_SHOWN_MAX = 500
PLEAS_SHOWN_MAX = 100
# Below what every SQLite takes as values of one statement.
TOWNS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with the place or team that it is for."""

    target: TargetFacts
    area: AreaFacts
    team: TeamFacts | None

    @property
    def name(self) -> str:
        return self.team.name if self.team else self.area.name


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """One indicator's targets at a place: its own, its teams' and those of what lies in it."""

    indicator: IndicatorFacts
    own: tuple[TargetRow, ...]
    below: tuple[TargetRow, ...]
    left_out_count: int


@dataclass(frozen=True, slots=True)
class PleaRow:
    """Somebody argues for another target."""

    plea: PleaFacts
    row: TargetRow
    indicator: IndicatorFacts
    is_late: bool


def place_asked_for(request: HttpRequest, campaign: CampaignFacts) -> AreaFacts:
    """The place in the address (``?place=``), else all of the campaign's. Refuses with NotFound."""
    code = request.GET.get("place", "")
    try:
        area = places.by_code(code) if code else places.area(campaign.area_id)
    except AreaUnknown as unknown:
        raise NotFound(what="place") from unknown
    if not area.path.startswith(campaign.area_path):
        raise NotFound(what="place")
    return area


def plan_at(campaign: CampaignFacts, area: AreaFacts) -> list[IndicatorPlan]:
    """Every indicator that has targets at ``area`` or directly in it; where that has none, in its towns."""
    children = places.children(area.id)
    found = campaigns.targets_in(campaign.id, [area.id, *(child.id for child in children)])
    if not any(one.area_id != area.id for one in found):
        towns = [town.id for town in places.towns_under(area.path) if town.id != area.id]
        found += campaigns.targets_in(campaign.id, towns[:TOWNS_MAX])
    rows = rows_of(found)
    plans = []
    for indicator in campaigns.indicators(campaign.id):
        mine = [row for row in rows if row.target.indicator_id == indicator.id]
        own = [row for row in mine if row.area.id == area.id]
        below = [row for row in mine if row.area.id != area.id and row.team is None]
        if mine:
            left_out = max(0, len(below) - TARGETS_SHOWN_MAX)
            plans.append(IndicatorPlan(indicator, tuple(own), tuple(below[:TARGETS_SHOWN_MAX]), left_out))
    return plans


def rows_of(targets: list[TargetFacts]) -> list[TargetRow]:
    areas = places.areas({one.area_id for one in targets})
    teams = people.teams({one.team_id for one in targets if one.team_id is not None})
    return [
        TargetRow(one, areas[one.area_id], teams[one.team_id] if one.team_id is not None else None)
        for one in targets
    ]


def pleas_of(campaign: CampaignFacts, today: date) -> list[PleaRow]:
    """What was argued about the campaign's targets: the open ones first."""
    found = pleas.of(campaign.id)[:PLEAS_SHOWN_MAX]
    rows = {
        row.target.id: row
        for row in rows_of(campaigns.targets_where(pk__in=[one.target_id for one in found]))
    }
    indicators = {one.id: one for one in campaigns.indicators(campaign.id)}
    return [
        PleaRow(one, row := rows[one.target_id], indicators[row.target.indicator_id], one.is_late(today))
        for one in found
    ]
