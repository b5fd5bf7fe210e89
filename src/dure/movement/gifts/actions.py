"""What can be done with gifts of goods and money: offered, asked for, received, issued, lost, put right.

Each move is a ledger entry as well, in the same transaction, so that stock and ledger can't disagree. Money is
given for a purpose, its offer's ``item``: what is spent is booked against it, never more than came (a restricted
fund). Who received them is in neither: an issue points at a request, which only the asker and the organisers see.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar, cast
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import F, Sum

from dure.base.access import Actor
from dure.kernel.ids import fingerprint
from dure.kernel.must import must
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignNotOpen
from dure.movement.gifts.errors import (
    GiftReused,
    MoveBelowZero,
    MoveNotCorrectable,
    NotGoods,
    NotInStock,
    OneKeeper,
)
from dure.movement.gifts.models import GiftMove, GiftOffer, GiftRequest
from dure.movement.gifts.reads import move_facts, offer_facts, request_facts
from dure.movement.gifts.types import MoveFacts, MoveKind, OfferFacts, RequestFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Grade, Kind, NewEntry
from dure.movement.places import reads as places

ITEM_CHARS_MAX = 120
DONOR_CHARS_MAX = 80
_ENTRY_KINDS: dict[tuple[str, MoveKind], Kind] = {
    ("goods", "received"): Kind.GOODS_IN,
    ("goods", "issued"): Kind.GOODS_OUT,
    ("goods", "lost"): Kind.LOST,
    ("money", "received"): Kind.MONEY_IN,
    ("money", "issued"): Kind.MONEY_OUT,
    ("money", "lost"): Kind.LOST,
}
_Row = TypeVar("_Row", GiftOffer, GiftRequest)
_Kept = TypeVar("_Kept", GiftOffer, GiftRequest, GiftMove)


def offer(
    *,
    client_id: UUID,
    campaign_id: int,
    area_id: int,
    indicator_id: int,
    item: str,
    quantity_milli: int,
    now: datetime,
    donor_name: str = "",
) -> OfferFacts:
    """Note goods, or money for a purpose (``item``), that somebody offers.

    ``donor_name`` is how they want to be thanked, "" for not at all.

    Refuses with CampaignNotOpen, NotGoods, BadInput (item, quantity, name, area), GiftReused.
    """
    item = _checked_item(item)
    donor_name = donor_name.strip()
    if len(donor_name) > DONOR_CHARS_MAX:
        raise BadInput(where="donor_name", what="is too long", wanted=f"at most {DONOR_CHARS_MAX} letters")
    _must_be_positive(quantity_milli)
    _must_count_goods(campaign_id, indicator_id)
    facts = {
        "campaign_id": campaign_id,
        "area_id": area_id,
        "indicator_id": indicator_id,
        "item": item,
        "quantity_milli": quantity_milli,
        "donor_name": donor_name,
    }
    row = GiftOffer(client_id=client_id, fingerprint=fingerprint(facts), offered_at=now, **facts)
    return offer_facts(_once(row))


def request(
    *,
    actor: Actor,
    client_id: UUID,
    campaign_id: int,
    area_id: int,
    indicator_id: int,
    item: str,
    quantity_milli: int,
    now: datetime,
) -> RequestFacts:
    """Ask for goods as an institution of an area. It stays between the account and the area's organisers.

    Refuses with NotAllowed who is no recipient of the area, with CampaignNotOpen, NotGoods, BadInput, GiftReused.
    """
    if actor.account_id is None or not actor.receives(places.area(area_id).path):
        raise NotAllowed(what="asking for goods here")
    item = _checked_item(item)
    _must_be_positive(quantity_milli)
    _must_count_goods(campaign_id, indicator_id)
    facts = {
        "account_id": actor.account_id,
        "campaign_id": campaign_id,
        "area_id": area_id,
        "indicator_id": indicator_id,
        "item": item,
        "quantity_milli": quantity_milli,
    }
    row = GiftRequest(client_id=client_id, fingerprint=fingerprint(facts), asked_at=now, **facts)
    return request_facts(_once(row))


def receive(
    *,
    client_id: UUID,
    offer_id: int,
    team_id: int,
    quantity_milli: int,
    keeper: int,
    second_keeper: int,
    now: datetime,
) -> MoveFacts:
    """Take what was offered into stock, more or less than was offered. ``keeper``s: two different accounts.

    Books goods_in or money_in, witnessed. Refuses with OneKeeper, BadInput, NotFound (offer), GiftReused, and
    what the ledger refuses of an entry (a closed campaign, a figure too large).
    """
    return _move(
        _NewMove("received", client_id, offer_id, team_id, quantity_milli, keeper, second_keeper), now
    )


def issue(
    *,
    client_id: UUID,
    offer_id: int,
    team_id: int,
    quantity_milli: int,
    keeper: int,
    second_keeper: int,
    now: datetime,
    request_id: int | None = None,
) -> MoveFacts:
    """Hand goods of an offer on, for a request or without one; or spend money for what it was given for.

    Books goods_out or money_out, witnessed. Refuses with NotInStock, OneKeeper, BadInput, GiftReused,
    NotFound (offer, request).
    """
    new = _NewMove("issued", client_id, offer_id, team_id, quantity_milli, keeper, second_keeper, request_id)
    return _move(new, now)


def lose(
    *,
    client_id: UUID,
    offer_id: int,
    team_id: int,
    quantity_milli: int,
    keeper: int,
    second_keeper: int,
    now: datetime,
) -> MoveFacts:
    """Write off what was spoilt or went missing. Books lost, witnessed; refuses as :func:`issue` does."""
    return _move(_NewMove("lost", client_id, offer_id, team_id, quantity_milli, keeper, second_keeper), now)


def correct(
    *, client_id: UUID, move_id: int, difference_milli: int, keeper: int, second_keeper: int, now: datetime
) -> MoveFacts:
    """Add ``difference_milli`` (above or below 0) to what a move says; two keepers again, any two.

    Books a correction of the move's entry. Refuses with OneKeeper, BadInput (0), NotFound (move),
    MoveNotCorrectable, MoveBelowZero, NotInStock (less would have come than left), GiftReused.
    """
    limit = QUANTITY_MILLI_MAX
    if difference_milli == 0 or not -limit <= difference_milli <= limit:
        raise BadInput(
            where="difference_milli", what=f"{difference_milli} can't be", wanted="more or less than 0"
        )
    return _put_right(client_id, move_id, difference_milli, (keeper, second_keeper), now)


def take_back(*, client_id: UUID, move_id: int, keeper: int, second_keeper: int, now: datetime) -> MoveFacts:
    """Take back what is left of a move that never was; books a withdrawal. Refuses as :func:`correct` does."""
    return _put_right(client_id, move_id, None, (keeper, second_keeper), now)


@dataclass(frozen=True, slots=True)
class _NewMove:
    kind: MoveKind
    client_id: UUID
    offer_id: int
    team_id: int
    quantity_milli: int
    keeper_id: int
    second_keeper_id: int
    request_id: int | None = None


def _move(new: _NewMove, now: datetime) -> MoveFacts:
    """Change the offer's sums, the ledger and the list of moves together, once for each client id."""
    if new.keeper_id == new.second_keeper_id:
        raise OneKeeper
    _must_be_positive(new.quantity_milli)
    mark = fingerprint(asdict(new))
    with transaction.atomic():
        # Write first, and hold the offer: two at once see each other's sums, and each other.
        if not GiftOffer.objects.filter(pk=new.offer_id).update(received_milli=F("received_milli")):
            raise NotFound(what="offer")
        twin = _twin(GiftMove, new.client_id, mark)
        if twin is not None:
            return move_facts(twin)
        row = GiftOffer.objects.get(pk=new.offer_id)
        _must_be_of_the_same(new.request_id, row)
        _change_stock(row, new.kind, new.quantity_milli)
        receipt = ledger.record_one(
            entry=NewEntry(
                client_id=new.client_id,
                kind=_ENTRY_KINDS[campaigns.indicator(row.indicator_id).kind, new.kind],
                campaign_id=row.campaign_id,
                indicator_id=row.indicator_id,
                team_id=new.team_id,
                area_id=row.area_id,
                work_day=campaigns.local_day(campaigns.campaign_by_id(row.campaign_id), now),
                quantity_milli=new.quantity_milli,
                # The second keeper is the witness.
                grade=Grade.WITNESSED,
            ),
            now=now,
        )
        move = GiftMove.objects.create(fingerprint=mark, entry_index=receipt.index, at=now, **asdict(new))
    return move_facts(move)


def _put_right(
    client_id: UUID, move_id: int, difference_milli: int | None, keepers: tuple[int, int], now: datetime
) -> MoveFacts:
    """Correct a move by ``difference_milli``, or take back all that is left of it (None), once a client id."""
    if keepers[0] == keepers[1]:
        raise OneKeeper
    mark = fingerprint({"corrects": move_id, "difference_milli": difference_milli, "keepers": keepers})
    with transaction.atomic():
        # Write first, and hold the offer, as a move does.
        moved = GiftMove.objects.filter(pk=move_id).values("offer_id")
        if not GiftOffer.objects.filter(pk__in=moved).update(received_milli=F("received_milli")):
            raise NotFound(what="move")
        if (twin := _twin(GiftMove, client_id, mark)) is not None:
            return move_facts(twin)
        target = GiftMove.objects.get(pk=move_id)
        if target.corrects_id is not None:
            raise MoveNotCorrectable(move_id=move_id)
        standing = target.quantity_milli + _changed_by(move_id)
        difference = -standing if difference_milli is None else difference_milli
        if standing + difference < 0:
            raise MoveBelowZero(move_id=move_id, standing_milli=standing)
        _change_stock(GiftOffer.objects.get(pk=target.offer_id), cast(MoveKind, target.kind), difference)
        say = (
            ledger.withdraw
            if difference_milli is None
            else partial(ledger.correct, difference_milli=difference)
        )
        receipt = say(index=target.entry_index, client_id=client_id, now=now, grade=Grade.WITNESSED)
        move = GiftMove.objects.create(
            client_id=client_id,
            fingerprint=mark,
            offer_id=target.offer_id,
            kind=target.kind,
            corrects=target,
            # What was issued for a request is less, or more, by as much.
            request_id=target.request_id,
            team_id=target.team_id,
            quantity_milli=difference,
            keeper_id=keepers[0],
            second_keeper_id=keepers[1],
            entry_index=receipt.index,
            at=now,
        )
    return move_facts(move)


def _changed_by(move_id: int) -> int:
    """What corrections have added to a move so far."""
    changed = GiftMove.objects.filter(corrects_id=move_id).aggregate(sum=Sum("quantity_milli"))["sum"]
    return int(changed or 0)


def _change_stock(offer: GiftOffer, kind: MoveKind, quantity_milli: int) -> None:
    """Add to the sums of an offer that the caller holds; refuses with NotInStock."""
    stock_milli = offer.received_milli - offer.issued_milli - offer.lost_milli
    leaves = quantity_milli if kind != "received" else -quantity_milli
    if leaves > stock_milli:
        raise NotInStock(item=offer.item, stock_milli=stock_milli, wanted_milli=leaves)
    column = f"{kind}_milli"
    changed = GiftOffer.objects.filter(pk=offer.pk).update(**{column: F(column) + quantity_milli})
    must(changed == 1, "the offer is held")


def _must_be_of_the_same(request_id: int | None, offer: GiftOffer) -> None:
    if (
        request_id is not None
        and not GiftRequest.objects.filter(
            pk=request_id, campaign_id=offer.campaign_id, indicator_id=offer.indicator_id
        ).exists()
    ):
        raise NotFound(what="request")


def _once(row: _Row) -> _Row:
    """Store ``row``, or give the one that its client id stored before; a new one wants an open campaign."""
    rows: type[_Row] = type(row)
    if (earlier := _twin(rows, row.client_id, row.fingerprint)) is not None:
        return earlier
    _must_be_taken(row.campaign_id, row.area_id)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        # Two at once: the unique id let one of them in.
        if (twin := _twin(rows, row.client_id, row.fingerprint)) is not None:
            return twin
        raise
    return row


def _twin(rows: type[_Kept], client_id: UUID, mark: str) -> _Kept | None:
    manager: models.Manager[_Kept] = rows._default_manager
    row = manager.filter(client_id=client_id).first()
    if row is not None and row.fingerprint != mark:
        raise GiftReused(client_id=client_id)
    return row


def _checked_item(item: str) -> str:
    item = item.strip()
    if not item or len(item) > ITEM_CHARS_MAX or "\x00" in item:
        raise BadInput(
            where="item", what=f"{item[:40]!r} can't be used", wanted=f"1 to {ITEM_CHARS_MAX} letters"
        )
    return item


def _must_be_positive(quantity_milli: int) -> None:
    if not 0 < quantity_milli <= QUANTITY_MILLI_MAX:
        raise BadInput(where="quantity_milli", what=f"{quantity_milli} can't be", wanted="more than 0")


def _must_be_taken(campaign_id: int, area_id: int) -> None:
    """A campaign is offered goods and asked for them while it is open, and where it is."""
    campaign = campaigns.campaign_by_id(campaign_id)
    if campaign.state != "open":
        raise CampaignNotOpen(slug=campaign.slug, state=campaign.state)
    area = places.areas([area_id]).get(area_id)
    if area is None or not area.path.startswith(campaign.area_path):
        raise BadInput(
            where="area_id", what=f"{area_id} is no place of this campaign", wanted="a place within it"
        )


def _must_count_goods(campaign_id: int, indicator_id: int) -> None:
    found = [
        row
        for row in campaigns.indicators(campaign_id)
        if row.id == indicator_id and row.kind in {"goods", "money"}
    ]
    if not found:
        raise NotGoods(indicator_id=indicator_id)
