"""Answering an offer: once, freely, and only one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.matching import actions, reads
from dure.movement.matching.actions import offers as offers_module
from dure.movement.matching.errors import AlreadyPlaced, OfferGone, RequestReused, WrongMoment
from dure.movement.matching.models import Offer, Placement
from dure.movement.matching.types import NewAcceptance
from dure.movement.needs import actions as needs
from dure.movement.needs import reads as need_reads
from dure.movement.needs.errors import NeedCancelled, NeedFull
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at, captain, made

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def offered(farm: Farm) -> Farm:
    """Minji, Bora and Chul each have an offer of one post with three seats."""
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    farm.match()
    return farm


def seats_taken(farm: Farm) -> int:
    return need_reads.post(farm.posts["Pick pears"]).seats_taken


def test_a_seat_is_taken_once_however_often_one_request_comes(offered: Farm) -> None:
    first = offered.accept("Minji")

    assert offered.accept("Minji") == first
    assert offered.accept("Minji", now=at(23)) == first  # the answer was lost for hours
    assert (seats_taken(offered), first.state, first.day) == (1, "accepted", DAY)


def test_a_second_request_for_an_accepted_offer_is_refused(offered: Farm) -> None:
    offered.accept("Minji")

    with pytest.raises(OfferGone, match="accepted"):
        actions.accept(
            actor=offered.me("Minji"), offer_id=offered.offer("Minji").id, request_id=made("other"), now=at(5)
        )
    assert seats_taken(offered) == 1


def test_a_request_id_stands_for_one_post_of_one_person(offered: Farm) -> None:
    offered.accept("Minji")

    with pytest.raises(RequestReused):
        actions.accept(
            actor=offered.me("Bora"),
            offer_id=offered.offer("Bora").id,
            request_id=made("accept", "Minji", DAY),
            now=at(5),
        )
    assert offered.offer("Bora").state == "open"
    assert seats_taken(offered) == 1


@pytest.mark.parametrize("visitor", [ANONYMOUS, ORGANISER, captain(1), Actor(person_id=10**6)])
def test_anothers_offer_looks_like_one_that_is_not_there(offered: Farm, visitor: Actor) -> None:
    offer_id = offered.offer("Minji").id
    asks: list[Callable[[], object]] = [
        lambda: actions.accept(actor=visitor, offer_id=offer_id, request_id=made("z"), now=at(5)),
        lambda: actions.accept(actor=visitor, offer_id=10**9, request_id=made("z"), now=at(5)),
        lambda: actions.decline(actor=visitor, offer_id=offer_id, now=at(5)),
        lambda: reads.offer_for(visitor, offer_id),
        lambda: reads.why_this(visitor, offer_id),
        lambda: reads.offers_of(visitor, offered.people["Minji"]),
    ]

    for ask in asks:
        with pytest.raises(NotFound):
            ask()
    assert offered.offer("Minji").state == "open"
    assert seats_taken(offered) == 0


def test_an_offer_ends_when_its_time_is_up(offered: Farm) -> None:
    offered.accept("Minji", now=at(7, 29))
    for late in (at(7, 30), at(12)):
        with pytest.raises(OfferGone, match="time"):
            offered.accept("Bora", now=late)
    with pytest.raises(OfferGone):
        actions.decline(actor=offered.me("Bora"), offer_id=offered.offer("Bora").id, now=at(7, 30))

    assert seats_taken(offered) == 1


def test_a_full_post_refuses_and_leaves_the_offer_open(offered: Farm) -> None:
    offered.accept("Minji")
    needs.take_seats(counts={offered.posts["Pick pears"]: 2})  # neighbours came by themselves

    with pytest.raises(NeedFull):
        offered.accept("Bora")
    assert offered.offer("Bora").state == "open"
    assert reads.placements_of(SYSTEM, offered.people["Bora"]) == []


def test_a_cancelled_post_takes_nobody(offered: Farm) -> None:
    needs.cancel(actor=ORGANISER, post_id=offered.posts["Pick pears"], now=at(5))

    with pytest.raises(NeedCancelled):
        offered.accept("Minji")


def test_a_second_post_on_a_day_is_refused_and_its_seat_stays_free(offered: Farm) -> None:
    offered.accept("Minji")
    other = offered.post("Peel pears", starts=20, ends=22, team="Cooks")
    run = reads.run_of(offered.campaign.id, DAY)
    assert run is not None
    offer = Offer.objects.get(person_id=offered.people["Minji"])
    Offer.objects.filter(pk=offer.pk).update(post_id=other, state="open")

    with pytest.raises(Refusal) as no:
        actions.accept(actor=offered.me("Minji"), offer_id=offer.pk, request_id=made("second"), now=at(5))

    assert no.value.code in {AlreadyPlaced.code, "rest_short"}
    assert need_reads.post(other).seats_taken == 0


def test_a_no_can_be_taken_back_until_the_offer_ends(offered: Farm) -> None:
    offered.decline("Minji")
    offered.decline("Minji")
    assert offered.offer("Minji").state == "declined"

    assert offered.accept("Minji").state == "accepted"
    with pytest.raises(OfferGone):
        offered.decline("Minji")
    assert seats_taken(offered) == 1


def test_many_say_no_at_once(offered: Farm) -> None:
    offered.accept("Chul")
    ids = [offered.offer(name).id for name in ("Minji", "Bora", "Chul")]

    assert actions.decline_many(offer_ids=[*ids, 10**9], now=at(5)) == 2
    assert actions.decline_many(offer_ids=ids, now=at(5)) == 0
    assert [offered.offer(name).state for name in ("Minji", "Bora", "Chul")] == [
        "declined",
        "declined",
        "accepted",
    ]


def test_a_seat_given_back_is_free_for_others(offered: Farm) -> None:
    placement = offered.accept("Minji")

    back = actions.withdraw(actor=offered.me("Minji"), placement_id=placement.id, now=at(7, 59))
    again = actions.withdraw(actor=offered.me("Minji"), placement_id=placement.id, now=at(9))

    assert (back.state, again) == ("withdrawn", back)
    assert seats_taken(offered) == 0
    # Of the three seats two are still on offer.
    (gap,) = reads.unfilled(ORGANISER, offered.campaign, DAY)
    assert (gap.post_id, gap.seats_open) == (offered.posts["Pick pears"], 1)


def test_once_the_shift_has_begun_a_seat_is_not_given_back_by_oneself(offered: Farm) -> None:
    placement = offered.accept("Minji")

    with pytest.raises(WrongMoment):
        actions.withdraw(actor=offered.me("Minji"), placement_id=placement.id, now=at(8))
    with pytest.raises(NotFound):
        actions.withdraw(actor=offered.me("Bora"), placement_id=placement.id, now=at(7))
    assert seats_taken(offered) == 1


def test_giving_every_seat_back_frees_each_once(farm: Farm) -> None:
    minji, _ = farm.cast("Minji", "Bora")
    farm.post("First")
    farm.post("Second", day=NEXT)
    farm.match()
    farm.match(NEXT, now=at(4))
    for name in ("Minji", "Bora"):
        farm.accept(name)
        farm.accept(name, NEXT, now=at(5))

    assert actions.withdraw_all(person_id=minji, now=at(5)) == 2
    assert actions.withdraw_all(person_id=minji, now=at(5)) == 0
    assert [need_reads.post(farm.posts[name]).seats_taken for name in ("First", "Second")] == [1, 1]


def state(farm: Farm) -> object:
    """All that answers leave behind, by name: which offer, which seat."""
    return (
        {name: [offer.state for offer in farm.offers(name)] for name in farm.people},
        {name: [p.state for p in reads.placements_of(SYSTEM, pk)] for name, pk in farm.people.items()},
        {post: need_reads.post(pk).seats_taken for post, pk in farm.posts.items()},
    )


def rows_of_a_wild_day(farm: Farm) -> list[NewAcceptance]:
    """Everything that can be wrong with answers in bulk, on a post of four seats that eight were offered."""
    farm.cast("Iseul")
    post_id = farm.post(seats=8)
    actions.publish_run(run_id=farm.solve().id, now=at(4), expires_at=at(4, 30))
    late = farm.offer("Iseul").id
    farm.cast("Minji", "Bora", "Chul", "Dami", "Eunho", "Garam", "Haneul")
    farm.match(round_number=2)
    declined = farm.offer("Bora").id
    farm.decline("Bora")
    farm.cast("Jiwoo")
    gone = farm.post("Called off", seats=1, tier=1)
    farm.match(round_number=3)
    needs.cancel(actor=ORGANISER, post_id=gone, now=at(5))
    needs.take_seats(counts={post_id: 4})
    ids = {name: farm.offer(name).id for name in farm.people}
    reused = made("first")
    return [
        NewAcceptance(late, made("late")),
        NewAcceptance(ids["Minji"], reused),
        NewAcceptance(declined, made("after all")),
        NewAcceptance(ids["Jiwoo"], made("called off")),
        NewAcceptance(10**9, made("nothing")),
        NewAcceptance(ids["Chul"], reused),
        NewAcceptance(ids["Minji"], reused),
        NewAcceptance(ids["Minji"], made("again")),
        NewAcceptance(ids["Dami"], made("d")),
        NewAcceptance(ids["Eunho"], made("e")),
        NewAcceptance(ids["Garam"], made("g")),
        NewAcceptance(ids["Haneul"], made("h")),
    ]


@pytest.mark.parametrize("rows_a_chunk", [1, 3, 5, 2_000])
def test_many_at_once_end_as_one_by_one(
    farm: Farm, monkeypatch: pytest.MonkeyPatch, rows_a_chunk: int
) -> None:
    rows = rows_of_a_wild_day(farm)
    from django.db import transaction

    point = transaction.savepoint()
    heard = []
    for row in rows:
        try:
            actions.accept(actor=SYSTEM, offer_id=row.offer_id, request_id=row.request_id, now=at(5))
            heard.append("yes")
        except Refusal as no:
            heard.append(no.code)
    one_by_one = state(farm)
    transaction.savepoint_rollback(point)
    monkeypatch.setattr(offers_module, "CHUNK_ROWS", rows_a_chunk)

    counts = actions.accept_many(acceptances=rows, now=at(5))

    assert heard == [
        # Bora takes a no back, but what is left is promised to those who have not answered yet.
        *("offer_gone", "yes", "need_full", "need_cancelled", "not_found", "request_reused"),
        *("yes", "offer_gone", "yes", "yes", "yes", "need_full"),
    ]
    assert counts == (heard.count("yes"), len(heard) - heard.count("yes"))
    assert state(farm) == one_by_one


@pytest.mark.parametrize("rows_a_chunk", [1, 2, 2_000])
def test_seats_go_to_those_who_answered_first(
    farm: Farm, monkeypatch: pytest.MonkeyPatch, rows_a_chunk: int
) -> None:
    farm.cast("Minji", "Bora", "Chul", "Dami")
    post_id = farm.post(seats=4)
    farm.match()
    needs.take_seats(counts={post_id: 2})
    monkeypatch.setattr(offers_module, "CHUNK_ROWS", rows_a_chunk)
    order = ["Dami", "Minji", "Chul", "Bora"]
    rows = [NewAcceptance(farm.offer(name).id, made(name)) for name in order]

    assert actions.accept_many(acceptances=rows, now=at(5)) == (2, 2)
    assert actions.accept_many(acceptances=rows, now=at(5)) == (2, 2)  # sent twice, taken once

    assert {name for name in order if farm.offer(name).state == "accepted"} == {"Dami", "Minji"}
    assert need_reads.post(post_id).seats_taken == 4


def test_answers_to_a_hidden_run_are_refused_in_bulk_too(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post()
    farm.solve()
    hidden = NewAcceptance(Offer.objects.get().pk, made("early"))

    assert actions.accept_many(acceptances=[hidden], now=at(3)) == (0, 1)
    assert actions.accept_many(acceptances=[], now=at(3)) == (0, 0)
    assert not Placement.objects.exists()


def test_nobody_takes_a_shift_that_is_over(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post(seats=2)
    run = farm.solve()
    actions.publish_run(run_id=run.id, now=at(4), expires_at=at(23))

    with pytest.raises(OfferGone):
        farm.accept("Minji", now=at(16))
    both = [NewAcceptance(farm.offer(name).id, made(name)) for name in ("Minji", "Bora")]
    assert actions.accept_many(acceptances=both, now=at(16)) == (0, 2)
    assert reads.placements_of_day(farm.campaign.id, DAY) == []
    assert farm.accept("Bora", now=at(15, 59)).state == "accepted"
