"""Writing many rows at once, on SQLite and PostgreSQL alike.

``bulk_create`` spends several times the database's own time on building models, of which a registration has
about ten. This writes tuples instead, and leaves rows that are there already as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final, cast

from django.db import connection, models

from dure.kernel.must import must

# Values a statement where rows are written several at a time: PostgreSQL takes 65,535.
VALUES_A_STATEMENT_MAX: Final = 10_000

Row = tuple[object, ...]


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows``, values in the order of ``names``; what clashes with a unique row is left out.

    Foreign keys are named by ``…_id``. Defaults are the caller's business: every column is named.
    """
    _insert(model, names, rows, " ON CONFLICT DO NOTHING")


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows`` as :func:`insert_new` does, but a clash raises Django's IntegrityError."""
    _insert(model, names, rows, "")


def _insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row], tail: str) -> None:
    if not rows:
        return
    must(all(len(row) == len(names) for row in rows), "a row has a value for every column")
    fields = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(getattr(field, "column", ""))) for field in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names come from the models, values are parameters
    marks = "(" + ", ".join(["%s"] * len(fields)) + ")"
    # By now values are whatever the driver takes, which the stubs can't know.
    ready = cast("list[tuple[str, ...]]", list(_ready(fields, rows)))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # In the same process one row a time is quickest: the statement is prepared once.
            cursor.executemany(head + marks + tail, ready)
            return
        step = max(1, VALUES_A_STATEMENT_MAX // len(fields))
        for start in range(0, len(ready), step):
            part = ready[start : start + step]
            statement = head + ", ".join([marks] * len(part)) + tail
            cursor.execute(statement, list(chain.from_iterable(part)))


def _ready(fields: Sequence[object], rows: Sequence[Row]) -> Iterator[Row]:
    """The rows as the database's driver takes them, converted column by column."""
    columns = list(zip(*rows, strict=True))
    for place, field in enumerate(fields):
        if convert := _converter(field):
            columns[place] = tuple(map(convert, columns[place]))
    return zip(*columns, strict=True)


def _converter(field: object) -> Callable[[object], object] | None:
    """How a value becomes what the database's driver takes; None where it is that already."""
    if isinstance(field, models.UUIDField):
        return lambda value: field.get_db_prep_save(value, connection)
    if isinstance(field, models.DateField | models.JSONField):
        # The same hours and the same languages come again and again; a dict can't be looked up.
        seen: dict[object, object] = {}

        def convert(value: object) -> object:
            if isinstance(value, dict):
                return field.get_db_prep_save(value, connection)
            if value not in seen:
                plain = list(value) if isinstance(value, tuple) else value
                seen[value] = field.get_db_prep_save(plain, connection)
            return seen[value]

        return convert
    return None
