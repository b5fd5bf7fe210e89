"""The calendar file of a shift (RFC 5545)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from icalendar import Alarm, Calendar, Event, vGeo

from dure.base.access import Actor
from dure.movement.needs import reads as needs
from dure.web.clock import now
from dure.web.doors import for_person
from dure.web.volunteer.pages import Shift, own_placement, shift_of


def event_of(shift: Shift, placement_id: int) -> Event:
    event = Event()
    # The same shift keeps its id, so that fetching it again moves it instead of doubling it.
    event.add("uid", f"placement-{placement_id}@dure")
    event.add("dtstamp", now())
    event.add("dtstart", shift.post.starts_at)
    event.add("dtend", shift.post.ends_at)
    event.add("summary", shift.post.title)
    event.add("location", f"{shift.team.name}, {shift.area.name}")
    event.add("geo", vGeo((shift.post.lat, shift.post.lon)))
    if shift.post.bring:
        event.add("description", gettext("Bring: %(what)s") % {"what": shift.post.bring})
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", shift.post.title)
    alarm.add("trigger", timedelta(hours=-2))
    event.add_component(alarm)
    return event


@require_safe
@for_person
def calendar(request: HttpRequest, actor: Actor, person_id: int, placement_id: int) -> HttpResponse:
    placement = own_placement(actor, person_id, placement_id)
    made = Calendar()
    made.add("prodid", "-//Dure//my day//EN")
    made.add("version", "2.0")
    made.add_component(event_of(shift_of(needs.post(placement.post_id)), placement.id))
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dure-{placement.day}.ics"'
    return response
