"""Entries as Parquet: the one place that says what the columns of a day's ``entries.parquet`` are.

Sealed days and the parts that are written for a question about open days have these columns, so one question reads
both. The types are plain numbers, days and bytes, which every reader knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from dure.analytics.types import EntryRow
from dure.kernel.must import must

PERSON_KEY_BYTES: Final = 16
# A row group is what a reader holds of a column at once, and what it can leave out by the smallest and largest value.
ROW_GROUP_ENTRIES: Final = 131_072
SCHEMA: Final = pa.schema(
    [
        pa.field("log_index", pa.int64(), nullable=False),
        # As wide as an entry's encoding has them: what is grouped by is better narrow.
        pa.field("kind", pa.uint8(), nullable=False),
        pa.field("grade", pa.uint8(), nullable=False),
        pa.field("campaign", pa.uint32(), nullable=False),
        pa.field("indicator", pa.uint32(), nullable=False),
        pa.field("team", pa.uint32(), nullable=False),
        pa.field("area", pa.uint32(), nullable=False),
        pa.field("post", pa.int64()),
        pa.field("work_day", pa.date32(), nullable=False),
        pa.field("quantity_milli", pa.int64(), nullable=False),
        pa.field("points_at", pa.int64()),
        # Plain bytes: not every reader knows the type for UUIDs.
        pa.field("person_key", pa.binary(PERSON_KEY_BYTES)),
    ]
)
# Quantities repeat, as hours do, and numbers of the log only grow: both read faster for it.
ENCODING: Final = {"log_index": "DELTA_BINARY_PACKED"}
DICTIONARY: Final = tuple(
    name for name in SCHEMA.names if name not in {"log_index", "points_at", "person_key"}
)
must(tuple(SCHEMA.names) == EntryRow._fields, "the columns are those of an entry")


def write_table(path: Path, table: pa.Table) -> None:
    """Write columns of SCHEMA as every file of entries is written. ``table`` is sorted by ``log_index``."""
    must(table.schema.equals(SCHEMA), "entries have the columns of SCHEMA")
    pq.write_table(
        table,
        path,
        compression="zstd",
        row_group_size=ROW_GROUP_ENTRIES,
        use_dictionary=list(DICTIONARY),
        column_encoding=ENCODING,
    )


def write_part(path: Path, rows: Sequence[EntryRow]) -> None:
    """Write ``rows`` into one new file."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    keys = [None if key is None else key.bytes for key in columns[-1]]
    arrays = [
        pa.array(values, field.type) for values, field in zip([*columns[:-1], keys], SCHEMA, strict=True)
    ]
    write_table(path, pa.Table.from_arrays(arrays, schema=SCHEMA))


def write_entries(folder: Path, batches: Iterable[Sequence[EntryRow]]) -> int:
    """Write ``batches`` (some 100,000 entries each do well) into ``folder``; the count of entries.

    ``folder`` must be new. No entries at all still give one part, so that the columns are known.
    """
    folder.mkdir(parents=True)
    count = 0
    parts = 0
    for batch in batches:
        write_part(folder / f"part-{parts:06}.parquet", batch)
        count += len(batch)
        parts += 1
    if parts == 0:
        write_part(folder / f"part-{parts:06}.parquet", ())
    return count
