"""A table in pieces of some thousand rows: as columns of text wherever it is regular, row by row where it isn't.

polars takes a block of CSV apart some fifteen times as fast as Python's own reader. Both must say the same, so a block
is given to polars only when nothing stands in it that the two could read differently: no quotation mark inside a
cell, no bare carriage return, no control character, and as many cells as the header has. Every other block goes
to :mod:`tables`, which names what is wrong.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO, Final

import polars as pl
from polars.exceptions import PolarsError

from dure.operations.imports.tables import Record, Table, csv_records
from dure.operations.imports.types import TableRow

# Some five thousand rows of people, in one cell at most a megabyte (files.examine).
BLOCK_BYTES: Final = 1024 * 1024
PIECE_ROWS_MAX: Final = 5_000
_CONTROL: Final = bytes({*range(32), 127} - {*b"\t\n\r"})
_CONTROL_BEYOND_ASCII: Final = re.compile(rb"\xc2[\x80-\x9f]")
_CONTROL_TEXT: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some rows of a table, either as ``columns`` or, where None, as ``rows``.

    ``columns``: the wanted ones, stripped; ``raw``: the same rows as they stand, all cells of the header; ``numbers``:
    where they stand.
    """

    rows: Sequence[TableRow] = ()
    columns: pl.DataFrame | None = None
    raw: pl.DataFrame | None = None
    numbers: Sequence[int] = ()


class Pieces:
    """The rows of a table below its header, from top to bottom, each in one piece."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = [f"c{place}" for place in range(table.width)]

    def __iter__(self) -> Iterator[Piece]:
        if self._table.kind == "csv":
            return self._of_csv()
        return self._of_sheet()

    def row(self, piece: Piece, place: int) -> TableRow:
        """One row of a piece as :mod:`tables` gives it."""
        if piece.raw is None:
            return piece.rows[place]
        return self._table.row(Record(piece.numbers[place], piece.raw.row(place)))

    def _of_csv(self) -> Iterator[Piece]:
        with self._table.path.open("rb") as handle:
            number, offset = 0, len(codecs.BOM_UTF8) if handle.read(3) == codecs.BOM_UTF8 else 0
            for _record, end in _records_from(handle, offset, self._table.delimiter):
                number, offset = number + 1, end
                if number == self._table.header_number:
                    break
            while block := _block(handle, offset):
                frame = self._frame(block) if _ends_whole(block) else None
                if frame is not None:
                    yield from self._pieces(frame, number + 1)
                    number, offset = number + frame.height, offset + len(block)
                    continue
                rows: list[TableRow] = []
                until = offset + len(block)
                for record, end in _records_from(handle, offset, self._table.delimiter):
                    number, offset = number + 1, end
                    rows += self._table.rows_of([Record(number, record.cells, record.broken)])
                    if len(rows) >= PIECE_ROWS_MAX or offset >= until:
                        break
                yield Piece(rows)

    def _of_sheet(self) -> Iterator[Piece]:
        """Cells that hold a formula's error are told row by row, so then all rows are."""
        frame, faults = self._table.sheet
        start = self._table.header_number
        for at in range(start, frame.height, PIECE_ROWS_MAX):
            part = frame.slice(at, PIECE_ROWS_MAX)
            odd = any(at <= row < at + part.height for row in faults)
            if odd or any(part[name].str.contains(_CONTROL_TEXT).any() for name in part.columns):
                records = [
                    Record(at + k + 1, cells, faults=tuple(faults.get(at + k, ())))
                    for k, cells in enumerate(part.rows())
                ]
                yield Piece(list(self._table.rows_of(records)))
            else:
                yield from self._pieces(
                    part.rename(dict(zip(part.columns, self._names, strict=True))), at + 1
                )

    def _frame(self, block: bytes) -> pl.DataFrame | None:
        """The block taken apart; None where it has to be read row by row."""
        delimiter = self._table.delimiter
        has_quotes = b'"' in block
        if _is_odd(block) or (has_quotes and not _regular(delimiter).fullmatch(block)):
            return None
        try:
            frame = pl.read_csv(
                block,
                has_header=False,
                separator=delimiter,
                quote_char='"' if has_quotes else None,
                schema=dict.fromkeys(self._names, pl.String),
                infer_schema=False,
                empty_string_is_null=False,
            )
        except PolarsError:
            return None
        if not has_quotes and frame.height != block.count(b"\n") + (not block.endswith(b"\n")):
            return None
        return frame.fill_null("")

    def _pieces(self, raw: pl.DataFrame, number: int) -> Iterator[Piece]:
        """Rows that hold anything, in pieces; with every column that could be there."""
        stripped = raw.select(pl.all().str.strip_chars())
        numbers = pl.int_range(number, number + raw.height, eager=True)
        filled = stripped.select(pl.any_horizontal(pl.all() != "")).to_series()
        if not filled.all():
            raw, stripped, numbers = raw.filter(filled), stripped.filter(filled), numbers.filter(filled)
        places = self._table.places
        wanted = stripped.select(
            (pl.col(self._names[places[name]]) if name in places else pl.lit("")).alias(name)
            for name in self._table.wanted
        )
        spare = [name for place, name in enumerate(self._names) if place not in places.values()]
        fits = stripped.select(pl.all_horizontal(pl.col(spare) == "")).to_series() if spare else None
        if fits is not None and not fits.all():
            # Cells without a column: they are told with their row.
            records = (Record(n, cells) for n, cells in zip(numbers.to_list(), raw.rows(), strict=True))
            yield Piece(list(self._table.rows_of(records)))
            return
        for at in range(0, wanted.height, PIECE_ROWS_MAX):
            yield Piece(
                columns=wanted.slice(at, PIECE_ROWS_MAX),
                raw=raw.slice(at, PIECE_ROWS_MAX),
                numbers=numbers.slice(at, PIECE_ROWS_MAX).to_list(),
            )


def _block(handle: BinaryIO, offset: int) -> bytes:
    """Whole records from ``offset`` on, about a block of them; what is left of the file when it has no end."""
    handle.seek(offset)
    block = handle.read(BLOCK_BYTES)
    if len(block) < BLOCK_BYTES:
        return block
    cut = block.rfind(b"\n") + 1
    # A line's end within quotation marks ends no record.
    while cut and block.count(b'"', 0, cut) % 2:
        cut = block.rfind(b"\n", 0, block.rfind(b'"', 0, cut)) + 1
    return block[:cut] or block


def _ends_whole(block: bytes) -> bool:
    """Whether a block ends where a record does: at a line's end, or with the file."""
    return len(block) < BLOCK_BYTES or block.endswith(b"\n")


def _is_odd(block: bytes) -> bool:
    """Whether control characters or bare carriage returns stand in it."""
    return (
        len(block.translate(None, _CONTROL)) < len(block)
        or block.count(b"\r") > block.count(b"\r\n")
        or (not block.isascii() and _CONTROL_BEYOND_ASCII.search(block) is not None)
    )


def _regular(delimiter: str) -> re.Pattern[bytes]:
    """Blocks in which marks stand only around whole cells, doubled inside; ``re`` keeps what was compiled."""
    part = re.escape(delimiter).encode()
    cell = rb'(?:"(?:[^"]++|"")*+"|[^"\r\n' + part + rb"]*+)"
    return re.compile(rb"(?:" + cell + rb"(?:" + part + rb"|\r?\n))*+" + cell)


def _records_from(handle: BinaryIO, offset: int, delimiter: str) -> Iterator[tuple[Record, int]]:
    """Records from a record's beginning on, each with the offset at which the next one begins."""
    handle.seek(offset)
    text = TextIOWrapper(handle, encoding="utf-8", newline="")
    try:
        for record, text_taken in csv_records(text, delimiter):
            offset += len(text_taken.encode())
            yield record, offset
    finally:
        text.detach()
