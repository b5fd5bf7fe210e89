"""Cards: the picture that a chat or a network shows beside a link, drawn here as PNG so that nobody is asked for it.

Letters are those of the machine's own fonts (``DURE_CARD_FONT`` names one to be taken first). Where none of them has
the letters of a text, as on a bare machine for Hangul, the text is left out rather than shown as boxes; the address
still says what it is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

# What networks ask for (Open Graph): 1.91 : 1, and no larger than need be.
WIDTH: Final = 1200
HEIGHT: Final = 630
MARGIN: Final = 64
PAPER: Final = "#fbfaf7"
INK: Final = "#1c2024"
MUTED: Final = "#5a6068"
ACCENT: Final = "#b0401a"
TITLE_SIZES: Final = (72, 60, 48)
TITLE_LINES_MAX: Final = 3
FIGURES_MAX: Final = 2
PROOF_SIZE: Final = 22
PROOF_LINES_MAX: Final = 2
CUT: Final = "…"
FOLDERS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
# The first that has the letters is taken; those with Hangul have Latin letters too.
REGULAR: Final = (
    *(
        "NotoSansCJK-Regular.ttc",
        "NotoSansKR-Regular.otf",
        "NotoSansKR-Regular.ttf",
        "NotoSansCJKkr-Regular.otf",
    ),
    *("NanumGothic.ttf", "NotoSerifCJK-Regular.ttc", "NotoSans-Regular.ttf", "DejaVuSans.ttf"),
    *("LiberationSans-Regular.ttf", "AppleSDGothicNeo.ttc", "Arial.ttf"),
)
BOLD: Final = (
    *("NotoSansCJK-Bold.ttc", "NotoSansKR-Bold.otf", "NotoSansKR-Bold.ttf", "NotoSansCJKkr-Bold.otf"),
    *("NanumGothicBold.ttf", "NotoSerifCJK-Bold.ttc", "NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf"),
    *("LiberationSans-Bold.ttf", "AppleSDGothicNeo.ttc", "Arial Bold.ttf"),
)
# No letter has this number, so what is drawn for it is drawn for whatever a font hasn't got.
NO_LETTER: Final = "\U0010fffe"
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class CardFigure:
    """A figure with its unit, and in ``proof`` what it rests on: a card shows no figure without."""

    value: str
    unit: str
    proof: str


def card(*, above: str, title: str, says: str, figures: Sequence[CardFigure], label: str = "") -> bytes:
    """A card as PNG. ``above``: who calls; ``label``: that of a simulation. The same words give the same bytes."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, WIDTH, 14), fill=ACCENT)
    y = _line(pen, MARGIN - 14, label or above, 26, ACCENT if label else MUTED, is_bold=bool(label))
    if label:
        y = _line(pen, y, above, 26, MUTED)
    size, lines = _fitting(title)
    for line in lines:
        y = _line(pen, y, line, size, INK, is_bold=True)
    _line(pen, y + 6, says, 32, INK)
    _figures(pen, figures)
    mark = "두레 Dure" if _font("두레 Dure", 28, is_bold=True) else "Dure"
    if font := _font(mark, 28, is_bold=True):
        pen.text((WIDTH - MARGIN, HEIGHT - 44), mark, font=font, fill=MUTED, anchor="rs")
    out = BytesIO()
    # A few plain colours: a palette makes the file a third as large.
    sheet.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _figures(pen: ImageDraw.ImageDraw, figures: Sequence[CardFigure]) -> None:
    """Side by side at the foot, each over what it rests on."""
    wide = (WIDTH - 2 * MARGIN) // FIGURES_MAX
    for number, one in enumerate(figures[:FIGURES_MAX]):
        x, room = MARGIN + number * wide, wide - 24
        _line(pen, 396, one.value, 76, INK, is_bold=True, x=x, room=room)
        _line(pen, 492, one.unit, 26, INK, x=x, room=room)
        lines = _wrapped(one.proof, PROOF_SIZE, room, is_bold=False)
        for row, line in enumerate([*lines[: PROOF_LINES_MAX - 1], " ".join(lines[PROOF_LINES_MAX - 1 :])]):
            _line(pen, 524 + row * 28, line, PROOF_SIZE, MUTED, x=x, room=room)


def _line(
    pen: ImageDraw.ImageDraw,
    y: float,
    text: str,
    size: int,
    colour: str,
    *,
    is_bold: bool = False,
    x: int = MARGIN,
    room: int = WIDTH - 2 * MARGIN,
) -> float:
    """Write a line, cut where it is too long; where the next one begins."""
    shown = " ".join(text.split())
    font = _font(shown, size, is_bold=is_bold)
    if not shown or font is None:
        return y
    while pen.textlength(shown, font=font) > room and len(shown) > 1:
        shown = shown.rstrip(CUT)[:-1].rstrip() + CUT
    pen.text((x, y), shown, font=font, fill=colour)
    return y + size * 1.36


def _fitting(title: str) -> tuple[int, list[str]]:
    """The title in the largest letters in which it fits whole, else in the smallest, cut short."""
    for size in TITLE_SIZES:
        lines = _wrapped(title, size)
        if len(lines) <= (2 if size == TITLE_SIZES[0] else TITLE_LINES_MAX):
            return size, lines
    lines = _wrapped(title, TITLE_SIZES[-1])[:TITLE_LINES_MAX]
    return TITLE_SIZES[-1], [*lines[:-1], lines[-1] + CUT]


def _wrapped(text: str, size: int, room: int = WIDTH - 2 * MARGIN, *, is_bold: bool = True) -> list[str]:
    font = _font(text, size, is_bold=is_bold)
    if font is None:
        return []
    lines, line = list[str](), ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def _font(text: str, size: int, *, is_bold: bool) -> Font | None:
    """The first font with all letters of ``text``; None if there is none."""
    for path in _paths(is_bold=is_bold):
        font = _opened(path, size)
        if font is not None and _has(path, frozenset(text)):
            return font
    return ImageFont.load_default(size) if text.isascii() else None


@cache
def _paths(*, is_bold: bool) -> tuple[str, ...]:
    wanted = BOLD if is_bold else REGULAR
    found = {
        path.name: str(path)
        for folder in FOLDERS
        for path in Path(folder).rglob("*.*")
        if path.name in wanted
    }
    named = os.environ.get("DURE_CARD_FONT", "")
    return (*([named] if named else []), *(found[name] for name in wanted if name in found))


@lru_cache(maxsize=64)
def _opened(path: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(path, size)
    except OSError:
        return None


@lru_cache(maxsize=1024)
def _has(path: str, letters: frozenset[str]) -> bool:
    """Whether the font draws each letter as something else than the box for those it hasn't got."""
    font = _opened(path, 24)
    if font is None:
        return False
    box = bytes(font.getmask(NO_LETTER))
    return not any(not one.isspace() and bytes(font.getmask(one)) == box for one in letters)
