"""What a coordinator does by hand: tier by tier, who waited longest first, the nearest open post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numba.typed import List

from bench.peers.pairs import all_pairs
from dure.engine.compiled import compiled
from dure.engine.matching import NO_POST, Problem
from dure.engine.matching.facts import Int8Array, Int32Array, IntArray


@compiled
def _take_turns(
    order: IntArray,
    firsts: IntArray,
    ptrs: list[IntArray],
    words: list[npt.NDArray[Any]],
    post_bits: int,
    tier: Int8Array,
    left: IntArray,
    placed: Int32Array,
) -> None:
    """Seat people one after another in the cheapest open post of the tier; rows are those of the layout."""
    mask = (1 << post_bits) - 1
    for now in range(1, 4):
        for person in order:
            if placed[person] >= 0:
                continue
            block = np.searchsorted(firsts, person, side="right") - 1
            # Taken out of the lists here: inside the loop that would be most of the time.
            ptr, own_words, row = ptrs[block], words[block], person - firsts[block]
            least = np.int64(1) << 62
            for pair in range(ptr[row], ptr[row + 1]):
                word = np.int64(own_words[pair])
                post = word & mask
                if word < least and tier[post] == now and left[post] > 0:
                    least = word
            if least < np.int64(1) << 62:
                placed[person] = least & mask
                left[least & mask] -= 1


def greedy(problem: Problem, *, workers: int, tell: Callable[[str], None]) -> Int32Array:
    """(n,) post rows or -1. Nearest by the published price list, so a cause they prefer counts as nearer.

    It has no proof.
    """
    pairs = all_pairs(problem, workers)
    tell("pairs")
    people, posts = pairs.layout.people, pairs.layout.posts
    placed = np.full(len(people), NO_POST, np.int32)
    if pairs.blocks:
        _take_turns(
            np.argsort(-problem.people.days_waited[people], kind="stable"),
            np.array([block.first for block in pairs.blocks], np.int64),
            List([block.ptr for block in pairs.blocks]),
            List([block.words for block in pairs.blocks]),
            pairs.post_bits,
            problem.posts.tier[posts],
            problem.posts.seats[posts].astype(np.int64),
            placed,
        )
    post_of = np.full(problem.people.count, NO_POST, np.int32)
    post_of[people] = np.where(placed == NO_POST, NO_POST, posts[placed])
    tell("turns")
    return post_of
