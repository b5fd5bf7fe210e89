"""Sums by cell, kept in one table of this process by compiled loops: a group-by for the one kind of group there is.

Open addressing with linear probing (Knuth, The Art of Computer Programming, vol. 3, 6.4, algorithm L), at most three
quarters full. What takes time is waiting for memory. So a cell's key and sums lie together; each day's cells lie in a
drawer of their own, since most of what comes is of a day or two; who books in crews finds the cell of the entry before;
and of a block of entries all places are looked at once before any is written to, since a processor waits for many of
them as long as for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from dure.analytics.rollups import CELL
from dure.engine.compiled import bare, compiled
from dure.engine.log.entry import OUTGOING_KINDS
from dure.kernel.must import must

Columns = Mapping[str, NDArray[np.generic]]
"""Columns of entries or of rollups by name, all of one length; days as days since 1970, no entry's ``points_at`` -1."""

SUM_COUNT: Final = 3
_KEY_WORDS: Final = 3
_WORDS: Final = _KEY_WORDS + SUM_COUNT
# A power of two; days that far apart share a drawer.
_DRAWERS: Final = 16
_FIRST_ROWS: Final = 1 << 8
# Rows that are looked at together: their places and keys stay in the processor's first cache.
_BLOCK: Final = 128
_FULL, _TOO_BIG, _NOT_CLEARED = 1, 2, 3
# So many of these in a block don't go beyond 64 bits.
_SMALL: Final = 1 << 55
_MOST: Final = (1 << 63) - 1
_LOW: Final = (1 << 32) - 1
_NEVER: Final = 1 << 31
_OUT: Final = sum(1 << int(kind) for kind in OUTGOING_KINDS)

Narrow = NDArray[np.uint32]
Ints = NDArray[np.int64]


class Cells:
    """Three sums by cell, in 64 bits: OverflowError where they don't hold. What a sum is of, its user knows; entries
    add to a count, what was claimed, and what went out."""

    def __init__(self) -> None:
        # A row: the key's three words, the last of them 0 where nothing lies, then the sums. One drawer after another.
        self._table, self._counts = _drawers(_FIRST_ROWS)
        # What a block is laid out on: the keys, where each is looked for, the rows they begin with, running sums.
        self._bench = (
            np.empty((_BLOCK, _KEY_WORDS), np.int64),
            np.empty(_BLOCK, np.uint64),
            np.empty(_BLOCK + 1, np.int64),
            np.zeros((_BLOCK + 1, SUM_COUNT), np.int64),
        )

    def add_entries(self, entries: Columns) -> None:
        """Add what contributions count for; what points at others is left out."""
        kind, points_at = _as(np.uint8, entries["kind"]), _as(np.int64, entries["points_at"])
        quantity = _as(np.int64, entries["quantity_milli"])
        cell = _cell_columns(entries)
        self._whole(
            len(kind),
            lambda start: _add(
                self._table, self._counts, cell, kind, quantity, points_at, self._bench, start
            ),
        )

    def add(self, cells: Columns, sums: Sequence[NDArray[Any]], sign: int = 1) -> None:
        """Add three columns of sums, ``sign`` times, to ``cells``."""
        cell = _cell_columns(cells)
        first, second, third = (_as(np.int64, column) for column in sums)
        self._whole(
            len(first),
            lambda start: _add_sums(
                self._table, self._counts, cell, first, second, third, sign, self._bench, start
            ),
        )

    def left(self, before: int = _NEVER) -> tuple[dict[str, NDArray[Any]], list[NDArray[np.int64]]]:
        """Take out the cells of days before ``before``; those where a sum isn't 0: columns CELL, and the sums."""
        held = _sift(self._table, self._counts, before)
        cells = {
            "campaign": (held[:, 0] >> 32).astype(np.uint32),
            "team": (held[:, 0] & _LOW).astype(np.uint32),
            "area": (held[:, 1] >> 32).astype(np.uint32),
            "indicator": (held[:, 1] & _LOW).astype(np.uint32),
            "work_day": (held[:, 2] & _LOW).astype(np.uint32).view(np.int32),
        }
        return cells, [np.ascontiguousarray(held[:, _KEY_WORDS + place]) for place in range(SUM_COUNT)]

    def _whole(self, count: int, loop: Callable[[int], tuple[int, int, int]]) -> None:
        """Run ``loop`` from row to row until all ``count`` are in, with room made whenever it asks for it."""
        row = 0
        while row < count:
            row, why, drawer = loop(row)
            if why == _TOO_BIG:
                raise OverflowError("the sum of a team's day is beyond 64 bits")
            if why == _FULL:
                self._double()
            if why == _NOT_CLEARED:
                rows = len(self._table) // _DRAWERS
                self._table[drawer * rows : (drawer + 1) * rows] = 0
                self._counts[drawer] = 0

    def _double(self) -> None:
        table, counts = _drawers(2 * len(self._table) // _DRAWERS)
        _move(self._table, self._counts, table, counts)
        self._table, self._counts = table, counts


def _drawers(rows: int) -> tuple[Ints, Ints]:
    """Drawers that nothing is known of, and how many cells are in each; -1: it must be cleared first."""
    return np.empty((_DRAWERS * rows, _WORDS), np.int64), np.full(_DRAWERS, -1)


def _cell_columns(columns: Columns) -> tuple[Narrow, Narrow, Narrow, Narrow, Narrow]:
    """Ids as wide as an entry's encoding has them, the day's bits as they are."""
    campaign, team, area, indicator = (_ids(columns[name]) for name in CELL[:-1])
    return campaign, team, area, indicator, _as(np.int32, columns["work_day"]).view(np.uint32)


def _ids(column: NDArray[np.generic]) -> Narrow:
    if column.dtype != np.uint32 and len(column):
        must(int(column.min()) >= 0 and int(column.max()) < 1 << 32, "ids are of 32 bits")
    return _as(np.uint32, column)


Scalar = TypeVar("Scalar", bound=np.generic)


def _as(kind: type[Scalar], column: NDArray[np.generic]) -> NDArray[Scalar]:
    return np.ascontiguousarray(column, dtype=kind)


@bare
def _begins(table, first, second, third):  # type: ignore[no-untyped-def]
    """The row where to begin looking for a cell."""
    # Odd numbers of 64 bits with bits all over: the high half of the product is what is looked at.
    mixed = (
        np.uint64(first) * np.uint64(0x9E3779B97F4A7C15)
        ^ np.uint64(second) * np.uint64(0xC2B2AE3D27D4EB4F)
        ^ np.uint64(third) * np.uint64(0x165667B19E3779F9)
    )
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    rows = np.uint64(len(table) // _DRAWERS)
    drawer = np.uint64(third) & np.uint64(_DRAWERS - 1)
    return drawer * rows + (mixed >> np.uint64(32) & (rows - np.uint64(1)))


@bare
def _place(table, counts, at, first, second, third):  # type: ignore[no-untyped-def]
    """The row where a cell is, from ``at`` on, made where there is none; 0, or why there is no such row."""
    rows = np.uint64(len(table) // _DRAWERS)
    drawer = np.uint64(third) & np.uint64(_DRAWERS - 1)
    within, why = rows - np.uint64(1), 0
    if counts[drawer] < 0:
        why = _NOT_CLEARED
    else:
        while table[at, 2] != 0 and (
            table[at, 0] != first or table[at, 2] != third or table[at, 1] != second
        ):
            at = (at & ~within) | ((at + np.uint64(1)) & within)
        if table[at, 2] == 0 and counts[drawer] * 4 >= np.int64(rows) * 3:
            why = _FULL
        elif table[at, 2] == 0:
            counts[drawer] += 1
            table[at, 0] = first
            table[at, 1] = second
            table[at, 2] = third
    return at, why


@bare
def _look(table, cell, rows, count, keys, begins):  # type: ignore[no-untyped-def]
    """The keys of the first ``count`` of ``rows`` and where the search for each begins. What lies there is fetched, in
    a loop that does nothing else; the sum is of no use."""
    campaigns, teams, areas, indicators, days = cell
    for number in range(count):
        row = rows[number]
        first = np.int64(campaigns[row]) << 32 | np.int64(teams[row])
        second = np.int64(areas[row]) << 32 | np.int64(indicators[row])
        third = np.int64(1) << 32 | np.int64(days[row])
        keys[number, 0] = first
        keys[number, 1] = second
        keys[number, 2] = third
        begins[number] = _begins(table, first, second, third)
    seen = 0
    for number in range(count):
        seen ^= table[begins[number], 0] ^ table[begins[number], _WORDS - 1]
    return seen


@bare
def _changes(cell, start, end, rows):  # type: ignore[no-untyped-def]
    """How many ``rows`` from ``start`` to ``end`` are of another cell than the row before; these are put down."""
    campaigns, teams, areas, indicators, days = cell
    rows[0] = start
    count = 1
    for row in range(start + 1, end):
        rows[count] = row
        count += (
            (teams[row] != teams[row - 1])
            | (areas[row] != areas[row - 1])
            | (indicators[row] != indicators[row - 1])
            | (days[row] != days[row - 1])
            | (campaigns[row] != campaigns[row - 1])
        )
    rows[count] = end
    return count


@bare
def _is_beyond(held, by):  # type: ignore[no-untyped-def]
    """Whether 64 bits don't hold the sum of both. Adding and looking won't do: compilers take it for granted."""
    return held > _MOST - by if by >= 0 else held < -_MOST - by


@bare
def _move(old, old_counts, table, counts):  # type: ignore[no-untyped-def]
    rows = len(old) // _DRAWERS
    for drawer in range(_DRAWERS):
        if old_counts[drawer] > 0:
            _move_rows(old[drawer * rows : (drawer + 1) * rows], table, counts, drawer)


@bare
def _move_rows(moved, table, counts, drawer):  # type: ignore[no-untyped-def]
    """Have only the rows ``moved`` in a drawer that has room for them."""
    rows = len(table) // _DRAWERS
    table[drawer * rows : (drawer + 1) * rows] = 0
    counts[drawer] = 0
    for row in range(len(moved)):
        first, second, third = moved[row, 0], moved[row, 1], moved[row, 2]
        if third != 0:
            at, _ = _place(table, counts, _begins(table, first, second, third), first, second, third)
            for word in range(_WORDS):
                table[at, word] = moved[row, word]


@bare
def _running(kind, quantity, points_at, start, end, sums):  # type: ignore[no-untyped-def]
    """How often, what was claimed, and what went out from ``start`` to each row; whether each row is small."""
    times, claimed, out, sizes = 0, 0, 0, 0
    for row in range(start, end):
        counts = np.int64(points_at[row] < 0)
        is_out = (_OUT >> min(kind[row], 63)) & 1
        by = quantity[row] * counts
        times += counts * (1 - is_out)
        out += by * is_out
        claimed += by * (1 - is_out)
        sizes |= by ^ (by >> 63)
        sums[row - start + 1, 0] = times
        sums[row - start + 1, 1] = claimed
        sums[row - start + 1, 2] = out
    return sizes < _SMALL


@bare
def _add(table, counts, cell, kind, quantity, points_at, bench, start):  # type: ignore[no-untyped-def]
    """The row reached, why it stopped there (0: at the end), and the drawer that this is about."""
    keys, begins, rows, sums = bench
    seen = 0
    for block in range(start, len(kind), _BLOCK):
        end = min(block + _BLOCK, len(kind))
        if _running(kind, quantity, points_at, block, end, sums):
            count = _changes(cell, block, end, rows)
        else:
            count = _each(block, end, rows)
        seen ^= _look(table, cell, rows, count, keys, begins)
        for number in range(count):
            first, last = rows[number] - block, rows[number + 1] - block
            times, claimed, out = (
                sums[last, 0] - sums[first, 0],
                sums[last, 1] - sums[first, 1],
                sums[last, 2] - sums[first, 2],
            )
            at, why = _place(table, counts, begins[number], keys[number, 0], keys[number, 1], keys[number, 2])
            if why:
                return rows[number], why, keys[number, 2] & (_DRAWERS - 1)
            if _is_beyond(table[at, 4], claimed) or _is_beyond(table[at, 5], out):
                return rows[number], _TOO_BIG, 0
            table[at, 3] += times
            table[at, 4] += claimed
            table[at, 5] += out
    return len(kind), 0, seen


@bare
def _each(start, end, rows):  # type: ignore[no-untyped-def]
    """As _changes, as if each row were of another cell."""
    for row in range(start, end + 1):
        rows[row - start] = row
    return end - start


@bare
def _add_sums(table, counts, cell, one, two, three, sign, bench, start):  # type: ignore[no-untyped-def]
    """As _add."""
    keys, begins, rows, _ = bench
    seen = 0
    for block in range(start, len(one), _BLOCK):
        count = _each(block, min(block + _BLOCK, len(one)), rows)
        seen ^= _look(table, cell, rows, count, keys, begins)
        for number in range(count):
            row = rows[number]
            at, why = _place(table, counts, begins[number], keys[number, 0], keys[number, 1], keys[number, 2])
            if why:
                return row, why, keys[number, 2] & (_DRAWERS - 1)
            for place, by in ((3, sign * one[row]), (4, sign * two[row]), (5, sign * three[row])):
                if _is_beyond(table[at, place], by):
                    return row, _TOO_BIG, 0
                table[at, place] += by
    return len(one), 0, seen


@compiled
def _sift(table, counts, before):  # type: ignore[no-untyped-def]
    """Take out the rows of days before ``before``; those where a sum isn't 0."""
    held, out, rows = np.empty((64, _WORDS), np.int64), 0, len(table) // _DRAWERS
    for drawer in range(_DRAWERS):
        if counts[drawer] <= 0:
            continue
        first, late = drawer * rows, 0
        for row in range(first, first + rows):
            third = table[row, 2]
            if third == 0:
                continue
            if np.int64(np.int32(third & _LOW)) >= before:
                late += 1
            elif table[row, 3] | table[row, 4] | table[row, 5]:
                if out == len(held):
                    more = np.empty((2 * out, _WORDS), np.int64)
                    more[:out] = held
                    held = more
                held[out] = table[row]
                out += 1
        if counts[drawer] > late:
            _keep(table, counts, drawer, before, late)
    return held[:out].copy()


@compiled
def _keep(table, counts, drawer, before, late):  # type: ignore[no-untyped-def]
    """Empty a drawer but for its ``late`` rows of days from ``before`` on."""
    rows = len(table) // _DRAWERS
    kept, count = np.empty((late, _WORDS), np.int64), 0
    for row in range(drawer * rows, (drawer + 1) * rows if late else 0):
        third = table[row, 2]
        if third != 0 and np.int64(np.int32(third & _LOW)) >= before:
            kept[count] = table[row]
            count += 1
    counts[drawer] = -1
    if late:
        _move_rows(kept, table, counts, drawer)


@compiled
def claims_then(
    story: NDArray[np.int64],
    confirms: NDArray[np.bool_],
    quantity: NDArray[np.int64],
    standing: NDArray[np.int64],
) -> NDArray[np.int64]:
    """What each story's claim stood at when each of its entries came, in the order of the log. ``standing``: at first;
    afterwards, at last."""
    then = np.empty(len(story), np.int64)
    for row in range(len(story)):
        if not confirms[row]:
            standing[story[row]] += quantity[row]
        then[row] = standing[story[row]]
    return then
