"""What the admin shows of calls. Answers are left out: nobody above sees who was offered what (P3)."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.calls.models import Appeal, SignUp


class AppealAdmin(ReadOnlyAdmin):
    list_display = ("title", "code", "campaign", "opened_at")


class SignUpAdmin(ReadOnlyAdmin):
    list_display = ("client_id", "appeal", "at")
    fields = ("client_id", "appeal", "at")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [(Appeal, AppealAdmin), (SignUp, SignUpAdmin)]
