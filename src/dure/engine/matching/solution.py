"""The answer of a match, with all that a stranger needs to check that no better one exists."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dure.engine.matching.facts import BoolArray, Int32Array, IntArray
from dure.engine.matching.sides import SideReport

TIERS = 3


@dataclass(frozen=True, eq=False)
class Solution:
    """Who goes where, with the proof that no better day exists.

    ``value``, ``prices``, ``bound`` and ``closed`` speak about the people and seats that standing
    placements left over, in units of 10 m; everything else speaks about the whole day. With sides (groups and the
    like) they prove the match that knew none, ``relaxed``; ``side`` says how far from it the day had to go.
    """

    post_of: Int32Array  # (n,) row of the post, or -1
    standing: BoolArray  # (n,) seated before the match because it was agreed earlier
    prices: (
        IntArray  # (m,) in 1/price_scale of a unit: what one more seat there is worth; 0 where one is open
    )
    price_scale: int
    # (3, m) the tier proofs. Row t holds every post of tiers 1 to t with an open seat, and whoever could come
    # to a post of the row sits at a post of the row: so no way of moving people fills one more of its seats.
    closed: BoolArray
    tier_unit: int  # W: a seat of tier 1, 2, 3 is worth 3W, 2W, W
    value: int
    bound_scaled: int  # in 1/price_scale of a unit: no placement can be worth more
    cost_total: int  # units of 10 m, all placed people
    seats_by_tier: IntArray  # (3,)
    filled_by_tier: IntArray  # (3,)
    pairs: int  # feasible pairs considered
    travel_mean_m: float  # of those placed; 0 when nobody is
    side: SideReport | None = None
    relaxed: Int32Array | None = None  # (n,) the match before sides were settled; None without any
    extra_person: Int32Array = field(default_factory=lambda: np.zeros(0, np.int32))  # rows: further shifts …
    extra_post: Int32Array = field(default_factory=lambda: np.zeros(0, np.int32))  # … and where

    @property
    def proven_post_of(self) -> Int32Array:
        """(n,) the placement that prices, value and tier proofs speak about."""
        return self.post_of if self.relaxed is None else self.relaxed

    @property
    def bound(self) -> int:
        """No placement can be worth more, in whole units, as every value is whole."""
        return self.bound_scaled // self.price_scale

    @property
    def gap_units(self) -> float:
        """How far the bound lies above the value, before it is rounded. Below one unit: proven best."""
        return (self.bound_scaled - self.value * self.price_scale) / self.price_scale

    @property
    def proven(self) -> bool:
        return self.bound == self.value
