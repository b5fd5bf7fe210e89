"""Forecasts: sums ahead, the day of the end, and bands that hold as often as they say (F10)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.plan.forecast import LEVELS, NEVER, forecast
from dure.simulation.series import daily_amounts

MONDAY = 0


def test_even_work_goes_on_and_ends_when_the_rest_is_done() -> None:
    told = forecast(np.full((1, 28), 10.0), first_weekday=MONDAY, days=40)
    assert told.level[0] == pytest.approx(10)
    assert told.sums[0, 6, 2] == pytest.approx(70)
    assert told.finish(np.array([100.0]))[0, 2] == 10
    earliest, early, middle, late, latest = told.finish(np.array([200.0]))[0]
    assert earliest <= early <= middle <= late <= latest
    assert latest - earliest <= 5


def test_a_day_of_rest_is_no_day_of_work() -> None:
    week = [20.0, 20, 20, 20, 20, 20, 0]
    told = forecast(np.array([week * 8]), first_weekday=MONDAY, days=14)
    monday_to_saturday, sunday = told.sums[0, 5, 2], told.sums[0, 6, 2] - told.sums[0, 5, 2]
    assert monday_to_saturday == pytest.approx(120, rel=0.05)
    assert sunday < 5


def test_weekdays_are_those_of_the_calendar() -> None:
    week = [20.0, 20, 20, 20, 20, 20, 0]
    from_sunday = np.array([([0.0, *week[:6]]) * 8])
    told = forecast(from_sunday, first_weekday=6, days=2)
    assert told.sums[0, 0, 2] < 5 < told.sums[0, 1, 2]


def test_a_place_with_few_days_of_work_gets_no_band_and_no_day() -> None:
    daily = np.zeros((3, 20))
    daily[0, 3:7] = 9.0
    daily[1] = 9.0
    told = forecast(daily, first_weekday=MONDAY, days=10)
    assert np.isnan(told.level).tolist() == [True, False, True]
    assert np.isnan(told.sums[0]).all()
    finish = told.finish(np.array([5.0, 5.0, 0.0]))
    assert finish[:, 2].tolist() == [NEVER, 1, 0]


def test_what_cannot_be_done_in_the_days_left_is_never_done() -> None:
    told = forecast(np.full((1, 28), 10.0), first_weekday=MONDAY, days=5)
    assert told.finish(np.array([1000.0]))[0].tolist() == [NEVER] * 5


def test_the_unit_does_not_matter_and_nothing_else_is_looked_at() -> None:
    daily = daily_amounts(20, 40, seed=3)
    once = forecast(daily, first_weekday=2, days=30)
    scaled = forecast(daily * 1000, first_weekday=2, days=30)
    assert np.allclose(scaled.sums, once.sums * 1000)


def test_bands_lie_in_order_and_sums_grow() -> None:
    told = forecast(daily_amounts(50, 30, seed=4), first_weekday=MONDAY, days=60)
    assert (np.diff(told.sums, axis=2) >= 0).all()
    assert (np.diff(told.sums[:, :, 2], axis=1) >= 0).all()


def test_days_of_rest_add_nothing_and_teach_nothing() -> None:
    daily = np.full((1, 28), 10.0)
    daily[0, 14:21] = 0
    # Somebody worked on one of them all the same.
    daily[0, 17] = 400.0
    rests = np.zeros(28 + 14, dtype=np.bool_)
    rests[14:21] = rests[30:33] = True
    told = forecast(daily, first_weekday=MONDAY, days=14, rests=rests)
    assert told.level[0] == pytest.approx(10)
    middle = told.sums[0, :, 2]
    assert middle[1] == pytest.approx(20)
    assert middle[2:5] == pytest.approx(middle[1])
    assert middle[13] == pytest.approx(110)
    assert told.finish(np.array([25.0]))[0, 2] == 6


def test_a_past_of_nothing_but_rest_carries_no_band() -> None:
    told = forecast(
        np.full((1, 20), 10.0), first_weekday=MONDAY, days=5, rests=np.array([True] * 20 + [False] * 5)
    )
    assert np.isnan(told.level[0])


@given(seed=st.integers(0, 50), past=st.integers(8, 60), days=st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_looking_further_ahead_does_not_change_what_is_near(seed: int, past: int, days: int) -> None:
    daily = daily_amounts(5, past, seed)
    near = forecast(daily, first_weekday=3, days=days)
    far = forecast(daily, first_weekday=3, days=days + 20)
    assert np.allclose(far.sums[:, :days], near.sums, equal_nan=True)


def test_a_place_among_many_quiet_ones_and_few_wild_ones_has_a_narrow_inner_band() -> None:
    """Work that is as usual on most days and fails on a few: half of the days lie close to the middle."""
    dice = np.random.default_rng(5)
    daily = dice.normal(100, 2, (40, 90))
    daily[dice.random((40, 90)) < 0.08] = 10
    told = forecast(daily[:, :60], first_weekday=MONDAY, days=1)
    outer = np.log(told.sums[:, 0, 4] / told.sums[:, 0, 0])
    inner = np.log(told.sums[:, 0, 3] / told.sums[:, 0, 1])
    assert (inner < 0.35 * outer).all()  # of a normal distribution it is 0.41


@pytest.mark.parametrize("past", [14, 28, 56])
@pytest.mark.parametrize("ahead", [1, 7, 28, 56])
def test_ninety_percent_bands_hold_85_to_97_percent_of_the_time(past: int, ahead: int) -> None:
    """600 places of twelve countries; the table of both bands, also on real series, is `python -m bench.forecast`."""
    held = tried = 0
    for seed in range(12):
        amounts = daily_amounts(50, past + ahead, seed)
        told = forecast(amounts[:, :past], first_weekday=MONDAY, days=ahead)
        truth = amounts[:, past:].sum(axis=1)
        known = ~np.isnan(told.level)
        low, high = told.sums[known, -1, 0], told.sums[known, -1, LEVELS.index(0.95)]
        held += int(((truth[known] >= low) & (truth[known] <= high)).sum())
        tried += int(known.sum())
    assert 0.85 <= held / tried <= 0.97
