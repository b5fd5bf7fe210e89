"""A place's page, the campaign's map and figures file, and the tables to take away."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from zipfile import ZipFile

import fastexcel
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Kind, NewEntry
from dure.movement.people.models import Team
from dure.movement.places import reads as places
from dure.movement.standings import keeping, parts
from dure.movement.standings.models import ShownStanding
from dure.web import standing_tables
from dure.web.public import exports, place
from tests.web.cast import NOW, Cast, made

CAMPAIGN = "/c/harvest/"
COMPARED = ("probably_from_percent", "probably_to_percent", "change_percent", "help_given")


def _keep(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a campaign of a nation is: worked out beforehand."""
    monkeypatch.setattr(keeping, "LIVE_CELLS_MAX", 0)
    assert keeping.keep_all(NOW) == 1
    assert ShownStanding.objects.filter(campaign_id=cast.campaign_id).exists()


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _body(address: str) -> str:
    response = Client().get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


def test_pages_say_the_same_of_a_kept_standing_as_of_one_worked_out_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [CAMPAIGN, *(f"{CAMPAIGN}places/{code}/" for code in ("KR", _town(cast)))]
    addresses += [f"{CAMPAIGN}export/{what}/csv/" for what in ("places", "teams")]
    live = [_body(address) for address in addresses]

    _keep(cast, monkeypatch)
    kept = [_body(address) for address in addresses]

    told = "Figures as they stood on"
    assert all(told not in page for page in live)
    assert all(told in page for page in kept[:3])
    assert [_figures_of(page) for page in kept] == [_figures_of(page) for page in live]


def _figures_of(page: str) -> str:
    return "\n".join(
        line.strip()
        for line in page.splitlines()
        if "Figures as they stood" not in line and "For your own sums" not in line
    )


def _town(cast: Cast) -> str:
    return places.area(cast.areas["Suwon"]).code


@pytest.mark.django_db
def test_a_place_that_is_nowhere_or_of_another_campaign_is_not_found(cast: Cast) -> None:
    assert Client().get(f"{CAMPAIGN}places/atlantis/").status_code == 404
    assert Client().get(f"{CAMPAIGN}places/KR/?page=2").status_code == 404
    assert Client().get(f"{CAMPAIGN}places/KR/?page=x").status_code == 404


def test_many_places_are_listed_page_by_page_and_all_of_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "PLACES_A_PAGE", 1)
    first = _body(f"{CAMPAIGN}places/KR/")
    assert 'href="?page=2"' in first
    rows = _rows(_body(f"{CAMPAIGN}export/places/csv/"))
    regions = {row["place_name"] for row in rows if row["place_kind"] == "region" and row["plan"]}
    assert len(regions) >= 2
    pages: list[str] = []
    while (answer := Client().get(f"{CAMPAIGN}places/KR/?page={len(pages) + 1}")).status_code == 200:
        pages.append(answer.content.decode())
    assert len(pages) >= 2
    for region in regions:
        assert any(f">{region}</a></th>" in page for page in pages)


def test_every_contribution_in_a_table_has_its_grade_of_proof(cast: Cast) -> None:
    for what in ("places", "teams"):
        rows = _rows(_body(f"{CAMPAIGN}export/{what}/csv/"))
        assert rows
        assert any(row["reported"] for row in rows)
        for row in rows:
            assert bool(row["reported"]) == bool(row["reported_grade"])
            assert bool(row["baseline"]) == bool(row["baseline_grade"])
            assert row["verified_grade"] in ("verified", "unknown")
            assert not (row["verified_grade"] == "unknown" and row["verified"])
            assert not (row["withheld"] and row["reported"]), "what is withheld has empty cells"
        if what == "teams":
            assert all(bool(row["comparison_grade"]) == any(row[name] for name in COMPARED) for row in rows)


def test_a_table_with_tags_is_an_hxl_dataset(cast: Cast) -> None:
    lines = list(csv.reader(io.StringIO(_body(f"{CAMPAIGN}export/places/hxl/"))))
    assert len(lines[0]) == len(lines[1]) == len(set(lines[1]))
    assert all(tag.startswith("#") for tag in lines[1])
    assert len(lines) > 3


def test_a_workbook_holds_the_same_table_and_turns_no_name_into_a_formula(cast: Cast) -> None:
    Team.objects.filter(pk=next(iter(cast.teams.values()))).update(name="=1+1")
    response = Client().get(f"{CAMPAIGN}export/teams/xlsx/")
    assert response.status_code == 200
    with ZipFile(io.BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    rows = _rows(_body(f"{CAMPAIGN}export/teams/csv/"))
    assert all(not row["team_name"].startswith("=") for row in rows)
    assert sheet.count("<row ") == len(rows) + 2


def test_too_large_a_workbook_is_refused_with_the_way_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "XLSX_ROWS_MAX", 1)
    response = Client().get(f"{CAMPAIGN}export/places/xlsx/")
    assert response.status_code == 422
    assert "as CSV" in response.content.decode()


def test_an_unknown_table_is_not_found(cast: Cast) -> None:
    assert Client().get(f"{CAMPAIGN}export/people/csv/").status_code == 404
    assert Client().get(f"{CAMPAIGN}export/places/pdf/").status_code == 404


def test_the_figures_file_is_sent_once_and_then_again_only_when_it_changed(cast: Cast) -> None:
    first = Client().get(f"{CAMPAIGN}figures.json")
    said = first.json()
    assert all(one["grade"] and one["proof"] for one in said["figures"])
    page = _body(CAMPAIGN)
    assert page.count("data-live=") == len(said["figures"]) + 1
    assert all(one["proof"] in page.replace("&#x27;", "'") for one in said["figures"])

    again = Client().get(f"{CAMPAIGN}figures.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    entry = NewEntry(
        client_id=made("more rice"),
        kind=Kind.OUTPUT,
        campaign_id=cast.campaign_id,
        indicator_id=cast.indicators["rice"],
        team_id=next(iter(cast.teams.values())),
        area_id=cast.areas["Suwon"],
        work_day=NOW.date(),
        quantity_milli=5_000,
        person_id=None,
    )
    ledger.record_one(entry=entry, now=NOW)
    changed = Client().get(f"{CAMPAIGN}figures.json", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_the_map_has_a_place_for_every_plan_and_its_words_have_grades(cast: Cast) -> None:
    page = _body(f"{CAMPAIGN}places/KR/")
    assert 'class="plan-ring"' in page or 'class="hidden-ring"' in page
    titles = [part.split("</title>")[0] for part in page.split("<title>")[2:]]
    assert titles
    assert all(
        "claimed" in one or "witnessed" in one or "not shown" in one or "held" in one for one in titles
    )


def test_a_large_campaign_asks_the_database_as_often_as_a_small_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "TEAMS_A_PAGE", 1)
    _keep(cast, monkeypatch)
    with CaptureQueriesContext(connection) as asked:
        _body(CAMPAIGN)
    assert len(asked) <= 18
    reads = " ".join(one["sql"] for one in asked.captured_queries)
    assert "ledger_rollup" not in reads
    assert "needs_post" not in reads
    assert "people_team" not in reads


def test_columns_have_tags_of_their_own() -> None:
    for what in ("places", "teams"):
        header, tags = standing_tables.header(what), standing_tables.tags(what)
        assert len(header) == len(tags) == len(set(tags)) == len(set(header))


def test_the_reference_lists_every_column_with_its_tag() -> None:
    page = Path("docs/reference/tables.md").read_text()
    for what in ("places", "teams"):
        for name, tag in zip(standing_tables.header(what), standing_tables.tags(what), strict=True):
            assert f"| `{name}` | `{tag}` |" in page
    listed = page.count("\n| `")
    assert listed == len({*standing_tables.header("places"), *standing_tables.header("teams")})


@pytest.mark.parametrize("what", ["places", "teams"])
def test_headings_are_in_the_readers_language_and_keys_and_tags_in_none(
    cast: Cast, what: standing_tables.What
) -> None:
    korean = {"headers": {"accept-language": "ko"}}

    def lines(form: str, **asked: object) -> list[list[str]]:
        told = Client().get(f"{CAMPAIGN}export/{what}/{form}/", **asked)  # type: ignore[arg-type]
        return list(csv.reader(io.StringIO(b"".join(told.streaming_content).decode())))  # type: ignore[attr-defined]

    said, tags = lines("hxl", **korean)[:2]
    assert "".join(said).isascii() is False
    assert not [one for one in said if re.search("[A-Za-z]{2,}", one)]
    assert len(set(said)) == len(said)
    assert tags == list(standing_tables.tags(what))
    assert lines("csv", **korean)[0] == lines("csv")[0] == list(standing_tables.header(what))
    book = Client().get(f"{CAMPAIGN}export/{what}/xlsx/", **korean).content  # type: ignore[arg-type]
    sheet = fastexcel.read_excel(book).load_sheet(0, header_row=None).to_polars()
    assert list(map(str, sheet.row(0))) == said
    assert list(map(str, sheet.row(1))) == tags
