"""Headings of lists: written in the language of who asks, read in any; our own names stay what they are."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.utils import translation

from dure.operations.imports.columns import TABLES
from dure.operations.imports.guesses import propose
from dure.operations.imports.headings import LABELS, own_name
from dure.operations.imports.samples import empty
from dure.operations.imports.types import Column


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", sorted(TABLES))
def test_a_list_that_was_given_out_comes_in_again_in_any_language(kind: str, language: str) -> None:
    with translation.override(language):
        text = empty(kind).text().decode("utf-8-sig")
    header = next(csv.reader(StringIO(text)))
    names = [column.name for column in TABLES[kind]]

    assert (header == names) == (language == "en")
    assert propose(header, kind) == {name: place for place, name in enumerate(names)}
    assert [own_name(heading, names) for heading in header] == names


def test_every_column_has_a_heading() -> None:
    columns: set[Column] = {column for table in TABLES.values() for column in table}
    assert {column.name for column in columns} <= LABELS.keys()


def test_a_name_of_ours_comes_before_a_heading() -> None:
    assert own_name("  Given-Name ", ["given_name"]) == "given_name"
    assert own_name("shoe size", ["given_name"]) == "shoe_size"
