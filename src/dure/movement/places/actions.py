"""What can be done to places: adding a country with its regions and towns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.db.models import ProtectedError

from dure.kernel.must import must
from dure.kernel.refusals import BadInput
from dure.movement.places.errors import AreaInUse, AreaMoved, AreaUnknown, RegionUnknown
from dure.movement.places.models import Area
from dure.movement.places.reads import facts_of
from dure.movement.places.types import AreaFacts, CountryRow, RegionRow, TownRow

# Codes make up paths, and paths decide rights: no slash and no dot in them.
CODE = re.compile(r"[A-Za-z0-9_-]+")
COUNTRY_CODE_LENGTH_MAX = 8
REGION_CODE_LENGTH_MAX = 30
NAME_LENGTH_MAX = 120
KEPT_FRESH = ("name", "name_local", "lat", "lon", "population")


class Peopled(Protocol):
    """A place on the earth, in degrees, and how many live there."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def population(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Middle:
    """Where the people of some towns are, on average, and how many."""

    lat: float
    lon: float
    population: int


def add_country(*, country: CountryRow, regions: Sequence[RegionRow], towns: Sequence[TownRow]) -> AreaFacts:
    """Add a country with everything in it; with the same codes again it only refreshes names and figures.

    Towns that are no longer in the rows stay: people may live there. Regions that no town lies in are left
    out, since nothing says where they are.

    Refuses with BadInput (a code, a name, coordinates off the earth, no towns, a repeated code),
    RegionUnknown, AreaMoved.
    """
    _refuse_unsound(country, regions, towns)
    named = _regions_named(country, regions, towns)
    whole = middle_of(towns)
    population = whole.population if country.population is None else country.population
    with transaction.atomic():
        root_path = f"/{country.code}/"
        _upsert([_area(Area.Kind.COUNTRY, country, country.code, root_path, whole, population, None)])
        root = Area.objects.get(code=country.code)
        _upsert(_region_areas(country, named, towns, root.pk))
        parents = dict(
            Area.objects.filter(kind=Area.Kind.REGION, parent_id=root.pk).values_list("path", "pk")
        )
        _upsert(
            Area(
                kind=Area.Kind.TOWN,
                code=town.code,
                name=town.name,
                name_local=town.name_local,
                path=f"{root_path}{town.region_code}/{town.code}/",
                lat=town.lat,
                lon=town.lon,
                population=town.population,
                parent_id=parents[f"{root_path}{town.region_code}/"],
            )
            for town in towns
        )
    return facts_of(root)


def _area(
    kind: Area.Kind,
    row: CountryRow | RegionRow,
    code: str,
    path: str,
    middle: Middle,
    population: int,
    parent_id: int | None,
) -> Area:
    return Area(
        kind=kind,
        code=code,
        name=row.name,
        name_local=row.name_local,
        path=path,
        lat=middle.lat,
        lon=middle.lon,
        population=population,
        parent_id=parent_id,
    )


def _region_areas(
    country: CountryRow, named: dict[str, RegionRow], towns: Sequence[TownRow], root_id: int
) -> list[Area]:
    inside: dict[str, list[TownRow]] = {}
    for town in towns:
        inside.setdefault(town.region_code, []).append(town)
    areas: list[Area] = []
    for code in sorted(inside):
        middle = middle_of(inside[code])
        path = f"/{country.code}/{code}/"
        full_code = f"{country.code}.{code}"
        areas.append(
            _area(Area.Kind.REGION, named[code], full_code, path, middle, middle.population, root_id)
        )
    return areas


def _upsert(areas: Iterable[Area]) -> None:
    """Write areas by code; what is there already keeps its place in the tree, or all is refused."""
    rows = list(areas)
    Area.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=KEPT_FRESH)
    wanted = {row.code: row.path for row in rows}
    # One read of the table is cheaper than naming thousands of codes; countries are few.
    for code, path in Area.objects.values_list("code", "path").iterator():
        if wanted.get(code, path) != path:
            raise AreaMoved(code=code, path=path, wanted=wanted[code])


def remove_country(*, code: str) -> int:
    """Take a country with all its places away again, while nothing refers to any of them; how many places went.

    Refuses with AreaUnknown, AreaInUse.
    """
    root = Area.objects.filter(code=code, parent=None).first()
    if root is None:
        raise AreaUnknown(area=code)
    gone = 0
    try:
        with transaction.atomic():
            for kind in (Area.Kind.TOWN, Area.Kind.REGION, Area.Kind.COUNTRY):
                gone += Area.objects.filter(path__startswith=root.path, kind=kind).delete()[0]
    except ProtectedError as error:
        raise AreaInUse(name=root.name) from error
    return gone


def middle_of(towns: Sequence[Peopled]) -> Middle:
    """The middle of the towns weighted by people; on the sphere, since 180° runs through Fiji."""
    weights = [max(town.population, 1) for town in towns]
    x = y = z = 0.0
    for town, weight in zip(towns, weights, strict=True):
        lat, lon = math.radians(town.lat), math.radians(town.lon)
        x += weight * math.cos(lat) * math.cos(lon)
        y += weight * math.cos(lat) * math.sin(lon)
        z += weight * math.sin(lat)
    return Middle(
        lat=round(math.degrees(math.atan2(z, math.hypot(x, y))), 5),
        lon=round(math.degrees(math.atan2(y, x)), 5),
        population=sum(town.population for town in towns),
    )


def _regions_named(
    country: CountryRow, regions: Sequence[RegionRow], towns: Sequence[TownRow]
) -> dict[str, RegionRow]:
    """The region of every town, by code: given, or made from the name the town brings."""
    named = {region.code: region for region in regions}
    for town in towns:
        if town.region_code not in named:
            if not town.region_name:
                raise RegionUnknown(town=town.name, region_code=town.region_code)
            named[town.region_code] = RegionRow(code=town.region_code, name=town.region_name)
    must(all(town.region_code in named for town in towns), "every town has a region")
    return named


def _refuse_unsound(country: CountryRow, regions: Sequence[RegionRow], towns: Sequence[TownRow]) -> None:
    _check_code(country.code, "country code", COUNTRY_CODE_LENGTH_MAX)
    _check_name(country.name, f"name of country {country.code}")
    for region in regions:
        _check_code(region.code, "region code", REGION_CODE_LENGTH_MAX)
        _check_name(region.name, f"name of region {region.code}")
    if not towns:
        raise BadInput(where=f"towns of {country.code}", what="there are none", wanted="at least one town")
    seen: set[str] = set()
    for town in towns:
        _check_code(town.code, "town code", 40)
        _check_code(town.region_code, f"region code of town {town.code}", REGION_CODE_LENGTH_MAX)
        _check_name(town.name, f"name of town {town.code}")
        _check_place(town)
        if town.code in seen:
            raise BadInput(where="town code", what=f"{town.code} stands there twice", wanted="each town once")
        seen.add(town.code)


def _check_code(code: str, where: str, length_max: int) -> None:
    if not CODE.fullmatch(code) or len(code) > length_max:
        wanted = f"1 to {length_max} letters (a to z), digits, hyphens or underscores"
        raise BadInput(where=where, what=f"{code!r} can't be used", wanted=wanted)


def _check_name(name: str, where: str) -> None:
    if not name.strip() or len(name) > NAME_LENGTH_MAX:
        raise BadInput(where=where, what=f"{name!r} can't be used", wanted=f"1 to {NAME_LENGTH_MAX} letters")


def _check_place(town: TownRow) -> None:
    # Written so that NaN, which compares false with everything, is refused too.
    if not (-90 <= town.lat <= 90 and -180 <= town.lon <= 180):
        what = f"{town.lat}, {town.lon} is not on the earth"
        raise BadInput(
            where=f"coordinates of town {town.code}", what=what, wanted="-90 to 90 and -180 to 180 degrees"
        )
    if town.population < 0:
        raise BadInput(
            where=f"population of town {town.code}", what=f"{town.population} is negative", wanted="a count"
        )
