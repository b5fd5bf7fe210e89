"""Whole rows by a question that is put into SQL once (:mod:`dure.base.asked`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet

from dure.base.asked import Asked

M = TypeVar("M", bound=Model)


class AskedRows(Generic[M]):
    """As :class:`dure.base.asked.Asked`, of a queryset of ``model`` instead of a ``values_list``."""

    def __init__(self, model: type[M], rows: Callable[..., QuerySet[M]], *kinds: type) -> None:
        self._model = model
        self._names = [field.attname for field in model._meta.concrete_fields]
        self._asked = Asked(lambda *values: rows(*values).values_list(*self._names), *kinds)

    def __call__(self, *values: Any) -> list[M]:
        found = self._asked(*values)
        return [self._model.from_db(DEFAULT_DB_ALIAS, self._names, row) for row in found]
