"""The sums of a day from its own columns alone: what was said of an entry comes with how that entry stood."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dure.analytics.sealed.columns import ENTRIES, numbers
from dure.analytics.types import Rollup
from dure.engine.log.entry import OUTGOING_KINDS, Grade, Kind

CELL: Final = Rollup._fields[:5]
SUMS: Final = Rollup._fields[5:]
_OUTGOING: Final = sorted(map(int, OUTGOING_KINDS))
_NONE: Final = pa.schema(
    [*(ENTRIES.field(name) for name in CELL), *(pa.field(name, pa.int64()) for name in SUMS)]
).empty_table()
_AGGREGATES: Final = [(name, "sum") for name in SUMS]


def part_sums(batch: pa.RecordBatch) -> pa.Table:
    """The sums of a batch by cell: columns CELL and SUMS."""
    kind, grade, quantity = (numbers(batch.column(name)) for name in ("kind", "grade", "quantity_milli"))
    points = batch.column("points_at").is_valid().to_numpy(zero_copy_only=False)
    root_kind = np.where(points, numbers(batch.column("target_kind")), kind)
    is_out = np.isin(root_kind, _OUTGOING)
    confirms = kind == int(Kind.CONFIRMATION)
    changes = np.where(confirms, 0, quantity)
    recounts = confirms & (grade == int(Grade.RECOUNTED)) & ~is_out
    count = np.where(points, -(kind == int(Kind.WITHDRAWAL)).astype(np.int64), 1)
    sums = (
        np.where(is_out, 0, count),
        np.where(is_out, 0, changes),
        np.where(is_out, changes, 0),
        recounts.astype(np.int64),
        np.where(recounts, quantity, 0),
        np.where(recounts, numbers(batch.column("target_standing_milli")), 0),
    )
    arrays = [batch.column(name) for name in CELL] + [pa.array(column) for column in sums]
    return _summed(pa.table(arrays, names=[*CELL, *SUMS]))


def joined(parts: Sequence[pa.Table]) -> pa.Table:
    """The sums of all ``parts`` together, in the order of the cells."""
    whole = _summed(pa.concat_tables(parts)) if parts else _NONE
    return whole.sort_by([(name, "ascending") for name in CELL])


def rollups(whole: pa.Table) -> list[Rollup]:
    """The rows of :func:`joined`."""
    columns = [whole.column(name).to_pylist() for name in Rollup._fields]
    return [Rollup(*row) for row in zip(*columns, strict=True)]


def text(whole: pa.Table) -> bytes:
    """A day's sums as ASCII: a line a cell, in the order of the cells, numbers in decimal between spaces."""
    columns = [whole.column(name).cast(pa.string()) for name in Rollup._fields]
    lines = pc.binary_join_element_wise(*columns, " ").to_pylist()
    return "".join(f"{line}\n" for line in lines).encode()


def digest(whole: pa.Table) -> str:
    """SHA-256 of :func:`text`, in hex: what the seal binds."""
    return sha256(text(whole)).hexdigest()


def _summed(table: pa.Table) -> pa.Table:
    summed = table.group_by(list(CELL), use_threads=False).aggregate(_AGGREGATES)
    return summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names]).select(
        [*CELL, *SUMS]
    )
