"""A list of places into towns, with the regions and the country they name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import UUID

from dure.base.jobs import SILENT, Progress
from dure.movement.places import own_places
from dure.movement.places.actions import CODE, COUNTRY_CODE_LENGTH_MAX, NAME_LENGTH_MAX
from dure.movement.places.types import OwnTown
from dure.operations.imports.cells import Cells
from dure.operations.imports.columns import PLACES
from dure.operations.imports.flow import Import, Written
from dure.operations.imports.types import ANY, Imported, Problem, Terms
from dure.simulation import world

POPULATION_MAX: Final = 50_000_000
# Nothing of a country is so far from every town of it that GeoNames lists; turned round it often is near one.
FAR_KM: Final = 700
NEAR_KM: Final = 200
_COLUMN_OF: Final = {"town_reused": "code", "town_stands": "name"}


def import_places(
    *, path: Path, rejected: Path | None = None, progress: Progress = SILENT, terms: Terms = ANY
) -> Imported:
    """Add the towns of a CSV or XLSX file (columns: docs/reference/imports.md) with what they lie in.

    Good rows come in, wrong ones go to the rejected file; the same file again only refreshes figures. ``terms.took``
    hears the ids of the new towns. Refuses as :func:`dure.operations.imports.tables.read_table` does, and with
    ImportRejectedUnwritable.
    """
    reader = _PlacesReader(terms)
    return Import(
        kind="places",
        path=path,
        columns=PLACES,
        convert=reader.town,
        write=reader.add,
        rejected=rejected,
        progress=progress,
        terms=terms,
    ).run()


class _PlacesReader:
    def __init__(self, terms: Terms) -> None:
        self._took = terms.took

    def town(self, cells: Cells) -> OwnTown:
        country = cells.text("country", COUNTRY_CODE_LENGTH_MAX, required=True).upper()
        lat, lon = _position(cells, country)
        return OwnTown(
            country=country,
            country_name=_country_name(cells, country),
            region=cells.text("region", NAME_LENGTH_MAX),
            code=_code(cells),
            name=cells.text("name", NAME_LENGTH_MAX, required=True),
            name_local=cells.text("name_local", NAME_LENGTH_MAX),
            lat=lat,
            lon=lon,
            population=cells.whole("population", 0, POPULATION_MAX, default=0),
        )

    def add(self, rows: Sequence[OwnTown]) -> Written:
        done = own_places.add_towns(towns=rows)
        self._took([UUID(int=pk) for pk in done.new_ids])
        refused: dict[int, list[Problem]] = {}
        for place, no in done.refused.items():
            column = _COLUMN_OF.get(no.code, str(no.facts.get("where", "")))
            wanted = no.facts.get(
                "wanted", "another code" if column == "code" else "a place that is not here yet"
            )
            what = no.facts.get("what", str(no).partition(". ")[0].rstrip("."))
            refused[place] = [Problem(column, str(what), str(wanted))]
        return Written(new=len(done.new_ids), known=done.known, refused=refused)


def _code(cells: Cells) -> str:
    code = cells.text("code", own_places.OWN_CODE_LENGTH_MAX)
    if code and not CODE.fullmatch(code):
        cells.note("code", f"{code!r} can't be used", "letters (a to z), digits, hyphens; or nothing")
    return code


def _country_name(cells: Cells, code: str) -> str:
    given = cells.text("country_name", NAME_LENGTH_MAX)
    name = given or world.country_name(code)
    if code and not name:
        cells.note(
            "country_name", f"{code} is no code of ISO 3166", "the country's name, or its code of two letters"
        )
    return name


def _position(cells: Cells, country: str) -> tuple[float, float]:
    lat, lon = cells.degrees("lat", 90), cells.degrees("lon", 180)
    for name, value in (("lat", lat), ("lon", lon)):
        if value is None and not cells.is_bad(name):
            cells.note(name, "is empty", "degrees, with a dot")
    if lat is None or lon is None:
        return 0.0, 0.0
    if lat == lon == 0:
        cells.note("lat", "0, 0 lies in the sea off Africa", "where the place is")
    elif world.km_to_a_town(country, lat, lon) > FAR_KM and (
        math.fabs(lon) <= 90 and world.km_to_a_town(country, lon, lat) < NEAR_KM
    ):
        cells.note("lat", f"{lat:g}, {lon:g} lies far from {country}", "lat and lon the other way round")
    return lat, lon
