"""One state of the database for a long reading, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Whatever is read inside belongs to one moment; nobody waits for it.

    Within a transaction of the caller's, or another snapshot, that one is the moment.
    """
    if connection.in_atomic_block or _has_begun():
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Django's atomic would begin IMMEDIATE here and keep every writer waiting; in WAL a deferred
        # transaction reads one state and locks nobody.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            # By the driver, which Django's own cursors can't fail before: a connection that stayed in
            # this moment could neither write nor see anything newer.
            if connection.connection is not None:
                connection.connection.rollback()


def _has_begun() -> bool:
    """Whether a deferred transaction, which Django knows nothing of, is under way."""
    return (
        connection.vendor == "sqlite"
        and connection.connection is not None
        and connection.connection.in_transaction
    )
