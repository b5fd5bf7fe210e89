"""Several shifts a day for whoever wishes it: one after the other, with all the rest that P5 asks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dure.movement.matching import actions, latecomers, reads
from dure.movement.matching.actions import offers as offers_module
from dure.movement.matching.errors import AdultsMissing, AlreadyPlaced, RestShort
from dure.movement.matching.late_day import forget_days
from dure.movement.matching.models import Offer
from dure.movement.matching.types import NewAcceptance, OfferFacts, PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.people import actions as people
from dure.operations.match_verify import verify_run
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.movement.matching.late_cast import names, refused, shown, take

NEXT = DAY + timedelta(days=1)


def offers_of(farm: Farm, name: str) -> dict[int, OfferFacts]:
    """Their offers of the day by post id."""
    return {offer.post_id: offer for offer in farm.offers(name) if offer.day == DAY}


def accept(farm: Farm, name: str, post_id: int) -> PlacementFacts:
    return actions.accept(
        actor=farm.me(name),
        offer_id=offers_of(farm, name)[post_id].id,
        request_id=made("accept", name, post_id),
        now=at(5),
    )


@pytest.fixture
def morning_and_noon(farm: Farm) -> tuple[int, int]:
    """Two posts of three and four hours, the second after the first."""
    return farm.post("Morning", starts=8, ends=11, seats=3), farm.post("Noon", starts=12, ends=16, seats=3)


def test_whoever_wishes_gets_a_second_shift_and_nobody_else(
    farm: Farm, morning_and_noon: tuple[int, int]
) -> None:
    farm.person("Minji", shifts_max=2)
    farm.person("Bora")

    run = farm.match()

    assert set(offers_of(farm, "Minji")) == set(morning_and_noon)
    assert len(offers_of(farm, "Bora")) == 1
    assert run.side is not None
    assert sum(run.side.extra_by_tier) == 1
    assert run.placed_count == 2
    assert verify_run(run.id).holds


def test_both_are_accepted_one_by_one_and_given_back_one_by_one(
    farm: Farm, morning_and_noon: tuple[int, int]
) -> None:
    morning, noon = morning_and_noon
    farm.person("Minji", shifts_max=2)
    farm.match()

    second, first = accept(farm, "Minji", noon), accept(farm, "Minji", morning)
    assert accept(farm, "Minji", noon) == second  # asked twice, got once
    assert [needs.post(pk).seats_taken for pk in morning_and_noon] == [1, 1]

    actions.withdraw(actor=farm.me("Minji"), placement_id=first.id, now=at(6))
    states = {one.post_id: one.state for one in reads.placements_of(farm.me("Minji"), farm.people["Minji"])}
    assert states == {morning: "withdrawn", noon: "accepted"}
    assert [needs.post(pk).seats_taken for pk in morning_and_noon] == [0, 1]

    again = latecomers.take(
        actor=farm.me("Minji"),
        person_id=farm.people["Minji"],
        post_id=morning,
        request_id=made("after all"),
        now=at(6),
    )
    assert again.state == "accepted"


def test_answers_in_bulk_may_be_of_both(farm: Farm, morning_and_noon: tuple[int, int]) -> None:
    farm.person("Minji", shifts_max=2)
    farm.person("Bora")
    farm.match()
    rows = [
        NewAcceptance(offer.id, made("yes", offer.id))
        for name in ("Minji", "Bora")
        for offer in offers_of(farm, name).values()
    ]

    assert actions.accept_many(acceptances=rows, now=at(5)) == (3, 0)
    assert actions.accept_many(acceptances=rows, now=at(5)) == (3, 0)  # sent twice, taken once

    assert sum(needs.post(pk).seats_taken for pk in morning_and_noon) == 3


def test_plain_answers_are_written_in_bulk(
    farm: Farm, morning_and_noon: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one by one, which takes fifty times as long; only who answers for two shifts is a case of their own."""
    singly: list[int] = []

    def one_by_one(chunk: list[NewAcceptance], now: datetime) -> int:
        singly.append(len(chunk))
        return len(chunk)

    monkeypatch.setattr(offers_module, "_accept_singly", one_by_one)
    farm.person("Minji", shifts_max=2)
    farm.cast("Bora", "Chul")
    farm.match()
    rows = [
        NewAcceptance(offer.id, made("yes", offer.id))
        for name in ("Minji", "Bora", "Chul")
        for offer in offers_of(farm, name).values()
    ]

    actions.accept_many(acceptances=rows, now=at(5))

    assert singly == [1, 1]


def test_in_bulk_nobody_gets_more_shifts_than_they_wish_for(
    farm: Farm, morning_and_noon: tuple[int, int]
) -> None:
    """Minji gave the first of two back, wishes for one now, and says yes to it again by SMS."""
    morning, noon = morning_and_noon
    farm.person("Minji", shifts_max=2)
    farm.match()
    first = accept(farm, "Minji", morning)
    accept(farm, "Minji", noon)
    actions.withdraw(actor=farm.me("Minji"), placement_id=first.id, now=at(5))
    Offer.objects.filter(post_id=morning).update(state=Offer.State.OPEN)
    people.wish_shifts(actor=farm.me("Minji"), person_id=farm.people["Minji"], shifts_max=1)
    answer = NewAcceptance(offers_of(farm, "Minji")[morning].id, made("again"))

    assert actions.accept_many(acceptances=[answer], now=at(5)) == (0, 1)
    assert [needs.post(pk).seats_taken for pk in morning_and_noon] == [0, 1]


def test_who_changed_their_mind_about_two_keeps_one(farm: Farm, morning_and_noon: tuple[int, int]) -> None:
    morning, noon = morning_and_noon
    farm.person("Minji", shifts_max=2)
    farm.match()
    accept(farm, "Minji", morning)

    people.wish_shifts(actor=farm.me("Minji"), person_id=farm.people["Minji"], shifts_max=1)

    with pytest.raises(AlreadyPlaced):
        accept(farm, "Minji", noon)
    assert needs.post(noon).seats_taken == 0


def test_together_they_are_no_longer_than_one_may_be(farm: Farm) -> None:
    farm.person("Minji", shifts_max=3)
    farm.person("Bora", shifts_max=3, long_shift_wish=True)
    for name, starts in (("One", 6), ("Two", 10), ("Three", 14)):
        farm.post(name, starts=starts, ends=starts + 4, seats=2)

    run = farm.match()

    # Eight hours are two of four; ten by own wish are not three.
    assert [len(offers_of(farm, name)) for name in ("Minji", "Bora")] == [2, 2]
    assert verify_run(run.id).holds


@pytest.mark.parametrize(
    ("name", "starts", "ends", "why"),
    [
        ("At the same time", 10, 13, "one post at a time"),
        ("Too much", 12, 18, "8 hours of work in a day"),
        ("Too late", 20, 22, "11 hours of rest after"),
    ],
)
def test_a_late_second_shift_keeps_the_rules_too(
    farm: Farm, name: str, starts: int, ends: int, why: str
) -> None:
    farm.person("Minji", shifts_max=2)
    farm.post("Morning", starts=8, ends=11)
    farm.match()
    farm.accept("Minji")
    unfit = farm.post(name, starts=starts, ends=ends)
    fit = farm.post("Fits", starts=11, ends=13)
    forget_days()

    best = latecomers.best_now(
        actor=farm.me("Minji"), person_id=farm.people["Minji"], campaign=farm.campaign, day=DAY, now=at(5)
    )
    assert {one.post.id for one in best} == {fit}
    with pytest.raises(RestShort, match=why):
        latecomers.take(
            actor=farm.me("Minji"),
            person_id=farm.people["Minji"],
            post_id=unfit,
            request_id=made("late"),
            now=at(5),
        )


@pytest.mark.usefixtures("always_fresh")
def test_who_did_not_arrive_is_nowhere_else_at_the_same_time_and_free_afterwards(farm: Farm) -> None:
    """They may come after all, and nobody is at two posts."""
    farm.person("Minji", shifts_max=2)
    farm.post("Pick pears", starts=8, ends=11)
    farm.match()
    seat = farm.accept("Minji")
    actions.did_not_arrive(actor=farm.captain(), placement_id=seat.id, now=at(8, 30))
    farm.post("Carry water", starts=10, ends=13)
    farm.post("Cook", starts=11, ends=14)

    assert names(shown(farm, "Minji", now=at(9))) == ["Cook"]
    assert "one post at a time" in str(refused(farm, "Minji", "Carry water", RestShort, now=at(9)))
    take(farm, "Minji", "Cook", now=at(9))
    actions.check_in(actor=farm.captain(), placement_id=seat.id, now=at(9, 10))


def test_nobody_takes_two_seats_of_one_post(farm: Farm) -> None:
    """Minji, who is cleared and wishes for two shifts, is no two adults beside Eunho."""
    farm.cleared("Minji", shifts_max=2)
    farm.minor("Eunho")
    post_id = farm.post(seats=3, ends=12)
    farm.match()
    forget_days()

    def take(name: str, number: int) -> PlacementFacts:
        return latecomers.take(
            actor=farm.me(name),
            person_id=farm.people[name],
            post_id=post_id,
            request_id=made("late", name, number),
            now=at(5),
        )

    take("Minji", 1)
    with pytest.raises(AlreadyPlaced):
        take("Minji", 2)
    with pytest.raises(AdultsMissing):
        take("Eunho", 1)
    assert needs.post(post_id).seats_taken == 1


def test_the_day_after_counts_all_of_them(farm: Farm) -> None:
    """Eleven hours from the end of the last shift, and every minute of the week."""
    farm.person("Minji", shifts_max=2)
    farm.post("Noon", starts=12, ends=15)
    farm.post("Evening", starts=16, ends=20)
    farm.match()
    for post_id in offers_of(farm, "Minji"):
        accept(farm, "Minji", post_id)
    early = farm.post("Early", day=NEXT, starts=6, ends=10)
    later = farm.post("Later", day=NEXT, starts=7, ends=11)

    farm.match(NEXT, now=at(21))

    assert farm.offered(NEXT) == {"Minji": later}
    assert early != later
