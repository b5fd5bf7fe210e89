"""`dure import`: every way of being wrong, and what is kept all the same."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars
import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.people import exporting
from dure.movement.people import reads as people
from dure.movement.people.types import OWN_WORD
from dure.movement.places import actions as places
from dure.movement.places.types import CountryRow, TownRow
from dure.operations.imports.columns import TABLES
from dure.operations.imports.keys import person_key
from tests.cli.conftest import Dure, Said

Table = Callable[..., Path]
DAY = date(2026, 10, 4)
PEOPLE = "id given_name birth_year town email consent"
ANN = "1,Ann,1990,Naju,ann@example.org,yes"
NEEDS = "id campaign team town title day starts ends seats tier cause"
PICKING = "n1,harvest-2026,Fields 1,Naju,Picking,2026-10-04,07:00,12:00,3,2,harvest"


def _problems(said: Said) -> dict[str, str]:
    """What was said about each column, of a file with one wrong row."""
    problems = said.json["problems"]
    assert isinstance(problems, list)
    return {problem["column"]: problem["what"] for problem in problems}


def _counts(said: Said) -> tuple[object, ...]:
    return tuple(said.json[name] for name in ("rows", "new", "known", "rejected"))


@pytest.mark.parametrize("kind", sorted(TABLES))
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_template_holds_every_column_and_its_example_can_be_imported(
    dure: Dure, long_valley: CampaignFacts, tmp_path: Path, kind: str, ending: str
) -> None:
    for before in ("people", "needs"):  # what a work file names must be there
        dure("import", "--template", before, tmp_path / f"first-{before}.csv")
        assert dure("import", before, tmp_path / f"first-{before}.csv").code == 0
    path = tmp_path / f"{kind}.{ending}"
    assert dure("import", "--template", kind, path).code == 0
    again = dure("import", "--template", kind, path)
    assert (again.code, "left as it is" in again.err) == (1, True)
    said = dure("import", kind, path, "--json", "-")
    assert (said.code, said.json["rejected"]) == (0, 0), said
    header = polars.read_csv(path) if ending == "csv" else polars.read_excel(path)
    assert header.columns == [column.name for column in TABLES[kind]]


def test_a_template_goes_to_standard_output_too(dure: Dure) -> None:
    assert dure("import", "--template", "work").out.startswith("id,campaign,day,team")
    assert dure("import", "--template", "gold").code == 1


def test_people_come_with_what_the_row_says(dure: Dure, valley: CampaignFacts, table: Table) -> None:
    path = table(
        "people.csv",
        f"{PEOPLE} languages skills cover free_from free_to travel_limit_km messages",
        f"{ANN},ko;EN,First aid: card 7 until 2027-03-01;cooking,policy 12,08:00;2026-10-05 08:00,"
        "12:00;2026-10-05T12:00+09:00,7.5,yes",
    )
    said = dure("import", "people", path, "--day", "2026-10-04", "--json", "-")
    assert (said.code, _counts(said)) == (0, (1, 1, 0, 0)), said
    (ann_id,) = people.ids_by_key([person_key("1")]).values()
    ann = people.person(actor=SYSTEM, person_id=ann_id)
    assert (ann.given_name, ann.languages, ann.travel_limit_m) == ("Ann", ("en", "ko"), 7_500)
    assert [(held.kind, held.code, held.evidence, held.valid_until) for held in ann.credentials] == [
        ("cover", "cover", "policy 12", None),
        ("skill", "cooking", OWN_WORD, None),
        ("skill", "first-aid", "card 7", date(2027, 3, 1)),
    ]
    free = exporting.export(actor=SYSTEM, person_id=ann_id)["free"]
    assert free == [
        {"from": "2026-10-03T23:00:00+00:00", "to": "2026-10-04T03:00:00+00:00"},
        {"from": "2026-10-04T23:00:00+00:00", "to": "2026-10-05T03:00:00+00:00"},
    ]
    assert sorted(consent.purpose for consent in ann.consents) == ["matching", "messages"]


def test_importing_twice_changes_nothing(dure: Dure, valley: CampaignFacts, table: Table) -> None:
    for kind, path in (
        ("people", table("people.csv", PEOPLE, ANN, "2,Bo,1991,Suwon,bo@example.org,yes")),
        ("people", table("nameless.csv", PEOPLE, ",Cy,1992,Suwon,cy@example.org,yes")),
        ("needs", table("needs.csv", NEEDS, PICKING, PICKING.replace("n1", ""), PICKING.replace("n1", ""))),
        (
            "work",
            table(
                "work.csv",
                "id campaign day team indicator quantity",
                "w1,harvest-2026,2026-10-03,Fields 1,harvest,12.5",
                ",harvest-2026,2026-10-03,Fields 1,harvest,5",
                ",harvest-2026,2026-10-03,Fields 1,harvest,5",
            ),
        ),
    ):
        rows = len(path.read_text().splitlines()) - 1
        first = dure("import", kind, path, "--json", "-")
        assert _counts(first) == (rows, rows, 0, 0)
        assert first.json["repeated"] == (0 if kind == "people" else 1)
        assert _counts(dure("import", kind, path, "--json", "-")) == (rows, 0, rows, 0)
    assert len(needs.posts_of_day(valley.id, DAY)) == 3  # two equal rows without an id are two posts


def test_the_same_id_with_other_facts_is_rejected(dure: Dure, valley: CampaignFacts, table: Table) -> None:
    for kind, header, row, other in (
        ("people", PEOPLE, ANN, ANN.replace("1990", "1980")),
        ("needs", NEEDS, PICKING, PICKING.replace("Picking", "Sorting")),
        (
            "work",
            "id campaign day team indicator quantity",
            "w1,harvest-2026,2026-10-03,Fields 1,harvest,12.5",
            "w1,harvest-2026,2026-10-03,Fields 1,harvest,13",
        ),
    ):
        assert dure("import", kind, table("first.csv", header, row)).code == 0
        said = dure("import", kind, table("second.csv", header, other), "--json", "-")
        assert (said.code, _counts(said)) == (1, (1, 0, 0, 1))
        assert "other facts" in _problems(said)["id"] or "another title" in _problems(said)["id"]


def test_every_wrong_cell_of_a_row_is_named_with_file_row_and_column(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    path = table(
        "people.csv",
        f"{PEOPLE} lat lon travel_limit_km guardian_email physical_max messages cover free_from free_to",
        ANN,
        "",
        "2,,19x0,Seoul,nope,no,127,37,far,nope,9,maybe,yes,25:00,",
    )
    said = dure("import", "people", path, "--json", "-")
    assert (said.code, _counts(said)) == (1, (2, 1, 0, 1))
    assert set(_problems(said)) == {
        *("given_name", "birth_year", "town", "email", "consent", "lat", "travel_limit_km", "guardian_email"),
        *("physical_max", "messages", "cover", "free_from", "free_to"),
    }
    first = said.err.splitlines()[1]  # after the line that says whose clock it is
    assert first == "people.csv, row 4, given_name: is empty; expected a text"
    assert "nope" not in said.err  # an address is not repeated, not even a wrong one


@pytest.mark.parametrize(
    ("header", "cell", "column", "what"),
    [
        ("birth_year", "2014", "birth_year", "too young"),
        ("birth_year", "2010", "guardian_email", "is empty"),
        ("town", "Gwangju", "town", "2 towns of that name"),
        ("town", "Naju, Gyeonggi", "town", "no known town"),
        ("lat,lon", "35.0,", "lon", "is empty, lat is not"),
        ("lat,lon", "37.4,127.2", "lat", "km from Naju"),
        ("free_from,free_to", "17:00,08:00", "free_to", "not after"),
        ("free_from,free_to", "08:00;13:00,12:00", "free_to", "1 times"),
        ("cover", "policy until soon", "cover", "no date"),
        ("skills", ": card", "skills", "can't be used"),
        ("given_name", "Ann\u202e", "given_name", "no name has"),
        ("guardian_agreed", "yesterday", "guardian_agreed", "no date"),
        ("languages", "x" * 50, "languages", "can't be used"),
        ("travel_limit_km", "301", "travel_limit_km", "can't be used"),
    ],
)
def test_a_wrong_cell_of_a_person_is_named(
    dure: Dure, valley: CampaignFacts, table: Table, header: str, cell: str, column: str, what: str
) -> None:
    row = dict(zip(PEOPLE.split(), ANN.split(","), strict=True))
    row |= dict(zip(header.split(","), [f'"{cell}"'] if "," not in header else cell.split(","), strict=True))
    said = dure("import", "people", table("people.csv", " ".join(row), ",".join(row.values())), "--json", "-")
    assert (said.code, what in _problems(said)[column]) == (1, True), said


@pytest.mark.parametrize(
    ("changes", "column", "what"),
    [
        ({"campaign": "spring"}, "campaign", "no campaign"),
        ({"day": "2026-12-01"}, "day", "outside the campaign"),
        ({"day": "4.10.2026"}, "day", "no date"),
        ({"starts": "7"}, "starts", "no time"),
        ({"ends": "18:00"}, "ends", "11.00 hours"),
        ({"seats": "0"}, "seats", "can't be used"),
        ({"seats": "3.5"}, "seats", "can't be used"),
        ({"tier": "4"}, "tier", "can't be used"),
        ({"title": ""}, "title", "is empty"),
        ({"cause": ""}, "cause", "is empty"),
        ({"team": "x" * 121}, "team", "121 letters"),
        ({"town": "Atlantis"}, "town", "no known town"),
        ({"hazardous": "perhaps"}, "hazardous", "can't be used"),
        ({"bring": "x" * 201}, "bring", "201 letters"),
    ],
)
def test_a_wrong_cell_of_a_need_is_named(
    dure: Dure, valley: CampaignFacts, table: Table, changes: dict[str, str], column: str, what: str
) -> None:
    row = dict(zip(NEEDS.split(), PICKING.split(","), strict=True)) | changes
    said = dure("import", "needs", table("needs.csv", " ".join(row), ",".join(row.values())), "--json", "-")
    assert (said.code, set(_problems(said))) == (1, {column})
    assert what in _problems(said)[column]
    assert people.teams_under("/KR/") == []  # a wrong row forms no team


def test_a_shift_that_ends_earlier_than_it_starts_ends_on_the_next_day(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    assert (
        dure("import", "needs", table("needs.csv", NEEDS, PICKING.replace("07:00,12:00", "20:00,02:00"))).code
        == 0
    )
    (post,) = needs.posts_of_day(valley.id, DAY)
    assert (post.ends_at - post.starts_at).total_seconds() == 6 * 3600


def test_a_team_is_formed_once_and_found_again(dure: Dure, valley: CampaignFacts, table: Table) -> None:
    elsewhere = PICKING.replace("n1", "n2").replace("Naju", "Suwon")
    said = dure("import", "needs", table("needs.csv", NEEDS, PICKING, elsewhere), "--json", "-")
    assert said.json["teams_formed"] == 2
    more = table("more.csv", NEEDS, PICKING.replace("n1", "n3"))
    assert dure("import", "needs", more, "--json", "-").json["teams_formed"] == 0
    assert len(people.teams_under("/KR/")) == 2


WORK = "id campaign day team town indicator quantity person post"
PICKED = "w1,harvest-2026,2026-10-03,Fields 1,Naju,harvest,12.5,,"


@pytest.mark.parametrize(
    ("changes", "column", "what"),
    [
        ({"campaign": ""}, "campaign", "is empty"),
        ({"day": "2026-10-05"}, "day", "still to come"),
        ({"day": "2026-09-01"}, "day", "is no day of"),
        ({"team": "Fields 9"}, "team", "no team of that name"),
        ({"town": ""}, "town", "2 teams of that name"),
        ({"indicator": "gold"}, "indicator", "not counted"),
        ({"indicator": "gifts"}, "indicator", "counted by gifts"),
        ({"quantity": "0"}, "quantity", "can't be used"),
        ({"quantity": "-5"}, "quantity", "can't be used"),
        ({"quantity": "1.2345"}, "quantity", "too many decimals"),
        ({"quantity": "1,5"}, "quantity", "not a number"),
        ({"quantity": "nan"}, "quantity", "not a number"),
        ({"person": "7"}, "person", "nobody was imported"),
        ({"post": "n9"}, "post", "no post was imported"),
        ({"post": "n2"}, "post", "another team or day"),
    ],
)
def test_a_wrong_cell_of_work_is_named(
    dure: Dure, valley: CampaignFacts, table: Table, changes: dict[str, str], column: str, what: str
) -> None:
    elsewhere = PICKING.replace("n1", "n2").replace("Naju", "Suwon")
    dure("import", "needs", table("needs.csv", NEEDS, PICKING, elsewhere))
    row = dict(zip(WORK.split(), PICKED.split(","), strict=True)) | changes
    cells = (f'"{cell}"' for cell in row.values())
    said = dure("record", table("work.csv", WORK, ",".join(cells)), "--json", "-")
    assert (said.code, set(_problems(said))) == (1, {column}), said
    assert what in _problems(said)[column]


def test_rejected_rows_are_mended_and_imported_and_good_ones_are_kept(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    path = table(
        "people.csv",
        PEOPLE,
        ANN,
        "2,=Bo,1991,Swuon,bo@example.org,yes",
        "3,Cy,1990,Naju,cy@example.org,yes,x",
    )
    said = dure("import", "people", path, "--json", "-")
    assert _counts(said) == (3, 1, 0, 2)
    rejected = path.with_name("people.rejected.csv")
    assert said.json["rejected_file"] == str(rejected)
    with rejected.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["rejected_row"], row["given_name"], row["rejected_extra"]) for row in rows] == [
        ("3", "=Bo", ""),
        ("4", "Cy", "x"),
    ]
    assert rows[0]["rejected_why"].startswith("town: 'Swuon' is no known town")
    rows[0]["town"], rows[1]["rejected_extra"] = "Suwon", ""
    with rejected.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert _counts(dure("import", "people", rejected, "--json", "-")) == (2, 2, 0, 0)


def test_a_named_rejected_file_is_used_and_may_not_be_the_source(
    dure: Dure, valley: CampaignFacts, table: Table, tmp_path: Path
) -> None:
    path = table("people.csv", PEOPLE, ANN.replace("yes", "no"))
    assert dure("import", "people", path, "--rejected", tmp_path / "why.csv").code == 1
    assert (tmp_path / "why.csv").exists()
    assert not path.with_name("people.rejected.csv").exists()
    before = path.read_bytes()
    assert "names the file that is read" in dure("import", "people", path, "--rejected", path).err
    assert "can't be written" in dure("import", "people", path, "--rejected", tmp_path / "no" / "why.csv").err
    assert path.read_bytes() == before


def test_a_whole_file_that_is_wrong_gets_one_sentence_and_no_traceback(
    dure: Dure, valley: CampaignFacts, tmp_path: Path
) -> None:
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    for name, code in (("picture.csv", "import_file_no_table"), ("nothing.csv", "import_file_missing")):
        said = dure("import", "people", tmp_path / name, "--json", "-")
        assert said.code == 1
        refused = said.json["refused"]
        assert isinstance(refused, dict)
        assert refused["code"] == code
        assert said.err.splitlines()[-1] == refused["says"]
        assert "Traceback" not in said.err
    assert dure("import", "people").code == 1
    assert dure("import", "gold", tmp_path / "picture.csv").code == 1


def test_a_time_without_a_clock_is_wrong(dure: Dure, db: None, table: Table) -> None:
    towns = [TownRow("101", "Naju", "", "16", "Jeonnam", 35.03, 126.72, 80_000)]
    path = table("people.csv", f"{PEOPLE} free_from free_to", f"{ANN},08:00,12:00")
    assert "no towns are known" in _problems(dure("import", "people", path, "--json", "-"))["town"]
    places.add_country(country=CountryRow("KR", "South Korea"), regions=[], towns=towns)
    assert set(_problems(dure("import", "people", path, "--json", "-"))) == {"free_from", "free_to"}
