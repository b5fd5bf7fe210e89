"""What the admin shows of campaigns."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.campaigns.models import Break, Campaign, Indicator, Movement, Plea, Target


class CampaignAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "state", "starts_on", "ends_on")
    list_filter = ("state",)
    search_fields = ("name", "slug")


class IndicatorAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "unit", "campaign")


class TargetAdmin(ReadOnlyAdmin):
    list_display = ("indicator", "area", "plan_milli", "deadline")
    list_select_related = ("indicator", "area")


class PleaAdmin(ReadOnlyAdmin):
    list_display = ("target_id", "plan_milli", "wanted_milli", "answer", "answer_by")
    list_filter = ("answer",)


class BreakAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "kind", "first_day", "last_day", "reason")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Movement, ReadOnlyAdmin),
    (Campaign, CampaignAdmin),
    (Indicator, IndicatorAdmin),
    (Target, TargetAdmin),
    (Plea, PleaAdmin),
    (Break, BreakAdmin),
]
