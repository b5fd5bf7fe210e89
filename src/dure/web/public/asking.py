"""Asking for hands: a public form, and the page on which whoever asked reads what became of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.errors import TooManyTries
from dure.base.throttle import count_place
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns import succession
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import requests
from dure.movement.needs.errors import RequestBad
from dure.movement.places import reads as places
from dure.operations.refusal_words import words_of
from dure.web.actor import actor_of_request
from dure.web.clock import now
from dure.web.doors import private_link
from dure.web.need_forms import NeedForm
from dure.web.public.joining import not_open, towns_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; sent, the page with what becomes of it."""
    campaign = campaigns.campaign(slug=slug)
    if campaign.state != "open":
        return not_open(request, campaign)
    code = _call(request, campaign)
    form = NeedForm(
        request.POST if request.method == "POST" else None,
        campaign=campaign,
        towns=towns_of(campaign),
        today=campaigns.local_day(campaign=campaign, now=now()),
        initial=NeedForm.fresh_id(),
    )
    if form.is_valid():
        try:
            count_place(request, now=now())
            made = requests.ask(actor=actor_of_request(request), new=form.typed(call_code=code), now=now())
        except TooManyTries as no:
            form.add_error(None, words_of(no))
            return _page(request, campaign, form, code, no.status)
        except RequestBad as no:
            form.show(no)
        else:
            messages.success(request, gettext("Asked. Keep this page: it tells you what becomes of it."))
            return redirect("needs-asked", slug=slug, client_id=made.client_id)
    return _page(request, campaign, form, code, 422 if form.is_bound else 200)


def _page(
    request: HttpRequest, campaign: CampaignFacts, form: NeedForm, code: str, status: int
) -> HttpResponse:
    page = {"campaign": campaign, "form": form, "call_code": code}
    return render(request, "public/ask_needs.html", page, status=status)


def _call(request: HttpRequest, campaign: CampaignFacts) -> str:
    """The call for needs they came by; whatever else stands in the address counts for nothing."""
    code = request.POST.get("call") or request.GET.get("call", "")
    try:
        found = calls.appeal(code) if code else None
    except NotFound:
        return ""
    return found.code if found and found.campaign_id == campaign.id and found.asks == "needs" else ""


@private_link
@require_safe
def asked(request: HttpRequest, slug: str, client_id: UUID) -> HttpResponse:
    """What became of a request. Its id is a secret of whoever asked; no contact stands here."""
    campaign = campaigns.campaign(slug=slug)
    found = requests.request_of_link(client_id)
    if found.campaign_id != campaign.id:
        later = campaigns.campaign_by_id(found.campaign_id)
        if later.state != "draft" and campaign.id in {one.id for one in succession.chain(later.id)}:
            return redirect("needs-asked", slug=later.slug, client_id=client_id)
        raise NotFound(what="request")
    page = {"campaign": campaign, "asked": found, "area": places.area(found.area_id)}
    return render(request, "public/needs_asked.html", page)
