"""Writing many rows at once, on SQLite and PostgreSQL alike.

``bulk_create`` spends several times the database's own time on building models, of which a registration has
about ten. This writes tuples or columns instead. :func:`insert_new` leaves rows that are there already as they
are; :func:`copy_columns` is the quickest, for rows that are known to be new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

from django.db import connection, models

from dure.base.coded import Coded
from dure.kernel.must import must

Row = tuple[object, ...]
Column: TypeAlias = "Sequence[object] | Coded[Any]"
Columns: TypeAlias = "Mapping[str, Column] | Laid"
Field: TypeAlias = "models.Field[Any, Any]"

# On SQLite many rows go into one statement, which takes a third off the time of one row a statement. Python's lock is
# let go once a statement, so that with large ones another thread gets on meanwhile. Older builds allow 999 values.
VALUES_A_STATEMENT_MAX: Final = 30_000
# Ids named in one query: below the number of variables every SQLite of the last years takes (32,766).
IDS_A_QUERY_MAX: Final = 5_000
# Rows of the statements for what is left: few kinds, since each is prepared and kept, and a large one takes megabytes.
_ROWS_OF_THE_REST: Final = (1024, 128, 16, 4, 1)
# COPY's text format (PostgreSQL's documentation, COPY, "Text Format").
_NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Columns of one length laid side by side in COPY's text format, a line a row."""

    names: Sequence[str]
    lines: Sequence[str]

    def of(self, rows: Sequence[int]) -> Laid:
        """These rows alone."""
        return Laid(self.names, [self.lines[row] for row in rows])


def insert_new(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows``, values in the order of ``names``; what clashes with a unique row is left out.

    Foreign keys are named by ``…_id``. Defaults are the caller's business: every column is named.
    """
    _insert(model, names, rows, " ON CONFLICT DO NOTHING")


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert ``rows`` as :func:`insert_new` does, but a clash raises Django's IntegrityError."""
    _insert(model, names, rows, "")


def insert_or_renew(
    model: type[models.Model],
    names: Sequence[str],
    rows: Sequence[Row],
    *,
    unique: Sequence[str],
    renewed: Sequence[str],
) -> None:
    """Insert ``rows``; one that clashes on ``unique`` takes over the ``renewed`` columns of what is there."""
    quote = connection.ops.quote_name

    def columns(named: Sequence[str]) -> list[str]:
        return [quote(str(_field(model, name).column)) for name in named]

    news = ", ".join(f"{column} = excluded.{column}" for column in columns(renewed))
    _insert(model, names, rows, f" ON CONFLICT ({', '.join(columns(unique))}) DO UPDATE SET {news}")


def insert_columns(model: type[models.Model], columns: Mapping[str, Sequence[object]]) -> None:
    """Insert as :func:`insert` does, from columns of one length, their values as the driver takes them."""
    _write(model, [_field(model, name) for name in columns], list(columns.values()), "")


def laid(columns: Mapping[str, Column]) -> Columns:
    """The columns as :func:`copy_columns` takes them with the least work; made without the database."""
    return columns if connection.vendor == "sqlite" else _laid(columns)


def _laid(columns: Mapping[str, Column]) -> Laid:
    copied = map(_copied, columns.values())
    return Laid(tuple(columns), list(map("\t".join, zip(*copied, strict=True))))


def copy_columns(
    model: type[models.Model], columns: Mapping[str, Column], more: Columns = MappingProxyType({})
) -> None:
    """Insert columns of one length the quickest way the database has; a clash raises Django's IntegrityError.

    ``more``: others beside them, which may have been laid out before. Values are None, bool, int, float, str, bytes,
    UUID, date, aware datetime, and JSON as its text.
    """
    if connection.vendor == "sqlite":
        must(not isinstance(more, Laid), "columns are laid out for the database that takes them")
        every = {**columns, **cast("Mapping[str, Column]", more)}
        _write(model, [_field(model, name) for name in every], [_lowered(one) for one in every.values()], "")
        return
    parts = [_laid(columns), more] if isinstance(more, Laid) else [_laid({**columns, **more})]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(_field(model, name).column)) for part in parts for name in part.names)
    text = "\n".join([*map("\t".join, zip(*(part.lines for part in parts), strict=True)), ""])
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cast(Any, cursor).copy(statement) as copy,
    ):
        copy.write(text)


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
    if connection.vendor == "sqlite":
        _write_sqlite(head, columns, tail)
        return
    with connection.cursor() as cursor:
        # A list for each column is one value to the server: nothing of the statement grows with the rows.
        lists = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
        statement = "".join((head, "SELECT * FROM unnest(", lists, ")", tail))
        cursor.execute(statement, [list(column) for column in columns])


def _write_sqlite(head: str, columns: Sequence[Sequence[object]], tail: str) -> None:
    """Many rows a statement, past Django's own marks: translating them takes longer than the statement."""
    width = len(columns)
    values = list(chain.from_iterable(zip(*columns, strict=True)))
    connection.ensure_connection()
    allowed = cast(sqlite3.Connection, connection.connection).getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    most = max(1, min(VALUES_A_STATEMENT_MAX, allowed) // width)
    marks = "(" + ", ".join("?" * width) + ")"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        start, left = 0, len(columns[0])
        for row_count in (most, *_ROWS_OF_THE_REST):
            if row_count > min(left, most):
                continue
            text = "".join((head, "VALUES ", ", ".join([marks] * row_count), tail))
            while left >= row_count:
                part = values[start * width : (start + row_count) * width]
                sqlite3.Cursor.execute(cast(Any, cursor).cursor, text, part)
                start, left = start + row_count, left - row_count


def _lowered(column: Column) -> Sequence[object]:
    """The column as SQLite's driver takes it."""
    if isinstance(column, Coded):
        return Coded(_lowered(column.values), column.places).each()
    if set(map(type, column)).isdisjoint((UUID, date, datetime)):
        return column
    return [_lowered_value(value) for value in column]


def _lowered_value(value: object) -> object:
    """As Django's fields store it: UUIDs as 32 digits, moments as naive UTC with a space."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return value.isoformat() if isinstance(value, date) else value


def _copied(column: Column) -> Sequence[str]:
    """The column in COPY's text format."""
    if isinstance(column, Coded):
        return Coded(_copied(column.values), column.places).each()
    kinds = set(map(type, column))
    if kinds == {str}:
        return _copied_texts(cast("Sequence[str]", column))
    if kinds == {bytes}:
        return [f"\\\\x{value.hex()}" for value in cast("Sequence[bytes]", column)]
    if kinds <= {int, float}:
        return [repr(value) for value in column]
    return [_copied_value(value) for value in column]


def _copied_texts(column: Sequence[str]) -> Sequence[str]:
    together = "".join(column)
    if not any(letter in together for letter in "\\\t\n\r"):
        return column
    return [value.translate(_ESCAPES) for value in column]


def _copied_value(value: object) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return str(value).translate(_ESCAPES)


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
