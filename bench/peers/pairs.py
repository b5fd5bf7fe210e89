"""The feasible pairs that peers choose from: found by our own finder, as it is the fastest there is for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dure.engine.matching import Problem
from dure.engine.matching.layout import layout
from dure.engine.matching.pairs import Finder, Pairs, find_pairs


def all_pairs(problem: Problem, workers: int) -> Pairs:
    """Every feasible pair of the day."""
    everyone = np.ones(problem.people.count, np.bool_)
    with ThreadPoolExecutor(workers) as pool:
        return find_pairs(Finder(problem, layout(problem, everyone)), pool=pool)
