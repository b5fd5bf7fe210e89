"""The columns of a sealed day, and how its two files are written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from dure.analytics import entries
from dure.analytics.sealed.seal import ENTRIES_NAME, PROOF_NAME
from dure.kernel.must import must

Bytes2 = npt.NDArray[np.uint8]
# One entry is read back in milliseconds, and a group takes about 20 MB in memory.
GROUP_ROWS: Final = 65_536
# What every file of entries has; and for an entry that speaks of an earlier one, what that one was and stood at, so
# that a day's sums need no other day.
ENTRIES: Final = pa.schema(
    [*entries.SCHEMA, pa.field("target_kind", pa.uint8()), pa.field("target_standing_milli", pa.int64())]
)
PROOF: Final = pa.schema(
    [
        pa.field("client_id", pa.binary(16), nullable=False),
        pa.field("recorded_at_ms", pa.int64(), nullable=False),
        pa.field("note", pa.string(), nullable=False),
        pa.field("person_commitment", pa.binary(32), nullable=False),
        pa.field("entry_salt", pa.binary(16), nullable=False),
        pa.field("leaf_hash", pa.binary(32), nullable=False),
    ]
)
# Random bytes don't get shorter, and few distinct values are told best by number.
_RANDOM: Final = frozenset({"client_id", "person_key", "person_commitment", "entry_salt", "leaf_hash"})
_REPEATED: Final = (*entries.DICTIONARY, "target_kind", "recorded_at_ms", "note")
SCHEMAS: Final = {ENTRIES_NAME: ENTRIES, PROOF_NAME: PROOF}


class DayWriter:
    """Writes the two files of a day into ``folder``; every batch but the last has GROUP_ROWS rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers = {name: _writer(folder / name, schema) for name, schema in SCHEMAS.items()}
        self._is_full = False

    def __enter__(self) -> DayWriter:
        return self

    def write(self, batch: pa.RecordBatch) -> None:
        """Append a row group of both files from a batch with the columns of both."""
        must(not self._is_full and 0 < batch.num_rows <= GROUP_ROWS, "only the last group is short")
        self._is_full = batch.num_rows < GROUP_ROWS
        for name, schema in SCHEMAS.items():
            part = pa.RecordBatch.from_arrays(
                [batch.column(column) for column in schema.names], schema=schema
            )
            self._writers[name].write_batch(part, row_group_size=GROUP_ROWS)

    def __exit__(
        self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, writer in self._writers.items():
            writer.close()
            if kind is None:
                fsync(self._folder / name)


def fsync(path: Path) -> None:
    """Have a file or folder on the disk before going on."""
    held = os.open(path, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _writer(path: Path, schema: pa.Schema) -> Any:
    return pq.ParquetWriter(
        path,
        schema,
        compression={name: "none" if name in _RANDOM else "zstd" for name in schema.names},
        use_dictionary=[name for name in schema.names if name in _REPEATED],
        column_encoding={name: kind for name, kind in entries.ENCODING.items() if name in schema.names}
        or None,
        write_statistics=[name for name in schema.names if name not in _RANDOM],
        # A wrong byte is then named by its column.
        write_page_checksum=True,
        store_schema=False,
        version="2.6",
    )


def fixed(column: pa.Array) -> Bytes2:
    """A fixed-size binary column as rows of bytes; what is null is arbitrary."""
    width = column.type.byte_width
    held = np.frombuffer(column.buffers()[1], np.uint8)
    start = column.offset * width
    rows: Bytes2 = held[start : start + len(column) * width].reshape(len(column), width)
    return rows


def fixed_array(rows: Bytes2, null: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Rows of bytes as a fixed-size binary column."""
    raw = np.ascontiguousarray(rows)
    valid = None if null is None else pa.array(~null).buffers()[1]
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(rows.shape[1]), len(rows), [valid, pa.py_buffer(raw.tobytes())]
    )


def numbers(column: pa.Array, kind: type[np.generic] = np.int64) -> npt.NDArray[Any]:
    """A column of numbers or days as numbers; 0 where it is null."""
    whole = column.cast(pa.int32()) if pa.types.is_date32(column.type) else column
    if whole.null_count:
        whole = whole.fill_null(0)
    found: npt.NDArray[Any] = whole.to_numpy(zero_copy_only=False).astype(kind, copy=False)
    return found


def batch_of(columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """A batch with the columns of both files, entries' first."""
    schema = pa.schema([*ENTRIES, *PROOF])
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
