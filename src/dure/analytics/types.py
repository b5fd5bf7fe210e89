"""Values of analytics. Quantities are milli-units of the indicator's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID


class EntryRow(NamedTuple):
    """One entry of the ledger, as far as sums need it.

    ``kind`` and ``grade``: numbers of ``dure.engine.log``'s Kind and Grade. ``points_at``: index of the
    contribution that this entry corrects, confirms or withdraws. A withdrawal's quantity is what it took back,
    below zero.
    """

    log_index: int
    kind: int
    grade: int
    campaign: int
    indicator: int
    team: int
    area: int
    work_day: date
    quantity_milli: int
    points_at: int | None
    person_key: UUID | None


class Rollup(NamedTuple):
    """Sums of a campaign, team, area, indicator and day of work.

    The ledger's own definition of them stands in ``dure.movement.ledger.append``.
    """

    campaign: int
    team: int
    area: int
    indicator: int
    work_day: date
    n: int
    quantity_milli: int
    out_milli: int
    n_recounted: int
    recounted_milli: int
    recounted_claim_milli: int

    @property
    def cell(self) -> tuple[int, int, int, int, date]:
        return (self.campaign, self.team, self.area, self.indicator, self.work_day)


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose stored sums are not those of its entries; ``None`` where one side lacks the cell."""

    stored: Rollup | None
    recomputed: Rollup | None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The rollups of ``entry_count`` entries, by cell, and the most memory the process took (bytes)."""

    rollups: tuple[Rollup, ...]
    entry_count: int
    peak_rss_bytes: int
