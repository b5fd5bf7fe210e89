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
from dure.operations.place_names import place_name

# A page that somebody reads; the file of the campaign has them all.
TARGETS_SHOWN_MAX = 300
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
        return self.team.name if self.team else place_name(self.area)


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """One indicator's targets at a place: its own, its teams' and those of what lies in it. ``regions``: where the
    ``left_out_count`` others are read."""

    indicator: IndicatorFacts
    own: tuple[TargetRow, ...]
    below: tuple[TargetRow, ...]
    left_out_count: int
    regions: tuple[AreaFacts, ...]


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
        towns = [pk for pk in places.ids_under(area.path) if pk != area.id]
        found += campaigns.targets_in(campaign.id, towns[:TOWNS_MAX])
    parted = []
    for indicator in campaigns.indicators(campaign.id):
        mine = [one for one in found if one.indicator_id == indicator.id]
        own = [one for one in mine if one.area_id == area.id]
        below = [one for one in mine if one.area_id != area.id and one.team_id is None]
        if mine:
            parted.append((indicator, own, below[:TARGETS_SHOWN_MAX], len(below)))
    # Names of what is shown alone: a nation has thousands of targets.
    rows = {
        row.target.id: row for row in rows_of([one for _, own, below, _ in parted for one in (*own, *below)])
    }
    regions = tuple(child for child in children if child.kind == "region")
    return [
        IndicatorPlan(
            indicator,
            own=tuple(rows[one.id] for one in own),
            below=tuple(rows[one.id] for one in below),
            left_out_count=count - len(below),
            regions=regions if count > len(below) else (),
        )
        for indicator, own, below, count in parted
    ]


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
