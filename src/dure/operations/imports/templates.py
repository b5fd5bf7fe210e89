"""A table to start from: the header and one example row, in CSV or XLSX."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path

import xlsxwriter

from dure.kernel.refusals import BadInput
from dure.operations.imports.columns import TABLES
from dure.operations.imports.errors import ImportFileUnreadable, ImportTemplateStands


def template_text(kind: str) -> str:
    """The template as CSV. Refuses with BadInput an unknown kind."""
    text = StringIO(newline="")
    csv.writer(text).writerows(template_rows(kind))
    return text.getvalue()


def write_template(kind: str, path: Path) -> None:
    """Write the template to a new file; ``.xlsx`` gives a workbook with the columns explained on a second sheet.

    Refuses with BadInput (an unknown kind or ending), ImportTemplateStands, ImportFileUnreadable.
    """
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise BadInput(where=path.name, what="has another ending", wanted=".csv or .xlsx")
    header, example = template_rows(kind)
    try:
        with path.open("xb"):
            pass
        if path.suffix.lower() == ".csv":
            path.write_text(template_text(kind), encoding="utf-8-sig", newline="")
        else:
            workbook(kind, path, (header, example))
    except FileExistsError as error:
        raise ImportTemplateStands(file=str(path)) from error
    except OSError as error:
        raise ImportFileUnreadable(file=str(path), why=(error.strerror or str(error)).lower()) from error


def template_rows(kind: str) -> tuple[list[str], list[str]]:
    """The header and the example row. Refuses with BadInput an unknown kind."""
    if kind not in TABLES:
        raise BadInput(where="template", what=f"{kind!r} is unknown", wanted=", ".join(TABLES))
    columns = TABLES[kind]
    return [column.name for column in columns], [column.example for column in columns]


def workbook(kind: str, to: Path | BytesIO, rows: Sequence[Sequence[str]]) -> None:
    """Write ``rows``, the header first, as a workbook with the columns explained on a second sheet."""
    # Texts stay texts: a workbook must not turn "08:00" or an id into something else.
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "in_memory": True}
    with xlsxwriter.Workbook(to, options) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(kind)
        sheet.set_column(0, len(rows[0]) - 1, 18, text)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, rows[0], bold)
        for line, row in enumerate(rows[1:], 1):
            for place, value in enumerate(row):
                sheet.write_string(line, place, value, text)
        notes = book.add_worksheet("columns")
        notes.set_column(0, 0, 20)
        notes.set_column(2, 2, 100)
        notes.write_row(0, 0, ["column", "required", "what it says"], bold)
        for line, column in enumerate(TABLES[kind], 1):
            notes.write_row(line, 0, [column.name, "yes" if column.required else "", column.says])
