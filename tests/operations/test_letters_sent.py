"""What a letter says, in whose language, and what is heard of it afterwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dure.base import channel_days, outbox
from dure.base.access import Actor
from dure.base.models import OutboxMessage
from dure.channels.types import Letter
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.calls import reads as calls
from dure.movement.people import confirming
from dure.operations import browsers, delivery
from dure.operations.outbox import Sending
from tests.movement.matching.farm import Farm
from tests.operations.sending import NOW, PHONE, House, queue


def test_somebody_unconfirmed_gets_the_code_and_nothing_else(farm: Farm) -> None:
    farm.person("New", unconfirmed_until=date(2026, 10, 12))
    new = farm.people["New"]
    house = House()
    for kind in ("sign_up", "answer_reserve", "offer", "call"):
        queue(new, kind, call="hands")

    assert house.send() == Sending(1, 0, 3)
    (sent,) = house.email.sent
    code = confirming.code(new)
    assert f"{code[:4]} {code[4:]}" in sent.body
    assert f"/me/confirm/{confirming.token(new)}/" in sent.body
    assert "12 October 2026" in sent.body


def test_the_code_of_a_phone_fits_one_sms(farm: Farm) -> None:
    farm.person("New", email="", phone=PHONE, unconfirmed_until=date(2026, 10, 12))
    house = House()
    queue(farm.people["New"], "sign_up")

    house.send()

    (sent,) = house.sms.sent
    code = confirming.code(farm.people["New"], kind="sms")
    assert sent.brief == f"Your code: {code[:4]} {code[4:]}. Or open:"
    assert len(f"{sent.brief} {sent.link}") <= 160


def test_a_letter_is_in_the_language_of_its_reader(farm: Farm) -> None:
    farm.person("Minji", language="ko")
    farm.person("Amina", language="sw")
    house = House()
    for person_id in farm.people.values():
        queue(person_id, "answer_reserve")

    house.send()

    korean, english = sorted(house.email.sent, key=lambda one: one.address, reverse=True)
    assert korean.subject == "대기 명단에 계십니다: 연락드릴 날짜"
    assert "2026년 10월 12일까지 연락드릴" in korean.body
    assert "Because." not in korean.body  # a reason nobody put into Korean stands on the page
    assert "We expect to call you by 12 October 2026" in english.body


def test_a_reason_with_values_is_put_into_the_readers_language(farm: Farm) -> None:
    farm.person("Minji", language="ko-KR")
    house = House()
    why = ["You have a post. Thank you.", {}]
    queue(farm.people["Minji"], "answer_placed", why=why)

    house.send()

    assert house.email.sent[0].body.startswith("맡으실 자리가 있습니다. 고맙습니다.")


def test_a_call_goes_by_its_own_words_and_leads_to_itself(farm: Farm) -> None:
    farm.cast("Minji")
    farm.person("Quiet", consents=("matching",))
    house = House()
    for person_id in farm.people.values():
        queue(person_id, "call", call="hands")

    assert house.send() == Sending(1, 0, 1)
    (sent,) = house.email.sent
    assert sent.subject == calls.appeal("hands").title
    assert sent.link.endswith("/?call=hands")
    assert sent.leave_link


def test_an_announcement_goes_to_the_chat_rooms(farm: Farm) -> None:
    house = House()
    queue(0, "announcement", call="hands")
    queue(0, "announcement", "gone", call="never-heard")

    assert house.send() == Sending(1, 0, 1)
    (sent,) = house.chat.sent
    assert "/call/hands/" in sent.body


def report(letter: Letter, code: int, now: datetime) -> None:
    token = letter.report_to.split("/messages/report/")[1].split("/")[0]
    delivery.reported(token=token, code=code, now=now)


@pytest.mark.parametrize(
    ("code", "state", "counts"), [(1, "sent", (1, 1, 0)), (2, "failed", (1, 0, 1)), (8, "sent", (1, 0, 0))]
)
def test_delivered_is_told_apart_from_sent(
    farm: Farm, code: int, state: str, counts: tuple[int, int, int]
) -> None:
    farm.person("Phone", email="", phone=PHONE)
    queue(farm.people["Phone"])
    house = House()
    house.send()

    for _ in range(2):  # a gateway may say it twice
        report(house.sms.sent[0], code, NOW + timedelta(minutes=1))

    row = OutboxMessage.objects.get()
    assert row.state == state
    assert (row.delivered_at is not None) == (code == 1)
    (day,) = channel_days.since(NOW.date())
    assert (day.handed_over, day.delivered, day.failed) == counts


def test_a_report_quicker_than_the_worker_is_kept(farm: Farm) -> None:
    farm.person("Phone", email="", phone=PHONE)
    queue(farm.people["Phone"])
    (notice,) = outbox.claim(now=NOW, count_max=1)

    assert outbox.delivered(notice.id, now=NOW)
    outbox.sent_many([notice.id], now=NOW, channel="sms", cost_milli=0)

    row = OutboxMessage.objects.get()
    assert (row.state, row.delivered_at) == ("sent", NOW)


def test_a_forged_report_is_refused() -> None:
    with pytest.raises(NotFound):
        delivery.reported(token="1.forged", code=1, now=NOW)


def test_nobody_subscribes_for_another_or_to_our_own_network(farm: Farm) -> None:
    minji, bora = farm.cast("Minji", "Bora")
    given = {"endpoint": "https://web.push.apple.com/x", "p256dh": "x", "auth": "y"}
    with pytest.raises(NotFound):
        browsers.subscribe(actor=Actor(person_id=bora), person_id=minji, **given)
    with pytest.raises(BadInput, match="push service"):
        browsers.subscribe(
            actor=Actor(person_id=minji), person_id=minji, **given | {"endpoint": "https://169.254.169.254/"}
        )
