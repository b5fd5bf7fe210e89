"""What the admin shows of needs."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.needs.models import Post


class PostAdmin(ReadOnlyAdmin):
    list_display = ("title", "day", "area", "tier", "seats", "seats_taken", "least_crew")
    list_filter = ("tier", "day")
    list_select_related = ("area",)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Post, PostAdmin)]
