"""A private link opened in a second browser: what its owner, a thief and a forgetful grandmother can do with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from dure.base.access import Actor
from dure.base.models import OutboxMessage
from dure.base.throttle import YEARS
from dure.movement.people import openings, reaching
from dure.movement.people.models import Person
from tests.web.cast import NOW, Cast

GUARDED = ("/my/data/", "/my/data/export.json", "/my/leave/")
ASKED = "/my/known/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(cast: Cast) -> Client:
    return opened(cast)


@pytest.fixture
def elsewhere(owner: Client, cast: Cast) -> Client:
    return opened(cast)


def opened(cast: Cast) -> Client:
    client = Client()
    client.get(cast.link("Minji"))
    client.get("/my/")
    return client


def born(cast: Cast) -> int:
    return int(Person.objects.values_list("birth_year", flat=True).get(pk=cast.people["Minji"]))


def test_its_owner_is_asked_nothing_in_the_first_browser_nor_when_it_was_closed(
    owner: Client, cast: Cast
) -> None:
    assert [owner.get(path).status_code for path in GUARDED] == [200, 200, 200]

    owner.post("/my/close/")
    owner.get(cast.link("Minji"))

    assert [owner.get(path).status_code for path in GUARDED] == [200, 200, 200]


def test_a_thief_sees_the_day_and_nothing_worth_stealing(elsewhere: Client, cast: Cast) -> None:
    assert elsewhere.get("/my/").status_code == 200
    assert {elsewhere.get(path)["Location"] for path in GUARDED} == {ASKED}
    for path in ("/my/data/link/", "/my/leave/now/", "/my/hours/town/"):
        assert elsewhere.post(path)["Location"] == ASKED
    assert Person.objects.filter(pk=cast.people["Minji"], link_version=1).exists()
    assert str(born(cast)) not in elsewhere.get(ASKED).text

    years = [year for year in range(1950, 2005) if year != born(cast)]
    tried = [elsewhere.post(ASKED, {"year": year}).status_code for year in years[: YEARS[0].count_max]]
    assert set(tried) == {422}
    # From now on today the right one doesn't help either.
    assert elsewhere.post(ASKED, {"year": born(cast)}).status_code == 429
    assert elsewhere.get("/my/data/")["Location"] == ASKED


def test_the_captains_number_is_read_by_who_is_known(
    elsewhere: Client, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dure.web.volunteer.pages.number_to_call", lambda post, at: "+82 10 1234 5678")
    assert "tel:" in owner.get("/my/").text
    assert "tel:" not in elsewhere.get("/my/").text
    assert "first tell us that it is you" in elsewhere.get("/my/").text


def test_its_owner_tells_the_year_once_in_another_browser(elsewhere: Client, cast: Cast) -> None:
    elsewhere.get("/my/leave/")
    assert elsewhere.post(ASKED, {"year": born(cast) + 1}).status_code == 422

    assert elsewhere.post(ASKED, {"year": born(cast)})["Location"] == "/my/leave/"

    assert elsewhere.get("/my/data/").status_code == 200
    elsewhere.post("/my/close/")
    elsewhere.get(cast.link("Minji"))
    assert elsewhere.get("/my/data/").status_code == 200


def test_a_forgetful_grandmother_has_a_new_link_sent_and_is_let_in_everywhere(
    elsewhere: Client, owner: Client, cast: Cast
) -> None:
    elsewhere.post("/my/known/new/")

    assert (elsewhere.get("/my/").status_code, owner.get("/my/").status_code) == (404, 404)
    assert OutboxMessage.objects.filter(person_id=cast.people["Minji"], kind="link").count() == 1
    elsewhere.get(cast.link("Minji"))
    assert elsewhere.get("/my/data/").status_code == 200


def test_after_thirty_days_no_browser_counts_as_another(owner: Client, cast: Cast) -> None:
    with time_machine.travel(NOW + openings.KEPT + timedelta(days=1), tick=False):
        assert opened(cast).get("/my/data/").status_code == 200


def test_the_mark_of_a_known_browser_lets_nobody_in_and_ends_with_the_link(owner: Client, cast: Cast) -> None:
    mark = owner.cookies["dure_known"].value
    stranger = Client()
    stranger.cookies["dure_known"] = mark
    assert stranger.get("/my/data/").status_code == 404

    owner.post("/my/data/link/")
    assert owner.cookies["dure_known"].value != mark


def test_a_thief_takes_no_news_to_their_own_browser(elsewhere: Client) -> None:
    for path in ("/my/news/push/", "/my/news/end/"):
        assert elsewhere.post(path, {"endpoint": "https://push.example/"})["Location"] == ASKED


def test_a_new_link_is_pushed_to_no_browser_that_an_old_one_let_in(owner: Client, cast: Cast) -> None:
    pk = cast.people["Minji"]
    reaching.subscribe(
        actor=Actor(person_id=pk),
        person_id=pk,
        endpoint="https://push.example/",
        browser_key="k",
        browser_secret="s",
    )
    assert "push" in reaching.reach([pk])[pk].contacts

    owner.post("/my/data/link/")

    assert "push" not in reaching.reach([pk])[pk].contacts


def test_who_comes_back_by_a_newer_link_is_noted_and_asked_as_anybody(owner: Client, cast: Cast) -> None:
    """The first browser may have been a thief's: the new link lets it in as one more."""
    opened(cast).post("/my/known/new/")
    opened(cast)

    owner.get(cast.link("Minji"))

    pk = cast.people["Minji"]
    assert len(openings.openings(actor=Actor(person_id=pk), person_id=pk, now=NOW)) == 2
    assert owner.get("/my/data/")["Location"] == ASKED


def test_a_mark_with_strange_letters_is_none(elsewhere: Client) -> None:
    elsewhere.cookies["dure_known"] = "é"
    assert elsewhere.get("/my/").status_code == 200


def test_a_thief_ends_no_registration_and_agrees_to_nothing(elsewhere: Client, cast: Cast) -> None:
    page = "http://testserver/my/"
    assert elsewhere.post("/my/same/", {"answer": "yes"}, headers={"referer": page})["Location"] == ASKED
    assert elsewhere.get("/my/").status_code == 200
    # Whoever tells the year goes on where the button stood.
    assert elsewhere.post(ASKED, {"year": born(cast)})["Location"] == "/my/"


@pytest.mark.parametrize("referer", ["", "http://[", "https://elsewhere.example/their/page"])
def test_a_consent_is_given_by_who_is_known_and_no_page_of_others_leads_on(
    elsewhere: Client, cast: Cast, referer: str
) -> None:
    sent = elsewhere.post("/my/data/consents/contact/", {"answer": "no"}, headers={"referer": referer})
    assert sent["Location"] == ASKED
    assert elsewhere.post(ASKED, {"year": born(cast)})["Location"] == "/my/data/"
