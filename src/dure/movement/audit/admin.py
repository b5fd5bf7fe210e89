"""Audit in the read-only admin. A seed is not shown there: before the draw it would give the lot away."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.audit.models import Draw, Lot, Recount


class LotAdmin(ReadOnlyAdmin):
    list_display = ("day", "indicator", "count", "committed_at", "drawn_at")
    list_filter = ("campaign",)
    exclude = ("seed",)


class DrawAdmin(ReadOnlyAdmin):
    list_display = ("lot", "entry_index", "claimed_milli", "checker_team")


class RecountAdmin(ReadOnlyAdmin):
    list_display = ("draw", "found_milli", "counted_at", "confirmation_index")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Lot, LotAdmin),
    (Draw, DrawAdmin),
    (Recount, RecountAdmin),
]
