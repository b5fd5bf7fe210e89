"""Many-to-many facts as two flat columns, and the small numerical habits the simulators share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Bytes = NDArray[np.int8]
Shorts = NDArray[np.int16]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Which row has which code: ``row`` int32 ascending, ``code`` int32 ascending within a row."""

    row: Ints
    code: Ints

    @classmethod
    def from_table(cls, table: Bools) -> Pairs:
        """From a table of shape (rows, codes)."""
        row, code = np.nonzero(table)
        return cls(row.astype(np.int32), code.astype(np.int32))

    def table(self, row_count: int, code_count: int) -> Bools:
        """The table of shape (row_count, code_count) these pairs came from."""
        table = np.zeros((row_count, code_count), np.bool_)
        table[self.row, self.code] = True
        return table

    def of(self, row: int) -> tuple[int, ...]:
        """The codes of one row."""
        first, last = np.searchsorted(self.row, [row, row + 1])
        return tuple(int(code) for code in self.code[first:last])


@dataclass(frozen=True)
class Spans:
    """Free time: ``row`` int32 ascending; ``starts_min``, ``ends_min`` int64 minutes since 1970-01-01 UTC."""

    row: Ints
    starts_min: Longs
    ends_min: Longs


def shares(weights: Sequence[float] | Floats) -> Floats:
    """``weights`` scaled to sum to one, as ``Generator.choice`` wants them."""
    array = np.asarray(weights, np.float64)
    scaled: Floats = array / array.sum()
    return scaled


def apportion(total: int, weights: Floats, *, least: int = 0) -> Longs:
    """Whole numbers near ``weights`` that sum to ``total``, each at least ``least``.

    Method: largest remainder (Hamilton). Ties go to the earlier row. ``total`` must allow ``least`` for every
    row.
    """
    free = total - least * len(weights)
    exact = shares(weights) * free
    whole = np.floor(exact).astype(np.int64)
    rest = free - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole + least
