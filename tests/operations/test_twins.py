""" "No" is free and leaves no trace (P3): of two who are alike one declines, the other was never asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.movement.calls import reads as calls
from dure.movement.matching import actions
from dure.movement.matching import reads as matching
from dure.movement.matching.types import NewAcceptance
from dure.operations import answers
from dure.operations.day import match_day, open_day, settle_day
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.operations.every_table import left_of, mentions, tables

TIMES = 20


@pytest.fixture
def twins(farm: Farm) -> Farm:
    """Minji and Bora, alike but for a kilometre, so that every morning it is Minji who is asked first."""
    farm.person("Minji")
    farm.person("Bora", home_lat=35.04)
    return farm


def turn(farm: Farm, day: date) -> str:
    """A day on which whoever of the twins is asked says no; their name."""
    farm.post("Pick pears", day=day, seats=1)
    open_day(campaign_id=farm.campaign.id, day=day, now=at(3, day=day))
    match_day(campaign_id=farm.campaign.id, day=day, now=at(4, day=day), expires_at=at(7, day=day))
    actions.tell_offered(now=at(4, day=day), count_max=9)
    (asked,) = farm.offered(day)
    actions.decline(actor=farm.me(asked), offer_id=farm.offer(asked, day).id, now=at(5, day=day))
    settle_day(campaign_id=farm.campaign.id, day=day, now=at(22, day=day))
    return asked


def test_who_declined_twenty_times_and_who_was_never_asked_leave_the_same_rows(twins: Farm) -> None:
    asked = [turn(twins, DAY + timedelta(days=number)) for number in range(TIMES)]

    assert asked == ["Minji"] * TIMES  # a no costs no offer
    minji, bora = (left_of(twins.people[name], but={"home_lat"}) for name in ("Minji", "Bora"))
    assert minji == bora
    assert {"Person", "SignUp", "Answer", "OutboxMessage"} <= minji.keys()
    assert not {"Offer", "Placement"} & minji.keys()


def test_the_screens_of_both_say_the_same(twins: Farm) -> None:
    day = DAY
    turn(twins, day)
    campaign_id = twins.campaign.id

    said = [
        answers.current(
            actor=twins.me(name), person_id=twins.people[name], campaign_id=campaign_id, now=at(23)
        )
        for name in ("Minji", "Bora")
    ]

    assert said[0] == said[1]
    assert said[0] is not None
    assert said[0].kind == "reserve"
    assert matching.offers_of(twins.me("Minji"), twins.people["Minji"]) == []


def test_before_the_day_is_settled_the_rows_do_differ(twins: Farm) -> None:
    """The comparison can fail: it sees an offer and its notice."""
    twins.post("Pick pears", seats=1)
    open_day(campaign_id=twins.campaign.id, day=DAY, now=at(3))
    match_day(campaign_id=twins.campaign.id, day=DAY, now=at(4), expires_at=at(7))
    actions.tell_offered(now=at(4), count_max=9)
    (asked,) = twins.offered()
    (other,) = set(twins.people) - {asked}

    assert left_of(twins.people[asked], but={"home_lat"}) != left_of(twins.people[other], but={"home_lat"})
    kinds = {row["kind"] for row in mentions(twins.people[asked])["OutboxMessage"]}
    assert "offer" in kinds
    assert "Offer" in mentions(twins.people[asked])


def test_who_let_an_offer_pass_leaves_no_more_than_who_said_no(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=2)
    open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))
    match_day(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(7))
    silent, refuser = farm.offered()
    farm.decline(refuser)
    settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))
    (never,) = set(farm.people) - {silent, refuser}

    assert left_of(farm.people[silent]) == left_of(farm.people[refuser]) == left_of(farm.people[never])


def test_one_who_accepts_in_the_second_round_changes_nothing_for_the_decliner(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=1)
    campaign_id = farm.campaign.id
    open_day(campaign_id=campaign_id, day=DAY, now=at(3))
    match_day(campaign_id=campaign_id, day=DAY, now=at(4), expires_at=at(6))
    (refuser,) = farm.offered()
    farm.decline(refuser)
    match_day(campaign_id=campaign_id, day=DAY, now=at(6), expires_at=at(7), round_number=2)
    (taker,) = {offer.person_id for offer in matching.open_offers(campaign_id, DAY)}
    rows = [NewAcceptance(o.id, made("second")) for o in matching.open_offers(campaign_id, DAY)]
    assert actions.accept_many(acceptances=rows, now=at(6)) == (1, 0)
    settle_day(campaign_id=campaign_id, day=DAY, now=at(22))
    (never,) = set(farm.people.values()) - {farm.people[refuser], taker}

    assert left_of(farm.people[refuser]) == left_of(never)


def test_no_table_counts_refusals(farm: Farm) -> None:
    columns = {
        c.attname for model in tables() for c in model._meta.concrete_fields if model.__name__ != "Nomination"
    }

    assert not {name for name in columns if "declin" in name or "refusal" in name or "score" in name}
    assert calls.tally(farm.campaign.id).signed_up_count == 0
