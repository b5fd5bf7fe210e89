"""Django started as late as possible, and the database brought up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from dure.cli.errors import DatabaseUnreachable

CONNECT_SECONDS_MAX: Final = 5


def make_ready(tell: Callable[[str], None]) -> None:
    """Start Django and apply migrations that are pending, saying so.

    Refuses with HomeUnusable, DatabaseUnreachable.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        _refuse_unreachable()
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise DatabaseUnreachable(why=_first_line(error)) from error
    if pending:
        tell(f"Preparing the database ({len(pending)} steps) …")
        call_command("migrate", verbosity=0, interactive=False)


def _refuse_unreachable() -> None:
    """One plain attempt: the pool would try again and again for its whole timeout."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    import psycopg

    wanted = {"connect_timeout": CONNECT_SECONDS_MAX, **connection.get_connection_params()}
    try:
        psycopg.connect(**wanted).close()
    except psycopg.Error as error:
        raise DatabaseUnreachable(why=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
