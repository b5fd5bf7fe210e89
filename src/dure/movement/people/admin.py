"""People in the read-only admin: no contact, no guardian, no home, no group."""

from __future__ import annotations

from django.db.models import Model

from dure.base.admin import ReadOnlyAdmin
from dure.movement.people.models import Consent, Credential, Person, Team


class PersonAdmin(ReadOnlyAdmin):
    list_display = ("given_name", "area", "waiting_since", "synthetic")
    fields = (
        *("given_name", "area", "travel_limit_m", "languages", "physical_max", "long_shift_wish"),
        *("guardian_agreed_at", "waiting_since", "synthetic"),
    )
    list_filter = ("synthetic",)
    list_select_related = ("area",)


class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("person", "purpose", "wording", "given_at", "withdrawn_at")
    list_filter = ("purpose",)
    list_select_related = ("person",)


class CredentialAdmin(ReadOnlyAdmin):
    list_display = ("person", "kind", "code", "evidence", "valid_until")
    list_filter = ("kind",)
    list_select_related = ("person",)


class TeamAdmin(ReadOnlyAdmin):
    list_display = ("name", "area", "kind")
    search_fields = ("name",)
    list_select_related = ("area",)


ADMIN: list[tuple[type[Model], type[ReadOnlyAdmin]]] = [
    (Person, PersonAdmin),
    (Consent, ConsentAdmin),
    (Credential, CredentialAdmin),
    (Team, TeamAdmin),
]
