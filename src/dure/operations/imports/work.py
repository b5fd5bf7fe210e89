"""A work file (hours and output) into ledger entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from dure.base.jobs import SILENT, Progress
from dure.kernel.ids import client_id
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger import reads as ledger_reads
from dure.movement.ledger.errors import EntryUnitWrong
from dure.movement.ledger.types import NOTE_BYTES_MAX, Kind, NewEntry, Recorded, RowRefused
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as posts
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.operations.imports.cells import Cells
from dure.operations.imports.columns import WORK
from dure.operations.imports.flow import Import, Written
from dure.operations.imports.keys import Repeats, person_key, post_key
from dure.operations.imports.lookups import Campaigns, Towns
from dure.operations.imports.types import ANY, Imported, Problem, Terms

_KINDS: Final = {"hours": Kind.HOURS, "output": Kind.OUTPUT, "saving": Kind.SAVING}
_OTHER_KINDS: Final = {"help": Kind.HELP}
# The ledger's own bounds hold here as at every door; this says which cell to mend.
_COLUMN_OF: Final = {
    "entry_reused": "id",
    "indicator_unfit": "indicator",
    "entry_sign_wrong": "quantity",
    "entry_too_much": "quantity",
    "entry_note_too_long": "note",
    "entry_day_to_come": "day",
    "entry_day_outside": "day",
    "entry_outside_campaign": "team",
    "entry_before_opening": "campaign",
    "entry_after_closing": "campaign",
}


@dataclass(frozen=True, slots=True)
class _Work:
    """An entry whose person and post are still ids of the files."""

    entry: NewEntry
    person: UUID | None
    post: UUID | None


def import_work(
    *,
    path: Path,
    now: datetime,
    rejected: Path | None = None,
    progress: Progress = SILENT,
    terms: Terms = ANY,
) -> Imported:
    """Record the hours and output of a CSV or XLSX file (columns: docs/reference/imports.md).

    Good rows become ledger entries, wrong ones go to the rejected file; the same file again changes nothing.
    Refuses as :func:`dure.operations.imports.tables.read_table` does, and with ImportRejectedUnwritable.
    """
    reader = _WorkReader(now, terms)
    imported = Import(
        kind="work",
        path=path,
        columns=WORK,
        convert=reader.work,
        write=reader.record,
        rejected=rejected,
        progress=progress,
        terms=terms,
    ).run()
    return replace(imported, repeated=reader.repeats.count)


class _WorkReader:
    def __init__(self, now: datetime, terms: Terms) -> None:
        self._now = now
        self._terms = terms
        self._towns = Towns(terms.within)
        self._campaigns = Campaigns(terms.campaign)
        self.repeats = Repeats()

    def work(self, cells: Cells) -> _Work:
        campaign = self._campaigns.campaign(cells)
        day = cells.required_day("day")
        team = self._team(cells, campaign)
        kind, indicator_id = self._indicator(cells, campaign)
        quantity = cells.milli("quantity", 1, QUANTITY_MILLI_MAX)
        person, post = cells.row.cells["person"], cells.row.cells["post"]
        note = cells.text("note", NOTE_BYTES_MAX)
        entry = NewEntry(
            client_id=self.repeats.entry_key(cells.row),
            kind=kind,
            campaign_id=campaign.id if campaign else 0,
            indicator_id=indicator_id,
            team_id=team.id if team else 0,
            area_id=team.area_id if team else 0,
            work_day=day,
            quantity_milli=quantity,
            note=note,
        )
        return _Work(
            entry=entry,
            person=person_key(person) if person else None,
            post=post_key(cells.row.cells["campaign"], post) if post else None,
        )

    def record(self, rows: Sequence[_Work]) -> Written:
        person_ids = people.ids_by_key([row.person for row in rows if row.person])
        standing = posts.posts_by_key([row.post for row in rows if row.post])
        refused: dict[int, list[Problem]] = {}
        ready: list[tuple[int, NewEntry]] = []
        for place, row in enumerate(rows):
            problems = _unknown(row, person_ids, standing)
            if problems:
                refused[place] = problems
                continue
            person_id = person_ids[row.person] if row.person else None
            post_id = standing[row.post].id if row.post else None
            ready.append((place, replace(row.entry, person_id=person_id, post_id=post_id)))
        entries = _once_a_placement([entry for _, entry in ready])
        done = ledger.record(entries=entries, now=self._now)
        self._terms.took(_places_of_new(entries, done))
        for no in done.refused:
            place = ready[no.row][0]
            refused[place] = [_problem(no, of_placement=no.client_id != rows[place].entry.client_id)]
        new = len(rows) - done.known_count - len(refused)
        return Written(new=new, known=done.known_count, refused=refused)

    def _team(self, cells: Cells, campaign: CampaignFacts | None) -> TeamFacts | None:
        name = cells.text("team", 120, required=True)
        town = self._towns.town(cells, "town") if cells.filled("town") else None
        if campaign is None or not name:
            return None
        named = self._campaigns.teams_named(campaign.area_path, name)
        found = [team for team in named if team.area_path.startswith(self._terms.within)]
        if town:
            found = [team for team in found if team.area_id == town.id]
        if len(found) == 1:
            return found[0]
        if found:
            cells.note(
                "town", f"there are {len(found)} teams of that name", "the town of the team that is meant"
            )
        elif not cells.is_bad("town"):
            where = f"in {town.name}" if town else "in the campaign"
            cells.note("team", f"there is no team of that name {where}", "a team that a needs file named")
        return None

    def _indicator(self, cells: Cells, campaign: CampaignFacts | None) -> tuple[Kind, int]:
        code = cells.text("indicator", 40, required=True)
        if campaign is None or not code:
            return Kind.OUTPUT, 0
        found = self._campaigns.indicator(campaign, code)
        if found is None or found.kind not in _KINDS:
            codes = ", ".join(self._campaigns.indicator_codes(campaign))
            what = f"{code!r} is counted by gifts, not by work" if found else f"{code!r} is not counted"
            cells.note("indicator", what, f"hours, output or saving of the campaign ({codes})")
            return Kind.OUTPUT, 0
        try:
            ledger_reads.must_be_unit(cells.row.cells["unit"], found)
        except EntryUnitWrong as no:
            cells.note("unit", f"{no.facts['given']} is not its unit", str(no.facts["unit"]))
        named = cells.row.cells["kind"].casefold()
        if named and named not in (*_OTHER_KINDS, found.kind):
            cells.note("kind", f"{named[:40]!r} can't be used", "help, or nothing")
        return _OTHER_KINDS.get(named, _KINDS[found.kind]), found.id


def _unknown(row: _Work, person_ids: dict[UUID, int], standing: dict[UUID, PostFacts]) -> list[Problem]:
    problems = []
    if row.person and row.person not in person_ids:
        problems.append(Problem("person", "nobody was imported with this id", "an id of your people file"))
    if row.post:
        post = standing.get(row.post)
        if post is None:
            problems.append(Problem("post", "no post was imported with this id", "an id of your needs file"))
        elif (post.team_id, post.day) != (row.entry.team_id, row.entry.work_day):
            problems.append(Problem("post", "belongs to another team or day", "a post of this team and day"))
    return problems


def _places_of_new(entries: Sequence[NewEntry], done: Recorded) -> list[UUID]:
    """Where in the log the entries stand that were not there before, as numbers of 16 bytes."""
    left = done.known_rows | {no.row for no in done.refused}
    new = {entry.client_id for row, entry in enumerate(entries) if row not in left}
    return [UUID(int=one.index) for one in done.receipts if one.client_id in new]


def _once_a_placement(entries: Sequence[NewEntry]) -> list[NewEntry]:
    """Hours of somebody placed at a post under the placement's own id, as a captain writes them.

    Whoever comes second, file or captain, is then known or refused, and no hours are counted twice. A row
    that stands in the ledger already, from before there was a placement, keeps its id.
    """
    at_post = {entry.post_id for entry in entries if entry.kind == Kind.HOURS and entry.post_id}
    placed: dict[tuple[int | None, int | None], int] = {
        (placement.post_id, placement.person_id): placement.id
        for placement in matching.placements_of_posts(at_post)
    }
    hours = {
        entry.client_id: client_id(b"dure/hours", placed[entry.post_id, entry.person_id])
        for entry in entries
        if entry.kind == Kind.HOURS and (entry.post_id, entry.person_id) in placed
    }
    standing = ledger_reads.known(list(hours))
    return [
        replace(entry, client_id=hours[entry.client_id])
        if entry.client_id in hours and entry.client_id not in standing
        else entry
        for entry in entries
    ]


def _problem(no: RowRefused, *, of_placement: bool) -> Problem:
    column = _COLUMN_OF.get(no.refusal.code, "")
    if no.refusal.code == "entry_reused" and of_placement:
        what = "their hours at this post were recorded before, with other facts"
        return Problem("person", what, "the same facts, or a correction: dure ledger correct")
    if no.refusal.code == "entry_reused":
        return Problem("id", "was recorded before with other facts", "the same facts, or a new id")
    return Problem(column, str(no.refusal).rstrip("."), "an entry the ledger takes")
