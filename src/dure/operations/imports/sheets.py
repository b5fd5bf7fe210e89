"""A workbook's first sheet as text, read by a process of its own (see :mod:`sheet_reader`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars

from dure.operations.imports.errors import ImportFileNoTable
from dure.operations.imports.sheet_reader import DAMAGED

_READER: Final = (sys.executable, "-P", "-m", "dure.operations.imports.sheet_reader")
# Every thread puts memory by; a sheet is read by one.
_ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1", "RAYON_NUM_THREADS": "1"}


def sheet_frame(path: Path) -> tuple[polars.DataFrame, dict[int, list[tuple[int, str]]]]:
    """A workbook's first sheet as text, and the cells that hold errors by their row, counted from 0.

    Refuses with ImportFileNoTable, also where what it says unfolds to more than can be held.
    """
    with TemporaryDirectory(prefix="dure-sheet-") as folder:
        target = Path(folder, "sheet.arrow")
        ended = subprocess.run(  # noqa: S603  our own program, with the path of a file
            [*_READER, str(path.resolve()), str(target)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=os.environ | _ONE_THREAD,
            check=False,
        )
        if ended.returncode == DAMAGED:
            raise ImportFileNoTable(
                file=path.name,
                what="the workbook is damaged or protected by a password",
                wanted="a whole file without a password",
            )
        if ended.returncode != 0:
            raise ImportFileNoTable(
                file=path.name,
                what="its first sheet unfolds to more than can be held",
                wanted="a sheet without cells far away from the others, or the same saved as CSV UTF-8",
            )
        frame = polars.read_ipc(target.read_bytes())
    errors = {
        int(row): [(place, "the cell holds a formula's error") for place in places]
        for row, places in json.loads(ended.stdout).items()
    }
    return frame, errors
