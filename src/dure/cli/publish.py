"""`dure publish`: the public pages as files for any second host."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from dure.cli.answer import REFUSED, answering
from dure.cli.options import JsonTo

FAILED_SHOWN_MAX = 20


def publish(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder, or one made by this command.")],
    base_url: Annotated[
        str,
        typer.Option(
            "--base-url", metavar="URL", help="Where the folder will be served; else the site's own address."
        ),
    ] = "",
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", metavar="N", min=1, max=64, help="How many at once; else one for each core."
        ),
    ] = None,
    json_to: JsonTo = None,
) -> None:
    """Write all public pages as static files, so that they can be read when the server is out of reach."""
    with answering(json_to) as answer:
        from dure.operations.publish import publish as published

        with answer.progress("Publishing") as bar:
            done = published(
                folder=folder,
                base_url=base_url,
                now=datetime.now(UTC),
                watch=bar,
                processes=processes or os.cpu_count() or 1,
            )
        answer.say(
            f"{done.folder}: {done.page_count:,} pages, {done.file_count:,} files; "
            f"{done.changed_count:,} are new or changed. To be served at {done.base_url}/."
        )
        if done.failed:
            answer.exit_code = REFUSED
            answer.say(f"{len(done.failed):,} pages could not be made; where one stood before, it was left:")
            for one in done.failed[:FAILED_SHOWN_MAX]:
                answer.say(f"  {one}")
        answer.give(asdict(done))
