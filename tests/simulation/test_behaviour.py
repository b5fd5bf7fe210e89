"""Synthetic behaviour: shares, honest rounding, over-claims, and a recount that knows nothing of claims."""

from __future__ import annotations

import numpy as np
import pytest

from dure.simulation.behaviour import (
    Answer,
    Output,
    answers,
    claim_factors,
    no_shows,
    output,
    recount,
    worked_minutes,
)
from dure.simulation.label import SYNTHETIC_LABEL
from dure.simulation.pairs import Floats, Ints

COUNT = 20_000
TEAMS = 400


@pytest.fixture(scope="module")
def team() -> Ints:
    return (np.arange(COUNT) % TEAMS).astype(np.int32)


@pytest.fixture(scope="module")
def factors() -> Floats:
    return claim_factors(TEAMS, seed=3)


@pytest.fixture(scope="module")
def harvest(team: Ints, factors: Floats) -> Output:
    """Five-hour shifts at 40 kg an hour."""
    minutes = worked_minutes(np.full(COUNT, 300), seed=3)
    return output(minutes, np.full(COUNT, 40.0), team, factors, seed=3)


def test_most_accept_some_decline_and_a_few_do_not_answer() -> None:
    shares = np.bincount(answers(COUNT, seed=3), minlength=3) / COUNT
    assert shares[Answer.ACCEPT] == pytest.approx(0.86, abs=0.02)
    assert shares[Answer.DECLINE] == pytest.approx(0.09, abs=0.02)
    assert shares[Answer.NONE] == pytest.approx(0.05, abs=0.02)


def test_about_three_in_a_hundred_do_not_come() -> None:
    assert no_shows(COUNT, seed=3).mean() == pytest.approx(0.03, abs=0.01)


def test_equal_seeds_give_equal_bytes_and_others_do_not(team: Ints, factors: Floats, harvest: Output) -> None:
    def once(seed: int) -> bytes:
        shift = worked_minutes(np.full(COUNT, 300), seed)
        parts = (answers(COUNT, seed), no_shows(COUNT, seed), shift, recount(harvest.true_milli, seed))
        claims = output(shift, np.full(COUNT, 40.0), team, claim_factors(TEAMS, seed), seed)
        return b"".join(part.tobytes() for part in (*parts, claims.true_milli, claims.claimed_milli))

    assert once(3) == once(3)
    assert once(3) != once(4)


@pytest.mark.parametrize("shift", [5, 240, 480])
def test_worked_minutes_stay_near_the_shift(shift: int) -> None:
    minutes = worked_minutes(np.full(1000, shift), seed=3)
    assert (minutes % 5 == 0).all()
    assert minutes.min() >= max(5, 0.85 * shift - 5)
    assert minutes.max() <= 1.05 * shift + 5


def test_output_is_hours_times_the_usual_rate_on_the_whole(harvest: Output) -> None:
    assert harvest.true_milli.mean() == pytest.approx(5 * 40_000 * 0.98, rel=0.02)
    assert harvest.true_milli.min() > 0


def test_work_that_is_not_weighed_has_no_output() -> None:
    nothing = output(np.full(5, 300, np.int32), np.zeros(5), np.zeros(5, np.int32), np.ones(1), seed=3)
    assert not nothing.true_milli.any()
    assert not nothing.claimed_milli.any()


def test_honest_teams_round_without_gain(team: Ints, factors: Floats, harvest: Output) -> None:
    honest = factors[team] == 1
    error = (harvest.claimed_milli - harvest.true_milli)[honest]
    assert (harvest.claimed_milli % 500 == 0).all()
    assert np.abs(error).max() <= 250
    assert abs(error.mean()) < 10


def test_most_teams_are_honest_some_claim_more_and_few_far_more(factors: Floats) -> None:
    assert 0.6 < (factors == 1).mean() < 0.8
    assert 0.18 < ((factors > 1) & (factors <= 1.1)).mean() < 0.34
    assert 0.01 < (factors > 1.15).mean() < 0.08
    assert factors.min() == 1


def test_a_recount_finds_the_truth_and_so_shows_an_over_claim(
    team: Ints, factors: Floats, harvest: Output
) -> None:
    found = recount(harvest.true_milli, seed=9)
    assert (np.abs(found - harvest.true_milli) <= 0.05 * harvest.true_milli + 50).all()
    assert found.sum() == pytest.approx(harvest.true_milli.sum(), rel=0.001)
    bold = np.flatnonzero(factors > 1.15)[0]
    rows = team == bold
    assert harvest.claimed_milli[rows].sum() / found[rows].sum() == pytest.approx(factors[bold], rel=0.01)


def test_nothing_is_recounted_as_nothing() -> None:
    assert recount(np.zeros(3, np.int64), seed=9).tolist() == [0, 0, 0]


def test_the_label_says_that_nobody_here_exists() -> None:
    assert SYNTHETIC_LABEL == "Synthetic people on real towns: nobody here exists."
