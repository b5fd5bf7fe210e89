"""What is told once a day, and how."""

from __future__ import annotations

from datetime import timedelta

from dure.base import outbox
from dure.operations.outbox import Sending
from tests.movement.matching.farm import Farm
from tests.operations.sending import NOW, House, queue, states


def test_of_two_changes_the_newer_is_told(farm: Farm) -> None:
    farm.cast("Minji")
    minji = farm.people["Minji"]
    queue(minji, "answer_reserve", "answer:1")
    queue(minji, "answer_placed", "answer:2")
    house = House()

    assert house.send() == Sending(1, 0, 0, replaced=1)
    assert states() == [("answer_reserve", "replaced"), ("answer_placed", "sent")]


def test_a_second_change_is_told_a_day_later_and_a_third_instead_of_it(farm: Farm) -> None:
    farm.cast("Minji")
    minji = farm.people["Minji"]
    house = House()
    queue(minji, "answer_reserve", "answer:1")
    assert house.send().sent == 1
    queue(minji, "answer_placed", "answer:2", now=NOW + timedelta(hours=1))

    assert house.send(NOW + timedelta(hours=1)) == Sending(0, 0, 0, later=1)
    queue(minji, "answer_not_needed", "answer:3", now=NOW + timedelta(hours=2))
    assert house.send(NOW + timedelta(hours=2)) == Sending(0, 0, 0, later=1)
    assert house.send(NOW + timedelta(hours=23)).count == 0

    assert house.send(NOW + timedelta(hours=24)) == Sending(1, 0, 0, replaced=1)
    assert states() == [
        ("answer_reserve", "sent"),
        ("answer_placed", "replaced"),
        ("answer_not_needed", "sent"),
    ]


def test_what_is_urgent_waits_for_no_day_and_holds_up_no_change(farm: Farm) -> None:
    farm.cast("Minji")
    minji = farm.people["Minji"]
    house = House()
    for kind in ("answer_reserve", "offer", "offer_instead", "called_off", "link", "sign_up"):
        queue(minji, kind)

    assert house.send() == Sending(6, 0, 0)


def test_another_campaigns_answer_waits_its_day_but_is_not_replaced(farm: Farm) -> None:
    farm.cast("Minji")
    minji = farm.people["Minji"]
    house = House()
    queue(minji, "answer_reserve", "answer:1", campaign_id=1)
    queue(minji, "answer_reserve", "answer:2", campaign_id=2)

    assert house.send() == Sending(1, 0, 0, later=1)
    assert house.send(NOW + timedelta(hours=24)) == Sending(1, 0, 0)


def test_a_change_waits_while_another_worker_has_the_older_one(farm: Farm) -> None:
    farm.cast("Minji")
    minji = farm.people["Minji"]
    queue(minji, "answer_reserve", "answer:1")
    in_hand = outbox.claim(now=NOW, count_max=1)
    queue(minji, "answer_placed", "answer:2")

    assert House().send() == Sending(0, 0, 0, later=1)
    outbox.sent_many([in_hand[0].id], now=NOW, channel="email", cost_milli=0)
    assert House().send(NOW + timedelta(hours=1)) == Sending(0, 0, 0, later=1)
    assert House().send(NOW + timedelta(hours=24)) == Sending(1, 0, 0)
