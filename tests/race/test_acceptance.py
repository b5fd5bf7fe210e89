"""Sixty people with an offer for ten seats answer at once; on SQLite in a file and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base.access import SYSTEM, actor_of
from dure.movement.matching import actions, latecomers, reads
from dure.movement.matching.errors import RestShort
from dure.movement.matching.types import NewAcceptance
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as need_reads
from dure.movement.needs.errors import NeedFull
from dure.movement.people import actions as people
from tests.movement.matching.farm import DAY, SIGNED_UP, Farm, at, made, settle_valley
from tests.race.crowd import at_once

PEOPLE = 60
SEATS = 10
NEXT = DAY + timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(seats_left: int) -> tuple[Farm, list[tuple[int, int]]]:
    """Sixty offers of a post of sixty seats, all but ``seats_left`` of which neighbours took since; (person, offer)."""
    farm = settle_valley()
    rows = [farm.new_person(f"Helper{number}") for number in range(PEOPLE)]
    people.register_many(rows=rows, now=SIGNED_UP)
    post_id = farm.post(seats=PEOPLE)
    farm.match()
    if taken := PEOPLE - seats_left:
        needs.take_seats(counts={post_id: taken})
    return farm, [(offer.person_id, offer.id) for offer in reads.open_offers(farm.campaign.id, DAY)]


def placements(farm: Farm) -> int:
    return len(reads.placements_of_day(farm.campaign.id, DAY))


def test_sixty_who_accept_ten_seats_give_ten_placements_and_fifty_clean_refusals() -> None:
    farm, asked = crowd(SEATS)

    def accept(number: int) -> str:
        person_id, offer_id = asked[number]
        me = actor_of(person_id=person_id)
        return actions.accept(actor=me, offer_id=offer_id, request_id=made(number), now=at(5)).state

    assert at_once(PEOPLE, accept) == {"accepted": SEATS, NeedFull.code: PEOPLE - SEATS}
    assert placements(farm) == SEATS
    assert need_reads.post(farm.posts["Pick pears"]).seats_taken == PEOPLE
    # Who was refused could still say yes to a seat that comes free.
    assert len(reads.open_offers(farm.campaign.id, DAY)) == PEOPLE - SEATS


def test_twenty_copies_of_one_request_take_one_seat_and_are_all_told_yes() -> None:
    farm, asked = crowd(SEATS)
    person_id, offer_id = asked[0]

    def accept(number: int) -> str:
        me = actor_of(person_id=person_id)
        placement = actions.accept(actor=me, offer_id=offer_id, request_id=made("one"), now=at(5))
        return f"{placement.id} {placement.state}"

    heard = at_once(20, accept)

    assert len(heard) == 1
    assert placements(farm) == 1
    assert need_reads.post(farm.posts["Pick pears"]).seats_taken == PEOPLE - SEATS + 1


def test_copies_of_one_late_request_take_one_seat_and_are_all_told_yes() -> None:
    farm = settle_valley()
    farm.post(seats=3)
    farm.match()
    minji = farm.person("Minji")

    def takes(number: int) -> str:
        return latecomers.take(
            actor=actor_of(person_id=minji),
            person_id=minji,
            post_id=farm.posts["Pick pears"],
            request_id=made("late"),
            now=at(5),
        ).state

    assert at_once(8, takes) == {"accepted": 8}
    assert need_reads.post(farm.posts["Pick pears"]).seats_taken == 1


def test_answers_in_bulk_and_singly_at_once_take_each_seat_once() -> None:
    farm, asked = crowd(SEATS)

    def accept(number: int) -> str:
        if number % 4 == 0:
            rows = [NewAcceptance(offer_id, made(person_id)) for person_id, offer_id in asked]
            actions.accept_many(acceptances=rows, now=at(5))
            return "sent"
        person_id, offer_id = asked[number]
        return actions.accept(actor=SYSTEM, offer_id=offer_id, request_id=made(person_id), now=at(5)).state

    at_once(16, accept)

    assert placements(farm) == SEATS
    assert need_reads.post(farm.posts["Pick pears"]).seats_taken == PEOPLE


def test_answers_and_withdrawals_at_once_leave_a_true_count() -> None:
    farm, asked = crowd(PEOPLE)

    def ask(number: int) -> str:
        person_id, offer_id = asked[number]
        me = actor_of(person_id=person_id)
        placement = actions.accept(actor=me, offer_id=offer_id, request_id=made(number), now=at(5))
        if number % 2:
            return actions.withdraw(actor=me, placement_id=placement.id, now=at(5)).state
        return placement.state

    assert at_once(20, ask) == {"accepted": 10, "withdrawn": 10}
    assert placements(farm) == 10
    assert need_reads.post(farm.posts["Pick pears"]).seats_taken == 10


def test_two_neighbouring_days_taken_at_once_never_leave_less_than_eleven_hours_between() -> None:
    farm = settle_valley()
    names = [f"Helper{number}" for number in range(10)]
    farm.cast(*names)
    farm.post("Late", starts=14, ends=22, seats=10)
    farm.post("Early", day=NEXT, starts=6, ends=14, seats=10)
    farm.match()
    farm.match(NEXT, now=at(4))
    offers = [(name, day, farm.offer(name, day).id) for name in names for day in (DAY, NEXT)]

    def accept(number: int) -> str:
        name, day, offer_id = offers[number]
        request_id = made(name, day)
        return actions.accept(actor=farm.me(name), offer_id=offer_id, request_id=request_id, now=at(5)).state

    assert at_once(len(offers), accept) == {"accepted": 10, RestShort.code: 10}
