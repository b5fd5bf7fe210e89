"""Early warnings leave teams in peace that work as ever, and find those that don't."""

from __future__ import annotations

import numpy as np
import pytest

from bench.supervision import PAST_DAYS, seconds_a_morning, told, wandering
from dure.simulation.reports import reports


@pytest.mark.parametrize("seed", [1, 2])
def test_of_a_hundred_teams_that_work_as_ever_at_most_one_is_warned_about_in_a_week(seed: int) -> None:
    share = told(reports(1_000, PAST_DAYS + 78, seed), PAST_DAYS).new_share_a_week
    assert 0.001 < share <= 0.01


def test_a_team_that_stops_is_told_within_two_weeks_and_others_are_left_in_peace() -> None:
    work = reports(400, PAST_DAYS + 28, 3)
    gone, others = slice(40, 80), slice(80, None)
    work.counts[gone, PAST_DAYS:] = 0
    work.amounts[gone, PAST_DAYS:] = 0
    silent = told(work, PAST_DAYS).silent
    assert silent[gone, :15].any(axis=1).mean() >= 0.8
    assert silent[others].any(axis=1).mean() < 0.05


def test_a_busy_team_that_does_a_tenth_of_its_work_is_told_within_three_weeks() -> None:
    work = reports(800, PAST_DAYS + 21, 3)
    busy = np.flatnonzero(work.counts[:, :PAST_DAYS].mean(axis=1) > 8)
    fallen = busy[busy >= 80][::4]
    work.amounts[fallen, PAST_DAYS:] *= 0.1
    assert len(fallen) > 20
    assert told(work, PAST_DAYS).down[fallen].any(axis=1).mean() >= 0.6


def test_the_rest_of_the_bench_measures_something() -> None:
    assert 0 <= wandering(50, 3) < 0.1
    assert seconds_a_morning(500) > 0
