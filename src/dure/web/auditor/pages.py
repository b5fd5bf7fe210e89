"""Lots to recount, and every entry with its proof."""

from __future__ import annotations

from dataclasses import dataclass
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
from dure.kernel.refusals import NotFound
from dure.movement.audit import actions as audit_actions
from dure.movement.audit import reads as audit
from dure.movement.audit.types import DrawFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.operations.place_names import place_name
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.figures import unit_word
from dure.web.forms import CommandForm, QuantityField

# Later there is nothing left to look at.
VISIT_DAYS = 3


class RecountForm(CommandForm):
    """What was found on the spot."""

    found_milli = QuantityField(label=_("Found"), max_length=20)

    def __init__(self, *args: object, unit: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.fields["found_milli"].label = gettext("Found (%(unit)s)") % {"unit": unit}


@dataclass(frozen=True, slots=True)
class DrawCard:
    draw: DrawFacts
    indicator: IndicatorFacts
    team: TeamFacts
    checker: TeamFacts
    area_name: str
    form: forms.Form


@dataclass(frozen=True, slots=True)
class Visit:
    """A team worth a visit, and why. No verdict, and no measure of how sure anybody is."""

    team: TeamFacts
    day: date
    reasons: tuple[str, ...]


def campaign_in_reach(actor: Actor, slug: str) -> CampaignFacts:
    """A campaign of which the actor audits at least a part. Refuses with NotFound."""
    found = campaigns.campaign(slug=slug)
    paths = actor.area_paths(Role.AUDITOR)
    if not any(found.area_path.startswith(path) or path.startswith(found.area_path) for path in paths):
        raise NotFound(what="campaign")
    return found


def draw_cards(draws: list[DrawFacts], wrong: dict[int, forms.Form]) -> list[DrawCard]:
    teams = people.teams({draw.team_id for draw in draws} | {draw.checker_team_id for draw in draws})
    areas = places.areas({draw.area_id for draw in draws})
    indicators = {one: campaigns.indicator(indicator_id=one) for one in {draw.indicator_id for draw in draws}}
    return [
        DrawCard(
            draw=draw,
            indicator=indicators[draw.indicator_id],
            team=teams[draw.team_id],
            checker=teams[draw.checker_team_id],
            area_name=place_name(areas[draw.area_id]),
            form=wrong.get(draw.id)
            or RecountForm(
                unit=unit_word(indicators[draw.indicator_id].unit),
                initial=CommandForm.fresh_id(),
                auto_id=f"draw_{draw.id}_%s",
            ),
        )
        for draw in draws
    ]


def visits_of(actor: Actor, campaign: CampaignFacts) -> list[Visit]:
    """Teams worth a visit for what they reported on the last days of work."""
    today = campaigns.local_day(campaign=campaign, now=now())
    days = [day for day in needs.days(campaign.id) if day <= today][-VISIT_DAYS:]
    found = [one for day in days for one in audit.visit_reasons(actor, campaign.id, day)]
    teams = people.teams({one.team_id for one in found})
    return [Visit(teams[one.team_id], one.day, one.reasons) for one in reversed(found)]


@require_safe
@door_for(Role.AUDITOR)
def audits(request: HttpRequest, actor: Actor) -> HttpResponse:
    paths = actor.area_paths(Role.AUDITOR)
    mine = [
        one
        for one in campaigns.campaigns(actor=actor)
        if one.state != "draft"
        and any(one.area_path.startswith(path) or path.startswith(one.area_path) for path in paths)
    ]
    if len(mine) == 1:
        return redirect("audit", slug=mine[0].slug)
    return render(request, "auditor/audits.html", {"campaigns": mine})


@require_safe
@door_for(Role.AUDITOR)
def audit_page(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    return _audit_page(request, actor, campaign_in_reach(actor, slug))


def _audit_page(
    request: HttpRequest, actor: Actor, campaign: CampaignFacts, wrong: dict[int, forms.Form] | None = None
) -> HttpResponse:
    cards = draw_cards(list(audit.draws_for(actor, campaign.id)), wrong or {})
    page = {
        "campaign": campaign,
        "here": "recounts",
        "open_cards": [card for card in cards if card.draw.found_milli is None],
        "done_cards": [card for card in cards if card.draw.found_milli is not None],
        "lots": audit.lots(campaign.id),
        "visits": visits_of(actor, campaign),
        "indicators": {one.id: one for one in campaigns.indicators(campaign_id=campaign.id)},
    }
    return render(request, "auditor/audit.html", page, status=422 if wrong else 200)


@require_POST
@door_for(Role.AUDITOR)
def recount(request: HttpRequest, actor: Actor, slug: str, draw_id: int) -> HttpResponse:
    campaign = campaign_in_reach(actor, slug)
    drawn = {draw.id: draw.indicator_id for draw in audit.draws_for(actor, campaign.id)}
    if draw_id not in drawn:
        raise NotFound(what="draw")
    unit = unit_word(campaigns.indicator(indicator_id=drawn[draw_id]).unit)
    form = RecountForm(request.POST, unit=unit, auto_id=f"draw_{draw_id}_%s")
    if not form.is_valid():
        return _audit_page(request, actor, campaign, wrong={draw_id: form})
    audit_actions.record_recount(
        actor=actor,
        draw_id=draw_id,
        found_milli=form.cleaned_data["found_milli"],
        client_id=form.cleaned_data["client_id"],
        now=now(),
    )
    messages.success(request, gettext("Written into the log. Thank you for going and looking."))
    return redirect("audit", slug=slug)
