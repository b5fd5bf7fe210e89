"""My team today: check people in, write down the work; one screen on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching_actions
from dure.movement.matching import reads as matching
from dure.movement.matching.types import CrewMember
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.operations.rotation import crew_rest
from dure.operations.work import record_crew
from dure.web.badges import placement_of_badge
from dure.web.captain.phone_page import phone_page
from dure.web.captain.rows import crew_rows
from dure.web.captain.work_form import blank_fields, fields_of, outputs_of, work_form
from dure.web.clock import day_in, now
from dure.web.doors import door_for

# How far from today a team's nearest day is looked for.
DAYS_LOOKED = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post of the day with the rows of its crew, and the fields to write down its work."""

    post: PostFacts
    campaign: CampaignFacts
    rows: SafeString
    all_count: int
    here_count: int
    fields: SafeString
    is_wrong: bool


def team_day(request: HttpRequest, actor: Actor, team_id: int) -> date:
    """The day asked for; else today where the team is, or its nearest day with a crew."""
    if (asked := day_in(request)) is not None:
        return asked
    area_path = people.team(team_id).area_path
    covering = campaigns.covering(actor, area_path)
    today = campaigns.local_day(campaign=covering[0], now=now()) if covering else now().date()
    days = needs.crew_days(team_id, today - DAYS_LOOKED, today + DAYS_LOOKED)
    return next((day for day in days if day >= today), days[-1] if days else today)


@require_safe
@door_for(Role.CAPTAIN)
def teams(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The captain's teams; with one team, its day at once."""
    mine = actor.team_ids()
    if len(mine) == 1:
        return redirect("crew", team_id=mine[0])
    return render(request, "captain/teams.html", {"teams": list(people.teams(mine).values())})


@require_safe
@door_for(Role.CAPTAIN)
def crew(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    actor.must_captain(team_id)
    return _crew_page(request, actor, team_id, team_day(request, actor, team_id))


def _crew_page(
    request: HttpRequest, actor: Actor, team_id: int, day: date, wrong: dict[int, forms.Form] | None = None
) -> HttpResponse:
    members = matching.crew(actor, team_id, day)
    here, at, wrong = reverse("crew", args=[team_id]), now(), wrong or {}
    cards = [
        _card(post, [one for one in members if one.post_id == post.id], here, at, wrong.get(post.id))
        for post in needs.crew_posts(team_id, day)
    ]
    page = {
        "team": people.team(team_id),
        "here": here,
        "day": day,
        "cards": cards,
        "campaign": cards[0].campaign if cards else None,
        "here_count": sum(card.here_count for card in cards),
        "all_count": sum(card.all_count for card in cards),
        "minors": any(member.under_18 for member in members),
        "crew_rest": crew_rest(cards[0].campaign if cards else None, members, day),
        "account_id": actor.account_id,
        **phone_page(here),
    }
    return render(request, "captain/crew.html", page, status=422 if wrong else 200)


def _card(
    post: PostFacts, crew: list[CrewMember], here: str, at: datetime, wrong: forms.Form | None
) -> PostCard:
    campaign = campaigns.campaign_by_id(post.campaign_id)
    has_begun = post.starts_at <= at
    return PostCard(
        post=post,
        campaign=campaign,
        rows=crew_rows(crew, address=here, timezone=campaign.timezone, has_begun=has_begun),
        all_count=len(crew),
        here_count=sum(member.state in ("present", "done") for member in crew),
        fields=fields_of(wrong) if wrong else blank_fields(post.id, outputs_of(post.campaign_id)),
        is_wrong=wrong is not None,
    )


def _back(team_id: int, day: date) -> HttpResponse:
    return redirect(f"{reverse('crew', args=[team_id])}?day={day.isoformat()}")


@require_POST
@door_for(Role.CAPTAIN)
def check_in(request: HttpRequest, actor: Actor, team_id: int, placement_id: int) -> HttpResponse:
    """By tap. Checking in twice changes nothing, so a second tap needs no id."""
    placement = matching_actions.check_in(actor=actor, placement_id=placement_id, now=now())
    return _back(team_id, placement.day)


@require_POST
@door_for(Role.CAPTAIN)
def did_not_arrive(request: HttpRequest, actor: Actor, team_id: int, placement_id: int) -> HttpResponse:
    """Somebody is missing: their seat is free for others. A second tap changes nothing."""
    placement = matching_actions.did_not_arrive(actor=actor, placement_id=placement_id, now=now())
    return _back(team_id, placement.day)


@require_POST
@door_for(Role.CAPTAIN)
def record(request: HttpRequest, actor: Actor, team_id: int, post_id: int) -> HttpResponse:
    """Hours for all who are here, and what they brought about together; then they are checked out."""
    actor.must_captain(team_id)
    post = needs.post(post_id)
    if post.team_id != team_id:
        raise NotFound(what="post")
    form = work_form(request.POST, post_id, outputs_of(post.campaign_id))
    if not form.is_valid():
        return _crew_page(request, actor, team_id, post.day, wrong={post.id: form})
    done = record_crew(
        actor=actor,
        post_id=post_id,
        minutes=form.minutes(),
        output_milli=form.output_milli(),
        command_id=form.cleaned_data["client_id"],
        now=now(),
    )
    words = ngettext("Written down for %(n)s person.", "Written down for %(n)s people.", done.hours_entries)
    messages.success(
        request,
        words % {"n": done.hours_entries} + " " + gettext("You can correct it later; both stay on record."),
    )
    return _back(team_id, post.day)


@require_safe
@door_for(Role.CAPTAIN)
def badge(request: HttpRequest, actor: Actor, token: str) -> HttpResponse:
    """Where a scanned badge leads: who it is, and one button."""
    placement = matching.placement_for(actor, placement_of_badge(token))
    post = needs.post(placement.post_id)
    member = next(
        (m for m in matching.crew(actor, post.team_id, placement.day) if m.placement_id == placement.id), None
    )
    if member is None:
        raise NotFound(what="badge")
    page = {
        "member": member,
        "post": post,
        "team": people.team(post.team_id),
        "campaign": campaigns.campaign_by_id(campaign_id=post.campaign_id),
    }
    return render(request, "captain/badge.html", page)
