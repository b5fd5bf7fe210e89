"""What an institution asks for: seen by itself and by the organisers of its area, never by the public."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.gifts import actions as gifts_actions
from dure.movement.gifts import reads as gifts
from dure.movement.gifts import receiving
from dure.movement.gifts.types import Coming
from dure.movement.needs import requests as needs
from dure.movement.needs.errors import RequestBad
from dure.movement.needs.types import PostFacts, RequestFacts
from dure.movement.places import reads as places
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.figures import unit_word
from dure.web.forms import CommandForm, GoodsForm, GroupedChoices, QuantityField, town_choices
from dure.web.need_forms import NeedForm
from dure.web.refusals import say_on


class CameForm(CommandForm):
    """What came, what was wrong, and thank you."""

    found_milli = QuantityField(label=_("How much came?"), max_length=20)
    said = forms.CharField(
        label=_("Was something wrong?"),
        required=False,
        max_length=receiving.WORDS_CHARS_MAX,
        help_text=_("Broken, late, something else: your organiser and the auditors read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    thanks = forms.CharField(
        label=_("Words of thanks"),
        required=False,
        max_length=receiving.WORDS_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    thanks_shown = forms.BooleanField(
        label=_("They may be shown to everybody, without our name."), required=False
    )

    def __init__(self, *args: object, unit: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["found_milli"].label = gettext("How much came? (%(unit)s)") % {"unit": unit_word(unit)}


@dataclass(frozen=True, slots=True)
class Arriving:
    """Something handed on for a request of theirs; ``zone``: its campaign's clock."""

    coming: Coming
    indicator: IndicatorFacts
    zone: str


@dataclass(frozen=True, slots=True)
class HandsAsked:
    """Hands that were asked for, with the days on which people come."""

    request: RequestFacts
    posts: tuple[PostFacts, ...]


def open_campaigns(actor: Actor) -> list[CampaignFacts]:
    """Open campaigns that reach into an area for which the actor may ask."""
    paths = actor.area_paths(Role.RECIPIENT)
    return [
        one
        for one in campaigns.campaigns(actor=actor)
        if one.state == "open"
        and any(one.area_path.startswith(path) or path.startswith(one.area_path) for path in paths)
    ]


def towns_for(actor: Actor, campaign: CampaignFacts) -> GroupedChoices:
    towns = [one for one in places.towns_under(campaign.area_path) if actor.receives(one.path)]
    return town_choices(towns, places.areas({one.parent_id for one in towns if one.parent_id is not None}))


@require_safe
@door_for(Role.RECIPIENT)
def requests(request: HttpRequest, actor: Actor) -> HttpResponse:
    mine = [one for one in gifts.requests_for(actor) if one.account_id == actor.account_id]
    indicators = {one: campaigns.indicator(indicator_id=one) for one in {row.indicator_id for row in mine}}
    zones = {one: campaigns.campaign_by_id(one).timezone for one in {row.campaign_id for row in mine}}
    arriving = [
        Arriving(one, indicators[one.request.indicator_id], zones[one.request.campaign_id])
        for one in receiving.coming(actor)
    ]
    page = {
        "rows": [(row, indicators[row.indicator_id], zones[row.campaign_id]) for row in reversed(mine)],
        "open_count": sum(row.issued_milli < row.quantity_milli for row in mine),
        "to_confirm": [one for one in arriving if one.coming.receipt is None],
        "confirmed": [one for one in arriving if one.coming.receipt is not None],
        "hands": hands_of(actor),
        "campaigns": open_campaigns(actor),
    }
    return render(request, "recipient/requests.html", page)


def hands_of(actor: Actor) -> list[HandsAsked]:
    asked = needs.requests_by(actor)
    posts = needs.posts_of(asked)
    return [HandsAsked(one, tuple(posts.get(one.id, ()))) for one in asked]


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.RECIPIENT)
def came(request: HttpRequest, actor: Actor, move_id: int) -> HttpResponse:
    """Say what came of something that was handed on: the second source beside the two keepers."""
    one = next((row for row in receiving.coming(actor) if row.move.id == move_id), None)
    if one is None:
        raise NotFound(what="gift for you")
    indicator = campaigns.indicator(indicator_id=one.request.indicator_id)
    form = CameForm(
        request.POST if request.method == "POST" else None, unit=indicator.unit, initial=CameForm.fresh_id()
    )
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            receiving.confirm(actor=actor, move_id=move_id, now=now(), **form.cleaned_data)
        except Refusal as no:
            status = say_on(form, no)
        else:
            messages.success(
                request, gettext("Written into the log, as a second source. Thank you for saying so.")
            )
            return redirect("recipient")
    zone = campaigns.campaign_by_id(one.request.campaign_id).timezone
    page = {"one": one, "indicator": indicator, "form": form, "zone": zone}
    return render(request, "recipient/came.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.RECIPIENT)
def ask(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = next((one for one in open_campaigns(actor) if one.slug == slug), None)
    if campaign is None:
        raise NotFound(what="campaign")
    form = GoodsForm(
        request.POST if request.method == "POST" else None,
        indicators=campaigns.indicators(campaign_id=campaign.id),
        towns=towns_for(actor, campaign),
        initial=GoodsForm.fresh_id(),
    )
    if not form.is_valid():
        page = {"campaign": campaign, "form": form}
        return render(request, "recipient/ask.html", page, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    gifts_actions.request(
        actor=actor,
        client_id=data["client_id"],
        campaign_id=campaign.id,
        area_id=data["town"],
        indicator_id=data["indicator"],
        item=data["item"],
        quantity_milli=data["quantity_milli"],
        now=now(),
    )
    messages.success(request, gettext("Asked. The organisers of your area see it, and nobody else."))
    return redirect("recipient")


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.RECIPIENT)
def ask_hands(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The same form as the public one, by an account that is known, for the places it asks for."""
    campaign = next((one for one in open_campaigns(actor) if one.slug == slug), None)
    if campaign is None:
        raise NotFound(what="campaign")
    form = NeedForm(
        request.POST if request.method == "POST" else None,
        campaign=campaign,
        towns=towns_for(actor, campaign),
        today=campaigns.local_day(campaign=campaign, now=now()),
        initial=NeedForm.fresh_id(),
    )
    if form.is_valid():
        try:
            needs.ask(actor=actor, new=form.typed(), now=now())
        except RequestBad as no:
            form.show(no)
        else:
            messages.success(request, gettext("Asked. An organiser who knows you looks at it."))
            return redirect("recipient")
    page = {"campaign": campaign, "form": form}
    return render(request, "recipient/ask_hands.html", page, status=422 if form.is_bound else 200)
