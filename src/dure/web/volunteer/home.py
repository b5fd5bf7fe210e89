"""Home safe: one button for whoever is asked, and help; and something happened, told by who was there."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.access import Actor
from dure.kernel.refusals import Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.movement.safety.types import HomeCallFacts, NewIncident
from dure.operations import incidents
from dure.web.clock import now
from dure.web.doors import for_person
from dure.web.incident_forms import IncidentForm, now_there
from dure.web.refusals import say_on

# Of so many days back a volunteer tells what happened.
DAYS_BACK: Final = 14


def of(actor: Actor, person_id: int) -> tuple[HomeCallFacts, ...]:
    """What they are asked about their way home, for the top of their day."""
    return reads.asked_of(actor, person_id)


@require_safe
@for_person
def home(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Are you home? One press says it; nothing else is asked."""
    calls = of(actor, person_id)
    stood = reads.open_over(calls[0].area_path) if calls and calls[0].stand_down_id else None
    return render(request, "volunteer/home.html", {"calls": calls, "stood_down": stood})


@require_POST
@for_person
def answer(request: HttpRequest, actor: Actor, person_id: int, call_id: int) -> HttpResponse:
    if request.POST.get("act") == "help":
        words = request.POST.get("words", "")[:2000]
        safety.ask_for_help(actor=actor, call_id=call_id, words=words, now=now())
        messages.success(
            request,
            gettext(
                "Your captain and the organisers were told. If a life is in danger, call the emergency number."
            ),
        )
    else:
        safety.say_safe(actor=actor, call_id=call_id, now=now())
        messages.success(request, gettext("Thank you. It is good to know that you are safe."))
    return redirect("my-home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def incident(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Something happened at a post of theirs: told to who organises the place, and to nobody of the crew."""
    posts = _my_posts(actor, person_id)
    if not posts:
        return render(request, "volunteer/incident.html", {"form": None})
    latest = campaigns.campaign_by_id(posts[0].campaign_id)
    form = IncidentForm(
        request.POST if request.method == "POST" else None,
        places=[(str(post.id), f"{post.title}, {date_format(post.day, 'j M')}") for post in posts],
        initial={**IncidentForm.fresh_id(), "happened_at": now_there(latest, now())},
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        post = next(one for one in posts if str(one.id) == form.cleaned_data["where"])
        campaign = campaigns.campaign_by_id(post.campaign_id)
        new = NewIncident(
            key=form.cleaned_data["client_id"],
            campaign_id=post.campaign_id,
            area_id=post.area_id,
            team_id=post.team_id,
            post_id=post.id,
            kind=form.cleaned_data["kind"],
            severity=form.cleaned_data["severity"],
            happened_at=form.moment(campaign),
            words=form.cleaned_data["words"],
            people_hurt=form.cleaned_data["people_hurt"],
        )
        try:
            incidents.report(actor=actor, new=new, now=now())
        except Refusal as no:
            status = say_on(form, no)
        else:
            said = gettext(
                "Thank you for telling us. Whoever organises the place reads it, and nobody of the crew."
            )
            messages.success(request, said)
            return redirect("my")
    return render(request, "volunteer/incident.html", {"form": form}, status=status)


def _my_posts(actor: Actor, person_id: int) -> list[PostFacts]:
    """Their posts of the last days and of today, the latest first."""
    at = now()
    mine = [
        one
        for one in matching.placements_of(actor, person_id)
        if one.day >= at.date() - timedelta(days=DAYS_BACK)
    ]
    posts = needs.posts(one.post_id for one in mine)
    begun = [post for post in posts.values() if post.starts_at <= at + timedelta(hours=12)]
    return sorted(begun, key=lambda post: post.starts_at, reverse=True)
