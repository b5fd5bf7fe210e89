"""Names of places in templates, in the reader's language; built into all of them by the settings (``TEMPLATES``)."""

from __future__ import annotations

from django.template import Library

from dure.movement.people.types import TeamFacts
from dure.operations.place_names import Named, both_names, name_of, other_place_name, place_name

register = Library()


@register.filter(name="place_name")
def named(place: Named | None) -> str:
    return place_name(place) if place else ""


@register.filter(name="other_place_name")
def named_otherwise(place: Named | None) -> str:
    return other_place_name(place) if place else ""


@register.filter(name="both_names")
def named_both(place: Named | None) -> str:
    return both_names(place) if place else ""


@register.filter(name="home_of")
def home_of_team(team: TeamFacts) -> str:
    """Where a team is at home."""
    return name_of(team.area_name, team.area_local)
