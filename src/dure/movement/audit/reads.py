"""Questions about audits. Lots and their draws are public; what a drawn entry claims is for its auditors."""

from __future__ import annotations

from fractions import Fraction

from dure.base.access import Actor
from dure.engine.lots import Recount as Counted
from dure.engine.lots import factor as factor_of
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.audit.drawing import checkers_at, paths_of
from dure.movement.audit.models import Draw, Lot, Recount
from dure.movement.audit.types import DrawFacts, Factor, LotFacts, LotPublic, PublicDraw, PublicEntry
from dure.movement.ledger import reads as ledger
from dure.movement.places import reads as places


def factor(indicator_id: int) -> Factor | None:
    """The found share of what was claimed, with its bounds, from all lots of an indicator drawn so far.

    None before the first draw. A factor without an estimate means "drawn, not recounted yet": unknown (F3).
    The claim is the one in the signed log the lot was drawn from: corrections made later don't improve it.
    """
    eligible = Lot.objects.filter(indicator_id=indicator_id, drawn_at__isnull=False)
    counts = list(eligible.values_list("eligible_count", flat=True))
    if not counts:
        return None
    draws = Draw.objects.filter(lot__indicator_id=indicator_id).order_by("lot_id", "entry_index")
    found = _found([draw.pk for draw in draws])
    return factor_of(
        [Counted(draw.claimed_milli, found.get(draw.pk), _chance(draw)) for draw in draws],
        eligible=sum(count or 0 for count in counts),
    )


def lots(campaign_id: int) -> list[LotFacts]:
    """The lots of a campaign, the newest day first; a seed is shown once its lot is drawn."""
    return [lot_facts(lot) for lot in Lot.objects.filter(campaign_id=campaign_id).order_by("-day", "pk")]


def lot_public(lot_id: int) -> LotPublic:
    """All that is needed to run a draw again. Before the draw: the commitment alone. Refuses with NotFound."""
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise NotFound(what="lot")
    if lot.log_size is None:
        return LotPublic(lot_facts(lot), "", (), (), ())
    draws = list(Draw.objects.filter(lot=lot).order_by("entry_index"))
    paths = paths_of({draw.area_id for draw in draws})
    claims = ledger.claims(lot.indicator_id, lot.day, lot.log_size)
    return LotPublic(
        lot=lot_facts(lot),
        checkpoint_note=ledger.checkpoint_at(lot.log_size).note,
        eligible=tuple(PublicEntry(claim.index, claim.leaf_hash) for claim in claims),
        checkers=tuple(checkers_at(lot.campaign_id, lot.log_size)),
        draws=tuple(
            PublicDraw(
                draw.entry_index, draw.team_id, paths[draw.area_id], _chance(draw), draw.checker_team_id
            )
            for draw in draws
        ),
    )


def draws_for(actor: Actor, campaign_id: int) -> list[DrawFacts]:
    """The drawn entries of a campaign in the areas the actor audits, by lot and place in the log."""
    rows = Draw.objects.filter(lot__campaign_id=campaign_id).select_related("lot")
    draws = list(rows.order_by("lot__day", "lot_id", "entry_index"))
    areas = places.areas({draw.area_id for draw in draws})
    seen = [draw for draw in draws if actor.audits(areas[draw.area_id].path)]
    found = _found([draw.pk for draw in seen])
    return [
        DrawFacts(
            id=draw.pk,
            lot_id=draw.lot_id,
            indicator_id=draw.lot.indicator_id,
            day=draw.lot.day,
            entry_index=draw.entry_index,
            team_id=draw.team_id,
            area_id=draw.area_id,
            claimed_milli=draw.claimed_milli,
            chance=_chance(draw),
            checker_team_id=draw.checker_team_id,
            found_milli=found.get(draw.pk),
        )
        for draw in seen
    ]


def lot_facts(lot: Lot) -> LotFacts:
    """A lot as everybody may see it: the seed stays hidden until the draw."""
    is_drawn = lot.drawn_at is not None
    must(is_drawn == (lot.log_root is not None), "a drawn lot names its signed log")
    return LotFacts(
        id=lot.pk,
        campaign_id=lot.campaign_id,
        indicator_id=lot.indicator_id,
        day=lot.day,
        wanted_count=lot.count,
        commitment=lot.commitment,
        committed_at=lot.committed_at,
        seed=bytes(lot.seed) if is_drawn else None,
        log_size=lot.log_size,
        log_root=None if lot.log_root is None else bytes(lot.log_root),
        eligible_count=lot.eligible_count,
        drawn_at=lot.drawn_at,
        drawn_count=Draw.objects.filter(lot=lot).count(),
        checked_count=Recount.objects.filter(draw__lot=lot).count(),
    )


def _chance(draw: Draw) -> Fraction:
    return Fraction(draw.chance_numerator, draw.chance_denominator)


def _found(draw_ids: list[int]) -> dict[int, int]:
    return dict(Recount.objects.filter(draw_id__in=draw_ids).values_list("draw_id", "found_milli"))
