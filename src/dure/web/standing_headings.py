"""Headings of tables to take away, in the language of whoever opens one, beside the tags that programs read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from dure.web.standing_tables import What, header

# By the key of a column (docs/reference/tables.md), which the plain CSV keeps.
HEADINGS: Final[Mapping[str, Promise | str]] = {
    "indicator": pgettext_lazy("heading of a table", "What is counted"),
    "unit": pgettext_lazy("heading of a table", "Unit"),
    "place": pgettext_lazy("heading of a table", "Code of the place"),
    "place_name": pgettext_lazy("heading of a table", "Place"),
    "place_kind": pgettext_lazy("heading of a table", "Kind of place"),
    "lat": pgettext_lazy("heading of a table", "Latitude"),
    "lon": pgettext_lazy("heading of a table", "Longitude"),
    "plan": pgettext_lazy("heading of a table", "Plan"),
    "reported": pgettext_lazy("heading of a table", "Reported"),
    "reported_grade": pgettext_lazy("heading of a table", "Proof of what was reported"),
    "reported_percent": pgettext_lazy("heading of a table", "Reported, % of the plan"),
    "verified": pgettext_lazy("heading of a table", "Verified"),
    "verified_at_least": pgettext_lazy("heading of a table", "Verified, at least"),
    "verified_grade": pgettext_lazy("heading of a table", "Proof of what was verified"),
    "recounted_in_campaign": pgettext_lazy("heading of a table", "Recounted in the campaign"),
    "entries_in_campaign": pgettext_lazy("heading of a table", "Entries in the campaign"),
    "expected_by_now": pgettext_lazy("heading of a table", "Expected by now"),
    "days_ahead": pgettext_lazy("heading of a table", "Days ahead of the plan"),
    "baseline": pgettext_lazy("heading of a table", "Baseline"),
    "baseline_grade": pgettext_lazy("heading of a table", "Proof of the baseline"),
    "capacity_percent": pgettext_lazy("heading of a table", "Use of the capacity, %"),
    "plan_source": pgettext_lazy("heading of a table", "Source of the plan"),
    "plan_source_date": pgettext_lazy("heading of a table", "Date of that source"),
    "withheld": pgettext_lazy("heading of a table", "Not shown because"),
    "team": pgettext_lazy("heading of a table", "Number of the team"),
    "team_name": pgettext_lazy("heading of a table", "Team"),
    "home": pgettext_lazy("heading of a table", "Home of the team"),
    "grade": pgettext_lazy("heading of a table", "Grade"),
    "grade_reason": pgettext_lazy("heading of a table", "Reason of the grade"),
    "probably_from_percent": pgettext_lazy("heading of a table", "Probably from, %"),
    "probably_to_percent": pgettext_lazy("heading of a table", "Probably up to, %"),
    "expected_of_team": pgettext_lazy("heading of a table", "Expected of the team"),
    "change_percent": pgettext_lazy("heading of a table", "Change, %"),
    "help_given": pgettext_lazy("heading of a table", "Help given to others"),
    "comparison_grade": pgettext_lazy("heading of a table", "Proof of the comparison"),
}


def headings(what: What) -> tuple[str, ...]:
    """Those of the columns, in their order, in the language that is active."""
    return tuple(str(HEADINGS[str(key)]) for key in header(what))
