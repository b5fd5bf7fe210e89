"""What the admin shows of honours: nominations that were consented to. Who declined is nobody's business (P3)."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from dure.base.admin import ReadOnlyAdmin
from dure.movement.honours.models import Nomination, Thanks


class ThanksAdmin(ReadOnlyAdmin):
    list_display = ("campaign_id", "person_id", "post_id", "day")


class NominationAdmin(ReadOnlyAdmin):
    list_display = ("campaign_id", "person_id", "team_id", "kind", "consented_at")
    exclude = ("fingerprint", "declined_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).filter(consented_at__isnull=False)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Thanks, ThanksAdmin), (Nomination, NominationAdmin)]
