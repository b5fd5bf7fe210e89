"""Who may look after those under 18: part of ``reads``, which hands it on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db.models import F, Q

from dure.base.asked import NAMED_MAX, Asked
from dure.base.columns import Ints, read_columns
from dure.movement.people.ages import ADULT_AGE, age_reached, is_minor
from dure.movement.people.models import Credential
from dure.movement.people.placeable import FEW_PEOPLE
from dure.movement.people.types import CLEARANCE

_CLEARED = Asked(
    lambda day, ids: Credential.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=day), kind=CLEARANCE, person_id__in=ids
    ).values_list("person_id", "person__birth_year"),
    date,
    tuple,
)


def cleared_adults(ids: Iterable[int], *, day: date) -> Ints:
    """Who of these people is surely 18 on ``day`` and cleared then for work with children; ids, ascending (P6)."""
    asked = np.unique(np.fromiter(ids, np.int64))
    if len(asked) <= NAMED_MAX:
        found = _CLEARED(day, asked.tolist())
        return np.array(
            sorted({pk for pk, year in found if not is_minor(birth_year=year, day=day)}), np.int64
        )
    rows = Credential.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), kind=CLEARANCE)
    if len(asked) <= FEW_PEOPLE:
        rows = rows.filter(person_id__in=asked.tolist())
    read = read_columns(rows, ints={"person": F("person_id"), "year": F("person__birth_year")}).ints
    adult = age_reached(birth_year=0, day=day) - read["year"] >= ADULT_AGE
    return np.intersect1d(asked, read["person"][adult])
