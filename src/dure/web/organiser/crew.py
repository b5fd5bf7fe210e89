"""Who does what on the desk: roles by place and team, given below one's own reach and taken away again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.base import delegation
from dure.base.access import Actor
from dure.base.delegation import GrantFacts
from dure.base.errors import GrantBeyond, GrantToOneself
from dure.base.models import Role
from dure.kernel.refusals import Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import called
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import appointing
from dure.operations.appointing import NewRole
from dure.operations.place_names import place_name
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.posts import say_asked
from dure.web.organiser.reach import reach_of
from dure.web.refusals import say_on

SHOWN_MAX: Final = 50
# More places or teams than these are no list to choose from; teams are looked for by name.
CHOICES_MAX: Final = 400
ROLE_WORDS: Final = {
    "organiser": _("organiser"),
    "captain": _("captain"),
    "auditor": _("auditor"),
    "recipient": _("recipient"),
    "vetter": _("vetter"),
}


class RoleForm(forms.Form):
    """A role to give. Who has no account gets one, and signs in by a code that is sent to them."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Only for somebody who has never signed in here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(one, ROLE_WORDS[one]) for one in ("organiser", "captain", "vetter", "recipient")],
    )
    area = forms.TypedChoiceField(
        label=_("Where"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("And everything in it. Not for a captain: choose their team."),
    )
    team = forms.TypedChoiceField(label=_("A captain’s team"), required=False, coerce=int, empty_value=None)
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until it is taken away. A role with an end needs nobody to remember it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: object, *, areas: list[AreaFacts], teams: list[TeamFacts]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the request's or None
        empty = [("", gettext("Choose"))]
        self.fields["area"].choices = empty + [(one.id, place_name(one)) for one in areas]  # type: ignore[attr-defined]
        self.fields["team"].choices = empty + [(one.id, one.name) for one in teams]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with names. ``may_end``: whether the visitor may take it away."""

    grant: GrantFacts
    role: str
    where: str
    granted_by: str
    ended_by: str
    may_end: bool


def _rows(
    actor: Actor, found: list[GrantFacts], areas: dict[str, AreaFacts], teams: dict[int, TeamFacts]
) -> list[RoleRow]:
    names = delegation.names_of([pk for one in found for pk in (one.granted_by, one.ended_by)])
    rows = []
    for one in found:
        team = teams.get(one.team_id) if one.team_id is not None else None
        area = areas.get(one.area_path)
        home = team.area_path if team else ""
        rows.append(
            RoleRow(
                grant=one,
                role=str(ROLE_WORDS.get(one.role, one.role)),
                where=team.name if team else place_name(area) if area else one.area_path,
                granted_by=names.get(one.granted_by or 0, ""),
                ended_by=names.get(one.ended_by or 0, ""),
                may_end=delegation.may_end(actor, one, area_path=home),
            )
        )
    return rows


def _places_of(reach: tuple[str, ...]) -> list[AreaFacts]:
    """The reach itself and the areas directly below it, to choose from."""
    found: list[AreaFacts] = []
    for path in reach:
        top = places.by_path(path)
        found += [top, *places.children(top.id)]
    return found[:CHOICES_MAX]


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def desk_people(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Who holds which role where, and what was given and taken away last."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    team_words = " ".join(request.GET.get("team", "").split())[:80]
    teams = called.teams_called(team_words, paths=reach, count_max=CHOICES_MAX)
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        areas=_places_of(reach),
        teams=teams,
    )
    if form.is_valid():
        try:
            return _give(request, actor, campaign, form)
        except (GrantBeyond, GrantToOneself) as no:
            # Said on the form: the page itself is open, only this role is not to be given.
            form.add_error(None, words_of(no))
        except Refusal as no:
            say_on(form, no)
    page = _page(request, actor, campaign, reach, teams) | {"form": form, "team_words": team_words}
    return render(request, "organiser/people.html", page, status=422 if form.is_bound else 200)


def _give(request: HttpRequest, actor: Actor, campaign: CampaignFacts, form: RoleForm) -> HttpResponse:
    data = form.cleaned_data
    new = NewRole(
        email=data["email"],
        name=data["name"],
        role=data["role"],
        area_id=data["area"],
        team_id=data["team"],
        until=_end_of(data["until"], campaign),
    )
    about = gettext("%(who)s becomes %(role)s.") % {"who": data["email"], "role": ROLE_WORDS[data["role"]]}
    asked = appointing.appoint(actor=actor, campaign=campaign, new=new, about=about, now=now())
    if asked.waiting is None:
        messages.success(request, about)
    say_asked(request, asked, about)
    return redirect("desk-people", slug=campaign.slug)


def _end_of(day: date | None, campaign: CampaignFacts) -> datetime | None:
    """The end of a day by the campaign's clock."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), ZoneInfo(campaign.timezone))


def _page(
    request: HttpRequest,
    actor: Actor,
    campaign: CampaignFacts,
    reach: tuple[str, ...],
    teams: list[TeamFacts],
) -> dict[str, object]:
    role = request.GET.get("role", "")
    wanted = role if role in ROLE_WORDS else ""
    at = now()
    by_id = {team.id: team for team in teams}
    found: list[GrantFacts] = []
    if wanted != Role.CAPTAIN:
        for path in reach:
            found += delegation.grants_under(path, now=at, role=wanted, count_max=SHOWN_MAX)
    if wanted in ("", Role.CAPTAIN):
        found += delegation.grants_of_teams(by_id, now=at, count_max=SHOWN_MAX)
    past = [one for path in reach for one in delegation.log_of(path, by_id, count_max=10)]
    areas = places.by_paths({one.area_path for one in (*found, *past) if one.area_path})
    return {
        "campaign": campaign,
        "role": wanted,
        "roles": list(ROLE_WORDS.items()),
        "rows": _rows(actor, found[:SHOWN_MAX], areas, by_id),
        "is_cut": len(found) > SHOWN_MAX,
        "log": _rows(actor, past[:10], areas, by_id),
        "waits": appointing.GRANT in campaign.two_persons,
    }


@require_POST
@door_for(Role.ORGANISER)
def take_away(request: HttpRequest, actor: Actor, slug: str, grant_id: int) -> HttpResponse:
    """End a role at once; ended twice changes nothing."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    ended = appointing.take_away(actor=actor, grant_id=grant_id, now=now())
    messages.success(
        request,
        gettext("%(who)s is no longer %(role)s there.")
        % {"who": ended.name, "role": ROLE_WORDS.get(Role(ended.role), ended.role)},
    )
    return redirect("desk-people", slug=slug)
