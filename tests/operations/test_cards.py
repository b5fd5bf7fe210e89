"""Cards beside a link: always the size that was promised, no box for a letter, the same words the same picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from dure.movement.calls.types import AppealWords
from dure.operations import cards
from dure.operations.cards import HEIGHT, WIDTH, CardFigure, card
from dure.operations.poster_pdf import poster_pdf

FIGURE = CardFigure("2,310", "t verified", "verified, at least 2,190 t at 95 %")
KILOBYTES_MAX = 120


def _drawn(title: str, **more: str) -> Image.Image:
    made = card(above="Food Banks", title=title, says="Day 3 of 60.", figures=[FIGURE] * 3, **more)
    assert len(made) < KILOBYTES_MAX * 1024
    return Image.open(BytesIO(made)).convert("RGB")


@pytest.mark.parametrize(
    "title", ["Harvest", "벼를 거두어들입시다 " * 12, "x" * 200, "", "Rice & <b>beans</b> " * 30]
)
def test_whatever_the_words_the_card_has_its_size_and_stays_in_its_margins(title: str) -> None:
    sheet = _drawn(title, label="A simulation.")
    edge = sheet.crop((0, 20, cards.MARGIN - 8, HEIGHT)).getcolors()

    assert sheet.size == (WIDTH, HEIGHT)
    assert edge is not None
    assert len(edge) == 1
    right = sheet.crop((WIDTH - cards.MARGIN + 8, 20, WIDTH, HEIGHT)).getcolors()
    assert right is not None
    assert len(right) == 1


def test_the_same_words_give_the_same_bytes() -> None:
    words = {"above": "Food Banks", "title": "Harvest", "says": "Day 3."}
    assert card(**words, figures=[FIGURE]) == card(**words, figures=[FIGURE])
    sheet = AppealWords("ko", "벼 거두기", "와 주세요. " * 40)
    made = [poster_pdf(words=sheet, campaign_name="가을", address="https://a.example/c/x/") for _ in "ab"]
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF")


def test_on_a_machine_without_letters_for_them_words_are_left_out_rather_than_shown_as_boxes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cards, "_paths", lambda *, is_bold: ())

    assert _drawn("벼를 거두어들입시다").tobytes() == _drawn("").tobytes()
    assert _drawn("Harvest").tobytes() != _drawn("").tobytes()
