"""What is going on right now: who asks for help, who is missing, which posts are urgent. The desk asks for it again and
again while it stands open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import missing
from dure.movement.matching.missing import AwaitedAt
from dure.movement.needs import bulk as needs_bulk
from dure.movement.needs import help as helps
from dure.movement.needs import reads as needs
from dure.movement.needs.types import HelpFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.posts import PostRow, rows_of
from dure.web.organiser.reach import reach_of
from dure.web.organiser.safety import WhoIsOut, who_is_out

SHOWN_MAX: Final = 6
# A post is urgent that begins so soon, or began so lately that somebody could still come.
SOON: Final = timedelta(hours=6)
BEGAN: Final = timedelta(hours=2)


class AnswerForm(forms.Form):
    """The answer to a captain who asks for help."""

    words = forms.CharField(max_length=helps.ANSWER_CHARS_MAX)


@dataclass(frozen=True, slots=True)
class HelpRow:
    """Help that a captain asks for, with the names around it."""

    help: HelpFacts
    team: TeamFacts
    area: AreaFacts


@dataclass(frozen=True, slots=True)
class RightNow:
    """The running moment of a campaign, as far as the organiser reaches; ``missing``: posts with who is awaited."""

    out: WhoIsOut
    helps: list[HelpRow]
    urgent: list[PostRow]
    missing: list[tuple[PostRow, AwaitedAt]]


def right_now(actor: Actor, campaign: CampaignFacts, reach: tuple[str, ...], at: datetime) -> RightNow:
    """In a constant number of queries."""
    today = campaigns.local_day(campaign=campaign, now=at)
    asked = helps.open_for(actor, campaign.id)[:SHOWN_MAX]
    teams = people.teams({one.team_id for one in asked})
    areas = places.areas({one.area_id for one in asked})
    awaited = missing.awaited(campaign.id, today, at, paths=reach, count_max=SHOWN_MAX)
    posts = needs.posts(one.post_id for one in awaited)
    soon = needs_bulk.urgent(
        paths=reach, campaign_id=campaign.id, first=at - BEGAN, last=at + SOON, count_max=SHOWN_MAX
    )
    return RightNow(
        out=who_is_out(actor, campaign, at),
        helps=[HelpRow(one, teams[one.team_id], areas[one.area_id]) for one in asked],
        urgent=rows_of(soon),
        missing=list(zip(rows_of([posts[one.post_id] for one in awaited]), awaited, strict=True)),
    )


@require_safe
@door_for(Role.ORGANISER)
def live(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The part of the desk's page that changes from minute to minute; 304 while it stands as it was."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    shown = right_now(actor, campaign, reach, now())
    page = {"campaign": campaign, "now": shown}
    tag = f'"{sha256(repr(shown).encode()).hexdigest()[:24]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(render_to_string("organiser/_now.html", page, request))
    response["ETag"] = tag
    return response


@require_POST
@door_for(Role.ORGANISER)
def answer_help(request: HttpRequest, actor: Actor, slug: str, help_id: int) -> HttpResponse:
    """Answer a captain; they read it on their phone. The first answer stands."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    form = AnswerForm(request.POST)
    if form.is_valid():
        helps.answer(actor=actor, help_id=help_id, words=form.cleaned_data["words"], now=now())
        messages.success(request, gettext("Answered: the captain reads it on their phone."))
    else:
        messages.warning(request, gettext("Write at least a word: the captain waits for it."))
    return redirect("desk-campaign", slug=slug)
