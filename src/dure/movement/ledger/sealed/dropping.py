"""Dropping the rows of a sealed day, in transactions of some 50 ms, so that whoever records gets in between."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from dure.base.jobs import Progress
from dure.engine.log.entry import Kind
from dure.kernel.must import must
from dure.movement.ledger.models import Entry, SealedDay
from dure.movement.ledger.sealed.days import Span, State

CHUNK_ROWS_FIRST = 1_000
_CHUNK_ROWS_MAX: Final = 20_000
_CHUNK_SECONDS: Final = 0.05
_RANGE: Final = '"index" >= %s AND "index" < %s'
_KEEP_IDS: Final = f"""
INSERT INTO ledger_sealedid (client_id, "index") SELECT client_id, "index" FROM ledger_entry WHERE {_RANGE}
"""  # noqa: S608  constants only
# A withdrawal stands for one contribution fewer; corrections and confirmations for none.
WEIGHT: Final = (
    f"CASE WHEN kind = {int(Kind.WITHDRAWAL)} THEN -1"
    f" WHEN kind IN ({int(Kind.CORRECTION)}, {int(Kind.CONFIRMATION)}) THEN 0 ELSE 1 END"
)
_COUNT_PEOPLE: Final = f"""
INSERT INTO ledger_seen (campaign_id, indicator_id, team_id, area_id, person_key, n)
SELECT campaign_id, indicator_id, team_id, area_id, person_key, {{sign}} SUM({WEIGHT})
FROM ledger_entry WHERE {_RANGE} AND person_key IS NOT NULL
GROUP BY campaign_id, indicator_id, team_id, area_id, person_key
ON CONFLICT (campaign_id, indicator_id, team_id, area_id, person_key)
DO UPDATE SET n = ledger_seen.n + excluded.n
"""  # noqa: S608  constants only
_DROP: Final = f"DELETE FROM ledger_entry WHERE {_RANGE}"  # noqa: S608


def drop_rows(span: Span, progress: Progress) -> None:
    """Drop what still stands of the day; the caller has verified its files.

    Each chunk moves ids to SealedId and people to Seen as it drops their rows, so that whatever was dropped when the
    process died is dropped whole.
    """
    move_to(span, State.DROPPING)
    for low, high in chunks(_first_standing(span), span.end, CHUNK_ROWS_FIRST):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_KEEP_IDS, [low, high])
            cursor.execute(_COUNT_PEOPLE.format(sign="+"), [low, high])
            cursor.execute(_DROP, [low, high])
        progress.advance(high - span.first, span.count, "dropping rows")
    must(not _standing(span).exists(), "every row of the day was dropped")
    move_to(span, State.DROPPED)


def move_to(span: Span, state: SealedDay.State) -> None:
    """Let the day be in ``state``."""
    moved = SealedDay.objects.filter(day=span.day).exclude(state=state).update(state=state)
    must(moved == 1 or SealedDay.objects.filter(day=span.day).exists(), "only a sealed day changes its state")


def chunks(first: int, end: int, rows: int) -> Iterator[tuple[int, int]]:
    """Ranges from ``first`` to ``end``, as long as what is done with each takes about 50 ms."""
    low = first
    while low < end:
        high = min(low + rows, end)
        began = monotonic()
        yield low, high
        took = max(monotonic() - began, 0.001)
        rows = max(100, min(int(rows * min(_CHUNK_SECONDS / took, 2)), _CHUNK_ROWS_MAX))
        low = high


def take_back_people(low: int, high: int) -> None:
    """Take the people behind these rows out of Seen again: they are counted by their rows."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_PEOPLE.format(sign="-"), [low, high])


def _standing(span: Span) -> QuerySet[Entry]:
    return Entry.objects.filter(index__gte=span.first, index__lt=span.end)


def _first_standing(span: Span) -> int:
    found = _standing(span).order_by("index").values_list("index", flat=True).first()
    return span.end if found is None else found
