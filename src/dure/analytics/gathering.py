"""Stored rollups against those of the entries as ``dure.analytics.compare`` does it, for files on this machine.

Compiled loops of our own instead of a general engine: a test holds both to one another. Files are read twice: first
only what points at earlier entries, then everything once, days in a row a thread. Memory is a few row groups, some two
weeks' sums a thread, 17 bytes for each entry that is pointed at, and what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, count
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from ibis import Table
from numpy.typing import NDArray

from dure.analytics import rollups
from dure.analytics.cells import Cells, claims_then
from dure.analytics.compare import Compared, named, spans
from dure.analytics.engines import Engine
from dure.analytics.entries import ROW_GROUP_ENTRIES
from dure.analytics.errors import FilesUnreadable
from dure.analytics.rollups import CELL, STORY, SUMS
from dure.engine.log.entry import OUTGOING_KINDS, Grade, Kind
from dure.kernel.must import must

Ints = NDArray[np.int64]
Parts = dict[str, NDArray[Any]]
Advance = Callable[[int, int], None]
# Stored sums wait so long for work that is booked late: for nearly all of it. Any number would do.
LATE: Final = timedelta(days=8)
_EPOCH: Final = date(1970, 1, 1)
_NAMES: Final = tuple(STORY)
_CLAIMS, _RECOUNTS = SUMS[:3], SUMS[3:]


@dataclass(frozen=True, slots=True)
class EntryFile:
    """A file of entries, sorted by ``log_index``."""

    path: Path

    def parts(self, names: Sequence[str]) -> Iterator[dict[str, NDArray[Any]]]:
        """The columns ``names``, some entries at a time. Refuses with FilesUnreadable."""
        try:
            with pq.ParquetFile(self.path) as file:
                lacking = set(names) - set(file.schema_arrow.names)
                if lacking:
                    raise FilesUnreadable(why=f"{self.path.name} lacks the column {min(lacking)}")
                for batch in file.iter_batches(ROW_GROUP_ENTRIES, columns=list(names), use_threads=False):
                    yield {name: _plain(name, batch.column(name)) for name in names}
        except (pa.ArrowException, OSError) as error:
            raise FilesUnreadable(why=f"{self.path.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Files of some days in a row. ``first_day``: the day of work from which on most of the work is theirs."""

    files: Sequence[EntryFile]
    first_day: date


def compare_files(
    engine: Engine,
    batches: Sequence[FileBatch],
    stored: Sequence[Path],
    scratch: Path,
    *,
    campaign: int | None = None,
    threads: int = 1,
    advance: Advance = lambda done, total: None,
) -> Compared:
    """As ``dure.analytics.compare.compare``, for the ``campaign``'s entries (None: all) in files.

    ``engine`` only names the differences. Refuses with FilesUnreadable; OverflowError as in ``dure.analytics.cells``.
    """
    steps = 2 * len(batches) + 1
    done, alone = count(1), Lock()
    sums, recounts = Cells(), Cells()
    # Work that comes late meets its stored sums if those wait for it.
    owned = spans([max(batch.first_day, LATE + date.min) - LATE for batch in batches])

    def advance_by_one() -> None:
        advance(next(done), steps)

    def targets_of(batch: FileBatch) -> Ints:
        found = _targets(batch)
        with alone:
            advance_by_one()
        return found

    def add_up(numbers: Sequence[int]) -> tuple[int, Parts]:
        """Add up batches in a row in tables of their own: how many entries, and what is said of others' entries."""
        mine, my_recounts, entry_count, said = Cells(), Cells(), 0, list[Parts]()
        begins: int | None = None
        for number in numbers:
            for part in chain.from_iterable(file.parts(_NAMES) for file in batches[number].files):
                entries = _of(part, campaign)
                if not len(entries["kind"]):
                    continue
                must(bool((np.diff(entries["log_index"]) > 0).all()), "entries come in the order of the log")
                entry_count += len(entries["kind"])
                mine.add_entries(entries)
                stories.meet(entries)
                begins = int(entries["log_index"][0]) if begins is None else begins
                said.append(stories.settle_from(begins, entries, mine, my_recounts))
            for rows in _stored(stored, *owned[number]):
                mine.add(rows, [rows[name] for name in _CLAIMS], sign=-1)
                recounted = _chosen(
                    rows, np.flatnonzero(np.any([rows[name] != 0 for name in _RECOUNTS], axis=0))
                )
                my_recounts.add(recounted, [recounted[name] for name in _RECOUNTS], sign=-1)
            end = None if number == numbers[-1] else owned[number][1]
            before = () if end is None else ((end - _EPOCH).days,)
            # Days that have met their stored sums. What still comes for them meets these at the end.
            left, recounts_left = mine.left(*before), my_recounts.left(*before)
            with alone:
                sums.add(*left)
                recounts.add(*recounts_left)
                advance_by_one()
        return entry_count, _columns(said)

    with ThreadPoolExecutor(threads) as pool:
        stories = _Stories(_each_once(pool.map(targets_of, batches)))
        added = list(pool.map(add_up, _runs(len(batches), threads)))
    for _, said in added:
        stories.settle(said, sums, recounts)
    found = named(
        engine,
        sum(entry_count for entry_count, _ in added),
        _differing(engine, sums, recounts, scratch),
        engine.read(stored),
    )
    advance(steps, steps)
    return found


class _Stories:
    """What the contributions that something points at stand at. Threads may go on at once, each with a stretch of the
    log of its own."""

    def __init__(self, targets: Ints) -> None:
        self._targets = targets
        self._kind = np.zeros(len(targets), np.uint8)
        self._standing = np.zeros(len(targets), np.int64)

    def meet(self, entries: Parts) -> None:
        """Take note of those contributions among ``entries`` that something points at."""
        index = entries["log_index"]
        first, end = np.searchsorted(self._targets, (index[0], index[-1] + 1))
        rows = np.searchsorted(index, self._targets[first:end])
        is_there = (index[rows] == self._targets[first:end]) & (entries["points_at"][rows] < 0)
        met, rows = np.flatnonzero(is_there) + first, rows[is_there]
        self._kind[met] = entries["kind"][rows]
        self._standing[met] = entries["quantity_milli"][rows]

    def settle_from(self, begins: int, entries: Parts, sums: Cells, recounts: Cells) -> Parts:
        """Settle what ``entries`` say of contributions from ``begins`` on that were met. Returns what else they say."""
        said = _chosen(entries, np.flatnonzero(entries["points_at"] >= 0))
        was_met = self._kind[np.searchsorted(self._targets, said["points_at"])] != 0
        is_own = was_met & (said["points_at"] >= begins)
        self.settle(_chosen(said, np.flatnonzero(is_own)), sums, recounts)
        return _chosen(said, np.flatnonzero(~is_own))

    def settle(self, said: Parts, sums: Cells, recounts: Cells) -> None:
        """Add what was ``said``, in the order of the log, each with its contribution as it stood then."""
        story = np.searchsorted(self._targets, said["points_at"])
        confirms = said["kind"] == int(Kind.CONFIRMATION)
        claimed = claims_then(story, confirms, said["quantity_milli"], self._standing)
        is_out = np.isin(self._kind[story], sorted(map(int, OUTGOING_KINDS)))
        changes = np.where(confirms, 0, said["quantity_milli"])
        withdraws = ~is_out & (said["kind"] == int(Kind.WITHDRAWAL))
        sums.add(
            said, [-withdraws.astype(np.int64), np.where(is_out, 0, changes), np.where(is_out, changes, 0)]
        )
        recounted = np.flatnonzero(~is_out & confirms & (said["grade"] == int(Grade.RECOUNTED)))
        of = _chosen(said, recounted)
        recounts.add(of, [np.ones(len(recounted), np.int64), of["quantity_milli"], claimed[recounted]])


def _runs(batch_count: int, threads: int) -> list[list[int]]:
    """Numbers of batches in a row, as many to each thread as can be; no run is empty."""
    return [run.tolist() for run in np.array_split(np.arange(batch_count), threads) if len(run)]


def _targets(batch: FileBatch) -> Ints:
    """What the entries of ``batch`` point at."""
    pointed = (part["points_at"] for file in batch.files for part in file.parts(["points_at"]))
    return _each_once(at[at >= 0] for at in pointed)


def _differing(engine: Engine, sums: Cells, recounts: Cells, scratch: Path) -> Table:
    """The cells where anything is left, as ``rollups.together`` has them."""
    tables = []
    for table, names in ((sums, _CLAIMS), (recounts, _RECOUNTS)):
        cells, left = table.left()
        columns = {**cells, **dict(zip(names, left, strict=True))}
        none = np.zeros(len(left[0]), np.int64)
        tables.append(pa.table({name: _arrow(name, columns.get(name, none)) for name in (*CELL, *SUMS)}))
    scratch.mkdir(parents=True)
    pq.write_table(pa.concat_tables(tables), scratch / "left.parquet", compression="zstd")
    return rollups.together(engine.read([scratch]))


def _stored(files: Sequence[Path], first: date | None, end: date | None) -> Iterator[dict[str, NDArray[Any]]]:
    """The stored sums of the days of work from ``first`` to before ``end``, some at a time."""
    names = [*CELL, *SUMS]
    day = ds.field("work_day")
    bounds = ([day >= first] if first else []) + ([day < end] if end else [])
    wanted = bounds[0] & bounds[-1] if bounds else None
    try:
        rows = ds.dataset(list(map(str, files))).to_table(columns=names, filter=wanted, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise FilesUnreadable(why=str(error).strip().splitlines()[0]) from error
    for batch in rows.to_batches():
        yield {name: _plain(name, batch.column(name)) for name in names}


def _of(part: dict[str, NDArray[Any]], campaign: int | None) -> dict[str, NDArray[Any]]:
    if campaign is None or (part["campaign"] == campaign).all():
        return part
    rows = part["campaign"] == campaign
    return {name: column[rows] for name, column in part.items()}


def _chosen(columns: Parts, rows: Ints) -> Parts:
    return {name: column[rows] for name, column in columns.items()}


def _columns(parts: Sequence[Parts]) -> Parts:
    """One after the other, by column."""
    none = [np.empty(0, np.int64)]
    return {name: np.concatenate([part[name] for part in parts] or none) for name in _NAMES}


def _each_once(arrays: Iterable[Ints]) -> Ints:
    """Sorted. Not numpy's own unique, which keeps a table of hashes: there may be tens of millions."""
    held: Ints = np.concatenate([np.empty(0, np.int64), *arrays])
    held.sort()
    is_first = np.ones(len(held), np.bool_)
    np.not_equal(held[1:], held[:-1], out=is_first[1:])
    return held[is_first]


def _arrow(name: str, column: NDArray[Any]) -> pa.Array:
    return pa.array(column).cast(pa.date32()) if name == "work_day" else pa.array(column)


def _plain(name: str, column: pa.Array) -> NDArray[Any]:
    if name == "points_at":
        column = column.fill_null(-1)
    elif name == "work_day":
        column = column.cast(pa.date32()).view(pa.int32())
    plain: NDArray[Any] = column.to_numpy()
    return plain
