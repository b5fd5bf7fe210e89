"""From a table to a room and back: rows in chunks, good ones kept, wrong ones written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

import polars as pl

from dure.base.jobs import SILENT, Progress
from dure.kernel.must import must
from dure.kernel.refusals import BadInput
from dure.operations.imports.cells import Cells
from dure.operations.imports.pieces import Pieces
from dure.operations.imports.rejects import RejectedFile
from dure.operations.imports.tables import Table, read_table
from dure.operations.imports.types import ANY, Column, Imported, Problem, RowProblem, TableRow, Terms

# What a room writes in one go; it holds at most a few megabytes of rows.
CHUNK_ROWS: Final = 5_000
# The rejected file names all of them; a screen and a JSON answer need not.
PROBLEMS_KEPT_MAX: Final = 1_000
T = TypeVar("T")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Written:
    """What a room did with a chunk: ``refused`` by the place in the chunk, ``known`` were there before."""

    new: int
    known: int
    refused: Mapping[int, Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class WrittenColumns:
    """What a room did with columns: ``left`` are the rows that have to be looked at one by one."""

    new: int
    known: int
    left: Sequence[int]


class ByColumns(Protocol[P]):
    """The quick way for what is plainly good, in two steps, the first beside the second and without the database."""

    def prepare(self, frame: pl.DataFrame) -> P: ...

    def store(self, prepared: P) -> WrittenColumns: ...


@dataclass
class _Tally:
    rows: int = 0
    new: int = 0
    known: int = 0
    rejected: int = 0
    problem_count: int = 0
    problems: list[RowProblem] = field(default_factory=list)


class Import(Generic[T]):
    """One import: ``convert`` turns cells into a value and notes what is wrong, ``write`` hands values on.

    ``by_columns`` takes what is plainly good the quick way and leaves the rest to the two others.
    """

    def __init__(
        self,
        *,
        kind: str,
        path: Path,
        columns: Sequence[Column],
        convert: Callable[[Cells], T],
        write: Callable[[Sequence[T]], Written],
        rejected: Path | None,
        progress: Progress = SILENT,
        by_columns: ByColumns[Any] | None = None,
        terms: Terms = ANY,
    ) -> None:
        if rejected is not None and rejected.resolve() == path.resolve():
            raise BadInput(where="--rejected", what="names the file that is read", wanted="another file")
        self._kind = kind
        self._table: Table = read_table(path, columns)
        self._order = {column.name: place for place, column in enumerate(columns)}
        self._convert = convert
        self._write = write
        self._by_columns = by_columns
        self._terms = terms
        self._rejected = RejectedFile(path, self._table, rejected)
        self._progress = progress
        self._tally = _Tally()

    def run(self) -> Imported:
        """Import every row. Refuses as the room does when it refuses everything (a closed campaign)."""
        if self._terms.is_trial:
            return self._tried()
        try:
            if self._by_columns is None:
                self._take(self._table.rows())
            else:
                self._take_pieces(self._by_columns)
            rejected_file = self._rejected.close()
        except BaseException:
            self._rejected.drop()
            raise
        self._show(ended=True)
        return self._imported(rejected_file)

    def _tried(self) -> Imported:
        """Read and judge the rows, and write neither them nor a file of wrong ones."""
        try:
            self._take(islice(self._table.rows(), self._terms.rows_max or None))
        finally:
            self._rejected.drop()
        return self._imported(None)

    def _take_pieces(self, by_columns: ByColumns[P]) -> None:
        """Read and prepare a piece in a thread of its own while the one before is written."""
        pieces = Pieces(self._table)
        ready = (
            (piece, None if piece.columns is None else by_columns.prepare(piece.columns)) for piece in pieces
        )
        with ThreadPoolExecutor(1, "import") as reader:
            coming = reader.submit(next, ready, None)
            while (one := coming.result()) is not None:
                coming = reader.submit(next, ready, None)
                piece, prepared = one
                if piece.columns is None or prepared is None:
                    self._take(piece.rows)
                    continue
                written, height = by_columns.store(prepared), piece.columns.height
                must(written.new + written.known + len(written.left) == height, "every row is answered for")
                self._tally.new += written.new
                self._tally.known += written.known
                self._tally.rows += height - len(written.left)
                self._take(pieces.row(piece, place) for place in written.left)
                self._show()

    def _take(self, rows: Iterable[TableRow]) -> None:
        """Take rows one by one, good ones in chunks."""
        good: list[tuple[TableRow, T]] = []
        for row in rows:
            self._tally.rows += 1
            if row.is_broken:
                self._reject(row, row.problems)
                continue
            cells = Cells(row)
            value = self._convert(cells)
            if cells.problems:
                self._reject(row, cells.problems)
            else:
                good.append((row, value))
            if len(good) >= CHUNK_ROWS:
                self._hand_on(good)
                good = []
                self._show()
        self._hand_on(good)

    def _hand_on(self, good: Sequence[tuple[TableRow, T]]) -> None:
        if not good:
            return
        if self._terms.is_trial:
            self._tally.new += len(good)
            return
        written = self._write([value for _, value in good])
        must(written.new + written.known + len(written.refused) == len(good), "every row is answered for")
        self._tally.new += written.new
        self._tally.known += written.known
        for place in sorted(written.refused):
            self._reject(good[place][0], written.refused[place])

    def _reject(self, row: TableRow, problems: Sequence[Problem]) -> None:
        problems = sorted(problems, key=lambda problem: self._order.get(problem.column, -1))
        self._rejected.add(row, problems)
        tally = self._tally
        tally.rejected += 1
        tally.problem_count += len(problems)
        for problem in problems[: PROBLEMS_KEPT_MAX - len(tally.problems)]:
            tally.problems.append(
                RowProblem(self._table.name, row.number, problem.column, problem.what, problem.wanted)
            )

    def _show(self, *, ended: bool = False) -> None:
        rows = self._tally.rows
        self._progress.advance(rows, rows if ended else max(rows, self._table.rows_about))

    def _imported(self, rejected_file: Path | None) -> Imported:
        tally = self._tally
        return Imported(
            kind=self._kind,
            file=self._table.name,
            rows=tally.rows,
            new=tally.new,
            known=tally.known,
            rejected=tally.rejected,
            rejected_file=rejected_file,
            problem_count=tally.problem_count,
            problems=tuple(tally.problems),
        )
