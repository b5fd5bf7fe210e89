"""What the admin shows of honours."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.honours.models import Nomination, Thanks


class ThanksAdmin(ReadOnlyAdmin):
    list_display = ("campaign_id", "person_id", "post_id", "day")


class NominationAdmin(ReadOnlyAdmin):
    list_display = ("campaign_id", "person_id", "team_id", "kind", "consented_at")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Thanks, ThanksAdmin), (Nomination, NominationAdmin)]
