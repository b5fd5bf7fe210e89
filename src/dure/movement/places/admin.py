"""Places in the read-only admin."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.places.models import Area


class AreaAdmin(ReadOnlyAdmin):
    list_display = ("name", "name_local", "kind", "code", "population")
    list_filter = ("kind",)
    search_fields = ("name", "name_local", "code")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Area, AreaAdmin)]
