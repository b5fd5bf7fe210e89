"""Safety on the desk: who is not home, what is stood down, what happened and who follows it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import reads as matching
from dure.movement.safety import actions as safety
from dure.movement.safety import reads
from dure.movement.safety.types import HomeCallFacts, StandDownFacts
from dure.operations.refusal_words import words_of
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.kept_part import kept_part
from dure.web.organiser.reach import reach_of
from dure.web.refusals import say_on
from dure.web.safety_forms import SayForm

PAGE_DIGITS_MAX = 6


@dataclass(frozen=True, slots=True)
class WhoIsOut:
    """The day's safety in one line: checked in now (of the whole campaign), not known to be home, asking for help, and
    what is stood down."""

    here: int
    not_home: int
    help: int
    stood_down: tuple[StandDownFacts, ...]
    incidents_open: int
    incidents_late: int


def who_is_out(actor: Actor, campaign: CampaignFacts, at: datetime) -> WhoIsOut:
    """For the desk: a constant number of queries. Refuses with NotAllowed."""
    today = campaigns.local_day(campaign, at)
    found = reads.not_home(actor=actor, campaign=campaign, count_only=True)
    log = reads.log(actor=actor, campaign=campaign, today=today, count_only=True)
    open_ones = reads.stand_downs(actor=actor, campaign=campaign, open_only=True)
    return WhoIsOut(
        here=matching.tally(campaign.id, today).present,
        not_home=found.count,
        help=found.help_count,
        stood_down=open_ones,
        incidents_open=log.open_count,
        incidents_late=log.late_count,
    )


def campaign_of(actor: Actor, slug: str) -> tuple[CampaignFacts, date]:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return campaign, campaigns.local_day(campaign=campaign, now=now())


def page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isdecimal() and len(asked) <= PAGE_DIGITS_MAX else 1


@require_safe
@door_for(Role.ORGANISER)
def overview(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign, today = campaign_of(actor, slug)
    number, closed = page_number(request), request.GET.get("closed") == "1"
    main = kept_part(
        request,
        "organiser/_safety_main.html",
        (campaign.id, today, actor.area_paths(Role.ORGANISER), number, closed),
        lambda: _safety_shown(actor, campaign, today, number, closed=closed),
    )
    return render(request, "organiser/safety.html", {"campaign": campaign, "main": main})


def _safety_shown(
    actor: Actor, campaign: CampaignFacts, today: date, number: int, *, closed: bool
) -> dict[str, object]:
    """What the page shows; of ``actor`` only their reach counts."""
    log = reads.log(actor=actor, campaign=campaign, today=today, closed=closed, page=number)
    return {
        "campaign": campaign,
        "out": who_is_out(actor, campaign, now()),
        "not_home": reads.not_home(actor=actor, campaign=campaign),
        "stand_downs": reads.stand_downs(actor=actor, campaign=campaign, count_max=10),
        "log": log,
        "rows": [(one, one.is_late(today)) for one in log.incidents],
        "closed": closed,
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number * reads.PAGE_ROWS < log.count else None,
        "injuries": reads.injuries(campaign.id),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def home_call(request: HttpRequest, actor: Actor, slug: str, call_id: int) -> HttpResponse:
    """One search: what was done, how to reach them, and its end."""
    campaign, _today = campaign_of(actor, slug)
    shown = reads.home_call(actor, call_id)
    # A stand-down lists people of every campaign there.
    is_here = shown.campaign_id == campaign.id or shown.stand_down_id is not None
    if not (is_here and actor.organises(shown.area_path)):
        raise NotFound(what="search")
    act = request.POST.get("act", "")
    form = SayForm(request.POST if act in ("note", "close", "help") else None)
    status, number = (422 if form.is_bound else 200), ""
    try:
        if act == "number":
            number = safety.look_up(actor=actor, call_id=call_id, now=now()) or gettext("nothing is known")
            shown = reads.home_call(actor, call_id)
        elif said := _acted(actor, shown, act, form):
            messages.success(request, said)
            return redirect("desk-home-call", slug=slug, call_id=call_id)
    except Refusal as no:
        if form.is_bound:
            status = say_on(form, no)
        elif no.status in (403, 404):
            raise
        else:
            messages.error(request, words_of(no))
            return redirect("desk-home-call", slug=slug, call_id=call_id)
    page = {"campaign": campaign, "here": "safety", "one": shown, "form": form, "number": number}
    return render(request, "organiser/home_call.html", page, status=status)


def _acted(actor: Actor, shown: HomeCallFacts, act: str, form: SayForm) -> str:
    """Do what the form asks for; what to say then, "" when it has to be sent again."""
    if act == "safe":
        safety.say_safe(actor=actor, call_id=shown.id, now=now())
        return gettext("They are safe.")
    if not form.is_valid():
        return ""
    words = form.cleaned_data["words"]
    if act == "close":
        safety.close_call(actor=actor, call_id=shown.id, words=words, now=now())
        return gettext("The search has ended.")
    if act == "help":
        safety.ask_for_help(actor=actor, call_id=shown.id, words=words, now=now())
        return gettext("Captain and organisers were told.")
    safety.note_call(actor=actor, call_id=shown.id, words=words, now=now())
    return gettext("Written down.")
