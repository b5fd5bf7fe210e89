"""What the admin shows of supervision."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.supervision.models import FollowUp, Signal, Supervision


class SignalAdmin(ReadOnlyAdmin):
    list_display = ("kind", "team_id", "since", "found_on", "ended_on")


class FollowUpAdmin(ReadOnlyAdmin):
    list_display = ("signal", "owner_id", "due_on", "closed_on", "outcome")


class SupervisionAdmin(ReadOnlyAdmin):
    list_display = ("campaign_id", "team_id", "account_id", "since")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Signal, SignalAdmin),
    (FollowUp, FollowUpAdmin),
    (Supervision, SupervisionAdmin),
]
