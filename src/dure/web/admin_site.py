"""The admin: read-only, behind a second factor, and it knows no contacts."""

from __future__ import annotations

from allauth.account.authentication import get_authentication_records
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from dure.base import admin as base
from dure.kernel.must import must
from dure.kernel.refusals import NotAllowed
from dure.movement.audit import admin as audit
from dure.movement.calls import admin as calls
from dure.movement.campaigns import admin as campaigns
from dure.movement.evidence import admin as evidence
from dure.movement.gifts import admin as gifts
from dure.movement.honours import admin as honours
from dure.movement.ledger import admin as ledger
from dure.movement.matching import admin as matching
from dure.movement.needs import admin as needs
from dure.movement.people import admin as people
from dure.movement.places import admin as places
from dure.movement.practices import admin as practices
from dure.movement.safety import admin as safety
from dure.movement.standings import admin as standings
from dure.movement.supervision import admin as supervision
from dure.movement.vetting import admin as vetting

# Reading a table of contacts is never part of anybody's work.
NEVER_SHOWN = frozenset(
    {"people.contact", "people.guardian", "ledger.personkey", "vetting.paper", "safety.hurt"}
)


def came_by_second_factor(request: HttpRequest) -> bool:
    """Whether this session's log-in went through a second factor (not: whether one is set up)."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


class Site(AdminSite):
    site_header = gettext_lazy("Dure: tables, to read")
    site_title = gettext_lazy("Dure")
    index_title = gettext_lazy("Tables")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and getattr(user, "is_staff", False) and came_by_second_factor(request))

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """The site's own log-in, with its throttle and second factor: the admin has none beside it."""
        if request.user.is_authenticated:
            raise NotAllowed(what=gettext("the tables are for staff who came by a second factor"))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def password_change(  # type: ignore[override]  # a redirect is an answer too
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


# Rooms can't import this site, so each lists what it wants shown.
LISTS = (
    *(
        base.ADMIN,
        places.ADMIN,
        people.ADMIN,
        campaigns.ADMIN,
        vetting.ADMIN,
        calls.ADMIN,
        needs.ADMIN,
        matching.ADMIN,
        safety.ADMIN,
        evidence.ADMIN,
    ),
    *(
        ledger.ADMIN,
        gifts.ADMIN,
        audit.ADMIN,
        standings.ADMIN,
        supervision.ADMIN,
        practices.ADMIN,
        honours.ADMIN,
    ),
)


def make_site() -> Site:
    """The site with every table the rooms list."""
    made = Site(name="admin")
    for listed in LISTS:
        for model, admin_class in listed:
            must(model._meta.label_lower not in NEVER_SHOWN, f"{model._meta.label} is not for the admin")
            made.register(model, admin_class)
    return made


site = make_site()
