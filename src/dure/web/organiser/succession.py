"""Rest, the end, and what comes after: breaks, closing with a reason, the report, and the campaign that follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import Refusal
from dure.movement.campaigns import breaks, succession
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import BreakFacts, CampaignFacts
from dure.operations import carrying, closing_report, pausing
from dure.operations.at_once import AT_ONCE_MAX
from dure.operations.following import LAST_WEEKS_DAYS, Wishes, follow
from dure.operations.pausing import Closed
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of

Done = Callable[[Actor, str, Mapping[str, Any]], str]


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


def _why(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PauseForm(forms.Form):
    """A pause; without a last day until somebody says that it goes on."""

    first_day = _day(_("First day"))
    last_day = _day(_("Last day"), required=False)
    reason = _why(_("Why, for everybody to read"))


class RestForm(forms.Form):
    """Rest that is planned."""

    first_day = _day(_("First day"))
    last_day = _day(_("Last day"))
    reason = _why(_("Why, for everybody to read"))


class ResumeForm(forms.Form):
    """Go on."""


class CloseForm(forms.Form):
    """The end, for good."""

    reason = forms.CharField(
        label=_("Why, when it ends before its last day"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_sure = forms.BooleanField(label=_("Close it for good: a closed campaign stays closed"))


class FollowForm(forms.Form):
    """The next campaign."""

    name = forms.CharField(label=_("Name of the next campaign"), max_length=160, required=False)
    slug = forms.SlugField(label=_("Its short name, as in its address"), max_length=50, required=False)
    starts_on = _day(_("Its first day"), required=False)
    days = forms.IntegerField(
        label=_("How many days it lasts"), min_value=1, max_value=20_000, required=False
    )
    rest_every_weeks = forms.IntegerField(
        label=_("Every so many weeks one of rest (0: none)"), min_value=0, max_value=52, initial=8
    )

    def clean_rest_every_weeks(self) -> int:
        weeks: int = self.cleaned_data["rest_every_weeks"]
        if weeks == 1:
            raise forms.ValidationError(gettext("That leaves no week for work: 0, or 2 and more."))
        return weeks


class AskForm(forms.Form):
    """Ask everybody of the campaign before."""


class ReportForm(forms.Form):
    """Make the closing report."""


def _pause(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    about = gettext("Pause the campaign: %(why)s") % {"why": said["reason"]}
    asked = pausing.pause_or_ask(actor=actor, slug=slug, now=now(), about=about, **said)
    if asked.waiting is not None:
        return _waits()
    _made, called_off = cast("tuple[BreakFacts, int]", asked.done)
    return gettext("Paused. Nobody is matched or called on these days.") + _freed(called_off)


def _waits() -> str:
    return gettext("It waits for a second organiser, who sees it under Approvals.")


def _rest(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    spans = [(said["first_day"], said["last_day"])]
    made = pausing.plan_rest(
        actor=actor, slug=slug, spans=spans, reason=said["reason"], now=now(), people_max=AT_ONCE_MAX
    )
    return gettext("Planned. Nobody is matched or called on these days.") + _freed(made.called_off)


def _freed(called_off: int) -> str:
    """How many posts were called off by it, as a sentence more; "" for none."""
    if not called_off:
        return ""
    return " " + ngettext(
        "One post was called off, and who had it is told.",
        "%(n)s posts were called off, and who had them is told.",
        called_off,
    ) % {"n": f"{called_off:,}"}


def _resume(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    breaks.resume(actor=actor, slug=slug, now=now())
    return gettext("It goes on from today.")


def _close(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    about = gettext("Close the campaign for good. %(why)s") % {"why": said["reason"]}
    asked = pausing.close_or_ask(actor=actor, slug=slug, now=now(), reason=said["reason"], about=about)
    if asked.waiting is not None:
        return _waits()
    made = cast("Closed", asked.done)
    return gettext("Closed. Its pages stay.") + _freed(made.called_off)


def _follow(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    made = follow(actor=actor, slug=slug, now=now(), wishes=Wishes(**said))
    return gettext("The draft of %(name)s is there.") % {"name": made.campaign.name}


def _ask(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    _call, asked = carrying.ask_again(actor=actor, slug=slug, now=now())
    carrying.carry_needs(actor=actor, slug=slug, now=now())
    return ngettext("One person is asked.", "%(n)s people are asked.", asked) % {"n": f"{asked:,}"}


def _report(actor: Actor, slug: str, said: Mapping[str, Any]) -> str:
    closing_report.make(actor=actor, slug=slug, now=now())
    return gettext("The report is made and sealed.")


ACTS: Mapping[str, tuple[type[forms.Form], Done]] = {
    "pause": (PauseForm, _pause),
    "rest": (RestForm, _rest),
    "resume": (ResumeForm, _resume),
    "close": (CloseForm, _close),
    "follow": (FollowForm, _follow),
    "ask": (AskForm, _ask),
    "report": (ReportForm, _report),
}


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_succession(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    actor.must_organise(campaign.area_path, what="rest and the end of the whole campaign")
    act = request.POST.get("act", "")
    shown = {name: form(auto_id=f"{name}_%s") for name, (form, _do) in ACTS.items()}
    if request.method != "POST":
        return _page(request, actor, campaign, shown, 200)
    if act not in ACTS:
        return _page(request, actor, campaign, shown, 422)
    kind, do = ACTS[act]
    shown[act] = form = kind(request.POST, auto_id=f"{act}_%s")
    if not form.is_valid():
        return _page(request, actor, campaign, shown, 422)
    try:
        said = do(
            actor, slug, {name: value for name, value in form.cleaned_data.items() if name != "is_sure"}
        )
    except Refusal as no:
        form.add_error(None, words_of(no))
        return _page(request, actor, campaign, shown, no.status)
    messages.success(request, said)
    return redirect("desk-succession", slug=slug)


def _page(
    request: HttpRequest, actor: Actor, campaign: CampaignFacts, shown: Mapping[str, forms.Form], status: int
) -> HttpResponse:
    today = campaigns.local_day(campaign, now())
    after = succession.followers(campaign.id)
    page = {
        "campaign": campaign,
        "here": "succession",
        "forms": shown,
        "breaks": breaks.of(campaign.id),
        "still_seated": pausing.still_seated(campaign, now()),
        "is_resting": breaks.on(campaign.id, today) is not None,
        "before": campaigns.campaign_by_id(campaign.follows_id) if campaign.follows_id else None,
        "carried": carrying.carried(actor=actor, slug=campaign.slug) if campaign.follows_id else None,
        "after": after[0] if after else None,
        "may_follow": not after
        and (
            campaign.state == "closed"
            or (campaign.state == "open" and (campaign.ends_on - today).days <= LAST_WEEKS_DAYS)
        ),
        "report": closing_report.newest(campaign.id),
    }
    return render(request, "organiser/succession.html", page, status=status)
