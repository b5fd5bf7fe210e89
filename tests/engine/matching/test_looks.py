"""A look at all pairs, in which whoever no price fell for is spared, gives the bound that a look by everybody gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bench.synthetic_day import synthetic_problem
from dure.engine.matching.facts import IntArray
from dure.engine.matching.layout import layout
from dure.engine.matching.market import Market
from dure.engine.matching.pairs import Finder, find_pairs
from dure.engine.matching.solve import regions_of

PEOPLE = 3_000
PRICE_MOST_UNITS = 60_000


def _by_everybody(market: Market) -> int:
    """The people's part of the bound, from all pairs, one person after the other."""
    pairs, total = market.pairs, 0
    for block in pairs.blocks:
        words = block.words.astype(np.int64)
        net = market.net[words & market.mask] - market.scale * (words >> pairs.post_bits)
        for row in range(len(block.ptr) - 1):
            mine = net[block.ptr[row] : block.ptr[row + 1]]
            extra = market.scale * int(pairs.bonus[block.first + row])
            total += max(0, int(mine.max(initial=-(1 << 61))) + extra)
    return total


@pytest.mark.parametrize("units", [1, 30, 3_000])
def test_the_bound_of_a_look_is_that_of_all_pairs(units: int) -> None:
    problem = synthetic_problem(PEOPLE, seed=3)
    everybody = np.ones(PEOPLE, np.bool_)
    dice = np.random.default_rng(units)
    with ThreadPoolExecutor(2) as pool:
        order = layout(problem, everybody)
        pairs = find_pairs(Finder(problem, order), pool=pool)
        value = np.full(len(order.posts), 90_000, np.int64)
        seats = problem.posts.seats[order.posts].astype(np.int64)
        market = Market(pairs, value, seats, pool=pool, regions=regions_of(problem, order))
        market.start_from(dice.integers(0, PRICE_MOST_UNITS, len(order.posts)))
        market.look(cold=True, wide=3)
        assert market.people_bound == _by_everybody(market)
        for _ in range(8):
            few, many = dice.random((2, market.posts)) < [[0.05], [0.3]]
            moved: IntArray = dice.integers(-units, units + 1, market.posts) * market.scale
            market.net += np.where(few, moved, 0)
            # Some look in between, while prices are dearer that then fall to what they were.
            dearer = np.where(many, np.abs(moved), 0)
            market.net -= dearer
            market.look_again(dice.choice(len(market.own), 1_000, replace=False).astype(np.int32))
            market.net += dearer

            market.look()

            assert market.people_bound == _by_everybody(market)
