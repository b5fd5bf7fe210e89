"""Answers by SMS: heard once, only where something was asked by SMS, and telling nothing to strangers."""

from __future__ import annotations

from datetime import datetime

import pytest

from dure.base.access import SYSTEM
from dure.base.models import CommandSeen, OutboxMessage
from dure.channels.sms.words import plain, said
from dure.kernel.refusals import NotFound
from dure.movement.campaigns.actions import close_campaign
from dure.movement.matching import reads
from dure.movement.people.reaching import reach
from dure.movement.safety import actions as safety
from dure.movement.safety import reads as safety_reads
from dure.movement.safety.types import HomeCallFacts
from dure.operations.day import settle_day
from dure.operations.homeward import chain
from dure.operations.sms_answers import Incoming, address, received
from tests.movement.matching.farm import DAY, Farm, at
from tests.operations.safety_cast import at_work, crew
from tests.operations.sending import PHONE, House, queue

MORNING = at(9)
TOKEN = address().split("/received/")[1].split("/")[0]


def write(text: str, *, key: str = "", sender: str = PHONE, now: datetime = MORNING) -> str:
    return received(token=TOKEN, sms=Incoming(key or f"{text} {now}", sender, text), now=now)


def offered(farm: Farm, *names: str) -> House:
    """These people of one number, each with a post offered by SMS."""
    for name in names:
        farm.person(name, email="", phone=PHONE)
    farm.post(seats=len(names))
    farm.match()
    house = House()
    house.send(at(6))
    return house


def state(farm: Farm, name: str) -> str:
    return farm.offer(name).state


def replies() -> list[tuple[int, str]]:
    rows = OutboxMessage.objects.filter(kind__startswith="sms_").order_by("pk")
    return list(rows.values_list("person_id", "kind"))


@pytest.mark.parametrize(
    ("text", "act", "name"),
    [
        ("  I’m SAFE!! 🙂", "safe", ""),
        ("집에 도착!", "safe", ""),
        ("네.", "yes", ""),
        ("YES, Minji", "yes", "minji"),
        ("아니요 민지", "no", "민지"),
        ("ｓｔｏｐ", "stop", ""),
        ("수신 거부", "stop", ""),
        ("SOS", "help", ""),
    ],
)
def test_words_are_heard_however_they_are_written(text: str, act: str, name: str) -> None:
    assert (said(text)[0].act, said(text)[0].name) == (act, name)


@pytest.mark.parametrize("text", ["", "not safe", "안전하지 않아요", "yesterday", "🙂", "I can't say yes"])
def test_what_only_holds_such_a_word_is_no_answer(text: str) -> None:
    assert said(text) == ()


def test_every_word_is_written_as_it_is_compared() -> None:
    from dure.channels.sms.words import WORDS

    words = [word for by_language in WORDS.values() for some in by_language.values() for word in some]
    assert [plain(word) for word in words] == words
    assert len(set(words)) == len(words)


def test_yes_takes_the_offered_seat_once_and_the_phone_hears_of_it(farm: Farm) -> None:
    house = offered(farm, "Minji")

    assert write("Yes", key="a", now=at(6, 5)) == "yes"
    assert write("Yes", key="a", now=at(6, 6)) == "again"
    assert write("Yes", key="b", now=at(6, 7)) == "how"  # nothing is open any more
    house.send(at(6, 8))

    [placed] = reads.placements_of(farm.me("Minji"), farm.people["Minji"])
    assert placed.state == "accepted"
    assert [one.brief for one in house.sms.sent[1:]] == [
        "The post on 5 October 2026 is yours. When and where:",
        "We understand YES, NO, SAFE, HELP, STOP. All else:",
    ]


def test_no_declines_and_costs_nothing(farm: Farm) -> None:
    offered(farm, "Minji")

    assert write("아니요", now=at(6, 5)) == "no"

    assert state(farm, "Minji") == "declined"


def test_of_a_no_nothing_stays_once_the_day_is_settled(farm: Farm) -> None:
    offered(farm, "Minji")
    write("no", now=at(6, 5))
    assert [kind for _, kind in replies()] == ["sms_no"]

    settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    assert replies() == []
    assert [one.result for one in CommandSeen.objects.filter(action="sms_received")] == [{}]


def test_what_was_not_asked_by_sms_is_not_answered_by_it(farm: Farm) -> None:
    farm.person("Minji", email="", phone=PHONE)
    farm.post()
    farm.match()

    assert [write("yes", now=at(6)), write("safe", now=at(6)), write("What?", now=at(7))] == ["how"] * 3
    assert state(farm, "Minji") == "open"
    assert replies() == [(farm.people["Minji"], "sms_how")]  # one helpful answer a day


def test_one_number_of_two_is_asked_whose_answer_it_is(farm: Farm) -> None:
    offered(farm, "Minji", "Bora")

    assert write("yes", now=at(6, 5)) == "which"
    assert {state(farm, "Minji"), state(farm, "Bora")} == {"open"}
    assert write("Yes BORA", now=at(6, 6)) == "yes"
    assert write("yes Nobody", now=at(6, 7)) == "how"

    assert (state(farm, "Minji"), state(farm, "Bora")) == ("open", "accepted")
    assert write("no", now=at(6, 8)) == "no"  # Minji's alone is open now
    assert state(farm, "Minji") == "declined"


@pytest.mark.parametrize("text", ["Home safe", "예"])
def test_safe_calms_the_search_yes_too_where_that_was_asked_and_a_person_ends_it(
    farm: Farm, text: str
) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    give_phone(farm, "Bora")
    chain(at(18))
    House().send(at(18))

    # Twice, as a forger would: it holds the search up once.
    assert write(text, sender="821012345678", now=at(18, 5)) == "safe"
    assert write(text, sender="821012345678", now=at(18, 55)) == "safe"

    [call] = searched(farm, "Bora")
    assert (call.state, call.said_safe_at, call.is_open) == ("waiting", at(18, 5), True)
    chain(at(18, 6))
    assert letters_about("said_safe") == [actors["captain"].account_id]  # asked at once to confirm it
    chain(at(20, 5))
    assert len(letters_about("said_safe")) == 1
    chain(at(20, 6))
    assert letters_about("said_safe")[1:] == [actors["near"].account_id]
    assert [step.kind for step in searched(farm, "Bora")[0].steps] == [
        "asked",
        "safe_by_sms",
        "captain",
        "organisers",
    ]
    assert [kind for _, kind in replies()] == ["sms_safe"]

    safety.say_safe(actor=farm.me("Bora"), call_id=call.id, now=at(20, 7))  # by their private link
    assert searched(farm, "Bora") == ()


def test_safe_by_sms_slows_nothing_for_who_asked_for_help(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    give_phone(farm, "Bora")
    chain(at(18))
    write("help", now=at(18, 5))

    assert write("safe", now=at(18, 5)) == "safe"

    [call] = searched(farm, "Bora")
    assert (call.state, call.next_at) == ("help", at(18, 5))
    chain(at(18, 6))
    assert letters_about("help") == [actors["captain"].account_id, actors["near"].account_id]


def test_help_calls_the_crew_once_however_often_it_is_said(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    give_phone(farm, "Bora")
    chain(at(18))

    for minute in range(5, 25):
        assert write("도와주세요", sender="010-1234-5678", now=at(18, minute)) == "help"
        chain(at(18, minute))

    [call] = searched(farm, "Bora")
    assert call.state == "help"
    assert [step.kind for step in call.steps] == ["asked", "help", "captain"]
    assert letters_about("help") == [actors["captain"].account_id, actors["near"].account_id]
    assert [kind for _, kind in replies()] == ["sms_help"]


def test_help_during_the_shift_begins_a_search_and_the_way_home_is_asked_all_the_same(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    give_phone(farm, "Bora")

    assert write("HELP", now=at(10)) == "help"

    [call] = searched(farm, "Bora")
    assert (call.state, call.was, call.due_at) == ("help", "here", at(10))
    chain(at(10, 1))
    assert letters_about("help") == [actors["captain"].account_id, actors["near"].account_id]
    safety.say_safe(actor=actors["captain"], call_id=call.id, now=at(10, 30))
    assert searched(farm, "Bora") == ()
    chain(at(18))
    [again] = searched(farm, "Bora")
    assert (again.state, again.reached) == ("waiting", 1)
    safety.say_safe(actor=actors["captain"], call_id=call.id, now=at(18, 30))
    chain(at(18, 40))
    assert searched(farm, "Bora") == ()


def test_help_of_a_shared_number_is_believed_of_all_who_may_have_written(farm: Farm) -> None:
    offered(farm, "Minji", "Bora")
    for name in ("Minji", "Bora"):
        farm.accept(name)

    assert write("help", now=at(9)) == "help"

    assert [searched(farm, name)[0].state for name in ("Minji", "Bora")] == ["help", "help"]


def test_help_of_who_has_no_shift_reaches_the_organisers_once_until_it_is_ended(farm: Farm) -> None:
    actors = crew(farm)
    farm.person("Minji", email="", phone=PHONE)
    sora = actors["near"]

    assert [write("help", now=at(9)), write("help", now=at(9, 30))] == ["help", "help"]
    chain(at(9, 30))

    (call,) = searched(farm, "Minji")
    assert (call.state, call.post, call.team, len(call.steps)) == ("help", None, None, 2)
    told = letters_about("help")
    assert told == [sora.account_id]
    assert [kind for _, kind in replies()] == ["sms_help"]
    shown = safety_reads.not_home(actor=sora, campaign=farm.campaign)
    assert [one.id for one in shown.calls] == [call.id]
    assert safety.look_up(actor=sora, call_id=call.id, now=at(9, 31)) == PHONE

    safety.say_safe(actor=sora, call_id=call.id, now=at(10))
    assert searched(farm, "Minji") == ()
    assert write("help", now=at(11)) == "help"
    assert [(one.id, one.due_at) for one in searched(farm, "Minji")] == [(call.id, at(11))]


def test_help_where_no_campaign_is_open_is_answered_with_the_emergency_number(farm: Farm) -> None:
    farm.person("Minji", email="", phone=PHONE)
    close_campaign(actor=SYSTEM, slug=farm.campaign.slug, now=at(8), reason="A storm.")

    assert [write("help", now=at(9)), write("help", now=at(9, 30))] == ["alone", "alone"]

    assert searched(farm, "Minji") == ()
    assert [kind for _, kind in replies()] == ["sms_alone"]


def searched(farm: Farm, name: str) -> tuple[HomeCallFacts, ...]:
    return safety_reads.asked_of(farm.me(name), farm.people[name])


def letters_about(what: str) -> list[object]:
    rows = OutboxMessage.objects.filter(kind="crew_safety").order_by("pk")
    return [row.facts["account_id"] for row in rows if row.facts["what"] == what]


def give_phone(farm: Farm, name: str) -> None:
    """The number as the only contact, as who signed up with a phone alone has it."""
    from dure.movement.people.contacts import OF_PERSON, contact_hash, seal
    from dure.movement.people.models import Contact, Person

    row = Person.objects.get(pk=farm.people[name])
    Contact.objects.filter(person=row).delete()
    cipher = seal(PHONE, purpose=OF_PERSON, person_key=row.key)
    Contact.objects.create(
        person=row, kind="sms", cipher=cipher, contact_hash=contact_hash(PHONE, kind="sms")
    )


def test_stop_ends_sms_to_all_of_a_number_but_for_their_safety_until_start(farm: Farm) -> None:
    house = offered(farm, "Minji", "Bora")
    assert write("STOP", now=at(6, 5)) == "stop"
    assert write("stop", now=at(6, 6)) == "stop"  # said already: not told twice
    minji, bora = farm.people["Minji"], farm.people["Bora"]
    assert [one.is_silenced for one in reach([minji, bora]).values()] == [True, True]
    for name in ("offer", "called_off"):
        queue(minji, name, key=f"{name}:later", now=at(7))
    house.send(at(7))
    assert sorted(one.brief for one in house.sms.sent[2:]) == [
        "No more SMS, save for your safety. Back: START, or",
        "Your post on 5 October 2026 is called off. Please don’t set out. What comes next stands on your page.",
    ]

    assert write("시작", now=at(8)) == "start"

    assert not reach([minji])[minji].is_silenced


def test_a_stranger_is_told_nothing_and_a_forged_address_is_none(farm: Farm) -> None:
    offered(farm, "Minji")

    for sender in ("+821099999999", "Bank", "", "1"):
        assert write("yes", sender=sender, now=at(6, 5)) == "unknown"
    with pytest.raises(NotFound):
        received(token="all.forged", sms=Incoming("1", PHONE, "yes"), now=at(6, 5))

    assert (state(farm, "Minji"), replies()) == ("open", [])
