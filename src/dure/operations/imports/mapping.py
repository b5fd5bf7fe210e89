"""Somebody's own spreadsheet into a table with our columns: which of theirs is which of ours, and what is one for all.

The table that comes out has as many rows as theirs, blank ones too, so that a row keeps its number; what can't be taken
apart goes along as cells without a column, which the import names and hands back.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final, TextIO
from uuid import uuid4

from dure.operations.imports.columns import TABLES
from dure.operations.imports.errors import ImportFileEmpty, ImportMappingUnfit
from dure.operations.imports.guesses import is_full_name, propose
from dure.operations.imports.headings import normal
from dure.operations.imports.readings import DAYS, MOMENTS, Readings
from dure.operations.imports.tables import HEADER_WITHIN_ROWS, REJECTED, Record, records_of

SAMPLE_ROWS: Final = 5
SAMPLE_CHARS_MAX: Final = 60
# More columns than any list of people has; a wider sheet is something else.
COLUMNS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in somebody's file: its columns' names in order, and the first rows, shortened to be shown."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def look(path: Path, kind: str) -> Sheet:
    """The header and the first rows. Refuses as :func:`~dure.operations.imports.tables.read_table`, but for names."""
    header: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    for is_above, record in _by_header(records_of(path, TABLES[kind]), kind):
        if is_above or not any(map(str.strip, record.cells)):
            continue
        if not header:
            header = _names(record, path.name)
            continue
        rows.append(tuple(cell.strip()[:SAMPLE_CHARS_MAX] for cell in record.cells[: len(header)]))
        if len(rows) == SAMPLE_ROWS:
            break
    if not rows:
        what = (
            "there is no row below the first one, which names the columns"
            if header
            else "nothing stands in it"
        )
        raise ImportFileEmpty(file=path.name, what=what)
    return Sheet(header, tuple(rows))


def _by_header(records: Iterator[Record], kind: str) -> Iterator[tuple[bool, Record]]:
    """Every record, and whether it stands above the row that names the columns: titles, and headings of headings."""
    head = list(islice(records, HEADER_WITHIN_ROWS))
    filled = [sum(bool(cell.strip()) for cell in record.cells) for record in head]
    # What fills much fewer cells than the rows below names no columns of theirs.
    least = max(max(filled, default=0) / 2, 2)
    at_header = next((at for at, count in enumerate(filled) if count >= least), 0)
    known = [
        len(propose([cell[:SAMPLE_CHARS_MAX] for cell in record.cells[:COLUMNS_MAX]], kind))
        for record in head
    ]
    if (most := max(known, default=0)) > max(known[at_header : at_header + 1], default=0) and most > 1:
        at_header = known.index(most)
    for at, record in enumerate(chain(head, records)):
        yield at < at_header, record


def _names(record: Record, file: str) -> tuple[str, ...]:
    cells = [cell.strip() for cell in record.cells]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > COLUMNS_MAX:
        raise ImportMappingUnfit(
            listing=f"{file} has {len(cells)} columns; at most {COLUMNS_MAX} can be read"
        )
    return tuple(cell[:SAMPLE_CHARS_MAX] for cell in cells)


def problems(kind: str, width: int, places: Mapping[str, int], fixed: Mapping[str, str]) -> list[str]:
    """What is wrong with a mapping, a sentence each; none: it can be used."""
    named = {column.name: column for column in TABLES[kind]}
    found = [f"the column {name} is unknown" for name in [*places, *fixed] if name not in named]
    found += [
        f"{name} is taken from a column that isn't there"
        for name, at in places.items()
        if not 0 <= at < width
    ]
    found += [
        f"{name}: choose a column, or write what holds for every row"
        for name, column in named.items()
        if column.required and name not in places and not fixed.get(name)
    ]
    return found


def write_mapped(
    source: Path,
    target: Path,
    kind: str,
    places: Mapping[str, int],
    fixed: Mapping[str, str],
    *,
    month_first: bool = False,
) -> None:
    """Write ``source`` anew with our columns. ``places``: whose cells; ``fixed``: what every row says elsewhere.
    ``month_first``: how days are written there (readings.MONTH_FIRST), where the list itself doesn't tell.

    Refuses with ImportMappingUnfit, and as :func:`look` does.
    """
    # Beside its place: what doesn't fit leaves the table of an earlier mapping as it was.
    draft = target.with_name(f".{target.name}.{uuid4().hex}")
    readings = Readings(month_first=month_first)
    dated = [at for name, at in places.items() if name in (*DAYS, *MOMENTS)]
    if dated:
        readings.learn(
            record.cells[at]
            for record in records_of(source, TABLES[kind])
            for at in dated
            if at < len(record.cells)
        )
    try:
        with draft.open("w", encoding="utf-8", newline="") as handle:
            _write(handle, source, kind, places, fixed, readings)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _write(
    handle: TextIO,
    source: Path,
    kind: str,
    places: Mapping[str, int],
    fixed: Mapping[str, str],
    readings: Readings,
) -> None:
    ours = [column.name for column in TABLES[kind]]
    used = [name for name in ours if name in places or fixed.get(name)]
    said = {name: readings.read(name, cell) for name, cell in fixed.items()}
    header_seen, width, shorten = False, 0, False
    written = csv.writer(handle)
    for is_above, record in _by_header(records_of(source, TABLES[kind]), kind):
        if not header_seen:
            if not is_above and any(map(str.strip, record.cells)):
                names = _names(record, source.name)
                header_seen, width = True, len(names)
                if wrong := problems(kind, width, places, fixed):
                    raise ImportMappingUnfit(listing="; ".join(wrong))
                shorten = "given_name" in places and is_full_name(names[places["given_name"]])
                written.writerow(used)
            else:
                handle.write("\r\n")
        elif record.broken:
            # A row that no reader takes apart stays one, whatever stands around it here.
            inside = record.broken.replace('"', '""')
            handle.write(f'"{inside}"x\r\n')
        elif any(map(str.strip, record.cells)):
            row = _mapped(record, width, used, places, said, readings)
            if shorten:
                at = used.index("given_name")
                row[at] = _called(row[at])
            written.writerow(row)
        else:
            handle.write("\r\n")


def _called(full_name: str) -> str:
    """What somebody is called by, of a full name: nobody they work with needs the rest ("Bell, Mary", "Mary Bell")."""
    family, comma, given = full_name.partition(",")
    words = (given if comma else family).split()
    return words[0] if words else full_name


def _mapped(
    record: Record,
    width: int,
    used: Sequence[str],
    places: Mapping[str, int],
    fixed: Mapping[str, str],
    readings: Readings,
) -> list[str]:
    cells = record.cells
    faulty = dict(record.faults)
    row = [
        readings.read(name, cells[places[name]] if places[name] < len(cells) else "")
        if name in places
        else fixed[name]
        for name in used
    ]
    extra = [cell for cell in cells[width:] if cell.strip()]
    extra += [faulty[places[name]] for name in used if places.get(name) in faulty]
    return row + extra


def unread(header: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """Their columns that nothing is taken from."""
    used = set(places.values())
    return [
        name
        for place, name in enumerate(header)
        if name and place not in used and normal(name) not in REJECTED
    ]
