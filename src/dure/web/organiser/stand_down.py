"""Standing an area down from the desk: which and why, a look at who is there, then one press; progress; the end."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import reads as needs
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.safety import reads, standing_down
from dure.movement.safety.types import StandDownFacts
from dure.operations import stand_down
from dure.operations.at_once import AT_ONCE_MAX
from dure.operations.place_names import place_name
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.figures import Figure, counted_figure
from dure.web.organiser.posts import say_asked
from dure.web.organiser.safety import campaign_of, page_number
from dure.web.refusals import say_on
from dure.web.safety_forms import EndForm, StandDownForm

AREAS_MAX = 3_000


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def new(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """First which area and why; then who is there now, and the button that does it."""
    campaign, _today = campaign_of(actor, slug)
    areas = _areas(actor, campaign)
    form = StandDownForm(
        request.POST if request.method == "POST" else None,
        areas=[(area.path, _label(area, campaign)) for area in areas],
        initial={**StandDownForm.fresh_id(), "area": request.GET.get("area", "")},
    )
    status, asks = (422 if form.is_bound else 200), None
    if form.is_valid():
        area = next(one for one in areas if one.path == form.cleaned_data["area"])
        if request.POST.get("sure") == "1":
            try:
                done = stand_down.stand_down(
                    actor=actor,
                    client_id=form.cleaned_data["client_id"],
                    area_path=area.path,
                    why=form.cleaned_data["why"],
                    now=now(),
                    people_max=AT_ONCE_MAX,
                )
            except Refusal as no:
                status = say_on(form, no)
            else:
                count = done.stand_down.roll.count + done.left
                said = ngettext(
                    "%(n)s person out there is being told now.",
                    "%(n)s people out there are being told now.",
                    count,
                )
                messages.success(request, said % {"n": f"{count:,}"})
                return redirect("desk-stand-down", slug=slug, stand_down_id=done.stand_down.id)
        else:
            was = Counter(one.was for one in standing_down.out_now(area_path=area.path, now=now()))
            asks, status = {"area": area, "was": dict(was), "count": sum(was.values())}, 200
    page = {"campaign": campaign, "here": "safety", "form": form, "asks": asks}
    return render(request, "organiser/stand_down_new.html", page, status=status)


def _areas(actor: Actor, campaign: CampaignFacts) -> list[AreaFacts]:
    """Places with posts from yesterday on, and what they lie in, as far as the actor organises; by path."""
    found: dict[str, AreaFacts] = {}
    for area in places.areas(needs.areas_with_posts(campaign.id)).values():
        for one in (*places.ancestors(area.path), area):
            found[one.path] = one
    mine = [one for path, one in sorted(found.items()) if actor.organises(path)]
    return mine[:AREAS_MAX]


def _label(area: AreaFacts, campaign: CampaignFacts) -> str:
    depth = area.path.count("/") - campaign.area_path.count("/")
    return f"{'· ' * max(depth, 0)}{place_name(area)}"


@require_http_methods(["GET", "HEAD", "POST"])
@door_for(Role.ORGANISER)
def one(request: HttpRequest, actor: Actor, slug: str, stand_down_id: int) -> HttpResponse:
    """How far it is: told, safe, asking for help, no answer yet; and its end."""
    campaign, _today = campaign_of(actor, slug)
    shown = _shown(actor, campaign, stand_down_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            words = form.cleaned_data["words"]
            about = gettext("The stand-down of %(place)s ends: %(why)s") % {
                "place": place_name(shown.area),
                "why": words,
            }
            asked = stand_down.end_or_ask(
                actor=actor, campaign=campaign, one=shown, words=words, about=about, now=now()
            )
            say_asked(request, asked, about)
            if asked.waiting is None:
                messages.success(
                    request, gettext("It is over. Whoever is not known to be safe is still looked for.")
                )
            return redirect("desk-stand-down", slug=slug, stand_down_id=shown.id)
        except Refusal as no:
            status = say_on(form, no)
    number = page_number(request)
    waiting = reads.not_home(actor=actor, campaign=campaign, stand_down_id=shown.id, page=number)
    page = {
        "campaign": campaign,
        "here": "safety",
        "one": shown,
        "figures": _figures(shown),
        "waiting": waiting,
        "form": form,
        "may_end": actor.organises(shown.area.path),
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number * reads.PAGE_ROWS < waiting.count else None,
    }
    return render(request, "organiser/stand_down.html", page, status=status)


def _figures(one: StandDownFacts) -> list[tuple[str, Figure]]:
    """The list counted; by the name that :func:`figures` gives each."""
    proof, roll = gettext("counted as they answer"), one.roll
    said = [
        ("count", roll.count, gettext("out there when it began")),
        ("safe", roll.safe, gettext("safe")),
        ("waiting", roll.waiting, gettext("no answer yet")),
        ("help", roll.help, gettext("ask for help")),
        ("closed", roll.closed, gettext("ended otherwise")),
    ]
    if one.over_left:
        said.append(("over_left", one.over_left, gettext("still to hear that it is over")))
    return [(name, counted_figure(count, unit, proof)) for name, count, unit in said]


@require_safe
@door_for(Role.ORGANISER)
def figures(request: HttpRequest, actor: Actor, slug: str, stand_down_id: int) -> JsonResponse:
    """The counts for the page that stands open."""
    campaign, _today = campaign_of(actor, slug)
    shown = _shown(actor, campaign, stand_down_id)
    names = ("waiting", "help", "safe", "closed", "count")
    return JsonResponse({name: getattr(shown.roll, name) for name in names} | {"over_left": shown.over_left})


def _shown(actor: Actor, campaign: CampaignFacts, stand_down_id: int) -> StandDownFacts:
    """A stand-down that touches the campaign's places. Refuses with NotFound."""
    shown = reads.stand_down(actor=actor, stand_down_id=stand_down_id)
    inside, around = (
        shown.area.path.startswith(campaign.area_path),
        campaign.area_path.startswith(shown.area.path),
    )
    if not (inside or around):
        raise NotFound(what="stand-down")
    return shown
