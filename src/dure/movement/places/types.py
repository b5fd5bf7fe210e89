"""Frozen values of places: what comes in as rows, what goes out as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dure.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country to add. ``code``: letters, digits and hyphens, such as ISO 3166's ``"KR"``.

    ``population`` left out is the sum of the towns.
    """

    code: str
    name: str
    name_local: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region to add; ``code`` is unique within its country. It stands at the middle of its people."""

    code: str
    name: str
    name_local: str = ""


@dataclass(frozen=True, slots=True)
class TownRow:
    """A town to add; ``code`` is unique everywhere (GeoNames' id). Degrees are WGS 84.

    ``region_name`` is used when the region is not among the regions given beside.
    """

    code: str
    name: str
    name_local: str
    region_code: str
    region_name: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True, slots=True)
class OwnTown:
    """A town, district or village of somebody's own list. Degrees are WGS 84.

    ``country``: its code; ``country_name`` is used where the country isn't there yet. ``region``: what it lies in, by
    name, local name or code, formed where it isn't there; "" for one that stands for the whole country. ``code``: the
    list's own, unique within the country; "" to be known by its names.
    """

    country: str
    country_name: str
    region: str
    code: str
    name: str
    name_local: str
    lat: float
    lon: float
    population: int


@dataclass(frozen=True, slots=True)
class AddedTowns:
    """``new_ids``: towns that were not there; ``known``: how many were; ``refused``: by place in what was given."""

    new_ids: tuple[int, ...]
    known: int
    refused: Mapping[int, Refusal]


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An area as others see it.

    ``kind`` is ``"country"``, ``"region"`` or ``"town"``. ``path`` is ``"/KR/"``, ``"/KR/11/"`` or
    ``"/KR/11/1835848/"``: made of codes, so it is the same in every database, and rights go down it.
    A region's ``code`` is ``"KR.11"``, as in GeoNames. Countries have no ``parent_id``.
    """

    id: int
    kind: str
    code: str
    name: str
    name_local: str
    path: str
    lat: float
    lon: float
    population: int
    parent_id: int | None

    @property
    def country(self) -> str:
        """The code of the country it lies in, by which its phone numbers are dialled."""
        return self.path.split("/", 2)[1]
