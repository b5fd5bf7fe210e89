"""What the entries of a day say about others, with each of those as it stood at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from dure.engine.log.entry import POINTING_KINDS, Kind
from dure.movement.ledger import store
from dure.movement.ledger.errors import LogDamaged
from dure.movement.ledger.models import Entry
from dure.movement.ledger.sealed import source
from dure.movement.ledger.sealed.days import Span
from dure.movement.ledger.snapshot import snapshot

_CONFIRMATION: Final = int(Kind.CONFIRMATION)
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Stories:
    """Kind and earlier standing of every contribution that entries of one day speak about.

    What stands today is known (``Said``); whatever was said since is taken back, newest first. ``told``: by index of
    the entry that speaks, the kind of what it speaks about and what that stood at.
    """

    def __init__(self, span: Span) -> None:
        # One moment: something said between two readings would be in one of them alone.
        with snapshot():
            said = list(_said_since(span.first))
            targets = {points_at for index, points_at, _, _ in said if index < span.end}
            standing = {index: row[0] for index, row in store.said_of(targets).items()}
            kinds = source.kinds_at(targets)
        missing = (targets - standing.keys()) | (targets - kinds.keys())
        if missing:
            raise LogDamaged(what=f"entry {min(missing)} is spoken of, but how it stands is not kept")
        self.told: dict[int, tuple[int, int]] = {}
        for index, points_at, kind, quantity in reversed(said):
            if points_at in targets:
                if kind != _CONFIRMATION:
                    standing[points_at] -= quantity
                if index < span.end:
                    self.told[index] = (kinds[points_at], standing[points_at])

    def of(self, first: int, points: Bools) -> tuple[Ints, Ints]:
        """Kind and standing of what each entry from ``first`` on points at; 0 where it points at nothing."""
        kinds = np.zeros(len(points), np.int64)
        standing = np.zeros(len(points), np.int64)
        for row in np.flatnonzero(points):
            kinds[row], standing[row] = self.told[first + int(row)]
        return kinds, standing


def _said_since(first: int) -> Iterator[tuple[int, int, int, int]]:
    """(index, points at, kind, quantity) of everything said from entry ``first`` on, oldest first."""
    names = ("log_index", "points_at", "kind", "quantity_milli")
    found = list(source.in_files({"kind": sorted(map(int, POINTING_KINDS))}, names, after=first - 1))
    rows = source.open_rows(Entry.objects.filter(index__gte=first, points_at__isnull=False))
    found += rows.values_list("index", "points_at", "kind", "quantity_milli")
    yield from sorted(found)
