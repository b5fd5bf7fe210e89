"""Early warnings: what they find. How seldom they cry wolf is tried in tests/bench."""

from __future__ import annotations

import numpy as np
import pytest

from dure.engine.plan.signals import Ints, days_of_work, drop, silence

DAYS = 56
NO_REST = np.zeros(DAYS, dtype=np.bool_)


def _days(*spans: tuple[int, int]) -> Ints:
    """Contributions of one team: each span is (days, how many on each of them)."""
    return np.repeat([count for _, count in spans], [days for days, _ in spans])[None, :].astype(np.int64)


def _silent(counts: Ints) -> tuple[int, bool]:
    expected = np.ones(counts.shape, dtype=np.bool_)
    found = silence(counts, expected, first_weekday=0)
    return int(found.days[0]), bool(found.is_warned[0])


@pytest.mark.parametrize(
    ("counts", "silent_days", "is_warned"),
    [
        (_days((52, 5), (4, 0)), 4, True),
        (_days((54, 5), (2, 0)), 2, False),  # two days may be anything
        (_days((20, 5), (6, 0), (26, 5), (4, 0)), 4, False),  # it had a longer rest before
        (_days((20, 5), (6, 0), (20, 5), (10, 0)), 10, True),
        (_days((50, 0), (6, 5)), 0, False),  # it began last week
        (_days((50, 0), (3, 5), (3, 0)), 3, False),  # hardly known: a week is waited for
        (_days((40, 0), (6, 5), (10, 0)), 10, True),
        (_days((56, 0)), 0, False),  # it never began: it can't have stopped
        (np.tile([[5, 0, 0, 0]], 14), 3, False),  # every fourth day is its habit
        (np.hstack([np.tile([[5, 0, 0, 0]], 8), np.zeros((1, 24), np.int64)]), 27, True),
    ],
)
def test_a_silence_is_judged_by_the_teams_own_habit(counts: Ints, silent_days: int, is_warned: bool) -> None:
    assert _silent(counts) == (silent_days, is_warned)


def test_a_team_that_never_works_on_sundays_is_not_missed_on_a_sunday() -> None:
    counts = np.where(np.arange(DAYS) % 7 == 6, 0, 4)[None, :]
    counts[0, -3:] = 0  # Friday, Saturday, Sunday
    friday_to_sunday = silence(counts, np.ones((1, DAYS), dtype=np.bool_), first_weekday=0)
    counts[0, -4] = 0
    from_thursday = silence(counts, np.ones((1, DAYS), dtype=np.bool_), first_weekday=0)
    # The Sunday says next to nothing, each day of work the more.
    assert friday_to_sunday.chance[0] > 10 * from_thursday.chance[0]
    assert from_thursday.is_warned[0]


def test_rest_and_days_on_which_nobody_worked_are_no_silence() -> None:
    counts = np.full((40, DAYS), 3, dtype=np.int64)
    counts[:, -3:] = 0  # a storm
    counts[0, -6:] = 0  # and one team that stopped before it
    groups = np.zeros(40, dtype=np.int64)
    expected = days_of_work(counts, groups=groups, is_rest=NO_REST, first_weekday=0)
    found = silence(counts, expected, first_weekday=0)
    assert found.is_warned.tolist() == [True] + [False] * 39
    assert found.days.tolist() == [3] + [0] * 39
    is_rest = NO_REST.copy()
    is_rest[-6:] = True
    resting = days_of_work(counts, groups=groups, is_rest=is_rest, first_weekday=0)
    assert not silence(counts, resting, first_weekday=0).is_warned.any()


def test_a_region_that_stays_silent_is_told_after_all() -> None:
    counts = np.full((30, DAYS), 3, dtype=np.int64)
    counts[:, -8:] = 0
    expected = days_of_work(counts, groups=np.zeros(30, np.int64), is_rest=NO_REST, first_weekday=0)
    assert silence(counts, expected, first_weekday=0).is_warned.all()


def _steady(teams: int, seed: int) -> Ints:
    return np.random.default_rng(seed).poisson(8, (teams, DAYS)).astype(np.int64)


@pytest.mark.parametrize(("left", "is_warned"), [(1.0, False), (0.8, False), (0.4, True), (0.1, True)])
def test_a_drop_is_told_when_chance_does_not_explain_it(left: float, is_warned: bool) -> None:
    counts = _steady(1, 3)
    amounts = counts.astype(np.float64) * 20_000
    amounts[0, -7:] *= left
    found = drop(amounts, counts, np.ones((1, DAYS), np.bool_), groups=np.zeros(1, np.int64), first_weekday=0)
    assert bool(found.is_warned[0]) is is_warned
    assert found.done[0] == pytest.approx(amounts[0, -int(found.days[0]) :].sum())
    assert found.expected[0] == pytest.approx(amounts[0, : DAYS - 7].mean() * found.days[0], rel=0.05)


def test_what_every_team_of_a_region_loses_is_nobodys_own_drop() -> None:
    counts = _steady(30, 4)
    amounts = counts.astype(np.float64) * 20_000
    amounts[:, -7:] *= 0.4
    one_group = np.zeros(30, np.int64)
    expected = np.ones((30, DAYS), np.bool_)
    assert not drop(amounts, counts, expected, groups=one_group, first_weekday=0).is_warned.any()
    amounts[7, -7:] *= 0.2
    assert np.flatnonzero(
        drop(amounts, counts, expected, groups=one_group, first_weekday=0).is_warned
    ).tolist() == [7]


def test_a_small_or_young_team_is_not_judged_by_a_thin_week() -> None:
    counts = np.random.default_rng(5).poisson(0.4, (1, DAYS)).astype(np.int64)
    counts[0, -7:] = 0
    counts[0, -8] = 1
    amounts = counts.astype(np.float64) * 20_000
    one = np.zeros(1, np.int64)
    assert not drop(amounts, counts, np.ones((1, DAYS), np.bool_), groups=one, first_weekday=0).is_warned[0]
    young = _steady(1, 6)
    young[0, :40] = 0
    young[0, -7:] = 0
    found = drop(
        young.astype(np.float64) * 1_000, young, np.ones((1, DAYS), np.bool_), groups=one, first_weekday=0
    )
    assert np.isnan(found.done[0])
    assert not found.is_warned[0]
