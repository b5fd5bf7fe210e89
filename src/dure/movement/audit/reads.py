"""Questions about audits. Lots and their draws are public; what a drawn entry claims is for its auditors."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from functools import lru_cache

from django.db.models import Max

from dure.base.access import Actor
from dure.engine.lots import Recount as Counted
from dure.engine.lots import Recounted, deduction
from dure.engine.lots import factor as factor_of
from dure.engine.signs import Sign, TeamReports, repeated_figures
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.audit.drawing import checkers_at, paths_of
from dure.movement.audit.models import Draw, Lot, Recount
from dure.movement.audit.types import (
    Deduction,
    DrawFacts,
    Factor,
    LotFacts,
    LotPublic,
    PublicDraw,
    PublicEntry,
    VisitReason,
)
from dure.movement.ledger import reads as ledger
from dure.movement.ledger.types import Opening
from dure.movement.places import reads as places

# One team in a hundred would be visited by mere chance.
VISIT_FROM_P = 0.01
# Days of an indicator whose signs stay in memory: some hundred kilobytes each in a large campaign.
_DAYS_KEPT = 16
_FACTORS_KEPT = 64


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
    return _factor(
        tuple(Counted(draw.claimed_milli, found.get(draw.pk), _chance(draw)) for draw in draws),
        sum(count or 0 for count in counts),
    )


@lru_cache(maxsize=_FACTORS_KEPT)
def _factor(recounts: tuple[Counted, ...], eligible: int) -> Factor:
    """Equal recounts give an equal factor; its bounds take some hundredths of a second to work out."""
    return factor_of(recounts, eligible=eligible)


def deductions(indicator_id: int) -> dict[int, Deduction]:
    """What recounts take off each team's claims before teams are compared (F8); teams that were recounted only.

    Entries that were drawn and nobody has recounted yet take nothing off: that is not the team's doing.
    """
    draws = list(Draw.objects.filter(lot__indicator_id=indicator_id))
    found = _found([draw.pk for draw in draws])
    recounted = [draw for draw in draws if draw.pk in found]
    standing = ledger.standing_of([draw.entry_index for draw in recounted])
    by_team: dict[int, list[Recounted]] = defaultdict(list)
    for draw in recounted:
        standing_milli = standing.get(draw.entry_index, draw.claimed_milli)
        by_team[draw.team_id].append(
            Recounted(draw.claimed_milli, found[draw.pk], standing_milli, _chance(draw))
        )
    return {team_id: deduction(recounts) for team_id, recounts in by_team.items()}


def lots(campaign_id: int) -> list[LotFacts]:
    """The lots of a campaign, the newest day first; a seed is shown once its lot is drawn."""
    return [lot_facts(lot) for lot in Lot.objects.filter(campaign_id=campaign_id).order_by("-day", "pk")]


def lot_public(lot_id: int) -> LotPublic:
    """All that is needed to run a draw again. Before the draw: the commitment alone. Refuses with NotFound."""
    lot = Lot.objects.filter(pk=lot_id).first()
    if lot is None:
        raise NotFound(what="lot")
    if lot.log_from is None or lot.log_size is None:
        return LotPublic(lot_facts(lot), "", (), (), ())
    draws = list(Draw.objects.filter(lot=lot).order_by("entry_index"))
    paths = paths_of({draw.area_id for draw in draws})
    claims = ledger.claims(lot.indicator_id, lot.log_from, lot.log_size)
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
            day=draw.work_day,
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


def opening(actor: Actor, campaign_id: int, index: int) -> Opening:
    """What opens an entry that a lot drew, for an auditor of its area: the facts under its leaf, to be recomputed.

    Refuses with NotFound anybody else, and any entry that no lot drew: the log stays closed but for what is audited.
    """
    draws = Draw.objects.filter(lot__campaign_id=campaign_id, entry_index=index)
    areas = places.areas(draws.values_list("area_id", flat=True))
    if not any(actor.audits(area.path) for area in areas.values()):
        raise NotFound(what="drawn entry")
    return ledger.opening(index)


def visit_reasons(actor: Actor, campaign_id: int, day: date) -> list[VisitReason]:
    """Teams whose reported output of a day repeats itself more than chance explains; the strongest sign first.

    A sign is no verdict: of a hundred honest teams one is named. It is a reason to go and look, told to the team
    as it stands here (F5), and nothing may be withheld, graded or published by it. All teams of the campaign are
    the measure; named are those whose figures of the day all lie in areas the actor audits. Equal for whoever asks.
    """
    figures: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    area_ids: dict[tuple[int, int], set[int]] = defaultdict(set)
    for report in ledger.reports(campaign_id, day):
        figures[report.indicator_id][report.team_id].append(report.quantity_milli)
        area_ids[report.indicator_id, report.team_id].add(report.area_id)
    areas = places.areas(set().union(*area_ids.values()))
    audited = {area_id for area_id, area in areas.items() if actor.audits(area.path)}
    if not audited:
        return []
    found = [
        VisitReason(int(sign.team), indicator_id, day, sign.p, sign.reasons)
        for indicator_id, teams in figures.items()
        for sign in _signs(
            tuple(TeamReports(str(team_id), tuple(told)) for team_id, told in sorted(teams.items())),
            f"{indicator_id} {day.isoformat()}".encode(),
        )
        if sign.p < VISIT_FROM_P and area_ids[indicator_id, int(sign.team)] <= audited
    ]
    return sorted(found, key=lambda one: (one.p, one.team_id, one.indicator_id))


@lru_cache(maxsize=_DAYS_KEPT)
def _signs(teams: tuple[TeamReports, ...], seed: bytes) -> tuple[Sign, ...]:
    """Equal reports give equal signs, and those of a day that is over are looked at again and again: a large
    campaign's take a second to work out."""
    return repeated_figures(teams, seed=seed)


def drawn_up_to(indicator_id: int) -> int:
    """How far into the log the lots of an indicator have drawn: the next one begins there."""
    newest = Lot.objects.filter(indicator_id=indicator_id).aggregate(at=Max("log_size"))["at"]
    return int(newest or 0)


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
        from_size=lot.log_from,
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
