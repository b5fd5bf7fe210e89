"""How synthetic people behave: answers, no-shows, work, claims, and what a recount would find.

What truly happened (``true_milli``) stays in here: rooms are given the claim, the audit is given ``recount``.
Rows are placements in the order the caller keeps them; equal arguments give equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from dure.simulation.pairs import Bools, Bytes, Floats, Ints, Longs

ANSWER_SHARES: Final = (0.86, 0.09, 0.05)
NO_SHOW_SHARE: Final = 0.03
# Teams by how they report: as weighed; up to a tenth more; far more.
REPORTING_SHARES: Final = (0.70, 0.26, 0.04)
CLAIM_STEP_MILLI: Final = 500
RECOUNT_STEP_MILLI: Final = 100
# Spread of output between people in the same hour, and of a checker's scale.
OUTPUT_SPREAD: Final = 0.25
RECOUNT_SPREAD: Final = 0.01
STREAM_ANSWERS, STREAM_NO_SHOWS, STREAM_MINUTES, STREAM_OUTPUT, STREAM_TEAMS, STREAM_RECOUNT = range(10, 16)


class Answer(IntEnum):
    """What somebody does with an offer."""

    ACCEPT = 0
    DECLINE = 1
    NONE = 2


@dataclass(frozen=True)
class Output:
    """Output by person and shift in milli-units: what there truly was and what the captain wrote down."""

    true_milli: Longs
    claimed_milli: Longs


def answers(count: int, seed: int) -> Bytes:
    """``Answer`` codes to ``count`` offers: 86 % accept, 9 % decline, 5 % give no answer."""
    dice = np.random.default_rng([seed, STREAM_ANSWERS])
    return dice.choice(np.array(list(Answer), np.uint8), count, p=ANSWER_SHARES)


def no_shows(count: int, seed: int) -> Bools:
    """Which of ``count`` people who accepted don't come: 3 %."""
    absent: Bools = np.random.default_rng([seed, STREAM_NO_SHOWS]).random(count) < NO_SHOW_SHARE
    return absent


def worked_minutes(shift_minutes: Longs, seed: int) -> Ints:
    """Minutes really worked, in steps of five: 85 % to 105 % of the shift, never under five."""
    dice = np.random.default_rng([seed, STREAM_MINUTES])
    share = np.clip(dice.normal(0.98, 0.04, len(shift_minutes)), 0.85, 1.05)
    steps = np.maximum(1, np.round(shift_minutes * share / 5))
    minutes: Ints = (steps * 5).astype(np.int32)
    return minutes


def claim_factors(team_count: int, seed: int) -> Floats:
    """By team, claim over truth: 70 % honest (1.0), 26 % up to a tenth over, 4 % by 20 to 60 %."""
    dice = np.random.default_rng([seed, STREAM_TEAMS])
    habit = dice.choice(3, team_count, p=REPORTING_SHARES)
    over = np.choose(
        habit, [np.zeros(team_count), dice.uniform(0, 0.1, team_count), dice.uniform(0.2, 0.6, team_count)]
    )
    factors: Floats = 1 + over
    return factors


def output(minutes: Ints, kg_per_hour: Floats, team: Ints, factors: Floats, seed: int) -> Output:
    """Kilograms (as milli-units) brought in by each placement.

    ``minutes`` worked; ``kg_per_hour`` usual for the post, zero where work isn't weighed; ``team`` row of the
    placement's team in ``factors`` (from :func:`claim_factors`). People differ by a log-normal factor of
    mean 1. Claims are in steps of half a kilogram, rounded to the nearest: an honest team errs both ways
    alike.
    """
    dice = np.random.default_rng([seed, STREAM_OUTPUT])
    pace = np.exp(dice.normal(-(OUTPUT_SPREAD**2) / 2, OUTPUT_SPREAD, len(minutes)))
    true_milli = np.round(minutes / 60 * kg_per_hour * pace * 1000).astype(np.int64)
    claimed = np.round(true_milli * factors[team] / CLAIM_STEP_MILLI).astype(np.int64) * CLAIM_STEP_MILLI
    return Output(true_milli, claimed)


def recount(true_milli: Longs, seed: int) -> Longs:
    """What a checker from elsewhere finds: the truth with 1 % error of the scale, in steps of 100 g."""
    dice = np.random.default_rng([seed, STREAM_RECOUNT])
    error = np.clip(dice.normal(1, RECOUNT_SPREAD, len(true_milli)), 0.95, 1.05)
    found: Longs = np.round(true_milli * error / RECOUNT_STEP_MILLI).astype(np.int64) * RECOUNT_STEP_MILLI
    return found
