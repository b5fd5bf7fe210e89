"""What the admin shows of practices."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.practices.models import Adoption, Practice


class PracticeAdmin(ReadOnlyAdmin):
    list_display = ("title", "campaign_id", "team_id", "written_at")


class AdoptionAdmin(ReadOnlyAdmin):
    list_display = ("practice", "team_id", "since")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Practice, PracticeAdmin), (Adoption, AdoptionAdmin)]
