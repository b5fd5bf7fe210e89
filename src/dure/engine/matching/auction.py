"""The auction: people bid for seats, open seats bid for people, until nobody gains by moving.

Prices and values are counted in fractions of a unit, ``scale`` to one. Each person knows their K best pairs
(:mod:`dure.engine.matching.columns`) at the prices of the last look at all pairs. A placement is in
epsilon-complementary slackness when nobody placed would gain more than epsilon by another of their columns or
by staying at home, and every post with an open seat is free of charge. Forward auction: D. P. Bertsekas, The
auction algorithm: a distributed relaxation method for the assignment problem, Annals of Operations Research 14
(1988). Reverse auction, by which the prices of open seats come down again: D. P. Bertsekas and D. A. Castanon,
A forward/reverse auction algorithm for asymmetric assignment problems, LIDS-P-2159 (1992).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dure.engine.compiled import bare, compiled
from dure.engine.matching.columns import LOWEST, Slots
from dure.engine.matching.facts import Int32Array, IntArray
from dure.engine.matching.pairs import Word, Words

ANY = -2


@bare
def release(
    columns: Words,
    own: Words,
    none: Word,
    post_bits: int,
    net: IntArray,
    scale: int,
    bonus: Int32Array,
    eps: int,
    queue: Int32Array,
) -> int:
    """Take their seat from all who would gain more than ``eps`` elsewhere, and queue whoever wants one."""
    mask = (1 << post_bits) - 1
    waiting = 0
    for person in range(len(own)):
        best = np.int64(0)
        have = np.int64(0)
        extra = scale * np.int64(bonus[person])
        for place in range(columns.shape[1]):
            packed = columns[person, place]
            if packed == none:
                break
            word = np.int64(packed)
            value = net[word & mask] - scale * (word >> post_bits) + extra
            best = max(best, value)
            if packed == own[person]:
                have = value
        if own[person] != none and have < best - eps:
            own[person] = none
        if own[person] == none and best > eps:
            queue[waiting] = person
            waiting += 1
    return waiting


@bare
def _sink(bid: IntArray, who: Int32Array | IntArray, place: int, base: int, size: int) -> None:
    """Let an element of a heap, the lowest first, sink to its place. The heap is ``base:base + size``."""
    value, person = bid[base + place], who[base + place]
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and bid[base + child + 1] < bid[base + child]:
            child += 1
        if bid[base + child] >= value:
            break
        bid[base + place], who[base + place] = bid[base + child], who[base + child]
        place = child
    bid[base + place], who[base + place] = value, person


@bare
def seat(
    own: Words,
    none: Word,
    post_bits: int,
    top: IntArray,
    net: IntArray,
    heap_at: IntArray,
    heap_bid: IntArray,
    heap_who: Int32Array,
    taken: Int32Array,
) -> None:
    """Fill the heaps of bids, one a post, with those who have a seat, each at the post's price.

    A post with a seat for everybody who could come has no heap: nobody is ever put out there.
    """
    mask = (1 << post_bits) - 1
    for person in range(len(own)):
        if own[person] != none:
            post = np.int64(own[person]) & mask
            if heap_at[post] < heap_at[post + 1]:
                place = heap_at[post] + taken[post]
                heap_bid[place], heap_who[place] = top[post] - net[post], person
            taken[post] += 1


@bare
def forward(
    queue: Int32Array,
    waiting: int,
    columns: Words,
    own: Words,
    none: Word,
    post_bits: int,
    top: IntArray,
    net: IntArray,
    scale: int,
    bonus: Int32Array,
    eps: int,
    seats: Int32Array,
    heap_at: IntArray,
    heap_bid: IntArray,
    heap_who: Int32Array,
    taken: Int32Array,
    beyond: IntArray,
    risen: int,
    region_of: npt.NDArray[np.int8],
    region: int,
    deferred: Int32Array,
    stale: Int32Array,
    bids_max: int,
) -> tuple[int, int, int]:
    """Let the queue bid until everybody sits where it is best for them, or at home, within ``eps``.

    Each bids what the best seat is worth to them above their second choice, and puts out whoever bid least
    there. A second choice may lie outside the columns, where nothing is worth more than ``beyond`` and what
    prices have fallen since (``risen``): nobody bids higher than that leaves, and whose best column is worth
    less needs new columns first (``stale``). Only people of the ``region`` bid (ANY: all); others who
    are put out are ``deferred``. Returns the bids made and how many are deferred and stale; with more than
    ``bids_max`` bids it stops short.
    """
    # Unsigned, so that no index has to be looked at for a sign.
    shift, mask = np.uint64(post_bits), np.uint64((1 << post_bits) - 1)
    bids = 0
    late = 0
    old = 0
    while waiting > 0:
        waiting -= 1
        person = queue[waiting]
        while True:
            floor = -scale * np.int64(bonus[person])
            outside = beyond[person] + risen
            first, second = np.int64(LOWEST), max(floor, outside)
            chosen = -1
            for place in range(columns.shape[1]):
                packed = columns[person, place]
                if packed == none:
                    break
                word = np.uint64(packed)
                value = net[word & mask] - scale * np.int64(word >> shift)
                if value > first:
                    second = max(first, second)
                    first, chosen = value, place
                elif value > second:
                    second = value
            bids += 1
            if first < outside and outside > floor:
                own[person] = none
                stale[old] = person
                old += 1
                break
            if first <= floor:
                own[person] = none
                break
            own[person] = columns[person, chosen]
            post = np.uint64(own[person]) & mask
            bid = top[post] - net[post] + first - second + eps
            base, size = heap_at[post], taken[post]
            if size < seats[post]:
                place = size
                taken[post] = size + 1
                if base == heap_at[post + np.uint64(1)]:
                    break
                while place > 0 and heap_bid[base + (place - 1) // 2] > bid:
                    above = (place - 1) // 2
                    heap_bid[base + place], heap_who[base + place] = (
                        heap_bid[base + above],
                        heap_who[base + above],
                    )
                    place = above
                heap_bid[base + place], heap_who[base + place] = bid, person
                if size + 1 == seats[post]:
                    net[post] = top[post] - heap_bid[base]
                break
            out = heap_who[base]
            heap_bid[base], heap_who[base] = bid, person
            _sink(heap_bid, heap_who, 0, base, size)
            net[post] = top[post] - heap_bid[base]
            own[out] = none
            if region != ANY and region_of[out] != region:
                deferred[late] = out
                late += 1
                break
            person = out
            if bids > bids_max:
                queue[waiting] = person
                return bids, late, old
    return bids, late, old


@bare
def _keep_best(offer: IntArray, who: IntArray, count: int, wanted: int) -> None:
    """Bring the ``wanted`` highest of ``count`` offers to the front, the lowest of them first."""
    for root in range(wanted // 2 - 1, -1, -1):
        _sink(offer, who, root, 0, wanted)
    for other in range(wanted, count):
        if offer[other] > offer[0]:
            offer[0], who[0] = offer[other], who[other]
            _sink(offer, who, 0, 0, wanted)


@compiled
def reverse(
    at: IntArray,
    slots: Slots,
    words: Words,
    wide: int,
    own: Words,
    none: Word,
    post_bits: int,
    top: IntArray,
    net: IntArray,
    scale: int,
    bonus: Int32Array,
    eps: int,
    seats: Int32Array,
    taken: Int32Array,
    steps_max: int,
) -> int:
    """Lower the price of posts with open seats, to what the next person would pay or to nothing.

    An open post takes those who gain most by coming, at the price at which the first one left out would gain
    no more than ``eps``. Posts that lose somebody come next. Who may come to post j, and by which of their
    columns (``wide`` words a person), is ``slots[at[j]:at[j + 1]]``. Returns the steps taken.
    """
    mask = (1 << post_bits) - 1
    width = np.uint64(wide)
    post_count = len(net)
    waits = np.zeros(post_count, np.bool_)
    ring = np.empty(post_count + 1, np.int32)
    head, tail = 0, 0
    most = 1
    for post in range(post_count):
        most = max(most, at[post + 1] - at[post])
        if taken[post] < seats[post] and net[post] < top[post]:
            ring[tail] = post
            tail += 1
            waits[post] = True
    offer = np.empty(most, np.int64)
    who = np.empty(most, np.int64)
    steps = 0
    while head != tail:
        post = ring[head]
        head = head + 1 if head < post_count else 0
        waits[post] = False
        free = seats[post] - taken[post]
        if free <= 0 or net[post] >= top[post]:
            continue
        steps += 1
        if steps > steps_max:
            break
        count = 0
        for index in range(at[post], at[post + 1]):
            slot = np.uint64(slots[index])
            person = slot // width
            gain = top[post] - scale * (np.int64(words[slot]) >> post_bits)
            packed = own[person]
            if packed == none:
                gain += scale * np.int64(bonus[person])
            else:
                word = np.int64(packed)
                if word & mask == post:
                    continue
                # What is the same in all pairs of a person matters only beside staying at home.
                has = net[word & mask] - scale * (word >> post_bits)
                gain -= has if has >= 0 else max(has, -scale * np.int64(bonus[person]))
            if gain > 0:
                offer[count], who[count] = gain, slot
                count += 1
        if count == 0:
            net[post] = top[post]
            continue
        price = np.int64(0)
        come, stop = 0, count
        if count > free:
            # The lowest of the free + 1 best is the one left out.
            _keep_best(offer, who, count, free + 1)
            price = max(np.int64(0), offer[0] - eps)
            come, stop = 1, free + 1
        price = min(price, top[post] - net[post])
        net[post] = top[post] - price
        for rank in range(come, stop):
            if price == 0 and offer[rank] <= eps:
                continue
            slot = np.uint64(who[rank])
            person = slot // width
            if own[person] != none:
                left = np.int64(own[person]) & mask
                taken[left] -= 1
                if net[left] < top[left] and not waits[left]:
                    ring[tail] = left
                    tail = tail + 1 if tail < post_count else 0
                    waits[left] = True
            own[person] = words[slot]
            taken[post] += 1
        if taken[post] < seats[post] and net[post] < top[post] and not waits[post]:
            ring[tail] = post
            tail = tail + 1 if tail < post_count else 0
            waits[post] = True
    return steps
