"""Rows as the driver takes them, many in one statement: for what comes by the thousand a second.

``base.rows`` converts values by their fields; here they come ready: UUIDs as 32 hexadecimal digits, moments by
:func:`moment`, days in ISO 8601, JSON as text. SQLite steps once for a whole statement with Python's lock let go, so
that others parse their requests meanwhile; row by row it would take the lock and wait for it again each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from dure.base.rows import Row
from dure.kernel.must import must

# Rows in one SQLite statement: powers of two, so that few statements are prepared and all are kept.
_ROWS_MOST: Final = 64
# SQLITE_MAX_VARIABLE_NUMBER of every SQLite of the last years.
_VALUES_MAX: Final = 32_766
_BETWEEN: Final = "\0"


@contextmanager
def sent_together() -> Iterator[None]:
    """Within a transaction: PostgreSQL carries out one statement while the next one's values are laid out here.

    Otherwise each side waits for the other one at every table. So that the server looks at foreign keys meanwhile as
    well, and not all at the commit, they are held at once where the transaction is nobody else's. What the server
    refuses is raised by a later statement, or at the end.
    """
    db = connections[DEFAULT_DB_ALIAS]
    must(db.in_atomic_block, "what is sent together stands or falls together")
    if db.vendor == "sqlite":
        yield
        return
    with db.wrap_database_errors:
        raw: Any = db.connection
        with raw.pipeline():
            if not db.savepoint_ids:
                raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield


def moment(at: datetime) -> str:
    """A moment as both databases take it: UTC (which PostgreSQL's sessions speak), to the microsecond."""
    return str((at if at.tzinfo is UTC else at.astimezone(UTC)).replace(tzinfo=None))


class ReadyTable:
    """Inserts into one table the columns ``names`` (foreign keys as ``…_id``), values in their order.

    ``once``: what clashes with a unique row is left out; else a clash raises Django's IntegrityError.
    """

    def __init__(self, model: type[models.Model], names: Sequence[str], *, once: bool = False) -> None:
        self.model = model
        self.names = tuple(names)
        self._tail = " ON CONFLICT DO NOTHING" if once else ""
        self._most = _ROWS_MOST
        must(len(self.names) * self._most <= _VALUES_MAX, "a statement has room for its values")
        self._statements: dict[int, str] = {}
        self._by_columns = ""
        self._writers: list[Callable[[tuple[Any, ...]], object]] = []

    def insert(self, rows: Sequence[Row]) -> None:
        """Insert them."""
        if not rows:
            return
        db = connections[DEFAULT_DB_ALIAS]  # looked up once: the proxy would do so at each mention
        db.ensure_connection()
        with db.wrap_database_errors:
            if db.vendor == "sqlite":
                self._on_sqlite(db.connection, rows)
            else:
                self._on_server(db.connection, rows)

    def _on_sqlite(self, raw: Any, rows: Sequence[Row]) -> None:
        at = 0
        while at < len(rows):
            size = min(self._most, 1 << ((len(rows) - at).bit_length() - 1))
            statement = self._statements.get(size) or self._statement(size)
            part = rows if size == len(rows) else rows[at : at + size]
            raw.execute(statement, tuple(chain.from_iterable(part)))
            at += size

    def _on_server(self, raw: Any, rows: Sequence[Row]) -> None:
        if not self._by_columns:
            self._by_columns = self._unnest()
        # Django's own cursors write values into the statement; the server takes them apart from it, and plans once.
        from psycopg import Cursor

        values = [write(column) for write, column in zip(self._writers, zip(*rows, strict=True), strict=True)]
        Cursor(raw).execute(self._by_columns, values, prepare=True)

    def _statement(self, size: int) -> str:
        marks = "(" + ",".join("?" * len(self.names)) + ")"
        text = f"{self._head()} VALUES {','.join([marks] * size)}{self._tail}"
        self._statements[size] = text
        return text

    def _unnest(self) -> str:
        fields = [cast("models.Field[Any, Any]", self.model._meta.get_field(name)) for name in self.names]
        kinds = [_sent_as(field) for field in fields]
        self._writers = [_WRITERS.get(kind, _plain) for kind in kinds]
        lists = ", ".join(
            f"{'%b' if kind == 'bytea' else '%t'}::{kind}[]::{field.db_type(connection)}[]"
            for kind, field in zip(kinds, fields, strict=True)
        )
        return "".join((self._head(), " SELECT * FROM unnest(", lists, ")", self._tail))

    def _head(self) -> str:
        quote = connection.ops.quote_name
        names = ", ".join(quote(str(self.model._meta.get_field(name).column)) for name in self.names)  # type: ignore[union-attr]  # columns only
        return f"INSERT INTO {quote(self.model._meta.db_table)} ({names})"


def _sent_as(field: models.Field[Any, Any]) -> str:
    """How PostgreSQL hears a column's values before it casts them: numbers and bytes as such, the rest as text."""
    kind = str(field.db_type(connection))
    return kind if kind in {"bytea", "boolean", "double precision"} else _whole_or_text(kind)


# A column as PostgreSQL writes an array (Array Value Input): its driver looks at each value three times on the way, at
# half a microsecond a value, of which a sign-up has 75.
def _plain(column: tuple[Any, ...]) -> str:
    return "{" + ",".join(map(str, column)).replace("None", "NULL") + "}"


def _quoted(column: tuple[str | None, ...]) -> str:
    if None in column:
        return "{" + ",".join("NULL" if one is None else f'"{_escaped(one)}"' for one in column) + "}"
    joined = _escaped(_BETWEEN.join(cast("tuple[str, ...]", column)))
    must(joined.count(_BETWEEN) == len(column) - 1, "a text for PostgreSQL holds no null character")
    return '{"' + joined.replace(_BETWEEN, '","') + '"}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"') if '"' in text or "\\" in text else text


_WRITERS: Final[dict[str, Callable[[tuple[Any, ...]], object]]] = {"text": _quoted, "bytea": list}


def _whole_or_text(kind: str) -> str:
    return "bigint" if kind in {"bigint", "integer", "smallint"} else "text"


def next_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Ids for ``count`` new rows, taken from the table's own sequence; inside the transaction that writes them.

    On SQLite nobody else can take them: the transaction holds the database. It must have written, or begun IMMEDIATE.
    """
    must(connection.in_atomic_block, "ids are taken in the transaction that uses them")
    table = model._meta.db_table
    db = connections[DEFAULT_DB_ALIAS]
    with db.wrap_database_errors:
        raw: Any = db.connection
        if db.vendor == "sqlite":
            row = raw.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
            last = int(row[0]) if row else 0
            return range(last + 1, last + 1 + count)
        statement = "SELECT nextval(%s) FROM generate_series(1, %s)"
        return [int(pk) for (pk,) in raw.execute(statement, (f"{table}_id_seq", count)).fetchall()]
