"""Emptying the tables after tests that commit.

Ledger entries refuse to be deleted, by a trigger. On PostgreSQL the test runner truncates, which asks no row
trigger; on SQLite it deletes. So there, and only around the runner's own flush, the triggers are
taken off and put back. Import ``entries_may_be_flushed`` in the conftest of whatever commits ledger entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper


@pytest.fixture(scope="session", autouse=True)
def entries_may_be_flushed() -> Iterator[None]:
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def flush_without_triggers(self: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
        alias = self.connection.alias
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, sql_list)
            for _, trigger in triggers:
                cursor.execute(trigger)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_without_triggers)
        yield
