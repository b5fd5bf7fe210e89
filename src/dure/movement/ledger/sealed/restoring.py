"""The rows of a sealed day back from its files, to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from dure.analytics.sealed.columns import GROUP_ROWS
from dure.analytics.sealed.reading import DayFiles
from dure.base.jobs import SILENT, Progress
from dure.movement.ledger import store
from dure.movement.ledger.errors import DayNotSealed, LogDamaged
from dure.movement.ledger.models import Entry, SealedDay
from dure.movement.ledger.sealed import dropping, sealing
from dure.movement.ledger.sealed.days import Span, State, alone
from dure.movement.ledger.sealed.pointing import Stories
from dure.movement.ledger.sealed.rows import read_batch
from dure.movement.ledger.sealed.source import COLUMNS
from dure.movement.ledger.types import SealedFacts


def restore_day(*, day: date, progress: Progress = SILENT) -> SealedFacts:
    """Put the rows of a sealed day back; its files and its seal stay. Doing it again finishes it.

    Refuses with DayNotSealed, with SealedFileBad files that are not what was sealed, and with LogDamaged rows that
    are not, once back, what the files hold.
    """
    if not SealedDay.objects.filter(day=day).exists():
        raise DayNotSealed(day=day.isoformat())
    with alone(day):
        stored = SealedDay.objects.get(day=day)
        span = Span(day, stored.first_index, stored.end_index)
        if stored.state != State.SEALED:
            sealing.must_be_sound(span)
            dropping.move_to(span, State.RESTORING)
            _insert(span, progress)
            _must_be_equal(span, progress)
            dropping.move_to(span, State.SEALED)
    return SealedFacts(day, span.first, span.end, span.folder, True, stored.note)


def _insert(span: Span, progress: Progress) -> None:
    files = DayFiles(span.folder, span.first, span.end)
    standing = Entry.objects.filter(index__gte=span.first, index__lt=span.end)
    rows = dropping.CHUNK_ROWS_FIRST
    for number in range(files.group_count()):
        begins = span.first + number * GROUP_ROWS
        group = files.read_group(number)
        for low, high in dropping.chunks(begins, begins + group.num_rows, rows):
            have = set(standing.filter(index__gte=low, index__lt=high).values_list("index", flat=True))
            wanted = [index - begins for index in range(low, high) if index not in have]
            if wanted:
                _insert_chunk(group.take(pa.array(wanted)))
            rows = high - low
            progress.advance(high - span.first, span.count, "restoring rows")


def _insert_chunk(batch: pa.RecordBatch) -> None:
    """One transaction: the rows, their ids out of SealedId, their people out of Seen."""
    columns = {name: batch.column(name).to_pylist() for name in COLUMNS}
    indices = columns["log_index"]
    with transaction.atomic():
        store.insert_rows(_shown(columns))
        _forget_ids([client_id.hex() for client_id in columns["client_id"]])
        for low, high in _runs(indices):
            dropping.take_back_people(low, high)


def _shown(columns: dict[str, list[Any]]) -> Iterator[tuple[Any, ...]]:
    """Rows as ``store.insert_rows`` takes them."""
    shown = dict(columns)
    for name in ("client_id", "person_key"):
        shown[name] = [None if key is None else key.hex() for key in columns[name]]
    shown["work_day"] = [day.isoformat() for day in columns["work_day"]]
    return zip(*(shown[name] for name in COLUMNS), strict=True)


def _forget_ids(shown: list[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM ledger_sealedid WHERE client_id = ANY(%s::uuid[])", [shown])
        else:
            among = "SELECT value FROM json_each(%s)"
            cursor.execute(f"DELETE FROM ledger_sealedid WHERE client_id IN ({among})", [json.dumps(shown)])  # noqa: S608


def _runs(indices: list[int]) -> Iterator[tuple[int, int]]:
    """The stretches without a gap, as (first, end)."""
    first = last = indices[0]
    for index in [*indices[1:], None]:
        if index != last + 1:
            yield first, last + 1
            first = index or 0
        last = index or 0


def _must_be_equal(span: Span, progress: Progress) -> None:
    files, stories = DayFiles(span.folder, span.first, span.end), Stories(span)
    for number in range(files.group_count()):
        begins = span.first + number * GROUP_ROWS
        group = files.read_group(number)
        rows = read_batch(begins, begins + group.num_rows, stories)
        for name in group.schema.names:
            if not rows.column(name).equals(group.column(name)):
                raise LogDamaged(what=f"{name} of the rows put back is not what the files of {span.day} hold")
        progress.advance(begins + group.num_rows - span.first, span.count, "comparing")
