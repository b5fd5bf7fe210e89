"""What a volunteer's phone asks when they are free now: the posts that need them, and one of them."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja import Router, Status

from dure.api.clock import now
from dure.api.schemas import ErrorOut, LatePostOut, SeatOut, TakeIn
from dure.api.tokens import PersonAuth
from dure.base.access import Actor
from dure.kernel.must import must
from dure.operations import latecomers

router = Router(tags=["volunteer"], auth=PersonAuth())


def person_of(request: HttpRequest) -> tuple[Actor, int]:
    """Who asks with the token of their private link."""
    actor = cast(Actor, request.auth)  # type: ignore[attr-defined]  # set by PersonAuth
    must(actor.person_id is not None, "PersonAuth lets in persons only")
    return actor, cast(int, actor.person_id)


@router.get("/my/now", response={200: list[LatePostOut], 401: ErrorOut})
def open_now(request: HttpRequest) -> object:
    """Open posts of the running day that need this volunteer most, the best first; at most eight a campaign."""
    actor, person_id = person_of(request)
    found = latecomers.needed_now(actor=actor, person_id=person_id, now=now())
    return [
        LatePostOut(
            post_id=one.post.id,
            campaign=day.campaign.slug,
            day=day.day,
            title=one.post.title,
            town=one.area.name,
            town_code=one.area.code,
            tier=one.post.tier,
            starts_at=one.post.starts_at,
            ends_at=one.post.ends_at,
            way_m=one.travel_m,
            reason=one.reason,
            bring=one.post.bring,
        )
        for day in found
        for one in day.posts
    ]


@router.post("/my/now", response={201: SeatOut, 401: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut})
def take(request: HttpRequest, body: TakeIn) -> object:
    """Take a seat at once. The same ``request_id`` for the same post gets the first try's seat."""
    actor, person_id = person_of(request)
    seat = latecomers.take(
        actor=actor, person_id=person_id, post_id=body.post_id, request_id=body.request_id, now=now()
    )
    return Status(201, SeatOut(placement_id=seat.id, post_id=seat.post_id, day=seat.day, state=seat.state))
