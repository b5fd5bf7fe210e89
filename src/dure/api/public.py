"""What everybody may ask: campaigns and needs."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router

from dure.api.clock import now
from dure.api.schemas import (
    CampaignDetailOut,
    CampaignOut,
    ErrorOut,
    IndicatorOut,
    NeedOut,
    Proof,
    QuantityOut,
)
from dure.base.access import ANONYMOUS
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places
from dure.movement.standings.parts import IndicatorShown
from dure.movement.standings.shown import shown

router = Router(tags=["public"])
NEEDS_MAX = 1000


@router.get("/campaigns", response=list[CampaignOut])
def list_campaigns(request: HttpRequest) -> object:
    """Campaigns that are open or have ended, the newest first."""
    return campaigns.campaigns(actor=ANONYMOUS)


def indicator_out(one: IndicatorShown) -> IndicatorOut:
    unit, verified = one.indicator.unit, one.total.verified
    recounts = "nothing recounted yet"
    if verified.checked_count is not None:
        recounts = f"{verified.checked_count} of {verified.eligible_count} entries recounted by lot"
    # Goods are booked by two keepers only (gifts.actions).
    reported: Proof = "witnessed" if one.indicator.kind in {"goods", "money"} else "claimed"
    known: Proof = "verified" if verified.is_known and not one.total.withheld else "unknown"

    def borne_out(milli: int | None) -> QuantityOut:
        return QuantityOut(milli=milli, unit=unit, grade=known, proof=recounts)

    return IndicatorOut(
        code=one.indicator.code,
        name=one.indicator.name,
        kind=one.indicator.kind,
        plan_milli=one.total.plan_milli,
        claimed=QuantityOut(
            milli=one.total.claimed_milli,
            unit=unit,
            grade=reported if one.total.claimed_milli is not None else "unknown",
            proof="witnessed by two keepers" if reported == "witnessed" else "as claimed",
        ),
        verified=borne_out(verified.estimate_milli),
        verified_lower=borne_out(verified.lower_milli),
        withheld=one.total.withheld,
    )


@router.get("/campaigns/{slug}", response={200: CampaignDetailOut, 404: ErrorOut})
def show_campaign(request: HttpRequest, slug: str) -> object:
    """One campaign with its figures, each with its grade of proof."""
    campaign = campaigns.campaign(slug=slug)
    standing = shown(campaign_id=campaign.id, today=campaigns.local_day(campaign, now()))
    checkpoint = ledger.latest_checkpoint()
    return CampaignDetailOut(
        **CampaignOut.from_orm(campaign).dict(),
        indicators=[indicator_out(one) for one in standing.indicators],
        log_size=checkpoint.size if checkpoint else None,
        log_root=checkpoint.root.hex() if checkpoint else None,
    )


@router.get("/campaigns/{slug}/needs", response={200: list[NeedOut], 404: ErrorOut})
def list_needs(request: HttpRequest, slug: str, day: date | None = None) -> object:
    """Posts that still want people on a day (default: today there), the most critical first."""
    campaign = campaigns.campaign(slug=slug)
    wanted = day or campaigns.local_day(campaign, now())
    posts = [post for post in needs.posts_of_day(campaign.id, wanted) if post.seats_free]
    first = sorted(posts, key=lambda post: (post.tier, -post.seats_free, post.id))[:NEEDS_MAX]
    areas = places.areas({post.area_id for post in first})
    return [
        NeedOut(
            post_id=post.id,
            title=post.title,
            town=areas[post.area_id].name,
            town_code=areas[post.area_id].code,
            tier=post.tier,
            starts_at=post.starts_at,
            ends_at=post.ends_at,
            skills=list(post.skills),
            languages=list(post.languages),
            min_age=post.min_age,
            seats_open=post.seats_free,
        )
        for post in first
    ]
