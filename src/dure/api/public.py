"""What everybody may ask and do: campaigns, needs, signing up."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.http import HttpRequest
from ninja import Router, Status

from dure.api.clock import now
from dure.api.schemas import (
    CampaignDetailOut,
    CampaignOut,
    ErrorOut,
    IndicatorOut,
    NeedOut,
    Proof,
    QuantityOut,
    ReceiptOut,
    SignUpIn,
)
from dure.base import throttle
from dure.base.access import ANONYMOUS
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.calls.types import SignUpForm
from dure.movement.campaigns import reads as campaigns
from dure.movement.ledger import reads as ledger
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places
from dure.movement.standings import reads as standings
from dure.movement.standings.types import IndicatorStanding
from dure.operations import answers

router = Router(tags=["public"])
NEEDS_MAX = 1000


@router.get("/campaigns", response=list[CampaignOut])
def list_campaigns(request: HttpRequest) -> object:
    """Campaigns that are open or have ended, the newest first."""
    return campaigns.campaigns(actor=ANONYMOUS)


def indicator_out(one: IndicatorStanding) -> IndicatorOut:
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
    standing = standings.standing(campaign_id=campaign.id, today=campaigns.local_day(campaign, now()))
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


@router.post(
    "/signups", response={201: ReceiptOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut, 429: ErrorOut}
)
def sign_up(request: HttpRequest, body: SignUpIn) -> object:
    """Offer to help. The private link goes by e-mail; sending the same ``client_id`` twice signs up once."""
    campaign = campaigns.campaign(slug=body.campaign)
    appeal = calls.appeal_of(campaign.id)
    if appeal is None:
        raise NotFound(what="call for people")
    form = SignUpForm(
        given_name=body.given_name,
        email=body.email,
        birth_year=body.birth_year,
        area_id=places.by_code(body.town_code).id,
        travel_limit_m=body.travel_limit_m,
        consent=body.consent,
        free_spans=tuple((span.starts_at, span.ends_at) for span in body.free_spans),
        languages=tuple(body.languages),
        skills=tuple(body.skills),
        refuses=tuple(body.refuses),
        prefers=tuple(body.prefers),
        guardian_email=body.guardian_email,
        physical_max=body.physical_max,
        long_shift_wish=body.long_shift_wish,
    )
    throttle.count_place(request, now=now())
    throttle.count_letters([body.email, body.guardian_email], now=now())
    receipt = answers.sign_up(client_id=body.client_id, appeal_code=appeal.code, form=form, now=now())
    return Status(201, {"answer": asdict(receipt.answer)})
