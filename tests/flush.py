"""Emptying the tables after tests that commit.

Ledger entries refuse to be deleted, by a trigger; here, and only around the runner's own flush, the triggers rest.
Only tables that hold something are emptied: most tests write to a few of a hundred. What migrations write themselves
(kinds of content, permissions) stays, so that it need not be written again after each test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper

WRITTEN_BY_MIGRATIONS = {"django_content_type", "auth_permission"}
# Rows of the server's own catalog say nothing of what is in a table; each is asked for its first row.
_EMPTY_ON_POSTGRESQL = """
DO $$ DECLARE one text; holds boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOREACH one IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one) INTO holds;
    IF holds THEN EXECUTE format('DELETE FROM %I', one); END IF;
  END LOOP;
END $$;
"""


@pytest.fixture(scope="session", autouse=True)
def entries_may_be_flushed() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        patch.setattr(flush, "sql_flush", _sql_flush)
        patch.setattr(DatabaseWrapper.ops_class, "execute_sql_flush", _without_triggers)
        yield


def _sql_flush(style: object, connection: Any, **_: object) -> list[str]:  # Django's own has no types
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    tables -= WRITTEN_BY_MIGRATIONS
    if connection.vendor == "postgresql":
        return [_EMPTY_ON_POSTGRESQL.format(tables=", ".join(f"'{table}'" for table in sorted(tables)))]
    with connection.cursor() as cursor:
        held = [table for table in sorted(tables) if _holds(cursor, table)]
    return [f'DELETE FROM "{table}"' for table in held]  # noqa: S608  Django's own names of tables


def _holds(cursor: Any, table: str) -> bool:  # nor has its cursor
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')  # noqa: S608  as above
    return bool(cursor.fetchone()[0])


def _without_triggers(self: BaseDatabaseOperations, sql_list: Sequence[str]) -> None:
    """On SQLite, where a trigger can't be told to rest, they are taken off and put back."""
    alias = self.connection.alias
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for statement in sql_list:
            cursor.execute(statement)
        for _, trigger in triggers:
            cursor.execute(trigger)
