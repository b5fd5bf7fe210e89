"""What is said about earlier contributions: corrections, confirmations, withdrawals.

- A *correction* adds its difference to the claimed total. It never changes what a recount was compared with:
  a claim that is put right after the checkers came must not improve the share that was verified.
- A *withdrawal* takes back what is left, and the contribution itself (``n``). A recount of it stays: taking a
  drawn entry back doesn't undo what was found.
- A *confirmation* adds nothing to the claimed totals. One that was recounted adds what was found, and what the
  entry claimed at that moment, to columns of their own. Each grade is given once: the first finding stands.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dure.engine.log.entry import POINTING_KINDS
from dure.movement.ledger import store
from dure.movement.ledger.errors import (
    EntryBelowZero,
    EntryConfirmedBefore,
    EntryElsewhere,
    EntryUnknown,
    EntryUnwitnessed,
    EntryWithdrawn,
)
from dure.movement.ledger.sealed import source
from dure.movement.ledger.types import MOVE_KINDS, OUTGOING_KINDS, Grade, Kind, NewEntry

_PLACE = ("campaign", "indicator", "team", "area", "work_day")


@dataclass(slots=True)
class Target:
    """A contribution that something new is said about, as it stands; ``grades``: bit ``1 << grade`` of each given."""

    entry: store.EntryRow
    standing_milli: int
    is_withdrawn: bool = False
    grades: int = 0
    is_changed: bool = False


class Targets:
    """The contributions that a batch speaks about, open or sealed."""

    def __init__(self, indices: Collection[int]) -> None:
        rows = store.rows_at(indices) if indices else {}
        if dropped := set(indices) - rows.keys():
            rows |= source.rows_at(dropped)
            # Neither in rows nor in files: they were being put back between the two looks.
            if restored := dropped - rows.keys():
                rows |= store.rows_at(restored)
        said = store.said_of(indices) if indices else {}
        self._held = {
            index: Target(row, *said.get(index, (row.quantity_milli,)))
            for index, row in rows.items()
            if row.kind not in POINTING_KINDS
        }

    def must_find(self, new: NewEntry) -> Target:
        """The contribution ``new`` speaks about; refuses what can't be said about it."""
        target = self._held.get(-1 if new.points_at is None else new.points_at)
        if target is None:
            raise EntryUnknown(index=new.points_at)
        for name, held, given in zip(_PLACE, place_of(target.entry), place_of(new), strict=True):
            if held != given:
                raise EntryElsewhere(index=new.points_at, field=name)
        if new.kind == Kind.CONFIRMATION:
            if target.grades >> new.grade & 1:
                raise EntryConfirmedBefore(index=new.points_at)
        elif target.entry.kind in MOVE_KINDS and new.grade == Grade.CLAIMED:
            raise EntryUnwitnessed
        elif target.is_withdrawn:
            raise EntryWithdrawn(index=new.points_at)
        elif new.kind == Kind.CORRECTION and target.standing_milli + new.quantity_milli < 0:
            raise EntryBelowZero(index=new.points_at, standing_milli=target.standing_milli)
        return target

    def write(self) -> None:
        """Store how the contributions stand that something was said about."""
        store.put_said(
            [
                (index, target.standing_milli, target.is_withdrawn, target.grades)
                for index, target in sorted(self._held.items())
                if target.is_changed
            ]
        )


def apply(target: Target, new: NewEntry, quantity_milli: int) -> store.Sums:
    """Let ``target`` stand as it does after ``new``, and give what that adds to the sums."""
    is_out = target.entry.kind in OUTGOING_KINDS
    target.is_changed = True
    if new.kind == Kind.CONFIRMATION:
        target.grades |= 1 << new.grade
        if new.grade != Grade.RECOUNTED or is_out:
            return (0, 0, 0, 0, 0, 0)
        return (0, 0, 0, 1, quantity_milli, target.standing_milli)
    target.standing_milli += quantity_milli
    count = 0
    if new.kind == Kind.WITHDRAWAL:
        target.is_withdrawn = True
        count = -1
    return (0, 0, quantity_milli, 0, 0, 0) if is_out else (count, quantity_milli, 0, 0, 0, 0)


def place_of(entry: store.EntryRow | NewEntry) -> tuple[object, ...]:
    """What something said about an entry must repeat of it; named by _PLACE."""
    return (entry.campaign_id, entry.indicator_id, entry.team_id, entry.area_id, entry.work_day)
