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
from dure.operations.refusal_words import PATTERNS
from tools import catalog, messages

SOURCE = Path(dure.__file__).parent
PLACES = re.compile(r"%\((\w+)\)\w")
BRACES = re.compile(r"\{(\w*)[^{}]*\}")
WORDS_FILES = {"refusal_words.py", "problem_facts.py"}
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
def test_every_text_of_the_program_is_in_every_language(path: Path) -> None:
    lacking = [f"{one.where}: {one.singular}" for one in messages.missing(path)]
    assert not lacking, "put these into {}, then run `python -m tools.catalog`:\n{}".format(
        path.name, "\n".join(lacking)
    )


@pytest.mark.parametrize("path", catalog.catalogs(), ids=lambda path: path.parts[-3])
def test_a_translation_has_the_values_of_its_source_and_no_others(path: Path) -> None:
    known = catalog.entries(path.read_text(encoding="utf-8"))
    odd = [text for text, says in known.items() if says and not _has_the_values(text, says)]
    assert odd == []


def _has_the_values(key: str, says: str) -> bool:
    """A plural may leave out the count that its singular says in words: so may the translation of both."""
    forms = key.rpartition("\x04")[2].split("\x00")
    least, most = (set.intersection, set.union)
    for shape in (PLACES, BRACES):
        named = [set(shape.findall(form)) for form in forms]
        if not all(least(*named) <= set(shape.findall(one)) <= most(*named) for one in says.split("\x00")):
            return False
    return True


@pytest.mark.parametrize("path", catalog.catalogs(), ids=lambda path: path.parts[-3])
def test_nothing_in_a_catalog_is_doubtful_or_asks_to_be_finished(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert "fuzzy" not in source
    assert [text for text, says in catalog.entries(source).items() if text and not says.strip()] == []


@pytest.mark.parametrize("path", catalog.catalogs(), ids=lambda path: path.parts[-3])
def test_no_translation_is_much_longer_than_pages_are_proven_with(path: Path) -> None:
    # tests/browser/test_languages.py proves the pages with texts of 1.4 times their length and more.
    known = catalog.entries(path.read_text(encoding="utf-8"))
    long = [
        text for text, says in known.items() if text and len(says) > 1.4 * len(text.split("\x00")[-1]) + 12
    ]
    assert long == []


def test_the_facts_of_refusals_that_are_known_are_still_written_so() -> None:
    sources = [
        path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name not in WORDS_FILES
    ]
    shapes = {
        shape: re.compile(r"\{[^{}]+\}".join(map(re.escape, re.split(r"\{\d\}", shape))))
        for shape in PATTERNS
    }
    gone = [shape for shape, found in shapes.items() if not any(map(found.search, sources))]
    assert gone == []


def test_pages_lay_out_by_the_direction_of_their_language() -> None:
    """What is said by left and right stands wrong where lines run from right to left."""
    physical = re.compile(
        r"(?:(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b|(?<![-\w])(?:left|right)\s*:"
        r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
    )
    sheets = sorted((SOURCE / "web" / "static").rglob("*.css"))
    assert sheets
    assert [
        f"{path.name}:{number}: {line.strip()[:80]}"
        for path in sheets
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if physical.search(line)
    ] == []


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
