"""Somebody's own spreadsheet becomes a table with our columns, and every row keeps its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.operations.imports import guesses, mapping
from dure.operations.imports.columns import PEOPLE, TABLES
from dure.operations.imports.errors import ImportFileEmpty, ImportMappingUnfit
from dure.operations.imports.heading_words import WORDS
from dure.operations.imports.tables import read_table

OWN = """
Name;Born;City;Note
Ari;1.2.1990;Suwon;x

Bo;1991-03-04;Icheon;
"Cy;1992;Suwon;
Dee;1993;Suwon;y;z
"""
FIXED = {"consent": "yes"}


def mapped(tmp_path: Path, text: str, **fixed: str) -> Path:
    source, target = tmp_path / "own.csv", tmp_path / "ours.csv"
    source.write_text(text, encoding="utf-8")
    places = guesses.propose(mapping.look(source, "people").header, "people")
    mapping.write_mapped(source, target, "people", places, FIXED | fixed)
    return target


def test_rows_keep_their_numbers_and_what_fits_nowhere_is_named(tmp_path: Path) -> None:
    rows = {row.number: row for row in read_table(mapped(tmp_path, OWN), PEOPLE).rows()}
    theirs = {3: "Ari", 5: "Bo", 6: "", 7: "Dee"}

    assert {number: row.cells["given_name"] for number, row in rows.items()} == theirs
    assert rows[5].cells["birth_year"] == "1991"
    assert rows[3].cells["birth_year"] == "1990"  # whichever is the month
    assert rows[6].is_broken
    assert "Cy;1992" in rows[6].extra[0]
    assert rows[7].extra == ("z",)
    assert all(row.cells["consent"] == "yes" for row in rows.values() if not row.is_broken)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("2027. 10. 4.", "2027-10-04"), ("2027/10/04", "2027-10-04"), ("2027년 10월 4일", "2027-10-04")],
)
def test_days_are_understood_however_they_are_parted(tmp_path: Path, written: str, kept: str) -> None:
    text = f"title,day,town\nCook,{written},Suwon\n"
    source, target = tmp_path / "own.csv", tmp_path / "ours.csv"
    source.write_text(text, encoding="utf-8")
    needed = {column.name: "x" for column in TABLES["needs"] if column.required}
    mapping.write_mapped(source, target, "needs", {"title": 0, "day": 1, "town": 2}, needed)

    (row,) = read_table(target, TABLES["needs"]).rows()
    assert row.cells["day"] == kept


def test_every_missing_column_is_named_at_once() -> None:
    wrong = mapping.problems("people", 2, {"given_name": 0, "town": 5}, {})

    assert any("town is taken from a column" in one for one in wrong)
    assert any(one.startswith("birth_year") for one in wrong)
    assert any(one.startswith("consent") for one in wrong)
    assert mapping.problems("people", 3, {"given_name": 0, "birth_year": 1, "town": 2}, FIXED) == []


def test_no_column_of_theirs_is_taken_twice_and_every_word_names_a_column() -> None:
    places = guesses.propose(["Name", "이름", "given name", "E-mail", "mail"], "people")

    assert len(set(places.values())) == len(places)
    assert places["given_name"] == 2  # our own name before other words for it
    known = {column.name for columns in TABLES.values() for column in columns}
    assert set(WORDS) <= known


def test_a_file_without_rows_or_with_too_many_columns_is_no_list(tmp_path: Path) -> None:
    empty, wide = tmp_path / "empty.csv", tmp_path / "wide.csv"
    empty.write_text("Name,Born\n\n", encoding="utf-8")
    wide.write_text(",".join(f"c{n}" for n in range(300)) + "\n1\n", encoding="utf-8")

    with pytest.raises(ImportFileEmpty):
        mapping.look(empty, "people")
    with pytest.raises(ImportMappingUnfit):
        mapping.look(wide, "people")
