"""Everybody home (P7): two hours after the end of a shift without a sign-out the chain begins, and people end it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from dure.base.models import OutboxMessage
from dure.base.outbox import SMS, Notice
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.matching import actions as matching
from dure.movement.people.reaching import reach
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.movement.safety.errors import HomeCallOver, LookedUpEarly
from dure.movement.safety.models import HomeCall, HomeStep
from dure.operations.homeward import chain, look_back
from dure.operations.leaving import leave
from dure.operations.letters import letter
from dure.operations.quiet import quiet_until
from tests.movement.matching.farm import Farm, at
from tests.operations.safety_cast import at_work, crew, told

MINUTE = timedelta(minutes=1)


def steps_of(call_id: int) -> list[tuple[str, object]]:
    return list(HomeStep.objects.filter(call_id=call_id).order_by("pk").values_list("kind", "at"))


def only_call(farm: Farm, name: str) -> int:
    [call] = reads.asked_of(farm.me(name), farm.people[name])
    return call.id


def test_the_chain_asks_each_in_turn_and_a_person_ends_it(farm: Farm) -> None:
    actors = crew(farm)
    minji, _bora = at_work(farm, "Minji", "Bora").values()
    matching.check_out_many(placement_ids=[minji.id], at=at(16))

    assert chain(at(18) - MINUTE) == 0
    chain(at(18))
    chain(at(18))  # Twice is once.
    call = only_call(farm, "Bora")
    assert reads.asked_of(farm.me("Minji"), farm.people["Minji"]) == ()
    assert told("home_safe") == [(farm.people["Bora"], None)]
    assert told("crew_safety") == []
    chain(at(18, 30))
    assert told("crew_safety") == [(0, actors["captain"].account_id)]
    chain(at(19))
    assert told("crew_safety")[1:] == [(0, actors["near"].account_id)]
    chain(at(20))
    assert {pk for _, pk in told("crew_safety")[2:]} == {actors["near"].account_id, actors["all"].account_id}
    chain(at(23))
    assert steps_of(call) == [
        ("asked", at(18)),
        ("captain", at(18, 30)),
        ("organisers", at(19)),
        ("all_above", at(20)),
    ]

    safety.say_safe(actor=farm.me("Bora"), call_id=call, now=at(23, 5))
    again = safety.say_safe(actor=actors["captain"], call_id=call, now=at(23, 9))

    assert (again.state, again.ended_at, again.ended_by) == ("safe", at(23, 5), "self")
    assert reads.not_home(actor=actors["near"], campaign=farm.campaign).count == 0
    chain(at(23, 30))
    assert HomeCall.objects.count() == 1


def test_what_ended_while_the_house_was_down_is_found_but_not_last_week(farm: Farm) -> None:
    at_work(farm, "Bora")
    assert chain(at(19)) == 0
    assert (look_back(at(19)), look_back(at(19))) == (1, 0)
    chain(at(19))
    assert told("home_safe") == [(farm.people["Bora"], None)]
    HomeStep.objects.all().delete()
    HomeCall.objects.all().delete()
    assert look_back(at(19) + timedelta(days=3)) == 0


def test_a_notice_that_asks_them_is_urgent(farm: Farm) -> None:
    at_work(farm, "Bora")
    chain(at(18))

    assert OutboxMessage.objects.get(kind="home_safe").priority == 1


def test_the_captains_check_out_is_their_word_that_somebody_left(farm: Farm) -> None:
    crew(farm)
    bora = at_work(farm, "Bora")["Bora"]
    chain(at(18))
    call = only_call(farm, "Bora")
    matching.check_out_many(placement_ids=[bora.id], at=at(18, 10))

    chain(at(18, 30))

    assert reads.home_call(farm.me("Bora"), call).ended_by == "signed_out"
    assert told("crew_safety") == []


def test_help_is_told_at_once_and_stays_open_until_somebody_ends_it(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    chain(at(18))
    call = only_call(farm, "Bora")

    safety.ask_for_help(actor=farm.me("Bora"), call_id=call, words="I fell by the stream.", now=at(18, 2))
    chain(at(18, 2))

    assert {pk for _, pk in told("crew_safety")} == {actors["captain"].account_id, actors["near"].account_id}
    page = reads.not_home(actor=actors["near"], campaign=farm.campaign)
    assert (page.count, page.help_count) == (1, 1)
    assert [step.words for step in page.calls[0].steps if step.kind == "help"] == ["I fell by the stream."]
    assert b"stream" not in b"".join(bytes(row.words_cipher) for row in HomeStep.objects.all())
    with pytest.raises(NotAllowed):
        safety.close_call(actor=actors["captain"], call_id=call, words="found", now=at(19))
    ended = safety.close_call(actor=actors["near"], call_id=call, words="In the clinic, well.", now=at(19))
    assert (ended.state, ended.ended_by) == ("closed", "organiser")
    with pytest.raises(HomeCallOver):
        safety.say_safe(actor=actors["captain"], call_id=call, now=at(20))


def test_no_sign_out_ends_a_call_for_help_and_each_is_told(farm: Farm) -> None:
    actors = crew(farm)
    placed = at_work(farm, "Minji", "Bora")
    chain(at(18))
    calls = {name: only_call(farm, name) for name in placed}
    matching.check_out_many(placement_ids=[one.id for one in placed.values()], at=at(18, 1))
    safety.ask_for_help(actor=farm.me("Bora"), call_id=calls["Bora"], words="", now=at(18, 2))
    chain(at(18, 2))
    assert reads.home_call(farm.me("Bora"), calls["Bora"]).state == "help"
    assert reads.home_call(farm.me("Minji"), calls["Minji"]).state == "safe"
    safety.ask_for_help(actor=farm.me("Minji"), call_id=calls["Minji"], words="", now=at(18, 4))
    chain(at(18, 4))
    both = [actors["captain"].account_id, actors["near"].account_id] * 2
    assert sorted(str(pk) for _, pk in told("crew_safety")) == sorted(map(str, both))


def test_nobody_else_sees_or_ends_it(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji", "Bora")
    chain(at(18))
    call = only_call(farm, "Bora")

    minji = only_call(farm, "Minji")
    for other in (farm.me("Minji"), actors["cook"], actors["elsewhere"]):
        with pytest.raises(NotFound):
            reads.home_call(other, call)
        with pytest.raises(NotFound):
            safety.say_safe(actor=other, call_id=call, now=at(18, 5))
    with pytest.raises(NotAllowed):
        reads.not_home(actor=actors["elsewhere"], campaign=farm.campaign)
    with pytest.raises(NotFound):
        reads.not_home_of_team(actors["cook"], farm.teams["Pickers"])
    assert len(reads.not_home_of_team(actors["captain"], farm.teams["Pickers"])) == 2
    first, second = sorted((minji, call))
    safety.close_call(actor=actors["near"], call_id=first, words="In the clinic.", now=at(18, 6))
    assert safety.say_all_safe(actor=actors["captain"], call_ids=[first, second], now=at(18, 7)) == 1


def test_a_number_is_shown_to_organisers_once_others_were_asked_and_each_look_is_kept(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    chain(at(18))
    call = only_call(farm, "Bora")

    with pytest.raises(LookedUpEarly):
        safety.look_up(actor=actors["near"], call_id=call, now=at(18, 5))
    chain(at(18, 30))
    with pytest.raises(NotAllowed):
        safety.look_up(actor=actors["captain"], call_id=call, now=at(18, 31))

    assert safety.look_up(actor=actors["near"], call_id=call, now=at(18, 31)) == "bora@people.example"
    assert ("looked_up", at(18, 31)) in steps_of(call)


def test_of_somebody_under_18_it_is_their_guardian_who_is_called(farm: Farm) -> None:
    actors = crew(farm)
    farm.cleared("Minji", "Bora")
    farm.minor("Chul")
    farm.post(seats=3)
    farm.match()
    placed = [farm.accept(name).id for name in ("Minji", "Bora", "Chul")]
    matching.check_in_many(placement_ids=placed, at=at(8))
    chain(at(18))
    chain(at(18, 30))
    call = only_call(farm, "Chul")

    assert reads.home_call(actors["near"], call).under_18
    assert safety.look_up(actor=actors["near"], call_id=call, now=at(19)) == "parent@people.example"


def test_whoever_leaves_the_movement_is_not_looked_for_and_what_ended_is_forgotten(farm: Farm) -> None:
    crew(farm)
    at_work(farm, "Minji", "Bora")
    chain(at(18))
    safety.say_safe(actor=farm.me("Minji"), call_id=only_call(farm, "Minji"), now=at(18, 1))
    leave(actor=farm.me("Bora"), person_id=farm.people["Bora"], now=at(18, 2))

    assert set(HomeCall.objects.values_list("state", "person_id")) == {
        ("safe", farm.people["Minji"]),
        ("closed", None),
    }
    chain(at(18, 3) + timedelta(days=31))
    assert (HomeCall.objects.count(), HomeStep.objects.count()) == (0, 0)


def test_the_letter_leads_to_the_button_in_their_language_and_no_quiet_hour_holds_it(farm: Farm) -> None:
    farm.person("Bora", language="ko")
    to = reach({farm.people["Bora"]})[farm.people["Bora"]]
    facts = {"campaign_id": farm.campaign.id, "place": "Naju", "said": "Flood.", "day": "2026-10-05"}

    for kind in ("home_safe", "stood_down_out", "stand_down_over"):
        made = letter(kind=kind, facts=facts, to=to)
        assert made.link.endswith("?safe=1")
        assert re.search("[가-힣]", made.subject), kind
        assert "%(" not in made.subject + made.body
    night = at(3)
    for kind, waits in (
        ("home_safe", False),
        ("stood_down_out", False),
        ("stood_down", False),
        ("step_ends", True),
    ):
        notice = Notice(1, farm.people["Bora"], kind, facts, "", night, 1)
        assert (quiet_until(notice, SMS, now=night) is not None) == waits, kind
