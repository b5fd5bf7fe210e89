"""The rollups a second time, summed from the stored entries by rules of their own, to compare with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dure.analytics.types import Rollup
from dure.engine.log.entry import Grade, Kind
from dure.movement.ledger.balance import Recheck
from dure.movement.ledger.scan import Row
from dure.movement.ledger.types import OUTGOING_KINDS

_OUT = frozenset(map(int, OUTGOING_KINDS))
_CORRECTION, _CONFIRMATION, _WITHDRAWAL = int(Kind.CORRECTION), int(Kind.CONFIRMATION), int(Kind.WITHDRAWAL)
_RECOUNTED = int(Grade.RECOUNTED)
_GRADES_MAX = 15
_SAID_COLUMNS = ("standing_milli", "is_withdrawn", "grades")
Cell = tuple[object, ...]
"""Campaign, team, area, indicator, day of work in ISO form, as far as what is stored can be read."""
_COLUMNS = ("n", "quantity_milli", "out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli")


@dataclass(slots=True)
class Standing:
    """A contribution that something is said about, as it stands so far; ``cell``: where it is booked."""

    cell: Cell
    kind: int
    standing_milli: int
    is_withdrawn: bool = False
    grades: int = 0


class Sums:
    """Sums by campaign, team, area, indicator and day of work over rows added in the order of the log.

    ``pointed_at``: the places that entries point at, anywhere in the log.
    """

    def __init__(self, add_fault: Callable[[str, str], None], pointed_at: Iterable[int]) -> None:
        self._add_fault = add_fault
        self._cells: dict[Cell, list[int]] = {}
        self._stock = Recheck(add_fault)
        # Only of these must be known what they stand at; None until their row has come by.
        self._standing: dict[object, Standing | None] = dict.fromkeys(pointed_at)

    @property
    def spoken_of(self) -> Collection[object]:
        """The places of all entries that something is said about, wherever it is said."""
        return self._standing.keys()

    def add(self, row: Row) -> None:
        """Count a stored row; what can't be counted is a fault."""
        index, kind, quantity, points_at = row[0], row[2], row[10], row[11]
        if not isinstance(quantity, int) or not isinstance(kind, int):
            self._add_fault(f"entry {index}", "its kind or quantity is not a whole number")
            return
        key = (row[4], row[6], row[7], row[5], _day(row[9]))
        self._stock.add(index, kind, row[5], row[7], quantity, points_at)
        cell = self._cells.setdefault(key, [0] * 6)
        if points_at is None:
            if kind in _OUT:
                cell[2] += quantity
            else:
                cell[0] += 1
                cell[1] += quantity
            if index in self._standing:
                self._standing[index] = Standing(key, kind, quantity)
        else:
            self._add_about(row, key, cell, kind, quantity)

    def add_cells(self, rows: Iterable[Rollup]) -> None:
        """Count contributions that nothing is said about, summed by cell already."""
        for row in rows:
            cell = self._cells.setdefault((*row[:4], row.work_day.isoformat()), [0] * 6)
            for place, added in enumerate(row[5:]):
                cell[place] += added

    def target(self, points_at: object) -> Standing | None:
        """What is known so far of the contribution that an entry points at."""
        return self._standing.get(points_at)

    def _add_about(self, row: Row, key: Cell, cell: list[int], kind: int, quantity: int) -> None:
        """Count what a row says about an earlier one."""
        index, grade, points_at = row[0], row[3], row[11]
        target = self._standing.get(points_at)
        if target is None:
            self._add_fault(f"entry {index}", f"points at {points_at}, which is no contribution before it")
            return
        is_out = target.kind in _OUT
        if target.cell != key:
            self._add_fault(
                f"entry {index}", f"is booked elsewhere than entry {points_at}, which it points at"
            )
        if kind == _CONFIRMATION:
            target.grades |= 1 << grade if isinstance(grade, int) and 0 <= grade < _GRADES_MAX else 0
            if grade == _RECOUNTED and not is_out:
                cell[3] += 1
                cell[4] += quantity
                cell[5] += target.standing_milli
            return
        left = target.standing_milli + quantity
        if left < 0 or (kind == _WITHDRAWAL and left != 0):
            self._add_fault(f"entry {index}", f"leaves entry {points_at} at {left} thousandths")
        target.standing_milli = left
        target.is_withdrawn |= kind == _WITHDRAWAL
        cell[2 if is_out else 1] += quantity
        if kind == _WITHDRAWAL and not is_out:
            cell[0] -= 1

    def compare_said(self, stored: Iterable[Row]) -> None:
        """Name every contribution whose kept (index, standing, withdrawn, grades) is not what was said of it."""
        kept = {row[0]: row[1:] for row in stored}
        for index in sorted(self._standing.keys() | kept.keys(), key=str):
            target, held = self._standing.get(index), kept.get(index)
            where = f"what is said of entry {index}"
            if target is None:
                if held is not None:
                    self._add_fault(where, "is kept, but the entries say nothing")
                continue
            if held is None:
                self._add_fault(where, "is missing")
                continue
            wanted = (target.standing_milli, target.is_withdrawn, target.grades)
            for column, right, found in zip(_SAID_COLUMNS, wanted, held, strict=True):
                if right != found:
                    self._add_fault(where, f"{column} is {found}, the entries give {right}")

    def compare(self, stored: Mapping[Row, Sequence[object]]) -> None:
        """Name every stored rollup that differs from the sum over the entries, to the unit."""
        self._stock.compare()
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


def _day(stored: object) -> object:
    """A day in ISO form: SQLite gives it as bytes, PostgreSQL and files as a date."""
    if isinstance(stored, bytes):
        return stored.decode("ascii", "replace")
    return stored.isoformat() if isinstance(stored, date) else stored


def _spelled(key: tuple[object, ...]) -> tuple[str, ...]:
    return (*map(str, key[:4]), str(_day(key[4])))
