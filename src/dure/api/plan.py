"""The plan: targets and what was argued about them, for everybody; asking and answering, for who may."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from dure.api.clock import now
from dure.api.schemas import ErrorOut
from dure.api.tokens import TokenAuth
from dure.base.access import Actor
from dure.movement.campaigns import pleas
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import PleaFacts
from dure.movement.places import reads as places

router = Router(tags=["plan"])
TARGETS_MAX = 1_000
PLEAS_MAX = 100


class TargetOut(Schema):
    """What a place (or a team of it) wants to reach from one day to another; amounts in thousandths of ``unit``.

    ``parent_id``: which target it is a part of; ``split``: by what.
    """

    id: int
    indicator: str
    unit: str
    place: str
    team_id: int | None
    plan_milli: int
    baseline_milli: int | None
    baseline_grade: Literal["claimed", "verified"]
    rated_capacity_milli: int | None
    starts_on: date
    deadline: date
    source: str
    source_date: date
    parent_id: int | None
    split: Literal["stated", "population", "capacity", "need"]


class PleaIn(Schema):
    """Another target, and why; everybody can read it."""

    wanted_milli: int
    why: str


class AnswerIn(Schema):
    """``taken_from``: where the difference goes if it is agreed; siblings only while the campaign is a draft."""

    agrees: bool
    words: str
    taken_from: Literal["above", "siblings"] = "above"


class PleaOut(Schema):
    """Somebody argues for another target. ``plan_milli``: what it was when they asked."""

    id: int
    target_id: int
    plan_milli: int
    wanted_milli: int
    why: str
    answer_by: date
    answer: Literal["open", "agreed", "declined"]
    answer_words: str


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]  # set by TokenAuth
    return actor


def _plea(one: PleaFacts) -> PleaOut:
    return PleaOut.from_orm(one)


@router.get("/campaigns/{slug}/targets", response={200: list[TargetOut], 404: ErrorOut})
def list_targets(request: HttpRequest, slug: str, place: str = "", after_id: int = 0) -> object:
    """Targets of a place and its teams and of what lies directly in it, or of all places; a thousand at a time."""
    campaign = campaigns.campaign(slug=slug)
    indicators = {one.id: one for one in campaigns.indicators(campaign.id)}
    if place:
        area = places.by_code(place)
        found = campaigns.targets_in(campaign.id, [area.id, *(one.id for one in places.children(area.id))])
    else:
        found = campaigns.targets(campaign.id)
    page = sorted((one for one in found if one.id > after_id), key=lambda one: one.id)[:TARGETS_MAX]
    areas = places.areas({one.area_id for one in page})
    return [
        TargetOut(
            id=one.id,
            indicator=indicators[one.indicator_id].code,
            unit=indicators[one.indicator_id].unit,
            place=areas[one.area_id].code,
            team_id=one.team_id,
            plan_milli=one.plan_milli,
            baseline_milli=one.baseline_milli,
            baseline_grade=one.baseline_grade,
            rated_capacity_milli=one.rated_capacity_milli,
            starts_on=one.starts_on,
            deadline=one.deadline,
            source=one.source,
            source_date=one.source_date,
            parent_id=one.parent_id,
            split=one.split,
        )
        for one in page
    ]


@router.get("/campaigns/{slug}/pleas", response={200: list[PleaOut], 404: ErrorOut})
def list_pleas(request: HttpRequest, slug: str) -> object:
    """What was argued about targets and what came of it, the open ones first; who asked isn't told."""
    return [_plea(one) for one in pleas.of(campaigns.campaign(slug=slug).id)[:PLEAS_MAX]]


@router.post(
    "/targets/{id:target_id}/pleas",
    auth=TokenAuth(),
    response={201: PleaOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def plead(request: HttpRequest, target_id: int, body: PleaIn) -> object:
    """Argue for another target of your team or place. The same again while the answer is owed gives the same plea."""
    asked = pleas.plead(
        actor=_actor(request), target_id=target_id, wanted_milli=body.wanted_milli, why=body.why, now=now()
    )
    return Status(201, _plea(asked))


@router.post(
    "/pleas/{id:plea_id}/answer",
    auth=TokenAuth(),
    response={200: PleaOut, 401: ErrorOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut, 422: ErrorOut},
)
def answer(request: HttpRequest, plea_id: int, body: AnswerIn) -> object:
    """Answer somebody who argues for another target; all sums stand."""
    done = pleas.answer(
        actor=_actor(request),
        plea_id=plea_id,
        agrees=body.agrees,
        words=body.words,
        taken_from=body.taken_from,
        now=now(),
    )
    return _plea(done)
