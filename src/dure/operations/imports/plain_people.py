"""A people file in columns: rows that are plainly good, each distinct cell read once, by the rules of every row.

What is read here is read by the very functions that read a row's cells (:mod:`person_cells`), on a row of the cells
in question. A row with a cell that anything was noted about is left, to be read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl

from dure.base.coded import Coded, coded
from dure.movement.people.types import PeopleColumns
from dure.movement.places.types import AreaFacts
from dure.operations.imports.cells import KEPT_MAX, Cells
from dure.operations.imports.columns import PEOPLE
from dure.operations.imports.keys import BETWEEN_FACTS, group_key, person_keys
from dure.operations.imports.lookups import FROM_TOWN_KM_MAX
from dure.operations.imports.person_cells import WORDING, PersonCells
from dure.operations.imports.types import TableRow

T = TypeVar("T")
# As in cells; a quotation mark is where the file's rule and the room's part ways.
_ADDRESS: Final = r'^(?:[^@\s,;<>"]+@[^@\s,;<>"]+\.[^@\s,;<>."]+)?$'
_ADDRESS_LETTERS_MAX: Final = 254
_DEGREES: Final = r"^[+-]?[0-9.]{1,20}$"
# Distances are worked out for all rows at once here; one this close to the limit is worked out as ever.
_SURELY_NEAR_KM: Final = FROM_TOWN_KM_MAX - 1
HOME_DECIMALS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """``columns`` of the rows ``rows`` of a piece; ``left``: the others. No columns: all are left."""

    columns: PeopleColumns | None
    rows: Sequence[int]
    left: Sequence[int]


class PlainPeople:
    """Turns pieces of a people file into columns; what it has read it keeps, since rows repeat each other."""

    def __init__(self, cells: PersonCells, path: Path) -> None:
        self._cells = cells
        self._path = path
        self._kept: dict[tuple[str, ...], dict[Any, tuple[Any, bool]]] = {}

    def columns(self, frame: pl.DataFrame) -> Plain:
        """The columns of those rows of ``frame`` about which there is nothing to say."""
        read, left = self._cells, _left_by_address(frame)
        town = self._read(frame, ("town",), read.town, left)
        lat, lon = _homes(frame, town, left)
        groups = self._read(frame, ("group",), read.group, left)
        causes = self._read(frame, ("refuses", "prefers"), read.causes, left)
        keys = _keys_of(frame)
        if len(set(keys)) < len(keys):
            return Plain(None, (), range(frame.height))
        columns = PeopleColumns(
            keys=keys,
            given_name=self._read(frame, ("given_name",), read.given_name, left),
            birth_year=self._read(frame, ("birth_year",), read.birth_year, left),
            area_id=town.mapped(lambda area: area.id if area else 0),
            home_lat=lat,
            home_lon=lon,
            travel_limit_m=self._read(frame, ("travel_limit_km",), read.travel_limit_m, left),
            email=frame["email"].to_list(),
            phone=frame["phone"].to_list(),
            language=self._read(frame, ("language",), read.language, left),
            consents=self._read(frame, ("consent", "messages"), read.consents, left),
            wording=WORDING,
            guardian_email=frame["guardian_email"].to_list(),
            guardian_agreed_at=self._read(frame, ("guardian_agreed",), read.guardian_agreed_at, left),
            languages=self._read(frame, ("languages",), lambda cells: cells.codes("languages"), left),
            refuses=causes.mapped(lambda both: both[0]),
            prefers=causes.mapped(lambda both: both[1]),
            credentials=self._read(
                frame, ("skills", "cover", "briefing", "clearance"), read.credentials, left
            ),
            free_spans=self._read(frame, ("free_from", "free_to"), read.free_spans, left),
            physical_max=self._read(frame, ("physical_max",), read.physical_max, left),
            long_shift_wish=self._read(frame, ("long_shift",), read.long_shift, left),
            shifts_max=self._read(frame, ("shifts_max",), read.shifts_max, left),
            group_keys=groups.mapped(lambda word: group_key(self._path, word) if word else None).each()
            if any(groups.values)
            else None,
        )
        if not left:
            return Plain(columns, range(frame.height), ())
        rows = [row for row in range(frame.height) if row not in left]
        return Plain(columns.of(rows) if rows else None, rows, sorted(left))

    def _read(
        self, frame: pl.DataFrame, names: tuple[str, ...], read: Callable[[Cells], T], left: set[int]
    ) -> Coded[T]:
        """The column that ``read`` makes of the cells ``names``; rows about which it notes anything are ``left``."""
        is_one = len(names) == 1
        columns = [frame[name].to_list() for name in names]
        column: Coded[Any] = coded(columns[0] if is_one else zip(*columns, strict=True))
        kept = self._kept.setdefault(names, {})
        if len(kept) > KEPT_MAX:
            kept.clear()
        values: list[T] = []
        odd: set[int] = set()
        for place, given in enumerate(column.values):
            if given not in kept:
                texts = (given,) if is_one else given
                cells = Cells(TableRow(0, dict(zip(names, texts, strict=True)), ()))
                kept[given] = read(cells), not cells.problems
            value, is_plain = kept[given]
            values.append(value)
            if not is_plain:
                odd.add(place)
        if odd:
            left.update(row for row, place in enumerate(column.places) if place in odd)
        return Coded(values, column.places)


def _keys_of(frame: pl.DataFrame) -> list[str]:
    own_ids = frame["id"].to_list()
    if all(own_ids):
        return person_keys(("id", own_id) for own_id in own_ids)
    facts = _facts_of(frame)
    return person_keys(
        ("id", own_id) if own_id else ("facts", said) for own_id, said in zip(own_ids, facts, strict=True)
    )


def _facts_of(frame: pl.DataFrame) -> list[str]:
    """As :func:`keys.facts_of`, of every row."""
    said = [
        pl.when(pl.col(name) != "").then(pl.lit(f"{name}=") + pl.col(name))
        for name in sorted(column.name for column in PEOPLE)
    ]
    facts: list[str] = frame.select(
        pl.concat_str(said, separator=BETWEEN_FACTS, ignore_nulls=True).alias("facts")
    )["facts"].to_list()
    return facts


def _left_by_address(frame: pl.DataFrame) -> set[int]:
    fits = frame.select(
        pl.all_horizontal(
            pl.col(name).str.contains(_ADDRESS) & (pl.col(name).str.len_chars() <= _ADDRESS_LETTERS_MAX)
            for name in ("email", "guardian_email")
        )
    ).to_series()
    return set() if fits.all() else set((~fits).arg_true().to_list())


def _homes(
    frame: pl.DataFrame, town: Coded[AreaFacts | None], left: set[int]
) -> tuple[Coded[float], Coded[float]]:
    """Where they start from, rounded as it is stored; rows whose position isn't plainly right are ``left``."""
    centres = np.array([(area.lat, area.lon) if area else (0.0, 0.0) for area in town.values])
    centre = centres[np.asarray(town.places)]
    is_given = (frame["lat"] != "").to_numpy()
    numbers = frame.select(
        pl.when(pl.col(name).str.contains(_DEGREES)).then(pl.col(name)).cast(pl.Float64, strict=False)
        for name in ("lat", "lon")
    ).to_numpy()
    degrees = np.where(is_given[:, None], numbers, centre)
    north = degrees[:, 0] - centre[:, 0]
    east = (degrees[:, 1] - centre[:, 1] + 180) % 360 - 180
    middle = np.radians((degrees[:, 0] + centre[:, 0]) / 2)
    km = 111.2 * np.hypot(north, east * np.cos(middle))
    with np.errstate(invalid="ignore"):
        fits = (km < _SURELY_NEAR_KM) & (np.abs(degrees) <= (90, 180)).all(axis=1)
    fits &= is_given == (frame["lon"] != "").to_numpy()
    if not fits.all():
        left.update(np.flatnonzero(~fits).tolist())
    degrees = np.where(fits[:, None], degrees, 0.0)
    lat, lon = ([round(degree, HOME_DECIMALS) for degree in column] for column in degrees.T.tolist())
    return coded(lat), coded(lon)
