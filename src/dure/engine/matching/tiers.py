"""The proof that the tiers come first: for each tier prefix, a set of posts that nobody could help to fill.

Seats that can be filled together form a transversal matroid, so the fill of tiers 1 to t is largest exactly when
no augmenting path exists (Berge 1957). The search runs backwards from the open seats of the prefix: whoever
could come to a post it reached and sits at a post of the prefix adds that post; whoever could come and sits
elsewhere, or nowhere, begins an augmenting path. The posts reached in the end are the proof, and one look at
everybody's pairs checks it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from dure.engine.compiled import bare
from dure.engine.matching.facts import BoolArray, Int8Array, IntArray
from dure.engine.matching.pairs import Pairs, Word, Words
from dure.engine.matching.solution import TIERS

Bytes = npt.NDArray[np.uint8]
GREW, FAILED = 1 << 30, 1 << 29


@bare
def _reach(
    first: int,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    own: Words,
    none: Word,
    tier: Int8Array,
    reached: Bytes,
) -> int:
    """Look at a block's people once; bit t - 1 of ``reached`` (m,) is the set of tiers 1 to t.

    Threads may overwrite each other's bits here. Whoever wrote reports growth, so another look follows, and the
    set in the end is the same whatever the order: the least one that is closed.
    """
    mask = (1 << post_bits) - 1
    answer = 0
    for row in range(len(ptr) - 1):
        could = np.uint8(0)
        for at in range(ptr[row], ptr[row + 1]):
            could |= reached[np.int64(words[at]) & mask]
        if could == 0:
            continue
        inside = np.uint8(0)
        packed = own[first + row]
        if packed != none:
            post = np.int64(packed) & mask
            inside = np.uint8(0xFF << (tier[post] - 1))
            if could & inside & ~reached[post]:
                reached[post] |= could & inside
                answer |= GREW
        if could & ~inside:
            answer |= FAILED
    return answer


def closed_sets(
    pairs: Pairs, own: Words, none: Word, tier: Int8Array, open_seats: BoolArray, *, pool: ThreadPoolExecutor
) -> BoolArray | None:
    """(3, m) the proofs of the three prefixes, or None where more seats of one can be filled.

    ``own``: the word each person holds; ``open_seats`` (m,): posts with a seat to fill.
    """
    prefix = np.arange(1, TIERS + 1)[:, None]
    start = open_seats & (tier <= prefix)
    reached = (start * (1 << (prefix - 1))).sum(axis=0).astype(np.uint8)

    def look(number: int) -> int:
        block = pairs.blocks[number]
        return _reach(block.first, block.ptr, block.words, pairs.post_bits, own, none, tier, reached)

    answer = GREW
    while answer & GREW:
        answer = 0
        for told in pool.map(look, range(len(pairs.blocks))):
            answer |= told
        if answer & FAILED:
            return None
    proofs: BoolArray = (reached & (1 << (prefix - 1))) > 0
    return proofs
