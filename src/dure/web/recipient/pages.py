"""What an institution asks for: seen by itself and by the organisers of its area, never by the public."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.gifts import actions as gifts_actions
from dure.movement.gifts import reads as gifts
from dure.movement.needs import requests as needs
from dure.movement.needs.errors import RequestBad
from dure.movement.places import reads as places
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.forms import GoodsForm, GroupedChoices, town_choices
from dure.web.need_forms import NeedForm


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
    page = {
        "rows": [(row, indicators[row.indicator_id]) for row in reversed(mine)],
        "open_count": sum(row.issued_milli < row.quantity_milli for row in mine),
        "needs_asked": needs.requests_by(actor),
        "campaigns": open_campaigns(actor),
    }
    return render(request, "recipient/requests.html", page)


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
