"""Reading a table: CSV in pieces, a workbook's first sheet, both giving the same rows.

Python's own CSV reader in strict mode is used rather than a column reader, because a row that is wrong must
be named and handed back as it stands while its neighbours go in; it reads 1.5 million cells a second, far
more than can be registered.
"""

from __future__ import annotations

import csv
import difflib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Final

import polars

from dure.operations.imports.errors import ImportColumnsUnfit, ImportFileEmpty
from dure.operations.imports.files import examine
from dure.operations.imports.headings import own_name
from dure.operations.imports.sheets import sheet_frame
from dure.operations.imports.types import Column, Problem, TableRow

DELIMITERS: Final = (",", ";", "\t")
# A list may have its title, its date and a blank line above the row that names the columns.
HEADER_WITHIN_ROWS: Final = 10
# Columns that a rejected file adds; they are passed over when it is read again.
REJECTED_ROW, REJECTED_WHY, REJECTED_EXTRA = "rejected_row", "rejected_why", "rejected_extra"
REJECTED: Final = (REJECTED_ROW, REJECTED_WHY, REJECTED_EXTRA)
_OPEN_QUOTE: Final = Problem(
    "",
    "a quotation mark doesn't close, or stands inside a cell",
    'marks only around a whole cell, doubled ("") inside',
)


@dataclass(frozen=True, slots=True)
class Record:
    """A row as the file states it. ``broken`` is what can't be taken apart, ``faults`` cells that hold errors."""

    number: int
    cells: tuple[str, ...]
    broken: str = ""
    faults: tuple[tuple[int, str], ...] = ()


class Table:
    """A table whose columns are known and whose rows are read one after the other, again on each call.

    ``header``: normalised names by place; ``width``: how many cells its row has, named or not; ``places``: of names.
    """

    def __init__(self, path: Path, kind: str, columns: Sequence[Column], rows_about: int) -> None:
        self.name = path.name
        self.rows_about = rows_about
        self.path = path
        self.kind = kind
        self.delimiter = _delimiter(path, columns) if kind == "csv" else ""
        first = next((record for record in self._records() if any(map(str.strip, record.cells))), None)
        if first is None:
            raise ImportFileEmpty(file=path.name, what="there is nothing in it")
        self.header_number = first.number
        self.header = _header(path.name, first, columns)
        self.width = len(first.cells)
        self.wanted = tuple(column.name for column in columns)
        self.places = {name: place for place, name in enumerate(self.header) if name}

    def rows(self) -> Iterator[TableRow]:
        """Every row below the header that holds anything; blank ones count in the numbers only."""
        return self.rows_of(record for record in self._records() if record.number > self.header_number)

    def rows_of(self, records: Iterable[Record]) -> Iterator[TableRow]:
        """The rows among ``records`` that hold anything."""
        for record in records:
            if record.broken or any(map(str.strip, record.cells)):
                yield self.row(record)

    def _records(self) -> Iterator[Record]:
        if self.kind == "csv":
            return _csv_file_records(self.path, self.delimiter)
        return _sheet_records(*self.sheet)

    @cached_property
    def sheet(self) -> tuple[polars.DataFrame, dict[int, list[tuple[int, str]]]]:
        """The first sheet of a workbook, which is read whole: once."""
        return sheet_frame(self.path)

    def row(self, record: Record) -> TableRow:
        """The row that a record states."""
        if record.broken:
            blank = dict.fromkeys(self.wanted, "")
            raw = ("",) * len(self.header)
            return TableRow(record.number, blank, raw, (record.broken,), (_OPEN_QUOTE,), True)
        cells = record.cells + ("",) * (len(self.header) - len(record.cells))
        problems = [
            Problem(
                self.header[place] if place < len(self.header) else "", what, "a value, not a formula's error"
            )
            for place, what in record.faults
        ]
        extra = [cell for cell in cells[len(self.header) :] if cell.strip()]
        if extra:
            what = f"the row has {len(record.cells)} cells, the header {len(self.header)}"
            problems.append(
                Problem("", what, "as many; a cell that holds the delimiter stands in quotation marks")
            )
        extra += [cell for name, cell in zip(self.header, cells, strict=False) if not name and cell.strip()]
        if len(extra) > 0 and not problems:
            problems.append(
                Problem("", f"{extra[0][:40]!r} stands in a column without a name", "a name in the header")
            )
        left = self.places.get(REJECTED_EXTRA)
        if left is not None and (more := cells[left].strip()):
            problems.append(
                Problem(REJECTED_EXTRA, "still holds cells that had no column", "them moved and this empty")
            )
            extra.append(more)
        return TableRow(
            number=record.number,
            cells={
                name: cells[self.places[name]].strip() if name in self.places else "" for name in self.wanted
            },
            raw=cells[: len(self.header)],
            extra=tuple(extra),
            problems=tuple(problems),
        )


def read_table(path: Path, columns: Sequence[Column]) -> Table:
    """The table in a CSV file (UTF-8; comma, semicolon or tab) or on the first sheet of a workbook (.xlsx).

    The first row that holds anything is the header; names may differ in case and in spaces for underscores.
    A CSV file is never held whole, so it may be of any size.

    Refuses as :func:`dure.operations.imports.files.examine`, and with ImportFileEmpty, ImportColumnsUnfit.
    """
    examined = examine(path)
    return Table(path, examined.kind, columns, max(examined.lines - 1, 0))


def records_of(path: Path, columns: Sequence[Column]) -> Iterator[Record]:
    """Every record of a table as it stands, the header too, whatever that says. Refuses as :func:`read_table` does
    but for the columns."""
    if examine(path).kind == "csv":
        return _csv_file_records(path, _delimiter(path, columns))
    return _sheet_records(*sheet_frame(path))


class _Lines:
    """Lines of a file that can be given back: an open quotation mark must not swallow the rows after it."""

    def __init__(self, handle: Iterable[str]) -> None:
        self._handle = iter(handle)
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._handle)
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        self._waiting.extendleft(reversed(self.taken[1:]))
        return self.taken[0]


def _open(path: Path) -> TextIOWrapper:
    return path.open(encoding="utf-8-sig", newline="")


def _csv_file_records(path: Path, delimiter: str) -> Iterator[Record]:
    with _open(path) as handle:
        for number, (record, _) in enumerate(csv_records(handle, delimiter), 1):
            yield Record(number, record.cells, record.broken)


def csv_records(handle: Iterable[str], delimiter: str) -> Iterator[tuple[Record, str]]:
    """Records of CSV text (RFC 4180), each with the text it stood in; they are numbered by whoever asks.

    Numbers count records, as a spreadsheet does, blank ones too.
    """
    lines = _Lines(handle)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken.clear()
        try:
            cells = tuple(next(reader))
        except StopIteration:
            return
        except csv.Error:
            broken = lines.give_back_all_but_first()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield Record(0, (), broken.rstrip("\r\n")), broken
        else:
            yield Record(0, cells), "".join(lines.taken)


def _delimiter(path: Path, columns: Sequence[Column]) -> str:
    """The delimiter under which the header names the most known columns; the comma when none does better.

    Where no first line names any, that may be a title: then the one by which a line near the top has most cells.
    """
    known = {column.name for column in columns} | set(REJECTED)
    with _open(path) as handle:
        heads = list(islice((line for line in handle if line.strip()), HEADER_WITHIN_ROWS))

    def names_known(delimiter: str) -> tuple[int, int]:
        lines = [next(csv.reader([line], delimiter=delimiter), []) for line in heads or [""]]
        count = sum(own_name(cell, known) in known for cell in lines[0])
        return count, len(lines[0]) if count else max(map(len, lines))

    return max(DELIMITERS, key=names_known)


def _sheet_records(
    frame: polars.DataFrame, faults: Mapping[int, Sequence[tuple[int, str]]]
) -> Iterator[Record]:
    """Rows of a workbook's first sheet, as text: what CSV would say for the same cells."""
    for row, cells in enumerate(frame.iter_rows()):
        yield Record(row + 1, cells, faults=tuple(faults.get(row, ())))


def _header(file: str, first: Record, columns: Sequence[Column]) -> tuple[str, ...]:
    """Normalised names by place, "" where there is none. Refuses with ImportColumnsUnfit, all at once."""
    known = [column.name for column in columns]
    names = [own_name(cell, known) for cell in first.cells]
    while names and not names[-1]:
        names.pop()
    problems = [
        f'the column "{name}" stands there twice' for name in dict.fromkeys(names) if _twice(name, names)
    ]
    for name in dict.fromkeys(names):
        if name and name not in known and name not in REJECTED:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "it can be left out"
            problems.append(f'the column "{name[:40]}" is unknown ({hint})')
    problems += [
        f'the column "{column.name}" is missing'
        for column in columns
        if column.required and column.name not in names
    ]
    if not set(names) & set(known):
        listed = ", ".join(known)
        problems = [f"the first row names none of the columns it could have ({listed})"]
    if problems:
        raise ImportColumnsUnfit(file=file, listing="; ".join(problems), problems=tuple(problems))
    return tuple(names)


def _twice(name: str, names: Sequence[str]) -> bool:
    return bool(name) and names.count(name) > 1
