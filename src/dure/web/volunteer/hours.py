"""When I can come, day by day, and from which town I start."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.base.access import Actor
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.people import actions, reads, telling
from dure.movement.people.types import PersonFacts
from dure.movement.places import reads as places
from dure.web.clock import now
from dure.web.doors import for_person
from dure.web.forms import DAYS_SHOWN_MAX, HOURS
from dure.web.public.joining import towns_of
from dure.web.volunteer.known import for_known

# Hours that no choice says: what was told elsewhere stays as it is.
AS_IT_IS: Final = "own"
Span = tuple[datetime, datetime]


class Days:
    """The days that are asked about, by the clock of the campaign the person helps in, and what they said so far."""

    def __init__(self, actor: Actor, person: PersonFacts, campaign: CampaignFacts | None) -> None:
        self.zone = ZoneInfo(campaign.timezone if campaign else "UTC")
        first = now().astimezone(self.zone).date()
        self.days = [first + timedelta(days=n) for n in range(DAYS_SHOWN_MAX)]
        start, end = self.midnight(first), self.midnight(self.days[-1] + timedelta(days=1))
        spans = telling.free_hours(actor=actor, person_id=person.id, start=start, end=end)
        self.told: dict[date, list[Span]] = {day: [] for day in self.days}
        for span in spans:
            self.told[span[0].astimezone(self.zone).date()].append(span)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def span(self, day: date, hours: str) -> Span:
        start_hour, end_hour = HOURS[hours]
        at = self.midnight(day)
        return at + timedelta(hours=start_hour), at + timedelta(hours=end_hour)

    def said(self, day: date) -> str:
        """The choice that says what was told of a day: "" for no hours."""
        spans = self.told[day]
        if not spans:
            return ""
        return next((name for name in HOURS if spans == [self.span(day, name)]), AS_IT_IS)

    def words(self, day: date) -> str:
        """Hours in figures, such as "08:00–12:00"."""
        local = [(a.astimezone(self.zone), b.astimezone(self.zone)) for a, b in self.told[day]]
        return ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in local)


class HoursForm(forms.Form):
    """A choice a day."""

    def __init__(self, *args: object, days: Days, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as given
        self.days = days
        # Looked up once, not for each of the days.
        usual = [
            ("", gettext("I can’t come")),
            ("day", gettext("Any time from 7 to 19 h")),
            ("morning", gettext("Mornings, 6 to 13 h")),
            ("afternoon", gettext("Afternoons, 12 to 19 h")),
            ("evening", gettext("Evenings, 17 to 24 h")),
        ]
        for day in days.days:
            said = days.said(day)
            choices = [*usual, (AS_IT_IS, days.words(day))] if said == AS_IT_IS else usual
            self.fields[day.isoformat()] = forms.ChoiceField(
                label=date_format(day, "l, j F"), choices=choices, required=False, initial=said
            )

    def changed(self) -> list[tuple[date, tuple[Span, ...]]]:
        """The days that were said anew, with their hours; call after ``is_valid``.

        A day that was not asked about, since the page was opened before midnight, stays as it is.
        """
        found: list[tuple[date, tuple[Span, ...]]] = []
        for day in self.days.days:
            hours = self.cleaned_data[day.isoformat()]
            if day.isoformat() in self.data and hours not in (AS_IT_IS, self.days.said(day)):
                found.append((day, (self.days.span(day, hours),) if hours else ()))
        return found


class TownForm(forms.Form):
    town = forms.TypedChoiceField(
        label=_("Town you start from"),
        coerce=int,
        help_text=_("Distances are reckoned from its centre. We never ask for your street."),
    )


def _campaign(actor: Actor, person: PersonFacts) -> CampaignFacts | None:
    """The open campaign around the person's town that ends last; None: none is open there."""
    path = places.area(person.area_id).path
    around = [
        one
        for one in campaigns.campaigns(actor=actor)
        if one.state == "open" and path.startswith(one.area_path)
    ]
    return max(around, key=lambda one: one.ends_on, default=None)


def _page(
    request: HttpRequest,
    actor: Actor,
    person_id: int,
    *,
    hours: HoursForm | None = None,
    town: TownForm | None = None,
) -> HttpResponse:
    person = reads.person(actor=actor, person_id=person_id)
    campaign = _campaign(actor, person)
    page = {
        "here": "hours",
        "hours": hours or HoursForm(days=Days(actor, person, campaign)),
        "town": town or (_town_form(campaign, person) if campaign else None),
        "travel_m": person.travel_limit_m,
    }
    return render(request, "volunteer/hours.html", page, status=422 if hours or town else 200)


def _town_form(campaign: CampaignFacts, person: PersonFacts, data: object = None) -> TownForm:
    form = TownForm(data, initial={"town": person.area_id})  # type: ignore[arg-type]  # as Django hands it on
    form.fields["town"].choices = towns_of(campaign)  # type: ignore[attr-defined]  # a choice field
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def hours(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    if request.method != "POST":
        return _page(request, actor, person_id)
    person = reads.person(actor=actor, person_id=person_id)
    days = Days(actor, person, _campaign(actor, person))
    form = HoursForm(request.POST, days=days)
    if not form.is_valid():
        return _page(request, actor, person_id, hours=form)
    for day, spans in form.changed():
        actions.set_free_hours(
            actor=actor,
            person_id=person_id,
            day_start=days.midnight(day),
            day_end=days.midnight(day + timedelta(days=1)),
            spans=spans,
        )
    messages.success(request, gettext("Noted. It counts from the next match on."))
    return redirect("my-hours")


@require_POST
@for_person
@for_known
def town(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    person = reads.person(actor=actor, person_id=person_id)
    campaign = _campaign(actor, person)
    if campaign is None:
        return redirect("my-hours")
    form = _town_form(campaign, person, request.POST)
    if not form.is_valid():
        return _page(request, actor, person_id, town=form)
    area = places.area(form.cleaned_data["town"])
    actions.move_home(actor=actor, person_id=person_id, area_id=area.id, home_lat=area.lat, home_lon=area.lon)
    messages.success(request, gettext("Noted. It counts from the next match on."))
    return redirect("my-hours")
