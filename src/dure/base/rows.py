"""Writing many rows at once, on SQLite and PostgreSQL alike.

``bulk_create`` spends several times the database's own time on building models, of which a registration has
about ten. This writes tuples instead, and leaves rows that are there already as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from django.db import connection, models

from dure.kernel.must import must

Row = tuple[object, ...]
Field: TypeAlias = "models.Field[Any, Any]"


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows``, values in the order of ``names``; what clashes with a unique row is left out.

    Foreign keys are named by ``…_id``. Defaults are the caller's business: every column is named.
    """
    _insert(model, names, rows, " ON CONFLICT DO NOTHING")


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows`` as :func:`insert_new` does, but a clash raises Django's IntegrityError."""
    _insert(model, names, rows, "")


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[object]]) -> None:
    """Insert as :func:`insert` does, from columns of one length, their values as the driver takes them."""
    _write(model, [_field(model, name) for name in columns], list(columns.values()), "")


def _insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row], tail: str) -> None:
    if not rows:
        return
    must(all(len(row) == len(names) for row in rows), "a row has a value for every column")
    fields = [_field(model, name) for name in names]
    _write(model, fields, _ready(fields, rows), tail)


def _field(model: type[models.Model], name: str) -> Field:
    return cast(Field, model._meta.get_field(name))


def _write(
    model: type[models.Model], fields: Sequence[Field], columns: Sequence[Sequence[object]], tail: str
) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({names}) "
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # In the same process one row a time is quickest: the statement is prepared once.
            marks = "VALUES (" + ", ".join(["%s"] * len(fields)) + ")"
            # By now values are whatever the driver takes, which the stubs can't know.
            ready = cast("list[tuple[str, ...]]", list(zip(*columns, strict=True)))
            cursor.executemany(head + marks + tail, ready)
            return
        # A list for each column is one value to the server: nothing of the statement grows with the rows.
        lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
        statement = "".join((head, "SELECT * FROM unnest(", lists, ")", tail))
        cursor.execute(statement, [list(column) for column in columns])


def _ready(fields: Sequence[Field], rows: Sequence[Row]) -> list[Row]:
    """The columns of the rows as the database's driver takes them, converted column by column."""
    columns: list[Row] = list(zip(*rows, strict=True))
    for place, field in enumerate(fields):
        if convert := _converter(field):
            columns[place] = tuple(map(convert, columns[place]))
    return columns


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
