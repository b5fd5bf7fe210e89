"""Questions about gifts. Offers and stock are open; a request is seen by its account and its area's organisers."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from django.db.models import Sum

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.gifts.models import GiftMove, GiftOffer, GiftRequest
from dure.movement.gifts.types import MoveFacts, MoveKind, OfferFacts, RequestFacts, StockRow
from dure.movement.gifts.verifying import verify
from dure.movement.places import reads as places

__all__ = [
    "is_begun",
    "move_facts",
    "moves",
    "offer",
    "offer_facts",
    "offers",
    "request",
    "request_facts",
    "requests_for",
]
__all__ += ["stock", "verify"]


def is_begun(campaign_id: int) -> bool:
    """Whether anybody offered a campaign something, or asked it for something. For operations."""
    asked = GiftRequest.objects.filter(campaign_id=campaign_id).exists()
    return asked or GiftOffer.objects.filter(campaign_id=campaign_id).exists()


def offers(actor: Actor, campaign_id: int) -> list[OfferFacts]:
    """Offers of a campaign, oldest first, in the areas the actor organises or audits. Donors may be named in them."""
    rows = list(GiftOffer.objects.filter(campaign_id=campaign_id).order_by("pk"))
    areas = places.areas({row.area_id for row in rows})
    return [
        offer_facts(row)
        for row in rows
        if actor.organises(areas[row.area_id].path) or actor.audits(areas[row.area_id].path)
    ]


def offer(actor: Actor, offer_id: int) -> OfferFacts:
    """One offer. Refuses with NotFound, also where the actor neither organises nor audits."""
    row = GiftOffer.objects.filter(pk=offer_id).first()
    if row is not None:
        path = places.area(row.area_id).path
        if actor.organises(path) or actor.audits(path):
            return offer_facts(row)
    raise NotFound(what="offer")


def moves(actor: Actor, offer_id: int) -> list[MoveFacts]:
    """What became of an offer, in the order of the ledger. Refuses with NotFound as :func:`offer` does."""
    offer(actor, offer_id)
    return [move_facts(row) for row in GiftMove.objects.filter(offer_id=offer_id).order_by("entry_index")]


def stock(campaign_id: int) -> list[StockRow]:
    """What was offered, received, issued, lost and is there, by indicator and item. It names nobody."""
    rows = (
        GiftOffer.objects.filter(campaign_id=campaign_id)
        .order_by("indicator_id", "item")
        .values_list("indicator_id", "item")
        .annotate(
            offered=Sum("quantity_milli"),
            received=Sum("received_milli"),
            issued=Sum("issued_milli"),
            lost=Sum("lost_milli"),
        )
    )
    # PostgreSQL sums bigints into numerics, hence int().
    return [
        StockRow(
            campaign_id=campaign_id,
            indicator_id=indicator_id,
            item=item,
            offered_milli=int(offered),
            received_milli=int(received),
            issued_milli=int(issued),
            lost_milli=int(lost),
            stock_milli=int(received - issued - lost),
        )
        for indicator_id, item, offered, received, issued, lost in rows
    ]


def requests_for(actor: Actor, campaign_id: int | None = None) -> list[RequestFacts]:
    """The actor's own requests and those in areas they organise, oldest first; of nobody else any."""
    rows = GiftRequest.objects.order_by("pk")
    if campaign_id is not None:
        rows = rows.filter(campaign_id=campaign_id)
    found = list(rows)
    areas = places.areas({row.area_id for row in found})
    seen = [
        row
        for row in found
        if (actor.account_id is not None and row.account_id == actor.account_id)
        or actor.organises(areas[row.area_id].path)
    ]
    issued = _issued([row.pk for row in seen])
    return [request_facts(row, issued_milli=issued[row.pk]) for row in seen]


def request(actor: Actor, request_id: int) -> RequestFacts:
    """One request. Refuses with NotFound, also for a stranger's."""
    found = [row for row in requests_for(actor) if row.id == request_id]
    if not found:
        raise NotFound(what="request")
    return found[0]


def offer_facts(row: GiftOffer) -> OfferFacts:
    return OfferFacts(
        id=row.pk,
        client_id=row.client_id,
        campaign_id=row.campaign_id,
        area_id=row.area_id,
        indicator_id=row.indicator_id,
        item=row.item,
        donor_name=row.donor_name,
        quantity_milli=row.quantity_milli,
        received_milli=row.received_milli,
        issued_milli=row.issued_milli,
        lost_milli=row.lost_milli,
        offered_at=row.offered_at,
    )


def move_facts(row: GiftMove) -> MoveFacts:
    return MoveFacts(
        id=row.pk,
        client_id=row.client_id,
        offer_id=row.offer_id,
        kind=cast(MoveKind, row.kind),
        team_id=row.team_id,
        quantity_milli=row.quantity_milli,
        keeper_id=row.keeper_id,
        second_keeper_id=row.second_keeper_id,
        request_id=row.request_id,
        entry_index=row.entry_index,
        at=row.at,
        corrects_id=row.corrects_id,
    )


def request_facts(row: GiftRequest, *, issued_milli: int | None = None) -> RequestFacts:
    """``issued_milli``: what was issued for it so far; looked up when it is not known."""
    return RequestFacts(
        id=row.pk,
        client_id=row.client_id,
        account_id=row.account_id,
        campaign_id=row.campaign_id,
        area_id=row.area_id,
        indicator_id=row.indicator_id,
        item=row.item,
        quantity_milli=row.quantity_milli,
        issued_milli=_issued([row.pk])[row.pk] if issued_milli is None else issued_milli,
        asked_at=row.asked_at,
    )


def _issued(request_ids: list[int]) -> dict[int, int]:
    sums = (
        GiftMove.objects.filter(request_id__in=request_ids, kind=GiftMove.Kind.ISSUED)
        .order_by()
        .values_list("request_id")
        .annotate(sum=Sum("quantity_milli"))
    )
    issued: dict[int, int] = defaultdict(int)
    issued.update({request_id or 0: int(total) for request_id, total in sums})
    return issued
