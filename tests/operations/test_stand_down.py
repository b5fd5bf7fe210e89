"""An area stood down: nobody is sent there any more, everybody is told, whoever is out there is seen safe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base.access import SYSTEM, Actor, Grant
from dure.base.accounts import grant, open_account
from dure.base.errors import CommandReused
from dure.base.models import OutboxMessage, RoleGrant
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.errors import CheckInStoodDown, NoPosts
from dure.movement.matching.types import OutThere
from dure.movement.needs import actions as needs
from dure.movement.needs.errors import NeedStoodDown
from dure.movement.places import reads as places
from dure.movement.safety import actions as safety
from dure.movement.safety import homeward, reads, standing_down
from dure.movement.safety.errors import NobodyWorksThere, StoodDownAlready
from dure.movement.safety.models import HomeCall, StandDown
from dure.operations import stand_down
from dure.operations.homeward import chain
from dure.operations.stand_down import StoodDown
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.operations.safety_cast import at_work, crew, told

NEXT = DAY + timedelta(days=1)
WHY = "The dam may break."


def naju(farm: Farm) -> str:
    return places.area(farm.areas["Naju"]).path


def stood(farm: Farm, actor: Actor, *, key: str = "flood", hour: int = 9) -> StoodDown:
    return stand_down.stand_down(
        actor=actor, client_id=made(key), area_path=naju(farm), why=WHY, now=at(hour)
    )


def test_everybody_is_told_and_who_is_out_there_is_listed(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji", "Bora")
    matching.check_out_many(
        placement_ids=[matching_reads.placements_of(SYSTEM, farm.people["Bora"])[0].id], at=at(8, 30)
    )
    for name, starts in (("Chul", 10), ("Dana", 20)):
        farm.person(name)
        farm.post(f"Watch {name}", starts=starts, ends=starts + 3, team="Cooks", seats=1)
        farm.match(round_number=2 if name == "Chul" else 3, now=at(8))
        matching.accept(
            actor=farm.me(name), offer_id=farm.offer(name).id, request_id=made("late", name), now=at(7, 10)
        )

    found = stood(farm, actors["near"])
    again = stood(farm, actors["near"], hour=10)

    assert (found.listed, found.called_off) == (3, 2)
    assert again.stand_down.id == found.stand_down.id
    roll = found.stand_down.roll
    assert (roll.here, roll.on_the_way, roll.left, roll.waiting) == (1, 1, 1, 3)
    out = {farm.people[name] for name in ("Minji", "Bora", "Chul")}
    assert {pk for pk, _ in told("stood_down_out")} == out
    assert {pk for pk, _ in told("stood_down")} == {farm.people["Dana"]}
    assert {pk for _, pk in told("crew_safety")} == {
        actors[n].account_id for n in ("captain", "cook", "near", "all")
    }
    row = OutboxMessage.objects.filter(kind="stood_down_out").first()
    assert row is not None
    assert (row.priority, row.facts["said"], row.facts["place"]) == (1, WHY, "Naju")


def test_no_seat_is_taken_offered_or_checked_in_to_until_it_is_over(farm: Farm) -> None:
    actors = crew(farm)
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    farm.match()
    seats = {name: farm.accept(name) for name in ("Minji", "Bora")}
    one = stood(farm, actors["near"]).stand_down
    farm.post("Tomorrow", day=NEXT)
    stand_down.keep(at(9, 10))

    assert farm.offers("Chul") == []  # what was offered is taken back
    with pytest.raises(NeedStoodDown):
        needs.take_seat(post_id=farm.posts["Pick pears"])
    with pytest.raises(CheckInStoodDown):
        matching.check_in(actor=farm.captain(), placement_id=seats["Minji"].id, now=at(9, 1))
    with pytest.raises(NoPosts):
        farm.solve(NEXT, now=at(9, 30))
    # What a phone without signal wrote down before is true.
    matching.check_in(actor=farm.captain(), placement_id=seats["Bora"].id, now=at(8, 5))

    ended = stand_down.end(actor=actors["near"], stand_down_id=one.id, words="The water falls.", now=at(11))
    stand_down.keep(at(11, 1))

    assert (ended.ended_at, ended.end_words) == (at(11), "The water falls.")
    matching.check_in(actor=farm.captain(), placement_id=seats["Minji"].id, now=at(11, 5))
    assert {pk for pk, _ in told("stand_down_over")} == {farm.people[n] for n in ("Minji", "Bora")}
    assert farm.solve(NEXT, now=at(11, 30)).seats_by_tier == (0, 2, 0)


def test_whoever_was_told_to_keep_away_is_no_no_show(farm: Farm) -> None:
    actors = crew(farm)
    farm.cast("Minji")
    farm.post()
    farm.match()
    farm.accept("Minji")
    stood(farm, actors["near"])

    assert matching.mark_no_shows(campaign_id=farm.campaign.id, day=DAY, now=at(17)) == 0
    assert matching_reads.placements_of(farm.me("Minji"), farm.people["Minji"])[0].state == "withdrawn"


def test_who_does_not_answer_is_looked_for_also_after_its_end(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji", "Bora", "Chul")
    one = stood(farm, actors["all"]).stand_down
    calls = {
        name: reads.asked_of(farm.me(name), farm.people[name])[0].id for name in ("Minji", "Bora", "Chul")
    }
    safety.say_safe(actor=farm.me("Minji"), call_id=calls["Minji"], now=at(9, 2))
    safety.say_all_safe(actor=actors["captain"], call_ids=[calls["Bora"]], now=at(9, 4))
    before = len(told("crew_safety"))
    stand_down.end(actor=actors["all"], stand_down_id=one.id, words="False alarm.", now=at(9, 5))

    chain(at(9, 10))
    assert told("crew_safety")[before:] == [(0, actors["captain"].account_id)]
    chain(at(9, 20))
    assert told("crew_safety")[before + 1 :] == [(0, actors["near"].account_id)]
    roll = reads.stand_down(actor=actors["near"], stand_down_id=one.id).roll
    assert (roll.safe, roll.waiting, roll.count) == (2, 1, 3)
    # It was over before the shift was: who was safe may have worked on, and is asked; who is looked for is not twice.
    chain(at(18))
    assert told("home_safe") == [(farm.people[name], None) for name in ("Minji", "Bora")]


def test_who_went_home_safe_from_a_stand_down_is_not_asked_again(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji")
    one = stood(farm, actors["near"]).stand_down
    call = reads.asked_of(farm.me("Minji"), farm.people["Minji"])[0].id
    safety.say_safe(actor=farm.me("Minji"), call_id=call, now=at(9, 30))
    stand_down.end(actor=actors["near"], stand_down_id=one.id, words="The water falls.", now=at(17))
    chain(at(18))
    assert told("home_safe") == []


def test_a_call_for_help_goes_on_when_the_area_is_stood_down(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Bora")
    chain(at(18))
    call = reads.asked_of(farm.me("Bora"), farm.people["Bora"])[0].id
    safety.ask_for_help(actor=farm.me("Bora"), call_id=call, words="", now=at(18, 5))
    one = stood(farm, actors["near"], hour=19).stand_down
    assert (one.roll.help, one.roll.waiting) == (1, 0)


def test_every_day_that_is_called_off_is_told(farm: Farm) -> None:
    actors = crew(farm)
    placed = at_work(farm, "Minji")
    for number, day in enumerate((NEXT, NEXT + timedelta(days=1)), start=2):
        farm.post(f"Watch {day}", day=day, seats=1)
        farm.match(day, now=at(7 + number))
        farm.accept("Minji", day, now=at(10))
    stood(farm, actors["near"], hour=11)
    stand_down.keep(at(12, day=NEXT))
    days = [row.facts["day"] for row in OutboxMessage.objects.filter(kind="stood_down").order_by("pk")]
    assert days == [f"{NEXT}", f"{NEXT + timedelta(days=1)}"]
    assert told("stood_down_out") == [(farm.people["Minji"], None)]
    assert placed


def test_a_mistake_that_is_ended_at_once_calls_no_shift_off(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors = crew(farm)
    farm.cast("Minji")
    farm.post(starts=20, ends=23)
    farm.match()
    farm.accept("Minji")

    def ended_meanwhile(row: StandDown, found: object) -> list[OutThere]:
        stand_down.end(actor=actors["near"], stand_down_id=row.pk, words="A mistake.", now=at(9))
        return []

    monkeypatch.setattr(standing_down, "_not_listed", ended_meanwhile)
    assert stood(farm, actors["near"]).called_off == 0
    assert matching_reads.placements_of(SYSTEM, farm.people["Minji"])[0].state == "accepted"


def test_who_organises_a_part_sees_nobody_of_the_rest(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji")
    wide = stand_down.stand_down(
        actor=actors["all"], client_id=made("storm"), area_path="/KR/", why="Storm.", now=at(10)
    ).stand_down
    assert actors["near"].account_id in {pk for _, pk in told("crew_safety")}, "they organise a place in it"
    mokpo = places.area(farm.areas["Mokpo"]).path
    part = Actor(account_id=1, grants=(Grant("organiser", mokpo),))
    # A campaign of that town alone, around which the country is stood down.
    campaign = replace(farm.campaign, area_path=mokpo)
    assert reads.not_home(actor=part, campaign=campaign, stand_down_id=wide.id).calls == ()
    assert reads.not_home(actor=actors["near"], campaign=farm.campaign, stand_down_id=wide.id).count == 1


def test_who_may_and_what_is_refused(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji")

    for actor in (actors["captain"], actors["elsewhere"], farm.me("Minji")):
        with pytest.raises(NotAllowed):
            stood(farm, actor)
    with pytest.raises(BadInput):
        stand_down.stand_down(
            actor=actors["near"], client_id=made("no words"), area_path=naju(farm), why="  ", now=at(9)
        )
    with pytest.raises(NobodyWorksThere):
        stand_down.stand_down(
            actor=actors["elsewhere"], client_id=made("far"), area_path="/JP/", why=WHY, now=at(9)
        )
    one = stood(farm, actors["near"]).stand_down
    with pytest.raises(StoodDownAlready):
        stood(farm, actors["near"], key="another")
    with pytest.raises(CommandReused):
        stand_down.stand_down(
            actor=actors["near"], client_id=made("flood"), area_path=naju(farm), why="Fire.", now=at(9)
        )
    with pytest.raises(NotFound):
        reads.stand_down(actor=actors["elsewhere"], stand_down_id=one.id)
    with pytest.raises(NotAllowed):
        stand_down.end(actor=actors["elsewhere"], stand_down_id=one.id, words="Over.", now=at(10))

    # The country may be stood down around it, and when the town's ends the country's still holds.
    wide = stand_down.stand_down(
        actor=actors["all"], client_id=made("storm"), area_path="/KR/", why="Storm.", now=at(10)
    )
    assert wide.stand_down.roll.count == 1
    stand_down.end(actor=actors["near"], stand_down_id=one.id, words="The water falls.", now=at(11))
    with pytest.raises(NeedStoodDown):
        needs.take_seat(post_id=farm.posts["Pick pears"])


def test_a_crowd_is_told_in_rounds_who_is_in_danger_first(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji", "Bora")
    farm.person("Chul")
    farm.post("Watch", starts=10, ends=13, team="Cooks", seats=1)
    farm.match(round_number=2, now=at(8))
    matching.accept(
        actor=farm.me("Chul"), offer_id=farm.offer("Chul").id, request_id=made("late"), now=at(7, 10)
    )

    found = stand_down.stand_down(
        actor=actors["near"],
        client_id=made("flood"),
        area_path=naju(farm),
        why=WHY,
        now=at(9),
        people_max=2,
    )
    out = {farm.people[name] for name in ("Minji", "Bora")}
    assert (found.listed, found.left, found.called_off) == (2, 1, 0)
    assert {pk for pk, _ in told("stood_down_out")} == out

    assert [stand_down.keep(at(9, 1)), stand_down.keep(at(9, 2))] == [1, 0]
    assert {pk for pk, _ in told("stood_down_out")} == out | {farm.people["Chul"]}
    assert len(told("crew_safety")) == len(set(told("crew_safety")))


def test_who_becomes_captain_in_anothers_place_hears_of_it_too(farm: Farm) -> None:
    actors = crew(farm)
    at_work(farm, "Minji")
    stood(farm, actors["near"])
    RoleGrant.objects.filter(team_id=farm.teams["Pickers"], role="captain").delete()
    new = open_account(email="new@crew.example", name="New")
    grant(account_id=new, role="captain", team_id=farm.teams["Pickers"])

    stand_down.keep(at(9, 5))

    assert new in {pk for _, pk in told("crew_safety")}


def test_once_it_is_over_nobody_else_is_told_to_leave(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    actors = crew(farm)
    at_work(farm, "Minji", "Bora")
    monkeypatch.setattr(standing_down, "CHUNK_ROWS", 1)
    insert = homeward.insert_calls

    def ended_after(some: list[OutThere], **about: object) -> None:
        """By a mistake's organiser, while the list is still being written."""
        insert(some, **about)  # type: ignore[arg-type]  # handed on as given
        if HomeCall.objects.count() == 1:
            row = StandDown.objects.get()
            stand_down.end(actor=actors["near"], stand_down_id=row.pk, words="A mistake.", now=at(9, 1))

    monkeypatch.setattr(standing_down, "insert_calls", ended_after)

    stood(farm, actors["near"])

    assert len(told("stood_down_out")) == 1
