"""The line of a campaign: who was told what, how many of the dates were kept, and how many seats come."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.briefly import BRIEFLY
from dure.base.models import Role
from dure.movement.campaigns import reads as campaigns
from dure.operations.line_facts import line_facts
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of

KIND_WORDS = {
    "accepted": _("Accepted: there will be work by their date"),
    "invited": _("Invited to prepare"),
    "reserve": _("On the reserve, with a day we expect to call them"),
    "incomplete": _("Something is missing that only they can do"),
    "not_needed": _("Not needed now"),
    "placed": _("Told of a post"),
    "offered": _("Told of an offer"),
}


@require_safe
@door_for(Role.ORGANISER)
def line(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """Counts of the whole campaign, for whoever organises all of it."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    paths = actor.area_paths(Role.ORGANISER)
    facts = BRIEFLY.get(("line", campaign.id, paths), lambda: line_facts(actor, campaign, now=now()))
    told = [(words, facts.by_kind[kind]) for kind, words in KIND_WORDS.items() if facts.by_kind[kind]]  # type: ignore[index]  # a kind each
    return render(request, "organiser/line.html", {"campaign": campaign, "facts": facts, "told": told})
