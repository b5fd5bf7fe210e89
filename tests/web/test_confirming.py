"""Until somebody shows that a contact is theirs, their link opens one page, and leaving."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from dure.base import outbox, throttle
from dure.base.home import home
from dure.base.throttle import CODES
from dure.movement.people import confirming
from dure.movement.people import reads as people
from dure.operations import demo_mode
from dure.operations.lapsing import lapse
from dure.operations.outbox import send_due
from dure.web.actor import PERSON_KEY
from tests.web.cast import NOW, Cast
from tests.web.table import volunteer_rows
from tests.web.test_joining import form

OPEN_TO_ALL = {"my/confirm/", "my/confirm/again/", "my/close/", "my/leave/", "my/leave/now/"}


@pytest.fixture
def daeun(cast: Cast) -> Client:
    """Somebody who has just signed up, and the browser they did it in."""
    client = Client()
    answer = client.post("/c/harvest/join/", form(cast, client.get("/c/harvest/join/").text))
    assert answer.status_code == 302
    return client


def id_of(client: Client) -> int:
    person_id = client.session[PERSON_KEY]
    assert isinstance(person_id, int)
    return person_id


def test_the_receipt_answers_and_asks_for_the_code(daeun: Client) -> None:
    receipt = daeun.get("/c/harvest/join/receipt/").text

    assert "Tuesday, 13 October 2026" in receipt  # a week on
    assert 'action="/my/confirm/"' in receipt
    assert confirming.code(id_of(daeun))[:4] not in receipt


def test_every_page_of_the_unconfirmed_leads_to_the_one_that_asks_for_the_code(
    cast: Cast, daeun: Client
) -> None:
    closed = {
        name: row
        for name, row in volunteer_rows(cast).items()
        if name[:3] == "my/" and name not in OPEN_TO_ALL
    }
    assert len(closed) > 15
    for row in closed.values():
        for answer in (daeun.get(row.address), daeun.post(row.address, dict(row.data))):
            assert answer.status_code in (302, 405), row.address
            if answer.status_code == 302:
                assert answer.headers["Location"] == "/my/confirm/", row.address


def test_the_api_is_closed_to_the_unconfirmed(daeun: Client) -> None:
    token = people.private_link_token(id_of(daeun))

    for address in ("/api/v1/my/offers", "/api/v1/my/now"):
        answer = daeun.get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403
        assert answer.json()["code"] == "unconfirmed"


def test_an_app_gives_the_code_with_the_token_of_the_receipt(daeun: Client) -> None:
    app = Client(headers={"Authorization": f"Bearer {people.private_link_token(id_of(daeun))}"})

    def give(code: str) -> int:
        body = json.dumps({"code": code})
        return app.post("/api/v1/my/confirmation", body, content_type="application/json").status_code

    assert give("12345678") == 422
    assert give(confirming.code(id_of(daeun))) == 204
    assert app.get("/api/v1/my/offers").status_code == 200


def test_the_private_link_of_the_receipt_works_at_once_and_opens_one_page(daeun: Client) -> None:
    elsewhere = Client()
    page = elsewhere.get(f"/me/{people.private_link_token(id_of(daeun))}/", follow=True)

    assert page.redirect_chain[-1][0] == "/my/confirm/"
    assert "Please confirm that we reach you" in page.text
    assert "Daeun" not in page.text


def test_a_code_opens_everything_and_answers_anew(daeun: Client) -> None:
    done = daeun.post("/my/confirm/", {"code": confirming.code(id_of(daeun))}, follow=True)

    assert "Confirmed." in done.text
    assert "Thank you, we reach you" in done.text
    assert daeun.get("/my/confirm/").headers["Location"] == "/my/"


def test_a_wrong_code_is_said_beside_the_field_and_too_many_are_stopped(daeun: Client) -> None:
    answer = daeun.post("/my/confirm/", {"code": "1234 5678"})
    assert answer.status_code == 422
    assert "This code does not fit" in answer.text
    assert 'value="1234 5678"' in answer.text

    for _ in range(CODES[0].count_max):
        answer = daeun.post("/my/confirm/", {"code": "1234 5678"})
    assert answer.status_code == 429
    assert "Too many tries" in answer.text

    throttle.forget()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert daeun.post("/my/confirm/", {"code": confirming.code(id_of(daeun))}).status_code == 302


def test_the_letters_link_fills_in_the_code_and_confirms_only_when_pressed(daeun: Client) -> None:
    mail.outbox.clear()
    while send_due(now=NOW + timedelta(minutes=1)).sent:
        pass
    (letter,) = [one for one in mail.outbox if one.to == ["daeun@example.org"]]
    link = re.search(r"/me/confirm/\S+/", str(letter.body))
    assert link is not None
    phone = Client()

    page = phone.get(link[0], follow=True)

    code = confirming.code(id_of(daeun))
    assert f'value="{code[:4]} {code[4:]}"' in page.text
    assert f"{code[:4]} {code[4:]}" in letter.body
    # A mail program that looks at every link has confirmed nothing.
    assert confirming.lapses_on(id_of(daeun)) is not None
    assert phone.post("/my/confirm/", {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    assert confirming.lapses_on(id_of(daeun)) is None
    assert phone.get(link[0]).headers["Location"] == "/my/"


def test_the_code_comes_again_once_an_hour(daeun: Client) -> None:
    for _ in range(2):
        assert "on its way again" in daeun.post("/my/confirm/again/", follow=True).text

    later = NOW + timedelta(minutes=1)
    kinds = [one.kind for one in outbox.claim(now=later, count_max=1000) if one.person_id == id_of(daeun)]
    assert sorted(kinds) == ["link", "sign_up"]


def test_the_unconfirmed_leave_in_one_act(daeun: Client) -> None:
    person_id = id_of(daeun)
    assert daeun.get("/my/leave/").status_code == 200

    assert daeun.post("/my/leave/now/", follow=True).status_code == 200

    assert people.names([person_id]) == {}


def test_who_lapsed_finds_their_link_gone(daeun: Client) -> None:
    link = f"/me/{people.private_link_token(id_of(daeun))}/"
    assert lapse(now=NOW + timedelta(days=8)) == 1

    assert Client().get(link).status_code == 404
    assert daeun.get("/my/").status_code == 404


def test_only_a_demo_without_a_mail_server_shows_the_code(
    daeun: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = confirming.code(id_of(daeun))
    shown = f"{code[:4]} {code[4:]}"
    pages = ("/c/harvest/join/receipt/", "/my/confirm/")
    assert not any(shown in daeun.get(page).text for page in pages)

    (home() / demo_mode.MEMORY).touch()
    try:
        assert all(shown in daeun.get(page).text for page in pages)
        monkeypatch.setenv("DURE_EMAIL_URL", "smtp://mail.example.org")
        assert not any(shown in daeun.get(page).text for page in pages)
    finally:
        (home() / demo_mode.MEMORY).unlink()


def test_a_strangers_address_gets_few_codes_however_often_it_was_written_down(cast: Cast) -> None:
    address = {"email": "stranger@example.org"}
    browsers = [Client() for _ in range(4)]
    for browser in browsers:
        page = browser.get("/c/harvest/join/").text
        assert browser.post("/c/harvest/join/", form(cast, page, **address)).status_code == 302

    told = [browser.post("/my/confirm/again/", follow=True).text for browser in browsers for _ in range(2)]

    assert ["on its way again" in page for page in told] == [True] * 4 + [False] * 4
    assert all("Too many tries" in page for page in told[4:])
