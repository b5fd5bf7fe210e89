"""What is true for somebody now, and what they hear when a campaign begins and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.calls.standing import every_answer
from dure.movement.calls.types import Answered, SignUpForm
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching
from dure.movement.matching import reads
from dure.movement.vetting import actions as vetting_actions
from dure.movement.vetting import reads as vetting
from dure.operations import answer_words as words
from dure.operations import answers
from dure.operations.day import match_day, settle_day
from tests.movement.matching.farm import (
    DAY,
    LAST_DAY,
    NEW_CAMPAIGN,
    Farm,
    at,
    made,
)
from tests.operations.answering import NEXT, match, now_true, open_, told


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
    campaigns.close_campaign(actor=SYSTEM, slug=crowd.campaign.slug, now=at(9), reason="The crops are in.")

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


def test_who_is_prepared_by_few_hears_the_day_on_which_these_are_through(farm: Farm) -> None:
    queue = farm.cast("Minji", "Bora", "Dal", "Haneul", "Juwon", "Narae", "Sora", "Taeyang", credentials=())
    farm.post(day=NEXT, seats=20)
    open_(farm)
    vetting_actions.state_pace(actor=SYSTEM, campaign_id=farm.campaign.id, step="cover", per_day=1)
    vetting_actions.hand_in(actor=SYSTEM, person_ids=queue, step="cover", now=at(6))
    days_ahead = vetting.throughput(farm.campaign.id, at(6))["cover"].days_ahead
    farm.person("Yuna", credentials=())

    open_(farm)

    assert days_ahead == len(queue) + 1
    assert told(farm, "Yuna").kind == "invited"
    assert told(farm, "Yuna").by_date == DAY + timedelta(days=days_ahead + 1)


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
