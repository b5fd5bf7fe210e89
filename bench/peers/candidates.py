"""All feasible pairs of a day held at once, as the reference wants them: found by the checker's finder, not by ours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dure.engine.matching import Problem
from dure.engine.matching.enumerate import every_pair
from dure.engine.matching.facts import BoolArray, Int32Array, IntArray


@dataclass(frozen=True, eq=False)
class Candidates:
    """Feasible pairs grouped by post (compressed columns): those of post ``j`` are ``ptr[j]:ptr[j + 1]``.

    ``ptr`` is (m + 1,) int64; ``person`` (pairs,) int32 rows, rising within a post; ``cost`` (pairs,)
    int32 in units of 10 m.
    """

    ptr: IntArray
    person: Int32Array
    cost: Int32Array

    @property
    def count(self) -> int:
        return len(self.person)

    def posts(self, start: int, stop: int) -> Int32Array:
        """The post row of each pair of the posts ``start`` to ``stop``."""
        return np.repeat(np.arange(start, stop, dtype=np.int32), np.diff(self.ptr[start : stop + 1]))

    def blocks(self, pair_count_max: int = 1 << 20) -> list[tuple[int, int]]:
        """Runs of posts that hold about ``pair_count_max`` pairs each (more only where one post does)."""
        cuts = [0]
        while cuts[-1] < len(self.ptr) - 1:
            stop = int(np.searchsorted(self.ptr, self.ptr[cuts[-1]] + pair_count_max, side="right")) - 1
            cuts.append(max(stop, cuts[-1] + 1))
        return list(pairwise(cuts))


def candidates(problem: Problem, *, among: BoolArray | None = None) -> Candidates:
    """All feasible pairs of the people ``among`` (n, bool; default everyone): 8 bytes a pair."""
    ptr = np.zeros(problem.posts.count + 1, np.int64)
    persons, costs = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    for these in every_pair(problem, among=among):
        rising = np.argsort(these.person)
        persons.append(these.person[rising].astype(np.int32))
        costs.append(these.cost[rising].astype(np.int32))
        ptr[these.post + 1] = ptr[these.post] + len(these.person)
    return Candidates(ptr, np.concatenate(persons), np.concatenate(costs))
