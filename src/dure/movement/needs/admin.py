"""What the admin shows of needs."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.needs.models import HelpAsk, NeedRequest, Post


class PostAdmin(ReadOnlyAdmin):
    list_display = ("title", "day", "area", "tier", "seats", "seats_taken", "least_crew")
    list_filter = ("tier", "day")
    list_select_related = ("area",)


class NeedRequestAdmin(ReadOnlyAdmin):
    list_display = ("title", "institution", "area", "seats", "state", "asked_at")
    fields = (
        *("campaign", "area", "appeal", "institution", "title", "cause", "days", "starts", "ends", "seats"),
        *("skills", "with_children", "hazardous", "bring", "asked_at", "state", "decided_at", "said"),
    )
    list_filter = ("state",)
    list_select_related = ("area",)


class HelpAskAdmin(ReadOnlyAdmin):
    list_display = ("team", "area", "people_wanted", "asked_at", "answered_at")
    # What a captain wrote in need is for who organises the place.
    exclude = ("words", "answer")
    list_select_related = ("team", "area")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Post, PostAdmin),
    (NeedRequest, NeedRequestAdmin),
    (HelpAsk, HelpAskAdmin),
]
