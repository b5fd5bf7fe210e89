"""A match that was held back: what it would offer, set against the day before, and showing it to people."""

from __future__ import annotations

from datetime import date
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.matching.types import RunFacts
from dure.operations import bulk
from dure.web.clock import now
from dure.web.components import Head, Row, Table
from dure.web.doors import door_for
from dure.web.organiser.posts import say_asked
from dure.web.organiser.reach import reach_of

TIERS: Final = (_("Critical seats filled"), _("Important seats filled"), _("Useful seats filled"))


class ShowForm(forms.Form):
    """Showing a match to people."""

    kept_hours = forms.TypedChoiceField(
        label=_("Keep each offer for"),
        coerce=int,
        initial=12,
        choices=[(2, _("2 hours")), (4, _("4 hours")), (12, _("12 hours")), (24, _("a day"))],
    )


def before(campaign: CampaignFacts, day: date, days: list[date]) -> RunFacts | None:
    """The morning's match of the last day before that had posts; None where it wasn't matched."""
    earlier = [one for one in days if one < day]
    if not earlier:
        return None
    runs = [
        one for one in matching.rounds(campaign.id, earlier[-1]) if one.again is None and one.published_at
    ]
    return runs[-1] if runs else None


def compared(run: RunFacts, earlier: RunFacts) -> Table:
    """Two days' matches side by side: what was counted, and what is proven of it."""
    tiers = zip(
        TIERS,
        earlier.filled_by_tier,
        earlier.seats_by_tier,
        run.filled_by_tier,
        run.seats_by_tier,
        strict=True,
    )
    rows = [
        Row((gettext("People matched"), f"{earlier.placed_count:,}", f"{run.placed_count:,}")),
        Row((gettext("People who could"), f"{earlier.people_count:,}", f"{run.people_count:,}")),
        *(
            Row((str(name), _of(was, all_then), _of(filled, all_now)))
            for name, was, all_then, filled, all_now in tiers
        ),
        Row((gettext("Mean way"), _km(earlier), _km(run))),
        Row((gettext("Gap to the best there could be"), f"{earlier.gap_units:,}", f"{run.gap_units:,}")),
    ]
    return Table(
        gettext("What each match offered, counted"),
        (
            Head(gettext("What")),
            Head(date_format(earlier.day, "j M"), is_number=True),
            Head(date_format(run.day, "j M"), is_number=True),
        ),
        tuple(rows),
    )


def _of(filled: int, seats: int) -> str:
    return gettext("%(done)s of %(whole)s") % {"done": f"{filled:,}", "whole": f"{seats:,}"}


def _km(run: RunFacts) -> str:
    return f"{run.travel_mean_m / 1000:.1f} km"


@require_POST
@door_for(Role.ORGANISER)
def show(request: HttpRequest, actor: Actor, slug: str, run_id: int) -> HttpResponse:
    """Show the offers of a match: in ten minutes, so that it can be undone, or once a second person agrees."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    form = ShowForm(request.POST)
    run = next((one for one in matching.held_back(campaign.id) if one.id == run_id), None)
    if run is None or not form.is_valid():
        raise NotFound(what="match that waits to be shown")
    about = gettext("The match of %(day)s is shown to %(n)s people.") % {
        "day": date_format(run.day, "j M"),
        "n": f"{run.placed_count:,}",
    }
    asked = bulk.publish(
        actor=actor,
        campaign=campaign,
        run_id=run_id,
        kept_hours=form.cleaned_data["kept_hours"],
        now=now(),
        about=about,
    )
    say_asked(request, asked, about)
    return redirect(f"{reverse('desk-campaign', args=[slug])}?day={run.day:%Y-%m-%d}")
