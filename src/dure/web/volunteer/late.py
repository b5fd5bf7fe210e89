"""Free now: the posts that need somebody, and a seat in one act."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.types import LatePost
from dure.movement.people import reads as people
from dure.operations import latecomers
from dure.web.clock import now
from dure.web.commands import command_id
from dure.web.doors import for_person


@dataclass(frozen=True, slots=True)
class Seat:
    """An open post as its volunteer sees it; ``request_id`` is this page's, so that pressing twice takes one seat."""

    campaign: CampaignFacts
    found: LatePost
    request_id: UUID


@require_safe
@for_person
def now_open(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    needed = latecomers.needed_now(actor=actor, person_id=person_id, now=now())
    seats = [Seat(day.campaign, one, uuid.uuid4()) for day in needed for one in day.posts]
    page = {
        "here": "my",
        "person": people.card(actor=actor, person_id=person_id),
        "seats": seats,
        "day": needed[0].day if needed else None,
        "campaign": needed[0].campaign if needed else None,
    }
    return render(request, "volunteer/now.html", page)


@require_POST
@for_person
def take(request: HttpRequest, actor: Actor, person_id: int, post_id: int) -> HttpResponse:
    latecomers.take(
        actor=actor, person_id=person_id, post_id=post_id, request_id=command_id(request), now=now()
    )
    messages.success(request, gettext("Yours. Here is all you need."))
    return redirect("my")
