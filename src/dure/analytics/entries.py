"""Entries as Parquet: a folder of numbered parts, so that no more than one batch is ever in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from dure.analytics.types import EntryRow
from dure.kernel.must import must

SCHEMA = pl.Schema(
    {
        "log_index": pl.Int64(),
        "kind": pl.UInt8(),
        "grade": pl.UInt8(),
        "campaign": pl.Int64(),
        "indicator": pl.Int64(),
        "team": pl.Int64(),
        "area": pl.Int64(),
        "work_day": pl.Date(),
        "quantity_milli": pl.Int64(),
        "points_at": pl.Int64(),
        "person_key": pl.Binary(),
    }
)
must(tuple(SCHEMA) == EntryRow._fields, "the columns are those of an entry")
_KEY = EntryRow._fields.index("person_key")


def write_entries(folder: Path, batches: Iterable[Sequence[EntryRow]]) -> int:
    """Write ``batches`` (some 100,000 entries each do well) into ``folder``; the count of entries.

    ``folder`` must be new. No entries at all still give one part, so that the columns are known. Person keys
    become 16 bytes.
    """
    folder.mkdir(parents=True)
    count = 0
    parts = 0
    for batch in batches:
        _write_part(folder, parts, batch)
        count += len(batch)
        parts += 1
    if parts == 0:
        _write_part(folder, 0, ())
    return count


def _write_part(folder: Path, number: int, batch: Sequence[EntryRow]) -> None:
    rows = [(*row[:_KEY], None if row.person_key is None else row.person_key.bytes) for row in batch]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=True)
    frame.write_parquet(folder / f"part-{number:06}.parquet", compression="zstd")
