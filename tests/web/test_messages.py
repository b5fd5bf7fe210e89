"""The organiser's page of messages, delivery reports from outside, and browsers that take pushes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from dure.base import channel_days, outbox
from dure.base.access import Actor
from dure.base.one_look import is_a_look
from dure.base.outbox import NewNotice
from dure.channels.double import DoubleChannel
from dure.channels.push.sealing import public_bytes
from dure.channels.push.vapid import base64url
from dure.channels.types import Limits
from dure.movement.people import reaching
from dure.operations import sms_answers
from dure.operations.delivery import report_address
from dure.operations.outbox import send_due
from dure.operations.ways import Ways, push_key
from tests.web.cast import NOW, Cast
from tests.web.visitors import visitor

pytestmark = pytest.mark.django_db


def test_the_organiser_sees_what_waits_what_went_and_what_it_cost(cast: Cast) -> None:
    ways = Ways({"email": DoubleChannel()}, {"email": Limits(per_minute=1_000, cost_milli=2)})
    while send_due(now=NOW + timedelta(hours=1), ways=ways).count:
        pass
    outbox.queue(notice=NewNotice(cast.people["Minji"], "link", "link:1", channel="sms"), now=NOW)

    text = visitor("organiser", cast).get("/messages/").text

    assert "Web push" in text
    assert "not set up" in text  # SMS, for which something waits
    (day,) = channel_days.since(NOW.date())
    assert f'<td class="num" data-head="Sent">{day.handed_over}</td>' in text
    assert f'<td class="num" data-head="Spent">0.00{2 * day.handed_over}</td>' in text
    for name in cast.people:
        assert name not in text


def test_a_gateway_reports_delivery_without_an_account(cast: Cast) -> None:
    outbox.queue(notice=NewNotice(cast.people["Minji"], "link", "link:1", channel="sms"), now=NOW)
    (notice,) = outbox.claim(now=NOW, count_max=1, ways={"sms": 1})
    outbox.sent_many([notice.id], now=NOW, channel="sms", cost_milli=0)
    address = report_address(notice.id).replace("%d", "1").removeprefix("http://127.0.0.1:8000")

    assert Client().get(address).text == "ok\n"
    for no_code in ("x", "9" * 5_000):
        assert Client().get(address.replace("code=1", f"code={no_code}")).status_code == 422
    minji = cast.people["Minji"]
    (told,) = [
        one for one in outbox.notices_to(actor=Actor(person_id=minji), person_id=minji) if one.kind == "link"
    ]
    assert told.delivered_at is not None


def test_a_browser_subscribes_and_is_forgotten_again(cast: Cast) -> None:
    minji = cast.people["Minji"]
    client = Client()
    client.get(cast.link("Minji"))
    given = {
        "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
        "p256dh": base64url(public_bytes(ec.generate_private_key(ec.SECP256R1()).public_key())),
        "auth": base64url(b"a" * 16),
    }
    assert push_key() in client.get("/my/news/").text

    assert client.post("/my/news/push/", given).status_code == 302
    assert reaching.is_subscribed(actor=Actor(person_id=minji), person_id=minji)
    assert "Stop telling it" in client.get("/my/news/").text
    assert client.post("/my/news/push/", given).status_code == 302  # the same browser once more

    assert client.post("/my/news/end/").status_code == 302
    assert not reaching.is_subscribed(actor=Actor(person_id=minji), person_id=minji)


def test_a_service_worker_stands_at_the_root_as_javascript() -> None:
    answer = Client().get("/service-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert b"showNotification" in answer.content


def test_who_helps_and_who_organises_reads_korean_if_their_browser_asks(cast: Cast) -> None:
    asked = {"Accept-Language": "ko-KR,ko;q=0.9"}
    form = Client().get("/c/harvest/join/", headers=asked).text
    client = Client()
    client.get(cast.link("Minji"))
    mine = client.get("/my/", headers=asked).text
    desk = visitor("organiser", cast).get("/messages/", headers=asked).text

    assert '<html lang="ko">' in form
    assert "태어난 해" in form
    assert "명찰" in mine
    assert '<html lang="ko">' in desk
    assert "Year of birth" in Client().get("/c/harvest/join/", headers={"Accept-Language": "fr"}).text


def test_days_are_written_in_the_order_of_the_language(cast: Cast) -> None:
    korean = Client(headers={"Accept-Language": "ko"}).get("/c/harvest/join/").text
    english = Client(headers={"Accept-Language": "en"}).get("/c/harvest/join/").text

    assert "10월 8일 목요일" in korean
    assert "Thu 8 Oct" in english


@pytest.mark.parametrize("how", ["get", "post"])
def test_the_gateway_hands_on_an_answer_and_learns_nothing(cast: Cast, how: str) -> None:
    site, _, asked = sms_answers.address().partition("?")
    path = site.removeprefix("http://127.0.0.1:8000")
    assert "id=%I" in asked
    client = Client(enforce_csrf_checks=True)

    answer = getattr(client, how)(path, {"id": "1", "from": "+821099999999", "text": "yes"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert getattr(client, how)(path, {"id": "", "from": "+821099999999"}).status_code == 422
    assert getattr(client, how)("/messages/received/all.forged/", {"id": "1"}).status_code == 404


@pytest.mark.parametrize("how", ["get", "post"])
def test_what_the_gateway_brings_is_no_look_whichever_way_it_comes(
    cast: Cast, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bool] = []
    monkeypatch.setattr(sms_answers, "received", lambda **_: looks.append(is_a_look()))

    getattr(Client(), how)("/messages/received/any/", {"id": "1"})

    assert looks == [False]
