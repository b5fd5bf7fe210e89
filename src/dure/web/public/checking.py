"""Check us: the log, its lots, and how to verify both oneself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.kernel.refusals import NotFound
from dure.movement.audit import reads as audit
from dure.movement.audit.types import DRAWN_KINDS, Factor, LotFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.ledger import reads as ledger
from dure.movement.people import reads as people
from dure.web.addresses import base_of

# A page stays readable on a phone; everything is in the API.
ELIGIBLE_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class IndicatorProof:
    """An indicator with what its recounts say; ``factor`` is None before the first recount."""

    indicator: IndicatorFacts
    factor: Factor | None


def proofs_of(campaign: CampaignFacts) -> list[IndicatorProof]:
    """Every indicator of work with its factor; goods are counted by two keepers and not by lot."""
    return [
        IndicatorProof(indicator=one, factor=audit.factor(one.id))
        for one in campaigns.indicators(campaign_id=campaign.id)
        if one.kind in DRAWN_KINDS
    ]


def lots_of(campaign: CampaignFacts) -> tuple[Sequence[LotFacts], Mapping[int, IndicatorFacts]]:
    indicators = {one.id: one for one in campaigns.indicators(campaign_id=campaign.id)}
    return audit.lots(campaign.id), indicators


@require_safe
def check(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    lots, indicators = lots_of(campaign)
    published = ledger.published_checkpoint()
    page = {
        "campaign": campaign,
        "here": "check",
        "checkpoint": published.checkpoint if published else None,
        "published": published,
        "losses": ledger.losses(),
        "log_size": ledger.size(),
        "public_key": ledger.public_key(),
        "lots": lots,
        "indicators": indicators,
        "proofs": proofs_of(campaign),
        "site": base_of(request),
    }
    return render(request, "public/check.html", page)


@require_safe
def lot(request: HttpRequest, slug: str, lot_id: int) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    public = audit.lot_public(lot_id)
    if public.lot.campaign_id != campaign.id:
        raise NotFound(what="lot")
    page = {
        "campaign": campaign,
        "here": "check",
        "lot": public.lot,
        "public": public,
        "eligible": public.eligible[:ELIGIBLE_SHOWN_MAX],
        "eligible_more": max(0, len(public.eligible) - ELIGIBLE_SHOWN_MAX),
        "teams": people.teams({draw.checker_team_id for draw in public.draws}),
        "indicator": campaigns.indicator(indicator_id=public.lot.indicator_id),
    }
    return render(request, "public/lot.html", page)
