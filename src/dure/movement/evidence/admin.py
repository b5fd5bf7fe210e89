"""What the admin shows of evidence: that there is a photograph, never the picture."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.evidence.models import Photo


class PhotoAdmin(ReadOnlyAdmin):
    list_display = ("post", "team", "day", "wiped", "taken_at", "gone_at")
    list_select_related = ("post", "team")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Photo, PhotoAdmin)]
