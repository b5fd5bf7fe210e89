"""The ledger's rollups, computed anew from its entries: one set of Ibis expressions for every engine.

The definition is that of ``dure.movement.ledger.append``; nothing of its code is used, nor what a sealed day's file
says about the targets of its entries, so that a fault there shows as a difference here.

Sums add up: those of some files and those of others are, :func:`together`, those of all. That is how more entries are
summed than memory could hold (``dure.analytics.compare``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis import Table, _

from dure.engine.log.entry import OUTGOING_KINDS, Grade, Kind

CELL: Final = ("campaign", "team", "area", "indicator", "work_day")
SUMS: Final = ("n", "quantity_milli", "out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli")
STORY: Final = (*CELL, "log_index", "kind", "grade", "quantity_milli", "points_at")
_OUTGOING = sorted(map(int, OUTGOING_KINDS))


def rollups(entries: Table) -> Table:
    """Sums by cell, in the order of CELL, from a table of ``dure.analytics.entries.SCHEMA``."""
    said = pointing(entries)
    parts = ibis.union(as_sums(counted(entries)), said_about(said, spoken_of(entries, said)))
    return together(parts).order_by(*CELL)


def together(
    parts: Table, by: Sequence[str] = CELL, sums: Sequence[str] = SUMS, *, only_unequal: bool = False
) -> Table:
    """The sums of all ``parts``, by cell; ``only_unequal``: where any of them isn't 0."""
    summed = parts.group_by(*by).agg(**{name: whole(parts[name].sum()) for name in sums})
    if only_unequal:
        summed = summed.filter(ibis.or_(*(summed[name] != 0 for name in sums)))
    return summed.select(*by, *sums)


def whole(total: ibis.Value) -> ibis.Value:
    """A sum or count as int64.

    DuckDB sums into 128 bits, which Parquet would keep as floats; a cast straight to int64 is left out by Ibis, which
    believes that the sum is one already.
    """
    return total.cast("decimal(38, 0)").cast("int64")


def counted(entries: Table) -> Table:
    """What contributions count for: CELL, ``is_out``, ``n``, ``amount_milli``. What leaves again counts none.

    Summed at once, before anything else is added: a group of the columns as they are read takes half as long.
    """
    alone = entries.filter(entries.points_at.isnull())
    summed = alone.group_by(*CELL, "kind").agg(
        count=alone.count(), amount_milli=whole(alone.quantity_milli.sum())
    )
    is_out = summed.kind.isin(_OUTGOING)
    n = ibis.ifelse(is_out, ibis.literal(0, "int64"), summed["count"])
    return summed.select(*CELL, is_out=is_out, n=n, amount_milli=summed.amount_milli)


def as_sums(counted: Table) -> Table:
    """Columns of :func:`counted` as those of CELL and SUMS."""
    none = ibis.literal(0, "int64")
    return counted.select(
        *CELL,
        n=counted.n,
        quantity_milli=ibis.ifelse(counted.is_out, none, counted.amount_milli),
        out_milli=ibis.ifelse(counted.is_out, counted.amount_milli, none),
        n_recounted=none,
        recounted_milli=none,
        recounted_claim_milli=none,
    )


def pointing(entries: Table) -> Table:
    """Corrections, withdrawals and confirmations: few, wherever people work honestly. Columns of STORY."""
    return entries.filter(_.points_at.notnull()).select(*STORY)


def spoken_of(entries: Table, said: Table) -> Table:
    """The contributions that ``said`` (of :func:`pointing`) speaks of: ``log_index``, ``kind``, ``quantity_milli``."""
    targets = said.select(target=said.points_at).distinct()
    found = entries.semi_join(targets, [("log_index", "target")]).filter(_.points_at.isnull())
    return found.select("log_index", "kind", "quantity_milli")


def said_about(said: Table, told_of: Table) -> Table:
    """What each of ``said`` adds to its cell's sums, with its contribution of ``told_of`` as it stood then."""
    # A contribution stands before all that is said about it, so its own kind is the first of its story. Whatever else
    # is known of it stands in what points at it, too: nothing may be booked elsewhere than what it speaks of.
    unsaid = {name: ibis.null(said[name].type()) for name in (*CELL, "grade", "points_at")}
    of_it = told_of.mutate(story=told_of.log_index, **unsaid)
    about_it = said.mutate(story=said.points_at)
    columns = ("story", *STORY)
    story = ibis.union(of_it.select(*columns), about_it.select(*columns))
    is_confirmation = story.kind == int(Kind.CONFIRMATION)
    so_far = ibis.cumulative_window(group_by=story.story, order_by=story.log_index)
    told = story.mutate(
        is_out=story.kind.first().over(so_far).isin(_OUTGOING),
        standing=ibis.ifelse(is_confirmation, 0, story.quantity_milli).sum().over(so_far),
    ).filter(_.points_at.notnull())
    counts = ~told.is_out
    changes = told.kind != int(Kind.CONFIRMATION)
    recounts = counts & ~changes & (told.grade == int(Grade.RECOUNTED))
    withdraws = counts & (told.kind == int(Kind.WITHDRAWAL))
    nothing = ibis.literal(0, "int64")
    return told.select(
        *CELL,
        n=ibis.ifelse(withdraws, ibis.literal(-1, "int64"), nothing),
        quantity_milli=ibis.ifelse(counts & changes, told.quantity_milli, nothing),
        out_milli=ibis.ifelse(told.is_out & changes, told.quantity_milli, nothing),
        n_recounted=ibis.ifelse(recounts, ibis.literal(1, "int64"), nothing),
        recounted_milli=ibis.ifelse(recounts, told.quantity_milli, nothing),
        recounted_claim_milli=ibis.ifelse(recounts, told.standing.cast("int64"), nothing),
    )
