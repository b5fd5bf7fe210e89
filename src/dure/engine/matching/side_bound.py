"""The compiled loops of the bound with sides: what people alone, in groups and with several shifts are worth at most.

Values are in 1/scale of a unit, people and posts in the order of the layout, as in the market.
"""

from __future__ import annotations

import numpy as np

from dure.engine.compiled import compiled
from dure.engine.matching.columns import LOWEST
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
def _best_two(value: IntArray, starts: IntArray, ends: IntArray, minutes_max: int) -> int:
    """The most that one shift, or two on one day, are worth: pair by pair, the best first."""
    order = np.argsort(-value, kind="mergesort")
    best = value[order[0]]
    for rank in range(len(order)):
        one = order[rank]
        for other_rank in range(rank + 1, len(order)):
            other = order[other_rank]
            if value[one] + value[other] <= best:
                break
            apart = ends[one] <= starts[other] or ends[other] <= starts[one]
            span = max(ends[one], ends[other]) - min(starts[one], starts[other])
            minutes = ends[one] - starts[one] + ends[other] - starts[other]
            if apart and span <= DAY_SPAN_MAX_MIN and minutes <= minutes_max:
                best = value[one] + value[other]
                break
    return int(best)


@compiled
def _best_several(value: IntArray, starts: IntArray, ends: IntArray, shifts_max: int) -> int:
    """The most that up to ``shifts_max`` shifts are worth that do not overlap: weighted interval scheduling
    (J. Kleinberg and E. Tardos, Algorithm Design, 2005, section 6.1). Hours in all and rest are left out."""
    order = np.argsort(ends, kind="mergesort")
    count = len(order)
    # Of each of them, how many others end before it starts.
    clear = np.searchsorted(ends[order], starts[order], side="right")
    before = np.zeros(count + 1, np.int64)
    best = np.int64(LOWEST)
    for _ in range(min(shifts_max, count)):
        now = np.empty(count + 1, np.int64)
        now[0] = LOWEST
        for rank in range(count):
            now[rank + 1] = max(now[rank], before[clear[rank]] + value[order[rank]])
        best = max(best, now[count])
        before = now
    return int(best)


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
    """The same for people (``rows`` of a block) who wish for several shifts: the best set of shifts that go together.

    Words cost ``raised_by`` more than the pair does; what a person is worth on top of that counts once.
    """
    mask = (1 << post_bits) - 1
    total = np.int64(0)
    for row in rows:
        person = first + row
        count = ptr[row + 1] - ptr[row]
        value = np.empty(count, np.int64)
        posts = np.empty(count, np.int64)
        extra = scale * (np.int64(bonus[person]) - raised_by)
        kept = 0
        for at in range(ptr[row], ptr[row + 1]):
            word = np.int64(words[at])
            worth = net[word & mask] - scale * ((word >> post_bits) - raised_by)
            if worth + extra > 0:
                value[kept], posts[kept] = worth, word & mask
                kept += 1
        if kept == 0:
            continue
        starts, ends = starts_min[posts[:kept]], ends_min[posts[:kept]]
        if shifts_max[person] == 2:
            best = _best_two(value[:kept], starts, ends, minutes_max[person])
        else:
            best = _best_several(value[:kept], starts, ends, shifts_max[person])
        total += max(best + extra, np.int64(0))
    return int(total)
