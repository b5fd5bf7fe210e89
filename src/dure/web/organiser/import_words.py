"""Names of the columns that lists may have, in plain words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from dure.operations.imports.columns import TABLES
from dure.web.words import Words

KINDS: Words = {
    "people": pgettext_lazy("what a list holds", "People"),
    "needs": pgettext_lazy("what a list holds", "Needs"),
    "work": pgettext_lazy("what a list holds", "Work that was done"),
}
# Places are of every campaign: their lists go in beside the countries.
OF_NO_CAMPAIGN: Words = {"places": pgettext_lazy("what a list holds", "Places")}
# What most lists have; the rest is folded away.
USUAL = {
    "people": (
        *("given_name", "birth_year", "town", "email", "phone", "consent", "messages"),
        *("cover", "briefing", "free_from", "free_to", "skills", "travel_limit_km", "guardian_email"),
    ),
    "needs": (
        *(
            "campaign",
            "title",
            "team",
            "town",
            "day",
            "starts",
            "ends",
            "seats",
            "tier",
            "cause",
            "skills",
            "bring",
        ),
    ),
    "work": ("campaign", "day", "team", "indicator", "quantity", "town"),
    "places": ("country", "region", "name", "name_local", "code", "lat", "lon", "population"),
}


def ordered(kind: str) -> tuple[list[str], list[str]]:
    """The columns of a table: the usual ones, and the others."""
    usual = list(USUAL[kind])
    return usual, [column.name for column in TABLES[kind] if column.name not in usual]
