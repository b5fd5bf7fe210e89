"""One order a database, kept by a lock and not by a process.

Whoever appends to a log locks the row of its head first, so web, CLI and imports can all write,
in transactions of at most about 100 ms each. On SQLite the first write takes the database's one
write lock; on PostgreSQL the UPDATE takes the row's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from dure.base.models import OrderHead
from dure.kernel.must import must


@dataclass(slots=True)
class Head:
    """The locked head: ``size`` entries so far, and what the log keeps of them in ``frontier``."""

    name: str
    size: int
    frontier: bytes

    def advance(self, *, size: int, frontier: bytes) -> None:
        """Move the head on; call it once everything up to ``size`` is written."""
        must(size >= self.size, "a log never gets shorter")
        moved = OrderHead.objects.filter(name=self.name, size=self.size).update(size=size, frontier=frontier)
        must(moved == 1, "the head moved while its lock was held")
        self.size, self.frontier = size, frontier


@contextmanager
def locked(name: str) -> Iterator[Head]:
    """A transaction in which the caller alone may append to the log ``name``."""
    OrderHead.objects.get_or_create(name=name)
    with transaction.atomic():
        # Write first: the UPDATE takes the lock, the SELECT after it reads what the last holder left.
        OrderHead.objects.filter(name=name).update(size=F("size"))
        row = OrderHead.objects.get(name=name)
        yield Head(name=name, size=row.size, frontier=bytes(row.frontier))


def head(name: str) -> tuple[int, bytes]:
    """Size and frontier of the log ``name`` without a lock: (0, b"") before its first entry."""
    row = OrderHead.objects.filter(name=name).first()
    return (row.size, bytes(row.frontier)) if row else (0, b"")
