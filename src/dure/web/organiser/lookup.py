"""Finding on the desk: posts, teams, people by name, places and calls, each as far as the organiser's reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base.access import Actor
from dure.base.models import Role
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AppealFacts
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs import bulk as needs_bulk
from dure.movement.people import called
from dure.movement.people.called import PersonCalled
from dure.movement.people.types import TeamFacts
from dure.movement.places import reads as places
from dure.movement.places.types import AreaFacts
from dure.web.clock import now
from dure.web.doors import door_for
from dure.web.organiser.posts import PostRow, rows_of
from dure.web.organiser.reach import reach_of

# Of each kind; more is a reason to type more.
SHOWN_MAX: Final = 12
WORDS_CHARS_MAX: Final = 80
# Posts are looked for from yesterday on, so many days ahead.
DAYS_AHEAD: Final = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; people and teams with the names of their places in ``areas``."""

    posts: list[PostRow]
    teams: list[TeamFacts]
    people: list[PersonCalled]
    places: list[AreaFacts]
    calls: list[AppealFacts]
    areas: dict[int, AreaFacts]

    @property
    def count(self) -> int:
        return len(self.posts) + len(self.teams) + len(self.people) + len(self.places) + len(self.calls)


def look_up(actor: Actor, campaign: CampaignFacts, reach: tuple[str, ...], words: str) -> Found:
    """Everything called so that the actor may see: one query a kind, and those for the names around it."""
    today = campaigns.local_day(campaign=campaign, now=now())
    posts = needs_bulk.called(
        words,
        paths=reach,
        campaign_id=campaign.id,
        first=today - timedelta(days=1),
        last=today + timedelta(days=DAYS_AHEAD),
        count_max=SHOWN_MAX,
    )
    teams = called.teams_called(words, paths=reach, count_max=SHOWN_MAX)
    folk = called.people_called(words, actor=actor, paths=reach, count_max=SHOWN_MAX)
    towns = [
        area
        for path in reach
        for area in places.towns_called(words, under=path, count_max=SHOWN_MAX)
        if area.path.startswith(path)
    ]
    lower = words.casefold()
    asked = [
        one for one in calls.appeals_of(campaign.id) if lower in one.title.casefold() or lower == one.code
    ]
    return Found(
        posts=rows_of(posts),
        teams=teams,
        people=folk,
        places=towns[:SHOWN_MAX],
        calls=asked[:SHOWN_MAX],
        areas=places.areas({*(one.area_id for one in teams), *(one.area_id for one in folk)}),
    )


@require_safe
@door_for(Role.ORGANISER)
def find(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach = reach_of(actor, campaign)
    words = " ".join(request.GET.get("q", "").split())[:WORDS_CHARS_MAX]
    found = look_up(actor, campaign, reach, words) if words else None
    page = {"campaign": campaign, "q": words, "found": found, "shown_max": SHOWN_MAX}
    return render(request, "organiser/find.html", page)


# What the keys do, for those who read it without pressing "?".
def key_rows() -> list[tuple[str, str]]:
    """Keys and what they do; static/dure/desk.js presses the links that carry them."""
    return [
        ("/", gettext("Find")),
        ("g d", gettext("To the day")),
        ("g p", gettext("To the posts")),
        ("g s", gettext("To supervision")),
        ("g a", gettext("To what waits for a second person")),
        ("g c", gettext("To the calls")),
        ("j", gettext("To the next row of a list")),
        ("k", gettext("To the row before")),
        ("x", gettext("Choose the row")),
        ("u", gettext("Undo what you did last")),
        ("?", gettext("This list")),
    ]


@require_safe
@door_for(Role.ORGANISER)
def keys(request: HttpRequest, actor: Actor, slug: str) -> HttpResponse:
    """The keyboard shortcuts, and the switch that turns them off in this browser."""
    campaign = campaigns.campaign_for(actor=actor, slug=slug)
    reach_of(actor, campaign)
    return render(request, "organiser/keys.html", {"campaign": campaign, "keys": key_rows()})
