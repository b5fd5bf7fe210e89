"""The vectors of the sign-up doors through the import: the same people are taken, the same fields are at fault."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dure.movement.people.models import Person
from dure.movement.places import actions as places
from dure.movement.places.types import CountryRow, TownRow
from dure.operations.imports.errors import ImportFileNoTable
from dure.operations.imports.people import import_people
from tests.api.signup_vectors import VECTORS, Vector, sign_up_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
SHARED = [vector for vector in VECTORS if vector.everywhere]
NAMED_OTHERWISE = {"travel_km": "travel_limit_km", "free[0]": "free"}
# Hours stand in two columns here; either may be what is wrong with them.
HOURS = {"free_from": "free", "free_to": "free"}


def row_of(vector: Vector) -> dict[str, str]:
    """The row of a people file that says what a sign-up says."""
    asked = {name: value for name, value in sign_up_of(vector).items() if name not in {"call", "client_id"}}
    free = asked.pop("free", [])
    cells = {NAMED_OTHERWISE.get(name, name): cell(value) for name, value in asked.items()}
    return cells | {
        "id": vector.name,
        "free_from": ";".join(start for start, _ in free),
        "free_to": ";".join(end for _, end in free),
    }


def cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else str(value)


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    names = sorted({name for row in rows for name in row})
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_import_takes_and_refuses_what_the_doors_do(tmp_path: Path) -> None:
    town = TownRow("suwon", "Suwon", "수원", "13", "Gyeonggi", 37.29, 127.01, 1_190_000)
    places.add_country(country=CountryRow(code="KR", name="South Korea"), regions=[], towns=[town])
    # A null character makes a file no table, so those are refused with all of it.
    rows = {vector.name: row_of(vector) for vector in SHARED}
    whole = {name: row for name, row in rows.items() if "\0" not in "".join(row.values())}
    in_order = list(whole)

    done = import_people(path=write(tmp_path / "people.csv", list(whole.values())), now=NOW)

    at_fault: dict[str, set[str]] = {}
    for problem in done.problems:
        at_fault.setdefault(in_order[problem.row - 2], set()).add(HOURS.get(problem.column, problem.column))
    wanted = {
        vector.name: {NAMED_OTHERWISE.get(vector.field, vector.field)}
        for vector in SHARED
        if not vector.is_taken and vector.name in whole
    }
    assert at_fault == wanted
    assert Person.objects.count() == done.new == len(whole) - len(wanted)
    for name in rows.keys() - whole.keys():
        with pytest.raises(ImportFileNoTable):
            import_people(path=write(tmp_path / "null.csv", [rows[name]]), now=NOW)
