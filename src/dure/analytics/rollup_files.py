"""Rollups as Parquet, as big questions are asked of them: by day of work, so that a few days are read alone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from dure.analytics.types import Rollup

PART_ROLLUPS: Final = 200_000
SCHEMA: Final = pa.schema(
    [
        pa.field(name, pa.date32() if name == "work_day" else pa.int64(), nullable=False)
        for name in Rollup._fields
    ]
)


def write_rollups(folder: Path, rows: Iterable[Rollup]) -> int:
    """Write ``rows``, best by day of work, into ``folder``, which must be new; their count.

    No rows at all still give one part, so that the columns are known.
    """
    folder.mkdir(parents=True)
    left, count, parts = iter(rows), 0, 0
    while (part := list(islice(left, PART_ROLLUPS))) or parts == 0:
        columns = list(zip(*part, strict=True)) if part else [()] * len(SCHEMA)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)]
        table = pa.Table.from_arrays(arrays, schema=SCHEMA)
        pq.write_table(table, folder / f"part-{parts:06}.parquet", compression="zstd", row_group_size=65_536)
        count += len(part)
        parts += 1
    return count
