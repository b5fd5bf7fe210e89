"""Stock by offer, held against its moves and against the ledger's stock by place."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import F, QuerySet, Sum

from dure.movement.gifts.models import GiftMove, GiftOffer
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Fault

_KINDS = ("received", "issued", "lost")


def verify(campaign_id: int | None = None) -> list[Fault]:
    """Every offer whose sums are not those of its moves, every place whose offers are not the ledger's stock there,
    and every move that one person kept alone; empty when all fits (F6). Of one campaign, or of all (None).

    The ledger's own ``verify`` holds that stock against the entries.
    """
    offers = (
        GiftOffer.objects.all() if campaign_id is None else GiftOffer.objects.filter(campaign_id=campaign_id)
    )
    moves = GiftMove.objects.filter(offer__in=offers)
    return [*_offers(offers, moves), *_places(offers), *_keepers(moves)]


def _offers(offers: QuerySet[GiftOffer], moves: QuerySet[GiftMove]) -> list[Fault]:
    moved: dict[int, dict[str, int]] = defaultdict(dict)
    sums = moves.order_by().values_list("offer_id", "kind").annotate(sum=Sum("quantity_milli"))
    for offer_id, kind, total in sums:
        moved[offer_id][kind] = int(total)
    return [
        Fault(f"offer {offer_id}", f"{kind}_milli is {held}, its moves give {moved[offer_id].get(kind, 0)}")
        for offer_id, *columns in offers.order_by("pk").values_list("pk", *_columns())
        for kind, held in zip(_KINDS, columns, strict=True)
        if held != moved[offer_id].get(kind, 0)
    ]


def _places(offers: QuerySet[GiftOffer]) -> list[Fault]:
    """Only moves of gifts book goods and money, so both sums are the same, to the unit."""
    offered = (
        offers.order_by()
        .values_list("campaign_id", "indicator_id", "area_id")
        .annotate(*(Sum(column) for column in _columns()))
    )
    here = {(row[1], row[2]): tuple(map(int, row[3:])) for row in offered}
    campaign_ids = set(offers.order_by().values_list("campaign_id", flat=True).distinct())
    booked = {
        (row.indicator_id, row.area_id): (row.received_milli, row.issued_milli, row.lost_milli)
        for campaign_id in campaign_ids
        for row in ledger.stocks(campaign_id)
    }
    nothing = (0, 0, 0)
    return [
        Fault(
            f"gifts of indicator {cell[0]}, area {cell[1]}",
            f"received, issued and lost are {here.get(cell, nothing)}, the ledger has {booked.get(cell, nothing)}",
        )
        for cell in sorted(here.keys() | booked.keys())
        if here.get(cell, nothing) != booked.get(cell, nothing)
    ]


def _keepers(moves: QuerySet[GiftMove]) -> list[Fault]:
    alone = moves.filter(keeper_id=F("second_keeper_id")).order_by("pk")
    return [Fault(f"gift move {pk}", "has one keeper") for pk in alone.values_list("pk", flat=True)]


def _columns() -> tuple[str, ...]:
    return tuple(f"{kind}_milli" for kind in _KINDS)
