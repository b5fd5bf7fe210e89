"""The people behind dropped rows, counted again from the files, to hold ``Seen`` against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from dure.analytics.sealed.columns import fixed_array, numbers
from dure.engine.log.entry import POINTING_KINDS, Kind

_CELL: Final = ("campaign", "indicator", "team", "area", "person_key")
_NAMED_MAX: Final = 100
_READ_ROWS: Final = 100_000
_POINTING: Final = np.array(sorted(map(int, POINTING_KINDS)))


class People:
    """Contributions by cell and person key, less withdrawals. A nation's people take some 100 MB."""

    def __init__(self) -> None:
        self._counted: pa.Table | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Count entries whose rows were dropped; ``batch`` has the columns of a sealed day."""
        kind = numbers(batch.column("kind"))
        weight = np.where(kind == int(Kind.WITHDRAWAL), -1, np.where(np.isin(kind, _POINTING), 0, 1))
        table = pa.table(
            [*(batch.column(name) for name in _CELL), pa.array(weight.astype(np.int64))], names=[*_CELL, "n"]
        )
        self._add(table.filter(pc.is_valid(table.column("person_key"))))

    def compare(self, add_fault: Callable[[str, str], None]) -> None:
        """Name every stored count that is not what the files give. Takes ``Seen`` off the sums on the way."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT campaign_id, indicator_id, team_id, area_id, person_key, n FROM ledger_seen WHERE n <> 0"
            )
            while rows := cursor.fetchmany(_READ_ROWS):
                try:
                    self._add(_stored(rows))
                except (ValueError, OverflowError, TypeError, pa.ArrowException) as broken:
                    add_fault("people seen", f"a row can't be read: {broken}")
        if self._counted is None:
            return
        wrong = self._counted.filter(pc.not_equal(self._counted.column("n"), 0))
        for row in wrong.slice(0, _NAMED_MAX).to_pylist():
            where = (
                "people seen of campaign {campaign}, indicator {indicator}, team {team}, area {area}".format(
                    **row
                )
            )
            add_fault(
                f"{where}, key {row['person_key'].hex()}", f"differs by {-row['n']} from the sealed days"
            )
        if wrong.num_rows > _NAMED_MAX:
            add_fault("people seen", f"{wrong.num_rows - _NAMED_MAX} more counts differ from the sealed days")

    def _add(self, table: pa.Table) -> None:
        whole = table if self._counted is None else pa.concat_tables([self._counted, table])
        summed = whole.group_by(list(_CELL)).aggregate([("n", "sum")])
        self._counted = summed.rename_columns([*summed.column_names[:-1], "n"]).select([*_CELL, "n"])


def _stored(rows: list[tuple[object, ...]]) -> pa.Table:
    """Rows of ``Seen``, their counts taken off."""
    *cells, keys, counts = zip(*rows, strict=True)
    raw = b"".join(bytes.fromhex(key) if isinstance(key, str) else key.bytes for key in keys)
    shown = np.frombuffer(raw, np.uint8).reshape(len(rows), 16)
    arrays = [
        *(pa.array(column, pa.uint32()) for column in cells),
        fixed_array(shown),
        pa.array([-n for n in counts]),
    ]
    return pa.table(arrays, names=[*_CELL, "n"])
