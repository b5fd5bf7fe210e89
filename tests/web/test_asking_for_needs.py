"""Needs, page to page: asked for by anybody, stood by by somebody who knows them, and gone looking for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.movement.calls import reads as calls
from dure.movement.needs import reads as needs
from dure.movement.needs import requests
from dure.movement.people import actions as people
from dure.movement.people.types import MESSAGES
from dure.movement.vetting import reads as vetting
from dure.operations.calling import call_due
from dure.operations.outbox import send_due
from tests.web.cast import NOW, Cast, made, new_person
from tests.web.visitors import visitor

ADDRESS = "/c/harvest/needs/ask/"


@pytest.fixture
def filled(cast: Cast) -> dict[str, object]:
    return {
        "client_id": made("hands"),
        "institution": "Care home Suwon",
        "contact": "Sunhee, 031 000 000",
        "title": "Bring meals to rooms",
        "cause": "care",
        "town": cast.areas["Suwon"],
        "days": ["2026-10-08", "2026-10-09"],
        "starts": "17:00",
        "ends": "20:00",
        "seats": 3,
        "physical": 1,
    }


def test_hands_asked_for_in_public_become_posts_once_somebody_knows_the_asker(
    client: Client, organiser: Client, filled: dict[str, object], cast: Cast
) -> None:
    asked = client.post(ADDRESS, filled, follow=True)
    assert "Somebody who knows your place looks at it" in asked.text
    assert "Sunhee" not in asked.text
    assert needs.posts_of_day(cast.campaign_id, date(2026, 10, 8)) == []

    desk = organiser.get("/desk/harvest/needs/").text
    assert "Sunhee, 031 000 000" in desk
    (request,) = requests.requests_to_decide(SYSTEM, cast.campaign_id)
    answer = f"/desk/harvest/needs/{request.id}/"
    assert organiser.post(answer, {"answer": "yes", "said": "", "tier": 2, "team": 0}).status_code == 422
    organiser.post(answer, {"answer": "yes", "said": "I visit them.", "tier": 2, "team": 0})

    (post,) = needs.posts_of_day(cast.campaign_id, date(2026, 10, 8))
    assert (post.title, post.seats, post.tier) == ("Bring meals to rooms", 3, 2)
    assert "People are being found for you" in client.get(asked.redirect_chain[-1][0]).text


def test_a_no_is_read_by_who_asked(client: Client, organiser: Client, filled: dict[str, object]) -> None:
    page = client.post(ADDRESS, filled, follow=True).redirect_chain[-1][0]
    (request,) = requests.requests_to_decide(SYSTEM, requests.request_of_link(made("hands")).campaign_id)

    organiser.post(
        f"/desk/harvest/needs/{request.id}/",
        {"answer": "no", "said": "The town has a service for it: 031 120.", "tier": 2, "team": 0},
    )

    assert "The town has a service for it" in client.get(page).text


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"contact": ""}, "This field is required"),
        ({"days": []}, "This field is required"),
        ({"starts": "06:00", "ends": "20:00"}, "the shift lasts 14.00 hours"),
        ({"seats": 0}, "greater than or equal to 1"),
        ({"town": 0}, "Select a valid choice"),
    ],
    ids=["no contact", "no day", "too long", "nobody", "nowhere"],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: Client, filled: dict[str, object], other: dict[str, object], says: str
) -> None:
    answer = client.post(ADDRESS, filled | other)

    assert answer.status_code == 422
    assert says in answer.text


def test_an_institution_with_an_account_asks_and_reads_the_state_on_its_own_page(
    cast: Cast, filled: dict[str, object]
) -> None:
    home = visitor("recipient", cast)

    asked = home.post("/recipient/harvest/hands/", filled, follow=True)

    assert "being looked at" in asked.text
    assert home.post("/recipient/harvest/hands/", filled | {"town": cast.areas["Jeonju"]}).status_code == 422


def test_one_act_asks_households_institutions_and_captains(
    organiser: Client, client: Client, cast: Cast, filled: dict[str, object], mailoutbox: list[object]
) -> None:
    people.give_consent(actor=SYSTEM, person_id=cast.people["Minji"], purpose=MESSAGES, wording="1", now=NOW)
    press = {"request_id": made("around"), "area": cast.areas["Suwon"]}

    organiser.post("/desk/harvest/needs/around/", press)
    done = organiser.post("/desk/harvest/needs/around/", press, follow=True)

    assert "1 institutions and 1 captains" in done.text  # the recipient of Gyeonggi, the captain of North
    (call,) = [one for one in calls.appeals_of(cast.campaign_id) if one.asks == "needs"]
    assert call_due(NOW) == 1  # Minji, who agreed to be written to, and waits for no other post
    told = outbox.notices_to(actor=SYSTEM, person_id=cast.people["Minji"])
    assert [one.kind for one in told].count("call") == 1
    assert OutboxMessage.objects.filter(kind="needs_asked").count() == 2
    page = client.get(f"/call/{call.code}/").text
    assert f"{ADDRESS}?call={call.code}" in page

    client.post(ADDRESS, filled | {"call": call.code})
    assert requests.asked_by_call([call.id]) == {call.id: (1, 0)}
    assert "Where are hands needed in Suwon?" in organiser.get("/desk/harvest/needs/").text


def test_a_place_is_not_asked_twice_in_a_week_and_one_page_asks_several_places(
    organiser: Client, cast: Cast
) -> None:
    press = {"request_id": made("around"), "area": cast.areas["Suwon"]}
    organiser.post("/desk/harvest/needs/around/", press)

    again = organiser.post("/desk/harvest/needs/around/", press | {"request_id": made("again")})
    assert (again.status_code, "Suwon was asked around on" in again.text) == (409, True)
    elsewhere = organiser.post("/desk/harvest/needs/around/", press | {"area": cast.areas["Jeonju"]})
    assert elsewhere.status_code == 302


def test_the_letter_to_an_institution_leads_to_the_call(
    organiser: Client, cast: Cast, mailoutbox: list[object]
) -> None:
    organiser.post("/desk/harvest/needs/around/", {"request_id": made("around"), "area": cast.areas["Suwon"]})
    for _ in range(5):
        send_due(now=NOW, count_max=100)

    to = {letter.to[0]: letter.body for letter in mailoutbox}  # type: ignore[attr-defined]  # letters of Django's
    assert "/call/needs-" in to["recipient@example.org"]


def test_surplus_is_shown_with_what_people_can_do_and_who_near_is_short(
    organiser: Client, cast: Cast
) -> None:
    # Bora alone waits in Suwon, where a seat is left: Minji has a post, and nobody has agreed for Eunho yet.
    assert "Help Icheon" not in organiser.get("/desk/harvest/needs/").text
    jiho = replace(
        new_person("Bora", cast.areas["Suwon"]),
        key=made("person", "Jiho"),
        given_name="Jiho",
        email="jiho@example.org",
    )
    people.register_many(rows=[jiho], now=NOW)

    page = organiser.get("/desk/harvest/needs/").text

    # Icheon, 36 km away, has three seats and nobody.
    assert "Help Icheon (36 km, 3 seats)" in page


def test_a_training_is_offered_to_who_waits_longest_and_lacks_it(organiser: Client, cast: Cast) -> None:
    minji = cast.people["Minji"]
    people.give_consent(actor=SYSTEM, person_id=minji, purpose=MESSAGES, wording="1", now=NOW)

    for _ in range(2):
        done = organiser.post(
            "/desk/harvest/needs/training/",
            {"area": cast.areas["Suwon"], "skill": "first-aid"},
            follow=True,
        )

    assert "offered to 1 person" in done.text
    assert [one.step for one in vetting.steps_of(SYSTEM, minji)] == ["skill:first-aid"]
    kinds = [one.kind for one in outbox.notices_to(actor=SYSTEM, person_id=minji)]
    assert kinds.count("training_offered") == 1


def test_who_travels_that_far_anyway_is_not_asked_to(organiser: Client, cast: Cast) -> None:
    people.give_consent(actor=SYSTEM, person_id=cast.people["Chul"], purpose=MESSAGES, wording="1", now=NOW)
    press = {"area": cast.areas["Jeonju"], "to": cast.areas["Icheon"]}  # 160 km; Chul travels 50

    done = organiser.post("/desk/harvest/needs/across/", press, follow=True)
    assert "1 person is asked" in done.text

    people.withdraw_consent(actor=SYSTEM, person_id=cast.people["Chul"], purpose=MESSAGES, now=NOW)
    people.give_consent(actor=SYSTEM, person_id=cast.people["Minji"], purpose=MESSAGES, wording="1", now=NOW)
    near = organiser.post(
        "/desk/harvest/needs/across/",
        {"area": cast.areas["Suwon"], "to": cast.areas["Icheon"]},
        follow=True,
    )
    assert "0 people are asked" in near.text


def test_what_is_pressed_wrongly_is_said(organiser: Client, cast: Cast) -> None:
    assert (
        organiser.post("/desk/harvest/needs/training/", {"area": "x", "skill": "first-aid"}).status_code
        == 422
    )
    assert organiser.post("/desk/harvest/needs/training/", {"area": 1, "skill": "magic"}).status_code == 422


def test_people_are_called_back_from_the_register(organiser: Client, bora: Client, cast: Cast) -> None:
    bora.post("/my/reserve/", {"profession": "nursing", "days": 365})
    assert "Nursing" in organiser.get("/desk/harvest/needs/").text
    press = {
        "request_id": made("back"),
        "profession": "nursing",
        "count": 3,
        "text": "The clinic is full.",
    }

    assert organiser.post("/desk/harvest/reserve/", press | {"count": ""}).status_code == 422
    assert organiser.post("/desk/harvest/reserve/", press).status_code == 302

    (call,) = [one for one in calls.appeals_of(cast.campaign_id) if one.audience.reserve_only]
    assert (call.wanted_count, call.audience.skills) == (3, ("nursing",))
