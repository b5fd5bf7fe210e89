"""No figure leaves in a table or as JSON without its grade of proof (F2)."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from dure.web import standing_tables
from dure.web.figures import GRADES
from tests.web.cast import SLUG, Cast

# By the column of its grade: what people did, and what follows from it.
GRADED_BY = {
    "reported_grade": {"reported", "reported_percent", "days_ahead", "capacity_percent"},
    "verified_grade": {"verified", "verified_at_least"},
    "baseline_grade": {"baseline"},
    "comparison_grade": {
        "probably_from_percent",
        "probably_to_percent",
        "change_percent",
        "help_given",
    },
}
# What nobody did: names, plans, and counts this program made of entries and recounts.
NO_CONTRIBUTIONS = {
    *("indicator", "unit", "place", "place_name", "place_kind", "lat", "lon", "team", "team_name", "home"),
    *("plan", "expected_by_now", "expected_of_team", "plan_source", "plan_source_date", "withheld"),
    *("recounted_in_campaign", "entries_in_campaign", "grade", "grade_reason"),
}


@pytest.mark.parametrize("what", ["places", "teams"])
def test_every_column_is_a_grade_has_one_or_is_no_contribution(what: standing_tables.What) -> None:
    graded = {heading for headings in GRADED_BY.values() for heading in headings}
    header = set(standing_tables.header(what))
    assert header <= graded | GRADED_BY.keys() | NO_CONTRIBUTIONS


@pytest.mark.parametrize("what", ["places", "teams"])
def test_every_contribution_in_a_table_has_its_grade_in_its_row(
    cast: Cast, client: Client, what: standing_tables.What
) -> None:
    told = client.get(f"/c/{SLUG}/export/{what}/csv/")
    text = b"".join(told.streaming_content) if told.streaming else told.content  # type: ignore[attr-defined]  # one of both
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert rows
    seen = 0
    for row in rows:
        for grade, headings in GRADED_BY.items():
            if any(row.get(heading) for heading in headings):
                seen += 1
                assert row[grade] in GRADES, (grade, row)
    assert seen


def test_figures_that_follow_along_carry_their_grades(cast: Cast, client: Client) -> None:
    told = client.get(f"/c/{SLUG}/figures.json").json()
    assert told["figures"]
    for figure in told["figures"]:
        assert figure["grade"] in GRADES
        assert figure["proof"]
