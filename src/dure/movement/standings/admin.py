"""Standings in the admin window."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.standings.models import DenominatorConfirmation


class DenominatorConfirmationAdmin(ReadOnlyAdmin):
    list_display = ("target_id", "plan_milli", "confirmed_by", "confirmed_at")
    list_select_related = ("confirmed_by",)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (DenominatorConfirmation, DenominatorConfirmationAdmin),
]
