"""`dure ledger seal` and `dure ledger restore`: days of the log from rows to files and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dure.cli.answer import Answer, answering
from dure.cli.options import JsonTo, as_date

if TYPE_CHECKING:
    from dure.movement.ledger.types import SealedFacts


def seal(
    day: Annotated[
        str | None, typer.Argument(metavar="DAY", help="Day of entering the log (UTC), like 2026-10-03.")
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Seal every day that is over but the last three.")
    ] = False,
    keep_rows: Annotated[
        bool, typer.Option("--keep-rows", help="Write and sign the files, and drop no row yet.")
    ] = False,
    json_to: JsonTo = None,
) -> None:
    """Seal a day of the log: verified, signed Parquet files; then its rows are dropped. Asking again finishes it."""
    with answering(json_to) as answer:
        from dure.kernel.refusals import BadInput
        from dure.movement.ledger import actions

        if (day is None) == (not due):
            raise BadInput(where="DAY", what="names no day, or one beside --due", wanted="a day or --due")
        now = datetime.now(UTC)
        days = [as_date(day)] if day else actions.days_due(now=now)
        sealed = []
        for one in days:
            with answer.progress(f"Sealing {one}") as bar:
                sealed.append(actions.seal_day(day=one, now=now, keep_rows=keep_rows, progress=bar))
            _say(answer, sealed[-1], "is sealed")
        if not sealed:
            answer.say("No day is due: the last three days stay in the database.")
        answer.give({"days": [_told(facts) for facts in sealed]})


def restore(
    day: Annotated[
        str, typer.Argument(metavar="DAY", help="Day of entering the log (UTC), like 2026-10-03.")
    ],
    json_to: JsonTo = None,
) -> None:
    """Put the rows of a sealed day back from its files, verified to the byte. Files and seal stay."""
    with answering(json_to) as answer:
        from dure.movement.ledger import actions

        with answer.progress(f"Restoring {day}") as bar:
            facts = actions.restore_day(day=as_date(day), progress=bar)
        _say(answer, facts, "is restored")
        answer.give(_told(facts))


def _say(answer: Answer, facts: SealedFacts, done: str) -> None:
    rows = "its rows stand in the database as well" if facts.rows_kept else "its rows are dropped"
    answer.say(f"{facts.day} {done}: entries {facts.first:,} to {facts.end - 1:,} in {facts.folder}; {rows}.")


def _told(facts: SealedFacts) -> dict[str, object]:
    return {
        "day": facts.day.isoformat(),
        "first": facts.first,
        "end": facts.end,
        "folder": str(facts.folder),
        "rows_kept": facts.rows_kept,
        "note": facts.note,
    }
