"""The way from a draft to the first match, as a list that shows how things truly stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base import undoing
from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.operations import opening
from dure.operations.answers import OPENING
from dure.operations.demo_mode import letters_stay_here
from dure.operations.first_steps import FirstSteps, first_steps
from dure.operations.ways import letters_go_out
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of


@dataclass(frozen=True, slots=True)
class StepsShown:
    """How far it is: which of the steps are done, and which is next."""

    facts: FirstSteps
    has_people: bool
    has_ready: bool
    has_needs: bool
    is_open: bool
    is_matched: bool

    @property
    def done_count(self) -> int:
        # The account and the campaign stand already, or nobody would see this page.
        return 2 + sum((self.has_people, self.has_ready, self.has_needs, self.is_open, self.is_matched))

    @property
    def all_count(self) -> int:
        return 7


def steps_of(actor: Actor, campaign: CampaignFacts) -> StepsShown:
    facts = first_steps(actor, campaign, now())
    return StepsShown(
        facts=facts,
        has_people=facts.people_count > 0,
        has_ready=facts.ready is None or facts.ready.ready_count > 0,
        has_needs=bool(facts.post_days),
        is_open=campaign.state != "draft",
        is_matched=facts.matched_day is not None,
    )


@require_safe
@door_for(Role.ORGANISER)
def steps(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The list. Refuses with NotAllowed who organises only a part of the campaign."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    page = {
        "campaign": campaign,
        "here": "first-steps",
        "steps": steps_of(actor, campaign),
        "opening": next(
            iter(undoing.last(actor=actor, campaign_id=campaign.id, now=now(), kinds=[OPENING])), None
        ),
        "letters_go": letters_go_out() or letters_stay_here(),
    }
    return render(request, "organiser/first_steps.html", page)


@require_POST
@door_for(Role.ORGANISER)
def open_campaign(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Open the draft: its pages are public, its call takes sign-ups, and who was on its lists stands in line."""
    reach_of(actor, campaigns.campaign_for(actor=actor, slug=slug))
    opened = opening.open_campaign(actor=actor, slug=slug, now=now())
    messages.success(
        request,
        gettext("The campaign is open. People who stand in its line now: %(n)s.")
        % {"n": f"{opened.in_line_count:,}"},
    )
    return redirect("desk-first-steps", slug=slug)


@require_POST
@door_for(Role.ORGANISER)
def discard(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Throw the draft away."""
    reach_of(actor, campaigns.campaign_for(actor=actor, slug=slug))
    gone = opening.discard_draft(actor=actor, slug=slug)
    messages.success(request, gettext("The draft “%(name)s” is gone.") % {"name": gone.name})
    return redirect("desk")
