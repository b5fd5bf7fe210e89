"""Options and arguments that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dure.cli.errors import DateUnreadable

JsonTo = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE", help="Write the answer as JSON to FILE, or to standard output with -."
    ),
]
CampaignSlug = Annotated[str, typer.Option("--campaign", metavar="SLUG", help="Short name of the campaign.")]
Day = Annotated[
    str, typer.Option("--day", metavar="DATE", help="Day by the campaign's clock, like 2026-10-03.")
]
TableFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV (UTF-8) or Excel (.xlsx) file.")]
RejectedTo = Annotated[
    Path | None,
    typer.Option(
        "--rejected", metavar="FILE", help="Where wrong rows go; else NAME.rejected.csv beside the file."
    ),
]


def as_date(text: str) -> date:
    """Refuses with DateUnreadable."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DateUnreadable(text=text) from error
