"""Columns of somebody else's Parquet file, taken as the match wants them.

A fault does not stop the reading: it is kept with its place and a harmless value stands in, so that one answer
names everything that is wrong. Whoever reads asks for ``faults`` before believing the columns.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import numpy as np
import polars as pl

from dure.engine.matching.facts import MINUTE_MAX, BoolArray, FloatArray, Int32Array, IntArray
from dure.kernel.must import must
from dure.kernel.refusals import Refusal

WHOLE: Final = "whole numbers (int64)"
NUMBER: Final = "numbers (float64)"
FLAG: Final = "true or false (bool)"
TEXT: Final = "text (string)"
TEXTS: Final = "lists of text (list<string>)"
MOMENT: Final = "timestamps"
SPANS: Final = "lists of spans (list<struct<from: timestamp, to: timestamp>>)"

ROWS_NAMED_MAX: Final = 3
# Above this a floating-point number no longer holds every whole number.
FLOAT_WHOLE_MAX: Final = 2**53
INT32_MAX: Final = 2**31 - 1
INT64_MAX: Final = 2**63 - 1
# Stands for an id that is not there or could not be read.
UNREADABLE: Final = -(2**63)
_UNITS_A_MINUTE: Final = {"ms": 60_000, "us": 60_000_000, "ns": 60_000_000_000}

T = TypeVar("T")


class MatchFileMissing(Refusal):
    code = "match_file_missing"
    says = "There is no file {file}. Check the name and the folder."
    status = 404


class MatchFileUnreadable(Refusal):
    code = "match_file_unreadable"
    says = "{file} can't be read as a Parquet file: {why}. Write it anew with the program it came from."
    status = 422


def _textual(dtype: object) -> bool:
    return dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum) or dtype == pl.Categorical


def _numeric(dtype: pl.DataType) -> bool:
    return dtype.is_integer() or dtype.is_float()


def _span_like(dtype: object) -> bool:
    if not isinstance(dtype, pl.Struct):
        return dtype == pl.Null
    fields = {field.name: field.dtype for field in dtype.fields}
    return all(isinstance(fields.get(name), pl.Datetime | pl.Null) for name in ("from", "to"))


def _list_of(inside: Callable[[object], bool]) -> Callable[[pl.DataType], bool]:
    return lambda dtype: isinstance(dtype, pl.List | pl.Array) and inside(dtype.inner)


_FITS: Final[Mapping[str, Callable[[pl.DataType], bool]]] = {
    WHOLE: _numeric,
    NUMBER: _numeric,
    FLAG: lambda dtype: dtype == pl.Boolean,
    TEXT: _textual,
    TEXTS: _list_of(lambda inner: _textual(inner) or inner == pl.Null),
    MOMENT: lambda dtype: isinstance(dtype, pl.Datetime),
    SPANS: _list_of(_span_like),
}


class Times(NamedTuple):
    """A column of moments."""

    minutes: IntArray  # (count,) since the epoch
    known: BoolArray  # (count,) False where a fault was found
    rounded: bool  # some were no whole minutes


class Table:
    """One Parquet file of ``count`` rows, of which the columns in ``kinds`` are read.

    ``kinds`` says what each column holds (one of the words above); all are needed but those in ``optional``.
    Refuses with MatchFileMissing and MatchFileUnreadable, the latter also while columns are read.
    """

    def __init__(self, path: Path, kinds: Mapping[str, str], *, optional: frozenset[str], ids: str) -> None:
        _refuse_odd(path)
        self._path = path
        self.name = path.name
        self.id_column = ids
        self.faults: list[str] = []
        self._kinds = kinds
        schema = _reading(path, lambda: pl.read_parquet_schema(path))
        self._dtypes = dict(schema)
        self.ignored = tuple(name for name in schema if name not in kinds)
        present = [name for name in kinds if name in schema]
        self.has = frozenset(present)
        missing = [name for name in kinds if name not in schema and name not in optional]
        for name in missing:
            hint = f" The file has {_few(list(schema))}." if name == missing[-1] else ""
            self._fault(name, f"is missing, expected {kinds[name]}.{hint}")
        lazy = pl.scan_parquet(path, glob=False).select(pl.len())
        self.count = int(_reading(path, lazy.collect).item())
        self._sound = {name for name in present if self._is_sound(name)}
        self.ids: IntArray | None = None
        self.ids = self._unique_ids() if ids in self._sound else None

    def whole(self, name: str, least: int, most: int, *, missing: int | None = None) -> IntArray:
        """(count,) whole numbers within bounds; an empty cell is a fault unless ``missing`` stands in for it."""
        stand_in = least if missing is None else missing
        series = self._series(name)
        if series is None:
            return np.full(self.count, stand_in, np.int64)
        absent = _absent(series)
        cast = series.cast(pl.Int64, strict=False)
        broken = cast.is_null().to_numpy() & ~absent
        values: IntArray = cast.fill_null(0).to_numpy()
        if series.dtype.is_float():
            found = series.cast(pl.Float64).fill_null(0).fill_nan(0).to_numpy()
            broken |= (values != found) | (np.abs(found) > FLOAT_WHOLE_MAX)
        self.wrong(name, broken, "no whole number", series)
        if missing is None:
            self.wrong(name, absent, "empty. Give a number")
        lost = absent | broken
        self.wrong(name, ~lost & (values < least), f"below {least:,}, the least that may stand here", series)
        self.wrong(name, ~lost & (values > most), f"above {most:,}, the most that may stand here", series)
        return np.where(lost, stand_in, np.clip(values, least, most)).astype(np.int64)

    def degrees(self, name: str, most: float) -> tuple[FloatArray, BoolArray]:
        """(count,) degrees from ``-most`` to ``most``, and which cells are empty; their degrees are NaN."""
        series = self._series(name)
        if series is None:
            return np.zeros(self.count, np.float64), np.zeros(self.count, np.bool_)
        values = series.cast(pl.Float64).fill_null(np.nan).to_numpy()
        outside = np.abs(values) > most
        self.wrong(name, outside, f"not within -{most:g} and {most:g} degrees: outside the world", series)
        return values.astype(np.float64), np.isnan(values)

    def flags(self, name: str, *, missing: bool) -> BoolArray:
        series = self._series(name)
        if series is None:
            return np.full(self.count, missing, np.bool_)
        return series.cast(pl.Boolean).fill_null(missing).to_numpy().astype(np.bool_)

    def texts(self, name: str) -> tuple[Int32Array, pl.Series]:
        """Row and text of every entry of a column of lists, or of text; nulls and blanks are faults."""
        series = self._series(name)
        if series is None:
            return np.zeros(0, np.int32), pl.Series(dtype=pl.String)
        if self._kinds[name] == TEXT:
            owner, flat = np.arange(self.count, dtype=np.int32), series
        else:
            owner, flat = self._flat(series)
        flat = flat.cast(pl.String)
        blank = (flat.is_null() | (flat.str.strip_chars() == "").fill_null(False)).to_numpy()
        self.wrong(name, self._at(owner[blank]), "an empty name. Write a word or leave the entry out")
        return owner[~blank], flat.filter(pl.Series(~blank))

    def minutes(self, name: str, *, up: bool) -> Times:
        """Minutes since the epoch, rounded up or down."""
        series = self._series(name)
        if series is None:
            return Times(np.zeros(self.count, np.int64), np.zeros(self.count, np.bool_), False)
        self.wrong(name, series.is_null().to_numpy(), "empty. Give a time")
        minutes, rest_ns = _split(series)
        out = np.abs(minutes) >= MINUTE_MAX
        self.wrong(name, out, "a time of no calendar. Check the unit of the timestamps")
        over = rest_ns > 0
        known = ~out & series.is_not_null().to_numpy()
        return Times(np.where(out, 0, minutes + (over if up else 0)), known, bool(over.any()))

    def spans(self, name: str) -> tuple[Int32Array, IntArray, IntArray, bool]:
        """Row, first and last whole minute of every span, and whether any was rounded.

        Spans are rounded inwards; one in which no whole minute is left holds no shift and goes.
        """
        none = np.zeros(0, np.int64)
        series = self._series(name)
        if series is None:
            return np.zeros(0, np.int32), none, none, False
        owner, flat = self._flat(series)
        if flat.dtype == pl.Null:
            self.wrong(name, self._at(owner), "an empty span. Give from and to, or leave the span out")
            return np.zeros(0, np.int32), none, none, False
        starts, ends = flat.struct.field("from"), flat.struct.field("to")
        half = (flat.is_null() | starts.is_null() | ends.is_null()).to_numpy()
        self.wrong(name, self._at(owner[half]), "a span without from or to. Give both, or leave it out")
        whole = pl.Series(~half)
        owner, starts, ends = owner[~half], _moments(starts.filter(whole)), _moments(ends.filter(whole))
        (from_min, from_rest), (to_min, to_rest) = _split(starts), _split(ends)
        backwards = (to_min < from_min) | ((to_min == from_min) & (to_rest <= from_rest))
        self.wrong(name, self._at(owner[backwards]), "a span that does not end after it begins")
        out = (np.abs(from_min) >= MINUTE_MAX) | (np.abs(to_min) >= MINUTE_MAX)
        self.wrong(name, self._at(owner[out]), "a time of no calendar. Check the unit of the timestamps")
        first_min = from_min + (from_rest > 0)
        kept = ~out & (first_min < to_min)
        rounded = bool((from_rest > 0).any() or (to_rest > 0).any())
        return owner[kept], first_min[kept], to_min[kept], rounded

    def clocks(self) -> dict[str, bool]:
        """Every place in the file that holds timestamps, and whether they name a time zone."""
        found: dict[str, bool] = {}
        for name in sorted(self._sound):
            dtype = self._dtypes[name]
            if isinstance(dtype, pl.Datetime):
                found[name] = dtype.time_zone is not None
            elif isinstance(dtype, pl.List | pl.Array) and isinstance(dtype.inner, pl.Struct):
                for field in dtype.inner.fields:
                    if isinstance(field.dtype, pl.Datetime) and field.name in {"from", "to"}:
                        found[f"{name}.{field.name}"] = field.dtype.time_zone is not None
        return found

    def wrong(self, name: str, bad: BoolArray, what: str, values: pl.Series | None = None) -> None:
        """Keep a fault of the rows where ``bad``; the first of the ``values`` is shown."""
        rows = np.flatnonzero(bad)
        if len(rows) == 0:
            return
        named = ", ".join(self.place(int(row)) for row in rows[:ROWS_NAMED_MAX])
        more = f" and {len(rows) - ROWS_NAMED_MAX:,} more" if len(rows) > ROWS_NAMED_MAX else ""
        shown = "" if values is None else f"{values[int(rows[0])]} is "
        self._fault(name, f"{named}{more}: {shown}{what}.", apart=", ")

    def ids_or_zeros(self) -> IntArray:
        """(count,) the ids; zeros, and a fault, where they could not be read."""
        return np.zeros(self.count, np.int64) if self.ids is None else self.ids

    def rows_of(self, ids: IntArray) -> Int32Array:
        """The row that has each id, or -1."""
        if self.ids is None or self.count == 0:
            return np.full(len(ids), -1, np.int32)
        order = np.argsort(self.ids, kind="stable")
        found = order[np.minimum(np.searchsorted(self.ids, ids, sorter=order), self.count - 1)]
        return np.where(self.ids[found] == ids, found, -1).astype(np.int32)

    def place(self, row: int) -> str:
        """A row in words: its number, counted from 1, and its id."""
        number = UNREADABLE if self.ids is None else int(self.ids[row])
        return f"row {row + 1:,}" + ("" if number == UNREADABLE else f" ({self.id_column} {number})")

    def _fault(self, name: str, what: str, apart: str = " ") -> None:
        self.faults.append(f"{self.name}, column {name}{apart}{what}")

    def _is_sound(self, name: str) -> bool:
        dtype, kind = self._dtypes[name], self._kinds[name]
        # A column of nothing but nulls is how programs write one in which nobody said anything.
        if dtype == pl.Null or _FITS[kind](dtype):
            return True
        self._fault(name, f"holds {dtype}, expected {kind}.")
        return False

    def _series(self, name: str) -> pl.Series | None:
        """One column, read when it is asked for, so that no more than one is held at a time."""
        if name not in self._sound:
            return None
        read = pl.scan_parquet(self._path, glob=False).select(name)
        series = _reading(self._path, read.collect).get_column(name)
        if len(series) != self.count:
            raise MatchFileUnreadable(file=str(self._path), why="it was changed while it was being read")
        if series.dtype != pl.Null:
            return series
        return series.cast(_EMPTY_AS[self._kinds[name]])

    def _unique_ids(self) -> IntArray:
        ids = self.whole(self.id_column, UNREADABLE, INT64_MAX)
        self.ids = ids  # so that what follows can name them
        first_row, again = np.unique(ids, return_index=True, return_inverse=True)[1:]
        repeated = (first_row[again] != np.arange(self.count)) & (ids != UNREADABLE)
        self.wrong(self.id_column, repeated, "an id that an earlier row has. Give each its own")
        return ids

    def _flat(self, lists: pl.Series) -> tuple[Int32Array, pl.Series]:
        if isinstance(lists.dtype, pl.Array):
            lists = lists.arr.to_list()
        lengths = lists.list.len().fill_null(0).to_numpy()
        owner = np.repeat(np.arange(self.count, dtype=np.int32), lengths)
        flat = lists.explode(empty_as_null=False, keep_nulls=False)
        must(len(flat) == len(owner), "every entry of a list belongs to one row")
        return owner, flat

    def _at(self, rows: Int32Array) -> BoolArray:
        bad = np.zeros(self.count, np.bool_)
        bad[rows] = True
        return bad


_EMPTY_AS: Final[Mapping[str, pl.DataType]] = {
    WHOLE: pl.Int64(),
    NUMBER: pl.Float64(),
    FLAG: pl.Boolean(),
    TEXT: pl.String(),
    TEXTS: pl.List(pl.String),
    MOMENT: pl.Datetime("us"),
    SPANS: pl.List(pl.Null),
}


def _refuse_odd(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a NUL in the name
        raise MatchFileMissing(file=str(path)) from error
    except OSError as error:
        raise MatchFileUnreadable(file=str(path), why=(error.strerror or str(error)).lower()) from error
    if not stat.S_ISREG(mode):
        why = "it is a folder" if stat.S_ISDIR(mode) else "it is a device or a pipe"
        raise MatchFileUnreadable(file=str(path), why=why)


def _reading(path: Path, read: Callable[[], T]) -> T:
    # A timestamp is a moment whatever its clock is called; without this an unknown name is a panic.
    os.environ.setdefault("POLARS_IGNORE_TIMEZONE_PARSE_ERROR", "1")
    try:
        return read()
    # A damaged file may also make the library panic, which it does outside Exception.
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        why = " ".join(str(error).split())[:200].rstrip(".")
        raise MatchFileUnreadable(file=str(path), why=why or type(error).__name__) from error


def _few(names: list[str]) -> str:
    listed = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    return listed or "no columns"


def _absent(series: pl.Series) -> BoolArray:
    absent = (
        series.is_null() | series.is_nan().fill_null(True) if series.dtype.is_float() else series.is_null()
    )
    return absent.to_numpy().astype(np.bool_)


def _moments(series: pl.Series) -> pl.Series:
    """Timestamps whatever their unit; a column of nulls has none."""
    return series if isinstance(series.dtype, pl.Datetime) else series.cast(pl.Datetime("us"))


def _split(series: pl.Series) -> tuple[IntArray, IntArray]:
    """Whole minutes since the epoch and the nanoseconds left over, from timestamps of any unit."""
    dtype = series.dtype
    must(isinstance(dtype, pl.Datetime), "only timestamps are counted in minutes")
    unit = _UNITS_A_MINUTE[str(getattr(dtype, "time_unit", ""))]
    ticks: IntArray = series.to_physical().fill_null(0).to_numpy()
    return ticks // unit, ticks % unit * (60_000_000_000 // unit)
