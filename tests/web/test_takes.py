"""What it would take, in words: good news and bad in the same words, nothing where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from dure.movement.campaigns.models import Target
from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.places.types import AreaFacts
from dure.movement.standings.types import PlaceAhead
from dure.web.takes import row_of, takes
from tests.web.cast import SLUG, YESTERDAY, Cast
from tests.web.visitors import visitor

RICE = IndicatorFacts(1, 1, "output", "rice", "Rice", "sack", "of 80 kg")
NAJU = AreaFacts(7, "town", "naju", "Naju", "나주", "/KR/16/naju/", 35.0, 126.7, 100_000, 3)
KNOWN = PlaceAhead(
    area_id=7,
    rest_milli=1_500_000,
    is_partial=False,
    due=date(2026, 10, 20),
    days_left=10,
    a_day_milli=50_000,
    days_short=20,
    person_days=240,
    people_a_day=24,
    reckoned_by=7,
)


@pytest.mark.parametrize(
    ("changed", "missing", "leads", "wanted"),
    [
        ({}, "1,500 sacks", "missed", "24 more people a day until 20 Oct or 20 more days of work"),
        ({"finish": (date(2026, 10, 19), None, None)}, "1,500 sacks", "probably missed", "24 more people"),
        (
            {"finish": (date(2026, 10, 12), date(2026, 10, 15), date(2026, 10, 18)), "person_days": 0},
            "1,500 sacks",
            "met on 15 Oct, by 18 Oct at the latest (95 %)",
            "nothing beyond what is done already",
        ),
        (
            {"finish": (date(2026, 10, 12), date(2026, 10, 19), None)},
            "1,500 sacks",
            "met on 19 Oct, or missed",
            "24 more",
        ),
        ({"rest_milli": 0}, "0 sacks", "met, by what is claimed", ""),
        ({"days_left": 0}, "1,500 sacks", "its last day has passed", "24 more"),
        (
            {"a_day_milli": None, "days_short": None, "person_days": None, "people_a_day": None},
            "1,500 sacks",
            "not known yet",
            "",
        ),
        ({"is_partial": True}, "1,500 sacks, and what is not shown", "missed", "24 more"),
        ({"person_days": None, "people_a_day": None}, "1,500 sacks", "missed", "20 more days of work"),
    ],
)
def test_a_row_says_what_is_missing_where_it_leads_and_what_it_would_take(
    changed: dict[str, object], missing: str, leads: str, wanted: str
) -> None:
    row = row_of(RICE, NAJU, replace(KNOWN, **changed))  # type: ignore[arg-type]  # fields of PlaceAhead
    assert row.missing == missing
    assert row.leads == leads
    assert row.takes.startswith(wanted)
    assert bool(row.takes) == bool(wanted)


def test_the_sentence_tells_the_gap_the_pace_and_the_way_out() -> None:
    told = takes(RICE, KNOWN, (), {})
    assert told is not None
    assert told.says == (
        "1,500 sacks are still missing of the plan, by what is claimed. An average day brings 50 sacks. "
        "It would take 24 more people a day until 20 Oct or 20 more days of work."
    )
    met = takes(RICE, replace(KNOWN, rest_milli=0), (), {})
    assert met is not None
    assert met.says == "The plan is met, by what is claimed."
    assert takes(RICE, None, (), {}) is None


def test_the_campaigns_page_and_a_places_page_say_what_it_would_take(cast: Cast, client: Client) -> None:
    for address in (f"/c/{SLUG}/", f"/c/{SLUG}/places/suwon/"):
        page = client.get(address).content.decode()
        assert "What would it take?" in page
        assert "are still missing of the plan" in page


def test_the_desk_lists_every_place_of_the_organisers(cast: Cast) -> None:
    page = visitor("organiser", cast).get(f"/desk/{SLUG}/ahead/").content.decode()
    assert "Suwon" in page
    assert "Jeonju" in page
    page = visitor("regional organiser", cast).get(f"/desk/{SLUG}/ahead/").content.decode()
    assert "Suwon" not in page
    assert "Jeonju" in page


def test_the_desk_says_first_that_plans_were_missed_by_their_last_day(cast: Cast) -> None:
    Target.objects.update(starts_on=YESTERDAY, deadline=YESTERDAY)
    page = visitor("organiser", cast).get(f"/desk/{SLUG}/ahead/").content.decode()
    assert "No place is known to miss its plan" not in page
    assert "not met" in page[page.index("<h1>") : page.index("</h1>")]


@pytest.mark.parametrize("asked", ["0", "-1", "x", "99", "９", "99999999999999"])
def test_a_page_that_is_not_there_is_the_nearest_there_is(cast: Cast, asked: str) -> None:
    answer = visitor("organiser", cast).get(f"/desk/{SLUG}/ahead/", {"page": asked})
    assert answer.status_code == 200
    assert "Suwon" in answer.content.decode()
