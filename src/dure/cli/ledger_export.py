"""`dure ledger export`: what may be public of a campaign's log, for outsiders to check."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dure.cli.answer import answering
from dure.cli.errors import ExportFolderInUse, OutputUnwritable
from dure.cli.options import CampaignSlug, JsonTo


def export(
    campaign: CampaignSlug,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder.")],
    parquet: Annotated[bool, typer.Option("--parquet", help="Write the rows as Parquet too.")] = False,
    json_to: JsonTo = None,
) -> None:
    """Export a campaign's outcomes for outsiders: entries, proofs, signed state and key; nothing about people."""
    with answering(json_to) as answer:
        from dure.operations.ledger_export import export_outcomes

        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise ExportFolderInUse(folder=str(out))
        try:
            with answer.progress("Exporting") as bar:
                done = export_outcomes(slug=campaign, folder=out, with_parquet=parquet, progress=bar)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise OutputUnwritable(file=str(out), why=why) from error
        answer.say(
            f"{done.count:,} of the {done.size:,} entries of {done.origin} are public outcomes of {campaign}: "
            f"{done.folder}. README.txt there says how to check them."
        )
        answer.give(asdict(done))
