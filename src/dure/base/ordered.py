"""One order a database, kept by a lock and not by a process.

Whoever appends to a log locks the row of its head first, so web, CLI and imports can all write,
in transactions of at most about 100 ms each. On SQLite the first write takes the database's one
write lock; on PostgreSQL the UPDATE takes the row's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from dure.base.models import OrderHead
from dure.kernel.must import must

_LOCK = "UPDATE base_orderhead SET size = size WHERE name = %s RETURNING size, frontier"
_BEGIN = "INSERT INTO base_orderhead (name, size, frontier) VALUES (%s, 0, %s) ON CONFLICT (name) DO NOTHING"
_ADVANCE = "UPDATE base_orderhead SET size = %s, frontier = %s WHERE name = %s AND size = %s"


@dataclass(slots=True)
class Head:
    """The locked head: ``size`` entries so far, and what the log keeps of them in ``frontier``."""

    name: str
    size: int
    frontier: bytes

    def advance(self, *, size: int, frontier: bytes) -> None:
        """Move the head on; call it once everything up to ``size`` is written."""
        must(size >= self.size, "a log never gets shorter")
        with connection.cursor() as cursor:
            cursor.execute(_ADVANCE, [size, frontier, self.name, self.size])
            must(cursor.rowcount == 1, "the head moved while its lock was held")
        self.size, self.frontier = size, frontier


@contextmanager
def locked(name: str) -> Iterator[Head]:
    """A transaction in which the caller alone may append to the log ``name``."""
    with transaction.atomic():
        yield _lock(name)


def _lock(name: str) -> Head:
    with connection.cursor() as cursor:
        # Write first: the UPDATE takes the lock, and gives what the last holder left.
        cursor.execute(_LOCK, [name])
        row = cursor.fetchone()
        if row is None:  # the first ever: two who come at once agree on one row
            cursor.execute(_BEGIN, [name, b""])
            cursor.execute(_LOCK, [name])
            row = cursor.fetchone()
    must(row is not None, "the head of a log stays once it is there")
    return Head(name=name, size=row[0], frontier=bytes(row[1]))


def head(name: str) -> tuple[int, bytes]:
    """Size and frontier of the log ``name`` without a lock: (0, b"") before its first entry."""
    row = OrderHead.objects.filter(name=name).first()
    return (row.size, bytes(row.frontier)) if row else (0, b"")
