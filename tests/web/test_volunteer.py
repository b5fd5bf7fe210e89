"""My day, my record, my data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from dure.base.access import SYSTEM
from dure.movement.calls import actions as calls
from dure.movement.calls.types import AnswerKind
from dure.movement.ledger import reads as ledger
from dure.movement.matching import reads as matching
from dure.operations.answer_words import OVER
from tests.web.cast import NOW, Cast, made


def test_my_day_says_where_when_with_whom_and_what_to_bring(minji: Client) -> None:
    page = minji.get("/my/").text

    for words in ("Cut rice", "Suwon", "11:30–17:30", "North", "gloves"):
        assert words in page


def test_the_calendar_file_can_be_read_by_others(minji: Client, cast: Cast) -> None:
    answer = minji.get(f"/my/placements/{cast.placements['Minji']}/calendar.ics")

    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Cut rice"
    assert event.decoded("dtstart") == NOW + timedelta(hours=2)


def test_accepting_twice_takes_one_seat(bora: Client, cast: Cast) -> None:
    body = {"request_id": str(made("bora"))}
    first = bora.post(f"/my/offers/{cast.offers['Bora']}/accept/", body)
    second = bora.post(f"/my/offers/{cast.offers['Bora']}/accept/", body)

    assert (first.status_code, second.status_code) == (302, 302)
    assert len(matching.placements_of(SYSTEM, cast.people["Bora"])) == 1
    assert "Cut rice" in bora.get("/my/").text


def test_a_no_is_free_and_says_so(bora: Client, cast: Cast) -> None:
    page = bora.post(f"/my/offers/{cast.offers['Bora']}/decline/", follow=True)

    assert "costs you nothing" in page.text
    assert matching.placements_of(SYSTEM, cast.people["Bora"]) == []


def test_a_form_without_an_id_is_refused_in_words(bora: Client, cast: Cast) -> None:
    answer = bora.post(f"/my/offers/{cast.offers['Bora']}/accept/")

    assert answer.status_code == 422
    assert "bad_input" in answer.text


def test_leaving_takes_one_act_and_closes_every_door(minji: Client, cast: Cast) -> None:
    size = ledger.size()
    link = cast.link("Minji")
    answer = minji.post("/my/leave/now/", follow=True)

    assert "You have left" in answer.text
    assert minji.get("/my/").status_code == 404
    assert Client().get(link).status_code in {404, 410}
    assert ledger.size() == size


def test_what_is_held_can_be_taken_away(minji: Client) -> None:
    data = minji.get("/my/data/export.json").json()

    assert data["person"]["given_name"] == "Minji"
    assert data["placements"][0]["post"] == "Cut rice"


def test_an_honour_is_shown_only_after_a_yes(minji: Client, cast: Cast) -> None:
    assert "Minji" not in Client().get("/c/harvest/thanks/").text

    minji.post(f"/my/nominations/{cast.nomination_id}/", {"answer": "yes"})

    assert "Minji" in Client().get("/c/harvest/thanks/").text


def test_a_guardian_agrees_and_takes_it_back(cast: Cast) -> None:
    guardian = Client()
    assert "May Eunho help?" in guardian.get(cast.guardian_link("Eunho"), follow=True).text

    assert "You have agreed" in guardian.post("/guardian/answer/", {"answer": "yes"}, follow=True).text
    assert "May Eunho help?" in guardian.post("/guardian/answer/", {"answer": "no"}, follow=True).text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("accepted", ("Accepted", "Work for you by")),
        ("invited", ("Invited to prepare", "My preparation")),
        ("reserve", ("On the reserve", "We expect to call you by", "These neighbours need help", "Suwon")),
        ("not_needed", ("Not needed now, thank you", "You hear from us by", "The reserve register", "Suwon")),
        ("incomplete", ("Something is missing", "You hear from us by")),
    ],
)
def test_each_answer_stands_with_its_date_and_what_to_do(
    bora: Client, cast: Cast, kind: AnswerKind, words: tuple[str, ...]
) -> None:
    bora.post(f"/my/offers/{cast.offers['Bora']}/decline/")
    calls.answer(
        person_id=cast.people["Bora"],
        campaign_id=cast.campaign_id,
        kind=kind,
        reason="This is why.",
        by_date=NOW.date() + timedelta(days=3),
        now=NOW,
    )

    page = bora.get("/my/").text

    assert "This is why." in page
    for word in words:
        assert word in page, word


def test_the_last_word_of_a_campaign_names_no_day_to_wait_for(bora: Client, cast: Cast) -> None:
    bora.post(f"/my/offers/{cast.offers['Bora']}/decline/")
    calls.answer(
        person_id=cast.people["Bora"],
        campaign_id=cast.campaign_id,
        kind=OVER.kind,
        reason=OVER.reason,
        by_date=NOW.date(),
        now=NOW,
    )

    page = bora.get("/my/").text

    assert "This campaign has ended" in page
    assert "You hear from us by" not in page


def test_what_somebody_holds_and_agreed_to_is_said_in_words(minji: Client) -> None:
    page = minji.get("/my/data/").text

    assert "Insurance cover" in page
    assert "To be found work for" in page
    assert "보험" in minji.get("/my/data/", headers={"Accept-Language": "ko"}).text
