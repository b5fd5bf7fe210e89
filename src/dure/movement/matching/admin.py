"""What the read-only admin shows of matching. Offers are left out: who declined is nobody's business."""

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.matching.models import Placement, Run


class RunAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "day", "round", "placed_count", "solved_at", "published_at")
    exclude = ("prices",)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Run, RunAdmin), (Placement, ReadOnlyAdmin)]
