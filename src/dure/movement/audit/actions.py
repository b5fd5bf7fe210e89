"""What can be done in an audit: commit a lot, draw it, record what a recount found."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from dure.base.access import Actor
from dure.engine.lots import seed_commitment
from dure.kernel.must import must
from dure.kernel.quantities import QUANTITY_MILLI_MAX
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.audit import drawing
from dure.movement.audit.errors import (
    DayNotOver,
    LotCommittedBefore,
    LotNotOutput,
    LotTooLate,
    LotUnsigned,
    RecountByOwn,
    RecountedBefore,
)
from dure.movement.audit.models import Draw, Lot, Recount
from dure.movement.audit.reads import drawn_up_to, lot_facts
from dure.movement.audit.types import DRAWN_KINDS, LotFacts, RecountFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Grade
from dure.movement.places import reads as places

SEED_BYTES = 32
# More than anybody recounts in a day; the floor of 0.5 % may still ask for more.
WANTED_COUNT_MAX = 10_000


def commit_lot(
    *, campaign_id: int, indicator_id: int, day: date, seed: bytes, count: int, now: datetime
) -> LotFacts:
    """Commit to the lot that will recount ``count`` (or 0.5 %, if more) of a day's output entries.

    ``seed``: 32 random bytes. Only its hash is shown until the draw. The same lot twice is one lot. Refuses
    with LotTooLate once the day is over in the campaign's timezone, LotNotOutput, LotCommittedBefore, BadInput.
    """
    must(len(seed) == SEED_BYTES, f"a seed has {SEED_BYTES} bytes")
    if not 1 <= count <= WANTED_COUNT_MAX:
        raise BadInput(where="count", what=f"{count} can't be", wanted=f"1 to {WANTED_COUNT_MAX}")
    counted = [row for row in campaigns.indicators(campaign_id) if row.id == indicator_id]
    if not counted or counted[0].kind not in DRAWN_KINDS:
        raise LotNotOutput(indicator_id=indicator_id)
    with transaction.atomic():
        lot, is_new = Lot.objects.get_or_create(
            indicator_id=indicator_id,
            day=day,
            defaults={
                "campaign_id": campaign_id,
                "commitment": seed_commitment(seed),
                "seed": seed,
                "committed_at": now,
                "count": count,
            },
        )
        if is_new and campaigns.local_day(campaigns.campaign_by_id(campaign_id), now) > day:
            raise LotTooLate(day=day)
    if (bytes(lot.seed), lot.count) != (seed, count):
        raise LotCommittedBefore
    return lot_facts(lot)


def draw_lot(*, lot_id: int, now: datetime) -> LotFacts:
    """Draw from the log as last signed, if that was after the commitment; and show the seed.

    Eligible is the indicator's output that still claims something, from where the lot drawn before ended up to
    the end of the signed log: what is recorded late falls into the next lot, and each entry into exactly one.
    Each has a chance of at least 0.5 %. Teams from other regions are drawn to recount. Drawing twice gives the
    first draw. Refuses with DayNotOver (before the lot's day), LotUnsigned, NoCheckerFromElsewhere, NotFound.
    """
    with transaction.atomic():
        # Write first, and hold every lot of the indicator: two lots drawn at once would share entries.
        same = Lot.objects.filter(pk=lot_id).values("indicator_id")
        if not Lot.objects.filter(indicator_id__in=same).update(count=F("count")):
            raise NotFound(what="lot")
        lot = Lot.objects.get(pk=lot_id)
        if lot.drawn_at is not None:
            return lot_facts(lot)
        if campaigns.local_day(campaigns.campaign_by_id(lot.campaign_id), now) < lot.day:
            raise DayNotOver(day=lot.day)
        signed = ledger.latest_checkpoint()
        if signed is None or signed.signed_at < lot.committed_at:
            raise LotUnsigned
        first = drawn_up_to(lot.indicator_id)
        claims = {claim.index: claim for claim in ledger.claims(lot.indicator_id, first, signed.size)}
        paths = drawing.paths_of({claim.area_id for claim in claims.values()})
        drawn, checkers = drawing.run(
            seed=bytes(lot.seed),
            log_root=signed.root,
            eligible=list(claims),
            wanted_count=lot.count,
            made={
                index: drawing.Made(claim.team_id, paths[claim.area_id]) for index, claim in claims.items()
            },
            checkers=drawing.checkers_at(lot.campaign_id, signed.size),
        )
        Draw.objects.bulk_create(
            Draw(
                lot=lot,
                entry_index=index,
                work_day=claims[index].work_day,
                chance_numerator=chance.numerator,
                chance_denominator=chance.denominator,
                claimed_milli=claims[index].claimed_milli,
                team_id=claims[index].team_id,
                area_id=claims[index].area_id,
                checker_team_id=checkers[index],
            )
            for index, chance in zip(drawn.indices, drawn.chances, strict=True)
        )
        lot.log_from, lot.log_size, lot.log_root = first, signed.size, signed.root
        lot.eligible_count, lot.drawn_at = drawn.eligible_count, now
        lot.save(update_fields=["log_from", "log_size", "log_root", "eligible_count", "drawn_at"])
    return lot_facts(lot)


def record_recount(
    *, actor: Actor, draw_id: int, found_milli: int, client_id: UUID, now: datetime
) -> RecountFacts:
    """Write down what the checkers found, here and as a confirmation in the ledger, together, once.

    By an auditor of the entry's area; to anybody else the draw looks like none. Refuses with NotFound,
    RecountByOwn (they captain its team or organise its area), RecountedBefore, EntryReused, BadInput.
    """
    if not 0 <= found_milli <= QUANTITY_MILLI_MAX:
        raise BadInput(where="found_milli", what=f"{found_milli} can't be", wanted="0 or more")
    with transaction.atomic():
        # Write first, and hold the draw.
        held = Draw.objects.filter(pk=draw_id).update(claimed_milli=F("claimed_milli"))
        draw = Draw.objects.filter(pk=draw_id).first()
        area_path = "" if draw is None else places.area(draw.area_id).path
        if not held or draw is None or not actor.audits(area_path):
            raise NotFound(what="draw")
        if not actor.is_system and (actor.captains(draw.team_id) or actor.organises(area_path)):
            raise RecountByOwn
        earlier = Recount.objects.filter(draw_id=draw_id).first()
        if earlier is not None:
            return _again(earlier, actor, found_milli, client_id)
        receipt = ledger_actions.confirm(
            index=draw.entry_index,
            found_milli=found_milli,
            grade=Grade.RECOUNTED,
            client_id=client_id,
            now=now,
        )
        recount = Recount.objects.create(
            draw_id=draw_id,
            found_milli=found_milli,
            counted_by_id=actor.account_id,
            counted_at=now,
            confirmation_index=receipt.index,
        )
    return _facts(recount)


def _again(earlier: Recount, actor: Actor, found_milli: int, client_id: UUID) -> RecountFacts:
    """The first answer, to whoever asks the same again."""
    asked = (client_id, found_milli, actor.account_id)
    first = ledger.receipt(earlier.confirmation_index).client_id
    if asked != (first, earlier.found_milli, earlier.counted_by_id):
        raise RecountedBefore
    return _facts(earlier)


def _facts(row: Recount) -> RecountFacts:
    return RecountFacts(
        draw_id=row.draw_id,
        found_milli=row.found_milli,
        counted_by_id=row.counted_by_id,
        counted_at=row.counted_at,
        confirmation_index=row.confirmation_index,
    )
