"""A closing report as PDF (A4, ISO 32000 by reportlab), with letters of Korean where it is in Korean.

The same report gives the same bytes: dates of making are left out of the file (reportlab's ``invariant``).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import BytesIO
from typing import Any, Final

from django.utils.translation import get_language
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from dure.operations.closing_report import ClosingReport
from dure.operations.closing_words import Block, Cell, Heading, Rows, Words, blocks

# One of the fonts that readers of PDF bring along for Korean (Adobe-Korea1): it has Latin letters too.
KOREAN_FONT: Final = "HYSMyeongJo-Medium"
LATIN_FONT: Final = "Helvetica"
CODE_FONT: Final = "Courier"
MARGIN: Final = 16 * mm
# Jamo, signs and Hangul with the characters beside them (Unicode blocks from CJK Symbols on).
_KOREAN: Final = (("\u1100", "\u11ff"), ("\u3000", "\u9fff"), ("\uac00", "\ud7a3"))
_INK: Final = HexColor("#1c2024")
_LINE: Final = HexColor("#c8ccd0")


def printed(report: ClosingReport) -> bytes:
    """The report as a PDF in the language that is active."""
    words = blocks(report)
    font = KOREAN_FONT if _has_hangul(words) or (get_language() or "").startswith("ko") else LATIN_FONT
    if font == KOREAN_FONT:
        registerFont(UnicodeCIDFont(KOREAN_FONT))
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=str(report.facts["campaign"]["name"]),
        subject=f"SHA-256 {report.digest}",
        author=str(report.facts["campaign"]["movement"]),
        invariant=1,
        lang=get_language() or "en",
    )
    document.build(
        [part for block in words for part in _parts(block, font)], onFirstPage=_foot, onLaterPages=_foot
    )
    return out.getvalue()


def _has_hangul(words: Sequence[Block]) -> bool:
    """Names of places and people's words are in Korean whatever the report's own language is."""
    return any(
        first <= letter <= last for block in words for letter in _text(block) for first, last in _KOREAN
    )


def _text(block: Block) -> str:
    if isinstance(block, Rows):
        return block.caption + "".join(cell.text for row in block.rows for cell in row)
    return block.text


def _style(font: str, size: float, *, before: float = 0, after: float = 4) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}",
        fontName=font,
        fontSize=size,
        leading=size * 1.35,
        textColor=_INK,
        spaceBefore=before,
        spaceAfter=after,
        # Hangul has no letters to break words at; Latin breaks between words as ever.
        wordWrap="CJK" if font == KOREAN_FONT else None,
    )


def _parts(block: Block, font: str) -> list[Any]:
    if isinstance(block, Heading):
        return [
            Paragraph(escape(block.text), _style(font, 20 if block.level == 1 else 13, before=10, after=6))
        ]
    if isinstance(block, Words):
        # What is compared has its Latin letters alone; what a checkpoint's name may hold besides is shown in the font.
        plain = font if not block.is_code or not block.text.isascii() else CODE_FONT
        words = f"{block.text} ({block.grade_word})" if block.grade_word else block.text
        text = escape(words).replace("\n", "<br/>")
        return [Paragraph(text, _style(plain, 6.5 if block.is_code else 9.5))]
    return _table(block, font)


def _table(block: Rows, font: str) -> list[Any]:
    small = _style(font, 7.5, after=0)
    depths = block.depths or (0,) * len(block.rows)
    rows = [[Paragraph(escape(_shown(head)), small) for head in block.heads]]
    for cells, depth in zip(block.rows, depths, strict=True):
        name = "\u00a0" * 3 * depth + cells[0].text
        shown = [_shown(cell) for cell in cells[1:]]
        rows.append([Paragraph(escape(text), small) for text in (name, *shown)])
    width = A4[0] - 2 * MARGIN
    first = width * 0.2
    widths = [first, *([(width - first) / (len(block.heads) - 1)] * (len(block.heads) - 1))]
    # Parted over pages with its heads on each.
    table = LongTable(rows, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return [Paragraph(escape(block.caption), _style(font, 9.5, before=4)), table, Spacer(1, 3 * mm)]


def _shown(cell: Cell) -> str:
    return f"{cell.text} ({cell.grade_word})" if cell.grade_word else cell.text


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont(LATIN_FONT, 7)
    canvas.setFillColor(_INK)
    canvas.drawRightString(A4[0] - MARGIN, 8 * mm, str(document.page))
    canvas.drawString(MARGIN, 8 * mm, str(document.subject))
