"""Values of analytics. Quantities are milli-units of the indicator's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID


class EntryRow(NamedTuple):
    """One entry of the ledger, as far as sums need it.

    ``kind`` and ``grade``: numbers of ``dure.engine.log``'s Kind and Grade. ``points_at``: index of the
    contribution that this entry corrects, confirms or withdraws. A withdrawal's quantity is what it took back,
    below zero. ``person_key``: random, of one campaign, of those whom a contribution is of.
    """

    log_index: int
    kind: int
    grade: int
    campaign: int
    indicator: int
    team: int
    area: int
    post: int | None
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
    """A cell whose stored sums are not those of its entries. ``stored`` is None where the cell is not stored,
    ``recomputed`` where the entries sum up to nothing."""

    stored: Rollup | None
    recomputed: Rollup | None


@dataclass(frozen=True, slots=True)
class Compared:
    """``cell_count`` stored rollups against ``entry_count`` entries: the first thousand of ``difference_count``
    differences, in order. None is what promise F1 asks for. ``peak_rss_bytes``: the most memory the process took."""

    entry_count: int
    cell_count: int
    difference_count: int
    differences: tuple[Difference, ...]
    peak_rss_bytes: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A table: names of its columns, and its rows. ``peak_rss_bytes``: the most memory the process took so far."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    peak_rss_bytes: int
