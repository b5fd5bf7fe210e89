"""Signing up and giving: one page each, no account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dure.base import throttle
from dure.base.errors import TooManyTries
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.gifts import actions as gifts
from dure.movement.places import reads as places
from dure.operations import answers
from dure.web.actor import PERSON_KEY, actor_of_request, let_in
from dure.web.clock import now
from dure.web.forms import GiveForm, GoodsForm, GroupedChoices, JoinForm, town_choices
from dure.web.refusals import words_of


def towns_of(campaign: CampaignFacts) -> GroupedChoices:
    """The towns of a campaign's area, as a form offers them."""
    towns = places.towns_under(campaign.area_path)
    regions = places.areas({town.parent_id for town in towns if town.parent_id is not None})
    return town_choices(towns, regions)


def not_open(request: HttpRequest, campaign: CampaignFacts) -> HttpResponse:
    """Said before a form is shown, so that nobody fills one in for nothing."""
    return render(request, "public/not_open.html", {"campaign": campaign})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        campaign=campaign,
        towns=towns_of(campaign),
        today=campaigns.local_day(campaign=campaign, now=now()),
        initial=JoinForm.fresh_id(),
    )
    if not form.is_valid():
        if calls.open_appeal_of(campaign.id, now()) is None:
            return not_open(request, campaign)
        status = 422 if form.is_bound else 200
        return render(request, "public/join.html", {"campaign": campaign, "form": form}, status=status)
    appeal = calls.appeal_of(campaign.id)
    if appeal is None:
        raise NotFound(what="call for people")
    client_id = form.cleaned_data["client_id"]
    try:
        throttle.count_place(request, now=now())
        throttle.count_letters([form.cleaned_data["email"], form.cleaned_data["guardian_email"]], now=now())
    except TooManyTries as no:
        form.add_error(None, words_of(no))
        return render(request, "public/join.html", {"campaign": campaign, "form": form}, status=no.status)
    receipt = answers.sign_up(client_id=client_id, appeal_code=appeal.code, form=form.typed(), now=now())
    let_in(request, PERSON_KEY, receipt.person_id)
    return redirect("joined", slug=slug)


@never_cache
@require_safe
def joined(request: HttpRequest, slug: str) -> HttpResponse:
    """The receipt: the honest answer, for whoever just signed up in this browser."""
    campaign = campaigns.campaign(slug=slug)
    actor = actor_of_request(request)
    if actor.person_id is None:
        raise NotFound(what="receipt")
    standing = calls.answer_for(actor, actor.person_id, campaign.id)
    if standing is None:  # an offer or a post has come since, and stands there
        return redirect("my")
    return render(request, "public/joined.html", {"campaign": campaign, "answer": standing.answer})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = campaigns.campaign(slug=slug)
    indicators = campaigns.indicators(campaign_id=campaign.id)
    form = GiveForm(
        request.POST if request.method == "POST" else None,
        indicators=indicators,
        towns=towns_of(campaign),
        initial=GoodsForm.fresh_id(),
    )
    page = {
        "campaign": campaign,
        "form": form,
        "has_goods": any(one.kind == "goods" for one in indicators),
    }
    if not form.is_valid():
        if campaign.state != "open":
            return not_open(request, campaign)
        return render(request, "public/give.html", page, status=422 if form.is_bound else 200)
    try:
        throttle.count_place(request, now=now())
    except TooManyTries as no:
        form.add_error(None, words_of(no))
        return render(request, "public/give.html", page, status=no.status)
    data = form.cleaned_data
    gifts.offer(
        client_id=data["client_id"],
        campaign_id=campaign.id,
        area_id=data["town"],
        indicator_id=data["indicator"],
        item=data["item"],
        donor_name=data["donor_name"],
        quantity_milli=data["quantity_milli"],
        now=now(),
    )
    return redirect("given", slug=slug)


@require_safe
def given(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "public/given.html", {"campaign": campaigns.campaign(slug=slug)})
