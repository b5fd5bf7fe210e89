"""Standings to take away: CSV, a workbook, and CSV with HXL tags.

The plain CSV keeps the keys of its columns, for programs. What has tags for those has headings for people.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import xlsxwriter
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.standings.shown import Shown
from dure.web.public.campaign import shown_of
from dure.web.standing_headings import headings
from dure.web.standing_tables import What, header, row_count, rows, tags

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A workbook is packed in memory while somebody waits: some 2 s for so many rows.
XLSX_ROWS_MAX: Final = 20_000


@require_safe
def export(request: HttpRequest, slug: str, what: What, form: str) -> HttpResponseBase:
    """Every place or team with its grades of proof; of a nation's teams as CSV, streamed. Refuses with BadInput."""
    campaign = campaigns.campaign(slug=slug)
    if what not in ("places", "teams") or form not in ("csv", "hxl", "xlsx"):
        raise NotFound(what="file")
    standing = shown_of(campaign)
    name = f"{campaign.slug}-{what}-{standing.today.isoformat()}"
    if form == "xlsx":
        return _workbook(standing, what, f"{name}.xlsx")
    response = StreamingHttpResponse(
        _lines(standing, what, headings(what) if form == "hxl" else None),
        content_type="text/csv; charset=utf-8; header=present",
    )
    ending = "hxl.csv" if form == "hxl" else "csv"
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


class _Line:
    """A file for csv.writer that hands each line on."""

    def write(self, text: str) -> str:
        return text


def _lines(standing: Shown, what: What, said: tuple[str, ...] | None) -> Iterator[str]:
    """``said``: headings in the visitor's language, which is put aside before the lines are made; None: the keys."""
    writer = csv.writer(_Line())
    yield writer.writerow(said or header(what))
    if said:
        yield writer.writerow(tags(what))
    for row in rows(standing, what):
        yield writer.writerow(row)


def _workbook(standing: Shown, what: What, name: str) -> HttpResponse:
    count = row_count(standing, what)
    if count > XLSX_ROWS_MAX:
        raise BadInput(
            where="xlsx", what=f"{count:,} rows are too many for a workbook", wanted="the same table as CSV"
        )
    packed = BytesIO()
    # Texts stay texts: a workbook must not turn a name into a formula.
    safe = {
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(packed, safe) as book:
        sheet = book.add_worksheet(what)
        sheet.freeze_panes(2, 0)
        sheet.set_column(0, len(header(what)) - 1, 14)
        sheet.write_row(0, 0, headings(what), book.add_format({"bold": True}))
        sheet.write_row(1, 0, tags(what), book.add_format({"italic": True}))
        for number, row in enumerate(rows(standing, what), 2):
            sheet.write_row(number, 0, row)
    response = HttpResponse(packed.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
