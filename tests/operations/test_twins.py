""" "No" is free and leaves no trace (P3): who declined and who was never asked are told, and stored, the same.

The line tells people apart by how long they wait, so two people of one day are no twins. What is compared is one
person in two worlds: in one they are asked and decline, in the other nobody is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from dure.movement.calls import reads as calls
from dure.movement.calls.types import AnswerFacts
from dure.movement.matching import actions
from dure.movement.matching import reads as matching
from dure.movement.matching.types import NewAcceptance
from dure.movement.people import actions as people
from dure.operations import answers
from dure.operations.day import match_day, open_day, settle_day
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.operations.every_table import left_of, mentions, tables

TIMES = 20
Left = dict[str, dict[str, Counter[str]]]


class BackAgain(Exception):
    """Nothing of a world stays."""


def in_a_world(live: Callable[[], Left]) -> Left:
    """What is left of everybody after living through something, of which nothing stays."""
    found: Left = {}
    try:
        with transaction.atomic():
            found = live()
            raise BackAgain
    except BackAgain:
        return found


@pytest.fixture
def twins(farm: Farm) -> Farm:
    """Minji and Bora, alike but for a kilometre, so that every morning it is Minji who is asked first."""
    farm.person("Minji")
    farm.person("Bora", home_lat=35.04)
    return farm


def turn(farm: Farm, day: date, *, is_asked: bool = True) -> None:
    """A day with one post, on which Minji is asked and says no, or nobody is asked."""
    farm.post("Pick pears", day=day, seats=1)
    open_day(campaign_id=farm.campaign.id, day=day, now=at(3, day=day))
    answers.refresh(campaign_id=farm.campaign.id, day=day, now=at(6, day=day))
    if is_asked:
        match_day(campaign_id=farm.campaign.id, day=day, now=at(6, day=day), expires_at=at(7, day=day))
        actions.tell_offered(now=at(6, day=day), count_max=9)
        (asked,) = farm.offered(day)
        assert asked == "Minji"  # a no costs no offer
        answers.refresh(campaign_id=farm.campaign.id, day=day, now=at(6, 30, day=day))
        actions.decline(actor=farm.me(asked), offer_id=farm.offer(asked, day).id, now=at(6, 40, day=day))
        answers.refresh(campaign_id=farm.campaign.id, day=day, now=at(6, 50, day=day))
        settle_day(campaign_id=farm.campaign.id, day=day, now=at(22, day=day))
    else:
        answers.refresh(campaign_id=farm.campaign.id, day=day, now=at(6, 30, day=day))
        answers.refresh(campaign_id=farm.campaign.id, day=day, now=at(6, 50, day=day))
        answers.refresh(campaign_id=farm.campaign.id, day=day, now=at(22, day=day))


def test_who_declined_twenty_times_and_who_was_never_asked_leave_the_same_rows(twins: Farm) -> None:
    def live(is_asked: bool) -> Left:
        for number in range(TIMES):
            turn(twins, DAY + timedelta(days=number), is_asked=is_asked)
        return {name: left_of(pk) for name, pk in twins.people.items()}

    asked = in_a_world(lambda: live(is_asked=True))
    not_asked = in_a_world(lambda: live(is_asked=False))

    assert asked == not_asked
    assert {"Person", "SignUp", "Answer", "OutboxMessage"} <= asked["Minji"].keys()
    assert not {"Offer", "Placement"} & asked["Minji"].keys()


def test_the_screen_says_the_same_to_who_declined_and_who_was_never_asked(twins: Farm) -> None:
    said: list[AnswerFacts | None] = []

    def live(is_asked: bool) -> Left:
        turn(twins, DAY, is_asked=is_asked)
        me, pk = twins.me("Minji"), twins.people["Minji"]
        said.append(answers.current(actor=me, person_id=pk, campaign_id=twins.campaign.id, now=at(23)))
        assert matching.offers_of(me, pk) == []
        return {}

    in_a_world(lambda: live(is_asked=True))
    in_a_world(lambda: live(is_asked=False))

    assert said[0] == said[1]
    assert said[0] is not None
    assert said[0].kind == "accepted"


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
    farm.cast("Minji", "Bora")
    farm.post(seats=2)

    def live(refuser: str | None) -> Left:
        open_day(campaign_id=farm.campaign.id, day=DAY, now=at(3))
        match_day(campaign_id=farm.campaign.id, day=DAY, now=at(4), expires_at=at(7))
        assert set(farm.offered()) == {"Minji", "Bora"}
        if refuser:
            farm.decline(refuser)
        settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(22))
        return {name: left_of(pk) for name, pk in farm.people.items()}

    assert (
        in_a_world(lambda: live("Minji"))
        == in_a_world(lambda: live(None))
        == in_a_world(lambda: live("Bora"))
    )


def hours(farm: Farm, name: str, spans: tuple[tuple[datetime, datetime], ...]) -> None:
    """What somebody offers of DAY."""
    people.set_free_hours(
        actor=farm.me(name),
        person_id=farm.people[name],
        day_start=at(0),
        day_end=at(0, day=DAY + timedelta(days=1)),
        spans=spans,
    )


def test_one_who_accepts_in_the_second_round_changes_nothing_for_the_decliner(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=1)
    campaign_id = farm.campaign.id

    def live(round_number: int) -> Left:
        """In round 2 Bora takes what Minji declined; in round 1 Bora has no rival, since Minji is not asked."""
        whole_day = ((at(0), at(0, day=DAY + timedelta(days=1))),)
        hours(farm, "Minji", whole_day)
        open_day(campaign_id=campaign_id, day=DAY, now=at(3))
        if round_number == 2:
            match_day(campaign_id=campaign_id, day=DAY, now=at(4), expires_at=at(6))
            assert set(farm.offered()) == {"Minji"}
            farm.decline("Minji")
            match_day(campaign_id=campaign_id, day=DAY, now=at(6), expires_at=at(7), round_number=2)
        else:
            hours(farm, "Minji", ())
            match_day(campaign_id=campaign_id, day=DAY, now=at(6), expires_at=at(7))
            hours(farm, "Minji", whole_day)
        (offer,) = matching.open_offers(campaign_id, DAY)
        assert offer.person_id == farm.people["Bora"]
        assert actions.accept_many(acceptances=[NewAcceptance(offer.id, made("second"))], now=at(6)) == (1, 0)
        settle_day(campaign_id=campaign_id, day=DAY, now=at(22))
        return {"Minji": left_of(farm.people["Minji"])}

    assert in_a_world(lambda: live(2)) == in_a_world(lambda: live(1))


def test_no_table_counts_refusals(farm: Farm) -> None:
    columns = {
        c.attname for model in tables() for c in model._meta.concrete_fields if model.__name__ != "Nomination"
    }

    assert not {name for name in columns if "declin" in name or "refusal" in name or "score" in name}
    assert calls.tally(farm.campaign.id).signed_up_count == 0
