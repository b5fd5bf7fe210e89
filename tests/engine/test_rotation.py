"""Everybody rests one week in so many, in order, however long a movement lasts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.plan.rotation import next_rest, resting_part

DAY = timedelta(days=1)
PARTS = st.integers(2, 12)
DAYS = st.dates(date(2026, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize("days", [200, 2_000, 20_000])
@pytest.mark.parametrize("parts", [2, 4, 12])
def test_of_a_long_campaign_every_part_rests_as_often_and_never_twice_in_a_row(days: int, parts: int) -> None:
    first = date(2026, 11, 2)  # a Monday
    weeks = [resting_part(first + 7 * number * DAY, parts) for number in range(days // 7)]

    counts = [weeks.count(part) for part in range(parts)]
    assert max(counts) - min(counts) <= 1
    assert all(weeks[at + parts] == part for at, part in enumerate(weeks[:-parts]))
    assert len(set(weeks[:parts])) == parts


@given(number=st.integers(0, 10**9), parts=PARTS, day=DAYS)
def test_the_next_rest_is_a_week_that_holds_the_day_or_comes_within_the_round(
    number: int, parts: int, day: date
) -> None:
    monday, sunday = next_rest(number, parts, day)

    assert (monday.weekday(), sunday - monday) == (0, 6 * DAY)
    assert sunday >= day
    assert monday - day < parts * 7 * DAY
    for one in (monday, sunday):
        assert resting_part(one, parts) == number % parts
    assert (monday <= day) == (resting_part(day, parts) == number % parts)


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2026, 10, 25)])
def test_leap_days_new_year_and_the_change_of_clocks_end_no_week(day: date) -> None:
    monday = day - timedelta(days=day.weekday())

    assert len({resting_part(monday + number * DAY, 4) for number in range(7)}) == 1
    assert resting_part(monday + 7 * DAY, 4) == (resting_part(day, 4) + 1) % 4
