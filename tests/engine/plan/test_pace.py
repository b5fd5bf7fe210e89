"""Days ahead and behind."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from dure.engine.plan import Pace, pace
from dure.kernel.must import Broken

FIRST = date(2024, 1, 1)  # a leap year: 200 days end on 18 July
LAST = FIRST + timedelta(days=199)


def at(*, day: int, done: int, met_day: int | None = None) -> Pace:
    found = pace(
        done_milli=done,
        plan_milli=200_000,
        first_day=FIRST,
        last_day=LAST,
        today=FIRST + timedelta(days=day - 1),
        met_on=None if met_day is None else FIRST + timedelta(days=met_day - 1),
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("day", "done", "expected", "ahead"),
    [
        (1, 1_000, 1_000, 0),
        (50, 60_000, 50_000, 10),
        (50, 40_000, 50_000, -10),
        (50, 0, 50_000, -50),
        (200, 200_000, 200_000, 0),
        (210, 190_000, 200_000, -20),
        (0, 5_000, 0, 5),
        (-9, 0, 0, 0),
    ],
)
def test_days_ahead_are_days_of_plan_earned_less_days_gone(
    day: int, done: int, expected: int, ahead: int
) -> None:
    found = at(day=day, done=done)
    assert found.expected_milli == expected
    assert found.days_ahead == ahead


def test_part_of_a_day_is_kept_exactly() -> None:
    assert at(day=50, done=50_500).days_ahead == Fraction(1, 2)


def test_a_plan_met_early_stays_ahead_by_the_day_it_was_met() -> None:
    assert at(day=75, done=200_000).days_ahead == 125
    assert at(day=199, done=240_000, met_day=75).days_ahead == 125


def test_a_plan_met_is_never_shown_behind_but_one_met_late_is() -> None:
    assert at(day=300, done=200_000).days_ahead == 0
    assert at(day=300, done=200_000, met_day=210).days_ahead == -10


def test_no_plan_has_no_pace() -> None:
    assert pace(done_milli=5, plan_milli=None, first_day=FIRST, last_day=LAST, today=FIRST) is None


def test_a_campaign_that_ends_before_it_begins_is_a_bug() -> None:
    with pytest.raises(Broken):
        pace(done_milli=5, plan_milli=5, first_day=LAST, last_day=FIRST, today=FIRST)
