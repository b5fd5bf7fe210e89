"""The ledger's rollups, computed anew from its entries: one set of Ibis expressions for every backend.

The definition is that of ``dure.movement.ledger.append``; nothing of its code is used, so that a fault there
shows as a difference here.
"""

from __future__ import annotations

import ibis
from ibis import Table, _

from dure.engine.log.entry import POINTING_KINDS, Grade, Kind

CELL = ("campaign", "team", "area", "indicator", "work_day")
SUMS = ("n", "quantity_milli", "out_milli", "n_recounted", "recounted_milli", "recounted_claim_milli")
_POINTING = sorted(int(kind) for kind in POINTING_KINDS)
_OUTGOING = (int(Kind.GOODS_OUT), int(Kind.MONEY_OUT))


def rollups(entries: Table) -> Table:
    """Sums by cell, in the order of CELL, from a table of ``dure.analytics.entries.SCHEMA``."""
    parts = ibis.union(_contributions(entries), _said_about_them(entries))
    # DuckDB sums into 128 bits, which Parquet would keep as floats; a cast straight to int64 is left out by
    # Ibis, which believes that the sum is one already.
    summed = parts.group_by(*CELL).agg(
        **{name: parts[name].sum().cast("decimal(38, 0)").cast("int64") for name in SUMS}
    )
    return summed.select(*CELL, *SUMS).order_by(*CELL)


def _contributions(entries: Table) -> Table:
    """What stands alone. What leaves again is kept beside the sums and is no contribution."""
    alone = entries.filter(_.kind.notin(_POINTING))
    is_out = alone.kind.isin(_OUTGOING)
    return alone.group_by(*CELL).agg(
        n=(~is_out).sum(),
        quantity_milli=ibis.ifelse(is_out, 0, alone.quantity_milli).sum(),
        out_milli=ibis.ifelse(is_out, alone.quantity_milli, 0).sum(),
        n_recounted=ibis.literal(0, "int64"),
        recounted_milli=ibis.literal(0, "int64"),
        recounted_claim_milli=ibis.literal(0, "int64"),
    )


def _said_about_them(entries: Table) -> Table:
    """Corrections, withdrawals and recounts, each with its contribution as it stood at that moment."""
    pointing = entries.filter(_.kind.isin(_POINTING))
    spoken_of = entries.filter(_.kind.notin(_POINTING)).semi_join(
        pointing.select(target=pointing.points_at).distinct(), [("log_index", "target")]
    )
    # Few entries are spoken of, so only they go through the window. A contribution stands before all
    # that is said about it, so its own kind is the first of its story.
    story = ibis.union(spoken_of.mutate(story=spoken_of.log_index), pointing.mutate(story=pointing.points_at))
    is_confirmation = story.kind == int(Kind.CONFIRMATION)
    so_far = ibis.cumulative_window(group_by=story.story, order_by=story.log_index)
    told = story.mutate(
        is_out=story.kind.first().over(so_far).isin(_OUTGOING),
        standing=ibis.ifelse(is_confirmation, 0, story.quantity_milli).sum().over(so_far),
    ).filter(_.kind.isin(_POINTING))
    counts = ~told.is_out
    changes = told.kind != int(Kind.CONFIRMATION)
    recounts = counts & ~changes & (told.grade == int(Grade.RECOUNTED))
    withdraws = counts & (told.kind == int(Kind.WITHDRAWAL))
    return told.group_by(*CELL).agg(
        n=ibis.ifelse(withdraws, -1, 0).sum(),
        quantity_milli=ibis.ifelse(counts & changes, told.quantity_milli, 0).sum(),
        out_milli=ibis.ifelse(told.is_out & changes, told.quantity_milli, 0).sum(),
        n_recounted=ibis.ifelse(recounts, 1, 0).sum(),
        recounted_milli=ibis.ifelse(recounts, told.quantity_milli, 0).sum(),
        recounted_claim_milli=ibis.ifelse(recounts, told.standing, 0).sum(),
    )
