"""The rejected file: wrong rows as they stood, each with its reasons, ready to be mended and imported again.

Cells go out exactly as they came in. A cell that begins with = + - @ is not defused with an apostrophe: it
would not come back as it was. docs/reference/imports.md says so to who opens the file in a spreadsheet.
"""

from __future__ import annotations

import csv
import filecmp
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from dure.operations.imports.errors import ImportRejectedUnwritable
from dure.operations.imports.tables import REJECTED, Table
from dure.operations.imports.types import Problem, TableRow

EXTRA_MARK = " | "


class RejectedFile:
    """Written beside its name and put there at the end, so that a half-written one is never met.

    A file that is there already is not overwritten unless ``named`` says so: somebody may be mending it. The
    new one gets a number then, or none when it would say the same.
    """

    def __init__(self, source: Path, table: Table, named: Path | None) -> None:
        self._wanted = named or source.with_name(f"{source.stem}.rejected.csv")
        self._may_replace = named is not None
        self._draft = self._wanted.with_name(f".{self._wanted.name}.part")
        self._columns = [
            (place, name) for place, name in enumerate(table.header) if name and name not in REJECTED
        ]
        self._handle: TextIO | None = None

    def add(self, row: TableRow, problems: Sequence[Problem]) -> None:
        """Write one row. Refuses with ImportRejectedUnwritable."""
        try:
            if self._handle is None:
                # With a byte-order mark, or Excel takes UTF-8 for something else.
                self._handle = self._draft.open("w", encoding="utf-8-sig", newline="")
                csv.writer(self._handle).writerow([*(name for _, name in self._columns), *REJECTED])
            why = "; ".join(str(problem) for problem in problems)
            cells = [row.raw[place] if place < len(row.raw) else "" for place, _ in self._columns]
            csv.writer(self._handle).writerow([*cells, row.number, why, EXTRA_MARK.join(row.extra)])
        except OSError as error:
            raise self._unwritable(error) from error

    def drop(self) -> None:
        """Forget what was written: the import did not come to its end and will be asked for again."""
        if self._handle is not None:
            self._handle.close()
            self._draft.unlink(missing_ok=True)

    def close(self) -> Path | None:
        """Put the file in place; None when no row was wrong. Refuses with ImportRejectedUnwritable."""
        if self._handle is None:
            return None
        try:
            self._handle.close()
            place = self._place()
            self._draft.replace(place)
        except OSError as error:
            raise self._unwritable(error) from error
        return place

    def _place(self) -> Path:
        if self._may_replace:
            return self._wanted
        number, place = 1, self._wanted
        while place.exists() and not filecmp.cmp(place, self._draft, shallow=False):
            number += 1
            place = self._wanted.with_name(
                f"{self._wanted.name.removesuffix('.rejected.csv')}-{number}.rejected.csv"
            )
        return place

    def _unwritable(self, error: OSError) -> ImportRejectedUnwritable:
        return ImportRejectedUnwritable(file=str(self._wanted), why=(error.strerror or str(error)).lower())
