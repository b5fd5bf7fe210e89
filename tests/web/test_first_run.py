"""From an empty installation to an open campaign, by pages alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.base import accounts
from dure.base.access import SYSTEM
from dure.base.models import Account
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow
from dure.operations import first_run
from tests.web.cast import NOW, PASSWORD, TODAY, TOWNS, Cast

ME = {"name": "Mina", "email": "mina@example.org", "password": PASSWORD}
CAMPAIGN = {
    "name": "Bring the apples in",
    "summary": "Before the frost.",
    "area": "KR",
    "starts_on": TODAY.isoformat(),
    "ends_on": (TODAY + timedelta(days=20)).isoformat(),
    "output": "Apples picked",
    "unit": "kg",
    "plan_milli": "5000",
    "source": "survey",
    "movement": "Apple neighbours",
    "charter": "Free to give.",
    "timezone": "Asia/Seoul",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def mina() -> Client:
    client = Client()
    client.post("/start/", ME | {"code": first_run.setup_code()})
    return client


@pytest.fixture
def korea() -> None:
    places.add_country(country=CountryRow("KR", "South Korea"), regions=[], towns=TOWNS)


def test_whoever_opens_an_empty_site_is_led_to_its_beginning() -> None:
    assert Client().get("/")["Location"] == "/start/"
    assert Client().get("/start/").status_code == 200


def test_the_code_of_the_console_opens_the_first_account_and_no_second() -> None:
    client = Client()
    wrong = client.post("/start/", ME | {"code": "AAAA-BBBB-CCCC"})
    assert wrong.status_code == 422
    assert not accounts.has_any()

    typed = first_run.setup_code().lower().replace("-", " ")
    assert client.post("/start/", ME | {"code": typed})["Location"] == "/start/places/"
    assert Account.objects.get().email == ME["email"]
    assert client.get("/start/places/").status_code == 200

    other = Client().post("/start/", ME | {"email": "eve@example.org", "code": first_run.setup_code()})
    assert other.status_code == 302
    assert Account.objects.count() == 1
    with pytest.raises(first_run.FirstRunOver):
        first_run.begin(code=first_run.setup_code(), email="eve@example.org", name="Eve", password=PASSWORD)


def test_a_weak_password_opens_nothing() -> None:
    answer = Client().post("/start/", ME | {"password": "short", "code": first_run.setup_code()})

    assert answer.status_code == 422
    assert 'value="short"' not in answer.text
    assert not accounts.has_any()


def test_a_country_comes_in_and_goes_while_nothing_is_there(mina: Client) -> None:
    mina.post("/start/places/", {"country": "KE"})
    assert [one.code for one in place_reads.countries()] == ["KE"]

    mina.post("/start/places/KE/away/")
    assert place_reads.countries() == []


def test_a_campaign_is_drafted_by_form_mended_opened_and_found_by_the_public(
    mina: Client, korea: None
) -> None:
    forgot = mina.post("/start/campaign/", CAMPAIGN | {"unit": "", "ends_on": TODAY.isoformat()})
    assert forgot.status_code == 422
    assert "Bring the apples in" in forgot.text  # nothing typed is lost

    made = mina.post("/start/campaign/", CAMPAIGN)
    assert made["Location"] == "/desk/bring-the-apples-in/first-steps/"
    assert mina.post("/start/campaign/", CAMPAIGN)["Location"] == made["Location"]  # pressed twice
    page = mina.get(made["Location"])
    assert "2 of 7 steps" in page.text
    assert Client().get("/c/bring-the-apples-in/").status_code == 404

    rows = mina.get("/desk/bring-the-apples-in/import/sample/people.csv").content
    handed = mina.post(
        "/desk/bring-the-apples-in/import/", {"kind": "people", "table": SimpleUploadedFile("p.csv", rows)}
    )["Location"]
    form = mina.get(handed).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value()}
    mina.post(handed, sent)
    mina.post(handed + "run/")
    assert mina.get("/desk/bring-the-apples-in/first-steps/").context["steps"].facts.people_count == 48

    mina.post("/desk/bring-the-apples-in/first-steps/open/")
    found = campaigns.campaign("bring-the-apples-in")
    assert found.state == "open"
    # Who was on the draft's list stands in the line of its first call.
    assert calls.tally(found.id).signed_up_count == 48
    assert Client().get("/c/bring-the-apples-in/").status_code == 200


def test_a_draft_goes_with_its_movement_while_nothing_hangs_on_it(mina: Client, korea: None) -> None:
    mina.post("/start/campaign/", CAMPAIGN)
    desk = "/desk/bring-the-apples-in/"
    needs = mina.get(f"{desk}import/sample/needs.csv").content
    handed = mina.post(f"{desk}import/", {"kind": "needs", "table": SimpleUploadedFile("n.csv", needs)})[
        "Location"
    ]
    form = mina.get(handed).context["form"]
    mina.post(handed, {name: form[name].value() for name in form.fields if form[name].value()})
    mina.post(handed + "run/")

    in_use = mina.post(f"{desk}first-steps/discard/")
    assert in_use.status_code == 409
    mina.post(handed + "undo/")
    mina.post(f"{desk}first-steps/discard/")

    assert campaigns.campaigns(SYSTEM) == []
    # Another charter under the same name is no contradiction now.
    again = mina.post("/start/campaign/", CAMPAIGN | {"charter": "Other words."})
    assert again.status_code == 302


def test_a_campaign_comes_from_a_file_too(mina: Client, korea: None) -> None:
    text = f"""
[movement]
slug = "m"
name = "M"
charter = "c"
[campaign]
slug = "from-file"
name = "From a file"
summary = "s"
area = "KR"
timezone = "Asia/Seoul"
starts_on = {TODAY}
ends_on = {TODAY + timedelta(days=9)}
[[indicators]]
code = "hours"
kind = "hours"
name = "Hours"
unit = "h"
"""
    bad = SimpleUploadedFile("c.toml", text.replace("[[indicators]]", "[indicators]").encode())
    assert mina.post("/start/campaign/", {"by_file": "1", "file": bad}).status_code == 422

    good = SimpleUploadedFile("c.toml", text.encode())
    made = mina.post("/start/campaign/", {"by_file": "1", "file": good})

    assert made["Location"] == "/desk/from-file/first-steps/"


def test_who_organises_one_country_makes_no_campaign_elsewhere(cast: Cast, organiser: Client) -> None:
    places.add_country(
        country=CountryRow("XX", "Elsewhere"),
        regions=[],
        towns=[TownRow("xtown", "X", "", "1", "R", 1.0, 1.0, 10)],
    )
    assert "Elsewhere" not in organiser.get("/start/campaign/").text
    answer = organiser.post("/start/campaign/", CAMPAIGN | {"area": "XX"})
    assert answer.status_code == 422


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


VILLAGES = (
    "Código;Nome;Região;Latitude;Longitude;População\n"
    "0705;Évora;Alentejo;38.5714;-7.9135;53591\n"
    "0205;Beja;Alentejo;38.0151;-7.8632;33401\n"
    "0805;Faro;Algarve;37.0194;-7.9322;64560\n"
    "0806;Lagos;Algarve;-8.6730;37.1028;31049\n"
)


def test_a_country_that_nobody_ships_comes_in_by_an_own_list_and_bears_a_campaign(mina: Client) -> None:
    handed = SimpleUploadedFile("concelhos.csv", VILLAGES.encode())
    at = mina.post("/start/places/lists/", {"table": handed})["Location"]
    mapped = {"at_code": "0", "at_name": "1", "at_region": "2", "at_lat": "3", "at_lon": "4"}
    assert mina.post(at, mapped).status_code == 422  # no country yet
    mina.post(at, mapped | {"at_population": "5", "all_country": "pt"})
    looked = mina.get(at)
    assert "3 of 4 rows" in looked.text
    assert "the other way round" in looked.text
    assert place_reads.countries() == []
    mina.post(at + "run/")
    mina.post(at + "run/")

    assert [one.name for one in place_reads.towns_under("/PT/")] == ["Faro", "Évora", "Beja"]
    assert "Lagos" in b"".join(mina.get(at + "wrong/")).decode()
    new = CAMPAIGN | {"area": "PT", "timezone": "Europe/Lisbon", "name": "Cork"}
    assert mina.post("/start/campaign/", new)["Location"] == "/desk/cork/first-steps/"
    people = mina.get("/desk/cork/import/sample/people.csv").text
    assert "Faro, Algarve" in people
    mina.post("/desk/cork/first-steps/open/")
    for path in ("/c/cork/", "/c/cork/map/", "/c/cork/places/PT/", "/c/cork/standings/"):
        assert Client().get(path).status_code == 200
    near = Client().get("/near/?place=PT-0705")
    assert (near.status_code, "Évora" in near.text) == (200, True)

    mina.post(at + "undo/")
    # The campaign stands on the country, and nothing on its towns.
    assert [one.code for one in place_reads.countries()] == ["PT"]
    assert place_reads.towns_under("/PT/") == []


def test_any_country_of_the_world_comes_in_by_its_code(mina: Client) -> None:
    mina.post("/start/places/", {"country": "PT"})
    assert place_reads.by_code("2267057").name == "Lisbon"
    assert mina.get("/start/campaign/").context["form"].initial["timezone"] == "Europe/Lisbon"


def test_of_a_nation_of_villages_one_is_typed_since_no_list_of_them_can_be_looked_through(
    mina: Client, monkeypatch: pytest.MonkeyPatch, korea: None
) -> None:
    monkeypatch.setattr("dure.web.organiser.start_forms.TOWNS_LISTED_MAX", 1)
    town = place_reads.towns_under("/KR/")[0]

    wrong = mina.post("/start/campaign/", CAMPAIGN | {"town": "Nowhere"})
    assert (wrong.status_code, "No town of that name" in wrong.text) == (422, True)
    mina.post("/start/campaign/", CAMPAIGN | {"town": town.name.upper()})
    assert campaigns.campaign_for(SYSTEM, "bring-the-apples-in").area_path == town.path


def test_districts_of_the_country_that_is_in_need_no_country_of_their_own(mina: Client) -> None:
    """A food bank's own list: its headings, its figures, and "UK" where a code is asked for."""
    mina.post("/start/places/", {"country": "GB"})
    wards = 'Ward / district,Lat.,Long.,Pop (approx),City\nHolbeck,53.785,-1.56,"6,000",Leeds\n'
    handed = SimpleUploadedFile("wards.csv", wards.encode())
    at = mina.post("/start/places/lists/", {"table": handed})["Location"]
    form = mina.get(at).context["form"]
    said = {name: str(form[name].value()) for name in form.fields if form[name].value()}

    assert said["all_country"] == "GB"
    mina.post(at, said | {"all_country": "UK"})
    assert "The one row can be read in" in mina.get(at).text
    mina.post(at + "run/")
    assert [
        (one.name, one.population) for one in place_reads.towns_under("/GB/") if one.name == "Holbeck"
    ] == [("Holbeck", 6_000)]


def test_a_list_that_names_a_village_nobody_brought_in_leads_to_where_places_come_in(
    mina: Client, korea: None
) -> None:
    mina.post("/start/campaign/", CAMPAIGN)
    rows = b"Task,Where,Team,Date,From,To,How many,Tier,Type\nPick,Nowhere,Pickers,2026-11-20,9am,1pm,3,1,fruit\n"
    desk = "/desk/bring-the-apples-in/import/"
    at = mina.post(desk, {"kind": "needs", "table": SimpleUploadedFile("n.csv", rows)})["Location"]
    form = mina.get(at).context["form"]
    mina.post(at, {name: str(form[name].value()) for name in form.fields if form[name].value()})

    assert 'href="/start/places/">Bring your own places in' in mina.get(at).text


def test_a_first_day_without_captains_leads_to_where_they_are_given(mina: Client, korea: None) -> None:
    mina.post("/start/campaign/", CAMPAIGN)
    desk = "/desk/bring-the-apples-in/"
    rows = mina.get(desk + "import/sample/needs.csv").content
    handed = {"kind": "needs", "table": SimpleUploadedFile("n.csv", rows)}
    at = mina.post(desk + "import/", handed)["Location"]
    form = mina.get(at).context["form"]
    mina.post(at, {name: form[name].value() for name in form.fields if form[name].value()})
    mina.post(at + "run/")

    assert f'href="{desk}people-of-the-desk/">Give a team its captain' in mina.get(desk + "first-steps/").text
