"""Big questions about a campaign for those who run it: asked of its rollups as files, by a process of their own.

The database keeps rollups one by one; to add up millions of them it needs seconds where Parquet needs a tenth
(docs/why/analytics.md). So they are set aside as files in ``DURE_HOME/figures/<campaign>/<state of the log>``, made
anew when the log has grown, and asked as often as wanted.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from time import time
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from dure.analytics.analyst import Analyst
from dure.analytics.entries import write_entries
from dure.analytics.errors import QuestionUnknown
from dure.analytics.rollup_files import write_rollups
from dure.analytics.types import Answer, Rollup
from dure.base.home import home
from dure.base.jobs import SILENT, Progress
from dure.movement.ledger import reads as ledger
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places
from dure.operations.recompute import in_parts

QUESTIONS: Final = ("totals", "pace", "top", "completeness", "people")
TOP_COUNT_MAX: Final = 100
COMPLETENESS_DAYS: Final = 7
_TELL_EVERY: Final = 100_000
_MAKING: Final = "making-"
# Setting millions of sums aside takes a minute; whatever is a day old will never be done.
_MAKING_SECONDS_MAX: Final = 86_400
# Areas lie in each other no deeper: country, region, town.
_LEVELS_MAX: Final = 3


def ask(
    question: str,
    *,
    campaign_id: int,
    last_day: date,
    indicator_id: int,
    engine: str = "duckdb",
    by_plan: bool = False,
    progress: Progress = SILENT,
) -> Answer:
    """Answer one of QUESTIONS about a campaign, for organisers: none of it may be published as it is.

    ``totals``: sums by indicator and place up to ``last_day``. ``pace``: by day of work, with all up to it and the
    seven days that end with it. ``top``: the teams that claimed most of ``indicator_id``. ``completeness``: teams
    without a report on the seven days that end with ``last_day``, of those who are usually there, or ``by_plan`` of
    those who had posts. ``people``: distinct people by campaign, area and team.

    Refuses with QuestionUnknown, EngineUnknown, SparkMissing, FilesUnreadable, MemoryTooSmall.
    """
    if question not in QUESTIONS:
        raise QuestionUnknown(name=question, known=", ".join(QUESTIONS))

    def watch(done: int, total: int) -> None:
        progress.advance(done, total)

    with Analyst(engine=engine) as analyst:
        if question == "people":
            return _people(analyst, campaign_id, progress)
        rollups = _files(_set_aside(campaign_id, progress))
        table = partial(analyst.table, watch=watch, rollups=rollups, campaign=campaign_id)
        if question == "pace":
            return table("pace", areas=None, teams=None)
        if question == "completeness":
            first_day = last_day - timedelta(days=COMPLETENESS_DAYS - 1)
            plan = _plan(analyst.scratch, campaign_id, first_day) if by_plan else None
            return table("completeness", first_day=first_day, last_day=last_day, plan=plan)
        totals = analyst.scratch / "totals"
        analyst.ask("totals", watch=watch, rollups=rollups, campaign=campaign_id, until=last_day, to=totals)
        if question == "totals":
            return analyst.table("totals_by", totals=_files(totals), level="area")
        return analyst.table(
            "top_teams", totals=_files(totals), indicator=indicator_id, count_max=TOP_COUNT_MAX
        )


def _set_aside(campaign_id: int, progress: Progress) -> Path:
    """The folder with the campaign's rollups as they are now."""
    of_campaign = home() / "figures" / str(campaign_id)
    folder = of_campaign / ledger.state()
    if folder.exists():
        return folder
    of_campaign.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=_MAKING, dir=of_campaign))
    try:
        write_rollups(made / "rollups", _rollups(campaign_id, progress))
        (made / "rollups").rename(folder)
    except OSError:
        if not folder.exists():
            raise
        # Somebody else asked at the same moment and was first: a folder that is not empty is not replaced.
        return folder
    finally:
        shutil.rmtree(made)
    _clear(of_campaign, folder)
    return folder


def _clear(of_campaign: Path, newest: Path) -> None:
    """Delete what was set aside before ``newest``, and what a process that was killed left half made."""
    with suppress(FileNotFoundError):  # somebody else clears at the same moment
        # By when it was made: a database that was put back from a backup has a smaller state than the one before.
        older = sorted(set(of_campaign.glob("[0-9]*")) - {newest}, key=lambda one: one.stat().st_mtime)
        left = [
            one
            for one in of_campaign.glob(f"{_MAKING}*")
            if time() - one.stat().st_mtime > _MAKING_SECONDS_MAX
        ]
        # The last of the older ones may be read by a question that still runs.
        for one in (*older[:-1], *left):
            shutil.rmtree(one, ignore_errors=True)


def _rollups(campaign_id: int, progress: Progress) -> Iterator[Rollup]:
    for number, row in enumerate(ledger.rollups_by_day(campaign_id)):
        if number % _TELL_EVERY == 0:
            progress.advance(number, 0, "reading sums")
        yield Rollup(*astuple(row))


def _people(analyst: Analyst, campaign_id: int, progress: Progress) -> Answer:
    entries, above = analyst.scratch / "entries", analyst.scratch / "above.parquet"
    area_ids: set[int] = set()
    with ledger.entry_sources(campaign_id) as sources:
        write_entries(entries, in_parts(sources.rows, progress))
        area_ids |= {row.area_id for row in ledger.rollups_by_day(campaign_id)}
        sealed = sources.files
    pq.write_table(pa.table(_lies_in(area_ids)), above)
    return analyst.table("people", entries=[*sealed, *_files(entries)], campaign=campaign_id, above=above)


def _lies_in(area_ids: Iterable[int]) -> dict[str, list[int]]:
    """``area`` and ``within``: each area with itself and with all that it lies in."""
    parents: dict[int, int | None] = {}
    wanted = set(area_ids)
    for _ in range(_LEVELS_MAX):
        fresh = places.areas(wanted - parents.keys())
        parents |= {area_id: area.parent_id for area_id, area in fresh.items()}
        wanted = {area.parent_id for area in fresh.values() if area.parent_id is not None}
    pairs = [(area_id, area_id) for area_id in area_ids]
    for area_id in area_ids:
        above = parents.get(area_id)
        while above is not None:
            pairs.append((area_id, above))
            above = parents.get(above)
    return {"area": [pair[0] for pair in pairs], "within": [pair[1] for pair in pairs]}


def _plan(scratch: Path, campaign_id: int, first_day: date) -> Path:
    """A file of the teams that had posts, by day."""
    teams, days = list[int](), list[date]()
    for day in (first_day + timedelta(days=number) for number in range(COMPLETENESS_DAYS)):
        for team_id in sorted({post.team_id for post in needs.posts_of_day(campaign_id, day)}):
            teams.append(team_id)
            days.append(day)
    path = scratch / "plan.parquet"
    columns = {"team": pa.array(teams, pa.int64()), "work_day": pa.array(days, pa.date32())}
    pq.write_table(pa.table(columns), path)
    return path


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())
