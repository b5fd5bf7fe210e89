"""The calendar file of a shift, and the feed of all of them (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe
from icalendar import Alarm, Calendar, Event, vGeo

from dure.base.access import SYSTEM, Actor
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people
from dure.movement.people import telling
from dure.movement.people.calendar_link import person_of_calendar
from dure.movement.places import reads as places
from dure.operations.letters import language_of
from dure.operations.place_names import place_name
from dure.web.clock import now
from dure.web.doors import for_person, private_link
from dure.web.volunteer.pages import Shift, own_placement, shift_of

# What lies further back is on the record, and in the calendar of whoever kept it.
FEED_KEEPS: Final = timedelta(days=30)
FEED_STATES: Final = ("accepted", "present", "done")


def event_of(shift: Shift, placement_id: int) -> Event:
    event = Event()
    # The same shift keeps its id, so that fetching it again moves it instead of doubling it.
    event.add("uid", f"placement-{placement_id}@dure")
    event.add("dtstamp", now())
    event.add("dtstart", shift.post.starts_at)
    event.add("dtend", shift.post.ends_at)
    event.add("summary", shift.post.title)
    event.add("location", f"{shift.team.name}, {place_name(shift.area)}")
    event.add("geo", vGeo((shift.post.lat, shift.post.lon)))
    if shift.post.bring:
        event.add("description", gettext("Bring: %(what)s") % {"what": shift.post.bring})
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", shift.post.title)
    alarm.add("trigger", timedelta(hours=-2))
    event.add_component(alarm)
    return event


def _events(posts: Mapping[int, PostFacts]) -> Iterator[Event]:
    """The events of posts by placement id, with a constant number of queries."""
    found = {one: campaigns.campaign_by_id(one) for one in {post.campaign_id for post in posts.values()}}
    teams = people.teams({post.team_id for post in posts.values()})
    areas = places.areas({post.area_id for post in posts.values()})
    for placement_id, post in posts.items():
        shift = Shift(post, found[post.campaign_id], teams[post.team_id], areas[post.area_id])
        yield event_of(shift, placement_id)


def _made(events: Iterable[Event]) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Dure//my day//EN")
    made.add("version", "2.0")
    for event in events:
        made.add_component(event)
    return made


@require_safe
@for_person
def calendar(request: HttpRequest, actor: Actor, person_id: int, placement_id: int) -> HttpResponse:
    placement = own_placement(actor, person_id, placement_id)
    made = _made([event_of(shift_of(needs.post(placement.post_id)), placement.id)])
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dure-{placement.day}.ics"'
    return response


@private_link
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """All shifts of somebody, for a calendar program that asks again by itself. One that was called off or given back
    is gone from it. Without a session: the address is the key, and reads nothing else. In the language of their
    letters, since a program asks for none."""
    person_id = person_of_calendar(token)
    since = now() - FEED_KEEPS
    coming = [one for one in matching.placements_of(SYSTEM, person_id) if one.state in FEED_STATES]
    posts = needs.posts(one.post_id for one in coming)
    shown = {
        one.id: posts[one.post_id]
        for one in coming
        if posts[one.post_id].cancelled_at is None and posts[one.post_id].ends_at > since
    }
    with override(language_of(telling.writing(actor=SYSTEM, person_id=person_id).language)):
        made = _made(_events(shown))
    # How often programs are meant to ask again (RFC 7986, section 5.7).
    made.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    made.add("x-wr-calname", "Dure")
    return HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
