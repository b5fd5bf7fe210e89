"""Make a room's tables whole in its first migration: ``python -m tools.fold [ROOM …]``, after makemigrations.

makemigrations adds constraints, indexes and references between a room's own tables one by one, and after each Django
draws every table it knows anew: a new database took nearly twice as long.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import django
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.writer import MigrationWriter


def folded(room: str, operations: Sequence[Any]) -> list[Any]:
    """The same tables, each made in one piece, after those that it refers to."""
    tables: dict[str, Any] = {}
    for operation in operations:
        if isinstance(operation, CreateModel):
            tables[operation.name_lower] = operation
        else:
            (tables[operation.model_name_lower],) = tables[operation.model_name_lower].reduce(operation, room)
    refers = {
        name: [other for other in tables if other != name and table.references_model(other, room)]
        for name, table in tables.items()
    }
    return [tables[name] for name in TopologicalSorter(refers).static_order()]


def main(rooms: list[str]) -> None:
    django.setup()
    for (room, name), migration in MigrationLoader(None).disk_migrations.items():
        if name == "0001_initial" and migration.__module__.startswith("dure.") and room in (rooms or [room]):
            migration.operations = folded(room, migration.operations)  # type: ignore[misc]  # its own
            writer = MigrationWriter(migration, include_header=False)
            Path(writer.path).write_text(writer.as_string(), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    main(sys.argv[1:])
