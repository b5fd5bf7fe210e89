"""What the admin shows of safety: nothing about a person."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.safety.models import HomeCall, Incident, StandDown


class StandDownAdmin(ReadOnlyAdmin):
    list_display = ("area_path", "at", "by_id", "ended_at")


class HomeCallAdmin(ReadOnlyAdmin):
    list_display = ("placement_id", "state", "due_at", "reached", "ended_at")
    exclude = ("person",)


class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("kind", "severity", "happened_at", "people_hurt", "is_open", "owner_id", "due_on")
    exclude = ("words_cipher",)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (StandDown, StandDownAdmin),
    (HomeCall, HomeCallAdmin),
    (Incident, IncidentAdmin),
]
