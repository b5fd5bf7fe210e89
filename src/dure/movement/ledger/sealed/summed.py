"""The sums of a day's entries as the database gives them, to hold the files against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection

from dure.analytics.types import Rollup
from dure.engine.log.entry import OUTGOING_KINDS, POINTING_KINDS, Grade, Kind
from dure.movement.ledger.errors import LogDamaged
from dure.movement.ledger.models import Entry
from dure.movement.ledger.sealed.days import Span
from dure.movement.ledger.sealed.pointing import Stories

Cell = tuple[int, int, int, int, date]
_OUT: Final = frozenset(map(int, OUTGOING_KINDS))
_LISTED: Final = ", ".join(str(kind) for kind in sorted(_OUT))
_POINTING: Final = ", ".join(str(int(kind)) for kind in sorted(POINTING_KINDS))
_ALONE: Final = f"""
SELECT campaign_id, team_id, area_id, indicator_id, work_day,
    SUM(CASE WHEN kind IN ({_LISTED}) THEN 0 ELSE 1 END),
    SUM(CASE WHEN kind IN ({_LISTED}) THEN 0 ELSE quantity_milli END),
    SUM(CASE WHEN kind IN ({_LISTED}) THEN quantity_milli ELSE 0 END)
FROM ledger_entry
WHERE "index" >= %s AND "index" < %s AND kind NOT IN ({_POINTING})
GROUP BY campaign_id, team_id, area_id, indicator_id, work_day
"""  # noqa: S608  constants only


def must_equal(span: Span, stories: Stories, found: Sequence[Rollup]) -> None:
    """Refuses with LogDamaged unless ``found`` are the sums of the day's rows, to the unit."""
    wanted = _sums(span, stories)
    given = {(*row[:4], row.work_day): list(row[5:]) for row in found}
    for cell in sorted(wanted.keys() | given.keys()):
        if wanted.get(cell) != given.get(cell):
            raise LogDamaged(
                what=f"the sums of campaign {cell[0]}, team {cell[1]}, area {cell[2]}, indicator {cell[3]}, "
                f"day {cell[4]} are {wanted.get(cell)} in the database and {given.get(cell)} in the files of {span.day}"
            )


def _sums(span: Span, stories: Stories) -> dict[Cell, list[int]]:
    sums: dict[Cell, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [span.first, span.end])
        for campaign, team, area, indicator, day, *added in cursor.fetchall():
            work_day = date.fromisoformat(day) if isinstance(day, str) else day
            # PostgreSQL sums bigints into numerics.
            sums[campaign, team, area, indicator, work_day] = [*map(int, added), 0, 0, 0]
    said = Entry.objects.filter(index__gte=span.first, index__lt=span.end, points_at__isnull=False)
    columns = (
        "campaign_id",
        "team_id",
        "area_id",
        "indicator_id",
        "work_day",
        "index",
        "kind",
        "grade",
        "quantity_milli",
    )
    for *cell, index, kind, grade, quantity in said.order_by().values_list(*columns):
        _add_said(sums.setdefault((*cell,), [0] * 6), kind, grade, quantity, *stories.told[index])
    return sums


def _add_said(sums: list[int], kind: int, grade: int, quantity: int, target_kind: int, standing: int) -> None:
    """Count what an entry says about a contribution of ``target_kind`` that stood at ``standing``."""
    is_out = target_kind in _OUT
    if kind == Kind.CONFIRMATION:
        if grade == Grade.RECOUNTED and not is_out:
            sums[3] += 1
            sums[4] += quantity
            sums[5] += standing
        return
    sums[2 if is_out else 1] += quantity
    if kind == Kind.WITHDRAWAL and not is_out:
        sums[0] -= 1
