"""My team today: check people in, write down the work; one screen on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.quantities import MILLI
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.matching import actions as matching_actions
from dure.movement.matching import reads as matching
from dure.movement.matching.types import CrewMember
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.operations.work import record_crew
from dure.web.badges import placement_of_badge
from dure.web.clock import day_in, now
from dure.web.doors import door_for
from dure.web.forms import CommandForm, QuantityField


class WorkForm(CommandForm):
    """What a crew did: once for everyone who is here."""

    hours = QuantityField(label=_("Hours, each"), max_length=6)

    def __init__(self, *args: object, outputs: Sequence[IndicatorFacts] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        for one in outputs:
            label = f"{one.name} ({one.unit})"
            self.fields[f"output_{one.id}"] = QuantityField(label=label, max_length=20, required=False)

    def minutes(self) -> int:
        hours_milli: int = self.cleaned_data["hours"]
        return round(hours_milli * 60 / MILLI)

    def output_milli(self) -> dict[int, int]:
        """Quantities by indicator id; what was left empty was not counted."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name.startswith("output_") and value
        }
        return {int(name.removeprefix("output_")): value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post of the day with its crew and the form for its work."""

    post: PostFacts
    campaign: CampaignFacts
    crew: tuple[CrewMember, ...]
    form: forms.Form

    @property
    def has_begun(self) -> bool:
        return self.post.starts_at <= now()

    @property
    def here_count(self) -> int:
        return sum(member.state in ("present", "done") for member in self.crew)


def outputs_of(campaign_id: int) -> list[IndicatorFacts]:
    return [one for one in campaigns.indicators(campaign_id=campaign_id) if one.kind == "output"]


def team_day(request: HttpRequest, actor: Actor, team_id: int) -> date:
    """The day asked for; else today where the team is, or its nearest day with a crew."""
    if (asked := day_in(request)) is not None:
        return asked
    area_path = people.team(team_id).area_path
    covering = [one for one in campaigns.campaigns(actor=actor) if area_path.startswith(one.area_path)]
    for campaign in covering:
        today = campaigns.local_day(campaign=campaign, now=now())
        days = [day for day in needs.days(campaign.id) if needs.crew_posts(team_id, day)]
        if days:
            return next((day for day in days if day >= today), days[-1])
    return now().date()


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
    cards = []
    for post in needs.crew_posts(team_id, day):
        form = (wrong or {}).get(post.id) or WorkForm(
            outputs=outputs_of(post.campaign_id), initial=CommandForm.fresh_id(), auto_id=f"work_{post.id}_%s"
        )
        there = tuple(member for member in members if member.post_id == post.id)
        cards.append(PostCard(post, campaigns.campaign_by_id(campaign_id=post.campaign_id), there, form))
    team: TeamFacts = people.team(team_id)
    page = {
        "team": team,
        "area": places.area(team.area_id),
        "day": day,
        "cards": cards,
        "campaign": cards[0].campaign if cards else None,
        "here_count": sum(card.here_count for card in cards),
        "all_count": sum(len(card.crew) for card in cards),
        "minors": any(member.under_18 for member in members),
    }
    return render(request, "captain/crew.html", page, status=422 if wrong else 200)


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
    form = WorkForm(request.POST, outputs=outputs_of(post.campaign_id), auto_id=f"work_{post.id}_%s")
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
