"""The honest, dated answer (P1): everybody has one, it is true, it is corrected in time, and nobody hears twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.calls.standing import every_answer
from dure.movement.calls.types import Answered, AnswerFacts, SignUpForm
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching
from dure.movement.matching import reads
from dure.movement.needs import actions as needs
from dure.movement.people import actions as people
from dure.movement.people.types import BRIEFING, COVER, NewCredential
from dure.movement.vetting import actions as vetting_actions
from dure.movement.vetting import reads as vetting
from dure.operations import answer_words as words
from dure.operations import answers
from dure.operations.day import match_day, open_day, settle_day
from tests.movement.matching.farm import (
    BRIEFED,
    DAY,
    INSURED,
    LAST_DAY,
    NEW_CAMPAIGN,
    SIGNED_UP,
    Farm,
    at,
    made,
)

NEXT = DAY + timedelta(days=1)


def open_(farm: Farm, day: date = DAY, hour: int = 3) -> None:
    open_day(campaign_id=farm.campaign.id, day=day, now=at(hour, day=day))


def match(farm: Farm, day: date = DAY, hour: int = 4) -> None:
    match_day(campaign_id=farm.campaign.id, day=day, now=at(hour, day=day), expires_at=at(7, 30, day=day))


def told(farm: Farm, name: str) -> AnswerFacts:
    found = calls.answer_for(farm.me(name), farm.people[name], farm.campaign.id)
    assert found is not None
    return found.answer


def now_true(farm: Farm, name: str, hour: int = 5, day: date = DAY) -> AnswerFacts | None:
    return answers.current(
        actor=farm.me(name), person_id=farm.people[name], campaign_id=farm.campaign.id, now=at(hour, day=day)
    )


def messages(farm: Farm, name: str) -> list[str]:
    waiting = outbox.claim(now=at(0, day=LAST_DAY + timedelta(days=9)), count_max=1_000)
    return [notice.kind for notice in waiting if notice.person_id == farm.people[name]]


@pytest.fixture
def crowd(farm: Farm) -> Farm:
    """Everybody who can sign up: ready, lacking something, from elsewhere, not to be matched any more."""
    farm.cast("Minji", "Bora")
    farm.person("Uncovered", credentials=(BRIEFED,))
    farm.person("Unbriefed", credentials=(INSURED,))
    farm.person("Nothing", credentials=())
    farm.person("Child", birth_year=2009, guardian_email="parent@people.example")
    farm.person("Busy", free_spans=())
    farm.person("Far", area_id=farm.areas["Fukuoka"])
    farm.person("Unmatched")
    people.withdraw_consent(
        actor=farm.me("Unmatched"), person_id=farm.people["Unmatched"], purpose="matching", now=at(1)
    )
    return farm


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


def test_an_offer_and_a_post_speak_for_themselves(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    open_(farm)
    match(farm)
    (asked,) = farm.offered()
    (other,) = set(farm.people) - {asked}

    offered = now_true(farm, asked)
    assert offered is not None
    assert (offered.kind, offered.by_date) == ("offered", DAY)
    assert now_true(farm, other) == told(farm, other)
    late = now_true(farm, asked, hour=8)
    assert late == told(farm, asked)  # the offer's time is up

    farm.accept(asked)
    placed = now_true(farm, asked, hour=8)
    assert placed is not None
    assert (placed.kind, placed.by_date) == ("placed", DAY)
    tomorrow = now_true(farm, asked, day=NEXT)
    assert tomorrow == told(farm, asked)


def test_of_two_posts_the_next_one_is_told(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("First")
    farm.post("Second", day=NEXT)
    match(farm)
    match_day(campaign_id=farm.campaign.id, day=NEXT, now=at(4), expires_at=at(7))

    offered = now_true(farm, "Minji")
    assert offered is not None
    assert offered.by_date == DAY
    farm.accept("Minji", NEXT, now=at(5))
    farm.accept("Minji", DAY)
    placed = now_true(farm, "Minji")
    assert placed is not None
    assert (placed.kind, placed.by_date) == ("placed", DAY)


def test_a_post_of_one_campaign_is_no_answer_of_another(farm: Farm) -> None:
    other = campaigns.create(new=replace(NEW_CAMPAIGN, slug="spring", name="Spring planting"), now=at(1))
    farm.cast("Minji", "Bora")
    farm.post()
    match(farm, DAY)
    farm.accept("Minji")

    for name in ("Minji", "Bora"):
        here = now_true(farm, name)
        there = answers.current(
            actor=farm.me(name), person_id=farm.people[name], campaign_id=other.id, now=at(5)
        )
        assert here is not None
        assert there is None


def test_a_seat_given_back_is_no_post(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    match(farm)
    placement = farm.accept("Minji")
    matching.withdraw(actor=farm.me("Minji"), placement_id=placement.id, now=at(6))

    answer = now_true(farm, "Minji", hour=6)

    assert answer is not None
    assert answer.kind == "accepted"


def test_a_hidden_run_shows_nothing(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    open_(farm)
    farm.solve()

    answer = now_true(farm, "Minji")

    assert answer is not None
    assert answer.kind == "accepted"


def test_only_the_person_hears_their_answer(farm: Farm) -> None:
    farm.cast("Minji")
    open_(farm)

    for visitor in (Actor(), Actor(person_id=10**6), farm.captain()):
        with pytest.raises(NotFound):
            answers.current(
                actor=visitor, person_id=farm.people["Minji"], campaign_id=farm.campaign.id, now=at(5)
            )


def test_on_the_last_day_nobody_is_sent_away_before_it_is_over(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(day=LAST_DAY, seats=1)
    open_(farm, LAST_DAY - timedelta(days=1))
    before = {name: told(farm, name) for name in farm.people}
    assert "accepted" in {answer.kind for answer in before.values()}

    open_(farm, LAST_DAY)
    match(farm, LAST_DAY)
    assert not any("has ended" in told(farm, name).reason for name in farm.people)
    settle_day(campaign_id=farm.campaign.id, day=LAST_DAY, now=at(22, day=LAST_DAY))

    assert {told(farm, name).kind for name in farm.people} == {"not_needed"}
    assert {told(farm, name).by_date for name in farm.people} == {LAST_DAY}


def form(farm: Farm, **other: object) -> SignUpForm:
    facts: dict[str, object] = {
        "given_name": "Dami",
        "email": "dami@people.example",
        "birth_year": 1990,
        "area_id": farm.areas["Naju"],
        "travel_limit_m": 20_000,
        "consent": True,
    }
    return SignUpForm(**(facts | other))  # type: ignore[arg-type]  # a table of facts, some changed


def test_who_signs_up_hears_at_once_what_is_missing_and_by_when(farm: Farm) -> None:
    farm.post(day=NEXT)

    receipt = answers.sign_up(client_id=made("dami"), appeal_code="hands", form=form(farm), now=at(9))

    assert (receipt.answer.kind, receipt.answer.by_date) == ("incomplete", DAY + timedelta(days=7))
    assert "confirm" in receipt.answer.reason
    assert calls.silent_since(farm.campaign.id, at(9)) == ()
    again = answers.sign_up(client_id=made("dami"), appeal_code="hands", form=form(farm), now=at(10))
    assert again.person_id == receipt.person_id


def test_the_first_date_lies_within_the_campaign(farm: Farm) -> None:
    first = answers.first_answer(farm.campaign, now=at(9, day=LAST_DAY - timedelta(days=2)))
    assert first.by_date == LAST_DAY

    assert answers.first_answer(farm.campaign, now=at(9)).by_date == DAY + timedelta(days=7)


def test_nobody_is_told_that_they_are_placed_without_a_post(crowd: Farm) -> None:
    """P1: over a whole day the answers that promise a post are those of people who have one."""
    crowd.post(seats=1)
    open_(crowd)
    match(crowd)
    crowd.accept(next(iter(crowd.offered())))

    promised = {name for name in crowd.people if (said := now_true(crowd, name)) and said.kind == "placed"}
    assert promised == {name for name, pk in crowd.people.items() if reads.placements_of(SYSTEM, pk)}
    assert len(promised) == 1


def test_on_its_last_evening_everybody_hears_that_a_campaign_is_over_and_nobody_after_it(crowd: Farm) -> None:
    crowd.post(seats=1)
    open_(crowd)
    open_(crowd, LAST_DAY)
    assert "ended" not in told(crowd, "Minji").reason

    answers.refresh_open(at(20, 3, day=LAST_DAY))

    heard = {name: told(crowd, name) for name in crowd.people}
    assert {answer.reason for answer in heard.values()} == {words.OVER.reason}
    assert answers.refresh_open(at(0, 3, day=LAST_DAY + timedelta(days=1))) == 0
    assert {name: told(crowd, name) for name in crowd.people} == heard


def test_whoever_waited_for_a_campaign_that_is_closed_early_hears_it(crowd: Farm) -> None:
    """P1: their dates lie ahead, and nothing will keep them."""
    crowd.post(seats=5)
    open_(crowd)
    campaigns.close_campaign(actor=SYSTEM, slug=crowd.campaign.slug, now=at(9))

    assert answers.refresh_open(at(10)) == len(crowd.people)
    assert {told(crowd, name).reason for name in crowd.people} == {words.OVER.reason}
    assert answers.refresh_open(at(11)) == 0


def test_a_campaign_that_breaks_keeps_no_other_waiting(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    other = campaigns.create(new=replace(NEW_CAMPAIGN, slug="spring", name="Spring planting"), now=at(1))
    campaigns.open_campaign(actor=SYSTEM, slug="spring", now=at(1))
    farm.cast("Minji")
    seen: list[int] = []

    def refresh(*, campaign_id: int, day: date, now: datetime) -> Answered:
        seen.append(campaign_id)
        raise ZeroDivisionError(str(day))

    monkeypatch.setattr(answers, "refresh", refresh)
    with pytest.raises(ZeroDivisionError):
        answers.refresh_open(at(3))
    assert sorted(seen) == sorted([other.id, farm.campaign.id])


def test_what_somebody_took_back_is_theirs_to_do_again(farm: Farm) -> None:
    """Before, whoever took back their own part was told to do it, and had nothing to do it with."""
    farm.person("Minji", credentials=())
    farm.post(day=NEXT, seats=1)
    open_(farm)
    me = farm.people["Minji"]
    for step in ("cover", "briefing"):
        vetting_actions.hand_in(actor=farm.me("Minji"), person_ids=[me], step=step, now=at(6))
        vetting_actions.let_go(actor=farm.me("Minji"), person_id=me, step=step)
    assert vetting.steps_of(farm.me("Minji"), me) == []

    due = told(farm, "Minji").by_date
    open_(farm, due)

    assert told(farm, "Minji").reason == words.OWN_PART_MISSING.reason
    assert {one.step for one in vetting.steps_of(farm.me("Minji"), me)} == {"cover", "briefing"}


def test_two_who_look_at_once_answer_once(crowd: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.post(seats=5)
    look = answers.look

    def as_another(campaign: CampaignFacts, *, day: date, now: datetime) -> answers.Looked:
        found = look(campaign, day=day, now=now)
        monkeypatch.setattr(answers, "look", look)
        assert answers.refresh_open(at(3)) == len(crowd.people)
        return found

    monkeypatch.setattr(answers, "look", as_another)
    assert answers.refresh_open(at(3, 1)) == 0

    assert len(every_answer(crowd.campaign.id).person) == len(crowd.people)
    assert outbox.tally()["queued"] == len(crowd.people)
