"""A window, not a door: every admin page can be read by those let in, and changed by nobody.

Each room's ``admin.py`` lists ``ADMIN = [(Model, ReadOnlyAdmin subclass), …]``; the site in
``dure.web.admin_site`` registers them, behind a second factor. Contacts are in no list, and neither are
notices: "asked", then "in reserve", would tell who said no (P3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from dure.base.models import (
    Account,
    ChannelDay,
    CommandSeen,
    Job,
    OrderHead,
    RoleGrant,
    UndoableAct,
    WaitingAct,
)

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Model]
else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows; changes go through actions only."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Who may see the site at all is the site's question (dure.web.admin_site).
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class AccountAdmin(ReadOnlyAdmin):
    list_display = ("name", "is_active", "is_staff", "created_at")
    fields = ("name", "is_active", "is_staff", "created_at")


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Account, AccountAdmin),
    (RoleGrant, ReadOnlyAdmin),
    (CommandSeen, ReadOnlyAdmin),
    (OrderHead, ReadOnlyAdmin),
    (Job, ReadOnlyAdmin),
    (ChannelDay, ReadOnlyAdmin),
    (UndoableAct, ReadOnlyAdmin),
    (WaitingAct, ReadOnlyAdmin),
]
