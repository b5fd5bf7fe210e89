"""`dure import …` and `dure record …`: own data in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import typer

from dure.cli.answer import REFUSED, Answer, Bar, answering
from dure.cli.options import JsonTo, RejectedTo, TableFile, as_date
from dure.kernel.refusals import BadInput

if TYPE_CHECKING:
    from dure.movement.campaigns.types import CampaignFacts
    from dure.operations.imports.types import Imported

KINDS: Final = ("people", "needs", "work", "places")
# More than a screenful helps nobody; the rejected file has all of them.
PROBLEMS_SHOWN_MAX: Final = 20


def import_(
    what: Annotated[
        str | None, typer.Argument(metavar="[people|needs|work|places]", help="What the file holds.")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="CSV (UTF-8) or Excel (.xlsx) file.")
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="people|needs|work|places",
            help="Print an empty table, or write it to a file.",
        ),
    ] = None,
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", metavar="SLUG", help="People: whose clock their free hours are told by."),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="DATE", help="People: the day of free hours without a date."),
    ] = None,
    call: Annotated[
        str | None,
        typer.Option(
            "--call",
            metavar="CODE",
            help="People: the call they answered; they stand in its campaign's line.",
        ),
    ] = None,
    rejected: RejectedTo = None,
    # For the desk, which starts this: a file that was handed in there, and the job in which it is read.
    batch: Annotated[str | None, typer.Option("--batch", metavar="UUID", hidden=True)] = None,
    job: Annotated[str | None, typer.Option("--job", metavar="UUID", hidden=True)] = None,
    undo: Annotated[bool, typer.Option("--undo", hidden=True)] = False,
    json_to: JsonTo = None,
) -> None:
    """Import people, needs, work or places; good rows are kept, wrong ones written out with their reasons."""
    with answering(json_to, needs_database=template is None) as answer:
        if template is not None:
            _template(answer, template, what)
            return
        if batch is not None and job is not None:
            from dure.operations.imports import running

            if undo:
                running.carry_back(UUID(batch), job_id=UUID(job), now=datetime.now(UTC))
            else:
                running.carry_on(UUID(batch), job_id=UUID(job))
            return
        if what not in KINDS or file is None:
            wanted = "dure import people FILE, and likewise needs, work or places"
            raise BadInput(
                where="import", what="it isn't said what to import, or from which file", wanted=wanted
            )
        from dure.operations.imports.needs import import_needs
        from dure.operations.imports.people import import_people
        from dure.operations.imports.work import import_work

        now = datetime.now(UTC)
        if what == "people":
            told_by, told_day = _clock(answer, campaign, call), as_date(day) if day else None
            _run(
                answer,
                what,
                lambda bar: import_people(
                    path=file,
                    now=now,
                    campaign=told_by,
                    day=told_day,
                    call=call or "",
                    rejected=rejected,
                    progress=bar,
                ),
            )
            if not call:
                answer.aside(
                    "They stand in no campaign's line and hear no dated answer yet: import the file again with "
                    "--call CODE, or send them a call."
                )
        elif what == "places":
            from dure.operations.imports.places import import_places

            _run(answer, what, lambda bar: import_places(path=file, rejected=rejected, progress=bar))
        elif what == "needs":
            _run(answer, what, lambda bar: import_needs(path=file, rejected=rejected, progress=bar))
        else:
            _run(
                answer,
                what,
                lambda bar: import_work(path=file, now=now, rejected=rejected, progress=bar),
            )


def record(file: TableFile, rejected: RejectedTo = None, json_to: JsonTo = None) -> None:
    """Record hours and output from a work file in the ledger (the same as: dure import work FILE)."""
    with answering(json_to) as answer:
        from dure.operations.imports.work import import_work

        now = datetime.now(UTC)
        _run(
            answer,
            "work",
            lambda bar: import_work(path=file, now=now, rejected=rejected, progress=bar),
        )


def _template(answer: Answer, kind: str, file: str | None) -> None:
    from dure.operations.imports.templates import template_text, write_template

    if file is None:
        typer.echo(template_text(kind), nl=False)
        return
    write_template(kind, Path(file))
    answer.say(f"{file} is written. Fill it in and run: dure import {kind} {file}")
    answer.give({"template": kind, "file": file})


def _clock(answer: Answer, slug: str | None, call: str | None) -> CampaignFacts | None:
    """The campaign by whose clock free hours are told: the one named, the call's, or the only one there is."""
    from dure.base.access import SYSTEM
    from dure.movement.calls import reads as calls
    from dure.movement.campaigns import reads

    if slug:
        return reads.campaign_for(SYSTEM, slug)
    if call:
        return reads.campaign_by_id(calls.appeal(call).campaign_id)
    standing = [campaign for campaign in reads.campaigns(SYSTEM) if campaign.state != "closed"]
    if len(standing) != 1:
        return None
    answer.aside(f"Free hours are read by the clock of {standing[0].slug} ({standing[0].timezone}).")
    return standing[0]


def _run(answer: Answer, kind: str, run: Callable[[Bar], Imported]) -> None:
    with answer.progress(f"Importing {kind}") as bar:
        done = run(bar)
    for problem in done.problems[:PROBLEMS_SHOWN_MAX]:
        answer.aside(str(problem))
    if done.problem_count > PROBLEMS_SHOWN_MAX:
        answer.aside(f"… and {done.problem_count - PROBLEMS_SHOWN_MAX} more.")
    answer.say(
        f"{done.file}: {done.rows:,} rows, {done.new:,} new, {done.known:,} known, {done.rejected:,} rejected."
    )
    if done.repeated:
        answer.say(
            f"{done.repeated:,} rows say the same as an earlier one; a row that stands twice counts twice."
        )
    if done.teams_formed:
        answer.say(f"{done.teams_formed:,} teams formed.")
    if done.rejected_file:
        answer.say(
            f"Rejected rows with their reasons: {done.rejected_file}. Mend them there and import that file."
        )
    answer.give(asdict(done))
    if done.rejected:
        answer.exit_code = REFUSED
