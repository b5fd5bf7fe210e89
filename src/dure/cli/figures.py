"""`dure ledger recompute` and `dure ledger ask`: are the sums right, and what do they come to?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from dure.cli.answer import REFUSED, Answer, answering
from dure.cli.options import CampaignSlug, JsonTo, as_date
from dure.kernel.quantities import show_milli
from dure.kernel.refusals import NotFound

if TYPE_CHECKING:
    from dure.analytics.types import Compared

DIFFERENCES_SHOWN_MAX: Final = 20
EngineName = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="duckdb, or spark where one machine ends.")
]


def recompute(campaign: CampaignSlug, engine: EngineName = "duckdb", json_to: JsonTo = None) -> None:
    """Sum every entry anew with other code, sealed or open, and compare to the unit; exit 1 when sums differ."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.recompute import recompute_sums

        found_campaign = campaigns.campaign_for(SYSTEM, campaign)
        with answer.progress("Summing anew") as bar:
            found = recompute_sums(campaign_id=found_campaign.id, engine=engine, progress=bar)
        say_compared(answer, found)
        answer.say(f"The {engine} process took {found.peak_rss_bytes / 1e9:.2f} GB at most.")
        answer.give(
            {"campaign": found_campaign.slug, "engine": engine, **compared_facts(found)}
            | {"peak_rss_gb": round(found.peak_rss_bytes / 1e9, 3)}
        )


def ask(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="totals, pace, top, completeness or people.")
    ],
    campaign: CampaignSlug,
    indicator: Annotated[
        str, typer.Option("--indicator", metavar="CODE", help="For top: else the campaign's first.")
    ] = "",
    day: Annotated[
        str, typer.Option("--day", metavar="DATE", help="The last day that counts; else today.")
    ] = "",
    plan: Annotated[
        bool, typer.Option("--plan", help="For completeness: by the posts, not by who is usually there.")
    ] = False,
    engine: EngineName = "duckdb",
    json_to: JsonTo = None,
) -> None:
    """Ask a big question about a campaign, for those who run it; the answer is not fit to be published as it is."""
    with answering(json_to) as answer:
        from dure.base.access import SYSTEM
        from dure.movement.campaigns import reads as campaigns
        from dure.operations.figures import ask as ask_figures

        asked = campaigns.campaign_for(SYSTEM, campaign)
        codes = {row.code: row.id for row in campaigns.indicators(campaign_id=asked.id)}
        if indicator and indicator not in codes:
            raise NotFound(what="indicator")
        with answer.progress("Asking") as bar:
            found = ask_figures(
                question,
                campaign_id=asked.id,
                last_day=as_date(day) if day else campaigns.local_day(asked, datetime.now(UTC)),
                indicator_id=codes[indicator] if indicator else min(codes.values(), default=0),
                engine=engine,
                by_plan=plan,
                progress=bar,
            )
        rows = [tuple(_shown(*cell) for cell in zip(found.columns, row, strict=True)) for row in found.rows]
        answer.table("", dict.fromkeys(found.columns, True), rows)
        answer.give(
            {
                "campaign": asked.slug,
                "question": question,
                "rows": [dict(zip(found.columns, row, strict=True)) for row in found.rows],
            }
        )


def _shown(column: str, value: object) -> str:
    return show_milli(value) if column.endswith("_milli") and isinstance(value, int) else str(value)


def say_compared(answer: Answer, found: Compared) -> None:
    """Say whether stored and recomputed sums are equal; when they aren't, the command ends with 1."""
    if not found.difference_count:
        answer.say(f"{found.cell_count:,} sums recomputed from {found.entry_count:,} entries: all equal.")
        return
    answer.exit_code = REFUSED
    answer.say(f"{found.difference_count:,} of {found.cell_count:,} sums are NOT those of the entries:")
    for difference in found.differences[:DIFFERENCES_SHOWN_MAX]:
        answer.say(f"  stored {difference.stored}, recomputed {difference.recomputed}")


def compared_facts(found: Compared) -> dict[str, object]:
    """For programs; ``differences`` holds the first thousand of ``difference_count``."""
    return {
        "entries": found.entry_count,
        "cells": found.cell_count,
        "difference_count": found.difference_count,
        "differences": [
            {
                "stored": row.stored and row.stored._asdict(),
                "recomputed": row.recomputed and row.recomputed._asdict(),
            }
            for row in found.differences
        ],
    }
