"""Entries of a sealed day by place or by what they are, without reading more of its files than needed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dure.analytics.sealed.columns import ENTRIES, GROUP_ROWS, PROOF, SCHEMAS
from dure.analytics.sealed.errors import SealedFileBad
from dure.analytics.sealed.seal import ENTRIES_NAME

# Decoded groups kept for whoever asks for one entry after another: about 15 MB each.
GROUPS_HELD: Final = 4
Wanted = Mapping[str, Collection[Any]]
"""By column, the values that will do; None: nothing stands there."""
Key = tuple[Path, int, int, int]
"""Folder, which file and which writing of it, group."""


@dataclass
class Held:
    """The groups read last, whatever day they are of."""

    groups: OrderedDict[Key, pa.RecordBatch] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, key: Key, group: pa.RecordBatch) -> None:
        with self.lock:
            self.groups[key] = group
            self.groups.move_to_end(key)
            while len(self.groups) > GROUPS_HELD:
                self.groups.popitem(last=False)

    def get(self, key: Key) -> pa.RecordBatch | None:
        with self.lock:
            if key in self.groups:
                self.groups.move_to_end(key)
            return self.groups.get(key)


HELD: Final = Held()


class DayFiles:
    """The files of one day whose first entry has index ``first``. Refuses with SealedFileBad what can't be read."""

    def __init__(self, folder: Path, first: int, end: int) -> None:
        self._folder = folder
        self.first = first
        self.end = end
        self._open: dict[str, pq.ParquetFile] = {}

    def group_count(self) -> int:
        return -(-(self.end - self.first) // GROUP_ROWS)

    def rows_at(self, indices: Collection[int]) -> Iterator[dict[str, Any]]:
        """The entries at these indices of the day, every column, oldest first."""
        by_group: dict[int, list[int]] = {}
        for index in sorted(indices):
            by_group.setdefault((index - self.first) // GROUP_ROWS, []).append(index)
        for group, members in by_group.items():
            places = [(index - self.first) % GROUP_ROWS for index in members]
            yield from self.group(group).take(pa.array(places)).to_pylist()

    def kinds_at(self, indices: Collection[int]) -> dict[int, int]:
        """The kind of the entries at these indices, from that column alone."""
        found: dict[int, int] = {}
        for group in sorted({(index - self.first) // GROUP_ROWS for index in indices}):
            begins = self.first + group * GROUP_ROWS
            kinds = self._columns(ENTRIES_NAME, group, ["kind"]).column("kind")
            members = [index for index in indices if begins <= index < begins + GROUP_ROWS]
            found.update((index, kinds[index - begins].as_py()) for index in members)
        return found

    def group(self, number: int) -> pa.RecordBatch:
        """Every column of a group of rows, kept for the next question."""
        try:
            written = (self._folder / ENTRIES_NAME).stat()
        except OSError as broken:
            raise SealedFileBad(file=str(self._folder / ENTRIES_NAME), what=_first_line(broken)) from broken
        key = (self._folder, written.st_ino, written.st_mtime_ns, number)
        found = HELD.get(key)
        if found is None:
            found = self.read_group(number)
            HELD.put(key, found)
        return found

    def read_group(self, number: int) -> pa.RecordBatch:
        """Every column of a group of rows, checksums of its pages verified."""
        parts = [self._columns(name, number, schema.names) for name, schema in SCHEMAS.items()]
        if parts[0].num_rows != parts[1].num_rows:
            raise SealedFileBad(
                file=str(self._folder), what=f"row group {number} differs in length between its files"
            )
        columns = [column for part in parts for column in part.columns]
        return pa.RecordBatch.from_arrays(columns, schema=pa.schema([*ENTRIES, *PROOF]))

    def matching(
        self,
        wanted: Wanted,
        names: Sequence[str],
        *,
        either: Wanted | None = None,
        after: int = -1,
        before: int | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """``names`` of the entries with ``after < index < before`` and wanted values, oldest first, a batch a group.

        Of ``either``, one column with a wanted value is enough.
        """
        low = max(after + 1, self.first)
        high = self.end if before is None else min(before, self.end)
        for number in range((low - self.first) // GROUP_ROWS, self.group_count()):
            if self.first + number * GROUP_ROWS >= high:
                return
            if not self._may_hold(number, wanted):
                continue
            chosen = self._chosen(number, wanted, either or {}, low, high)
            if len(chosen):
                yield self._taken(number, names, chosen)

    def _taken(self, number: int, names: Sequence[str], chosen: pa.Array) -> pa.RecordBatch:
        columns: dict[str, pa.Array] = {}
        for file, schema in SCHEMAS.items():
            asked = [name for name in names if name in schema.names]
            if asked:
                part = self._columns(file, number, asked)
                columns |= {name: part.column(name).take(chosen) for name in asked}
        return pa.RecordBatch.from_arrays([columns[name] for name in names], names=list(names))

    def _chosen(self, number: int, wanted: Wanted, either: Wanted, low: int, high: int) -> pa.Array:
        """The places in group ``number`` of the entries that will do."""
        asked = self._columns(ENTRIES_NAME, number, ["log_index", *wanted, *either])
        index = asked.column("log_index")
        mask = pc.and_(pc.greater_equal(index, low), pc.less(index, high))
        for name, values in wanted.items():
            mask = pc.and_(mask, _among(asked.column(name), values))
        if either:
            masks = [_among(asked.column(name), values) for name, values in either.items()]
            mask = pc.and_(mask, reduce(pc.or_, masks))
        return pc.indices_nonzero(mask)

    def _may_hold(self, number: int, wanted: Wanted) -> bool:
        """Whether the group's smallest and largest values leave room for a wanted one."""
        group = self._file(ENTRIES_NAME).metadata.row_group(number)
        for name, values in wanted.items():
            kept = group.column(ENTRIES.get_field_index(name)).statistics
            if kept is None or not kept.has_min_max:
                continue
            if not any(value is None or kept.min <= value <= kept.max for value in values):
                return False
        return True

    def _columns(self, name: str, number: int, columns: Sequence[str]) -> pa.RecordBatch:
        file = self._file(name)
        try:
            table = file.read_row_group(number, columns=list(dict.fromkeys(columns)), use_threads=False)
        except (pa.ArrowException, OSError) as broken:
            raise SealedFileBad(
                file=str(self._folder / name), what=f"row group {number}: {_first_line(broken)}"
            ) from broken
        whole = table.combine_chunks().to_batches()
        if len(whole) != 1:
            raise SealedFileBad(file=str(self._folder / name), what=f"row group {number} holds no rows")
        return whole[0].select(list(dict.fromkeys(columns)))

    def _file(self, name: str) -> pq.ParquetFile:
        held = self._open.get(name)
        if held is None:
            held = self._open[name] = opened(self._folder / name)
            if held.metadata.num_rows != self.end - self.first:
                raise SealedFileBad(
                    file=str(self._folder / name),
                    what=f"it holds {held.metadata.num_rows} rows where {self.end - self.first} were sealed",
                )
        return held


def opened(path: Path) -> pq.ParquetFile:
    """The file at ``path``, if its columns and groups are those of the format; refuses with SealedFileBad."""
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        found = file.schema_arrow
    except (pa.ArrowException, OSError) as broken:
        raise SealedFileBad(file=str(path), what=_first_line(broken)) from broken
    if not found.equals(SCHEMAS[path.name]):
        raise SealedFileBad(file=str(path), what="its columns are not those of the format")
    metadata = file.metadata
    for number in range(metadata.num_row_groups):
        rows = metadata.row_group(number).num_rows
        is_last = number == metadata.num_row_groups - 1
        if rows != GROUP_ROWS and not (is_last and 0 < rows < GROUP_ROWS):
            raise SealedFileBad(file=str(path), what=f"row group {number} has {rows} rows")
    return file


def _among(column: pa.Array, values: Collection[Any]) -> pa.Array:
    return pc.is_in(column, value_set=pa.array(list(values), column.type))


def _first_line(broken: BaseException) -> str:
    return (str(broken).splitlines() or ["it can't be read"])[0][:200]
