"""The compiled loops of the bound with sides: what nobody, alone, in a group or with several shifts, is worth more than.

Values are in 1/scale of a unit, people and posts in the order of the layout, as in the market.
"""

from __future__ import annotations

import numpy as np

from dure.engine.matching.auction import LOWEST
from dure.engine.matching.compiled import compiled
from dure.engine.matching.facts import BoolArray, Int32Array, IntArray
from dure.engine.matching.pairs import Words
from dure.engine.matching.sides import DAY_SPAN_MAX_MIN


@compiled
def groups_bound(
    size: Int32Array, at: IntArray, post: Int32Array, cost: IntArray, net: IntArray, scale: int
) -> int:
    """The most that each group is worth at these prices, summed."""
    total = np.int64(0)
    for group in range(len(size)):
        best = np.int64(0)
        for index in range(at[group], at[group + 1]):
            best = max(best, net[post[index]] * size[group] - scale * cost[index])
        total += best
    return int(total)


@compiled
def singles_bound(
    first: int,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    net: IntArray,
    scale: int,
    bonus: Int32Array,
    alone: BoolArray,
) -> int:
    """The most that the people of a block who come alone, for one shift, are worth at these prices, summed."""
    mask = (1 << post_bits) - 1
    total = np.int64(0)
    for row in range(len(ptr) - 1):
        if not alone[first + row]:
            continue
        best = np.int64(LOWEST)
        for at in range(ptr[row], ptr[row + 1]):
            word = np.int64(words[at])
            best = max(best, net[word & mask] - scale * (word >> post_bits))
        total += max(best + scale * np.int64(bonus[first + row]), np.int64(0))
    return int(total)


@compiled
def several_bound(
    first: int,
    rows: Int32Array,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    net: IntArray,
    scale: int,
    raised_by: int,
    bonus: Int32Array,
    shifts_max: Int32Array,
    minutes_max: Int32Array,
    starts_min: IntArray,
    ends_min: IntArray,
) -> int:
    """The same for people with several shifts: the best set of shifts that do not overlap.

    Two shifts are compared pair by pair, with what they last together (``minutes_max``) and the rest after them;
    more by weighted interval scheduling (J. Kleinberg and E. Tardos, Algorithm Design, 2005, section 6.1), which
    leaves these two out. Words cost ``raised_by`` more than the pair does; what a person is worth on top of that
    counts once.
    """
    mask = (1 << post_bits) - 1
    total = np.int64(0)
    for row in rows:
        person = first + row
        count = ptr[row + 1] - ptr[row]
        value = np.empty(count, np.int64)
        ends = np.empty(count, np.int64)
        starts = np.empty(count, np.int64)
        extra = scale * (np.int64(bonus[person]) - raised_by)
        kept = 0
        for at in range(ptr[row], ptr[row + 1]):
            word = np.int64(words[at])
            post = word & mask
            worth = net[post] - scale * ((word >> post_bits) - raised_by)
            if worth + extra > 0:
                value[kept], ends[kept], starts[kept] = worth, ends_min[post], starts_min[post]
                kept += 1
        if kept == 0:
            continue
        if shifts_max[person] == 2:
            order = np.argsort(-value[:kept], kind="mergesort")
            best = value[order[0]]
            for rank in range(kept):
                one = order[rank]
                for other_rank in range(rank + 1, kept):
                    other = order[other_rank]
                    if value[one] + value[other] <= best:
                        break
                    apart = ends[one] <= starts[other] or ends[other] <= starts[one]
                    span = max(ends[one], ends[other]) - min(starts[one], starts[other])
                    minutes = ends[one] - starts[one] + ends[other] - starts[other]
                    if apart and span <= DAY_SPAN_MAX_MIN and minutes <= minutes_max[person]:
                        best = value[one] + value[other]
                        break
            total += max(best + extra, np.int64(0))
            continue
        order = np.argsort(ends[:kept], kind="mergesort")
        before = np.zeros(kept + 1, np.int64)
        best = np.int64(0)
        for _ in range(min(int(shifts_max[person]), kept)):
            now = np.empty(kept + 1, np.int64)
            now[0] = LOWEST
            for rank in range(kept):
                index = order[rank]
                # How many of the others end before this one starts.
                low, high = 0, rank
                while low < high:
                    middle = (low + high) // 2
                    if ends[order[middle]] <= starts[index]:
                        low = middle + 1
                    else:
                        high = middle
                now[rank + 1] = max(now[rank], before[low] + value[index])
            best = max(best, now[kept] + extra)
            before = now
        total += best
    return int(total)
