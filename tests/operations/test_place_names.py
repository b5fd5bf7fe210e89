"""What places are called, by the language of who reads."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import pytest
from django.utils import translation

from dure.operations.place_names import both_names, name_of, other_place_name, place_name


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    name_local: str = ""


SUWON = Place("1835553", "Suwon", "수원시")
SENDAI = Place("2111149", "Sendai", "仙台市")
KOREA = Place("KR", "South Korea")
KENYA = Place("KE", "Kenya")


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Suwon", "Sendai", "South Korea", "Kenya"]),
        ("ko", ["수원시", "Sendai", "대한민국", "케냐"]),
        ("ko-kr", ["수원시", "Sendai", "대한민국", "케냐"]),
    ],
)
def test_a_place_is_named_in_the_readers_language_where_that_has_a_name_for_it(
    language: str, names: list[str]
) -> None:
    with translation.override(language):
        assert [place_name(one) for one in (SUWON, SENDAI, KOREA, KENYA)] == names


def test_the_other_name_stands_beside_where_there_is_one() -> None:
    with translation.override("ko"):
        assert both_names(SUWON) == "수원시 (Suwon)"
        assert (other_place_name(KOREA), name_of("Suwon", "수원시")) == ("South Korea", "수원시")
    with translation.override("en"):
        assert both_names(SUWON) == "Suwon (수원시)"
        assert (both_names(KENYA), other_place_name(Place("x", "Ulsan", "Ulsan"))) == ("Kenya", "")


def test_names_of_countries_come_without_the_places_of_all_numbers() -> None:
    """Those take 95 MB of each process."""
    code = (
        "import sys, django; django.setup()\n"
        "from dure.operations.place_names import _country_name\n"
        "print(_country_name('KR', 'ko'), 'phonenumbers.geodata' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["대한민국", "False"]
