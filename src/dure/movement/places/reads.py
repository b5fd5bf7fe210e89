"""Questions about places. The area tree is public, so nobody is asked who they are."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from dure.base.asked import Asked
from dure.base.one_look import alike_to_all, each_once_a_look
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.models import Area
from dure.movement.places.types import AreaFacts

_COLUMNS = tuple(AreaFacts.__dataclass_fields__)
_BY_ID = Asked(lambda ids: Area.objects.filter(pk__in=ids).values_list(*_COLUMNS), tuple)


def area(area_id: int) -> AreaFacts:
    """Refuses with AreaUnknown."""
    found = areas((area_id,))
    if area_id not in found:
        raise AreaUnknown(area=area_id)
    return found[area_id]


def by_code(code: str) -> AreaFacts:
    """The area with this code: ``"KR"``, ``"KR.11"`` or a town's own. Refuses with AreaUnknown."""
    # PostgreSQL takes no NUL in a text.
    if "\x00" not in code and (found := Area.objects.filter(code=code).first()):
        return facts_of(found)
    raise AreaUnknown(area=code)


def by_path(path: str) -> AreaFacts:
    """Refuses with AreaUnknown."""
    if found := Area.objects.filter(path=path).first():
        return facts_of(found)
    raise AreaUnknown(area=path)


def by_paths(paths: Iterable[str]) -> dict[str, AreaFacts]:
    """Areas by path; what does not exist is left out."""
    rows = Area.objects.filter(path__in=sorted(set(paths)))
    return {row.path: facts_of(row) for row in rows}


def countries() -> list[AreaFacts]:
    """All roots, by name."""
    return [facts_of(row) for row in Area.objects.filter(parent=None).order_by("name", "pk")]


def children(area_id: int) -> list[AreaFacts]:
    """What lies directly below an area, largest first; empty for a town."""
    return [facts_of(row) for row in Area.objects.filter(parent_id=area_id).order_by("-population", "pk")]


def ancestors(path: str) -> list[AreaFacts]:
    """What an area lies in, from the country down, itself left out; empty for a country."""
    codes = path.strip("/").split("/")
    above = ["/" + "/".join(codes[:depth]) + "/" for depth in range(1, len(codes))]
    return [facts_of(row) for row in Area.objects.filter(path__in=above).order_by("path")]


@alike_to_all
def towns_under(path: str) -> list[AreaFacts]:
    """All towns in an area, the area itself when it is a town; largest first, ties by code."""
    rows = Area.objects.filter(kind=Area.Kind.TOWN, path__startswith=path).order_by("-population", "code")
    found = [AreaFacts(*row) for row in rows.values_list(*_COLUMNS)]
    # SQLite's LIKE doesn't tell "/kr/" from "/KR/"; rights do.
    return [one for one in found if one.path.startswith(path)]


def towns_called(begins: str, *, under: str, count_max: int) -> list[AreaFacts]:
    """Towns in an area whose name, local name or code begins so, the largest first; "" for all of them."""
    if "\x00" in begins:
        return []
    called = Q(name__istartswith=begins) | Q(name_local__istartswith=begins) | Q(code=begins)
    rows = Area.objects.filter(kind=Area.Kind.TOWN, path__startswith=under).order_by("-population", "code")
    return [facts_of(row) for row in (rows.filter(called) if begins else rows)[:count_max]]


def ids_under(path: str) -> list[int]:
    """Ids of an area and everything in it, ascending; empty when nothing stands there.

    Other rooms keep area ids; so they ask for "everywhere below" without touching this room's tables.
    """
    rows = Area.objects.filter(path__startswith=path).order_by("pk").values_list("pk", "path")
    return [pk for pk, full in rows if full.startswith(path)]


@each_once_a_look
def areas(ids: Iterable[int]) -> dict[int, AreaFacts]:
    """Areas by id; what does not exist is left out."""
    return {row[0]: AreaFacts(*row) for row in _BY_ID(tuple(ids))}


def facts_of(row: Area) -> AreaFacts:
    """For this room's own actions."""
    return AreaFacts(
        id=row.pk,
        kind=row.kind,
        code=row.code,
        name=row.name,
        name_local=row.name_local,
        path=row.path,
        lat=row.lat,
        lon=row.lon,
        population=row.population,
        parent_id=row.parent_id,
    )
