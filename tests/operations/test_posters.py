"""Posters: whatever is asked, the sheet is whole, its lines fit, and its code says the address."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.movement.calls.types import AppealWords
from dure.operations import posters

SVG = "{http://www.w3.org/2000/svg}"
ADDRESS = "https://help.example.org/call/drivers/"
LONG = "Come and help us bring in the rice before the frost. " * 60


def sheet(words: AppealWords, **other: str) -> ElementTree.Element:
    made = posters.poster(words=words, campaign_name="Harvest", address=ADDRESS, **other)
    return ElementTree.fromstring(made)  # noqa: S314  made here


def lines(words: AppealWords) -> list[tuple[str, float]]:
    """Each line of the words above the code, with the size of its letters in millimetres."""
    return [
        (node.text or "", float(node.get("font-size", "0")))
        for node in sheet(words).iter(f"{SVG}text")
        if node.get("text-anchor") == "start"
    ]


def test_the_code_is_that_of_the_address() -> None:
    (path,) = sheet(AppealWords("en", "Drivers", "Come.")).iter(f"{SVG}path")
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)", str(path.get("d"))):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}

    rows = [list(row) for row in segno.make(ADDRESS, error="m").matrix_iter(border=4)]

    assert dark == {(x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on}


def test_few_words_stand_in_large_letters_and_many_are_cut_short() -> None:
    few = lines(AppealWords("en", "Drivers", "Come."))
    many = lines(AppealWords("en", "Drivers", LONG))

    assert max(size for _, size in few) == posters.TITLE_MM * posters.SCALES[0]
    assert max(size for _, size in many) == posters.TITLE_MM
    assert many[-1][0].endswith("…")
    assert not any(text.endswith("…") for text, _ in few)


@pytest.mark.parametrize(
    "letters", ["Help us now ", "도와주세요 ", "日本語で書かれた長い言葉", "m" * 40, "\n"]
)
def test_as_many_words_as_a_call_may_have_stay_above_the_code(letters: str) -> None:
    title, text = (letters * 200)[:160], (letters * 1_000)[:10_000]
    shown = lines(AppealWords("en", title, text))

    assert sum(size for _, size in shown) * posters.LINE_HEIGHT <= posters.ROOM_MM


@pytest.mark.parametrize("language", ["ur", "ar"])
def test_a_language_that_runs_from_the_right_does_so(language: str) -> None:
    root = sheet(AppealWords(language, "مدد", "آئیں"))

    assert (root.get("direction"), root.get("lang")) == ("rtl", language)


def test_a_simulation_says_so_on_paper_too() -> None:
    words = AppealWords("en", "Drivers", "Come.")
    texts = [node.text for node in sheet(words, label="Nobody here exists.").iter(f"{SVG}text")]

    assert texts[0] == "Nobody here exists."


@settings(max_examples=60, deadline=None)
@given(title=st.text(min_size=1, max_size=160), text=st.text(min_size=1, max_size=2_000))
def test_any_words_make_a_sheet_on_which_they_fit(title: str, text: str) -> None:
    """Scripts of any kind, marks that turn the direction, words longer than the sheet, what XML can't hold."""
    shown = lines(AppealWords("en", title, text))

    assert sum(size for _, size in shown) * posters.LINE_HEIGHT <= posters.ROOM_MM
    room_mm = posters.WIDTH_MM - 2 * posters.MARGIN_MM
    assert all(posters._width(line) * size <= room_mm + size for line, size in shown)
