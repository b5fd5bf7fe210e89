"""The first minutes: whoever installed Dure opens the first account, brings a country in and makes a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dure.base import throttle
from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import Refusal
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.errors import CampaignBad
from dure.movement.campaigns.types import NewCampaign
from dure.movement.places import actions as places_actions
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import first_run
from dure.operations.imports.towns import add_country
from dure.simulation import world
from dure.web.actor import actor_of_request
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser import start_lists as own_lists
from dure.web.organiser.start_forms import (
    AccountForm,
    CampaignFileForm,
    CampaignForm,
    CountryForm,
    PlacesListForm,
)
from dure.web.refusals import say_on

FILE_BYTES_MAX = 2 * 1024 * 1024
DAYS = 60
CHARTER = _(
    "Work here is free to give and free to refuse. What was done is counted honestly and shown to all, and whoever "
    "helped is thanked."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """The first account. Afterwards, and on every site that has one, this leads to where one goes on."""
    if not first_run.is_open():
        actor = actor_of_request(request)
        return redirect("start-places" if actor.has_role(Role.ORGANISER) else "account_login")
    form = AccountForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        throttle.count_place(request, now=now())
        data = form.cleaned_data
        try:
            account_id = first_run.begin(
                code=data["code"], email=data["email"], name=data["name"], password=data["password"]
            )
        except first_run.SetupCodeWrong as no:
            form.add_error("code", gettext(no.says))
        except Refusal as no:
            status = say_on(form, no)
        else:
            user = get_user_model().objects.get(pk=account_id)
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("start-places")
    return render(request, "organiser/start.html", {"form": form, "step": 1}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def add_places(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Countries that are there, and others to bring in."""
    form = CountryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actor.must_organise(first_run.EVERYWHERE, what=gettext("bringing countries in"))
        added, town_count = add_country(form.cleaned_data["country"])
        messages.success(
            request,
            gettext("%(name)s is in, with %(n)s towns.") % {"name": added.name, "n": f"{town_count:,}"},
        )
        return redirect("start-places")
    countries = [(one, len(places.towns_under(one.path))) for one in places.countries()]
    page = {
        "form": form,
        "list_form": PlacesListForm(),
        "lists": own_lists.rows(actor),
        "countries": countries,
        "may_add": actor.organises(first_run.EVERYWHERE),
        "step": 2,
    }
    return render(request, "organiser/start_places.html", page, status=422 if form.is_bound else 200)


@require_POST
@door_for(Role.ORGANISER)
def remove_places(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Take a country back while nothing is there."""
    actor.must_organise(first_run.EVERYWHERE, what=gettext("taking countries away"))
    count = places_actions.remove_country(code=code)
    messages.success(request, gettext("Taken back: %(n)s places.") % {"n": f"{count:,}"})
    return redirect("start-places")


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def new_campaign(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A draft by form or by file."""
    areas = _areas(actor)
    if not areas:
        messages.info(request, gettext("First some places: a campaign is somewhere."))
        return redirect("start-places")
    is_file = request.method == "POST" and "by_file" in request.POST
    form = CampaignForm(
        request.POST if request.method == "POST" and not is_file else None,
        areas=areas,
        initial=_initial(actor, areas),
    )
    by_file = CampaignFileForm(request.POST if is_file else None, request.FILES if is_file else None)
    status = 422 if request.method == "POST" else 200
    try:
        new = _asked(form, by_file)
        if new is not None:
            actor.must_organise(places.by_code(new.area).path, what=gettext("a campaign there"))
            made = campaigns.create(new=new, now=now())
            messages.success(request, gettext("The draft is made. Nobody sees it before you open it."))
            return redirect("desk-first-steps", slug=made.slug)
    except CampaignBad as no:
        if is_file:
            status = say_on(by_file, no)
        else:
            form.show(no)
    except Refusal as no:
        status = say_on(by_file if is_file else form, no)
    page = {"form": form, "by_file": by_file, "step": 3, "areas": areas}
    return render(request, "organiser/start_campaign.html", page, status=status)


def _asked(form: CampaignForm, by_file: CampaignFileForm) -> NewCampaign | None:
    """What was handed in, None where nothing was or a field is wrong. Refuses with CampaignFileBad."""
    if by_file.is_bound:
        if not by_file.is_valid():
            return None
        handed = by_file.cleaned_data["file"]
        if (handed.size or 0) > FILE_BYTES_MAX:
            by_file.add_error("file", gettext("A campaign file is a text of a few pages; this is too large."))
            return None
        try:
            text = handed.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            by_file.add_error("file", gettext("This is no text in UTF-8."))
            return None
        return campaign_reads.parse_campaign_file(text, handed.name or "file")
    if not form.is_bound or not form.is_valid():
        return None
    return form.typed(now().date())


def _areas(actor: Actor) -> list[AreaFacts]:
    """Countries, regions and towns for which the actor may make a campaign, each above what lies in it."""
    found: list[AreaFacts] = []
    for country in places.countries():
        children = {one.id: one for one in places.children(country.id)}
        towns: dict[int | None, list[AreaFacts]] = {}
        for town in places.towns_under(country.path):
            towns.setdefault(town.parent_id, []).append(town)
        found.append(country)
        for region in sorted(children.values(), key=lambda one: one.name):
            found.append(region)
            found += sorted(towns.get(region.id, []), key=lambda one: one.name)
    return [one for one in found if actor.organises(one.path)]


def _initial(actor: Actor, areas: Sequence[AreaFacts]) -> dict[str, object]:
    today = now().date()
    country = areas[0].path.strip("/").partition("/")[0]
    earlier = campaign_reads.campaigns(actor=actor)
    movement = earlier[-1] if earlier else None
    return {
        "starts_on": today + timedelta(days=1),
        "ends_on": today + timedelta(days=DAYS),
        "timezone": world.timezone(country) or "Etc/UTC",
        "charter": movement.charter if movement else CHARTER,
        "movement": movement.movement_name if movement else "",
    }
