"""Drives: what anyone may propose, support by name, and an answer by a date."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dure.base import throttle
from dure.base.access import ANONYMOUS
from dure.base.errors import TooManyTries
from dure.kernel.refusals import Refusal
from dure.movement.calls import drive_reads, drives
from dure.movement.calls.appeal_rules import SHOWN_COUNT_MIN
from dure.movement.calls.errors import DriveBad
from dure.movement.calls.types import DriveFacts, NewDrive
from dure.movement.campaigns import reads as campaigns
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.forms import CommandForm, GroupedChoices, town_choices
from dure.web.public.joining import towns_of


class SupportForm(CommandForm):
    """A name under a proposal."""

    name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("To confirm once, and to send you the answer. A month after it the address is deleted."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    shows_name = forms.BooleanField(
        label=_("My first name may stand under the proposal for everybody to read."), required=False
    )


class DriveForm(SupportForm):
    """A proposal, with the name of who makes it."""

    title = forms.CharField(label=_("What shall we do together?"), max_length=160)
    text = forms.CharField(
        label=_("Why, what exactly, and who does what?"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Everybody reads it. No links and no addresses, please."),
    )
    town = forms.TypedChoiceField(label=_("Where?"), coerce=int)
    field_order = ("client_id", "title", "text", "town", "name", "email", "shows_name")

    def __init__(self, *args: object, towns: GroupedChoices, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["town"].choices = towns  # type: ignore[attr-defined]  # a choice field

    def typed(self) -> NewDrive:
        """What the room takes; call after ``is_valid``."""
        data = self.cleaned_data
        return NewDrive(
            client_id=data["client_id"],
            title=data["title"],
            text=data["text"],
            area_id=data["town"],
            name=data["name"],
            email=data["email"],
            shows_name=data["shows_name"],
            language=get_language() or "en",
        )


def all_towns() -> GroupedChoices:
    """The towns of every open campaign: where organisers are who can answer."""
    opened = [one for one in campaigns.campaigns(actor=ANONYMOUS) if one.state == "open"]
    if len(opened) == 1:
        return towns_of(opened[0])
    towns: dict[int, AreaFacts] = {
        town.id: town for path in {one.area_path for one in opened} for town in places.towns_under(path)
    }
    regions = places.areas({town.parent_id for town in towns.values() if town.parent_id is not None})
    return town_choices(list(towns.values()), regions)


def count_of(drive: DriveFacts) -> str:
    """How many names there are, in words that tell of no few people (P9)."""
    if drive.support_count < min(SHOWN_COUNT_MIN, drive.support_wanted):
        return gettext("Fewer than %(few)s names so far; %(wanted)s bring it before an organiser.") % {
            "few": SHOWN_COUNT_MIN,
            "wanted": drive.support_wanted,
        }
    return gettext("%(count)s names; %(wanted)s bring it before an organiser.") % {
        "count": drive.support_count,
        "wanted": drive.support_wanted,
    }


@require_safe
def drives_page(request: HttpRequest) -> HttpResponse:
    found = drive_reads.drives()
    areas = places.areas({one.area_id for one in found})
    rows = [(one, areas[one.area_id], count_of(one)) for one in found]
    return render(request, "public/drives.html", {"drives": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    form = DriveForm(
        request.POST if request.method == "POST" else None, towns=all_towns(), initial=DriveForm.fresh_id()
    )
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "public/drive_propose.html", {"form": form}, status=status)
    try:
        throttle.count_place(request, now=now())
        throttle.count_letters([form.cleaned_data["email"]], now=now())
        drives.propose(new=form.typed(), now=now())
    except (TooManyTries, DriveBad) as no:
        _mark(form, no)
        return render(request, "public/drive_propose.html", {"form": form}, status=no.status)
    return redirect("drive-proposed")


@require_safe
def proposed(request: HttpRequest) -> HttpResponse:
    return render(request, "public/drive_proposed.html", {"wanted": drives.SUPPORT_WANTED})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def drive(request: HttpRequest, code: str) -> HttpResponse:
    shown = drive_reads.drive(code)
    form = SupportForm(request.POST if request.method == "POST" else None, initial=SupportForm.fresh_id())
    page = {
        "drive": shown,
        "form": form,
        "area": places.area(shown.area_id),
        "names": drive_reads.names_under(code),
        "count": count_of(shown),
        "is_late": shown.is_late(now().date()),
        "takes_names": shown.state in ("gathering", "waiting"),
    }
    if not form.is_valid():
        return render(request, "public/drive.html", page, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    client_id: UUID = data["client_id"]
    try:
        throttle.count_place(request, now=now())
        throttle.count_letters([data["email"]], now=now())
        drives.support(
            code=code,
            client_id=client_id,
            name=data["name"],
            email=data["email"],
            shows_name=data["shows_name"],
            language=get_language() or "en",
            now=now(),
        )
    except (TooManyTries, DriveBad) as no:
        _mark(form, no)
        return render(request, "public/drive.html", page, status=no.status)
    messages.success(
        request, gettext("Thank you. Your name counts once you confirm it by the link in our letter.")
    )
    return redirect("drive", code=code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, token: str) -> HttpResponse:
    """One's own name under a proposal: the link in the letter. A mail scanner that opens it confirms nothing."""
    found = drive_reads.support_facts(token)
    if request.method == "POST" and request.POST.get("act") == "take_back":
        drives.take_back(token=token)
        messages.success(request, gettext("Your name and your address are deleted."))
        return redirect("drives")
    if request.method == "POST":
        found = drives.confirm(token=token, now=now())
        messages.success(request, gettext("Your name counts now. Thank you."))
        return redirect("drive", code=found.drive.code)
    response = render(request, "public/drive_name.html", {"support": found, "drive": found.drive})
    response["Referrer-Policy"] = "same-origin"
    return response


def _mark(form: SupportForm, no: Refusal) -> None:
    """The refusal beside the fields it is about, else above them all."""
    for problem in no.facts.get("problems", ()) if isinstance(no, DriveBad) else ():  # type: ignore[attr-defined]
        field = {"area_id": "town"}.get(problem.field, problem.field)
        words = gettext("%(what)s; expected %(wanted)s.") % {"what": problem.what, "wanted": problem.wanted}
        form.add_error(field if field in form.fields else None, words)
    if not form.errors:
        form.add_error(None, words_of(no))
