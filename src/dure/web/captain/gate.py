"""Signing in at the gate: a code that hangs at the meeting point, and the page to which it leads.

What people say there is their word; the check-in and the hours stay their captain's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching_actions
from dure.movement.matching import reads as matching
from dure.movement.matching.types import PlacementFacts
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import confirming
from dure.movement.people import reads as people
from dure.operations.badges import gate_token, team_of_gate
from dure.web.actor import actor_of_request
from dure.web.addresses import whole
from dure.web.clock import now
from dure.web.doors import door_for

# Whoever stands at the gate: from hours before a shift until long after it.
BEFORE = timedelta(hours=6)
AFTER = timedelta(hours=6)
SAYS = {"here": matching_actions.say_here, "gone": matching_actions.say_gone}


@dataclass(frozen=True, slots=True)
class AtGate:
    """A place that somebody has with this team now."""

    placement: PlacementFacts
    post: PostFacts
    campaign: CampaignFacts
    token: str

    @property
    def may_say_here(self) -> bool:
        return self.placement.said_here_at is None and self.placement.state in ("accepted", "no_show")

    @property
    def may_say_gone(self) -> bool:
        came = self.placement.said_here_at is not None or self.placement.state == "present"
        return came and self.placement.said_gone_at is None and self.placement.state != "done"


def at_gate(placement: PlacementFacts, post: PostFacts, at: datetime) -> AtGate | None:
    """What somebody may say of their place now (``volunteer/_here.html`` shows it as ``gate``); None where it is not
    the time, or the shift was called off."""
    is_time = post.starts_at - BEFORE <= at <= post.ends_at + AFTER
    if not is_time or post.cancelled_at is not None or placement.state == "withdrawn":
        return None
    campaign = campaigns.campaign_by_id(post.campaign_id)
    return AtGate(placement, post, campaign, gate_token(post.team_id))


@require_safe
@door_for(Role.CAPTAIN)
def gate(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """The sheet to print and hang up: it is good for every day of this team."""
    actor.must_captain(team_id)
    address = whole(request, reverse("here", args=[gate_token(team_id)]))
    picture = segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="#ffffff")
    page = {"team": people.team(team_id), "address": address, "picture": picture}
    return render(request, "captain/gate.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def here(request: HttpRequest, token: str) -> HttpResponse:
    """I am here; I go now. For whoever opened their private link on this phone; others are told how."""
    team = people.team(team_of_gate(token))
    actor = actor_of_request(request)
    if actor.person_id is not None and confirming.lapses_on(actor.person_id) is not None:
        return redirect("my-confirm")
    if request.method == "POST":
        _say(request, actor, team.id)
        return redirect("here", token=token)
    page = {
        "team": team,
        "is_known": actor.person_id is not None,
        "places": [] if actor.person_id is None else _places(actor, actor.person_id, team.id),
    }
    return render(request, "volunteer/here.html", page)


def _places(actor: Actor, person_id: int, team_id: int) -> list[AtGate]:
    mine = [one for one in matching.placements_of(actor, person_id) if one.state != "withdrawn"]
    posts, at = needs.posts(one.post_id for one in mine), now()
    here = [(one, posts[one.post_id]) for one in mine if posts[one.post_id].team_id == team_id]
    found = [gate for one, post in here if (gate := at_gate(one, post, at)) is not None]
    return sorted(found, key=lambda place: place.post.starts_at)


def _say(request: HttpRequest, actor: Actor, team_id: int) -> None:
    """Refuses with NotFound (no link, or no place here now), BadInput."""
    what, text = request.POST.get("says", ""), request.POST.get("placement", "")
    if what not in SAYS:
        raise BadInput(where="says", what=f"{what!r} can't be said", wanted="here or gone")
    places = [] if actor.person_id is None else _places(actor, actor.person_id, team_id)
    place = next((one for one in places if str(one.placement.id) == text), None)
    if place is None:
        raise NotFound(what="place of yours at this gate")
    SAYS[what](actor=actor, placement_id=place.placement.id, now=now())
    words = {
        "here": gettext("Your captain sees that you are here, and checks you in."),
        "gone": gettext("Your captain sees that you go. Come home safe, and thank you."),
    }
    messages.success(request, words[what])
