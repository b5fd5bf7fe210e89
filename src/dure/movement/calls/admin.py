"""What the admin shows of calls. Answers and whom a wave called are left out: nobody above sees who said no (P3)."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.calls.models import Appeal, AppealText, Drive, SignUp, Wave


class AppealAdmin(ReadOnlyAdmin):
    list_display = ("title", "code", "campaign", "asks", "opened_at", "closed_at")


class AppealTextAdmin(ReadOnlyAdmin):
    list_display = ("title", "language", "appeal")


class WaveAdmin(ReadOnlyAdmin):
    list_display = ("appeal", "per_minute", "state", "started_at")
    # How many were called is told on the desk, and not when they are few.
    fields = ("appeal", "per_minute", "state", "started_at", "ended_at")


class DriveAdmin(ReadOnlyAdmin):
    """Names and addresses under a drive are its supporters' own."""

    list_display = ("title", "area", "state", "answer_by")
    fields = ("code", "title", "text", "area", "state", "gathers_until", "answer_by", "answer", "answered_at")


class SignUpAdmin(ReadOnlyAdmin):
    list_display = ("client_id", "appeal", "at")
    fields = ("client_id", "appeal", "at")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Appeal, AppealAdmin),
    (AppealText, AppealTextAdmin),
    (Wave, WaveAdmin),
    (SignUp, SignUpAdmin),
    (Drive, DriveAdmin),
]
