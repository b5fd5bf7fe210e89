"""A campaign's sums computed anew from its entries, by other code in another process (F1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from itertools import islice
from typing import Final

from dure.analytics.analyst import Analyst
from dure.analytics.entries import write_entries
from dure.analytics.rollup_files import write_rollups
from dure.analytics.types import Compared, EntryRow, Rollup
from dure.base.jobs import SILENT, Progress
from dure.movement.ledger import reads as ledger

PART_ENTRIES: Final = 100_000


def recompute_sums(*, campaign_id: int, engine: str = "duckdb", progress: Progress = SILENT) -> Compared:
    """Sum every entry of a campaign anew, sealed or open, and compare with what is stored, to the unit.

    ``engine``: duckdb or spark. Refuses with EngineUnknown, SparkMissing, FilesUnreadable, MemoryTooSmall.
    """

    def watch(done: int, total: int) -> None:
        progress.advance(done, total, "summing" if total else "")

    with Analyst(engine=engine) as analyst:
        entries, stored = analyst.scratch / "entries", analyst.scratch / "rollups"
        # One view of the ledger for entries and sums, or what is recorded meanwhile would look like a difference.
        with ledger.entry_sources(campaign_id) as sources:
            write_entries(entries, in_parts(sources.rows, progress))
            write_rollups(stored, (Rollup(*astuple(row)) for row in ledger.rollups_by_day(campaign_id)))
            sealed = sources.files
        return analyst.compare(
            [*sealed, *sorted(entries.iterdir())],
            stored=sorted(stored.iterdir()),
            campaign=campaign_id,
            watch=watch,
        )


def in_parts(rows: Iterator[EntryRow], progress: Progress) -> Iterator[list[EntryRow]]:
    """The entries in parts; no more than one part is held."""
    done = 0
    while part := list(islice(rows, PART_ENTRIES)):
        yield part
        done += len(part)
        progress.advance(done, 0, "reading")
