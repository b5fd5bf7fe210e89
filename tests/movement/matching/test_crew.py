"""The crew of a day: checked in by its own captain, seen by those who need to, counted by all."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.matching import actions, reads
from dure.movement.matching.errors import RunNotReady, ShiftNotBegun, WrongMoment
from dure.movement.matching.types import CrewMember, PlacementFacts
from dure.movement.needs import actions as need_actions
from dure.movement.needs import reads as needs
from tests.movement.matching.farm import DAY, ORGANISER, STRANGER, Farm, at, captain

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def placed(farm: Farm) -> dict[str, PlacementFacts]:
    """Minji, Bora and Chul are coming to the pickers at 8."""
    farm.cleared("Minji", "Bora")
    farm.minor("Chul")
    farm.post(seats=5)
    farm.match()
    return {name: farm.accept(name) for name in ("Minji", "Bora", "Chul")}


def test_the_own_captain_checks_people_in_once(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    here = actions.check_in(actor=farm.captain(), placement_id=placed["Minji"].id, now=at(7, 55))
    again = actions.check_in(actor=farm.captain(), placement_id=placed["Minji"].id, now=at(9))

    assert (here.state, here.checked_in_at) == ("present", at(7, 55))
    assert again == here


def test_nobody_else_checks_people_in(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    for visitor in (farm.captain("Cooks"), ANONYMOUS, ORGANISER, farm.me("Minji")):
        with pytest.raises(NotFound):
            actions.check_in(actor=visitor, placement_id=placed["Minji"].id, now=at(8))
    with pytest.raises(NotFound):
        actions.check_in(actor=farm.captain(), placement_id=10**9, now=at(8))

    assert reads.placement_for(farm.me("Minji"), placed["Minji"].id).state == "accepted"


def test_who_gave_the_seat_back_or_went_home_is_not_checked_in(
    farm: Farm, placed: dict[str, PlacementFacts]
) -> None:
    actions.withdraw(actor=farm.me("Minji"), placement_id=placed["Minji"].id, now=at(6))
    actions.check_in_many(placement_ids=[placed["Bora"].id], at=at(8))
    actions.check_out_many(placement_ids=[placed["Bora"].id], at=at(16))

    for name in ("Minji", "Bora"):
        with pytest.raises(WrongMoment):
            actions.check_in(actor=farm.captain(), placement_id=placed[name].id, now=at(17))


def test_a_no_show_is_marked_only_after_the_shift_and_may_come_after_all(
    farm: Farm, placed: dict[str, PlacementFacts]
) -> None:
    actions.check_in(actor=farm.captain(), placement_id=placed["Minji"].id, now=at(8))
    campaign_id = farm.campaign.id

    assert actions.mark_no_shows(campaign_id=campaign_id, day=DAY, now=at(15, 59)) == 0
    assert actions.mark_no_shows(campaign_id=campaign_id, day=DAY, now=at(16)) == 2
    assert actions.mark_no_shows(campaign_id=campaign_id, day=DAY, now=at(17)) == 0

    late = actions.check_in(actor=farm.captain(), placement_id=placed["Bora"].id, now=at(16, 10))
    assert (late.state, late.checked_in_at) == ("present", at(16, 10))
    tally = reads.tally(campaign_id, DAY)
    assert (tally.accepted, tally.present, tally.no_show) == (0, 2, 1)


def test_only_who_is_here_is_checked_out(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    ids = [one.id for one in placed.values()]
    assert actions.check_in_many(placement_ids=ids[:2], at=at(8)) == 2
    assert actions.check_in_many(placement_ids=ids[:2], at=at(9)) == 0

    assert actions.check_out_many(placement_ids=ids[:1], at=at(15, 30)) == 1
    assert actions.check_out_many(placement_ids=ids, at=at(16), worked_minutes=470) == 1

    worked = [(facts.id, minutes) for facts, minutes in reads.worked_minutes(farm.campaign.id, DAY)]
    assert worked == [(ids[0], 450), (ids[1], 470)]


def test_a_captain_sees_their_crew_by_first_name_without_contact_or_home(
    farm: Farm, placed: dict[str, PlacementFacts]
) -> None:
    farm.post(seats=1, day=NEXT)
    crew = reads.crew(farm.captain(), farm.teams["Pickers"], DAY)

    assert [(one.given_name, one.state, one.first_day, one.under_18) for one in crew] == [
        ("Minji", "accepted", True, False),
        ("Bora", "accepted", True, False),
        ("Chul", "accepted", True, True),
    ]
    assert {field.name for field in fields(CrewMember)} == {
        *(
            "placement_id",
            "post_id",
            "person_id",
            "given_name",
            "state",
            "first_day",
            "under_18",
            "checked_in_at",
            "guardian_agreed",
            "waits",
        ),
        *("checked_out_at", "said_here_at", "said_gone_at", "walked_in"),
    }
    assert "@" not in str(crew)


def test_a_second_day_is_no_first_day(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    actions.check_in_many(placement_ids=[placed["Minji"].id], at=at(8))
    actions.mark_no_shows(campaign_id=farm.campaign.id, day=DAY, now=at(16))
    farm.post(day=NEXT, seats=5)
    farm.match(NEXT)
    farm.accept("Minji", NEXT)
    farm.accept("Bora", NEXT)

    crew = reads.crew(farm.captain(), farm.teams["Pickers"], NEXT)

    assert {one.given_name: one.first_day for one in crew} == {"Minji": False, "Bora": True}


def test_a_crew_is_for_its_captain_alone(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    for visitor in (farm.captain("Cooks"), ORGANISER, farm.me("Minji"), ANONYMOUS):
        with pytest.raises(NotFound):
            reads.crew(visitor, farm.teams["Pickers"], DAY)


def test_one_of_the_crew_hears_the_adults_first_names(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    minji = placed["Minji"].id

    # Chul is under 18: the captain alone reads the name (P6).
    assert reads.crew_names(farm.me("Minji"), minji) == ["Bora"]
    for visitor in (farm.me("Bora"), farm.captain("Cooks"), ORGANISER, ANONYMOUS):
        with pytest.raises(NotFound):
            reads.crew_names(visitor, minji)

    actions.withdraw(actor=farm.me("Minji"), placement_id=minji, now=at(6))
    assert reads.crew_names(farm.me("Minji"), minji) == []
    assert reads.crew_names(farm.me("Chul"), placed["Chul"].id) == ["Bora"]


def test_a_placement_is_for_its_person_and_their_captain(
    farm: Farm, placed: dict[str, PlacementFacts]
) -> None:
    placement = placed["Minji"]

    assert reads.placement_for(farm.me("Minji"), placement.id) == placement
    assert reads.placement_for(farm.captain(), placement.id) == placement
    for visitor in (farm.me("Bora"), farm.captain("Cooks"), ORGANISER, ANONYMOUS):
        with pytest.raises(NotFound):
            reads.placement_for(visitor, placement.id)
    with pytest.raises(NotFound):
        reads.placements_of(farm.me("Bora"), farm.people["Minji"])


def test_the_day_in_counts_tells_nothing_of_who_said_no(
    farm: Farm, placed: dict[str, PlacementFacts]
) -> None:
    farm.cast("Dami", "Eunho")
    farm.match(round_number=2)
    farm.decline("Dami")
    actions.check_in_many(placement_ids=[placed["Minji"].id, placed["Bora"].id], at=at(8))
    actions.check_out_many(placement_ids=[placed["Bora"].id], at=at(16))
    actions.withdraw(actor=farm.me("Chul"), placement_id=placed["Chul"].id, now=at(6))

    tally = reads.tally(farm.campaign.id, DAY)

    assert (tally.offered, tally.accepted, tally.present, tally.done) == (5, 0, 1, 1)
    assert (tally.no_show, tally.withdrawn) == (0, 1)
    assert not {name for name in tally.__slots__ if "decline" in name}


def test_what_is_missing_is_told_to_organisers_critical_first(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    pears = farm.post("Pears", tier=1, seats=3)
    soup = farm.post("Soup", tier=1, seats=2)
    road = farm.post("Road", tier=3, seats=9)

    assert reads.unfilled(ORGANISER, farm.campaign, DAY) == []  # before the match nothing is known
    farm.match()

    gaps = [(gap.post_id, gap.seats_open, gap.tier) for gap in reads.unfilled(ORGANISER, farm.campaign, DAY)]
    assert sum(seats for _, seats, tier in gaps if tier == 1) == 3
    assert gaps[-1] == (road, 9, 3)
    assert {post for post, *_ in gaps[:-1]} <= {pears, soup}
    for visitor in (STRANGER, farm.captain(), farm.me("Minji"), ANONYMOUS):
        with pytest.raises(NotAllowed):
            reads.unfilled(visitor, farm.campaign, DAY)


def test_an_organiser_of_a_part_sees_what_is_missing_there_alone(farm: Farm) -> None:
    post_id = farm.post(seats=2)  # in Naju
    farm.match()
    of_naju = Actor(account_id=7, grants=(Grant("organiser", area_path="/KR/16/102/"),))
    of_mokpo = Actor(account_id=8, grants=(Grant("organiser", area_path="/KR/16/103/"),))

    assert [gap.post_id for gap in reads.unfilled(of_naju, farm.campaign, DAY)] == [post_id]
    assert reads.why_unfilled_post(of_naju, post_id).post.id == post_id
    assert reads.unfilled(of_mokpo, farm.campaign, DAY) == []
    with pytest.raises(NotAllowed):
        reads.why_unfilled_post(of_mokpo, post_id)


def test_why_a_post_is_not_full_names_reasons_and_no_person(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.person("Chul", credentials=())
    farm.person("Dami", free_spans=((at(9), at(17)),))
    post_id = farm.post(seats=6)
    farm.match()
    farm.decline("Minji")

    why = reads.why_unfilled_post(ORGANISER, post_id)

    assert why.post.id == post_id
    assert (why.reasons.seats, why.reasons.within_travel, why.reasons.feasible) == (6, 4, 2)
    stops = {stop.rule: (stop.count, stop.alone) for stop in why.reasons.stops}
    assert stops == {"cover": (1, 0), "briefing": (1, 0), "hours": (1, 1)}
    assert ("starts_later", 60, 1) in {(x.name, x.amount, x.people_added) for x in why.reasons.levers}
    # A no is nobody's business: the run's placement is what counts (P3).
    assert why.reasons.placed_here == 2
    assert not any(name in str(why) for name in farm.people)
    for visitor in (STRANGER, farm.captain(), ANONYMOUS):
        with pytest.raises(NotAllowed):
            reads.why_unfilled_post(visitor, post_id)


def test_why_this_post_is_told_to_the_one_it_was_offered_to(farm: Farm) -> None:
    farm.cast("Minji")
    near = farm.post("Near", tier=2)
    far = farm.post("Far", tier=2, lat=35.10)
    farm.match()

    why = reads.why_this(farm.me("Minji"), farm.offer("Minji").id)

    assert (why.post.id, why.why.feasible) == (near, 2)
    assert [post.id for post in why.others.values()] == [far]
    assert [other.reason for other in why.why.alternatives] == ["costs_more"]


def test_why_this_post_of_a_second_round(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.match()
    farm.cast("Bora")
    farm.match(round_number=2)

    why = reads.why_this(farm.me("Bora"), farm.offer("Bora").id)

    assert (why.why.post, why.why.feasible, why.post.id) == (0, 1, farm.posts["Pick pears"])


def test_before_the_match_and_after_the_day_reasons_are_not_known(farm: Farm) -> None:
    farm.cast("Minji")
    post_id = farm.post(seats=4)
    with pytest.raises(RunNotReady, match="not matched"):
        reads.why_unfilled_post(ORGANISER, post_id)

    farm.match()
    farm.accept("Minji")
    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    with pytest.raises(RunNotReady, match="settled"):
        reads.why_unfilled_post(ORGANISER, post_id)
    with pytest.raises(RunNotReady, match="settled"):
        reads.why_this(farm.me("Minji"), farm.offer("Minji").id)


def test_reasons_follow_a_post_that_was_added_after_the_match(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.match()
    added = farm.post("Added", lat=35.04)

    why = reads.why_unfilled_post(ORGANISER, added)

    assert (why.reasons.filled, why.reasons.feasible) == (0, 1)


def test_the_guardian_is_no_door_to_a_childs_placement(farm: Farm, placed: dict[str, PlacementFacts]) -> None:
    guardian = Actor(guardian_of=farm.people["Chul"])

    with pytest.raises(NotFound):
        reads.crew_names(guardian, placed["Chul"].id)
    assert reads.placements_of(SYSTEM, farm.people["Chul"]) == [placed["Chul"]]


def test_the_seat_of_whoever_did_not_arrive_is_free_and_they_may_come_after_all(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2)
    farm.match()
    placement = {name: farm.accept(name).id for name in ("Minji", "Bora")}
    post_id = farm.posts["Pick pears"]

    def seats_taken() -> int:
        return needs.post(post_id).seats_taken

    with pytest.raises(ShiftNotBegun):
        actions.did_not_arrive(actor=farm.captain(), placement_id=placement["Minji"], now=at(7, 59))
    with pytest.raises(NotFound):
        actions.did_not_arrive(actor=captain(10**6), placement_id=placement["Minji"], now=at(9))
    for _ in range(2):  # a second tap changes nothing
        for name in placement:
            missing = actions.did_not_arrive(actor=farm.captain(), placement_id=placement[name], now=at(9))
            assert missing.state == "no_show"
    assert seats_taken() == 0

    assert (
        actions.check_in(actor=farm.captain(), placement_id=placement["Minji"], now=at(9, 30)).state
        == "present"
    )
    assert seats_taken() == 1
    need_actions.take_seat(post_id=post_id)  # somebody came for Bora
    assert (
        actions.check_in(actor=farm.captain(), placement_id=placement["Bora"], now=at(10)).state == "present"
    )
    assert seats_taken() == 2
    with pytest.raises(WrongMoment):
        actions.did_not_arrive(actor=farm.captain(), placement_id=placement["Minji"], now=at(11))
