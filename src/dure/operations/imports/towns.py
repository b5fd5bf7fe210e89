"""Real towns of a country into places, so that own data has somewhere to live."""

from __future__ import annotations

from dure.movement.places import actions as places
from dure.movement.places import reads
from dure.movement.places.types import AreaFacts, CountryRow, TownRow
from dure.operations.demo.rows import area_rows
from dure.simulation import world
from dure.simulation.customs import CUSTOMS
from dure.simulation.towns import country as checked_country


def add_country(code: str) -> tuple[AreaFacts, int]:
    """Add (or refresh) a country with its regions and towns (GeoNames); the country and how many towns it has.

    Town codes are GeoNames ids. Refuses with CountryNowhere, and with AreaMoved where a town's region is another now.
    """
    if code in CUSTOMS:
        country, regions, towns = area_rows(checked_country(code))
        added = places.add_country(country=country, regions=regions, towns=towns)
    else:
        listed = world.country(code)
        rows = [
            TownRow(
                code=str(town.geoname_id),
                name=town.name,
                name_local="",
                region_code=town.region_code,
                region_name=town.region_name,
                lat=town.lat,
                lon=town.lon,
                population=town.population,
            )
            for town in listed.towns
        ]
        row = CountryRow(code=listed.code, name=listed.name, population=listed.population)
        added = places.add_country(country=row, regions=[], towns=rows)
    return added, len(reads.towns_under(added.path))
