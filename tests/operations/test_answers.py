"""The honest, dated answer (P1): everybody has one, it is true, it is corrected in time, and nobody hears twice."""

from __future__ import annotations

from datetime import date, timedelta

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.movement.calls import reads as calls
from dure.movement.matching import actions as matching
from dure.movement.needs import actions as needs
from dure.movement.people import actions as people
from dure.movement.people.types import BRIEFING, COVER, NewCredential
from dure.movement.vetting import reads as vetting
from dure.operations import answers
from dure.operations.day import settle_day
from tests.movement.matching.farm import (
    DAY,
    LAST_DAY,
    SIGNED_UP,
    Farm,
    at,
)
from tests.operations.answering import NEXT, match, messages, open_, told


def test_everybody_who_signed_up_has_a_dated_answer_once_the_day_is_open(crowd: Farm) -> None:
    assert set(calls.silent_since(crowd.campaign.id, at(2))) == set(crowd.people.values())
    crowd.post(seats=5)

    open_(crowd)

    assert calls.silent_since(crowd.campaign.id, at(3)) == ()
    assert {name: told(crowd, name).kind for name in crowd.people} == {
        "Minji": "accepted",
        "Bora": "accepted",
        "Uncovered": "invited",
        "Unbriefed": "invited",
        "Nothing": "invited",
        "Child": "incomplete",
        "Busy": "incomplete",
        "Far": "not_needed",
        "Unmatched": "not_needed",
    }
    said = {name: told(crowd, name).reason for name in crowd.people}
    assert "insurance cover and a briefing" in said["Nothing"]
    assert "has to agree" in said["Child"]
    assert "no hours" in said["Busy"]
    assert "outside" in said["Far"]


def test_whoever_is_invited_finds_their_own_part_on_their_page(crowd: Farm) -> None:
    crowd.post(seats=5)
    open_(crowd)

    def asked(name: str) -> set[str]:
        return {one.step for one in vetting.steps_of(crowd.me(name), crowd.people[name])}

    assert asked("Nothing") == {"cover", "briefing"}
    assert asked("Uncovered") == {"cover"}
    assert asked("Minji") == asked("Far") == set()


def test_without_any_need_nobody_is_told_to_wait(farm: Farm) -> None:
    """P1: nobody is accepted for work that does not exist."""
    farm.cast("Minji", "Bora")

    open_(farm)

    assert {told(farm, name).kind for name in farm.people} == {"not_needed"}
    assert {told(farm, name).by_date for name in farm.people} == {DAY + timedelta(days=7)}


def test_no_more_are_accepted_than_there_is_work_for_and_the_longest_waiting_first(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.person("Dami", waiting_since=SIGNED_UP - timedelta(days=1))
    farm.post(day=NEXT, seats=2)

    open_(farm)

    kinds = {name: told(farm, name).kind for name in farm.people}
    assert {name for name, kind in kinds.items() if kind == "accepted"} == {"Dami", "Minji"}
    assert told(farm, "Dami").by_date > NEXT
    assert {kinds["Bora"], kinds["Chul"]} <= {"reserve", "not_needed"}


def test_whoever_had_a_task_waits_behind_whoever_had_none(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    open_(farm)
    match(farm)
    (served,) = farm.offered()
    farm.work(served)
    (other,) = set(farm.people) - {served}
    farm.post("Again", day=NEXT, seats=1)

    settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    assert told(farm, other).kind == "accepted"
    assert told(farm, served).kind != "accepted"
    assert "Thank you for what you did" in told(farm, served).reason


def test_nobody_is_told_that_every_seat_is_filled_before_the_match(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=9)

    open_(farm)

    assert "filled" not in told(farm, "Minji").reason


def test_nobody_hears_twice(crowd: Farm) -> None:
    crowd.post(seats=1)
    open_(crowd)
    first = {name: told(crowd, name) for name in crowd.people}
    queued = outbox.tally()["queued"]
    assert queued == len(crowd.people)

    open_(crowd)
    answers.refresh(campaign_id=crowd.campaign.id, day=DAY, now=at(5))

    assert outbox.tally()["queued"] == queued
    match(crowd)
    matching.tell_offered(now=at(5), count_max=9)
    assert outbox.tally()["queued"] == queued + 1  # the offer's own notice
    assert {name: told(crowd, name) for name in crowd.people} == first


def test_a_date_that_comes_is_corrected_before_it_passes(farm: Farm) -> None:
    farm.cast("Minji")
    open_(farm)
    due = told(farm, "Minji").by_date

    for day in (due - timedelta(days=1), due):
        open_(farm, day)
        assert calls.silent_since(farm.campaign.id, at(23, day=day)) == ()

    assert told(farm, "Minji").by_date > due
    assert calls.silent_since(farm.campaign.id, at(3, day=due + timedelta(days=1))) == ()
    assert messages(farm, "Minji") == ["answer_not_needed"] * 2


def test_a_promise_is_kept_open_until_the_evening_of_its_day_and_then_corrected(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=1)
    open_(farm)
    assert told(farm, "Minji").kind == "accepted"
    due = told(farm, "Minji").by_date

    answers.refresh(campaign_id=farm.campaign.id, day=due, now=at(12, day=due))
    assert (told(farm, "Minji").kind, told(farm, "Minji").by_date) == ("accepted", due)
    answers.refresh(campaign_id=farm.campaign.id, day=due, now=at(20, day=due))

    assert told(farm, "Minji").kind != "accepted"
    assert told(farm, "Minji").by_date > due


def test_a_date_changes_only_when_it_can_not_be_kept(farm: Farm) -> None:
    names = [f"Helper {letter}" for letter in "abcdefgh"]
    farm.cast(*names)
    for number in range(12):
        farm.post(f"Day {number}", day=DAY + timedelta(days=number), seats=1)
    open_(farm)
    first = {name: told(farm, name) for name in names}
    waiting = [name for name, answer in first.items() if answer.kind == "reserve"]
    assert [first[name].kind for name in names] == ["accepted"] * 4 + ["reserve"] * 4
    assert [first[name].by_date for name in waiting] == [DAY + timedelta(days=day) for day in (3, 4, 5, 6)]

    # Ten seats are for thirteen people, since some don't come. More needs come: earlier is no news.
    farm.post("More", day=DAY + timedelta(days=4), seats=9)
    open_(farm, hour=4)
    assert [told(farm, name) for name in waiting] == [first[name] for name in waiting]

    # And everything is called off: nobody stays accepted, or waits, for work that does not exist.
    for post_id in farm.posts.values():
        needs.cancel(actor=SYSTEM, post_id=post_id, now=at(5))
    open_(farm, hour=6)
    assert {told(farm, name).kind for name in names} == {"not_needed"}


def test_nobody_is_silent_on_any_day_of_a_campaign(crowd: Farm) -> None:
    day = date(2026, 10, 2)
    while day <= LAST_DAY:
        crowd.post(day=day, seats=1)
        open_(crowd, day)
        match(crowd, day)
        for name in crowd.offered(day):
            crowd.accept(name, day)
        assert calls.silent_since(crowd.campaign.id, at(12, day=day)) == ()
        settle_day(campaign_id=crowd.campaign.id, day=day, now=at(22, day=day))
        assert calls.silent_since(crowd.campaign.id, at(23, day=day)) == ()
        day += timedelta(days=4)


def test_what_was_missing_and_came_changes_the_answer(farm: Farm) -> None:
    farm.person("Minji", credentials=())
    farm.post(day=NEXT)
    open_(farm)
    people.add_credentials(
        rows=[
            (farm.people["Minji"], NewCredential(COVER, "accident", "policy 8")),
            (farm.people["Minji"], NewCredential(BRIEFING, "safety", "talk of today")),
        ]
    )

    answers.refresh(campaign_id=farm.campaign.id, day=DAY, now=at(9))

    assert told(farm, "Minji").kind == "accepted"
    assert messages(farm, "Minji") == ["answer_invited", "answer_accepted"]
