"""Stored rollups against those of the entries, for more entries than memory could group at once.

Sums add up, so the stored ones are taken off those of the entries, and what must be left is nothing. Entries come in
batches, such as a few weeks' files; from each, the stored rollups of about the same days of work are taken off at once,
so that little is left of it: contributions that were late, and what corrections and the like will settle. What is said
about earlier contributions crosses batches, and there is little of it, so it is gathered first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Final

import ibis
from ibis import Table, _

from dure.analytics import rollups
from dure.analytics.engines import Engine, Row
from dure.analytics.rollups import CELL, SUMS

DIFFERENCES_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of some days in a row. ``first_day``: the day of work from which on most of the work is theirs."""

    entries: Table
    first_day: date


@dataclass(frozen=True, slots=True)
class Compared:
    """``differences``: cell, six stored sums (null where the cell is not stored), six recomputed ones, in order; no
    more than DIFFERENCES_MAX of ``difference_count``. ``cell_count``: stored cells."""

    entry_count: int
    cell_count: int
    difference_count: int
    differences: tuple[Row, ...]


def compare(
    engine: Engine,
    batches: Sequence[Batch],
    stored: Table,
    scratch: Path,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Compared:
    """Sum ``batches``, in the order of their days, and compare with all of ``stored`` to the unit.

    ``scratch``: a folder that may be new. ``advance`` is told how much is done, of how much.
    """
    steps, done = 3 * len(batches) + 1, 0

    def each(what: str, expressions: Iterator[Table]) -> Table:
        nonlocal done
        folders: list[Path] = []
        for expression in expressions:
            advance(done, steps)
            folders.append(scratch / f"{what}-{len(folders):06}")
            engine.write(expression, folders[-1])
            done += 1
        return engine.read(folders)

    said = each("said", (rollups.pointing(batch.entries) for batch in batches))
    told_of = each("told", (rollups.spoken_of(batch.entries, said) for batch in batches))
    owned = zip(batches, _by_batch(batches, stored), strict=True)
    left = each("left", (left_over(batch.entries, mine) for batch, mine in owned))
    entry_count = sum(_count(engine, batch.entries) for batch in batches)
    differing = each("differing", iter([settled(left, said, told_of, stored)]))
    advance(steps, steps)
    return named(engine, entry_count, differing, stored)


def named(engine: Engine, entry_count: int, differing: Table, stored: Table) -> Compared:
    """The answer, once it is known by how much cells differ."""
    return Compared(
        entry_count=entry_count,
        cell_count=_count(engine, stored),
        difference_count=_count(engine, differing),
        differences=tuple(engine.rows(both_sides(differing, stored))),
    )


def left_over(entries: Table, stored: Table) -> Table:
    """What the sums of contributions exceed those ``stored`` by, where they do. Recounts come later."""
    ours = rollups.counted(entries)
    cell = {name: stored[name].cast(ours[name].type()) for name in CELL}
    yes, no, none = ibis.literal(True), ibis.literal(False), ibis.literal(0, "int64")
    came = stored.select(**cell, is_out=no, n=-stored.n, amount_milli=-stored.quantity_milli)
    left = stored.select(**cell, is_out=yes, n=none, amount_milli=-stored.out_milli)
    parts = ibis.union(ours, came, left.filter(left.amount_milli != 0))
    return rollups.together(parts, (*CELL, "is_out"), ("n", "amount_milli"), only_unequal=True)


def settled(left: Table, said: Table, told_of: Table, stored: Table) -> Table:
    """What is left of the sums once everything that was said is counted: nothing, if all is right."""
    recounts = ("n_recounted", "recounted_milli", "recounted_claim_milli")
    told = rollups.said_about(said, told_of)
    nothing = ibis.literal(0, "int64")
    kept = stored.filter((_.n_recounted != 0) | (_.recounted_milli != 0) | (_.recounted_claim_milli != 0))
    cell = {name: kept[name].cast(told[name].type()) for name in CELL}
    taken_off = kept.select(**cell, **{name: -kept[name] if name in recounts else nothing for name in SUMS})
    return rollups.together(ibis.union(rollups.as_sums(left), taken_off, told), only_unequal=True)


def both_sides(differing: Table, stored: Table) -> Table:
    """The first cells of ``differing``, each with the stored sums and those that the entries give."""
    first = differing.order_by(*CELL).limit(DIFFERENCES_MAX)
    held = stored.select(**{f"held_{name}": stored[name] for name in (*CELL, *SUMS)})
    both = first.left_join(held, [first[name] == held[f"held_{name}"] for name in CELL])
    return both.select(
        *(both[name] for name in CELL),
        **{f"stored_{name}": both[f"held_{name}"] for name in SUMS},
        **{f"recomputed_{name}": both[f"held_{name}"].coalesce(0) + both[name] for name in SUMS},
    ).order_by(*CELL)


def spans(first_days: Sequence[date]) -> list[tuple[date | None, date | None]]:
    """From which day of work, until before which, each batch owns the stored cells: each cell has exactly one,
    whatever the batches say of their days. None: without end."""
    firsts = list(accumulate(first_days, max))
    return list(zip([None, *firsts[1:]], [*firsts[1:], None], strict=True))[: len(firsts)]


def _by_batch(batches: Sequence[Batch], stored: Table) -> list[Table]:
    owned = []
    for first, end in spans([batch.first_day for batch in batches]):
        mine = stored
        if first is not None:
            mine = mine.filter(_.work_day >= ibis.literal(first))
        if end is not None:
            mine = mine.filter(_.work_day < ibis.literal(end))
        owned.append(mine)
    return owned


def _count(engine: Engine, rows: Table) -> int:
    return int(engine.rows(rows.aggregate(n=rows.count()))[0][0])
