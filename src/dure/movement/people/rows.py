"""Writing many rows at once, on SQLite and PostgreSQL alike.

``bulk_create`` spends several times the database's own time on building models, of which a registration has
about ten. This writes tuples instead, and leaves rows that are there already as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

from django.db import connection, models

from dure.kernel.must import must

# Values a statement: SQLite takes 32,766 and PostgreSQL 65,535; beyond a few thousand nothing is gained.
VALUES_A_STATEMENT_MAX: Final = 4_000

Row = tuple[object, ...]


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows``, values in the order of ``names``; what clashes with a unique row is left out.

    Foreign keys are named by ``…_id``. Defaults are the caller's business: every column is named.
    """
    fields = [model._meta.get_field(name) for name in names]
    converters = [(place, made) for place, field in enumerate(fields) if (made := _converter(field))]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(getattr(field, "column", ""))) for field in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names come from the models, values are parameters
    marks = "(" + ", ".join(["%s"] * len(fields)) + ")"
    step = max(1, VALUES_A_STATEMENT_MAX // len(fields))
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            values: list[object] = []
            for row in part:
                must(len(row) == len(fields), "a row has a value for every column")
                ready = list(row)
                for place, convert in converters:
                    ready[place] = convert(ready[place])
                values += ready
            statement = head + ", ".join([marks] * len(part)) + " ON CONFLICT DO NOTHING"
            cursor.execute(statement, cast("list[str]", values))  # by now whatever the driver takes


def _converter(field: object) -> Callable[[object], object] | None:
    """How a value becomes what the database's driver takes; None where it is that already."""
    if isinstance(field, models.UUIDField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, models.DateField | models.JSONField):
        # The same hours and the same languages come again and again.
        seen: dict[object, object] = {}

        def convert(value: object) -> object:
            if value not in seen:
                plain = list(value) if isinstance(value, tuple) else value
                seen[value] = field.get_db_prep_save(plain, connection)
            return seen[value]

        return convert
    return None
