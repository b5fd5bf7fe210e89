"""The ledger in the read-only admin. Who stands behind a key is left out."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.ledger.models import Checkpoint, Entry, Rollup


class EntryAdmin(ReadOnlyAdmin):
    list_display = ("index", "kind", "grade", "work_day", "quantity_milli", "points_at")
    list_filter = ("campaign",)
    fields = (
        *("index", "client_id", "kind", "grade", "campaign", "indicator", "team", "area", "work_day"),
        *("quantity_milli", "points_at", "recorded_at_ms", "note"),
    )


class RollupAdmin(ReadOnlyAdmin):
    list_display = ("team", "area", "indicator", "work_day", "n", "quantity_milli", "n_recounted")
    list_filter = ("campaign",)


class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ("size", "signed_at_ms")
    fields = ("size", "note", "signed_at_ms")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Entry, EntryAdmin),
    (Rollup, RollupAdmin),
    (Checkpoint, CheckpointAdmin),
]
