"""A poster as PDF (A4), for printers that take no SVG: the same words, sizes and code as ``posters``.

Latin letters are those of PDF itself, Hangul those that readers of PDF bring along (Adobe-Korea1); for other scripts
the SVG is the one to print.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

from django.utils.translation import gettext, override
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from dure.movement.calls.types import AppealWords
from dure.operations.posters import (
    ACCENT,
    HEIGHT_MM,
    INK,
    LINE_HEIGHT,
    MARGIN_MM,
    QR_MM,
    WIDTH_MM,
    code_rows,
    code_size,
    fitting,
    shown_address,
)

KOREAN: Final = "HYGothic-Medium"
WEIGHTS: Final = {"400": "Helvetica", "650": "Helvetica-Bold", "700": "Helvetica-Bold"}


def poster_pdf(*, words: AppealWords, campaign_name: str, address: str, label: str = "") -> bytes:
    """The poster of a call or campaign as one sheet; the same words give the same bytes."""
    registerFont(UnicodeCIDFont(KOREAN))
    out = BytesIO()
    sheet = Canvas(out, pagesize=(WIDTH_MM * mm, HEIGHT_MM * mm), invariant=1, lang=words.language)
    sheet.setTitle(words.title)
    sheet.setFillColor(HexColor(ACCENT))
    sheet.rect(0, (HEIGHT_MM - 6) * mm, WIDTH_MM * mm, 6 * mm, stroke=0, fill=1)
    sheet.setFillColor(HexColor(INK))
    y = float(MARGIN_MM + 8)
    for line, size, weight in fitting(words, campaign_name, label):
        y += size * LINE_HEIGHT
        _write(sheet, line, MARGIN_MM, y, size, weight)
    with override(words.language):
        hint = gettext("One page, no account. You can leave at any time.")
    foot = HEIGHT_MM - MARGIN_MM
    _write(sheet, shown_address(address), WIDTH_MM / 2, foot - 5, 6, "650", is_middle=True)
    _write(sheet, hint, WIDTH_MM / 2, foot + 3, 4.6, "400", is_middle=True)
    _code(sheet, address, (WIDTH_MM - QR_MM) / 2, HEIGHT_MM - MARGIN_MM - QR_MM - 14)
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def _write(
    sheet: Canvas, text: str, x: float, y: float, size: float, weight: str, *, is_middle: bool = False
) -> None:
    """A line at ``x``, ``y`` millimetres from the upper left corner, made smaller where it would leave the sheet."""
    font = WEIGHTS[weight] if _is_latin(text) else KOREAN
    points, room = size * mm, (WIDTH_MM - 2 * MARGIN_MM) * mm
    points = min(points, points * room / max(stringWidth(text, font, points), 1))
    sheet.setFont(font, points)
    (sheet.drawCentredString if is_middle else sheet.drawString)(x * mm, (HEIGHT_MM - y) * mm, text)


def _is_latin(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _code(sheet: Canvas, address: str, left: float, top: float) -> None:
    step = QR_MM / code_size(address)
    sheet.setFillColor(HexColor("#000000"))
    for x, y, length in code_rows(address):
        at = ((left + x * step) * mm, (HEIGHT_MM - top - (y + 1) * step) * mm)
        sheet.rect(*at, length * step * mm, step * mm, stroke=0, fill=1)
