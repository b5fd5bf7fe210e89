"""The match during the day: who does not come, what has become urgent, and everybody else left alone.

The day is matched again, whole and with the same proof, from the placement and the prices at hand. What is
different is one price: a pair with the post that somebody holds already costs ``stability_units`` less, so nobody
moves unless the day gains more than that by it. Whoever is on the way is not asked at all: their seat is taken out
before, like a placement agreed earlier.

A few bids mend such a day, if the auction is let. It starts from the placement, where few seats are empty at an epsilon
of 600 m: a coarser one lowers the price of an empty seat so far that the neighbourhood comes for it and has to be sent
back. Where many are empty it has to be coarse, or prices come down by crumbs. They are not lowered between the
phases, for everybody to raise again. A post that is new begins at the full value of its tier and bids for people as it
falls; where many begin at nothing, everybody near leaves their seat to bid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dure.engine.matching.facts import NO_POST, BoolArray, Int32Array, IntArray, ProblemRefused
from dure.engine.matching.market import Tell
from dure.engine.matching.problem import Problem
from dure.engine.matching.solution import Solution
from dure.engine.matching.solve import WORKERS, seat_standing, silent, solve

STABILITY_UNITS = 300  # staying is worth 3 km, as much as yesterday's post in the morning
STABILITY_MOST_UNITS = 100_000  # 1,000 km; keeps every pair cost within 32 bits
UNKNOWN_PRICE = -1


@dataclass(frozen=True, eq=False)
class Rematch:
    """The day after the re-match. ``problem`` holds the price of staying: value, costs and proof count it in."""

    problem: Problem
    solution: Solution
    moved: Int32Array  # rows of those who held a seat and have another one, or none, now


def rematch(
    problem: Problem,
    *,
    home: Int32Array,
    fixed: BoolArray,
    start_prices: IntArray,
    stability_units: int = STABILITY_UNITS,
    tell: Tell = silent,
    memory_max_bytes: int | None = None,
    workers: int = WORKERS,
) -> Rematch:
    """Match the day as it is now: people who do not come are not in ``problem``, urgent posts are.

    ``home`` (n,): the post row that each person holds, or -1. ``fixed`` (n,): who is on the way or there, and keeps
    it. ``start_prices`` (m, int64 units): what seats were worth in the morning, ``UNKNOWN_PRICE`` for a new post.
    Somebody who is not fixed and whose post is closed to them now, or has lost its seats, is matched anew.
    Time is that of finding all pairs, a few phases of the auction and the proof.

    Refuses with ProblemRefused columns of the wrong shape, and somebody fixed who may not have the seat they are
    kept in; with TooLarge what would need more than ``memory_max_bytes``.
    """
    _refuse_unsound(problem, home, fixed, start_prices, stability_units)
    standing = np.where(fixed, home, NO_POST).astype(np.int32)
    lost = fixed & ((home == NO_POST) | (seat_standing(problem, standing) != home))
    if lost.any():
        raise _refused(
            f"fixed: {int(lost.sum())} hold no seat that they may keep, first row {int(lost.argmax())}"
        )
    problem = replace(problem, kept_post=home, kept_units=stability_units)
    solution = solve(
        problem,
        standing=standing,
        start_prices=start_prices,
        start_posts=_still_there(problem, home, fixed),
        tell=tell,
        memory_max_bytes=memory_max_bytes,
        workers=workers,
    )
    moved = np.flatnonzero((home != NO_POST) & (solution.post_of != home)).astype(np.int32)
    return Rematch(problem, solution, moved)


def _still_there(problem: Problem, home: Int32Array, fixed: BoolArray) -> Int32Array:
    """(n,) where those who are not fixed sit: where they may, and as far as there are seats beside the fixed."""
    held = np.bincount(home[fixed], minlength=problem.posts.count)
    posts = replace(problem.posts, seats=(problem.posts.seats - held).astype(np.int32))
    return seat_standing(replace(problem, posts=posts), np.where(fixed, NO_POST, home).astype(np.int32))


def _refused(what: str) -> ProblemRefused:
    return ProblemRefused(count=1, first=what, faults=(what,))


def _refuse_unsound(
    problem: Problem, home: Int32Array, fixed: BoolArray, start_prices: IntArray, stability_units: int
) -> None:
    people, posts = (problem.people.count,), (problem.posts.count,)
    if home.shape != people or ((home < NO_POST) | (home >= problem.posts.count)).any():
        raise _refused("home: one post row or -1 for each person")
    if fixed.shape != people:
        raise _refused("fixed: one yes or no for each person")
    if start_prices.shape != posts:
        raise _refused("start_prices: one price for each post")
    if not 0 <= stability_units <= STABILITY_MOST_UNITS:
        raise _refused(f"stability_units: 0 to {STABILITY_MOST_UNITS}")
