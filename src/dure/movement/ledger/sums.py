"""The rollups a second time, summed from the stored entries by rules of their own, to compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dure.engine.log.entry import Grade, Kind
from dure.movement.ledger.models import Entry
from dure.movement.ledger.scan import Row
from dure.movement.ledger.types import OUTGOING_KINDS

_OUT = frozenset(map(int, OUTGOING_KINDS))
_CORRECTION, _CONFIRMATION, _WITHDRAWAL = int(Kind.CORRECTION), int(Kind.CONFIRMATION), int(Kind.WITHDRAWAL)
_RECOUNTED = int(Grade.RECOUNTED)
_COLUMNS = ("n", "quantity_milli", "out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli")


class Sums:
    """Sums by campaign, team, area, indicator and day of work over rows added in the order of the log."""

    def __init__(self, add_fault: Callable[[str, str], None]) -> None:
        self._add_fault = add_fault
        self._cells: dict[tuple[object, ...], list[int]] = {}
        pointed_at = Entry.objects.filter(points_at__isnull=False).values_list("points_at", flat=True)
        # Only of these must be known what they stand at; None until their row has come by.
        self._standing: dict[object, tuple[tuple[object, ...], int, int] | None] = dict.fromkeys(
            pointed_at.iterator()
        )

    def add(self, row: Row) -> None:
        """Count a stored row; what can't be counted is a fault."""
        index, kind, quantity, points_at = row[0], row[2], row[10], row[11]
        if not isinstance(quantity, int) or not isinstance(kind, int):
            self._add_fault(f"entry {index}", "its kind or quantity is not a whole number")
            return
        key = (row[4], row[6], row[7], row[5], row[9])
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = [0] * 6
        if points_at is None:
            if kind in _OUT:
                cell[2] += quantity
            else:
                cell[0] += 1
                cell[1] += quantity
            if index in self._standing:
                self._standing[index] = (key, kind, quantity)
        else:
            self._add_about(row, key, cell, kind, quantity)

    def _add_about(
        self, row: Row, key: tuple[object, ...], cell: list[int], kind: int, quantity: int
    ) -> None:
        """Count what a row says about an earlier one."""
        index, grade, points_at = row[0], row[3], row[11]
        target = self._standing.get(points_at)
        if target is None:
            self._add_fault(f"entry {index}", f"points at {points_at}, which is no contribution before it")
            return
        where, target_kind, standing = target
        is_out = target_kind in _OUT
        if where != key:
            self._add_fault(
                f"entry {index}", f"is booked elsewhere than entry {points_at}, which it points at"
            )
        if kind == _CONFIRMATION:
            if grade == _RECOUNTED and not is_out:
                cell[3] += 1
                cell[4] += quantity
                cell[5] += standing
            return
        left = standing + quantity
        if left < 0 or (kind == _WITHDRAWAL and left != 0):
            self._add_fault(f"entry {index}", f"leaves entry {points_at} at {left} thousandths")
        self._standing[points_at] = (where, target_kind, left)
        cell[2 if is_out else 1] += quantity
        if kind == _WITHDRAWAL and not is_out:
            cell[0] -= 1

    def compare(self, stored: Mapping[Row, Sequence[object]]) -> None:
        """Name every stored rollup that differs from the sum over the entries, to the unit."""
        summed = {_spelled(key): cell for key, cell in self._cells.items()}
        kept = {_spelled(key): sums for key, sums in stored.items()}
        for key in sorted(summed.keys() | kept.keys()):
            wanted, held = summed.get(key, [0] * 6), kept.get(key)
            where = "rollup of campaign {}, team {}, area {}, indicator {}, day {}".format(*key)
            if held is None:
                self._add_fault(where, "is missing")
                continue
            for column, right, found in zip(_COLUMNS, wanted, held, strict=True):
                if right != found:
                    self._add_fault(where, f"{column} is {found}, the entries give {right}")


def _spelled(key: tuple[object, ...]) -> tuple[str, ...]:
    """The cell in words, since SQLite gives days as bytes where PostgreSQL gives dates."""
    return tuple(part.decode("ascii", "replace") if isinstance(part, bytes) else str(part) for part in key)
