"""Gifts: two keepers, one truth; who offers, who asks, and who may see it."""

from __future__ import annotations

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.base.accounts import open_account
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen
from dure.movement.gifts import actions, reads
from dure.movement.gifts.errors import (
    GiftReused,
    NotGoods,
    OneKeeper,
)
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade, Kind
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import CountryRow, TownRow
from tests.movement.gifts.giving import asked, issued, offered, received
from tests.movement.ledger.village import NOW, Village, request

ORGANISER = Actor(grants=(Grant("organiser", "/KR/13/"),))


def test_a_gift_goes_from_offer_to_use_and_every_step_is_in_the_ledger(
    village: Village, keepers: tuple[int, int]
) -> None:
    offer = offered(village)
    received(village, keepers, offer)
    issued(village, keepers, offer)
    actions.lose(
        client_id=request(4),
        offer_id=offer.id,
        team_id=village.teams["North"],
        quantity_milli=1000,
        keeper=keepers[1],
        second_keeper=keepers[0],
        now=NOW,
    )

    (stock,) = reads.stock(village.campaign_id)
    assert (stock.received_milli, stock.issued_milli, stock.lost_milli, stock.stock_milli) == (
        *(10_000, 4000, 1000, 5000),
    )
    # Integers on both databases: PostgreSQL sums into numerics.
    assert type(stock.stock_milli) is int
    assert [move.kind for move in reads.moves(SYSTEM, offer.id)] == ["received", "issued", "lost"]
    entries = ledger.entries(SYSTEM, village.campaign_id)
    assert [(entry.kind, entry.quantity_milli) for entry in entries] == [
        (Kind.GOODS_IN, 10_000),
        (Kind.GOODS_OUT, 4000),
        (Kind.LOST, 1000),
    ]
    assert {entry.grade for entry in entries} == {Grade.WITNESSED}
    assert ledger.verify() == []


def test_one_person_can_not_be_both_keepers(village: Village, keepers: tuple[int, int]) -> None:
    offer = offered(village)

    with pytest.raises(OneKeeper):
        received(village, (keepers[0], keepers[0]), offer)

    assert reads.offer(SYSTEM, offer.id).received_milli == 0
    assert ledger.size() == 0


def test_asking_twice_moves_goods_once(village: Village, keepers: tuple[int, int]) -> None:
    offer = offered(village)
    assert offered(village) == offer
    first = received(village, keepers, offer)

    assert received(village, keepers, offer) == first

    assert ledger.size() == 1
    with pytest.raises(GiftReused):
        received(village, keepers, offer, quantity_milli=1)
    with pytest.raises(GiftReused):
        offered(village, quantity_milli=1)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"quantity_milli": 0}, BadInput),
        ({"item": " "}, BadInput),
        ({"item": "x" * 121}, BadInput),
        ({"donor_name": "x" * 81}, BadInput),
        ({"indicator_id": "hours"}, NotGoods),
    ],
)
def test_an_offer_that_can_not_be_is_refused(
    village: Village, change: dict[str, object], refusal: type[Exception]
) -> None:
    facts: dict[str, object] = {
        "campaign_id": village.campaign_id,
        "area_id": village.areas["Suwon"],
        "indicator_id": village.goods,
        "item": "rakes",
        "quantity_milli": 1000,
    } | change
    if facts["indicator_id"] == "hours":
        facts["indicator_id"] = village.hours

    with pytest.raises(refusal):
        actions.offer(client_id=request(1), now=NOW, **facts)  # type: ignore[arg-type]  # varies by case

    assert reads.offers(SYSTEM, village.campaign_id) == []


def test_a_closed_campaign_takes_no_new_gift_and_still_knows_the_old_one(
    village: Village, keepers: tuple[int, int]
) -> None:
    school = open_account(email="school@example.org", name="School")
    before = offered(village)
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    with pytest.raises(CampaignNotOpen):
        offered(village, 2)
    with pytest.raises(CampaignNotOpen):
        asked(village, school)

    assert offered(village) == before  # sent again: the answer that was lost
    assert reads.offers(SYSTEM, village.campaign_id) == [before]
    assert reads.requests_for(SYSTEM) == []


def test_a_gift_for_a_place_outside_the_campaign_is_refused(village: Village) -> None:
    kisumu = TownRow("kisumu", "Kisumu", "Kisumu", "42", "Kisumu", -0.1, 34.75, 610_000)
    places.add_country(country=CountryRow(code="KE", name="Kenya"), regions=[], towns=[kisumu])
    school = open_account(email="school@example.org", name="School")
    facts = {
        "campaign_id": village.campaign_id,
        "area_id": place_reads.by_code("kisumu").id,
        "indicator_id": village.goods,
        "item": "rakes",
        "quantity_milli": 1000,
    }

    with pytest.raises(BadInput):
        actions.offer(client_id=request(1), now=NOW, **facts)  # type: ignore[arg-type]  # facts of an offer
    with pytest.raises(BadInput):
        actions.request(
            actor=Actor(account_id=school, grants=(Grant("recipient", "/KE/"),)),
            client_id=request(2),
            now=NOW,
            **facts,  # type: ignore[arg-type]  # facts of a request
        )

    assert reads.offers(SYSTEM, village.campaign_id) == []
    assert reads.requests_for(SYSTEM) == []


def test_a_move_of_nothing_or_for_nobody_is_refused(village: Village, keepers: tuple[int, int]) -> None:
    offer = offered(village)
    received(village, keepers, offer)

    with pytest.raises(BadInput):
        issued(village, keepers, offer, quantity_milli=0)
    with pytest.raises(NotFound):
        issued(village, keepers, offer, request_id=99)
    with pytest.raises(NotFound):
        actions.receive(
            client_id=request(9),
            offer_id=99,
            team_id=village.teams["North"],
            quantity_milli=1,
            keeper=keepers[0],
            second_keeper=keepers[1],
            now=NOW,
        )
    assert ledger.size() == 1


def test_a_request_stays_between_the_asker_and_the_organisers(
    village: Village, keepers: tuple[int, int]
) -> None:
    school = open_account(email="school@example.org", name="School")
    wanted = asked(village, school)
    assert asked(village, school) == wanted
    offer = offered(village)
    received(village, keepers, offer)
    issued(village, keepers, offer, quantity_milli=3000, request_id=wanted.id)

    def seen(actor: Actor) -> list[int]:
        return [row.issued_milli for row in reads.requests_for(actor)]

    assert seen(Actor(account_id=school)) == [3000]
    assert seen(ORGANISER) == [3000]
    strangers = (
        ANONYMOUS,
        Actor(account_id=keepers[0]),
        Actor(grants=(Grant("organiser", "/KR/03/"),)),
        Actor(account_id=keepers[1], grants=(Grant("recipient", "/KR/13/"),)),
        Actor(grants=(Grant("auditor", "/KR/"),)),
    )
    for stranger in strangers:
        assert seen(stranger) == []
        with pytest.raises(NotFound):
            reads.request(stranger, wanted.id)


def test_only_a_recipient_of_the_place_asks_for_goods(village: Village, keepers: tuple[int, int]) -> None:
    elsewhere = Actor(account_id=keepers[0], grants=(Grant("recipient", "/KR/03/"),))
    for actor in (ANONYMOUS, SYSTEM, ORGANISER, elsewhere):
        with pytest.raises(NotAllowed):
            actions.request(
                actor=actor,
                client_id=request(60),
                campaign_id=village.campaign_id,
                area_id=village.areas["Suwon"],
                indicator_id=village.goods,
                item="rakes",
                quantity_milli=1000,
                now=NOW,
            )
    assert reads.requests_for(SYSTEM) == []


def test_offers_are_seen_by_organisers_and_auditors_of_the_place(village: Village) -> None:
    offer = offered(village)

    for actor in (SYSTEM, ORGANISER, Actor(grants=(Grant("auditor", "/KR/"),))):
        assert reads.offers(actor, village.campaign_id) == [offer]
    for stranger in (ANONYMOUS, Actor(grants=(Grant("organiser", "/KR/03/"),))):
        assert reads.offers(stranger, village.campaign_id) == []
        with pytest.raises(NotFound):
            reads.moves(stranger, offer.id)
