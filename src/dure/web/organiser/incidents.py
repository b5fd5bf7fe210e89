"""Incidents on the desk: told, followed up by somebody by a date, closed in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.places import reads as places
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.movement.safety.types import IncidentFacts, NewHurt, NewIncident
from dure.operations import incidents
from dure.operations.place_names import place_name
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.incident_forms import IncidentForm, now_there
from dure.web.organiser.safety import campaign_of
from dure.web.refusals import say_on
from dure.web.safety_forms import DUE_DEFAULT, FollowUpForm, HurtForm, NoteForm

TEAMS_MAX = 1_000


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def new(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """An organiser tells of what happened: at a post of today, with a team, or at a place."""
    campaign, today = campaign_of(actor, slug)
    form = IncidentForm(
        request.POST if request.method == "POST" else None,
        places=_wheres(actor, campaign, today),
        initial={**IncidentForm.fresh_id(), "happened_at": now_there(campaign, now())},
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        team_id, post_id, area_id = _where(form.cleaned_data["where"])
        told = NewIncident(
            key=form.cleaned_data["client_id"],
            campaign_id=campaign.id,
            area_id=area_id,
            team_id=team_id,
            post_id=post_id,
            kind=form.cleaned_data["kind"],
            severity=form.cleaned_data["severity"],
            happened_at=form.moment(campaign),
            words=form.cleaned_data["words"],
            people_hurt=form.cleaned_data["people_hurt"],
        )
        try:
            made = incidents.report(actor=actor, new=told, now=now())
        except Refusal as no:
            status = say_on(form, no)
        else:
            messages.success(request, gettext("Written down. Say now who looks after it, and by when."))
            return redirect("desk-incident", slug=slug, incident_id=made.id)
    page = {"campaign": campaign, "here": "safety", "form": form}
    return render(request, "organiser/incident_new.html", page, status=status)


def _wheres(actor: Actor, campaign: CampaignFacts, today: date) -> list[tuple[str, str]]:
    """Posts of today, then teams at home there, as far as the actor organises."""
    posts = needs.posts_of_day(campaign.id, today)
    areas = places.areas({post.area_id for post in posts})
    mine = [post for post in posts if actor.organises(areas[post.area_id].path)][:TEAMS_MAX]
    teams = [one for one in people.teams_under(campaign.area_path) if actor.organises(one.area_path)]
    return [
        *((f"post-{post.id}", f"{post.title}, {place_name(areas[post.area_id])}") for post in mine),
        *((f"team-{team.id}", team.name) for team in teams[:TEAMS_MAX]),
    ]


def _where(choice: str) -> tuple[int | None, int | None, int]:
    """(team id, post id, area id) of a choice that the form let through."""
    kind, _, number = choice.partition("-")
    if kind == "post":
        post = needs.post(int(number))
        return post.team_id, post.id, post.area_id
    team = people.team(int(number))
    return team.id, None, team.area_id


@dataclass(frozen=True, slots=True)
class _Forms:
    """The forms of an incident's page; the one that was sent is bound."""

    follow_up: FollowUpForm
    note: NoteForm
    close: NoteForm
    hurt: HurtForm

    def of(self, act: str) -> Form:
        return {"follow_up": self.follow_up, "hurt": self.hurt, "note": self.note}.get(act, self.close)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def one(request: HttpRequest, actor: Actor, slug: str, incident_id: int) -> HttpResponse:
    """One incident: what was said, who was hurt, who looks after it, and its end."""
    campaign, today = campaign_of(actor, slug)
    shown = reads.incident(actor=actor, incident_id=incident_id)
    if shown.campaign_id != campaign.id or not actor.organises(shown.area.path):
        raise NotFound(what="incident")
    act = request.POST.get("act", "")
    forms = _forms(request, actor, shown, act, today)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and (sent := forms.of(act)).is_valid():
        try:
            messages.success(request, _acted(actor, shown, act, sent))
            return redirect("desk-incident", slug=slug, incident_id=incident_id)
        except Refusal as no:
            status = say_on(sent, no)
    page = {
        "campaign": campaign,
        "here": "safety",
        "one": shown,
        "is_late": shown.is_late(today),
        "notes": reads.notes(actor=actor, incident_id=incident_id),
        "hurt": reads.hurt(actor=actor, incident_id=incident_id),
        "forms": forms,
    }
    return render(request, "organiser/incident.html", page, status=status)


def _forms(request: HttpRequest, actor: Actor, shown: IncidentFacts, act: str, today: date) -> _Forms:
    data = request.POST if request.method == "POST" else None
    owners = reads.owner_choices(shown.area.path)
    first = {"owner": shown.owner_id or actor.account_id, "due_on": shown.due_on or today + DUE_DEFAULT}
    fresh = FollowUpForm.fresh_id
    ends = act in ("close", "reopen")
    return _Forms(
        FollowUpForm(
            data if act == "follow_up" else None, owners=owners, initial={**fresh(), **first}, auto_id="f_%s"
        ),
        NoteForm(data if act == "note" else None, initial=fresh(), auto_id="n_%s"),
        NoteForm(data if ends else None, initial=fresh(), auto_id="c_%s"),
        HurtForm(data if act == "hurt" else None, initial=fresh(), auto_id="h_%s"),
    )


def _acted(actor: Actor, shown: IncidentFacts, act: str, form: Form) -> str:
    """Do what the form asks for; what to say then."""
    said = dict(form.cleaned_data)
    client_id = said.pop("client_id")
    at, pk = now(), shown.id
    if act == "hurt":
        safety.add_hurt(actor=actor, incident_id=pk, new=NewHurt(key=client_id, **said), now=at)
        return gettext("Written down, sealed, for who organises this place alone.")
    if act == "follow_up":
        safety.follow_up(
            actor=actor,
            incident_id=pk,
            client_id=client_id,
            owner_id=said["owner"],
            due_on=said["due_on"],
            words=said["words"],
            now=at,
        )
        return gettext("Somebody looks after it, by that day.")
    do = {"note": safety.note, "reopen": safety.reopen}.get(act, safety.close)
    do(actor=actor, incident_id=pk, client_id=client_id, words=said["words"], now=at)
    return gettext("Written down.")
