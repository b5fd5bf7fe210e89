"""The running day matched again: who is asked, what is promised, and who is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.movement.matching import actions, latecomers, reads
from dure.movement.matching.actions import again as again_module
from dure.movement.matching.errors import NoPostsLeft, OfferGone, RunNotReady
from dure.movement.matching.models import Run
from dure.movement.matching.running import NO_ID, running_day
from dure.movement.people.types import CLEARANCE, NewCredential
from tests.movement.matching.again_cast import EVENING, again, asked, holds, north, picked, taken, urgent, yes
from tests.movement.matching.farm import BRIEFED, DAY, INSURED, Farm, at, made


def test_an_urgent_post_asks_somebody_who_keeps_their_seat_until_they_say_yes(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)

    run = again(farm)

    assert asked(farm) == {"Minji": ("Sandbags", "Pick pears")}
    assert holds(farm, "Minji") == ["Pick pears"]
    assert taken(farm) == {"Pick pears": 1, "Sandbags": 0}
    assert run.again is not None
    assert (run.gap_units, run.again.offers, run.again.instead, run.again.moved) == (0, 1, 1, 1)
    assert run.again.free_by_tier == run.again.new_by_tier == (1, 0, 0)
    assert (run.again.before_by_tier, run.filled_by_tier) == ((0, 0, 1), (1, 0, 0))

    yes(farm, "Minji")

    assert holds(farm, "Minji") == ["Sandbags"]
    assert taken(farm) == {"Pick pears": 0, "Sandbags": 1}


def test_the_seat_that_is_left_is_offered_only_once_it_is_free(farm: Farm) -> None:
    # Bora can reach the orchard alone, Minji both: the plan moves Minji, and Bora follows.
    picked(farm, "Minji")
    farm.person("Bora", home_lat=north(-4), travel_limit_m=4_500)
    urgent(farm)

    first = again(farm)

    assert first.filled_by_tier == (1, 0, 1)
    assert asked(farm) == {"Minji": ("Sandbags", "Pick pears")}
    assert farm.offers("Bora") == []
    assert reads.tally(farm.campaign.id, DAY).offered == 2
    yes(farm, "Minji")
    again(farm, at(7))
    assert asked(farm) == {"Bora": ("Pick pears", None)}


def test_nobody_is_asked_to_leave_a_post_for_a_less_critical_one(farm: Farm) -> None:
    # Minji could work for either, Bora for the orchard only; the plan fills both, but Bora might say no.
    farm.cast("Minji")
    farm.post(seats=1, tier=1, **EVENING)
    farm.match()
    farm.accept("Minji")
    farm.person("Bora", home_lat=north(-4), travel_limit_m=4_500)
    urgent(farm, tier=3)

    run = again(farm)

    assert run.filled_by_tier == (1, 0, 1)
    assert asked(farm) == {}


@pytest.mark.parametrize(("stability_m", "moves"), [(500, True), (5_000, False)])
def test_nobody_moves_for_less_than_staying_is_worth(farm: Farm, stability_m: int, moves: bool) -> None:
    farm.person("Minji", home_lat=north(2))
    farm.post(seats=1, **EVENING)
    farm.match()
    farm.accept("Minji")
    urgent(farm, tier=2, lat=north(2))  # at her door

    again(farm, stability_m=stability_m)

    assert asked(farm) == ({"Minji": ("Sandbags", "Pick pears")} if moves else {})


def test_whoever_is_on_the_way_there_or_gone_is_asked_nothing(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", "Dami")
    farm.post(seats=4, tier=3, starts=7, ends=15)
    farm.match()
    for name in farm.people:
        farm.accept(name)
    placement = {name: reads.placements_of(farm.me(name), pk)[0].id for name, pk in farm.people.items()}
    actions.check_in(actor=SYSTEM, placement_id=placement["Minji"], now=at(6, 55))
    actions.withdraw(actor=farm.me("Bora"), placement_id=placement["Bora"], now=at(6, 30))
    urgent(farm, seats=4, starts=12)

    run = again(farm, at(6, 56))

    assert asked(farm) == {}
    assert run.again is not None
    now = running_day(farm.campaign.id, DAY, at(6, 56))
    assert (now.stay, (now.left_post != NO_ID).sum(), run.again.given_back) == (3, 0, 1)


@pytest.mark.parametrize(
    ("stay", "told"), [(0, (0, 10)), (1, (None, None)), (9, (None, None)), (10, (10, 0))]
)
def test_who_stays_is_counted_only_where_a_single_no_is_lost_in_the_sum(
    farm: Farm, monkeypatch: pytest.MonkeyPatch, stay: int, told: tuple[int | None, int | None]
) -> None:
    people = [f"Picker {number}" for number in range(10)]
    picked(farm, *people)
    seen = running_day(farm.campaign.id, DAY, at(6))
    left_post = seen.left_post.copy()
    left_post[:stay] = NO_ID
    monkeypatch.setattr(again_module, "running_day", lambda *_: replace(seen, stay=stay, left_post=left_post))

    run = again(farm)

    assert run.again is not None
    assert (run.again.stay, run.again.may_move) == told


def test_a_seat_given_back_goes_to_somebody_who_was_not_asked_yet(farm: Farm) -> None:
    picked(farm, "Minji", "Bora")
    farm.cast("Chul")
    (seat,) = reads.placements_of(farm.me("Bora"), farm.people["Bora"])
    actions.withdraw(actor=farm.me("Bora"), placement_id=seat.id, now=at(5, 30))

    again(farm)

    assert asked(farm) == {"Chul": ("Pick pears", None)}


def test_the_seat_of_whoever_did_not_arrive_is_offered_while_the_shift_goes_on(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=1)
    farm.match()
    seat = farm.accept("Minji")
    farm.cast("Bora")
    actions.did_not_arrive(actor=farm.captain(), placement_id=seat.id, now=at(8, 30))

    run = again(farm, at(8, 40))

    assert asked(farm) == {"Bora": ("Pick pears", None)}
    assert run.again is not None
    assert (run.again.no_shows, run.again.free_by_tier, run.again.stay) == (1, (0, 1, 0), 0)
    yes(farm, "Bora", at(8, 50))
    assert taken(farm) == {"Pick pears": 1}


def test_a_seat_that_was_promised_stays_promised_when_they_come_after_all(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=1)
    farm.match()
    seat = farm.accept("Minji")
    farm.cast("Bora")
    actions.did_not_arrive(actor=farm.captain(), placement_id=seat.id, now=at(8, 30))
    again(farm, at(8, 40))

    came = actions.check_in(actor=farm.captain(), placement_id=seat.id, now=at(8, 45))

    assert (came.state, taken(farm)) == ("present", {"Pick pears": 0})
    yes(farm, "Bora", at(8, 50))  # both are welcome
    assert taken(farm) == {"Pick pears": 1}


def test_a_seat_taken_between_the_match_and_its_publishing_is_promised_to_nobody(farm: Farm) -> None:
    picked(farm, "Minji")
    urgent(farm)
    run = actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=at(6))
    bora = farm.person("Bora")
    latecomers.take(
        actor=farm.me("Bora"),
        person_id=bora,
        post_id=farm.posts["Sandbags"],
        request_id=made("late"),
        now=at(6),
    )

    published = actions.publish_run(run_id=run.id, now=at(6), expires_at=at(12))

    assert asked(farm) == {}
    assert published.again is not None
    assert (published.again.offers, published.again.moved) == (0, 1)
    assert actions.tell_offered(now=at(6), count_max=99) == 2
    assert {one.kind for one in outbox.claim(now=at(6), count_max=9)} <= {"offer", "sign_up"}
    with pytest.raises(OfferGone):  # it never was an offer to her
        actions.accept(
            actor=farm.me("Minji"), offer_id=farm.offer("Minji").id, request_id=made("x"), now=at(6)
        )


def test_a_later_round_offers_no_seat_that_was_taken_since_it_was_solved(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(seats=2, **EVENING)
    farm.match()
    farm.cast("Bora")
    second = farm.solve(round_number=2, now=at(6))
    chul = farm.person("Chul")
    post_id = farm.posts["Pick pears"]
    latecomers.take(
        actor=farm.me("Chul"), person_id=chul, post_id=post_id, request_id=made("late"), now=at(6)
    )

    actions.publish_run(run_id=second.id, now=at(6), expires_at=at(7))

    assert farm.offers("Bora") == []
    assert (
        farm.match(round_number=3, now=at(7, 31)).placed_count == 1
    )  # Minji let hers pass; Bora was never asked
    assert [offer.post_id for offer in farm.offers("Bora")] == [post_id]


def test_rounds_may_be_numbered_as_somebody_likes(farm: Farm) -> None:
    """Round 3 came first. Bora took a seat before round 1, solved already, was published; then the day goes on."""
    farm.cast("Minji", "Chul", "Dana")
    farm.post(seats=1, **EVENING)
    farm.match(round_number=3)
    (first,) = (name for name in farm.people if farm.offers(name))
    actions.decline(actor=farm.me(first), offer_id=farm.offers(first)[0].id, now=at(5))
    run = farm.solve(round_number=1, now=at(5))
    bora = farm.person("Bora")
    latecomers.take(
        actor=farm.me("Bora"),
        person_id=bora,
        post_id=farm.posts["Pick pears"],
        request_id=made("late"),
        now=at(5),
    )

    actions.publish_run(run_id=run.id, now=at(5), expires_at=at(12))

    assert not reads.open_offers(farm.campaign.id, DAY)
    urgent(farm)
    assert again(farm).round == 4


def test_nobody_under_18_and_nobody_beside_them_is_sent_elsewhere(farm: Farm) -> None:
    cleared = (INSURED, BRIEFED, NewCredential(CLEARANCE, "children", "register 9"))
    farm.cast("Minji", "Bora", credentials=cleared)
    farm.person("Eunho", birth_year=2010, guardian_email="g@people.example", guardian_agreed_at=at(1))
    farm.post(seats=3, tier=3, **EVENING)
    farm.match()
    for name in ("Minji", "Bora", "Eunho"):
        farm.accept(name)
    urgent(farm, seats=3)

    again(farm)

    assert asked(farm) == {}


def test_whoever_stays_with_a_team_by_their_own_wish_is_left_there(farm: Farm) -> None:
    picked(farm, "Minji")
    actions.keep_place(
        actor=farm.me("Minji"), person_id=farm.people["Minji"], team_id=farm.teams["Pickers"], until=DAY
    )
    urgent(farm, team="Cooks")

    again(farm)

    assert asked(farm) == {}


def test_a_crew_that_would_be_too_small_is_left_whole(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2, tier=3, least_crew=2, **EVENING)
    farm.match()
    farm.accept("Minji")
    farm.accept("Bora")
    urgent(farm)

    again(farm)

    assert asked(farm) == {}


def test_a_post_with_too_little_left_or_out_of_reach_gets_nobody(farm: Farm) -> None:
    picked(farm, "Minji")
    farm.cast("Bora")
    urgent(farm, starts=6, ends=9)

    again(farm, at(6, 30))
    assert asked(farm) == {}
    farm.person("Far", home_lat=north(100), travel_limit_m=300_000)
    urgent(farm, "Flood", starts=8, ends=14, seats=3)
    again(farm, at(7))
    assert asked(farm)["Bora"] == ("Flood", None)
    assert "Far" not in asked(farm)  # three hours and more on the road


def test_before_the_first_match_and_after_the_day_there_is_nothing_to_match_again(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post(**EVENING)
    with pytest.raises(RunNotReady, match="not matched yet"):
        again(farm)
    farm.match()
    with pytest.raises(NoPostsLeft):
        again(farm, at(18))
    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))
    with pytest.raises(RunNotReady, match="settled"):
        again(farm)


class Power(Exception):
    """It went out."""


def test_a_match_again_that_died_is_made_anew_to_the_byte(
    farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    picked(farm, "Minji", "Bora")
    urgent(farm, seats=2)

    def dies(*_: object) -> None:
        raise Power

    with monkeypatch.context() as cut:
        cut.setattr("dure.movement.matching.actions.days._write_chunk", dies)
        with pytest.raises(Power):
            again(farm)
    half = Run.objects.get(round=2)
    assert asked(farm) == {}

    run = again(farm)

    assert run.round == 2
    whole = Run.objects.get(round=2)
    assert (half.input_digest, bytes(half.prices)) == (whole.input_digest, bytes(whole.prices))
    assert set(asked(farm)) == {"Minji", "Bora"}
    assert again_module.STABILITY_M == 3_000
