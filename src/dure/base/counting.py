"""How often something happened in a window of time, in a fixed piece of memory that names nothing.

A count-min sketch with conservative update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002): two rows of
cells, each count kept in one cell of both, and the lesser of the two told. It never tells too few, and too many only
where others share both cells.
"""

from __future__ import annotations

from array import array
from threading import Lock
from typing import Final

from dure.kernel.must import must

_COUNT_MAX: Final = 65_535


class Counts:
    """Counts of one window at a time, by 64-bit hashes, for many threads. Four bytes a cell, once one counts."""

    def __init__(self, cells: int) -> None:
        must(cells.bit_count() == 1, "cells are found by the bits of a hash")
        self._cells = cells
        self._window = -1
        self._first = self._second = array("H")
        self._lock = Lock()

    def count_of(self, window: int, hashed: int) -> int:
        """How often in this window; a window that is not the newest is empty."""
        if window != self._window or not self._first:
            return 0
        mask = self._cells - 1
        first, second = self._first[hashed & mask], self._second[hashed >> 32 & mask]
        return first if first < second else second

    def add(self, window: int, hashed: int) -> int:
        """Count once more; how often by now."""
        mask = self._cells - 1
        one, other = hashed & mask, hashed >> 32 & mask
        with self._lock:
            if window != self._window:
                self._first = array("H", bytes(2 * self._cells))
                self._second = array("H", bytes(2 * self._cells))
                self._window = window
            first, second = self._first[one], self._second[other]
            count = min(first, second, _COUNT_MAX - 1) + 1
            # Only what lies below is raised: others who share one of the cells are not counted up.
            if first < count:
                self._first[one] = count
            if second < count:
                self._second[other] = count
            return count

    def forget(self) -> None:
        """Count anew."""
        with self._lock:
            self._window = -1
