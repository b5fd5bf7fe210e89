"""Proposed drives on the desk: what is owed an answer, and the answer."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.calls import drive_reads, drives
from dure.movement.calls.types import DriveFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.places import reads as places
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of


class DecideForm(forms.Form):
    """The answer to a proposal."""

    answer = forms.CharField(
        label=_("The answer, for everybody to read"),
        max_length=drives.ANSWER_CHARS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("yes", _("Yes: it becomes a call of this campaign")),
            ("no", _("No, for the reasons above")),
            ("down", _("No, and its words are deleted: nobody should have to read them")),
        ],
        widget=forms.RadioSelect,
    )


def _found(actor: Actor, slug: str) -> tuple[CampaignFacts, list[DriveFacts]]:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return campaign, drive_reads.drives_for(actor, campaign.area_path)


@require_safe
@door_for(Role.ORGANISER)
def desk_drives(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign, found = _found(actor, slug)
    areas = places.areas({one.area_id for one in found})
    today = now().date()
    rows = [(one, areas[one.area_id], one.is_late(today)) for one in found]
    return render(request, "organiser/drives.html", {"campaign": campaign, "drives": rows, "here": "drives"})


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_drive(request: HttpRequest, actor: Actor, slug: str, code: str) -> HttpResponse:
    campaign, found = _found(actor, slug)
    shown = next((one for one in found if one.code == code), None)
    if shown is None:
        raise NotFound(what="proposal")
    form = DecideForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        drives.decide(
            actor=actor,
            code=code,
            opens=form.cleaned_data["decision"] == "yes",
            takes_down=form.cleaned_data["decision"] == "down",
            answer=form.cleaned_data["answer"],
            campaign_id=campaign.id,
            now=now(),
        )
        messages.success(request, gettext("Answered. Everybody who put their name to it is written to."))
        return redirect("desk-drives", slug=slug)
    page = {
        "campaign": campaign,
        "here": "drives",
        "drive": shown,
        "area": places.area(shown.area_id),
        "is_late": shown.is_late(now().date()),
        "takes_answer": shown.state in ("gathering", "waiting"),
        "form": form,
    }
    return render(request, "organiser/drive.html", page, status=422 if form.is_bound else 200)
