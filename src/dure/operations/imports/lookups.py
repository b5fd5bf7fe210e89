"""Names in a file to things in the rooms: towns, campaigns, teams. Each is asked for once an import."""

from __future__ import annotations

import difflib
import math
from datetime import date
from zoneinfo import ZoneInfo

from dure.base.access import SYSTEM
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations.imports.cells import Cells
from dure.operations.imports.heading_words import without_accents

# A town and its people lie together: what is farther away was mistyped, or lat and lon were swapped.
FROM_TOWN_KM_MAX = 100


class Towns:
    """Towns by code, by name, and by "Name, Region"; and ``by_id``. ``within``: paths of the areas they lie in."""

    def __init__(self, within: tuple[str, ...] = ("/",)) -> None:
        self.by_id: dict[int, AreaFacts] = {}
        self._found: dict[str, list[AreaFacts]] = {}
        # Keyboards and spreadsheets lose accents: asked only where nothing has the very name.
        self._plain: dict[str, list[AreaFacts]] = {}
        self._outside: set[str] = set()
        for country in places.countries():
            regions = {region.id: region for region in places.children(country.id)}
            for town in places.towns_under(country.path):
                names = self._names(town, regions.get(town.parent_id or 0))
                if not town.path.startswith(within):
                    self._outside.update(map(without_accents, names))
                    continue
                self.by_id[town.id] = town
                for name in names:
                    self._found.setdefault(name, []).append(town)
                for name in map(without_accents, names):
                    self._plain.setdefault(name, []).append(town)

    @staticmethod
    def _names(town: AreaFacts, region: AreaFacts | None) -> set[str]:
        # A place of an own list stands behind its country's code; the list knows it without.
        names = {_folded(town.code), _folded(town.code.removeprefix(f"{town.country}-"))}
        own = [name for name in (town.name, town.name_local) if name]
        regional = [name for name in (region.name, region.name_local, region.code) if name] if region else []
        names.update(map(_folded, own))
        names.update(_folded(f"{name}, {where}") for name in own for where in regional)
        return names

    def town(self, cells: Cells, column: str) -> AreaFacts | None:
        """The town a cell names; None, and noted, when there is none or more than one."""
        name = _folded(cells.row.cells[column])
        found = self._found.get(name) or self._plain.get(without_accents(name), [])
        if len(found) == 1:
            return found[0]
        if not name:
            cells.note(column, "is empty", "a town")
        elif found:
            cells.note(column, f"there are {len(found)} towns of that name", 'its code or "Name, Region"')
        elif without_accents(name) in self._outside:
            what = f"{cells.row.cells[column].strip()[:40]!r} lies outside the places you organise here"
            cells.note(column, what, "a town of them: other people belong to a campaign of a wider area")
        elif not self._found:
            cells.note(
                column, "no towns are known here yet", "`dure areas add` or `dure import places` run before"
            )
        else:
            near = difflib.get_close_matches(name, self._found, n=1)
            hint = (
                f"a known town, such as {self._found[near[0]][0].name}"
                if near
                else "the name or code of a known town"
            )
            cells.note(column, f"{cells.row.cells[column].strip()[:40]!r} is no known town", hint)
        return None


def _folded(name: str) -> str:
    return ", ".join(part.strip() for part in name.casefold().split(","))


def position(cells: Cells, town: AreaFacts | None) -> tuple[float, float]:
    """The row's lat and lon, or the town's centre; noted when one is missing or far from the town."""
    lat, lon = cells.degrees("lat", 90), cells.degrees("lon", 180)
    for one, other in (("lat", "lon"), ("lon", "lat")):
        if cells.filled(one) and not cells.filled(other):
            cells.note(other, f"is empty, {one} is not", "both or none")
    centre = (town.lat, town.lon) if town else (0.0, 0.0)
    if lat is None or lon is None:
        return centre
    if town and (km := _km_about((lat, lon), centre)) > FROM_TOWN_KM_MAX:
        what = f"lies {km:,.0f} km from {town.name}"
        cells.note("lat", what, f"at most {FROM_TOWN_KM_MAX} km (are lat and lon swapped?)")
    return lat, lon


def _km_about(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres on a flat map around the places' mean latitude: right to a few percent, enough for typos."""
    north = one[0] - other[0]
    east = ((one[1] - other[1] + 180) % 360 - 180) * math.cos(math.radians((one[0] + other[0]) / 2))
    return 111.2 * math.hypot(north, east)


class Campaigns:
    """Campaigns by slug, with their clock, indicators and teams; ``only``: the slug of the one rows may name."""

    def __init__(self, only: str = "") -> None:
        self._only = only
        self._found: dict[str, CampaignFacts | None] = {}
        self._indicators: dict[int, dict[str, IndicatorFacts]] = {}
        self._teams: dict[str, dict[str, list[TeamFacts]]] = {}

    def campaign(self, cells: Cells, column: str = "campaign") -> CampaignFacts | None:
        """The campaign a cell names; None, and noted, when there is none or it is closed."""
        slug = cells.row.cells[column]
        if slug not in self._found:
            try:
                self._found[slug] = campaigns.campaign_for(SYSTEM, slug) if slug else None
            except NotFound:
                self._found[slug] = None
        found = self._found[slug]
        if found and self._only and slug != self._only:
            cells.note(column, f"{slug[:40]!r} is another campaign", f"{self._only}, whose desk this is")
            return None
        if found is None:
            what = f"there is no campaign {slug[:40]!r}" if slug else "is empty"
            cells.note(column, what, "the short name (slug) of a campaign")
        elif found.state == "closed":
            cells.note(column, "the campaign is closed", "an open campaign or a draft")
            return None
        return found

    def indicator(self, campaign: CampaignFacts, code: str) -> IndicatorFacts | None:
        if campaign.id not in self._indicators:
            listed = campaigns.indicators(campaign.id)
            self._indicators[campaign.id] = {indicator.code: indicator for indicator in listed}
        return self._indicators[campaign.id].get(code)

    def indicator_codes(self, campaign: CampaignFacts) -> list[str]:
        return [indicator.code for indicator in campaigns.indicators(campaign.id)]

    def teams_named(self, area_path: str, name: str) -> list[TeamFacts]:
        """Teams of that name in an area and below."""
        if area_path not in self._teams:
            by_name = self._teams[area_path] = {}
            for team in people.teams_under(area_path):
                by_name.setdefault(team.name, []).append(team)
        return self._teams[area_path].get(name, [])

    def add_teams(self, area_path: str, formed: list[TeamFacts]) -> None:
        for team in formed:
            self._teams[area_path].setdefault(team.name, []).append(team)


def refuse_outside(cells: Cells, column: str, day: date, campaign: CampaignFacts) -> None:
    if not cells.is_bad(column) and not campaign.starts_on <= day <= campaign.ends_on:
        wanted = f"a day from {campaign.starts_on} to {campaign.ends_on}"
        cells.note(column, f"{day} lies outside the campaign", wanted)


def zone_of(campaign: CampaignFacts) -> ZoneInfo:
    return ZoneInfo(campaign.timezone)
