"""Django started as late as possible, and the database brought up to date."""

from __future__ import annotations

import os
from collections.abc import Callable

from dure.cli.errors import DatabaseUnreachable


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
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        why = str(error).strip().splitlines()[0]
        raise DatabaseUnreachable(why=why) from error
    if pending:
        tell(f"Preparing the database ({len(pending)} steps) …")
        call_command("migrate", verbosity=0, interactive=False)
