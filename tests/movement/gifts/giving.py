"""Gifts for the village: offered, asked for, received and issued by two keepers."""

from __future__ import annotations

from dure.base.access import Actor, Grant
from dure.movement.gifts import actions
from dure.movement.gifts.types import MoveFacts, OfferFacts, RequestFacts
from tests.movement.ledger.village import NOW, Village, request


def offered(
    village: Village,
    number: int = 1,
    *,
    item: str = "rakes",
    quantity_milli: int = 10_000,
    indicator_id: int | None = None,
) -> OfferFacts:
    return actions.offer(
        client_id=request(number),
        campaign_id=village.campaign_id,
        area_id=village.areas["Suwon"],
        indicator_id=village.goods if indicator_id is None else indicator_id,
        item=item,
        quantity_milli=quantity_milli,
        donor_name="Kim's hardware",
        now=NOW,
    )


def received(
    village: Village,
    keepers: tuple[int, int],
    offer: OfferFacts,
    number: int = 2,
    quantity_milli: int = 10_000,
) -> MoveFacts:
    return actions.receive(
        client_id=request(number),
        offer_id=offer.id,
        team_id=village.teams["North"],
        quantity_milli=quantity_milli,
        keeper=keepers[0],
        second_keeper=keepers[1],
        now=NOW,
    )


def issued(
    village: Village,
    keepers: tuple[int, int],
    offer: OfferFacts,
    number: int = 3,
    quantity_milli: int = 4000,
    request_id: int | None = None,
) -> MoveFacts:
    return actions.issue(
        client_id=request(number),
        offer_id=offer.id,
        team_id=village.teams["North"],
        quantity_milli=quantity_milli,
        keeper=keepers[0],
        second_keeper=keepers[1],
        request_id=request_id,
        now=NOW,
    )


def asked(village: Village, account_id: int, number: int = 50) -> RequestFacts:
    return actions.request(
        actor=Actor(account_id=account_id, grants=(Grant("recipient", "/KR/13/"),)),
        client_id=request(number),
        campaign_id=village.campaign_id,
        area_id=village.areas["Suwon"],
        indicator_id=village.goods,
        item="rakes",
        quantity_milli=5000,
        now=NOW,
    )
