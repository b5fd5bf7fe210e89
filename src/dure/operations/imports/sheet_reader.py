"""Reads a workbook's first sheet in a process of its own: ``python -m dure.operations.imports.sheet_reader FROM TO``.

Some kilobytes of workbook can ask for terabytes: one cell in the last corner makes the reader lay out all cells before
it, one long text may stand in a million cells. The reader then ends with its process, which here is not the server.
What it read is written to TO as text (Arrow), the cells that hold errors are told as JSON. Imports no django.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from pathlib import Path
from typing import Final

import fastexcel
import polars

# The reader and polars put a gigabyte by before they read anything.
MEMORY_BYTES_MAX: Final = 4 * 1024 * 1024 * 1024
CPU_SECONDS_MAX: Final = 300
# The server holds the sheet as a whole.
SHEET_BYTES_MAX: Final = 1024 * 1024 * 1024
# What the process ends with. Any other end but 0: it was ended.
DAMAGED: Final = 3
TOO_LARGE: Final = 4
# How a workbook's dates, times and day-times come out of the reader.
_DAY_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)?(?:\.0+)?")
_NO_DAY: Final = ("1899-12-30", "1899-12-31", "1900-01-00")


def main(source: Path, target: Path) -> int:
    _limit()
    try:
        frame, faults = _sheet(source)
    except fastexcel.FastExcelError:
        return DAMAGED
    except MemoryError:
        return TOO_LARGE
    if frame.estimated_size() > SHEET_BYTES_MAX:
        return TOO_LARGE
    frame.write_ipc(target)
    sys.stdout.write(json.dumps(faults))
    return 0


def _limit() -> None:
    """Hold this process to its memory and time; the first to go where the machine runs out of memory all the same."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY_BYTES_MAX),
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _sheet(path: Path) -> tuple[polars.DataFrame, dict[int, list[int]]]:
    """The first sheet as text, and by row, counted from 0, the places of cells that hold errors."""
    reader = fastexcel.read_excel(path)
    sheet = reader.load_sheet(0, header_row=None, skip_rows=0, dtypes="string", schema_sample_rows=None)
    if not sheet.width:
        return polars.DataFrame(), {}
    batch, errors = sheet.to_arrow_with_errors()
    frame = polars.DataFrame(batch)
    faults: dict[int, list[int]] = {}
    for fault in errors.errors if errors else ():
        row, place = fault.offset_position
        faults.setdefault(row, []).append(place)
    return frame.with_columns(_typed(frame[name]) for name in frame.columns), faults


def _typed(column: polars.Series) -> polars.Series:
    """The column as people write it; few columns hold dates or times, and only those are gone through."""
    column = column.fill_null("")
    if not column.str.contains(_DAY_TIME.pattern).any():
        return column
    return polars.Series(column.name, [_as_typed(value) for value in column], dtype=polars.String)


def _as_typed(value: str) -> str:
    """A date or time of a workbook as people write it: no midnight on dates, no day on times."""
    if found := _DAY_TIME.fullmatch(value):
        day, clock, seconds = found[1], found[2], found[3] or ":00"
        shown = clock if seconds == ":00" else clock + seconds
        if day in _NO_DAY:
            return shown
        return day if shown == "00:00" else f"{day} {shown}"
    return value


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
