"""Columns: the few best pairs that each person looks at, and who looks at each post.

A person's columns are their best pairs at the prices of the last look at all pairs, which is column generation
(L. R. Ford and D. R. Fulkerson, A suggested computation for maximal multi-commodity network flows, Management
Science 5 (1958)) with a scan for the pricing problem. The look also gives the people's part of the dual bound.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from dure.engine.compiled import bare, compiled
from dure.engine.matching.facts import Int32Array, IntArray
from dure.engine.matching.pairs import STRETCH, Block, Pairs, Word, Words

Slots = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]
LOWEST = -(1 << 61)
CROSSING = -1


@compiled
def _region(columns: Words, none: Word, mask: np.uint64, region_of_post: npt.NDArray[np.int8]) -> int:
    """The region that all of one person's columns lie in, or CROSSING."""
    if columns[0] == none:
        return CROSSING
    region = region_of_post[np.uint64(columns[0]) & mask]
    for place in range(1, len(columns)):
        if columns[place] == none:
            break
        if region_of_post[np.uint64(columns[place]) & mask] != region:
            return CROSSING
    return int(region)


@compiled
def refresh(
    rows: Int32Array,
    first: int,
    ptr: IntArray,
    words: Words,
    reach_at: IntArray,
    reach: Words,
    post_bits: int,
    net: IntArray,
    scale: int,
    bonus: Int32Array,
    columns: Words,
    beyond: IntArray,
    own: Words,
    none: Word,
    region_of_post: npt.NDArray[np.int8],
    region_of: npt.NDArray[np.int8],
    fallen: IntArray,
    since: npt.NDArray[np.bool_],
    cold: bool,
) -> int:
    """Give people of a block (``rows``) their best columns at today's prices; their part of the dual bound.

    ``net`` (m,) is what a seat is worth less its price. The pair somebody has stays among the columns.
    ``beyond`` (k,) is what their best pair outside the columns is worth at the most, as long as no price falls.
    Where the columns hold all pairs of a person, they were made once (``cold``) and their order is of no matter.

    Not everybody has to look. ``fallen`` (m,) is by how much each price is lower than when ``beyond`` was found
    (unless they looked ``since``). What lies beyond the columns is worth no more than it was and the most that a
    price fell within reach of somebody's stretch; if their best column, or staying at home, is worth as much, it
    is the best of all still.
    """
    shift, mask = np.uint64(post_bits), np.uint64((1 << post_bits) - 1)
    wide = columns.shape[1]
    best_value = np.empty(wide, np.int64)
    best_word = np.empty(wide, columns.dtype)
    bound = np.int64(0)
    stretch, fallen_most = -1, np.int64(0)
    for row in rows:
        person = first + row
        # Without columns: nowhere to go, or a place for good.
        if not cold and columns[person, 0] == none:
            continue
        extra = scale * np.int64(bonus[person])
        start, stop = ptr[row], ptr[row + 1]
        if stop - start <= wide:
            best = np.int64(LOWEST)
            for at in range(start, stop):
                word = np.uint64(words[at])
                best = max(best, net[word & mask] - scale * np.int64(word >> shift))
                if cold:
                    columns[person, at - start] = words[at]
            if cold:
                columns[person, stop - start :] = none
                beyond[person] = LOWEST
                region_of[person] = _region(columns[person], none, mask, region_of_post)
            bound += max(best + extra, np.int64(0))
            continue
        least = np.int64(LOWEST)
        if not cold:
            least, best = np.int64(1 << 61), np.int64(LOWEST)
            for place in range(wide):
                word = np.uint64(columns[person, place])
                value = net[word & mask] - scale * np.int64(word >> shift)
                least, best = min(least, value), max(best, value)
            least -= 1
            if not since[person]:
                if row // STRETCH != stretch:
                    stretch, fallen_most = row // STRETCH, np.int64(0)
                    for at in range(reach_at[stretch], reach_at[stretch + 1]):
                        fallen_most = max(fallen_most, fallen[reach[at]])
                if max(best, -extra) >= beyond[person] + fallen_most:
                    beyond[person] += fallen_most
                    bound += max(best + extra, np.int64(0))
                    continue
        found = 0
        for at in range(start, stop):
            word = np.uint64(words[at])
            value = net[word & mask] - scale * np.int64(word >> shift)
            if value > least:
                place = found if found < wide else wide - 1
                while place > 0 and best_value[place - 1] < value:
                    best_value[place] = best_value[place - 1]
                    best_word[place] = best_word[place - 1]
                    place -= 1
                best_value[place] = value
                best_word[place] = words[at]
                if found < wide:
                    found += 1
                if found == wide:
                    least = best_value[wide - 1]
        bound += max(best_value[0] + extra, np.int64(0))
        beyond[person] = best_value[wide - 1]
        kept = own[person] == none
        for place in range(wide):
            columns[person, place] = best_word[place]
            kept = kept or best_word[place] == own[person]
        if not kept:
            columns[person, wide - 1] = own[person]
        region_of[person] = _region(columns[person], none, mask, region_of_post)
    return int(bound)


@bare
def _count_listed(part: Words, none: Word, post_bits: int, counts: IntArray) -> None:
    """Add to ``counts`` (m,) how many of some people have each post in their columns (``part``)."""
    mask = (1 << post_bits) - 1
    for person in range(part.shape[0]):
        for place in range(part.shape[1]):
            if part[person, place] == none:
                break
            counts[np.int64(part[person, place]) & mask] += 1


@compiled
def count_posts(ptr: IntArray, words: Words, post_bits: int, counts: IntArray) -> None:
    """Add to ``counts`` (m,) how many people of a block could come to each post."""
    mask = (1 << post_bits) - 1
    for at in range(ptr[-1]):
        counts[np.int64(words[at]) & mask] += 1


@bare
def _list(part: Words, first: int, none: Word, post_bits: int, fill: IntArray, slots: Slots) -> None:
    """Put the slots of some people, from person ``first`` on, where their posts' lists go on (``fill``)."""
    mask = (1 << post_bits) - 1
    wide = part.shape[1]
    for person in range(part.shape[0]):
        for place in range(wide):
            if part[person, place] == none:
                break
            post = np.int64(part[person, place]) & mask
            slots[fill[post]] = (first + person) * wide + place
            fill[post] += 1


def by_post(
    columns: Words, none: Word, post_bits: int, post_count: int, *, pool: ThreadPoolExecutor
) -> tuple[IntArray, Slots]:
    """Who has each post in their columns: those of post j are ``slots[at[j]:at[j + 1]]`` of all columns in a row, in
    the order of people. People are taken in two halves at once, the second where the first will end.
    """
    half = len(columns) // 2
    halves = ((0, columns[:half]), (half, columns[half:]))
    counts = np.zeros((2, post_count), np.int64)
    list(pool.map(lambda part, count: _count_listed(part[1], none, post_bits, count), halves, counts))
    at = np.concatenate([[0], np.cumsum(counts.sum(axis=0))])
    slots = np.empty(at[-1], np.uint32 if columns.size < 1 << 32 else np.uint64)
    fills = (at[:-1].copy(), at[:-1] + counts[0])
    list(pool.map(lambda part, fill: _list(part[1], part[0], none, post_bits, fill, slots), halves, fills))
    return at, slots


@compiled
def _words_at(
    first: int, ptr: IntArray, words: Words, post_bits: int, posts: Int32Array, found: Words
) -> None:
    mask = (1 << post_bits) - 1
    for row in range(len(ptr) - 1):
        post = posts[first + row]
        if post < 0:
            continue
        for at in range(ptr[row], ptr[row + 1]):
            if np.int64(words[at]) & mask == post:
                found[first + row] = words[at]
                break


def words_at(pairs: Pairs, posts: Int32Array, none: int, *, pool: ThreadPoolExecutor) -> Words:
    """(people,) the word of each person's pair with their one of ``posts``; ``none`` where there is no such pair."""
    found = np.full(len(posts), none, pairs.word_type)

    def look(block: Block) -> None:
        _words_at(block.first, block.ptr, block.words, pairs.post_bits, posts, found)

    list(pool.map(look, pairs.blocks))
    return found
