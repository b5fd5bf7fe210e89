"""Staying with a team until a day, by one's own wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching_actions
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.web.clock import now
from dure.web.doors import for_person

WITH_THE_TEAM = ("accepted", "present", "done")


@dataclass(frozen=True, slots=True)
class Known:
    """A team somebody has a place with or worked with, in a campaign that still goes on."""

    team: TeamFacts
    campaign: CampaignFacts
    today: date


class StayForm(forms.Form):
    """Which team, and until when."""

    team = forms.TypedChoiceField(label=_("Team"), coerce=int)
    until = forms.DateField(
        label=_("Until"),
        help_text=_("The last day you would like to stay, at most the campaign’s last."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: object, known: dict[int, Known], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self._known = known
        teams = [(one.team.id, one.team.name) for one in known.values()]
        self.fields["team"].choices = teams  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, object]:
        data = self.cleaned_data
        if "team" in data and "until" in data:
            chosen = self._known[data["team"]]
            first, last = chosen.today, chosen.campaign.ends_on
            if not first <= data["until"] <= last:
                words = gettext("A day from %(first)s to %(last)s, please.")
                shown = {"first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
                self.add_error("until", ValidationError(words % shown))
        return data


def teams_to_stay_with(actor: Actor, person_id: int) -> dict[int, Known]:
    """By team id, the team of the latest day first."""
    posts = needs.posts(one.post_id for one in matching.placements_of(actor, person_id))
    found = _open_posts(actor, person_id, posts)
    teams = people.teams({post.team_id for post, _campaign, _today in found})
    known: dict[int, Known] = {}
    for post, campaign, today in found:
        known.setdefault(post.team_id, Known(teams[post.team_id], campaign, today))
    return known


def may_stay(actor: Actor, person_id: int, posts: Mapping[int, PostFacts]) -> bool:
    """Whether there is any such team; ``posts``: those of their placements, among others."""
    return bool(_open_posts(actor, person_id, posts))


def _open_posts(
    actor: Actor, person_id: int, posts: Mapping[int, PostFacts]
) -> list[tuple[PostFacts, CampaignFacts, date]]:
    """The posts they are or were on in campaigns that go on, and the day it is there; the latest day first."""
    days = {
        one.id: (one, campaigns.local_day(campaign=one, now=now()))
        for one in campaigns.campaigns(actor=actor)
        if one.state == "open"
    }
    mine = [one for one in matching.placements_of(actor, person_id) if one.state in WITH_THE_TEAM]
    here = [posts[one.post_id] for one in mine if posts[one.post_id].campaign_id in days]
    found = [(post, *days[post.campaign_id]) for post in here]
    return [(post, campaign, today) for post, campaign, today in found if today <= campaign.ends_on]


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def stay(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """Who never had a place with a team is refused: a wish keeps a place, it doesn't make one."""
    known = teams_to_stay_with(actor, person_id)
    if not known:
        raise NotFound(what="team to stay with")
    kept = matching.kept_place(actor, person_id)
    until = kept.until if kept else next(iter(known.values())).campaign.ends_on
    form = StayForm(
        request.POST if request.method == "POST" else None,
        known=known,
        initial={"team": kept.team_id if kept else None, "until": until},
    )
    if not form.is_valid():
        page = {
            "here": "my",
            "form": form,
            "kept": kept,
            "kept_team": people.team(kept.team_id) if kept else None,
        }
        return render(request, "volunteer/stay.html", page, status=422 if form.is_bound else 200)
    team_id, last = form.cleaned_data["team"], form.cleaned_data["until"]
    matching_actions.keep_place(actor=actor, person_id=person_id, team_id=team_id, until=last)
    messages.success(
        request,
        gettext("You stay with %(team)s until %(day)s, wherever you are needed there.")
        % {"team": known[team_id].team.name, "day": date_format(last, "j F Y")},
    )
    return redirect("my")
