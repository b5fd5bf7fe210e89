"""Inviting many people at once: first whom it would reach and whom not, then the press; undone for ten minutes."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import Refusal
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import bulk as needs_bulk
from dure.movement.places import reads as places
from dure.operations import inviting
from dure.operations.inviting import Look, Wish
from dure.operations.place_names import place_name
from dure.web.clock import now
from dure.web.commands import command_id
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of
from dure.web.refusals import say_on
from dure.web.words import SKILLS

POSTS_SHOWN_MAX: Final = 100
AREAS_SHOWN_MAX: Final = 300
DAYS_AHEAD: Final = 14
WHY_NOT: Final = {
    inviting.NO_CONSENT: _("did not agree to be written to first"),
    inviting.ASKED_TODAY: _("were asked for something today already"),
    inviting.KNOWN: _("have it, were called or answered already"),
    inviting.UNREADY: _("lack insurance, briefing, a skill or free hours for it"),
    inviting.NO_REST: _("would lose their rest"),
    inviting.LATER: _("are more than you want to invite"),
    inviting.NOT_TOLD: _("can’t be invited now"),
}


class InviteForm(forms.Form):
    """Whom to invite to what."""

    to = forms.ChoiceField(label=_("Invite to"))
    area = forms.ChoiceField(label=_("Who lives in"))
    skills = forms.MultipleChoiceField(
        label=_("Who can do one of these"),
        choices=list(SKILLS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reserve_only = forms.BooleanField(label=_("Only people on the reserve register"), required=False)
    waited_days = forms.IntegerField(
        label=_("Who has waited for so many days, or longer"),
        min_value=0,
        max_value=3_650,
        initial=0,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    people = forms.RegexField(
        r"^[0-9]{1,18}([ ,]+[0-9]{1,18}){0,499}$",
        label=_("Only these, by their numbers"),
        required=False,
        help_text=_("As they stand under Find, with a space between them. Empty: everybody of the place."),
    )
    count = forms.IntegerField(
        label=_("How many at most?"),
        min_value=1,
        max_value=inviting.INVITED_MAX,
        initial=50,
        help_text=_("Those who waited longest come first."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(
        self, *args: object, campaign: CampaignFacts, reach: tuple[str, ...], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        own = [places.by_path(path) for path in reach]
        named = [*own, *(one for area in own for one in places.children(area.id))]
        areas = [(one.path, place_name(one)) for one in named[:AREAS_SHOWN_MAX]]
        self.fields["area"].choices = areas  # type: ignore[attr-defined]  # a choice field
        self.fields["to"].choices = _targets(campaign, reach)  # type: ignore[attr-defined]  # a choice field

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(
            to=said["to"],
            area_path=said["area"],
            count=said["count"],
            skills=tuple(said["skills"]),
            reserve_only=said["reserve_only"],
            waited_days=said["waited_days"],
            person_ids=tuple(int(one) for one in said["people"].replace(",", " ").split()),
        )

    def called(self) -> str:
        """What it is to, in words."""
        groups = self.fields["to"].choices  # type: ignore[attr-defined]  # a choice field
        return next(
            str(says) for _, some in groups for value, says in some if value == self.cleaned_data["to"]
        )


def _targets(campaign: CampaignFacts, reach: tuple[str, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    at = now()
    today = campaigns.local_day(campaign, at)
    posts = needs_bulk.open_ahead(
        paths=reach, campaign_id=campaign.id, now=at, days=DAYS_AHEAD, count_max=POSTS_SHOWN_MAX
    )
    open_calls = [one for one in calls.appeals_of(campaign.id) if calls.is_open(one, campaign, at)]
    return [
        (
            gettext("Posts with a free seat"),
            [
                (
                    f"post:{one.id}",
                    f"{one.title}, "
                    + (gettext("today") if one.day == today else date_format(one.day, "j M")),
                )
                for one in posts
            ],
        ),
        (gettext("Trainings"), [(f"training:{code}", str(says)) for code, says in SKILLS.items()]),
        (gettext("Calls"), [(f"call:{one.code}", one.title) for one in open_calls]),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_invite(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """A look at whom it reaches, without a trace; then the same with ``sure``, the mark of what was looked at: whoever
    changed a field in between sees the look anew."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    chosen = " ".join(one for one in request.GET.getlist("people") if one.isascii() and one.isdigit())
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        campaign=campaign,
        reach=reach,
        initial={"people": chosen, "to": request.GET.get("to", "")},
    )
    seen: Look | None = None
    mark, is_changed = "", False
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            mark = form.wish().mark()
            if request.POST.get("sure") == mark:
                _invite(request, actor, campaign, form, mark)
                return redirect("desk-invite", slug=slug)
            is_changed = "sure" in request.POST
            seen, status = inviting.look(actor=actor, campaign=campaign, wish=form.wish(), now=now()), 200
        except Refusal as no:
            status = say_on(form, no)
    page = {
        "campaign": campaign,
        "form": form,
        "seen": seen,
        "count": len(seen.person_ids) if seen else 0,
        "passed": [(WHY_NOT[name], n) for name, n in seen.told.items()] if seen else [],
        "mark": mark,
        "is_changed": is_changed,
        "request_id": uuid4(),
    }
    return render(request, "organiser/invite.html", page, status=status)


def _invite(request: HttpRequest, actor: Actor, campaign: CampaignFacts, form: InviteForm, mark: str) -> None:
    did = inviting.invite_once(
        actor=actor,
        campaign=campaign,
        wish=form.wish(),
        mark=mark,
        command_id=command_id(request),
        now=now(),
        about=gettext("People invited: %(what)s.") % {"what": form.called()},
    )
    count = int(did["invited"])
    words = ngettext(
        "%(n)s person is invited in ten minutes, unless you undo it.",
        "%(n)s people are invited in ten minutes, unless you undo it.",
        count,
    )
    messages.success(request, words % {"n": f"{count:,}"})
