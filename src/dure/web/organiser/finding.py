"""The desk's needs: what institutions asked for, where people outnumber needs, and what can be set going there."""

from __future__ import annotations

import uuid
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base import undoing
from dure.base.access import Actor
from dure.base.briefly import BRIEFLY
from dure.base.models import Role
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.calls import reads as calls
from dure.movement.calls.appeal_rules import TITLE_CHARS_MAX
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import requests
from dure.movement.people import reads as people
from dure.movement.people import reserve
from dure.movement.places import reads as places
from dure.operations import finding, standing_by
from dure.operations import reserve as reserve_at_work
from dure.operations.counted_lately import counted_lately
from dure.web.clock import now
from dure.web.commands import command_id
from dure.web.doors import door_for
from dure.web.organiser.kept_part import kept_part
from dure.web.organiser.reach import reach_of
from dure.web.words import SKILLS

OFFERED_AT_ONCE = 200


class StandForm(forms.Form):
    """Standing by a request, or saying why not."""

    said = forms.CharField(
        label=_("How you know them, or why it can’t be"),
        max_length=200,
        help_text=_("If you say no, they read this."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    tier = forms.TypedChoiceField(
        label=_("How urgent?"),
        coerce=int,
        choices=[(1, _("critical")), (2, _("important")), (3, _("useful"))],
        initial=2,
    )
    team = forms.TypedChoiceField(label=_("Which team stands behind it?"), coerce=int, required=False)

    def __init__(self, *args: object, teams: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        own = (0, gettext("A team of their own name"))
        self.fields["team"].choices = [own, *teams]  # type: ignore[attr-defined]  # a choice field


class CallBackForm(forms.Form):
    """Whom to call back from the reserve register."""

    profession = forms.ChoiceField(
        label=_("Who?"),
        required=False,
        choices=[("", _("anybody")), *sorted(SKILLS.items(), key=lambda one: str(one[1]))],
    )
    count = forms.IntegerField(
        label=_("How many?"),
        min_value=1,
        max_value=100_000,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    text = forms.CharField(
        label=_("What for, in your words"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


def _campaign(actor: Actor, slug: str) -> CampaignFacts:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return campaign


def _stand_form(area_path: str, number: int, data: object = None) -> StandForm:
    teams = [(team.id, team.name) for team in people.teams_under(area_path)]
    return StandForm(data, teams=teams, auto_id=f"asked_{number}_%s")


@require_safe
@door_for(Role.ORGANISER)
def needs(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    return _page(request, actor, _campaign(actor, slug))


def _page(
    request: HttpRequest,
    actor: Actor,
    campaign: CampaignFacts,
    wrong: dict[int, StandForm] | None = None,
    call_form: CallBackForm | None = None,
) -> HttpResponse:
    today = campaigns.local_day(campaign=campaign, now=now())
    is_typed = bool(wrong or call_form)
    main = kept_part(
        request,
        "organiser/_needs_main.html",
        None if is_typed else (campaign.id, today, actor.area_paths(Role.ORGANISER)),
        lambda: _needs_shown(actor, campaign, today, wrong or {}, call_form or CallBackForm()),
        # One for each look: by it an act that is sent twice is done once.
        request_id=uuid.uuid4(),
    )
    published = undoing.last(actor=actor, campaign_id=campaign.id, now=now(), kinds=[standing_by.STAND_BY])
    page = {"campaign": campaign, "main": main, "published": published}
    return render(request, "organiser/needs.html", page, status=422 if is_typed else 200)


def _needs_shown(
    actor: Actor, campaign: CampaignFacts, today: date, wrong: dict[int, StandForm], call_form: CallBackForm
) -> dict[str, object]:
    """What the page shows; of ``actor`` only their reach counts."""
    is_whole = actor.organises(campaign.area_path)
    asked = requests.requests_to_decide(actor, campaign.id)
    areas = places.areas({one.area_id for one in asked})
    paths = actor.area_paths(Role.ORGANISER)
    over = BRIEFLY.get(
        ("places over", campaign.id, paths), lambda: finding.places_over(actor, campaign.id, now=now())
    )
    searches = [one for one in calls.appeals_of(campaign.id) if one.asks == "needs"]
    came = requests.asked_by_call([one.id for one in searches])
    return {
        "campaign": campaign,
        "asked": [
            (
                one,
                areas[one.area_id],
                wrong.get(one.id) or _stand_form(areas[one.area_id].path, one.id),
            )
            for one in asked
        ],
        "over": over,
        "over_count": sum(one.people_over for one in over),
        "searches": [(one, *came[one.id]) for one in searches],
        "may_ask": is_whole and campaign.state == "open",
        "reserve": counted_lately(
            f"dure.reserve.{campaign.area_id}.{today}",
            lambda: reserve.count_by_profession(actor=actor, area_path=campaign.area_path, day=today),
        )
        if is_whole
        else {},
        "call_form": call_form,
        "skills": list(SKILLS.items()),
    }


@require_POST
@door_for(Role.ORGANISER)
def decide(request: HttpRequest, actor: Actor, slug: str, request_id: int) -> HttpResponse:
    """Stand by a request and publish it, or say why not."""
    campaign = _campaign(actor, slug)
    found = next(
        (one for one in requests.requests_to_decide(actor, campaign.id) if one.id == request_id), None
    )
    if found is None:
        raise NotFound(what="request")
    form = _stand_form(places.area(found.area_id).path, request_id, request.POST)
    if not form.is_valid():
        return _page(request, actor, campaign, wrong={request_id: form})
    data = form.cleaned_data
    if request.POST.get("answer") == "no":
        requests.decline_request(actor=actor, request_id=request_id, said=data["said"], now=now())
        messages.success(request, gettext("They read your reason on their page. Their contact is deleted."))
    else:
        done = standing_by.stand_by(
            actor=actor,
            campaign_id=campaign.id,
            request_id=request_id,
            team_id=data["team"] or None,
            tier=data["tier"],
            said=data["said"],
            now=now(),
            about=f"{found.title}, {found.institution}",
        )
        words = ngettext("%(n)s post is published.", "%(n)s posts are published.", len(done.ids))
        messages.success(request, words % {"n": len(done.ids)})
    return redirect("desk-needs", slug=slug)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 18:
        raise BadInput(where=name, what="it is no number", wanted="a number of the page")
    return int(text)


@require_POST
@door_for(Role.ORGANISER)
def ask_around(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """One act: a call for needs to households, letters to institutions and to captains near by."""
    campaign = _campaign(actor, slug)
    area_id = _number(request, "area")
    done = finding.ask_around(
        actor=actor,
        # One page has a button for every place.
        client_id=client_id(command_id(request).bytes, "around", area_id),
        campaign_id=campaign.id,
        area_id=area_id,
        now=now(),
    )
    messages.success(
        request,
        gettext(
            "Asked: the households of the place by a call, %(institutions)s institutions and %(teams)s captains near "
            "by by letter. What comes stands on this page."
        )
        % {"institutions": done.institution_count, "teams": done.team_count},
    )
    return redirect("desk-needs", slug=slug)


@require_POST
@door_for(Role.ORGANISER)
def offer_training(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = _campaign(actor, slug)
    skill = request.POST.get("skill", "")
    if skill not in SKILLS:
        raise BadInput(where="skill", what="it is none of the list", wanted="a skill of the list")
    count = finding.offer_training(
        actor=actor,
        campaign_id=campaign.id,
        area_id=_number(request, "area"),
        skill=skill,
        count=OFFERED_AT_ONCE,
        now=now(),
    )
    words = ngettext(
        "The training is offered to %(n)s person.", "The training is offered to %(n)s people.", count
    )
    messages.success(request, words % {"n": count})
    return redirect("desk-needs", slug=slug)


@require_POST
@door_for(Role.ORGANISER)
def offer_across(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = _campaign(actor, slug)
    count = finding.offer_across(
        actor=actor,
        campaign_id=campaign.id,
        area_id=_number(request, "area"),
        to_area_id=_number(request, "to"),
        count=OFFERED_AT_ONCE,
        now=now(),
    )
    words = ngettext(
        "%(n)s person is asked whether they would travel there.",
        "%(n)s people are asked whether they would travel there.",
        count,
    )
    messages.success(request, words % {"n": count})
    return redirect("desk-needs", slug=slug)


@require_POST
@door_for(Role.ORGANISER)
def call_back(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Call people back from the reserve register; how it goes stands on the page of calls."""
    campaign = _campaign(actor, slug)
    form = CallBackForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, campaign, call_form=form)
    data = form.cleaned_data
    reserve_at_work.call_back(
        actor=actor,
        client_id=client_id(command_id(request).bytes, "reserve"),
        campaign_id=campaign.id,
        area_path=campaign.area_path,
        profession=data["profession"],
        count=data["count"],
        title=(gettext("You are called back: %(name)s") % {"name": campaign.name})[:TITLE_CHARS_MAX],
        text=data["text"],
        now=now(),
    )
    messages.success(request, gettext("They are being called, those who waited longest first."))
    return redirect("desk-calls", slug=slug)
