"""The components: what each is given comes out as it should, and the stylesheet keeps to its tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client

from dure.kernel.must import Broken
from dure.web import design
from dure.web.components import Link, Pages, Part, stages
from dure.web.templatetags.components import note

CSS = Path(design.__file__).parent / "static" / "dure" / "dure.css"
LOAD = "{% load components %}"


def shown(text: str, **values: object) -> str:
    return Template(LOAD + text).render(Context(values))


def test_the_design_page_shows_every_component(db: None) -> None:
    page = Client().get("/design/")
    # Each partial leaves something of its own on the page.
    marks = {
        "_figure": 'class="figure"',
        "_grade": 'class="grade unknown"',
        "_bar": 'class="bar"',
        "_chart": 'class="picture chart"',
        "_map": 'class="picture map"',
        "_keys": 'class="keys"',
        "_behind": "The numbers behind this map",
        "_table": 'data-head="Place"',
        "_field": 'class="field',
        "_checks": 'class="checks"',
        "_wrong": "Not sent yet.",
        "_note": 'class="said warning"',
        "_empty": 'class="nothing"',
        "_pager": 'class="pager"',
        "_steps": 'aria-current="step"',
        "_tabs": 'class="tabs"',
        "_parts": 'class="parts"',
        "_crumbs": 'class="crumbs"',
    }

    assert page.status_code == 200
    assert [name for name, mark in marks.items() if mark not in page.text] == []


def test_the_table_behind_a_picture_is_a_table() -> None:
    text = shown(
        "{% chart one %}<table><tr><td>7 &lt; 8</td></tr></table>{% endchart %}", one=design._chart()
    )

    assert "<details>" in text
    assert "<table><tr><td>7 &lt; 8</td></tr></table>" in text
    assert "<details>" not in shown("{% chart one %} {% endchart %}", one=design._chart())


def test_what_somebody_wrote_is_never_markup() -> None:
    text = shown("{% note %}<p>{{ words }}</p>{% endnote %}", words="<script>")

    assert "<p>&lt;script&gt;</p>" in text
    with pytest.raises(Broken):
        note("", "purple")  # type: ignore[arg-type]  # what a template may write


def test_the_parts_of_a_door_show_the_pages_of_the_open_one_and_what_waits_everywhere() -> None:
    door = (
        Part("Work", (Link("Posts", "/posts/"), Link("Calls", "/calls/", count=2))),
        Part("People", (Link("All", "/people/", is_here=True), Link("Checks", "/checks/", count=5))),
    )
    text = shown("{% parts door 'The desk' %}", door=door)

    assert ("/checks/" in text, "/calls/" in text) == (True, False)
    assert re.findall(r'class="count">(\d+)', text) == ["2", "5", "5"]
    assert text.count('aria-current="page"') == 1


def test_a_way_has_one_place_where_we_are() -> None:
    assert [one.state for one in stages(("a", "b", "c"), 1)] == ["done", "now", "todo"]
    assert [one.state for one in stages(("a", "b"), 2)] == ["done", "done"]
    assert shown("{% pager pages %}", pages=Pages("1 to 3 of 3")).strip() == ""


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def test_colours_are_tokens_and_dark_has_all_of_them() -> None:
    css = CSS.read_text()
    roots = re.findall(r":root\s*{([^}]*)}", css)
    light, more, dark, more_dark, paper = map(tokens, roots)
    colours = {name for name, value in light.items() if value.startswith("#")}

    assert set(dark) == colours
    assert set(more) <= set(more_dark) <= colours
    assert colours <= set(paper)
    outside = re.sub(r":root\s*{[^}]*}|@media print {.*?\n}", "", css, flags=re.S)
    # A badge is read by cameras: black on white, whatever the theme. Behind a film there is black.
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", outside)) <= {"#fff", "#000"}


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dim, bright = sorted((_light(one), _light(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_inks_can_be_read_on_every_paper() -> None:
    light, more, dark, more_dark, _ = map(tokens, re.findall(r":root\s*{([^}]*)}", CSS.read_text()))
    themes = ((light, 4.5), (dark, 4.5), (light | more, 7), (dark | more_dark, 7))
    weak = [
        f"{ink} {theme[ink]} on {paper} {theme[paper]}: {_contrast(theme[ink], theme[paper]):.1f}"
        for theme, least in themes
        for ink in ("ink", "muted", "accent", "proof", "alarm")
        for paper in ("paper", "card", "tint")
        if _contrast(theme[ink], theme[paper]) < least
    ]

    assert weak == []
