"""Goods and money a second time, as stock: received = issued + in stock + lost, at every place (promise F6).

Entries say what moved; :class:`Stock` says what is there. Both are written in the append's transaction, and a
move, correction or withdrawal that would let more leave a place than came to it is refused. ``ledger verify``
sums the entries again by :class:`Recheck` and names every place whose stock differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection

from dure.engine.log.entry import INCOMING_KINDS, MOVE_KINDS, Kind
from dure.movement.ledger.errors import StockShort
from dure.movement.ledger.models import Stock
from dure.movement.ledger.types import NewEntry, StockFacts

_ADD = """
INSERT INTO ledger_stock (indicator_id, area_id, received_milli, issued_milli, lost_milli)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (indicator_id, area_id) DO UPDATE SET
    received_milli = excluded.received_milli,
    issued_milli = excluded.issued_milli,
    lost_milli = excluded.lost_milli
"""
_COLUMNS = ("received_milli", "issued_milli", "lost_milli")
_MOVES = frozenset(map(int, MOVE_KINDS))
_CORRECTION, _WITHDRAWAL = int(Kind.CORRECTION), int(Kind.WITHDRAWAL)

Cell = tuple[int, int]
"""Indicator and area: an indicator belongs to one campaign."""


def column_of(kind: int) -> int:
    """Which of received (0), issued (1) and lost (2) a move of goods or money adds to."""
    return 0 if kind in INCOMING_KINDS else 2 if kind == Kind.LOST else 1


class Stocks:
    """The stock that a chunk of entries touches. The caller holds the ledger's lock."""

    def __init__(self) -> None:
        self._held: dict[Cell, list[int]] = {}
        self._changed: set[Cell] = set()

    def move(self, kind: Kind, new: NewEntry, quantity_milli: int) -> None:
        """Let ``quantity_milli`` more (a correction's may be below 0) have come, left or been lost.

        ``kind``: of the contribution, also where ``new`` speaks about it; what isn't goods or money passes.
        Refuses with StockShort what would let more leave the place than came, and changes nothing then.
        """
        if kind not in MOVE_KINDS:
            return
        cell = (new.indicator_id, new.area_id)
        sums = self._held.get(cell) or self._read(cell)
        received, issued, lost = sums
        adds = -quantity_milli if kind not in INCOMING_KINDS else quantity_milli
        if received - issued - lost + adds < 0:
            raise StockShort(stock_milli=received - issued - lost, wanted_milli=-adds)
        sums[column_of(kind)] += quantity_milli
        self._changed.add(cell)

    def write(self) -> None:
        """Store what changed."""
        if self._changed:
            with connection.cursor() as cursor:
                cursor.executemany(_ADD, [(*cell, *self._held[cell]) for cell in sorted(self._changed)])

    def _read(self, cell: Cell) -> list[int]:
        row = Stock.objects.filter(indicator_id=cell[0], area_id=cell[1]).values_list(*_COLUMNS).first()
        sums = self._held[cell] = list(row) if row else [0, 0, 0]
        return sums


@dataclass(slots=True)
class _Move:
    cell: tuple[object, object]
    kind: int
    standing_milli: int


class Recheck:
    """The stock summed again from the entries, in the order of the log, by rules of its own.

    Memory: one small record a move of goods or money; hours and output pass by.
    """

    def __init__(self, add_fault: Callable[[str, str], None]) -> None:
        self._add_fault = add_fault
        self._moves: dict[object, _Move] = {}
        self._sums: dict[tuple[object, object], list[int]] = {}

    def add(
        self,
        index: object,
        kind: int,
        indicator: object,
        area: object,
        quantity_milli: int,
        points_at: object,
    ) -> None:
        """Count one entry; where more left a place than had come by then, that is a fault."""
        if points_at is None:
            if kind not in _MOVES:
                return
            move = self._moves[index] = _Move((indicator, area), kind, 0)
        elif kind not in (_CORRECTION, _WITHDRAWAL) or points_at not in self._moves:
            return
        else:
            move = self._moves[points_at]
        move.standing_milli += quantity_milli
        sums = self._sums.setdefault(move.cell, [0, 0, 0])
        sums[column_of(move.kind)] += quantity_milli
        if sums[0] - sums[1] - sums[2] < 0:
            self._add_fault(
                f"entry {index}",
                f"leaves {sums[0] - sums[1] - sums[2]} thousandths in stock of indicator {indicator} at area {area}",
            )

    def compare(self, stored: Iterable[tuple[object, ...]] | None = None) -> None:
        """Name every place whose stored stock differs from its entries; ``stored``: see :func:`stored_rows`."""
        kept = {(row[0], row[1]): row[2:] for row in (stored_rows() if stored is None else stored)}
        for cell in sorted(self._sums.keys() | kept.keys(), key=str):
            wanted, held = self._sums.get(cell, [0, 0, 0]), kept.get(cell)
            where = "stock of indicator {}, area {}".format(*cell)
            if held is None:
                self._add_fault(where, "is missing")
                continue
            for column, right, found in zip(_COLUMNS, wanted, held, strict=True):
                if right != found:
                    self._add_fault(where, f"{column} is {found}, the entries give {right}")


def stored_rows() -> list[tuple[object, ...]]:
    """(indicator, area, received, issued, lost) as stored, whatever stands there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indicator_id, area_id, received_milli, issued_milli, lost_milli FROM ledger_stock"
        )
        return list(cursor.fetchall())


def stocks(campaign_id: int) -> list[StockFacts]:
    """What a campaign received, issued, lost and has, by indicator and place. It names nobody."""
    rows = Stock.objects.filter(indicator__campaign_id=campaign_id).order_by("indicator_id", "area_id")
    return [StockFacts(*row) for row in rows.values_list("indicator_id", "area_id", *_COLUMNS)]
