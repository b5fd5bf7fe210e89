"""Calls as everybody and as organisers see them."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.calls import actions, appeals, reads
from dure.movement.calls.models import Reach, Wave
from dure.movement.calls.types import AppealWords, NewSignUp
from dure.movement.people import reads as people_reads
from dure.operations.calling import call_due
from tests.web.cast import NOW, Cast, made
from tests.web.visitors import visitor

SVG = "{http://www.w3.org/2000/svg}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def anybody(cast: Cast) -> Client:
    return Client()


@pytest.fixture
def korean(cast: Cast) -> None:
    appeals.say_in(actor=SYSTEM, code="help", words=AppealWords("ko", "도와주세요", "벼를 베러 와 주세요."))


@pytest.fixture
def regional(cast: Cast) -> Client:
    return visitor("regional organiser", cast)


def call_form(**other: object) -> dict[str, object]:
    return {
        "code": "drivers",
        "asks": "people",
        "language": "en",
        "title": "Drivers for Friday",
        "text": "Bring your licence.",
        "channels": ["email", "feed"],
        "skills": ["driving-van"],
        "wanted_count": 12,
        "closes_on": "2026-10-09",
    } | other


def test_a_call_leads_to_a_sign_up_that_knows_it(anybody: Client) -> None:
    page = anybody.get("/call/help/")

    assert 'href="/c/harvest/join/?call=help"' in page.text
    assert "Come." in page.text
    assert anybody.get("/call/nothing/").status_code == 404


def test_a_call_speaks_the_language_that_is_asked_for(anybody: Client, korean: None) -> None:
    page = anybody.get("/call/help/?lang=ko")

    assert '<h1 lang="ko" dir="auto">도와주세요</h1>' in page.text
    assert 'hreflang="en"' in page.text
    assert '<h1 lang="en" dir="auto">Help</h1>' in anybody.get("/call/help/").text
    assert anybody.get("/call/help/?lang=sw").status_code == 422


def test_a_call_that_is_over_says_so_and_offers_no_form(anybody: Client) -> None:
    appeals.close_appeal(actor=SYSTEM, code="help", now=NOW)
    page = anybody.get("/call/help/")

    assert "This call is over" in page.text
    assert "join" not in page.text
    assert "No call is open" in anybody.get("/calls/").text


def test_few_answers_are_not_counted_in_public(cast: Cast, anybody: Client) -> None:
    """Four have signed up in the cast; a tenth makes the count safe to tell (P9)."""
    assert "Answered so far" not in anybody.get("/call/help/").text

    extra = [NewSignUp(made("again", number), cast.people["Minji"]) for number in range(6)]
    actions.sign_up_many(appeal_code="help", rows=extra, now=NOW)

    assert "Answered so far" in anybody.get("/call/help/").text


@pytest.mark.parametrize(("kind", "entry"), [("atom", f"{ATOM}entry"), ("rss", "channel/item")])
def test_the_feed_holds_the_calls_that_go_there(cast: Cast, anybody: Client, kind: str, entry: str) -> None:
    for code, channels in (("quiet", ("email",)), ("goods", ("feed",))):
        appeals.open_appeal(
            actor=SYSTEM,
            campaign_id=cast.campaign_id,
            code=code,
            title=f"Call & <{code}>",
            text="Come.",
            now=NOW,
            channels=channels,
        )
    response = anybody.get(f"/calls/feed.{kind}")
    root = ElementTree.fromstring(response.content)  # noqa: S314  made here

    assert response["Content-Type"].startswith(f"application/{kind}+xml")
    titles = [one.findtext(f"{ATOM}title") or one.findtext("title") for one in root.findall(entry)]
    assert titles == ["Call & <goods> · Bring the rice in", "Help · Bring the rice in"]
    assert "http://testserver/call/goods/" in response.text
    assert "Nobody here exists." in response.text  # a simulation says so wherever it is read


def test_a_poster_is_a_sheet_with_the_words_the_address_and_its_code(anybody: Client, korean: None) -> None:
    response = anybody.get("/call/help/poster.svg?lang=ko")
    root = ElementTree.fromstring(response.content)  # noqa: S314  made here
    words = [node.text for node in root.iter(f"{SVG}text")]

    assert response["Content-Type"] == "image/svg+xml"
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")
    assert {"도와주세요", "벼를 베러 와 주세요.", "testserver/call/help", "Nobody here exists."} <= set(words)
    (code,) = root.iter(f"{SVG}path")
    assert str(code.get("d")).startswith("M4 4h7v1h-7z")  # a finder pattern inside the quiet zone


def test_an_organiser_opens_a_call(cast: Cast, organiser: Client) -> None:
    response = organiser.post("/desk/harvest/calls/", call_form())

    assert response.headers["Location"] == "/desk/harvest/calls/drivers/"
    opened = reads.appeal("drivers")
    assert (opened.audience.skills, opened.wanted_count, opened.channels) == (
        ("driving-van",),
        12,
        ("email", "feed"),
    )
    assert opened.closes_at is not None
    assert opened.closes_at.isoformat() == "2026-10-09T15:00:00+00:00"  # midnight in Seoul
    page = organiser.get("/desk/harvest/calls/drivers/")
    assert "Driving a van" in page.text


def test_how_many_are_wanted_is_measured_by_the_seats_ahead(organiser: Client) -> None:
    """Two of the field's seats, of which Minji has one, and three on the hill."""
    assert "4 seats of the next two weeks are still free." in organiser.get("/desk/harvest/calls/").text


@pytest.mark.parametrize("other", [{"code": "no spaces"}, {"title": ""}, {"closes_on": "2026-10-01"}])
def test_a_call_that_does_not_fit_is_sent_back(organiser: Client, other: dict[str, object]) -> None:
    response = organiser.post("/desk/harvest/calls/", call_form(**other))

    assert response.status_code == 422
    assert "Bring your licence." in response.text  # what was written is not lost


def test_a_code_that_is_taken_is_told_beside_the_form(organiser: Client) -> None:
    response = organiser.post("/desk/harvest/calls/", call_form(code="help"))

    assert response.status_code == 409
    assert "There is a call help already" in response.text


def test_who_organises_a_part_calls_their_own_places_alone(cast: Cast, regional: Client) -> None:
    listed = regional.get("/desk/harvest/calls/").text
    assert 'href="/call/help/"' in listed  # the whole campaign's call is read, not run
    for path in ("", "close/", "waves/", "words/"):
        ask = regional.post if path else regional.get
        assert ask(f"/desk/harvest/calls/help/{path}").status_code == 403
    assert reads.appeal("help").closed_at is None
    for areas in ([], ["/KR/13/"]):
        assert regional.post("/desk/harvest/calls/", call_form(areas=areas)).status_code == 422

    sent = regional.post("/desk/harvest/calls/", call_form(areas=["/KR/03/"]), follow=True)

    assert "Open; nobody is being called" in sent.text
    newest = reads.open_appeal_of(cast.campaign_id, NOW)
    assert newest is not None
    assert newest.code == "help"  # a part's call does not take the campaign's place


def test_a_call_of_another_campaign_is_not_here(organiser: Client) -> None:
    assert organiser.get("/desk/harvest/calls/nothing/").status_code == 404
    for act in ("close", "waves", "words"):
        assert organiser.post(f"/desk/harvest/calls/nothing/{act}/").status_code == 404


def test_a_wave_is_seen_to_run_and_is_stopped(cast: Cast, organiser: Client) -> None:
    page = organiser.get("/desk/harvest/calls/help/")
    assert "Calling, 5 people a minute." in page.text
    assert page["Refresh"] == "15"
    assert "Refresh" not in organiser.get("/desk/harvest/calls/help/?still")

    organiser.post(f"/desk/harvest/calls/help/waves/{cast.wave_id}/stop/")
    started = organiser.post(
        "/desk/harvest/calls/help/waves/", {"client_id": made("next"), "per_minute": 3}, follow=True
    )

    assert "Calling, 3 people a minute." in started.text
    assert Wave.objects.count() == 2
    wrong = organiser.post(
        "/desk/harvest/calls/help/waves/", {"client_id": made("x"), "per_minute": 0}, follow=True
    )
    assert "Not started" in wrong.text


def test_results_tell_of_no_few_people(cast: Cast, organiser: Client) -> None:
    call_due(NOW)
    text = organiser.get("/desk/harvest/calls/help/").text

    assert "fewer than 10" in text  # four answered
    assert ">4<" not in text


def test_closing_forgets_whom_it_called(cast: Cast, organiser: Client) -> None:
    Reach.objects.create(
        appeal_id=reads.appeal("help").id,
        wave_id=cast.wave_id,
        person_id=cast.people["Chul"],
        called_at=NOW - timedelta(minutes=1),
    )
    page = organiser.post("/desk/harvest/calls/help/close/", follow=True)

    assert "This call is over." in page.text
    assert not Reach.objects.exists()
    assert people_reads.names([cast.people["Chul"]])  # the person is still here


def test_words_of_a_language_are_kept(organiser: Client, cast: Cast) -> None:
    words = {"language": "ko", "title": "도와주세요", "text": "와 주세요."}
    organiser.post("/desk/harvest/calls/help/words/", words)
    assert reads.words("help", "ko").title == "도와주세요"

    empty = organiser.post("/desk/harvest/calls/help/words/", words | {"title": ""}, follow=True)
    same = organiser.post("/desk/harvest/calls/help/words/", words | {"language": "en"}, follow=True)

    assert (empty.status_code, same.status_code) == (422, 422)
    assert "One field wants another look" in empty.text
    assert "another language" in same.text
    for page in (empty, same):  # what was typed is still there
        assert "와 주세요.</textarea>" in page.text
    assert reads.words("help", "ko").title == "도와주세요"


def test_words_of_a_call_are_no_markup_in_a_feed(cast: Cast, anybody: Client) -> None:
    actions.open_appeal(
        actor=SYSTEM,
        campaign_id=cast.campaign_id,
        code="markup",
        title="Lift & carry",
        text="<img src=x onerror=alert(1)>",
        now=NOW,
    )

    for kind in ("atom", "rss"):
        feed = ElementTree.fromstring(anybody.get(f"/calls/feed.{kind}").content)  # noqa: S314  made here
        said = [one.text for one in feed.iter() if one.text and "onerror" in one.text]
        assert said == ["Nobody here exists. &lt;img src=x onerror=alert(1)&gt;"]


@pytest.mark.parametrize(
    "address", ["/c/harvest/join/?call=%00", "/c/harvest/needs/ask/?call=%00", "/api/v1/calls/%00"]
)
def test_a_code_that_is_no_text_is_none(cast: Cast, anybody: Client, address: str) -> None:
    assert anybody.get(address).status_code in (200, 404)
