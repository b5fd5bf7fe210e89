"""The campaign: what, where, how far, how sure."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.calls import reads as calls
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts, IndicatorFacts
from dure.movement.gifts import receiving
from dure.movement.honours import reads as honours
from dure.movement.ledger import reads as ledger
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.movement.practices import reads as practices
from dure.movement.safety import reads as safety
from dure.movement.standings.parts import IndicatorShown
from dure.movement.standings.productivity import reckoned
from dure.movement.standings.shown import Shown, shown
from dure.movement.standings.types import Figure as ShownFigure
from dure.movement.standings.types import Grade
from dure.operations import first_run
from dure.web.actor import actor_of_request
from dure.web.clock import now
from dure.web.figures import (
    Figure,
    claimed_figure,
    counted_figure,
    hurt_figure,
    unit_for,
    verified_figure,
)
from dure.web.line import line_of
from dure.web.pace import pace_chart
from dure.web.place_maps import place_map, spots_of
from dure.web.public.heads import campaign_head
from dure.web.public.needs import needed_on
from dure.web.takes import Takes, takes

GRADES: tuple[tuple[Grade, object], ...] = (
    ("A", gettext_lazy("A · ahead")),
    ("B", gettext_lazy("B · not told apart")),
    ("C", gettext_lazy("C · wants help")),
    ("unknown", gettext_lazy("not known yet")),
)
THANKS_SHOWN_MAX = 50
DOORS = (
    ("captain", "captain", gettext_lazy("My team today")),
    ("organiser", "desk", gettext_lazy("The desk")),
    ("auditor", "auditor", gettext_lazy("Lots to recount")),
    ("recipient", "recipient", gettext_lazy("What we ask for")),
)


def day_sentence(campaign: CampaignFacts, today: date) -> str:
    if today < campaign.starts_on:
        wait = (campaign.starts_on - today).days
        return ngettext("Starts tomorrow.", "Starts in %(n)s days.", wait) % {"n": wait}
    length = (campaign.ends_on - campaign.starts_on).days + 1
    if today > campaign.ends_on or campaign.state == "closed":
        return ngettext("Ended after one day.", "Ended after %(n)s days.", length) % {"n": length}
    return gettext("Day %(n)s of %(all)s.") % {"n": (today - campaign.starts_on).days + 1, "all": length}


def pace_sentence(shown: ShownFigure | None) -> str:
    """How a figure stands against its plan, bad news in the same words as good; empty where there is no telling."""
    ahead = shown.days_ahead if shown else None
    if ahead is None:
        return ""
    days = round(abs(ahead))
    if days == 0:
        return gettext("As planned, by what is claimed.")
    if ahead > 0:
        return ngettext(
            "A day ahead of plan, by what is claimed.", "%(n)s days ahead of plan, by what is claimed.", days
        ) % {"n": days}
    return ngettext(
        "A day behind plan, by what is claimed.", "%(n)s days behind plan, by what is claimed.", days
    ) % {"n": days}


def total_figures(standing: Shown) -> list[Figure]:
    """What is verified and claimed of what the campaign is about, and what else is claimed."""
    main = standing.main
    shown = (
        [verified_figure(main.indicator, main.total), claimed_figure(main.indicator, main.total)]
        if main
        else []
    )
    return shown + [
        claimed_figure(one.indicator, one.total) for one in standing.indicators if one is not main
    ]


def seats_figure(seats_open: int, day: date) -> Figure:
    return counted_figure(
        seats_open,
        gettext("pairs of hands still wanted on %(day)s") % {"day": date_format(day, "j M")},
        gettext("counted from the published posts"),
    )


def shown_of(campaign: CampaignFacts) -> Shown:
    """The campaign's standing today, as pages show it."""
    return shown(campaign_id=campaign.id, today=campaigns.local_day(campaign=campaign, now=now()))


def grade_counts(indicator: IndicatorShown | None) -> list[tuple[object, int]]:
    """How many teams have each grade that any team has."""
    counts = [(name, indicator.count(grade)) for grade, name in GRADES] if indicator else []
    return [(name, count) for name, count in counts if count]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor = actor_of_request(request)
    listed = [one for one in campaigns.campaigns(actor=actor) if one.state != "draft"]
    if not listed and first_run.is_open():
        return redirect("first-run")
    opened, at = [one for one in listed if one.state == "open"], now()
    page = {
        "open_campaigns": opened,
        "taking": {one.id for one in opened if calls.open_appeal_of(one.id, at)},
        "ended_campaigns": [one for one in listed if one.state == "closed"],
        "doors": doors_of(actor),
    }
    return render(request, "public/home.html", page)


def may_follow(actor: Actor, shown: CampaignFacts) -> bool:
    """Whether figures lead this visitor down to their entries: whoever audits some part of the campaign."""
    paths = actor.area_paths(Role.AUDITOR)
    return any(shown.area_path.startswith(path) or path.startswith(shown.area_path) for path in paths)


def doors_of(actor: Actor) -> list[tuple[str, object]]:
    doors: list[tuple[str, object]] = [(name, words) for role, name, words in DOORS if actor.has_role(role)]
    return [("my", gettext("My day")), *doors] if actor.person_id is not None else doors


def takes_of(standing: Shown, indicator: IndicatorFacts, area: AreaFacts) -> Takes | None:
    """What it would take for the whole campaign, and for what lies directly in its area."""
    _, inside = standing.place(indicator.id, area)
    return takes(indicator, standing.ahead(indicator.id), inside, standing.places_ahead(indicator.id, area))


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    facts = campaigns.campaign(slug=slug)
    standing = shown_of(facts)
    main = standing.main
    needed = needed_on(request, facts, standing)
    regions = standing.regions(main.indicator.id) if main else ()
    follows = may_follow(actor_of_request(request), facts)
    area = places.area(facts.area_id)
    takes_people = calls.open_appeal_of(facts.id, now()) is not None
    page = {
        "campaign": facts,
        "here": "campaign",
        "shared": campaign_head(request, facts, area, takes_people=takes_people),
        "takes_people": takes_people,
        "area": area,
        "day": needed.day,
        "day_sentence": day_sentence(facts, standing.today),
        "pace_sentence": pace_sentence(main.total if main else None),
        "figures": total_figures(standing),
        "seats": seats_figure(needed.seats_open, needed.day),
        "hurt": hurt_figure(safety.injuries(facts.id)),
        "made_at": standing.made_at,
        "line": line_of(facts, campaigns.local_day(facts, now())),
        "main": main,
        "pace": pace_chart(standing.outlook(main.indicator.id)) if main else None,
        "takes": takes_of(standing, main.indicator, area) if main else None,
        "productivity": reckoned(main.indicator, [(one.indicator, one.total) for one in standing.indicators])
        if main
        else None,
        "regions": regions,
        "map": place_map(facts, main.indicator, spots_of(standing, main.indicator.id)) if main else None,
        "grades": grade_counts(main),
        "posts": needed.posts,
        "held_count": standing.head.held_count,
        "may_follow": follows,
        "counted": [one.indicator for one in standing.indicators] if follows else [],
        "checkpoint": ledger.latest_checkpoint(),
        "factor": standing.factor(main.indicator.id) if main else None,
    }
    return render(request, "public/campaign.html", page)


@require_safe
def campaign_practices(request: HttpRequest, slug: str) -> HttpResponse:
    shown = campaigns.campaign(slug=slug)
    outputs = [one for one in campaigns.indicators(campaign_id=shown.id) if one.kind == "output"]
    page = {
        "campaign": shown,
        "here": "practices",
        "practices": practices.practices(campaign_id=shown.id),
        "unit": unit_for(outputs[0].unit, 0) if outputs else "",
    }
    return render(request, "public/practices.html", page)


@require_safe
def campaign_thanks(request: HttpRequest, slug: str) -> HttpResponse:
    shown = campaigns.campaign(slug=slug)
    page = {
        "campaign": shown,
        "here": "thanks",
        "roll": honours.roll(campaign_id=shown.id),
        "thanks": receiving.thanks_shown(shown.id)[:THANKS_SHOWN_MAX],
    }
    return render(request, "public/thanks.html", page)
