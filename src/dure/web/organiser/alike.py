"""Who may be registered twice: pairs that look alike, for an organiser to decide."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import BadInput
from dure.movement.campaigns import reads as campaigns
from dure.movement.people import alike as people
from dure.movement.people.alike import Pair
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.operations import alike
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.reach import reach_of
from dure.web.words import Words

PAIRS_SHOWN_MAX = 50
# What is alike of two people (dure.movement.people.alike).
ALIKE: Words = {
    people.CONTACT: _("the same contact"),
    people.NAME: _("the same name"),
    people.SPELT_ALIKE: _("names spelt much alike"),
    people.YEAR: _("the same year of birth"),
    people.TOWN: _("the same town"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A pair as the page shows it, with the towns of both."""

    pair: Pair
    first_town: AreaFacts
    second_town: AreaFacts
    why: list[str]


@require_safe
@door_for(Role.ORGANISER)
def pairs(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The pairs nobody has decided yet, the oldest first."""
    campaign = campaigns.campaign_for(actor, slug)
    found = people.open_pairs(actor=actor, area_paths=reach_of(actor, campaign), count_max=PAIRS_SHOWN_MAX)
    towns = places.areas(pk for one in found for pk in (one.first.area_id, one.second.area_id))
    rows = [
        Row(one, towns[one.first.area_id], towns[one.second.area_id], [str(ALIKE[code]) for code in one.why])
        for one in found
    ]
    page = {"campaign": campaign, "here": "alike", "rows": rows, "shown_max": PAIRS_SHOWN_MAX}
    return render(request, "organiser/alike.html", page)


@require_POST
@door_for(Role.ORGANISER)
def decide(request: HttpRequest, actor: Actor, slug: str, alike_id: int) -> HttpResponse:
    """One person, or two. Refuses with NotFound, AlikeDecided, AlikeBothHold."""
    reach_of(actor, campaigns.campaign_for(actor, slug))
    answer = request.POST.get("answer", "")
    if answer == "same":
        if alike.same(actor=actor, alike_id=alike_id, now=now()) is None:
            said = gettext(
                "They are asked by a letter. With their yes the two become one; till then nothing changes."
            )
        else:
            said = gettext("One registration is left, with all that both had. They are told so.")
        messages.success(request, said)
    elif answer == "different":
        alike.different(actor=actor, alike_id=alike_id, now=now())
        messages.success(request, gettext("Two people. You are not asked about them again."))
    else:
        raise BadInput(where="answer", what="it isn't said what they are", wanted="same or different")
    return redirect("desk-alike", slug=slug)
