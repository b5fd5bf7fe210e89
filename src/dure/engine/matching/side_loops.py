"""The compiled loops of the sides: groups, second choices, and whom to bring.

Values are in 1/scale of a unit, people and posts in the order of the layout, as in the market.
"""

from __future__ import annotations

import numpy as np

from dure.engine.compiled import compiled
from dure.engine.matching.columns import LOWEST
from dure.engine.matching.facts import BoolArray, Int32Array, IntArray
from dure.engine.matching.pairs import Word, Words

FREE, HOME = -2, -1


@compiled
def common_posts(
    group_at: IntArray,
    row: Int32Array,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    bonus: Int32Array,
    post_count: int,
    at: IntArray,
    post_out: Int32Array,
    cost_out: IntArray,
) -> int:
    """The posts that all of a group may take, with the sum of what they cost there, less the ``bonus`` (members).

    Member ``i`` has the pairs of person ``row[i]`` in ``ptr`` and ``words``.
    """
    mask = (1 << post_bits) - 1
    seen = np.zeros(post_count, np.int32)
    total = np.zeros(post_count, np.int64)
    count = 0
    for group in range(len(group_at) - 1):
        at[group] = count
        first, last = group_at[group], group_at[group + 1]
        for member in range(first, last):
            turn = member - first
            extra = np.int64(bonus[member])
            for place in range(ptr[row[member]], ptr[row[member] + 1]):
                word = np.int64(words[place])
                post = word & mask
                if turn == 0:
                    seen[post] = 1
                    total[post] = (word >> post_bits) - extra
                elif seen[post] == turn:
                    seen[post] = turn + 1
                    total[post] += (word >> post_bits) - extra
        if last == first:
            continue
        for place in range(ptr[row[first]], ptr[row[first] + 1]):
            post = np.int64(words[place]) & mask
            if seen[post] == last - first:
                post_out[count] = post
                cost_out[count] = total[post]
                count += 1
            seen[post] = 0
    at[len(group_at) - 1] = count
    return count


@compiled
def gather(
    rows: IntArray, ptr: IntArray, words: Words, out_ptr: IntArray, out: Words, member: IntArray
) -> None:
    """Copy the pairs of some ``rows`` of a block to the places of their ``member`` numbers."""
    for index in range(len(rows)):
        at = out_ptr[member[index]]
        for place in range(ptr[rows[index]], ptr[rows[index] + 1]):
            out[at] = words[place]
            at += 1


@compiled
def place_groups(
    order: IntArray,
    size: Int32Array,
    at: IntArray,
    post: Int32Array,
    cost: IntArray,
    net: IntArray,
    scale: int,
    room: IntArray,
    with_minor: BoolArray,
    barred: BoolArray,
    place: Int32Array,
    stay: int,
) -> int:
    """Place groups one after the other where they are worth most, as long as there is room for all of them.

    Whoever has a place moves only for more than ``stay``. Returns how many moved.
    """
    moved = 0
    for group in order:
        own = place[group]
        people = size[group]
        best, chosen = np.int64(0), np.int32(HOME)
        if own >= 0:
            room[own] += people
            best = np.int64(LOWEST)
            for index in range(at[group], at[group + 1]):
                if post[index] == own:
                    best = net[own] * people - scale * cost[index] + stay
                    chosen = own
                    break
            if best < 0 or (with_minor[group] and barred[own]):
                best, chosen = np.int64(0), np.int32(HOME)
        for index in range(at[group], at[group + 1]):
            here = post[index]
            if room[here] < people or here == own or (with_minor[group] and barred[here]):
                continue
            value = net[here] * people - scale * cost[index]
            if value > best:
                best, chosen = value, here
        if chosen >= 0:
            room[chosen] -= people
        if chosen != own:
            moved += 1
        place[group] = chosen
    return moved


@compiled
def regrets(
    people: IntArray,
    columns: Words,
    own: Words,
    none: Word,
    post_bits: int,
    net: IntArray,
    scale: int,
    bonus: Int32Array,
    out: IntArray,
) -> None:
    """What each of some placed people would lose if they had to leave their post."""
    mask = (1 << post_bits) - 1
    for index in range(len(people)):
        person = people[index]
        word = np.int64(own[person])
        extra = scale * np.int64(bonus[person])
        have = net[word & mask] - scale * (word >> post_bits) + extra
        other = np.int64(0)
        for place in range(columns.shape[1]):
            packed = columns[person, place]
            if packed == none:
                break
            column = np.int64(packed)
            if column & mask != word & mask:
                other = max(other, net[column & mask] - scale * (column >> post_bits) + extra)
        out[index] = have - other


@compiled
def scout(
    first: int,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    own: Words,
    none: Word,
    net: IntArray,
    price_free: IntArray,
    scale: int,
    bonus: Int32Array,
    may: BoolArray,
    slot: Int32Array,
    limit: IntArray,
    heap_at: IntArray,
    size: IntArray,
    loss_out: IntArray,
    who: Int32Array,
    word_out: Words,
) -> None:
    """For each post that looks for people (``slot``), those of a block who would lose least by coming.

    ``may`` (k,): who may be asked. Coming to a post is counted at ``price_free`` (m,), what a seat there is worth
    before its price where the post has an open one. Heaps hold the worst of those kept on top.
    """
    mask = (1 << post_bits) - 1
    for row in range(len(ptr) - 1):
        person = first + row
        if not may[person]:
            continue
        extra = scale * np.int64(bonus[person])
        has = np.int64(0)
        at_post = np.int64(-1)
        if own[person] != none:
            word = np.int64(own[person])
            at_post = word & mask
            has = net[at_post] - scale * (word >> post_bits) + extra
        for place in range(ptr[row], ptr[row + 1]):
            word = np.int64(words[place])
            post = word & mask
            number = slot[post]
            if number < 0 or post == at_post:
                continue
            loss = has - (price_free[post] - scale * (word >> post_bits) + extra)
            if loss >= limit[number]:
                continue
            base, stop = heap_at[number], heap_at[number + 1]
            if stop == base:
                continue
            here = size[number]
            if here < stop - base:
                size[number] = here + 1
            elif loss < loss_out[base]:
                # The worst of those kept goes: the last sinks from the top.
                here = 0
                while True:
                    child = 2 * here + 1
                    if base + child >= stop:
                        break
                    if base + child + 1 < stop and loss_out[base + child + 1] > loss_out[base + child]:
                        child += 1
                    if loss_out[base + child] <= loss:
                        break
                    loss_out[base + here] = loss_out[base + child]
                    who[base + here] = who[base + child]
                    word_out[base + here] = word_out[base + child]
                    here = child
                loss_out[base + here], who[base + here], word_out[base + here] = loss, person, words[place]
                continue
            else:
                continue
            while here > 0:
                above = (here - 1) // 2
                if loss_out[base + above] >= loss:
                    break
                loss_out[base + here] = loss_out[base + above]
                who[base + here] = who[base + above]
                word_out[base + here] = word_out[base + above]
                here = above
            loss_out[base + here], who[base + here], word_out[base + here] = loss, person, words[place]


@compiled
def fill(
    first: int,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    value: IntArray,
    bonus: Int32Array,
    at_home: BoolArray,
    minor: BoolArray,
    room: IntArray,
    room_minor: BoolArray,
    place: Int32Array,
) -> int:
    """Give people at home the best seat that is still open, one after the other; how many got one."""
    mask = (1 << post_bits) - 1
    filled = 0
    for row in range(len(ptr) - 1):
        person = first + row
        if not at_home[person]:
            continue
        best, chosen = np.int64(0), np.int64(HOME)
        for at in range(ptr[row], ptr[row + 1]):
            word = np.int64(words[at])
            post = word & mask
            if room[post] < 1 or (minor[person] and not room_minor[post]):
                continue
            worth = value[post] - (word >> post_bits) + np.int64(bonus[person])
            if worth > best:
                best, chosen = worth, post
        if chosen >= 0:
            room[chosen] -= 1
            place[person] = chosen
            filled += 1
    return filled


@compiled
def bar(
    first: int,
    rows: Int32Array,
    ptr: IntArray,
    words: Words,
    post_bits: int,
    barred: BoolArray,
    lost: BoolArray,
) -> None:
    """Take pairs with barred posts from some rows of a block, by writing one of their other pairs over them.

    Who has no other pair is ``lost`` (k,).
    """
    mask = (1 << post_bits) - 1
    for row in rows:
        start, stop = ptr[row], ptr[row + 1]
        good = start
        while good < stop and barred[np.int64(words[good]) & mask]:
            good += 1
        if good == stop:
            lost[first + row] = True
            continue
        for at in range(start, stop):
            if barred[np.int64(words[at]) & mask]:
                words[at] = words[good]
