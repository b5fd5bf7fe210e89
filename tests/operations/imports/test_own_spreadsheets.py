"""A spreadsheet as a food bank keeps it: headings as questions, a title above them, days and times as people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.kernel.refusals import Refusal
from dure.movement.places.actions import add_country
from dure.movement.places.types import CountryRow, RegionRow, TownRow
from dure.operations.imports import mapping
from dure.operations.imports.cells import Cells
from dure.operations.imports.columns import TABLES
from dure.operations.imports.files import into_utf8
from dure.operations.imports.guesses import propose
from dure.operations.imports.lookups import Towns
from dure.operations.imports.readings import Readings
from dure.operations.imports.tables import read_table
from dure.operations.imports.types import TableRow

VOLUNTEERS = (
    "Timestamp,Full name,E-mail address,Mobile,DOB,Where do you live?,Which days can you do?,"
    '"Any skills (driving, food hygiene, languages)",Consent to contact?,Notes'
)
TITLED = f"""Leeds food bank: volunteers,,,,,,,,,
,,,,,,,,,
{VOLUNTEERS}
01/10/2026 10:00,Amara Barraclough,amara@example.org,07400 123456,24/03/1955,Headingley,any,"Driving, first aid",y,
01/10/2026 10:00,"Okafor, Ben",ben@example.org,07400 123457,02/02/1956,Harehills,any,Urdu / Punjabi,y,
"""


def mapped(tmp_path: Path, text: str, kind: str, **fixed: str) -> dict[int, dict[str, str]]:
    source, target = tmp_path / "own.csv", tmp_path / "ours.csv"
    source.write_text(text, encoding="utf-8")
    places = propose(mapping.look(source, kind).header, kind)
    mapping.write_mapped(source, target, kind, places, fixed)
    return {row.number: dict(row.cells) for row in read_table(target, TABLES[kind]).rows()}


def test_headings_as_questions_are_recognised() -> None:
    names = [
        *("Timestamp", "Full name", "E-mail address", "Mobile", "DOB", "Where do you live?"),
        *("Which days can you do?", "Any skills (driving, food hygiene)", "Consent to contact?", "Notes"),
    ]

    assert propose(names, "people") == {
        "given_name": 1,
        "birth_year": 4,
        "town": 5,
        "email": 2,
        "phone": 3,
        "skills": 7,
        "messages": 8,
    }


def test_needs_and_places_under_their_usual_headings_are_recognised() -> None:
    needs = ["Shift", "Where", "Date", "From", "To", "How many?", "Skills needed", "Priority"]
    places = ["Ward / district", "Lat.", "Long.", "Pop (approx)", "City"]

    found = propose(needs, "needs")
    assert [
        found[name] for name in ("title", "town", "day", "starts", "ends", "seats", "skills", "tier")
    ] == list(range(8))
    assert propose(places, "places") == {"region": 4, "name": 0, "lat": 1, "lon": 2, "population": 3}


def test_a_heading_about_somebody_else_is_none_of_ours() -> None:
    found = propose(
        ["Emergency contact number", "Last name", "Parent e-mail address", "First name"], "people"
    )

    assert found == {"given_name": 3}


def test_a_title_above_the_headings_is_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows = mapped(tmp_path, TITLED, "people", consent="yes")

    assert sorted(rows) == [4, 5]
    assert [rows[4][name] for name in ("given_name", "birth_year", "skills")] == [
        "Amara",
        "1955",
        "Driving;first aid",
    ]
    # Nobody they work with needs the family name.
    assert [rows[5][name] for name in ("given_name", "birth_year", "skills")] == [
        "Ben",
        "1956",
        "Urdu;Punjabi",
    ]


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("birth_year", "31/02/1988", "31/02/1988"),
        ("birth_year", "1.2.1990", "1990"),
        ("day", "23/11/2026", "2026-11-23"),
        ("day", "31/02/2026", "31/02/2026"),
        ("starts", "9am", "09:00"),
        ("starts", "12:30 p.m.", "12:30"),
        ("starts", "12 AM", "00:00"),
        ("starts", "9.30", "09:30"),
        ("starts", "13 pm", "13 pm"),
        ("starts", "9", "9"),
        ("free_from", "23/11/2026 9am;24/11/2026 10:00", "2026-11-23 09:00;2026-11-24 10:00"),
        ("free_from", "2027-10-04T08:00+09:00", "2027-10-04T08:00+09:00"),
        ("population", "19,000", "19000"),
        ("population", "1,9000", "1,9000"),
        ("tier", "Critical", "1"),
        ("tier", "high", "high"),
        ("skills", "first-aid: card 77, seen;cooking", "first-aid: card 77, seen;cooking"),
        ("country", "UK", "GB"),
        ("country", "United Kingdom", "GB"),
        ("country", "gb", "gb"),
        ("title", "9am, tins", "9am, tins"),
    ],
)
def test_only_what_can_be_meant_in_one_way_is_rewritten(name: str, written: str, read: str) -> None:
    assert Readings().read(name, written) == read


def test_the_list_tells_in_which_order_its_days_are_written(tmp_path: Path) -> None:
    needed = {column.name: "x" for column in TABLES["needs"] if column.required} | {"day": ""}

    def days(*written: str) -> list[str]:
        rows = mapped(
            tmp_path, "\n".join(["Date,Task", *(f"{day},Cook" for day in written)]), "needs", **needed
        )
        return [row["day"] for row in rows.values()]

    assert days("1/12/2026", "23/11/2026") == ["2026-12-01", "2026-11-23"]
    assert days("12/1/2026", "11/23/2026") == ["2026-12-01", "2026-11-23"]
    assert days("1/12/2026") == ["2026-12-01"]


def test_a_list_divided_by_semicolons_may_have_a_title_too(tmp_path: Path) -> None:
    text = "Leeds, autumn\n\nShift;Where;Date;From;To;How many?\nPack;Holbeck;23/11/2026;9am;noon;6\n"
    (row,) = mapped(tmp_path, text, "needs", campaign="x", team="x", tier="2", cause="x").values()

    assert [row[name] for name in ("title", "town", "day", "starts", "ends", "seats")] == [
        *("Pack", "Holbeck", "2026-11-23", "09:00", "noon", "6")
    ]


PORTUGUESE = """Junta de Freguesia: voluntários;;;;;;;
Atualizado em;20.11.2026;;;;;;
Dados pessoais;;;Contactos;;Disponibilidade;;
Nº;Nome completo;Data de nascimento;Telemóvel;Correio eletrónico;Disponível de;Disponível até;Autoriza contacto? (S/N)
1;Maria João Ferreira;14.03.1988;912 345 678;;25.11.2026 8h30;25.11.2026 18:00;Sim
2;António Lopes;2.7.1975;;a@example.org;25.11.2026 8h30;25.11.2026 18:00;não
"""
KOREAN = """2026 자원봉사자 명단,,,
성명,생년월일,사는 곳,휴대전화,개인정보 동의
김민수,1992년 7월 3일,Águeda,+351 926 111 222,동의함
"""


def test_a_list_in_portuguese_under_headings_of_headings_is_read(tmp_path: Path) -> None:
    rows = mapped(tmp_path, PORTUGUESE, "people", town="Aveiro", consent="Sim")

    assert sorted(rows) == [5, 6]
    named = ("id", "given_name", "birth_year", "phone", "free_from", "messages", "consent")
    assert [rows[5][name] for name in named] == [
        *("1", "Maria", "1988", "912 345 678", "2026-11-25 08:30", "yes", "yes")
    ]
    assert [rows[6][name] for name in ("given_name", "email", "messages")] == [
        "António",
        "a@example.org",
        "no",
    ]


def test_a_list_in_korean_is_read(tmp_path: Path) -> None:
    (row,) = mapped(tmp_path, KOREAN, "people").values()

    named = ("given_name", "birth_year", "town", "phone", "consent")
    assert [row[name] for name in named] == ["김민수", "1992", "Águeda", "+351 926 111 222", "yes"]


def test_headings_of_headings_are_passed_over_in_any_language(tmp_path: Path) -> None:
    source = tmp_path / "own.csv"
    source.write_text(
        "Dane,,,Kontakt,,\nImię,Rok,Miasto,Numer,Adres,Uwagi\nOla,1990,Łódź,1,2,3\n", encoding="utf-8"
    )

    assert mapping.look(source, "people").header == ("Imię", "Rok", "Miasto", "Numer", "Adres", "Uwagi")


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("population", "11.346", "11346"),
        ("population", "1 200 300", "1200300"),
        ("population", "1.200,300", "1.200,300"),
        ("lat", "40,5744", "40.5744"),
        ("lon", "-8,4485", "-8.4485"),
        ("consent", "O", "yes"),
        ("consent", "x", "x"),  # yes in one country, no in another
        ("tier", "crítico", "1"),
    ],
)
def test_figures_and_marks_of_other_countries_are_read(name: str, written: str, read: str) -> None:
    assert Readings().read(name, written) == read


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp949", "CP949 (Korean Windows, also called EUC-KR)"), ("utf-16", 'UTF-16 ("Unicode text" in Excel)')],
)
def test_a_list_that_excel_saved_in_another_encoding_is_written_anew(
    tmp_path: Path, encoding: str, words: str
) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(KOREAN.replace("Á", "A").encode(encoding))

    assert into_utf8(path) == words
    assert path.read_text(encoding="utf-8").startswith("2026 자원봉사자")
    assert into_utf8(path) == ""


def test_what_is_in_no_known_encoding_stays_as_it_is_and_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"name\n\xff\xfe\x81\x00")
    with pytest.raises(Refusal):
        into_utf8(path)
    assert path.read_bytes() == b"name\n\xff\xfe\x81\x00"


@pytest.mark.django_db
def test_a_town_without_its_accents_is_known_and_one_elsewhere_is_called_so() -> None:
    regions = [RegionRow("02", "Aveiro"), RegionRow("07", "Coimbra")]
    towns = [
        TownRow("1", "Ílhavo", "", "02", "Aveiro", 40.60, -8.67, 38_000),
        TownRow("2", "Coimbra", "", "07", "Coimbra", 40.21, -8.43, 106_000),
    ]
    add_country(country=CountryRow("PT", "Portugal"), regions=regions, towns=towns)
    known = Towns(within=("/PT/02/",))

    def asked(town: str) -> tuple[str, list[str]]:
        cells = Cells(TableRow(1, {"town": town}, (), (), (), False))
        found = known.town(cells, "town")
        return (found.name if found else ""), [problem.what for problem in cells.problems]

    assert asked("ilhavo") == ("Ílhavo", [])
    assert asked("Coimbra") == ("", ["'Coimbra' lies outside the places you organise here"])
    assert asked("Nowhere") == ("", ["'Nowhere' is no known town"])
