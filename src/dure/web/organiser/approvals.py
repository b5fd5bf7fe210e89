"""What waits for a second person, and what became of what waited before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base import approving
from dure.base.access import Actor
from dure.base.approving import WaitingFacts
from dure.base.delegation import names_of
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.operations import approvals as acts
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.nav import acts_waiting
from dure.web.organiser.reach import reach_of

KINDS: Final[Mapping[str, object]] = {
    "publish": _("Show a match"),
    "call-off": _("Call posts off"),
    "shift": _("Move posts"),
    "pause": _("Pause the campaign"),
    "close": _("Close the campaign"),
    "grant": _("Give a role"),
    "stand-down-end": _("End a stand-down"),
}
STATES: Final[Mapping[str, object]] = {
    "waiting": _("waits"),
    "approved": _("agreed"),
    "declined": _("declined"),
    "taken_back": _("taken back"),
    "lapsed": _("lapsed: nobody looked in time"),
}


class DecideForm(forms.Form):
    """A second person's word."""

    decision = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no"), ("back", "back")])
    words = forms.CharField(required=False, max_length=200)


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """An act with names: ``is_mine``: the visitor asked for it, so somebody else decides."""

    act: WaitingFacts
    kind: str
    state: str
    asked_by: str
    decided_by: str
    is_mine: bool


def rows_of(actor: Actor, found: list[WaitingFacts]) -> list[ApprovalRow]:
    names = names_of([pk for one in found for pk in (one.asked_by, one.decided_by)])
    return [
        ApprovalRow(
            act=one,
            kind=str(KINDS.get(one.kind, one.kind)),
            state=str(STATES[one.state]),
            asked_by=names.get(one.asked_by, ""),
            decided_by=names.get(one.decided_by or 0, ""),
            is_mine=one.asked_by == actor.account_id,
        )
        for one in found
    ]


def waiting_rows(actor: Actor, campaign: CampaignFacts) -> list[ApprovalRow]:
    """What waits in a campaign where the actor organises."""
    return rows_of(actor, acts_waiting(actor, campaign.id))


@require_safe
@door_for(Role.ORGANISER)
def approvals(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    page = {
        "campaign": campaign,
        "waiting": waiting_rows(actor, campaign),
        "decided": rows_of(actor, approving.decided(actor=actor, campaign_id=campaign.id)),
        "asked_for": [str(KINDS[kind]) for kind in campaign.two_persons if kind in KINDS],
    }
    return render(request, "organiser/approvals.html", page)


@require_POST
@door_for(Role.ORGANISER)
def decide(request: HttpRequest, actor: Actor, slug: str, act_id: UUID) -> HttpResponse:
    """Agree, decline, or take back what one asked for oneself. Deciding twice is refused with who was first."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    found = approving.waiting_act(actor=actor, act_id=act_id)
    form = DecideForm(request.POST)
    if found.campaign_id != campaign.id or not form.is_valid():
        raise NotFound(what="act that waits")
    decision = form.cleaned_data["decision"]
    if decision == "yes":
        acts.approve(actor=actor, act_id=act_id, now=now())
        messages.success(request, gettext("Agreed, and done: %(about)s") % {"about": found.about})
    elif decision == "no":
        approving.decline(actor=actor, act_id=act_id, words=form.cleaned_data["words"], now=now())
        messages.success(request, gettext("Declined: %(about)s") % {"about": found.about})
    else:
        approving.take_back(actor=actor, act_id=act_id, now=now())
        messages.success(request, gettext("Taken back: %(about)s") % {"about": found.about})
    return redirect("desk-approvals", slug=slug)
