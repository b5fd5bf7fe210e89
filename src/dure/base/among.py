"""Thousands of ids in one query as one value: Django resolves each id of a list by itself, at 4 µs each."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL


def among(ids: Sequence[int]) -> RawSQL:
    """What ``…__in`` takes for these whole numbers."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", (json.dumps(list(ids)),), BigIntegerField())
    return RawSQL("SELECT unnest(%s::bigint[])", (list(ids),), BigIntegerField())
