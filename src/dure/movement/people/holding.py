"""Who holds what, and where people live, of very many at once: for rooms that prepare people, never for a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db.models import Count, F, Q

from dure.base.columns import Ints, read_columns
from dure.base.rows import IDS_A_QUERY_MAX
from dure.movement.people.models import Credential, Person
from dure.movement.people.placeable import FEW_PEOPLE
from dure.movement.people.types import OWN_WORD, SKILL


def holders(*, kind: str, day: date, code: str = "", person_ids: Sequence[int] | None = None) -> Ints:
    """Whose credential of a kind (of ``code``, if one is named) is good on ``day``; ids, ascending, once each.

    A skill on somebody's own word is none. ``person_ids``: where they are few, nobody else is read.
    """
    good = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    rows = Credential.objects.filter(good, kind=kind).exclude(evidence=OWN_WORD)
    if code:
        rows = rows.filter(code=code)
    if person_ids is not None and len(person_ids) <= FEW_PEOPLE:
        rows = rows.filter(person_id__in=list(person_ids))
    return np.unique(read_columns(rows, ints=("person_id",)).ints["person_id"])


def area_of(person_ids: Sequence[int]) -> dict[int, int]:
    """The area each of these people lives in, by person id; who has left, or is unconfirmed, is left out."""
    if len(person_ids) <= IDS_A_QUERY_MAX:
        rows = Person.objects.filter(pk__in=list(person_ids), lapses_on__isnull=True)
        return dict(rows.values_list("pk", "area_id"))
    everybody = Person.objects.filter(lapses_on__isnull=True)
    read = read_columns(everybody, ints={"id": F("pk"), "area": F("area_id")}).ints
    asked = np.isin(read["id"], np.asarray(person_ids, np.int64))
    return dict(zip(read["id"][asked].tolist(), read["area"][asked].tolist(), strict=True))


def can_do(area_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """By area, how many people there say or have shown each skill, the commonest first. For organisers, exact."""
    rows = Credential.objects.filter(kind=SKILL, person__area_id__in=list(area_ids)).order_by()
    counted = rows.values("person__area_id", "code").annotate(n=Count("pk"))
    found: dict[int, dict[str, int]] = {}
    for area_id, code, count in counted.order_by("-n", "code").values_list("person__area_id", "code", "n"):
        found.setdefault(area_id, {})[code] = count
    return found


def stay_nearer_than(person_ids: Sequence[int], way_m: int) -> list[int]:
    """Who of these people travels less far than ``way_m``, in the order given."""
    rows = Person.objects.filter(pk__in=list(person_ids), travel_limit_m__lt=way_m)
    near = set(rows.values_list("pk", flat=True))
    return [pk for pk in person_ids if pk in near]
