"""Translations are complete, whole, and compiled."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest

import dure
from dure.movement.calls.types import ANSWER_KINDS
from dure.operations import letter_kinds
from dure.operations.answer_words import WORDS
from dure.operations.letter_kinds import CALLED_BY, ELSE, HEAR_BY, KINDS, NO_DATE, ON_PAGE
from tools import catalog

SOURCE = Path(dure.__file__).parent
PLACES = re.compile(r"%\((\w+)\)s")
LETTERS = [text for one in (*KINDS.values(), ELSE) for text in (one.subject, one.words, one.brief) if text]


@pytest.mark.parametrize("path", catalog.catalogs(), ids=lambda path: path.parts[-3])
def test_the_compiled_catalog_is_that_of_its_source(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == catalog.compiled(path.read_text(encoding="utf-8")), (
        "run `python -m tools.catalog`"
    )


@pytest.mark.parametrize("path", catalog.catalogs(), ids=lambda path: path.parts[-3])
def test_every_letter_and_every_answer_is_in_every_language_of_letters(path: Path) -> None:
    known = catalog.entries(path.read_text(encoding="utf-8"))
    wanted = {*LETTERS, HEAR_BY, CALLED_BY, NO_DATE, ON_PAGE, *(one.reason for one in WORDS)}
    assert sorted(wanted - known.keys()) == [], (
        f"put these into {path.name}, then run `python -m tools.catalog`"
    )


@pytest.mark.parametrize("path", catalog.catalogs(), ids=lambda path: path.parts[-3])
def test_a_translation_names_no_value_that_its_source_lacks(path: Path) -> None:
    known = catalog.entries(path.read_text(encoding="utf-8"))
    odd = [text for text, says in known.items() if not set(PLACES.findall(says)) <= set(PLACES.findall(text))]
    assert odd == []


def test_every_kind_of_letter_is_queued_by_somebody() -> None:
    answers = {f"answer_{kind}" for kind in ANSWER_KINDS}
    named = {
        text
        for path in SOURCE.rglob("*.py")
        if path != Path(letter_kinds.__file__)
        for text in re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert sorted(KINDS.keys() - answers - named) == []


def test_a_compiled_catalog_is_read_by_others_as_it_was_written() -> None:
    source = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n != 1;\\n"

# a comment
msgid "one"
msgstr "hana"

msgctxt "day"
msgid "d F Y"
msgstr "Y"

msgid ""
"long "
"words"
msgstr "lang\\"e"

msgid "%d seat"
msgid_plural "%d seats"
msgstr[0] "%d Platz"
msgstr[1] "%d Plätze"

msgid "not yet"
msgstr ""
"""
    found = gettext.GNUTranslations(io.BytesIO(catalog.compiled(source)))
    assert found.gettext("one") == "hana"
    assert found.pgettext("day", "d F Y") == "Y"
    assert found.gettext("long words") == 'lang"e'
    assert found.ngettext("%d seat", "%d seats", 2) == "%d Plätze"
    assert found.gettext("not yet") == "not yet"


@pytest.mark.parametrize("source", ['msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "nonsense\n"])
def test_a_catalog_that_is_wrong_is_not_compiled(source: str) -> None:
    with pytest.raises(ValueError, match=r"translated twice|no line"):
        catalog.compiled(source)
