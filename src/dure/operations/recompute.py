"""A campaign's sums computed anew from its entries, by other code in another process (F1)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from dure.analytics.entries import write_entries
from dure.analytics.types import Difference, EntryRow, Rollup
from dure.analytics.worker import differences, recompute
from dure.base.access import SYSTEM
from dure.base.jobs import SILENT, Progress
from dure.movement.ledger import reads as ledger

PART_ENTRIES: Final = 100_000


@dataclass(frozen=True, slots=True)
class RecomputedSums:
    """``differences``: cells whose stored sums are not those of the entries; none is what must be."""

    entry_count: int
    cell_count: int
    differences: tuple[Difference, ...]
    peak_rss_bytes: int


def recompute_sums(*, campaign_id: int, progress: Progress = SILENT) -> RecomputedSums:
    """Read every entry of a campaign, sum them anew and compare with what is stored, to the unit."""
    with tempfile.TemporaryDirectory(prefix="dure-recompute-") as scratch:
        folder = Path(scratch) / "entries"
        write_entries(folder, _parts(campaign_id, progress))
        found = recompute(folder)
    stored = [Rollup(*astuple(row)) for row in ledger.rollups(campaign_id)]
    return RecomputedSums(
        entry_count=found.entry_count,
        cell_count=len(found.rollups),
        differences=tuple(differences(stored, found.rollups)),
        peak_rss_bytes=found.peak_rss_bytes,
    )


def _parts(campaign_id: int, progress: Progress) -> Iterator[list[EntryRow]]:
    """The campaign's entries in parts, oldest first; no more than one part is held."""
    size, last, part = ledger.size(), -1, list[EntryRow]()
    while page := ledger.entries(SYSTEM, campaign_id, after_index=last):
        part += [
            EntryRow(
                log_index=entry.index,
                kind=int(entry.kind),
                grade=int(entry.grade),
                campaign=entry.campaign_id,
                indicator=entry.indicator_id,
                team=entry.team_id,
                area=entry.area_id,
                work_day=entry.work_day,
                quantity_milli=entry.quantity_milli,
                points_at=entry.points_at,
                # Sums don't ask who it was, so the person's key stays where it is.
                person_key=None,
            )
            for entry in page
        ]
        last = page[-1].index
        progress.advance(last + 1, max(size, last + 1))
        if len(part) >= PART_ENTRIES:
            yield part
            part = []
    if part:
        yield part
