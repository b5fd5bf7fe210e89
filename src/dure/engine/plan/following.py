"""What came next: of each row's events the first from a moment on. Pure, in columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Moments = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def first_event(row: Ints, at: Moments, event_row: Ints, event_at: Moments, *, strictly: bool) -> Ints:
    """For each (row, moment) the place of the first event of that row, -1 where there is none.

    ``strictly``: after the moment, not in it. Moments of both in one unit, events in any order; n log n.

    >>> at = np.array([1, 5, 0])
    >>> first_event(np.array([0, 0, 1]), at, np.array([0, 0]), np.array([5, 2]), strictly=True).tolist()
    [1, -1, -1]
    """
    line = np.lexsort((event_at, event_row))
    # One number orders both: moments as ranks among all that occur.
    known = np.unique(np.concatenate([event_at, at]))
    width = len(known) + 1
    keys = event_row[line] * width + np.searchsorted(known, event_at[line])
    found = np.searchsorted(
        keys, row * width + np.searchsorted(known, at), side="right" if strictly else "left"
    )
    place = np.full(len(row), -1, np.int64)
    inside = np.flatnonzero(found < len(line))
    theirs = inside[event_row[line[found[inside]]] == row[inside]]
    place[theirs] = line[found[theirs]]
    return place
