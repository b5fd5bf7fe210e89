"""Pace over several periods, with planned rest."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.engine.plan import pace
from dure.engine.plan.periods import Period, overlapping, schedule
from dure.kernel.must import Broken

FIRST = date(2024, 1, 1)  # a leap year


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def period(first: int, last: int, adds: int, *off: tuple[int, int]) -> Period:
    return Period(day(first), day(last), adds, tuple((day(one), day(other)) for one, other in off))


# A slow spring, a pause of ten days, a quick summer.
SEASONS = [period(1, 10, 100), period(21, 30, 300)]


@pytest.mark.parametrize(
    ("today", "done", "expected", "ahead"),
    [
        (0, 0, 0, 0),
        (5, 50, 50, 0),
        (10, 100, 100, 0),
        (15, 100, 100, 0),  # between the periods nobody falls behind
        (20, 100, 100, 0),
        (15, 130, 100, 1),
        (25, 250, 250, 0),
        (25, 100, 250, -5),
        (30, 400, 400, 0),
        (33, 370, 400, -4),  # one day's work missing, three days over time
        (300, 400, 400, 0),
    ],
)
def test_what_is_wanted_bends_from_period_to_period(today: int, done: int, expected: int, ahead: int) -> None:
    found = schedule(done_milli=done, periods=SEASONS, today=day(today))
    assert found is not None
    assert (found.expected_milli, found.days_ahead) == (expected, Fraction(ahead))


def test_nothing_is_wanted_of_planned_rest() -> None:
    weeks = [period(1, 20, 1_000, (6, 10), (16, 20))]
    for today, expected in ((5, 500), (8, 500), (10, 500), (11, 600), (15, 1_000), (18, 1_000), (20, 1_000)):
        found = schedule(done_milli=expected, periods=weeks, today=day(today))
        assert found is not None
        assert (found.expected_milli, found.days_ahead) == (expected, Fraction(0)), today


def test_a_level_rises_from_where_it_was() -> None:
    wells = [period(1, 10, 10)]
    found = schedule(done_milli=55, periods=wells, today=day(4), start_milli=50)
    assert found is not None
    assert (found.expected_milli, found.days_ahead) == (54, Fraction(1))
    fallen = schedule(done_milli=40, periods=wells, today=day(4), start_milli=50)
    assert fallen is not None
    assert fallen.days_ahead == -4


def test_a_period_of_rest_alone_wants_its_part_when_it_is_over() -> None:
    odd = [period(1, 5, 50), period(6, 8, 30, (6, 8))]
    assert [one.expected_milli for one in _at(odd, 5, 7, 8)] == [50, 50, 80]


def _at(periods: list[Period], *days: int) -> list:  # type: ignore[type-arg]  # Pace or None
    return [schedule(done_milli=0, periods=periods, today=day(number)) for number in days]


def test_without_a_plan_or_a_day_of_work_there_is_no_pace() -> None:
    assert schedule(done_milli=3, periods=[], today=FIRST) is None
    assert schedule(done_milli=3, periods=[period(1, 3, 0)], today=FIRST) is None
    assert schedule(done_milli=3, periods=[period(1, 3, 9, (1, 3))], today=FIRST) is None


def test_periods_that_overlap_or_take_back_are_a_bug() -> None:
    for wrong in ([period(1, 5, 1), period(5, 9, 1)], [period(1, 5, -1)], [period(5, 1, 1)]):
        with pytest.raises(Broken):
            schedule(done_milli=0, periods=wrong, today=FIRST)


def test_overlaps_are_found_whatever_the_order() -> None:
    assert overlapping([(day(1), day(3)), (day(4), day(6))]) is None
    assert overlapping([(day(4), day(6)), (day(1), day(4))]) == (1, 0)
    assert overlapping([(day(1), day(99)), (day(40), day(41)), (day(100), day(100))]) == (0, 1)


@given(
    done=st.integers(-10, 3_000),
    plan=st.integers(1, 2_000),
    days=st.integers(1, 20_000),
    today=st.integers(-5, 20_010),
    met=st.none() | st.integers(1, 20_010),
)
def test_one_period_is_the_pace_of_a_linear_plan(
    done: int, plan: int, days: int, today: int, met: int | None
) -> None:
    met_on = None if met is None else day(met)
    mine = schedule(done_milli=done, periods=[period(1, days, plan)], today=day(today), met_on=met_on)
    theirs = pace(
        done_milli=max(0, done),
        plan_milli=plan,
        first_day=FIRST,
        last_day=day(days),
        today=day(today),
        met_on=met_on,
    )
    assert mine == theirs


@given(
    lengths=st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 400), st.integers(0, 5_000)), min_size=1, max_size=6
    ),
    today=st.integers(0, 5_000),
)
def test_whoever_does_what_is_wanted_is_never_ahead_or_behind_by_a_day(
    lengths: list[tuple[int, int, int]], today: int
) -> None:
    start, periods = 1, []
    for gap, length, adds in lengths:
        periods.append(period(start + gap, start + gap + length - 1, adds))
        start += gap + length
    wanted = schedule(done_milli=0, periods=periods, today=day(today))
    if wanted is None:
        return
    on_plan = schedule(
        done_milli=wanted.expected_milli, periods=periods, today=min(day(today), periods[-1].last_day)
    )
    assert on_plan is not None
    assert on_plan.expected_milli == wanted.expected_milli
    assert 0 <= on_plan.days_earned <= on_plan.days_total
    # A day's part is rounded to a milli-unit, and a period that adds nothing is earned with the one before.
    slack = max(
        (Fraction(one.days, one.adds_milli) for one in periods if one.adds_milli), default=Fraction(0)
    )
    idle = sum(one.days for one in periods if not one.adds_milli)
    assert abs(on_plan.days_ahead) <= slack + idle
