"""Rest weeks: every so many weeks, whole, and never at the very end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.plan.rest import rest_weeks


@given(
    first=st.dates(date(2000, 1, 1), date(2100, 1, 1)), days=st.integers(1, 3_000), every=st.integers(2, 52)
)
def test_work_and_rest_take_turns_and_a_campaign_ends_with_work(first: date, days: int, every: int) -> None:
    last = first + timedelta(days=days - 1)

    found = rest_weeks(first, last, every_weeks=every)

    before = first
    for start, end in found:
        assert (end - start).days == 6
        assert (start - before).days == 7 * (every - 1)
        assert end < last
        before = end + timedelta(days=1)
    # No further one would fit.
    assert (last - before).days < 7 * every


@pytest.mark.parametrize(("days", "weeks"), [(40, 0), (200, 3), (2_000, 35), (20_000, 357)])
def test_the_longer_a_campaign_the_more_rest(days: int, weeks: int) -> None:
    first = date(2026, 10, 1)

    assert len(rest_weeks(first, first + timedelta(days=days - 1))) == weeks
