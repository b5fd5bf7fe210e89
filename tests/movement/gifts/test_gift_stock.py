"""The stock of gifts: received is issued, in stock or lost, in the stock and in the ledger."""

from __future__ import annotations

from functools import partial
from random import Random

import pytest

from dure.base.access import SYSTEM
from dure.base.accounts import open_account
from dure.movement.gifts import actions, reads
from dure.movement.gifts.errors import (
    MoveBelowZero,
    MoveNotCorrectable,
    NotInStock,
    OneKeeper,
)
from dure.movement.gifts.models import GiftOffer
from dure.movement.gifts.types import MoveFacts, MoveKind, OfferFacts
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Kind, StockFacts
from tests.movement.gifts.giving import asked, issued, offered, received
from tests.movement.ledger.harm import dice
from tests.movement.ledger.village import NOW, Village, request

MOVES: tuple[MoveKind, ...] = ("received", "issued", "lost")


def test_no_more_is_issued_than_there_is(village: Village, keepers: tuple[int, int]) -> None:
    offer = offered(village)
    received(village, keepers, offer)
    issued(village, keepers, offer, quantity_milli=9000)

    with pytest.raises(NotInStock) as no:
        issued(village, keepers, offer, number=4, quantity_milli=1001)

    assert no.value.facts == {"item": "rakes", "stock_milli": 1000, "wanted_milli": 1001}
    assert reads.offer(SYSTEM, offer.id).stock_milli == 1000
    assert ledger.size() == 2


class Store:
    """Random moves of goods and money, and what they must leave there by plain bookkeeping."""

    def __init__(self, village: Village, keepers: tuple[int, int], random: Random) -> None:
        self.village, self.keepers, self.random = village, keepers, random
        self.offers = [
            offered(village, number, item=item, indicator_id=indicator_id)
            for number, (item, indicator_id) in enumerate(
                (("rakes", village.goods), ("sacks", village.goods), ("school roof", village.money))
            )
        ]
        self.book = {offer.id: dict.fromkeys(MOVES, 0) for offer in self.offers}
        self.made: dict[int, tuple[MoveFacts, int]] = {}
        self.refused_count = self.moved_count = self.one_keeper_count = 0

    def step(self, number: int) -> None:
        if self.random.random() < 0.02:
            self.one_keeper(number)
        elif self.made and self.random.random() < 0.3:
            self.put_right(number)
        else:
            self.move(number)

    def one_keeper(self, number: int) -> None:
        with pytest.raises(OneKeeper):
            self.try_move(number, "received", self.offers[0], (self.keepers[0], self.keepers[0]))
        self.one_keeper_count += 1

    def move(self, number: int) -> None:
        offer, kind = self.random.choice(self.offers), self.random.choice(MOVES)
        quantity = self.random.randrange(1, 8000)
        if self.book_in(offer.id, kind, quantity):
            made = self.try_move(number, kind, offer, self.keepers, quantity)
            self.made[made.id] = (made, quantity)
        else:
            with pytest.raises(NotInStock):
                self.try_move(number, kind, offer, self.keepers, quantity)

    def try_move(
        self,
        number: int,
        kind: MoveKind,
        offer: OfferFacts,
        keepers: tuple[int, int],
        quantity_milli: int = 1,
    ) -> MoveFacts:
        do = {"received": actions.receive, "issued": actions.issue, "lost": actions.lose}[kind]
        return do(
            client_id=request(1000 + number),
            offer_id=offer.id,
            team_id=self.village.teams["North"],
            quantity_milli=quantity_milli,
            keeper=keepers[0],
            second_keeper=keepers[1],
            now=NOW,
        )

    def put_right(self, number: int) -> None:
        move, standing = self.made[self.random.choice(sorted(self.made))]
        is_taken_back = self.random.random() < 0.3
        difference = -standing if is_taken_back else self.random.randrange(-standing, 2000) or 1
        fits = self.book_in(move.offer_id, move.kind, difference)
        said = {"move_id": move.id, "client_id": request(1000 + number), "now": NOW}
        said |= {"keeper": self.keepers[1], "second_keeper": self.keepers[0]}
        do = actions.take_back if is_taken_back else partial(actions.correct, difference_milli=difference)
        if not fits:
            with pytest.raises(NotInStock):
                do(**said)  # type: ignore[arg-type]  # the same of both
            return
        do(**said)  # type: ignore[arg-type]  # as above
        self.made[move.id] = (move, standing + difference)
        if is_taken_back:
            del self.made[move.id]

    def book_in(self, offer_id: int, kind: MoveKind, difference_milli: int) -> bool:
        held = self.book[offer_id]
        left = held["received"] - held["issued"] - held["lost"]
        left += difference_milli if kind == "received" else -difference_milli
        if left < 0:
            self.refused_count += 1
            return False
        held[kind] += difference_milli
        self.moved_count += 1
        return True

    def check(self) -> None:
        """Nothing below zero, nothing more or less than the moves say, in the stock and in the ledger."""
        for row in reads.stock(self.village.campaign_id):
            assert row.received_milli == row.issued_milli + row.stock_milli + row.lost_milli
            assert row.stock_milli >= 0
        booked = {row.indicator_id: row for row in ledger.stocks(self.village.campaign_id)}
        for indicator_id in (self.village.goods, self.village.money):
            offers = [self.book[offer.id] for offer in self.offers if offer.indicator_id == indicator_id]
            facts = booked.get(indicator_id, StockFacts(indicator_id, 0, 0, 0, 0))
            assert [facts.received_milli, facts.issued_milli, facts.lost_milli] == [
                sum(held[kind] for held in offers) for kind in MOVES
            ]
            assert facts.received_milli == facts.issued_milli + facts.lost_milli + facts.stock_milli


def _random_moves(village: Village, keepers: tuple[int, int], random: Random, count: int) -> Store:
    """The identity after every one of ``count`` random moves, some of which are refused."""
    store = Store(village, keepers, random)
    for number in range(count):
        store.step(number)
        if number % 10 == 0:
            store.check()
    store.check()
    assert ledger.verify() == []
    assert reads.verify() == []
    return store


def test_received_is_issued_in_stock_or_lost_after_any_moves(
    village: Village, keepers: tuple[int, int]
) -> None:
    store = _random_moves(village, keepers, dice(6), 200)

    assert min(store.moved_count, store.refused_count, store.one_keeper_count) > 0


@pytest.mark.full
def test_received_is_issued_in_stock_or_lost_after_ten_thousand_moves(
    village: Village, keepers: tuple[int, int]
) -> None:
    _random_moves(village, keepers, dice(7), 10_000)


def test_money_is_spent_for_what_it_was_given_and_never_twice(
    village: Village, keepers: tuple[int, int]
) -> None:
    roof = offered(village, 1, item="school roof", indicator_id=village.money, quantity_milli=500_000)
    well = offered(village, 2, item="well", indicator_id=village.money, quantity_milli=100_000)
    received(village, keepers, roof, 3, 500_000)
    received(village, keepers, well, 4, 100_000)
    issued(village, keepers, roof, 5, 450_000)

    with pytest.raises(NotInStock):  # what was given for the well is no roof money
        issued(village, keepers, roof, 6, 60_000)

    kinds = [entry.kind for entry in ledger.entries(SYSTEM, village.campaign_id)]
    assert kinds == [Kind.MONEY_IN, Kind.MONEY_IN, Kind.MONEY_OUT]
    (stock,) = ledger.stocks(village.campaign_id)
    assert (stock.received_milli, stock.issued_milli, stock.stock_milli) == (600_000, 450_000, 150_000)
    assert reads.verify() == []


def test_a_move_is_put_right_in_the_stock_and_in_the_ledger_once(
    village: Village, keepers: tuple[int, int]
) -> None:
    offer = offered(village)
    came = received(village, keepers, offer)
    left = issued(village, keepers, offer)
    facts = {"move_id": came.id, "keeper": keepers[1], "second_keeper": keepers[0], "now": NOW}

    first = actions.correct(client_id=request(5), difference_milli=-6000, **facts)  # type: ignore[arg-type]  # facts
    again = actions.correct(client_id=request(5), difference_milli=-6000, **facts)  # type: ignore[arg-type]  # facts

    assert again == first
    assert (first.corrects_id, first.quantity_milli) == (came.id, -6000)
    assert reads.offer(SYSTEM, offer.id).stock_milli == 0
    with pytest.raises(NotInStock):
        actions.take_back(client_id=request(6), **facts)  # type: ignore[arg-type]  # facts
    with pytest.raises(MoveBelowZero):
        actions.correct(client_id=request(7), difference_milli=-4001, **facts)  # type: ignore[arg-type]  # facts
    with pytest.raises(MoveNotCorrectable):
        actions.correct(client_id=request(8), difference_milli=1, **facts | {"move_id": first.id})  # type: ignore[arg-type]
    with pytest.raises(OneKeeper):
        actions.take_back(client_id=request(9), **facts | {"keeper": keepers[0]})  # type: ignore[arg-type]
    actions.take_back(client_id=request(10), **facts | {"move_id": left.id})  # type: ignore[arg-type]
    actions.take_back(client_id=request(11), **facts)  # type: ignore[arg-type]  # facts
    assert reads.offer(SYSTEM, offer.id).received_milli == 0
    assert ledger.size() == 5
    assert ledger.verify() == []
    assert reads.verify() == []


def test_an_offer_whose_sums_were_changed_is_named(village: Village, keepers: tuple[int, int]) -> None:
    offer = offered(village)
    received(village, keepers, offer)
    GiftOffer.objects.filter(pk=offer.id).update(received_milli=10_001)

    assert [fault.where for fault in reads.verify()] == [
        f"offer {offer.id}",
        f"gifts of indicator {village.goods}, area {village.areas['Suwon']}",
    ]


def test_what_was_issued_for_a_request_is_put_right_with_the_move(
    village: Village, keepers: tuple[int, int]
) -> None:
    offer = offered(village)
    received(village, keepers, offer)
    wanted = asked(village, open_account(email="school@example.org", name="School"))
    left = issued(village, keepers, offer, request_id=wanted.id)
    facts = {"move_id": left.id, "keeper": keepers[0], "second_keeper": keepers[1], "now": NOW}

    actions.correct(client_id=request(5), difference_milli=-1000, **facts)  # type: ignore[arg-type]  # facts
    assert reads.request(SYSTEM, wanted.id).issued_milli == 3000
    actions.take_back(client_id=request(6), **facts)  # type: ignore[arg-type]  # facts
    assert reads.request(SYSTEM, wanted.id).issued_milli == 0
