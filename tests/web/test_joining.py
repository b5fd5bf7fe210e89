"""Signing up and giving, without an account."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from dure.base.access import SYSTEM
from dure.movement.calls import reads as calls
from dure.movement.campaigns import actions as campaigns
from dure.movement.gifts import reads as gifts
from dure.movement.people import confirming
from dure.web.actor import PERSON_KEY
from tests.web.cast import NOW, Cast


def id_in(page: str) -> str:
    found = re.search(r'name="client_id" value="([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


def form(cast: Cast, page: str, **changes: object) -> dict[str, object]:
    return {
        "client_id": id_in(page),
        "given_name": "Daeun",
        "email": "daeun@example.org",
        "birth_year": 1991,
        "town": cast.areas["Suwon"],
        "travel_km": 10,
        "days": ["2026-10-08"],
        "hours": "morning",
        "physical": 2,
        "languages": ["ko"],
        "consent": "on",
    } | changes


def confirm(client: Client) -> None:
    """Types the code of whoever signed up in this browser, as if read in their letter."""
    code = confirming.code(client.session[PERSON_KEY])
    assert client.post("/my/confirm/", {"code": code}).headers["Location"] == "/my/"


def test_signing_up_takes_one_page_and_gives_a_dated_answer(cast: Cast) -> None:
    client = Client()
    page = client.get("/c/harvest/join/").text

    receipt = client.post("/c/harvest/join/", form(cast, page), follow=True)

    assert receipt.status_code == 200
    assert "You hear from us by then" in receipt.text
    confirm(client)
    mine = client.get("/my/").text
    assert "Daeun" in mine
    assert "We are looking" in mine
    assert "Something is missing" not in mine


def test_sending_the_form_twice_signs_up_once(cast: Cast) -> None:
    client = Client()
    body = form(cast, client.get("/c/harvest/join/").text)
    before = calls.tally(cast.campaign_id).signed_up_count

    assert client.post("/c/harvest/join/", body).status_code == 302
    assert client.post("/c/harvest/join/", body).status_code == 302
    assert calls.tally(cast.campaign_id).signed_up_count == before + 1


def test_a_known_address_gets_no_other_answer_than_a_new_one(cast: Cast) -> None:
    client = Client()
    page = client.get("/c/harvest/join/").text

    known = client.post("/c/harvest/join/", form(cast, page, email="minji@example.org"))

    assert known.status_code == 302
    confirm(client)
    assert "Daeun" in client.get("/my/").text  # a page of one's own, not Minji's


def test_without_consent_nothing_is_kept(cast: Cast) -> None:
    client = Client()
    page = client.get("/c/harvest/join/").text
    before = calls.tally(cast.campaign_id).signed_up_count

    answer = client.post("/c/harvest/join/", form(cast, page, consent=""))

    assert answer.status_code == 422
    assert "Without this we may keep nothing" in answer.text
    assert calls.tally(cast.campaign_id).signed_up_count == before


def test_the_young_are_asked_for_a_guardian(cast: Cast) -> None:
    client = Client()
    page = client.get("/c/harvest/join/").text

    answer = client.post("/c/harvest/join/", form(cast, page, birth_year=2010))

    assert answer.status_code == 422
    assert "guardian" in answer.text


def test_a_gift_is_offered_once_however_often_it_is_sent(cast: Cast) -> None:
    client = Client()
    body = {
        "client_id": id_in(client.get("/c/harvest/give/").text),
        "item": "Sickles",
        "indicator": cast.indicators["tools"],
        "quantity_milli": "12",
        "town": cast.areas["Suwon"],
        "donor_name": "",
    }

    for _ in range(2):
        assert client.post("/c/harvest/give/", body).status_code == 302
    (offer,) = gifts.offers(SYSTEM, cast.campaign_id)
    assert offer.quantity_milli == 12_000


def test_a_closed_campaign_says_so_before_anybody_fills_in_a_form(cast: Cast) -> None:
    assert "Lend a hand" in Client().get("/c/harvest/").text
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    for page in ("join", "give"):
        shown = Client().get(f"/c/harvest/{page}/")
        assert shown.status_code == 200
        assert "This campaign is over" in shown.text
        assert "client_id" not in shown.text
    assert "Lend a hand" not in Client().get("/c/harvest/").text


def test_after_its_last_day_a_campaign_asks_for_no_hands(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 11, 1, 3, tzinfo=UTC), tick=False):
        assert "takes nobody at the moment" in Client().get("/c/harvest/join/").text
        campaign, home = Client().get("/c/harvest/").text, Client().get("/").text

    assert "Lend a hand" not in campaign + home
    assert "/c/harvest/give/" in campaign


def test_without_a_call_there_is_nothing_to_sign_up_to(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "appeals_of", lambda campaign_id: [])

    assert "takes nobody at the moment" in Client().get("/c/harvest/join/").text
    assert "Lend a hand" not in Client().get("/c/harvest/").text
