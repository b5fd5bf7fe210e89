"""Which way a notice goes, how many go in a minute and for how much."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from dure.base import channel_days, outbox
from dure.base.access import Actor
from dure.base.models import OutboxMessage
from dure.base.outbox import ATTEMPTS_MAX
from dure.channels.double import DoubleChannel
from dure.channels.sms import part_count, text_of
from dure.channels.types import Letter, Limits
from dure.movement.people import reaching
from dure.operations.answer_words import BEYOND_NEEDS, OVER
from dure.operations.leaving import leave
from dure.operations.outbox import MARKED_AT_ONCE, Sending
from dure.operations.ways import REST
from tests.movement.matching.farm import DAY, Farm, at
from tests.operations.sending import NOW, PHONE, House, queue, subscribed


def test_each_is_reached_the_way_they_gave(farm: Farm) -> None:
    house = House()
    farm.person("Mail")
    farm.person("Phone", email="", phone=PHONE)
    farm.person("Both", phone="+821012345679")
    farm.person("Browser")
    subscribed(farm, "Browser")
    for person_id in farm.people.values():
        queue(person_id)

    assert house.send() == Sending(4, 0, 0)

    assert {one.address for one in house.email.sent} == {"mail@people.example", "both@people.example"}
    assert [one.address for one in house.sms.sent] == [PHONE]
    assert json.loads(house.push.sent[0].address)["endpoint"] == "https://web.push.apple.com/Browser"
    channels = OutboxMessage.objects.order_by("person_id").values_list("channel", flat=True)
    assert list(channels) == ["email", "sms", "email", "push"]


def test_an_sms_is_short_and_says_where_to_report(farm: Farm) -> None:
    house = House()
    farm.person("Phone", email="", phone=PHONE)
    queue(farm.people["Phone"], "answer_reserve")

    house.send()

    (sent,) = house.sms.sent
    assert sent.brief == "Reserve: we expect to call you by 12 October 2026."
    assert part_count(text_of(sent)) == 1
    assert "/me/" in sent.link
    assert "code=%d" in sent.report_to


@pytest.mark.parametrize("kind", ["sign_up", "link"])
def test_what_shows_whose_a_contact_is_goes_to_that_contact(farm: Farm, kind: str) -> None:
    house = House()
    farm.person("Browser")
    subscribed(farm, "Browser")
    queue(farm.people["Browser"], kind)

    assert house.send().sent == 1
    assert len(house.email.sent) == 1


def test_a_way_that_is_dead_leads_to_the_next_one(farm: Farm) -> None:
    house = House()
    farm.person("All", phone=PHONE)
    subscribed(farm, "All")
    queue(farm.people["All"])
    browser = json.dumps(
        json.loads(reaching.reach([farm.people["All"]])[farm.people["All"]].contacts["push"])
    )
    house.push.broken, house.push.permanent = frozenset({browser}), True
    house.email.broken, house.email.permanent = frozenset({"all@people.example"}), True

    turns = [house.send() for _ in range(4)]

    assert turns == [Sending(0, 1, 0), Sending(0, 1, 0), Sending(1, 0, 0), Sending(0, 0, 0)]
    assert [one.address for one in house.sms.sent] == [PHONE]
    assert not reaching.is_subscribed(actor=Actor(person_id=farm.people["All"]), person_id=farm.people["All"])


def test_a_way_that_fails_again_and_again_leads_to_the_next_one(farm: Farm) -> None:
    house = House()
    farm.person("All", phone=PHONE)
    queue(farm.people["All"])
    house.email.broken = frozenset({"all@people.example"})

    turns = [house.send(NOW + timedelta(hours=4 * number)) for number in range(7)]

    assert turns == [Sending(0, 1, 0)] * 6 + [Sending(1, 0, 0)]
    assert [one.address for one in house.sms.sent] == [PHONE]


def test_the_last_word_of_a_campaign_promises_no_further_one(farm: Farm) -> None:
    house = House()
    farm.person("Mail")
    for reason in (OVER.reason, BEYOND_NEEDS.reason):
        queue(
            farm.people["Mail"], "answer_not_needed", key=reason[:20], reason=reason, campaign_id=len(reason)
        )
        house.send(NOW + timedelta(days=len(house.email.sent)))

    over, later = house.email.sent
    assert OVER.reason in over.body
    assert "You hear from us again" not in over.body
    assert "You hear from us again by 12 October 2026" in later.body


def test_a_letter_of_a_campaign_that_is_gone_holds_up_no_other(farm: Farm) -> None:
    for name in ("Minji", "Mail"):
        farm.person(name)
    queue(farm.people["Mail"], "answer_reserve", campaign_id=farm.campaign.id + 1_000)
    queue(farm.people["Minji"])

    assert House().send() == Sending(2, 0, 0)


def test_who_can_only_be_reached_by_what_is_not_set_up_waits_for_it(farm: Farm) -> None:
    farm.person("Phone", email="", phone=PHONE)
    queue(farm.people["Phone"])
    house = House()
    sms = house.ways.channels.pop("sms")

    assert house.send() == Sending(0, 0, 0, later=1)
    assert house.send() == Sending(0, 0, 0)
    assert outbox.waiting() == {("sms", 2): 1}

    house.ways.channels["sms"] = sms
    assert house.send() == Sending(1, 0, 0)


def test_a_channel_keeps_to_its_minute(farm: Farm) -> None:
    house = House(email=Limits(per_minute=3))
    for person_id in farm.cast(*"ABCDEFG"):
        queue(person_id)

    assert house.send() == Sending(3, 0, 0, later=4)
    assert house.send() == Sending(0, 0, 0)
    assert house.send(NOW + timedelta(minutes=1)) == Sending(3, 0, 0)
    assert house.send(NOW + timedelta(minutes=2)) == Sending(1, 0, 0)
    assert [one.address[0] for one in house.email.sent] == list("abcdefg")


def test_two_workers_together_keep_to_one_minute(farm: Farm) -> None:
    limits = Limits(per_minute=5)
    house, other = House(email=limits), House(email=limits)
    for person_id in farm.cast(*"ABCDEFGHIJ"):
        queue(person_id)

    # Each looked before the other sent: what counts is taken from the database.
    assert channel_days.take("email", limits, [0] * 4, now=NOW) == (4, True)
    assert house.send().sent + other.send().sent == 1


def test_a_channel_keeps_to_its_money_and_goes_on_tomorrow(farm: Farm) -> None:
    house = House(sms=Limits(per_minute=100, cost_milli=40, spend_max_milli=100))
    for number, name in enumerate("ABC"):
        farm.person(name, email="", phone=f"+8210123456{number}0")
        queue(farm.people[name])

    assert house.send().sent == 2
    assert house.send(NOW + timedelta(minutes=1)).sent == 0
    (day,) = channel_days.since(NOW.date())
    assert (day.handed_over, day.cost_milli) == (2, 80)

    assert house.send(NOW + timedelta(days=1)).sent == 1
    costs = OutboxMessage.objects.values_list("cost_milli", flat=True)
    assert list(costs) == [40, 40, 40]


def test_a_long_message_is_paid_by_its_parts_and_none_is_spent_on_what_did_not_go(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(sms=Limits(per_minute=100, cost_milli=40, spend_max_milli=100))
    monkeypatch.setattr(DoubleChannel, "parts", lambda self, letter: 2)
    for number, name in enumerate("AB"):
        farm.person(name, email="", phone=f"+8210123456{number}0")
        queue(farm.people[name])
    house.sms.broken = frozenset({"+82101234560" + "0"})

    first = house.send()

    assert (first.sent, first.failed, first.later) == (0, 1, 1)
    (day,) = channel_days.since(NOW.date())
    assert (day.handed_over, day.cost_milli) == (0, 0)
    # The money is there again, but what could not be paid waits for tomorrow.
    assert house.send().count == 0


def test_the_urgent_go_first_whatever_was_queued_before(farm: Farm) -> None:
    house = House(email=Limits(per_minute=1))
    for kind, name in (("thanks", "A"), ("answer_reserve", "B"), ("offer", "C"), ("link", "D")):
        farm.cast(name)
        queue(farm.people[name], kind)

    for minute in range(4):
        house.send(NOW + timedelta(minutes=minute))

    assert [one.address[0] for one in house.email.sent] == ["d", "c", "b", "a"]


def test_a_full_channel_holds_up_no_other(farm: Farm) -> None:
    house = House(sms=Limits(per_minute=1))
    for number in range(5):
        farm.person(f"P{number}", email="", phone=f"+8210123456{number}0")
        queue(farm.people[f"P{number}"], "link")
    farm.cast("Mail")
    queue(farm.people["Mail"], "thanks")

    turns = [house.send(count_max=2) for _ in range(6)]

    assert sum(turn.sent for turn in turns) == 2
    assert len(house.email.sent) == 1
    assert len(house.sms.sent) == 1


def test_a_server_that_is_away_costs_nobody_a_try(farm: Farm) -> None:
    house = House()
    house.email.is_down = True
    for person_id in farm.cast("Minji", "Bora"):
        queue(person_id)

    now = NOW
    for _ in range(2 * ATTEMPTS_MAX):
        turn = house.send(now)
        assert (turn.sent, turn.failed, turn.later) == (0, 0, 2)
        assert house.send(now).count == 0  # it is left alone for a while
        now += REST
    house.email.is_down = False

    assert house.send(now) == Sending(2, 0, 0)
    assert outbox.tally()["failed"] == 0


def test_whoever_leaves_while_their_letter_waits_its_turn_hears_nothing_more(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = farm.cast(*(f"P{number}" for number in range(MARKED_AT_ONCE + 1)))
    last = people[-1]
    for person_id in people:
        queue(person_id)
    house = House()
    send = house.email.send

    def leaves_meanwhile(letter: Letter) -> None:
        leave(actor=Actor(person_id=last), person_id=last, now=NOW)
        monkeypatch.setattr(house.email, "send", send)
        send(letter)

    monkeypatch.setattr(house.email, "send", leaves_meanwhile)

    assert house.send() == Sending(MARKED_AT_ONCE, 0, 1)
    assert f"p{MARKED_AT_ONCE}@people.example" not in {one.address for one in house.email.sent}


@pytest.mark.parametrize(
    ("kind", "hour", "goes_at"),
    [
        ("answer_reserve", 20, at(20)),
        ("answer_reserve", 21, at(8, day=DAY + timedelta(days=1))),
        ("answer_reserve", 3, at(8)),
        ("answer_reserve", 8, at(8)),
        ("offer", 23, at(23)),
        ("link", 2, at(2)),
    ],
)
def test_no_phone_rings_at_night_for_what_can_wait(
    farm: Farm, kind: str, hour: int, goes_at: datetime
) -> None:
    farm.person("Phone", email="", phone=PHONE)
    queue(farm.people["Phone"], kind, now=at(hour), campaign_id=farm.campaign.id)
    house = House()
    now = at(hour)

    if goes_at > now:
        assert house.send(now) == Sending(0, 0, 0, later=1)
        assert house.send(goes_at - timedelta(minutes=1)).count == 0
    assert house.send(goes_at) == Sending(1, 0, 0)


def test_e_mail_makes_no_sound_and_goes_at_night(farm: Farm) -> None:
    farm.cast("Minji")
    queue(farm.people["Minji"], "answer_reserve", now=at(2), campaign_id=farm.campaign.id)

    assert House().send(at(2)).sent == 1


def test_a_notice_that_breaks_holds_up_no_other(
    farm: Farm, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm.cast("Odd", "Bad", "Minji")
    queue(farm.people["Odd"], day="no day at all")
    queue(farm.people["Bad"])
    queue(farm.people["Minji"])
    house = House()
    send = house.email.send

    def breaks_on_bad(letter: Letter) -> None:
        if letter.address.startswith("bad@"):
            raise UnicodeError("somebody's name")
        send(letter)

    monkeypatch.setattr(house.email, "send", breaks_on_bad)
    now = NOW
    first = house.send(now)
    for _ in range(ATTEMPTS_MAX):
        now += timedelta(hours=2)
        house.send(now)

    assert (first.sent, first.failed) == (1, 2)
    assert outbox.tally() == {"queued": 0, "sent": 1, "failed": 2, "withheld": 0, "replaced": 0}
    assert "no day at all" not in "".join(record.getMessage() for record in caplog.records)
