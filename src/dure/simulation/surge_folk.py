"""How people in a surge behave: when they confirm, what they hand in, what they offer, when they leave and come back.

The shares are assumptions in round figures; where a source gives one it is named. Rows are sign-ups in the order of
their arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dure.simulation.pairs import Bools, Bytes, Floats, shares
from dure.simulation.surge import DAY_S, Scenario

CONFIRM_SHARE: Final = 0.95
# Most confirm while the telephone is still in their hand; some on the next day.
CONFIRM_MEDIAN_S: Final = 8 * 60
CONFIRM_SPREAD: Final = 1.6
# Of those who are invited: who does their own part (papers, a briefing date), and how long they take.
HAND_IN_SHARE: Final = 0.88
HAND_IN_MEDIAN_S: Final = 14 * 3600
HAND_IN_SPREAD: Final = 1.0
# Who leaves on a day, of those who wait; of those who were just told that they are not needed; of those who worked.
LEAVE_DAILY: Final = 0.0006
LEAVE_NOT_NEEDED: Final = 0.01
# Of those who left, who signs up again, and after how many days at most: on the hour at which they left.
RETURN_SHARE: Final = 0.1
RETURN_DAYS: Final = 15
# What people can offer, from the day after they signed up: (share, weekdays as 0 for Monday, from hour, to hour). The
# first is every day, offered by the surge's own share; the others share what is left.
# Neighbouring whole days mean "whenever you call".
OFFERS: Final = (
    (0.00, (0, 1, 2, 3, 4, 5, 6), 0, 24),
    (0.20, (0, 1, 2, 3, 4), 0, 24),
    (0.16, (5, 6), 0, 24),
    (0.12, (0, 1, 2), 0, 24),
    (0.10, (2, 3, 4), 0, 24),
    (0.04, (0, 2, 4), 8, 18),
    (0.04, (1, 3), 11, 20),
)
STREAM_FOLK, STREAM_DAY = 33, 34


@dataclass(frozen=True)
class Folk:
    """Traits by row. ``confirm_s``: seconds from signing up, infinite for who never does; ``hand_in_s`` the same from
    being invited. ``offer``: row of OFFERS. ``professional``: has the surge's profession, whatever else they know."""

    confirm_s: Floats
    hand_in_s: Floats
    offer: Bytes
    professional: Bools

    @property
    def count(self) -> int:
        return len(self.offer)


def folk(surge: Scenario, seed: int) -> Folk:
    """Traits of everybody who signs up; equal arguments give equal bytes."""
    dice = np.random.default_rng([seed, STREAM_FOLK])
    count = surge.signed_up
    confirm = CONFIRM_MEDIAN_S * np.exp(dice.normal(0, CONFIRM_SPREAD, count))
    hand_in = HAND_IN_MEDIAN_S * np.exp(dice.normal(0, HAND_IN_SPREAD, count))
    return Folk(
        confirm_s=np.where(dice.random(count) < CONFIRM_SHARE, confirm, np.inf),
        hand_in_s=np.where(dice.random(count) < HAND_IN_SHARE, hand_in, np.inf),
        offer=dice.choice(len(OFFERS), count, p=_offer_shares(surge)).astype(np.int8),
        professional=dice.random(count) < surge.professionals_share,
    )


def _offer_shares(surge: Scenario) -> Floats:
    of_others = (1 - surge.whole_time_share) * shares([share for share, *_ in OFFERS])
    of_others[0] = surge.whole_time_share
    return of_others


def free_days(surge: Scenario, offer: int, first_day: int) -> list[tuple[float, float]]:
    """Hours offered, as spans of hours after midnight of the call's day, from ``first_day`` to the end of the surge.

    None is longer than a day: whole days that touch are made one by who takes the sign-up.
    """
    _, weekdays, from_h, to_h = OFFERS[offer]
    return [
        (day * 24.0 + from_h, day * 24.0 + to_h)
        for day in range(first_day, surge.days + 1)
        if (surge.opens_at.weekday() + day) % 7 in weekdays
    ]


def leaving(rows: int, told_not_needed: Bools, day: int, seed: int) -> Bools:
    """Who leaves on a day, of ``rows`` people; ``told_not_needed``: who heard it since the day before."""
    dice = np.random.default_rng([seed, STREAM_DAY, day])
    gone: Bools = dice.random(rows) < np.where(told_not_needed, LEAVE_NOT_NEEDED, LEAVE_DAILY)
    return gone


def returning(count: int, day: int, seed: int) -> Floats:
    """Seconds after which each of ``count`` leavers signs up again; infinite for who does not."""
    dice = np.random.default_rng([seed, STREAM_DAY, day, 1])
    back = dice.random(count) < RETURN_SHARE
    return np.where(back, DAY_S * (1.0 + dice.integers(RETURN_DAYS, size=count)), np.inf)
