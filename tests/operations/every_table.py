"""Every table of the program, whatever is added later: which rows mention a person, and what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from typing import Any

from django.apps import apps
from django.db import models

from dure.movement.people.models import Person

# What tells two rows of one kind apart and is made by chance: keys, marks and what is encrypted.
MADE_BY_CHANCE = (models.AutoField, models.BigAutoField, models.UUIDField, models.BinaryField)
NAMES = frozenset({"dedupe_key", "fingerprint", "given_name"})


def tables() -> Iterator[type[models.Model]]:
    """The tables that are the program's own."""
    for model in apps.get_models():
        if model.__module__.startswith("dure."):
            yield model


def _persons(model: type[models.Model]) -> list[str]:
    """Columns of a table that hold a person's id."""
    found = []
    for column in model._meta.concrete_fields:
        to = getattr(column, "remote_field", None)
        if (to is not None and to.model is Person) or (column.attname == "person_id" and to is None):
            found.append(column.attname)
    if model is Person:
        found.append("id")
    return found


def mentions(person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Rows, whole, that hold a person's id, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model in tables():
        for column in _persons(model):
            for row in model._default_manager.filter(**{column: person_id}).values():
                found.setdefault(model.__name__, []).append(row)
    return found


def left_of(person_id: int, but: Set[str] = frozenset()) -> dict[str, Counter[str]]:
    """What is stored of a person, without ids, keys and names: equal for two who did the same.

    ``but``: columns in which the two are known to differ.
    """
    found: dict[str, Counter[str]] = {}
    for name, rows in mentions(person_id).items():
        model = next(model for model in tables() if model.__name__ == name)
        skipped = {c.attname for c in model._meta.concrete_fields if isinstance(c, MADE_BY_CHANCE)}
        skipped |= NAMES | but | set(_persons(model))
        found[name] = Counter(
            str(sorted((key, str(value)) for key, value in row.items() if key not in skipped)) for row in rows
        )
    return found


def everything() -> str:
    """All rows of all tables as one text, to look for names in it."""
    return "\n".join(str(row) for model in tables() for row in model._default_manager.values())
