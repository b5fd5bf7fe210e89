"""A needs file into posts, with the teams they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from dure.base.jobs import SILENT, Progress
from dure.kernel.must import Broken
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as posts
from dure.movement.needs.errors import PostReused, PostsBad
from dure.movement.needs.types import NewPost, PostFacts
from dure.movement.people import actions as people
from dure.movement.people.types import NewTeam
from dure.movement.places.types import AreaFacts
from dure.operations.imports.cells import Cells, next_day
from dure.operations.imports.columns import NEEDS
from dure.operations.imports.flow import Import, Written
from dure.operations.imports.keys import Repeats, post_key, team_key
from dure.operations.imports.lookups import Campaigns, Towns, position, refuse_outside, zone_of
from dure.operations.imports.types import ANY, Imported, Problem, Terms

_COLUMN_OF_FIELD: Final = {
    "starts_at": "starts",
    "ends_at": "ends",
    "area_id": "town",
    "team_id": "team",
    "key": "id",
    "lead_key": "lead",
}
_COMPARED: Final = (
    *(
        "campaign_id",
        "team_id",
        "area_id",
        "day",
        "title",
        "lat",
        "lon",
        "starts_at",
        "ends_at",
        "seats",
        "tier",
    ),
    *(
        "cause",
        "skills",
        "languages",
        "min_age",
        "hazardous",
        "night",
        "lone",
        "with_children",
        "physical",
        "bring",
    ),
    *("least_crew", "lead_key", "people_per_lead"),
)


@dataclass(frozen=True, slots=True)
class _Need:
    """A post whose team is still a name."""

    post: NewPost
    team: str
    town: AreaFacts | None
    campaign: CampaignFacts | None


def import_needs(
    *, path: Path, rejected: Path | None = None, progress: Progress = SILENT, terms: Terms = ANY
) -> Imported:
    """Publish the posts of a CSV or XLSX file (columns: docs/reference/imports.md), forming missing teams.

    Good rows are published, wrong ones go to the rejected file; the same file again changes nothing.
    Refuses as :func:`dure.operations.imports.tables.read_table` does, and with ImportRejectedUnwritable.
    """
    reader = _NeedsReader(terms)
    imported = Import(
        kind="needs",
        path=path,
        columns=NEEDS,
        convert=reader.need,
        write=reader.publish,
        rejected=rejected,
        progress=progress,
        terms=terms,
    ).run()
    return replace(imported, teams_formed=reader.teams_formed, repeated=reader.repeats.count)


class _NeedsReader:
    def __init__(self, terms: Terms) -> None:
        self._towns = Towns(terms.within)
        self._campaigns = Campaigns(terms.campaign)
        self._took = terms.took
        self.repeats = Repeats()
        self.teams_formed = 0

    def need(self, cells: Cells) -> _Need:
        campaign = self._campaigns.campaign(cells)
        town = self._towns.town(cells, "town")
        if campaign and town and not town.path.startswith(campaign.area_path):
            cells.note("town", f"{town.name} is no place of the campaign", "a town the campaign covers")
        lat, lon = position(cells, town)
        starts_at, ends_at = _shift(cells, zone_of(campaign) if campaign else ZoneInfo("UTC"))
        day = cells.required_day("day")
        if campaign:
            refuse_outside(cells, "day", day, campaign)
        lead = cells.text("lead", 200)
        new = NewPost(
            key=self.repeats.post_key(cells.row),
            campaign_id=campaign.id if campaign else 0,
            team_id=0,
            area_id=town.id if town else 0,
            day=day,
            title=cells.text("title", 160, required=True),
            lat=lat,
            lon=lon,
            starts_at=starts_at,
            ends_at=ends_at,
            seats=cells.whole("seats", 1, 10_000),
            tier=cells.whole("tier", 1, 3),
            cause=cells.code("cause"),
            skills=cells.codes("skills"),
            languages=cells.codes("languages"),
            min_age=cells.whole("min_age", 0, 99, 0),
            hazardous=cells.flag("hazardous"),
            night=cells.flag("night"),
            lone=cells.flag("lone"),
            with_children=cells.flag("with_children"),
            physical=cells.whole("physical", 0, 3, 1),
            bring=cells.text("bring", 200),
            least_crew=cells.whole("least_crew", 0, 10_000, 0),
            lead_key=post_key(cells.row.cells["campaign"], lead) if lead else None,
            people_per_lead=cells.whole("people_per_lead", 1, 10_000, 0),
        )
        team = cells.text("team", 120, required=True)
        # What the room would refuse is named together with what could not be read.
        for problem in posts.problems(new):
            column = _column(problem.field)
            if not cells.is_bad(column) and not (column == "ends" and cells.is_bad("starts")):
                cells.note(column, problem.what, problem.wanted)
        return _Need(new, team, town, campaign)

    def publish(self, rows: Sequence[_Need]) -> Written:
        team_ids = self._team_ids(rows)
        ready = [replace(row.post, team_id=team_ids[_town(row).id, row.team]) for row in rows]
        standing = posts.posts_by_key([new.key for new in ready])
        refused: dict[int, list[Problem]] = {}
        taken: dict[object, int] = {}
        fresh: list[tuple[int, NewPost]] = []
        known = 0
        for place, new in enumerate(ready):
            first = taken.setdefault(new.key, place)
            if first != place:
                refused[place] = [Problem("id", "stands in an earlier row too", "an id of its own")]
            elif new.key not in standing:
                fresh.append((place, new))
            elif other := _differs(standing[new.key], new):
                what = f"was imported before with another {other}"
                refused[place] = [Problem("id", what, "the same facts, or a new id")]
            else:
                known += 1
        self._took([new.key for _, new in fresh])
        refused |= _publish(fresh)
        return Written(new=len(rows) - known - len(refused), known=known, refused=refused)

    def _team_ids(self, rows: Sequence[_Need]) -> dict[tuple[int, str], int]:
        """Ids of the teams the rows name, formed when missing, by (town, name)."""
        found: dict[tuple[int, str], int] = {}
        missing: dict[tuple[int, str], NewTeam] = {}
        for row in rows:
            town, named = _town(row), (_town(row).id, row.team)
            if named in found or named in missing:
                continue
            standing = [t for t in self._campaigns.teams_named(town.path, row.team) if t.area_id == town.id]
            if standing:
                found[named] = standing[0].id
            else:
                key = team_key(town.code, row.team)
                missing[named] = NewTeam(key=key, name=row.team, area_id=town.id, kind=row.post.cause)
        formed = people.form_teams(rows=list(missing.values()))
        for team in formed:
            found[team.area_id, team.name] = team.id
            self._campaigns.add_teams(team.area_path, [team])
        self.teams_formed += len(formed)
        return found


def _publish(fresh: Sequence[tuple[int, NewPost]]) -> dict[int, list[Problem]]:
    """Publish posts that are new; what the room refuses is left out, and the rest tried again."""
    refused: dict[int, list[Problem]] = {}
    if not fresh:
        return refused
    try:
        needs.publish(rows=[new for _, new in fresh])
    except PostsBad as no:
        problems = no.facts["problems"]
        for problem in problems if isinstance(problems, tuple) else ():
            told = Problem(_column(problem.field), problem.what, problem.wanted)
            refused.setdefault(fresh[problem.row][0], []).append(told)
        refused |= _publish([(place, new) for place, new in fresh if place not in refused])
    except PostReused as no:
        # Somebody published this key a moment ago.
        for place, new in fresh:
            if new.key == no.facts["key"]:
                refused[place] = [Problem("id", "was used a moment ago", "the same facts, or a new id")]
        refused |= _publish([(place, new) for place, new in fresh if place not in refused])
    return refused


def _town(row: _Need) -> AreaFacts:
    if row.town is None:
        raise Broken("a row without a town is rejected before it is published")
    return row.town


def _shift(cells: Cells, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end in UTC; an end not after the start is on the next day."""
    day, starts, ends = cells.day("day"), cells.clock("starts"), cells.clock("ends")
    if day is None or cells.is_bad("starts") or cells.is_bad("ends"):
        return datetime(2000, 1, 1, 8, tzinfo=UTC), datetime(2000, 1, 1, 9, tzinfo=UTC)
    starts_at = cells.moment("starts", day, starts, zone)
    return starts_at, cells.moment("ends", day if ends > starts else next_day(day), ends, zone)


def _column(field: str) -> str:
    return _COLUMN_OF_FIELD.get(field, field)


def _differs(standing: PostFacts, new: NewPost) -> str:
    for name in _COMPARED:
        if getattr(standing, name) != getattr(new, name):
            return _column(name)
    return ""
