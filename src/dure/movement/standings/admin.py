"""Standings in the admin window."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.standings.models import DenominatorConfirmation, SafetyReview


class DenominatorConfirmationAdmin(ReadOnlyAdmin):
    list_display = ("target_id", "plan_milli", "confirmed_by", "confirmed_at")
    list_select_related = ("confirmed_by",)


class SafetyReviewAdmin(ReadOnlyAdmin):
    list_display = ("indicator", "area", "team", "limit", "reviewed_by", "reviewed_at")
    list_select_related = ("indicator", "area", "team", "reviewed_by")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (DenominatorConfirmation, DenominatorConfirmationAdmin),
    (SafetyReview, SafetyReviewAdmin),
]
