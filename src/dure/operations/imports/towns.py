"""Real towns of a country into places, so that own data has somewhere to live."""

from __future__ import annotations

from dure.movement.places import actions as places
from dure.movement.places import reads
from dure.movement.places.types import AreaFacts
from dure.operations.demo.rows import area_rows
from dure.simulation.towns import country as real_country


def add_country(code: str) -> tuple[AreaFacts, int]:
    """Add (or refresh) a country with its regions and towns (GeoNames); the country and how many towns it has.

    Town codes are GeoNames ids. Refuses with CountryUnknown.
    """
    country, regions, towns = area_rows(real_country(code))
    added = places.add_country(country=country, regions=regions, towns=towns)
    return added, len(reads.towns_under(added.path))
