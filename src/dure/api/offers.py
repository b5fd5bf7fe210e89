"""What a volunteer is asked, and their answer: also to go elsewhere than to the post they have."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from dure.api.clock import now
from dure.api.late import person_of
from dure.api.schemas import AnswerIn, ErrorOut, OfferOut, SeatOut
from dure.api.tokens import PersonAuth
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import actions as matching
from dure.movement.matching import reads
from dure.movement.needs import reads as needs

router = Router(tags=["volunteer"], auth=PersonAuth())


@router.get("/my/offers", response={200: list[OfferOut], 401: ErrorOut})
def offers(request: HttpRequest) -> object:
    """Offers that wait for this volunteer's answer, the latest first. One with ``instead_of_post_id`` asks them to
    leave that post for another; they keep it until they say yes."""
    actor, person_id = person_of(request)
    at = now()
    found = [one for one in reads.offers_of(actor, person_id) if one.state == "open" and one.expires_at > at]
    posts = needs.posts(one.post_id for one in found)
    slugs = {pk: campaigns.campaign_by_id(pk).slug for pk in {post.campaign_id for post in posts.values()}}
    return [
        OfferOut(
            offer_id=one.id,
            post_id=one.post_id,
            campaign=slugs[posts[one.post_id].campaign_id],
            day=one.day,
            title=posts[one.post_id].title,
            tier=posts[one.post_id].tier,
            starts_at=posts[one.post_id].starts_at,
            ends_at=posts[one.post_id].ends_at,
            way_m=one.travel_m,
            kept_until=one.expires_at,
            instead_of_post_id=one.instead_of,
        )
        for one in found
    ]


@router.post(
    "/my/offers/{id:offer_id}",
    response={200: None, 201: SeatOut, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def answer(request: HttpRequest, offer_id: int, body: AnswerIn) -> object:
    """Say yes or no. A yes with the same ``request_id`` gets the first try's seat; a no is free and changes nothing
    else: the post they have stays theirs."""
    actor, _person_id = person_of(request)
    if body.answer == "no":
        matching.decline(actor=actor, offer_id=offer_id, now=now())
        return Status(200, None)
    seat = matching.accept(actor=actor, offer_id=offer_id, request_id=body.request_id, now=now())
    return Status(201, SeatOut(placement_id=seat.id, post_id=seat.post_id, day=seat.day, state=seat.state))
