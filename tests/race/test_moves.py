"""People who change posts at the same moment as others take, give back and promise the same seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from types import SimpleNamespace

import pytest
from django.db import transaction

from dure.base.access import actor_of
from dure.movement.ledger import actions as ledger
from dure.movement.matching import actions, latecomers, reads
from dure.movement.matching.actions import days
from dure.movement.matching.models import Offer, Placement, Run, RunInput
from dure.movement.needs import actions as need_actions
from dure.movement.needs import reads as need_reads
from dure.movement.people import actions as people
from dure.operations import leaving
from tests.movement.matching.farm import DAY, NAJU, SIGNED_UP, Farm, at, made, settle_valley
from tests.race.crowd import at_once

HELPERS = 12
KM = 1 / 111.2

pytestmark = pytest.mark.django_db(transaction=True)


def sound(farm: Farm) -> None:
    """Seats counted as taken are those of people who sit there, and nobody sits twice."""
    live = Placement.objects.exclude(state="withdrawn")
    by_post = Counter(live.values_list("post_id", flat=True))
    for post_id in farm.posts.values():
        post = need_reads.post(post_id)
        assert post.seats_taken == by_post[post_id]
        assert post.seats_taken <= post.seats
    assert max(Counter(live.values_list("person_id", flat=True)).values()) == 1


def moving(seats: int) -> tuple[Farm, list[tuple[int, int]]]:
    """Twelve who said yes to the orchard and are asked to go to the dam, ``seats`` of them; (person, offer)."""
    farm = settle_valley()
    rows = [farm.new_person(f"Helper{number}") for number in range(HELPERS)]
    people.register_many(rows=rows, now=SIGNED_UP)
    farm.post("Orchard", seats=HELPERS, tier=3, starts=14, ends=20)
    farm.match()
    for offer in reads.open_offers(farm.campaign.id, DAY):
        me = actor_of(person_id=offer.person_id)
        actions.accept(actor=me, offer_id=offer.id, request_id=made("first", offer.id), now=at(5))
    farm.post("Dam", seats=seats, tier=1, lat=NAJU[0] + KM, starts=14, ends=20)
    run = actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=at(6))
    actions.publish_run(run_id=run.id, now=at(6), expires_at=at(12))
    asked = reads.open_offers(farm.campaign.id, DAY)
    assert len(asked) == seats
    return farm, [(offer.person_id, offer.id) for offer in asked]


def test_all_who_move_at_once_leave_one_seat_each_and_take_one() -> None:
    farm, asked = moving(HELPERS)

    def moves(number: int) -> str:
        person_id, offer_id = asked[number]
        me = actor_of(person_id=person_id)
        return actions.accept(actor=me, offer_id=offer_id, request_id=made("move", number), now=at(7)).state

    assert at_once(HELPERS, moves) == {"accepted": HELPERS}
    sound(farm)
    assert need_reads.post(farm.posts["Orchard"]).seats_taken == 0


def test_two_answers_of_one_person_at_once_leave_one_seat_and_take_one() -> None:
    farm, asked = moving(1)
    person_id, offer_id = asked[0]
    me = actor_of(person_id=person_id)

    def answers(number: int) -> str:
        if number % 2:
            actions.decline(actor=me, offer_id=offer_id, now=at(7))
            return "no"
        return actions.accept(actor=me, offer_id=offer_id, request_id=made("move"), now=at(7)).state

    heard = at_once(8, answers)

    assert set(heard) <= {"accepted", "no", "offer_gone"}
    assert heard["accepted"] == 4
    sound(farm)


def test_the_old_seat_is_given_back_once_whoever_else_lets_go_of_it() -> None:
    farm, asked = moving(4)
    seats = {one.person_id: one.id for one in reads.placements_of_day(farm.campaign.id, DAY)}

    def lets_go(number: int) -> str:
        person_id, offer_id = asked[number // 2]
        me = actor_of(person_id=person_id)
        if number % 2:
            return actions.withdraw(actor=me, placement_id=seats[person_id], now=at(7)).state
        return actions.accept(actor=me, offer_id=offer_id, request_id=made("move", number), now=at(7)).state

    assert at_once(8, lets_go) == {"accepted": 4, "withdrawn": 4}
    sound(farm)
    assert need_reads.post(farm.posts["Dam"]).seats_taken == 4


def test_people_who_change_places_do_not_wait_for_each_other_in_a_ring() -> None:
    """Half go from the orchard to the dam while half go from the dam to the orchard."""
    farm, asked = moving(HELPERS // 2)
    for number, (person_id, offer_id) in enumerate(asked):
        me = actor_of(person_id=person_id)
        actions.accept(actor=me, offer_id=offer_id, request_id=made("there", number), now=at(7))
    run = Offer.objects.get(pk=asked[0][1]).run_id
    orchard, dam = farm.posts["Orchard"], farm.posts["Dam"]
    there = {one.person_id: one.post_id for one in reads.placements_of_day(farm.campaign.id, DAY)}
    Offer.objects.filter(run_id=run).delete()
    offers = [
        Offer.objects.create(
            run_id=run,
            person_id=person_id,
            post_id=orchard if post_id == dam else dam,
            instead_of_id=post_id,
            travel_m=0,
        )
        for person_id, post_id in there.items()
        if person_id is not None
    ]

    def changes(number: int) -> str:
        offer = offers[number]
        me = actor_of(person_id=offer.person_id)
        return actions.accept(actor=me, offer_id=offer.pk, request_id=made("change", number), now=at(8)).state

    heard = at_once(HELPERS, changes)

    assert set(heard) <= {"accepted", "need_full"}
    sound(farm)


def test_a_seat_is_taken_or_promised_never_both() -> None:
    """Latecomers take seats of the dam while a match that offers them is published."""
    farm, _ = moving(2)
    farm.post("Levee", seats=4, tier=1, lat=NAJU[0] + KM, starts=14, ends=20)
    late = [farm.person(f"Late{number}") for number in range(6)]
    run = actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=at(6))
    assert Offer.objects.filter(run_id=run.id, post_id=farm.posts["Levee"]).count() == 4

    def comes(number: int) -> str:
        if number == 0:
            actions.publish_run(run_id=run.id, now=at(6), expires_at=at(12))
            return "published"
        me = actor_of(person_id=late[number - 1])
        taken = latecomers.take(
            actor=me,
            person_id=late[number - 1],
            post_id=farm.posts["Levee"],
            request_id=made("late", number),
            now=at(6) + timedelta(minutes=1),
        )
        return taken.state

    heard = at_once(7, comes)

    promised = Offer.objects.filter(post_id=farm.posts["Levee"], state="open").count()
    assert heard["published"] == 1
    assert promised + heard["accepted"] <= 4
    assert need_reads.post(farm.posts["Levee"]).seats_taken == heard["accepted"]
    sound(farm)


def test_whoever_leaves_dure_while_they_say_yes_keeps_no_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    farm, asked = moving(1)
    person_id, offer_id = asked[0]
    me = actor_of(person_id=person_id)
    halfway, answered = Event(), Event()
    forget = ledger.forget_person

    def slowly(*, person_id: int) -> int:
        halfway.set()
        answered.wait(timeout=0.5)
        return forget(person_id=person_id)

    monkeypatch.setattr(ledger, "forget_person", slowly)

    def goes(number: int) -> str:
        if number == 0:
            leaving.leave(actor=me, person_id=person_id, now=at(7))
            return "left"
        halfway.wait(timeout=30)
        try:
            return actions.accept(actor=me, offer_id=offer_id, request_id=made("move"), now=at(7)).state
        finally:
            answered.set()

    heard = at_once(2, goes)

    assert heard["left"] == 1
    assert not Placement.objects.filter(person__isnull=True, state="accepted").exists()
    assert need_reads.post(farm.posts["Dam"]).seats_taken == 0
    assert need_reads.post(farm.posts["Orchard"]).seats_taken == HELPERS - 1


def test_a_day_settled_while_a_match_of_it_is_written_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    farm, _ = moving(2)
    farm.post("Levee", seats=2, tier=1, lat=NAJU[0] + KM, starts=14, ends=20)
    written, settled = Event(), Event()

    @contextmanager
    def slow() -> Iterator[None]:
        """Between the last look and the end of the transaction that writes the run the other settles the day."""
        with transaction.atomic():
            yield
            if RunInput.objects.filter(run__published_at=None).exists():
                written.set()
                settled.wait(timeout=0.5)

    monkeypatch.setattr(days, "transaction", SimpleNamespace(atomic=slow))

    def does(number: int) -> str:
        if number == 0:
            return actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=at(6)).state
        written.wait(timeout=30)
        actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))
        settled.set()
        return "settled"

    heard = at_once(2, does)

    assert heard["settled"] == 1
    assert not RunInput.objects.exists()
    assert not Run.objects.filter(published_at=None).exists()
    assert not Offer.objects.exclude(state="accepted").exists()


def test_a_day_settled_while_a_round_of_it_is_published_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    farm, _ = moving(2)
    farm.post("Levee", seats=2, tier=1, lat=NAJU[0] + KM, starts=14, ends=20)
    run = actions.run_again(campaign_id=farm.campaign.id, day=DAY, now=at(6))
    halfway, settled = Event(), Event()
    hold = need_actions.hold_seats

    def slowly(*, post_ids: list[int]) -> dict[int, int]:
        halfway.set()
        settled.wait(timeout=0.5)
        return hold(post_ids=post_ids)

    monkeypatch.setattr(need_actions, "hold_seats", slowly)

    def does(number: int) -> str:
        if number == 0:
            return actions.publish_run(run_id=run.id, now=at(6), expires_at=at(12)).state
        halfway.wait(timeout=30)
        actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))
        settled.set()
        return "settled"

    at_once(2, does)

    assert not Offer.objects.exclude(state="accepted").exists()
    assert not Run.objects.filter(settled_at=None).exists()
