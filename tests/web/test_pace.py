"""The pace chart: one picture, one sentence, one table, that say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from dure.movement.campaigns.types import IndicatorFacts
from dure.movement.standings.types import AheadDay, Outlook, PastDay
from dure.web.pace import about, pace_chart
from tests.web.cast import SLUG, Cast

FIRST = date(2026, 10, 1)
RICE = IndicatorFacts(1, 1, "output", "rice", "Rice", "sack", "of 80 kg")


def outlook(**changed: object) -> Outlook:
    past = tuple(
        PastDay(FIRST + timedelta(days=n), 100_000 * (n + 1), 80_000 * (n + 1), 150_000 * (n + 1))
        for n in range(10)
    )
    ahead = tuple(
        AheadDay(
            FIRST + timedelta(days=n),
            *(1_000_000 + step * (n - 9) for step in (60_000, 80_000, 100_000, 120_000, 140_000)),
        )
        for n in range(10, 20)
    )
    whole = Outlook(
        indicator=RICE,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=19),
        plan_milli=3_000_000,
        plan_line=((FIRST - timedelta(days=1), 0), (FIRST + timedelta(days=19), 3_000_000)),
        past=past,
        ahead=ahead,
    )
    return replace(whole, **changed)  # type: ignore[arg-type]  # fields of Outlook


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "1,600 to 2,400 sacks will be claimed by the last day (90 %). The plan will be missed."),
        ({"more_percent": 100}, "The plan will be missed. 100 % more each day would close the gap."),
        (
            {"finish": (date(2026, 10, 19), None, None), "more_percent": 4},
            "will probably be missed. 4 % more",
        ),
        (
            {"finish": (date(2026, 10, 12), date(2026, 10, 15), date(2026, 10, 19))},
            "The plan will most likely be met on 15 October (12 Oct to 19 Oct, 90 %).",
        ),
        (
            {"finish": (date(2026, 10, 12), date(2026, 10, 15), None)},
            "met on 15 October, but it may be missed.",
        ),
        (
            {"finish": (date(2026, 10, 9), date(2026, 10, 9), date(2026, 10, 10))},
            "has been reached, by what is claimed.",
        ),
        ({"plan_milli": None}, "2,400 sacks will be claimed by the last day (90 %)."),
        ({"ahead": ()}, "A forecast needs at least five days of work."),
        ({"ahead": (), "is_paused": True}, "The campaign is paused: nothing is forecast until it goes on."),
        # So far ahead that the last day isn't seen.
        (
            {"last_day": FIRST + timedelta(days=2_000)},
            "1,600 to 2,400 sacks will be claimed by 20 October 2026 (90 %).",
        ),
    ],
)
def test_the_sentence_says_what_the_picture_shows(changed: dict[str, object], says: str) -> None:
    chart = pace_chart(outlook(**changed))
    assert chart is not None
    assert says in chart.says


def test_lines_end_where_their_amounts_are() -> None:
    chart = pace_chart(outlook())
    assert chart is not None
    ends = {
        name: [float(part) for part in getattr(chart, name).split("L")[-1].split()]
        for name in ("plan", "claimed", "verified")
    }
    # The plan is three times what is claimed, and both rise from the foot of the picture.
    foot = chart.height - 30
    assert (foot - ends["plan"][1]) == pytest.approx(3 * (foot - ends["claimed"][1]), abs=0.5)
    assert (foot - ends["verified"][1]) == pytest.approx(0.8 * (foot - ends["claimed"][1]), abs=0.5)
    assert ends["claimed"][0] == pytest.approx((100 + 640) / 2, abs=0.5)


def test_the_table_has_the_last_known_day_and_the_last_day_of_all() -> None:
    chart = pace_chart(outlook())
    assert chart is not None
    listed = [row.day for row in chart.rows]
    assert len(listed) <= 16
    assert FIRST + timedelta(days=9) in listed
    assert listed[-1] == FIRST + timedelta(days=19)


def test_a_plan_that_is_due_earlier_is_level_from_there() -> None:
    line = [(FIRST - timedelta(days=1), 0), *((FIRST + timedelta(days=n), 3_000_000) for n in (4, 19))]
    chart = pace_chart(outlook(plan_line=tuple(line)))
    assert chart is not None
    points = [tuple(map(float, part.split())) for part in chart.plan.removeprefix("M").split("L")]
    assert len(points) == 3
    assert points[1][1] == points[2][1]
    assert points[1][0] == pytest.approx(100 + 540 / 4)
    none = pace_chart(outlook(plan_line=()))
    assert none is not None
    assert none.plan == ""


@pytest.mark.parametrize(
    ("milli", "shown"),
    [(0, "0"), (1_500, "1.5"), (3_874_173, "3,870"), (123_456_789_000, "123,000,000"), (99_960, "100")],
)
def test_a_forecast_is_told_with_three_digits(milli: int, shown: str) -> None:
    assert about(milli) == shown


def test_without_a_day_there_is_no_chart() -> None:
    assert pace_chart(None) is None
    assert pace_chart(outlook(past=(), ahead=())) is None


def test_the_campaigns_page_shows_the_chart(cast: Cast, client: Client) -> None:
    page = client.get(f"/c/{SLUG}/").content.decode()
    assert "Are we on pace?" in page
    assert "A forecast needs at least five days of work." in page
