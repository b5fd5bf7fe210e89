"""What those who asked say of what came: the second source beside the two keepers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from dure.base.access import Actor
from dure.kernel.ids import fingerprint
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.gifts.errors import GiftReused, ReceiptGiven
from dure.movement.gifts.models import GiftMove, GiftOffer, GiftReceipt, GiftRequest
from dure.movement.gifts.reads import move_facts, requests_for
from dure.movement.gifts.types import Coming, GiftReceiptFacts
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.types import Grade
from dure.movement.places import reads as places

WORDS_CHARS_MAX: Final = 500


def confirm(
    *,
    actor: Actor,
    client_id: UUID,
    move_id: int,
    found_milli: int,
    now: datetime,
    said: str = "",
    thanks: str = "",
    thanks_shown: bool = False,
) -> GiftReceiptFacts:
    """Say how much of a move came, and maybe what was wrong and thank you; books a confirmation by a second source.

    Refuses with NotFound (a move for no request of the actor's, or one whose books they kept), ReceiptGiven (once a
    move), BadInput (a figure below zero, too many words), GiftReused.
    """
    facts = {
        "account_id": actor.account_id,
        "move_id": move_id,
        "found_milli": _count(found_milli),
        "said": _words(said, "said"),
        "thanks": _words(thanks, "thanks"),
        "thanks_shown": thanks_shown and bool(thanks.strip()),
    }
    mark = fingerprint(facts)
    mine = GiftRequest.objects.filter(account_id=actor.account_id or -1)
    with transaction.atomic():
        # Write first, and hold the offer, as a move does: two who say it at once see each other.
        moves = _handed_on(actor).filter(pk=move_id, request_id__in=mine.values("pk"))
        if not GiftOffer.objects.filter(pk__in=moves.values("offer_id")).update(
            issued_milli=F("issued_milli")
        ):
            raise NotFound(what="move for a request of yours")
        if twin := GiftReceipt.objects.filter(client_id=client_id).first():
            if twin.fingerprint != mark:
                raise GiftReused(client_id=client_id)
            return receipt_facts(twin)
        if earlier := GiftReceipt.objects.filter(move_id=move_id).first():
            raise ReceiptGiven(at=f"{earlier.at:%Y-%m-%d}")
        booked = ledger.confirm(
            index=moves.get().entry_index,
            found_milli=found_milli,
            grade=Grade.SECOND_SOURCE,
            client_id=client_id,
            now=now,
        )
        row = GiftReceipt.objects.create(
            client_id=client_id, fingerprint=mark, entry_index=booked.index, at=now, **facts
        )
    return receipt_facts(row)


def coming(actor: Actor, *, campaign_id: int | None = None) -> list[Coming]:
    """What others handed on for the actor's own requests, the newest first; of nobody else any."""
    mine = [one for one in requests_for(actor, campaign_id) if one.account_id == actor.account_id]
    rows = _handed_on(actor).filter(request_id__in=[one.id for one in mine]).order_by("-at", "-pk")
    requests = {one.id: one for one in mine}
    found = list(rows)
    standing, receipts = _standing(found), _receipts(found)
    return [
        Coming(move_facts(row), requests[row.request_id], standing[row.pk], receipts.get(row.pk))
        for row in found
        if row.request_id is not None
    ]


def _handed_on(actor: Actor) -> QuerySet[GiftMove]:
    """Moves of which the actor kept no book: a keeper is no second source of what they wrote down themselves (F6)."""
    keepers = Q(keeper_id=actor.account_id) | Q(second_keeper_id=actor.account_id)
    return GiftMove.objects.filter(~keepers, kind=GiftMove.Kind.ISSUED, corrects=None)


def differing(actor: Actor, campaign_id: int) -> list[tuple[GiftReceiptFacts, int, int, int]]:
    """Receipts that don't say what the keepers' books do, of the areas the actor organises or audits, the newest first:
    (receipt, what stands in the books, the move's place in the ledger, its indicator). Who asked is not in it."""
    rows = list(
        GiftReceipt.objects.filter(move__offer__campaign_id=campaign_id)
        .select_related("move__offer")
        .order_by("-at", "-pk")
    )
    areas = places.areas({row.move.offer.area_id for row in rows})
    standing = _standing([row.move for row in rows])
    return [
        (receipt_facts(row), standing[row.move_id], row.move.entry_index, row.move.offer.indicator_id)
        for row in rows
        if (row.found_milli != standing[row.move_id] or row.said)
        and _reads(actor, areas[row.move.offer.area_id].path)
    ]


def _reads(actor: Actor, area_path: str) -> bool:
    return actor.organises(area_path) or actor.audits(area_path)


def thanks_shown(campaign_id: int) -> list[str]:
    """Words of thanks that institutions agreed to have shown, the newest first. They name nobody."""
    rows = GiftReceipt.objects.filter(move__offer__campaign_id=campaign_id, thanks_shown=True)
    return list(rows.order_by("-at", "-pk").values_list("thanks", flat=True))


def receipt_facts(row: GiftReceipt) -> GiftReceiptFacts:
    return GiftReceiptFacts(
        id=row.pk,
        move_id=row.move_id,
        found_milli=row.found_milli,
        said=row.said,
        thanks=row.thanks,
        thanks_shown=row.thanks_shown,
        entry_index=row.entry_index,
        at=row.at,
    )


def _receipts(moves: Sequence[GiftMove]) -> dict[int, GiftReceiptFacts]:
    rows = GiftReceipt.objects.filter(move_id__in=[one.pk for one in moves])
    return {row.move_id: receipt_facts(row) for row in rows}


def _standing(moves: Sequence[GiftMove]) -> dict[int, int]:
    """What each move says after its corrections, in milli-units."""
    changed: dict[int, int] = defaultdict(int)
    rows = GiftMove.objects.filter(corrects_id__in=[one.pk for one in moves]).order_by()
    for move_id, total in rows.values_list("corrects_id").annotate(sum=Sum("quantity_milli")):
        changed[move_id or 0] = int(total)
    return {one.pk: one.quantity_milli + changed[one.pk] for one in moves}


def _count(found_milli: int) -> int:
    if not 0 <= found_milli <= QUANTITY_MILLI_MAX:
        raise BadInput(where="found_milli", what=f"{found_milli} can't be", wanted="0 or more")
    return found_milli


def _words(text: str, where: str) -> str:
    words = text.strip()
    if len(words) > WORDS_CHARS_MAX or "\x00" in words:
        raise BadInput(where=where, what="is too long", wanted=f"at most {WORDS_CHARS_MAX} letters")
    return words
