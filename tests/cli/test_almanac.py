"""`dure almanac`: documented movements as worked examples, each figure marked as its source's claim."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from dure.cli.almanac import shown_figure
from tests.cli.conftest import Dure

ROOT = Path(__file__).resolve().parents[2]
ALMANAC = ROOT / "examples" / "almanac.toml"


def _cases() -> list[dict[str, object]]:
    cases: list[dict[str, object]] = tomllib.loads(ALMANAC.read_text(encoding="utf-8"))["case"]
    return cases


def test_every_case_that_wants_something_comes_out(dure: Dure) -> None:
    said = dure("almanac", "--file", ALMANAC, "--json", "-")
    assert said.code == 0
    assert said.json == {case["id"]: case["want"] for case in _cases() if "want" in case}


def test_changed_claims_give_changed_figures(dure: Dure, tmp_path: Path) -> None:
    changed = tmp_path / "changed.toml"
    text = ALMANAC.read_text(encoding="utf-8")
    for was, now in {
        "output_t = 120000": "output_t = 45000",
        "enlisted = 740000": "enlisted = 900000",
    }.items():
        assert was in text
        text = text.replace(was, now)
    changed.write_text(text, encoding="utf-8")

    said = dure("almanac", "--file", changed, "--json", "-")

    assert said.json["blooming-mill-1957"] == {"capacity_use_percent": 75.0, "opens_review": False}
    assert said.json["surge-1950"] == {"per_day": 90_000, "share_women_percent": 25.56}


def test_a_figure_that_cannot_be_had_is_named_and_the_others_are_given(dure: Dure, tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text(
        '[[case]]\nid = "mill"\nclaims = { output_t = 3, rated_capacity_t = 0 }\nwant = { capacity_use_percent = 1 }\n'
        '[[case]]\nid = "rows"\nclaims = { enlisted = 10, days = 4 }\nwant = { per_day = 2.5 }\n'
    )
    said = dure("almanac", "--file", file, "--json", "-")
    assert said.code == 1
    assert said.json == {"mill": {"capacity_use_percent": None}, "rows": {"per_day": 2.5}}
    assert "case mill: capacity_use_percent can't be computed: the claim rated_capacity_t is 0." in said.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[case]\n", "is no TOML"),
        ("", "it holds no [[case]]"),
        ("case = 3", "it holds no [[case]]"),
        ("[[case]]\nyear = 3", "case 1 has no id"),
        ('[[case]]\nid = "a"\n[[case]]\nid = "a"', "two cases are called a"),
        ('[[case]]\nid = "a"\nclaims = 3', "claims of case a is no table"),
        (b"\xff\xfe", "is not UTF-8"),
        (None, "no such file"),
    ],
)
def test_what_is_no_almanac_is_refused_with_the_place(
    dure: Dure, tmp_path: Path, text: str | bytes | None, says: str
) -> None:
    file = tmp_path / "almanac.toml"
    if text is not None:
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    said = dure("almanac", "--file", file)
    assert said.code == 1
    assert says in said.err
    assert "Traceback" not in said.err


def test_the_reference_page_shows_every_figure_as_its_sources_claim() -> None:
    page = (ROOT / "docs" / "reference" / "almanac.md").read_text(encoding="utf-8")
    listed = [tuple(re.split(r" \| ", row.strip("| "))) for row in page.splitlines() if row.startswith("| `")]
    wanted = []
    for case in _cases():
        claims, want = case.get("claims", {}), case.get("want", {})
        assert isinstance(claims, dict)
        assert isinstance(want, dict)
        told = ", ".join(f"{name} {shown_figure(value)}" for name, value in claims.items())
        wanted += [
            (f"`{case['id']}`", told, f"{name} {shown_figure(value)}", "claimed")
            for name, value in want.items()
        ]
    assert listed == wanted
