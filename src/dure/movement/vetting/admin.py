"""What the admin shows of vetting: no paper, and nothing people wrote."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.vetting.models import Check, Session


class CheckAdmin(ReadOnlyAdmin):
    list_display = ("person", "step", "state", "invited_at", "handed_in_at", "passed_at", "valid_until")
    fields = (
        "person",
        "campaign",
        "area",
        "step",
        "state",
        "invited_at",
        "handed_in_at",
        "passed_at",
        "valid_until",
    )
    list_filter = ("step", "state")
    list_select_related = ("person",)


class SessionAdmin(ReadOnlyAdmin):
    list_display = ("step", "starts_at", "place", "area", "seats")
    list_filter = ("step",)
    list_select_related = ("area",)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Check, CheckAdmin), (Session, SessionAdmin)]
