"""How is my team doing: its own page with what only its captain does, challenges to other teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.practices import actions as practice_actions
from dure.movement.standings import challenges, team_view
from dure.movement.standings.challenges import NewChallenge
from dure.movement.standings.shown import Shown, shown
from dure.movement.standings.team_view import TeamView
from dure.movement.supervision import reads as supervision
from dure.web.captain.entries import campaigns_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.figures import unit_word
from dure.web.forms import CommandForm
from dure.web.organiser.supervision import rows_of
from dure.web.refusals import say_on
from dure.web.standing_words import COMPARES
from dure.web.team_pages import challenge_rows, team_page


class ChallengeForm(CommandForm):
    """The terms of a challenge, one of the teams like one's own."""

    other = forms.TypedChoiceField(label=_("With which team?"), coerce=int)
    indicator = forms.TypedChoiceField(label=_("In what?"), coerce=int)
    compares = forms.ChoiceField(label=_("What is compared?"), choices=list(COMPARES.items()))
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=challenges.WORDS_LENGTH_MAX,
        help_text=_("What you make of it: who cooks for whom. Everybody can read it once both have signed."),
    )

    def __init__(
        self,
        *args: object,
        teams: Sequence[TeamFacts],
        indicators: Sequence[IndicatorFacts],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["other"].choices = [(team.id, team.name) for team in teams]  # type: ignore[attr-defined]  # a choice field
        named = [(one.id, f"{one.name} ({unit_word(one.unit)})") for one in indicators]
        self.fields["indicator"].choices = named  # type: ignore[attr-defined]  # likewise

    def terms(self, campaign_id: int, team_id: int) -> NewChallenge:
        given = self.cleaned_data
        return NewChallenge(
            client_id=given["client_id"],
            campaign_id=campaign_id,
            indicator_id=given["indicator"],
            first_team_id=team_id,
            second_team_id=given["other"],
            compares=given["compares"],
            first_day=given["first_day"],
            last_day=given["last_day"],
            words=given["words"],
        )


def campaign_of(actor: Actor, team: TeamFacts) -> CampaignFacts:
    """The open campaign the team works in, else its last. Refuses with NotFound."""
    covering = campaigns_of(actor, team)
    found = next((one for one in covering if one.state == "open"), None) or next(iter(covering), None)
    if found is None:
        raise NotFound(what="campaign of this team")
    return found


@require_safe
@door_for(Role.CAPTAIN)
def standing(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    actor.must_captain(team_id)
    campaign = campaign_of(actor, people.team(team_id))
    today = campaigns.local_day(campaign=campaign, now=now())
    page = team_page(campaign, shown(campaign_id=campaign.id, today=today), team_id, today)
    open_signals = [one for one in supervision.of_team(actor=actor, team_id=team_id) if one.waits]
    page["signals"] = rows_of(open_signals, today)
    asked = challenges.of_team(actor=actor, team_id=team_id)
    page["asked"] = [one for one in asked if one.signed_at is None and one.second_team.id == team_id]
    return render(request, "captain/standing.html", page)


@require_POST
@door_for(Role.CAPTAIN)
def adopt(request: HttpRequest, actor: Actor, team_id: int, practice_id: int) -> HttpResponse:
    """The team takes up what another does. A second tap changes nothing: the first day stays."""
    actor.must_captain(team_id)
    today = campaigns.local_day(campaign=campaign_of(actor, people.team(team_id)), now=now())
    taken = practice_actions.adopt(actor=actor, practice_id=practice_id, team_id=team_id, since=today)
    messages.success(request, gettext("Taken up: %(title)s") % {"title": taken.title})
    return redirect("crew-standing", team_id=team_id)


@door_for(Role.CAPTAIN)
def team_challenges(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """The team's challenges, and a form to propose one. Sending the form twice proposes once."""
    actor.must_captain(team_id)
    team = people.team(team_id)
    campaign = campaign_of(actor, team)
    today = campaigns.local_day(campaign=campaign, now=now())
    at = shown(campaign_id=campaign.id, today=today)
    view = team_view.team(campaign=campaign, shown=at, team_id=team_id)
    form = _form(request, view)
    if request.method == "POST" and form.is_valid():
        try:
            challenges.propose(actor=actor, new=form.terms(campaign.id, team_id), now=now())
        except Refusal as no:
            return _page(request, actor, team, campaign, at, form, say_on(form, no))
        messages.success(request, gettext("Proposed. It stands once a captain of the other team has signed."))
        return redirect("crew-challenges", team_id=team_id)
    return _page(request, actor, team, campaign, at, form, 422 if form.errors else 200)


def _form(request: HttpRequest, view: TeamView) -> ChallengeForm:
    outputs = [
        one.indicator
        for one in view.indicators
        if one.indicator.kind == "output" and one.indicator.aggregation == "sum"
    ]
    like = {near.team.id: near.team for one in view.indicators for near in one.like}
    teams = sorted(like.values(), key=lambda team: (team.name, team.id))
    if request.method == "POST":
        return ChallengeForm(request.POST, teams=teams, indicators=outputs)
    asked = request.GET.get("with", "")
    return ChallengeForm(teams=teams, indicators=outputs, initial={**CommandForm.fresh_id(), "other": asked})


def _page(
    request: HttpRequest,
    actor: Actor,
    team: TeamFacts,
    campaign: CampaignFacts,
    at: Shown,
    form: ChallengeForm,
    status: int,
) -> HttpResponse:
    today: date = campaigns.local_day(campaign=campaign, now=now())
    mine = [one for one in challenges.of_team(actor=actor, team_id=team.id) if one.campaign_id == campaign.id]
    page = {
        "team": team,
        "campaign": campaign,
        "form": form,
        "to_sign": [one for one in mine if one.signed_at is None and one.second_team.id == team.id],
        "waiting": [one for one in mine if one.signed_at is None and one.first_team.id == team.id],
        "rows": challenge_rows([one for one in mine if one.signed_at is not None], campaign, at, today),
    }
    return render(request, "captain/challenges.html", page, status=status)


@require_POST
@door_for(Role.CAPTAIN)
def sign(request: HttpRequest, actor: Actor, team_id: int, challenge_id: int) -> HttpResponse:
    """Sign the terms that stood on the page. A second tap changes nothing."""
    digest = request.POST.get("digest", "")
    challenges.sign(actor=actor, challenge_id=challenge_id, team_id=team_id, digest=digest, now=now())
    messages.success(request, gettext("Signed by both. Everybody can see it now."))
    return redirect("crew-challenges", team_id=team_id)


@require_POST
@door_for(Role.CAPTAIN)
def set_aside(request: HttpRequest, actor: Actor, team_id: int, challenge_id: int) -> HttpResponse:
    """Not now: it is gone from this page, and nobody learns of it."""
    challenges.set_aside(actor=actor, challenge_id=challenge_id, team_id=team_id)
    return redirect("crew-challenges", team_id=team_id)


@require_POST
@door_for(Role.CAPTAIN)
def end(request: HttpRequest, actor: Actor, team_id: int, challenge_id: int) -> HttpResponse:
    """End it at once, or take a proposal back; no reason is asked for."""
    ended = challenges.end(actor=actor, challenge_id=challenge_id, team_id=team_id, now=now())
    messages.success(request, gettext("Ended.") if ended else gettext("Taken back."))
    return redirect("crew-challenges", team_id=team_id)
