"""Posters: a call on one A4 sheet as SVG, with a QR code, and the address in letters for who has no camera."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

import segno
from django.utils.translation import get_language_info, gettext, override

from dure.movement.calls.types import AppealWords

# A4 in millimetres; one unit of the drawing is a millimetre.
WIDTH_MM: Final = 210
HEIGHT_MM: Final = 297
MARGIN_MM: Final = 18
QR_MM: Final = 74
TITLE_MM: Final = 13
TEXT_MM: Final = 6.4
SCALES: Final = (2.0, 1.75, 1.5, 1.25, 1.0)
LINE_HEIGHT: Final = 1.32
# Height of the words: from below the coloured edge to the code.
ROOM_MM: Final = HEIGHT_MM - MARGIN_MM - QR_MM - 14 - MARGIN_MM - 14
LABEL_MM: Final = 4.6
GAP_MM: Final = 4.0
LABEL_LINES_MAX: Final = 3
NAME_LINES_MAX: Final = 2
TITLE_LINES_MAX: Final = 4
CUT: Final = "…"
# The quiet zone around a QR code, in modules (ISO/IEC 18004).
CODE_BORDER: Final = 4
# Mean width of a letter by its height in the usual system fonts; wide letters (CJK) take a whole height.
LETTER_WIDTH: Final = 0.54
INK: Final = "#1c2024"
ACCENT: Final = "#b0401a"
FONTS: Final = "system-ui, 'Noto Sans', 'Noto Sans KR', sans-serif"


def poster(*, words: AppealWords, campaign_name: str, address: str, label: str = "") -> bytes:
    """The poster of a call: its words, the campaign's name, a QR code of ``address`` and the address itself.

    ``label`` is printed on top: that of a simulation, so that nobody follows a poster of one. Words that don't fit
    end with "…"; the page has them whole.
    """
    is_rtl = _is_rtl(words.language)
    edge, anchor = (WIDTH_MM - MARGIN_MM if is_rtl else MARGIN_MM), "start"
    sheet = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{WIDTH_MM}mm",
            "height": f"{HEIGHT_MM}mm",
            "viewBox": f"0 0 {WIDTH_MM} {HEIGHT_MM}",
            "lang": words.language,
            "font-family": FONTS,
            "fill": INK,
            **({"direction": "rtl"} if is_rtl else {}),
        },
    )
    SubElement(sheet, "title").text = clean(words.title)
    SubElement(sheet, "rect", {"width": str(WIDTH_MM), "height": str(HEIGHT_MM), "fill": "#ffffff"})
    SubElement(sheet, "rect", {"width": str(WIDTH_MM), "height": "6", "fill": ACCENT})
    y = float(MARGIN_MM + 8)
    for line, size, weight in fitting(words, campaign_name, label):
        y += size * LINE_HEIGHT
        shown = {"x": str(edge), "y": f"{y:.1f}", "font-size": f"{size:.2f}", "font-weight": weight}
        SubElement(sheet, "text", {**shown, "text-anchor": anchor}).text = line
    _code(sheet, address, (WIDTH_MM - QR_MM) / 2, HEIGHT_MM - MARGIN_MM - QR_MM - 14)
    middle = {"x": str(WIDTH_MM / 2), "text-anchor": "middle", "direction": "ltr"}
    with override(words.language):
        hint = gettext("One page, no account. You can leave at any time.")
    foot = HEIGHT_MM - MARGIN_MM
    SubElement(
        sheet, "text", {**middle, "y": str(foot - 5), "font-size": "6", "font-weight": "650"}
    ).text = shown_address(address)
    SubElement(sheet, "text", {**middle, "y": str(foot + 3), "font-size": "4.6"}).text = hint
    drawn: bytes = tostring(sheet, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + drawn.removeprefix(
        b"<?xml version='1.0' encoding='utf-8'?>\n"
    )


def fitting(words: AppealWords, campaign_name: str, label: str) -> list[tuple[str, float, str]]:
    """The lines in the largest letters with which they fit above the code whole; else in the smallest, cut short."""
    for scale in SCALES:
        lines = _lines(words, campaign_name, label, scale)
        if not any(line.endswith(CUT) for line, _, _ in lines):
            return lines
    return _lines(words, campaign_name, label, SCALES[-1])


def _lines(words: AppealWords, campaign_name: str, label: str, scale: float) -> list[tuple[str, float, str]]:
    """Lines of the poster that fit above the code: words, size in millimetres, weight."""
    title_mm, text_mm = TITLE_MM * scale, TEXT_MM * scale
    lines = [(line, LABEL_MM, "650") for line in _wrapped(label, LABEL_MM, LABEL_LINES_MAX)] if label else []
    lines += [(line, TEXT_MM, "400") for line in _wrapped(campaign_name, TEXT_MM, NAME_LINES_MAX)]
    lines += [(line, title_mm, "700") for line in _wrapped(words.title, title_mm, TITLE_LINES_MAX)]
    lines.append(("", GAP_MM, "400"))
    left_mm = ROOM_MM / LINE_HEIGHT - sum(size for _, size, _ in lines)
    text_lines_max = max(int(left_mm / text_mm), 1)
    return lines + [(line, text_mm, "400") for line in _wrapped(words.text, text_mm, text_lines_max)]


def _wrapped(text: str, size_mm: float, lines_max: int) -> list[str]:
    room = (WIDTH_MM - 2 * MARGIN_MM) / size_mm
    lines: list[str] = []
    for paragraph in clean(text).splitlines():
        line = ""
        for word in _breakable(paragraph, room):
            longer = f"{line} {word}".strip()
            if line and _width(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    shown = lines[:lines_max]
    if len(lines) > lines_max:
        shown[-1] = shown[-1][:-1].rstrip() + CUT
    return shown


def _breakable(paragraph: str, room: float) -> Iterator[str]:
    """Words; one wider than the sheet, as in scripts without spaces, is cut where it has to be."""
    for word in paragraph.split():
        part = ""
        for letter in word:
            if part and _width(part + letter) > room:
                yield part
                part = ""
            part += letter
        yield part


def _width(text: str) -> float:
    """In heights of a letter."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WF" else LETTER_WIDTH for one in text)


def clean(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(
        one for one in text if one in "\n\t" or (one.isprintable() and not 0xD800 <= ord(one) < 0xE000)
    )


def shown_address(address: str) -> str:
    """An address as people type it."""
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


def code_rows(address: str) -> Iterator[tuple[int, int, int]]:
    """The QR code's dark stretches as (x, y, length) in modules; level M, with the quiet zone the standard asks for."""
    for y, row in enumerate(segno.make(address, error="m").matrix_iter(border=CODE_BORDER)):
        x, cells = 0, list(row)
        while x < len(cells):
            end = x
            while end < len(cells) and cells[end]:
                end += 1
            if end > x:
                yield x, y, end - x
            x = end + 1


def code_size(address: str) -> int:
    """Modules along an edge of the code, its quiet zone included."""
    return int(segno.make(address, error="m").symbol_size(border=CODE_BORDER)[0])


def _code(sheet: Element, address: str, left: float, top: float) -> None:
    """The QR code as one path."""
    side = code_size(address)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in code_rows(address))
    scale = f"translate({left:.2f} {top:.2f}) scale({QR_MM / side:.5f})"
    frame = SubElement(sheet, "g", {"transform": scale})
    SubElement(frame, "rect", {"width": str(side), "height": str(side), "fill": "#ffffff"})
    SubElement(frame, "path", {"d": path, "fill": "#000000", "shape-rendering": "crispEdges"})


def _is_rtl(language: str) -> bool:
    try:
        return bool(get_language_info(language)["bidi"])
    except KeyError:
        return False
