"""All feasible pairs, none left out, person by person, one machine word each.

A word holds the post (the lower bits) and what the pair costs the person (the upper bits), so that one pass
over a nation's pairs is one pass through memory. They are found by looking, for each person, at the cells of
the grid that the travel limit can touch: too many are looked at, never too few. From a place at latitude f, a
place within an angle d whose latitude differs by at least e lies within the longitude difference l with
hav l = (hav d - hav e) / (cos f cos g), g being its latitude (haversine formula).
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dure.engine.compiled import compiled
from dure.engine.matching.facts import BitArray, FloatArray, Int32Array, IntArray, ProblemRefused
from dure.engine.matching.layout import Layout
from dure.engine.matching.problem import (
    EARTH_RADIUS_M,
    HALF_CHORD_SERIES,
    METRES_PER_UNIT,
    NOT_PREFERRED_UNITS,
    WAITED_DAY_UNITS,
    YESTERDAY_UNITS,
    Problem,
)
from dure.kernel.must import must

Word: TypeAlias = np.unsignedinteger[Any]
Words: TypeAlias = npt.NDArray[Word]

BLOCK_PEOPLE = 8_192
STRETCH = 64  # neighbours, who can reach much the same posts
SLACK_DEG = 1e-7  # a centimetre: far above the rounding of the angles
ROOM_FIRST = 1 << 20
ROUNDS = 2.0**52  # above it a float64 has no fraction
NO_ROOM, TOO_DEAR = -1, -2
SAMPLE_EVERY, SAMPLE_AT_ONCE = 251, 64


@dataclass(frozen=True, eq=False)
class Block:
    """The pairs of some neighbours: those of person ``first + i`` are ``words[ptr[i]:ptr[i + 1]]``.

    The posts that stretch ``s`` of them can come to between them are ``reach[reach_at[s]:reach_at[s + 1]]``.
    """

    first: int
    ptr: IntArray  # (people + 1,)
    words: Words
    reach_at: IntArray  # (stretches + 1,)
    reach: Words


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of a layout. ``word & post_mask`` is the post, ``word >> post_bits`` the cost in units.

    The cost in a word leaves out what is the same for all pairs of a person: ``bonus`` (k,) units that each
    of them is worth on top (days waited, and what yesterday's post and a kept post can be worth, by which words
    are raised to stay above zero).
    """

    layout: Layout
    blocks: tuple[Block, ...]
    post_bits: int
    bonus: Int32Array

    @property
    def count(self) -> int:
        return sum(len(block.words) for block in self.blocks)

    @property
    def word_type(self) -> type[Word]:
        return self.blocks[0].words.dtype.type if self.blocks else np.uint32


@compiled
def _travel(
    posts: npt.NDArray[np.uint32],
    count: np.uint64,
    home: FloatArray,
    far: bool,
    site: FloatArray,
    square: FloatArray,
    distance: FloatArray,
) -> None:
    """Write the metres from a home to the first ``count`` of some posts, to the last bit as ``great_circle_m``.

    Without ``far`` only as far as the series of the arcsine is exact: beyond it the figures are large, and wrong.
    """
    hx, hy, hz = home[0], home[1], home[2]
    site_x, site_y, site_z = site[0], site[1], site[2]
    for place in range(count):
        post = posts[place]
        x, y, z = hx - site_x[post], hy - site_y[post], hz - site_z[post]
        square[place] = x * x + y * y + z * z
    for place in range(count):
        s = 0.5 * math.sqrt(square[place])
        q = s * s
        angle = s * (1.0 + q * (1 / 6 + q * (3 / 40 + q * (15 / 336 + q * (105 / 3456 + q * (945 / 42240))))))
        distance[place] = 2.0 * EARTH_RADIUS_M * angle
    if far:
        for place in range(count):
            s = 0.5 * math.sqrt(square[place])
            if s >= HALF_CHORD_SERIES:
                distance[place] = 2.0 * EARTH_RADIUS_M * math.asin(min(s, 1.0))


@compiled
def _find(
    first: int,
    last: int,
    step: int,
    rows_of: Int32Array,
    home_lat: FloatArray,
    home_lon: FloatArray,
    home: FloatArray,
    limit_m: Int32Array,
    have: BitArray,
    unwished: BitArray,
    yesterday: Int32Array,
    kept: Int32Array,
    kept_units: int,
    site: FloatArray,
    need: BitArray,
    cause: BitArray,
    rare_bit: Int32Array,
    first_cell: IntArray,
    rows: Int32Array,
    cols: Int32Array,
    corner: FloatArray,
    first_row: IntArray,
    cos_row: FloatArray,
    starts: IntArray,
    post_bits: int,
    ptr: IntArray,
    words: Words,
) -> int:
    """Write the pairs of every ``step``-th person of a block; their number, or why there is no answer.

    ``rows_of`` (k,): where in the facts those of the layout are; ``yesterday`` and ``kept`` (k,): places of posts.

    First who might reach what, by cells; then step by step over what is left, each without a jump in it: who is able,
    how far it is and at what cost, what is near. Unsigned, so that no index has to be looked at for a sign.
    """
    count = 0
    number = 0
    word_count = len(need)
    cost_max = np.int64((1 << (words.itemsize * 8 - post_bits)) - 2)
    lacks = np.empty(word_count, np.uint64)
    need_first = need[0]
    able = np.empty(site.shape[1] + 1, np.uint32)
    square = np.empty(len(able), np.float64)
    distance = np.empty(len(able), np.float64)
    way = np.empty(len(able), np.int64)
    cost_shift = np.int64(post_bits)
    dearest = np.int64(0)
    for person in range(first, last, step):
        ptr[number] = count
        number += 1
        whose = rows_of[person]
        lat, lon = home_lat[whose], home_lon[whose]
        limit = np.float64(limit_m[whose])
        reach = limit / EARTH_RADIUS_M
        reach_deg = min(math.degrees(reach) + SLACK_DEG, 180.0)
        hav_reach = math.sin(math.radians(reach_deg) * 0.5) ** 2
        cos_lat = math.cos(math.radians(lat))
        for word in range(word_count):
            lacks[word] = ~have[whose, word]
        lacks_first = lacks[0]
        able_count = np.uint64(0)
        for layer in range(len(rare_bit)):
            bit = rare_bit[layer]
            if bit >= 0 and (have[whose, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) == 0:
                continue
            low_lat, low_lon, height, width = corner[layer]
            row_first = max(math.floor((lat - reach_deg - low_lat) / height), 0)
            row_last = min(math.floor((lat + reach_deg - low_lat) / height), rows[layer] - 1)
            for row in range(row_first, row_last + 1):
                south = low_lat + row * height
                north = south + height
                off = math.radians(max(south - lat, lat - north, 0.0)) * 0.5
                # The sine is at least its first two terms, so the strip is never too narrow.
                hav_off = off * (1.0 - off * off / 6.0) if off < 1.0 else 0.0
                left = hav_reach - hav_off * hav_off
                if left < 0.0:
                    continue
                across = cos_lat * cos_row[first_row[layer] + row]
                half = 180.0
                if left < 0.25 * across:
                    root = math.sqrt(left / across)
                    # For root <= 1/2 the arcsine is at most root + root^3 / 4.
                    half = math.degrees(2.0 * root * (1.0 + 0.25 * root * root)) + SLACK_DEG
                cell = first_cell[layer] + row * cols[layer]
                last_col = cols[layer] - 1
                # Up to two runs of columns: across the date line a strip begins on one side, ends on the other.
                from_0, to_0, from_1, to_1 = 0, last_col, 0, -1
                if half < 180.0:
                    west, east = lon - half, lon + half
                    from_0 = max(math.floor((max(west, -180.0) - low_lon) / width), 0)
                    to_0 = min(math.floor((min(east, 180.0) - low_lon) / width), last_col)
                    if west <= -180.0:
                        from_1 = max(math.floor((west + 360.0 - low_lon) / width), 0, to_0 + 1)
                        to_1 = last_col
                    elif east >= 180.0:
                        to_1 = min(math.floor((east - 360.0 - low_lon) / width), last_col, from_0 - 1)
                for run in range(2):
                    run_from, run_to = (from_0, to_0) if run == 0 else (from_1, to_1)
                    if run_to < run_from:
                        continue
                    for at in range(starts[cell + run_from], starts[cell + run_to + 1]):
                        able[able_count] = at
                        able_count += np.uint64(need_first[np.uint64(at)] & lacks_first == 0)
        for word in range(1, word_count):
            need_more, lacks_more, still_able = need[word], lacks[word], np.uint64(0)
            for place in range(able_count):
                post = able[place]
                able[still_able] = post
                still_able += np.uint64(need_more[post] & lacks_more == 0)
            able_count = still_able
        if count + able_count > len(words):
            return NO_ROOM
        _travel(able, able_count, home[whose], bool(reach >= HALF_CHORD_SERIES), site, square, distance)
        for place in range(able_count):
            # Added and taken off, it rounds to a whole number, a half to the even one.
            way[place] = np.int64((distance[place] / METRES_PER_UNIT + ROUNDS) - ROUNDS)
        yesterday_place, kept_place = yesterday[person], kept[person]
        for place in range(able_count):
            post = able[place]
            of = cause[post]
            unwished_bit = (unwished[whose, of >> np.uint64(6)] >> (of & np.uint64(63))) & np.uint64(1)
            cost = (
                way[place]
                + NOT_PREFERRED_UNITS * np.int64(unwished_bit)
                + YESTERDAY_UNITS * np.int64(post != yesterday_place)
                + kept_units * np.int64(post != kept_place)
            )
            words[count] = post | (cost << cost_shift)
            near = distance[place] <= limit
            count += near
            dearest = max(dearest, cost * near)
        if dearest > cost_max:
            return TOO_DEAR
    ptr[number] = count
    return count


class TooLarge(ProblemRefused):
    """The match would need more memory than it may take."""

    code = "match_too_large"
    says = (
        "The match was not started: about {pairs} pairs need {needed_mb} MB, and {allowed_mb} MB are allowed. "
        "Allow more, lower the travel limits, or match region by region."
    )


class Finder:
    """Finds the pairs of stretches of people, each call with a scratch that grows and is used again."""

    def __init__(self, problem: Problem, order: Layout) -> None:
        self.problem, self.order = problem, order
        self.post_bits = max(1, (len(order.posts) - 1).bit_length())
        self.reach_type: type[Word] = np.uint16 if self.post_bits <= 16 else np.uint32
        people, rows, grid, sites = problem.people, order.people, order.grid, order.posts
        nobody = np.full(len(rows), -1, np.int32)
        self.given = (
            rows,
            *(
                people.lat,
                people.lon,
                problem.home,
                people.travel_limit_m,
                problem.bits.have,
                problem.unwished,
            ),
            order.places(people.yesterday_post[rows]),
            nobody if problem.kept_post is None else order.places(problem.kept_post[rows]),
            problem.kept_units,
            # Column after column, as they are read.
            np.ascontiguousarray(problem.site[sites].T),
            np.ascontiguousarray(problem.bits.need[sites].T),
            problem.cause_row[sites].astype(np.uint64),
            *(grid.rare_bit, grid.first_cell, grid.rows, grid.cols, grid.corner),
            *(grid.first_row, grid.cos_row, grid.starts),
            self.post_bits,
        )
        self.use(np.uint64)

    def use(self, word: type[Word]) -> None:
        """Write words of this type."""
        self.word = word
        # Room for pairs and for what they reach, for each thread: room made anew for each block would lie between
        # what stays.
        self.scratch: SimpleQueue[tuple[Words, Words]] = SimpleQueue()

    def estimated(self) -> tuple[int, type[Word]]:
        """About how many pairs there are, and the words they will need, from every 251st person."""
        count, dearest = 0, 0
        stretch = SAMPLE_EVERY * SAMPLE_AT_ONCE
        for first in range(0, len(self.order.people), stretch):
            found = self.block(first, min(first + stretch, len(self.order.people)), SAMPLE_EVERY)
            if found is not None and len(found.words):
                count += len(found.words)
                dearest = max(dearest, int(found.words.max()) >> self.post_bits)
        narrow = dearest < (1 << (32 - self.post_bits)) - 2 if self.post_bits < 32 else False
        return count * SAMPLE_EVERY, np.uint32 if narrow else np.uint64

    def block(self, first: int, last: int, step: int = 1) -> Block | None:
        """The pairs of every ``step``-th person from ``first`` to ``last``; None: a cost needs wider words."""
        room, reach_room = self._room(ROOM_FIRST) if self.scratch.empty() else self.scratch.get_nowait()
        ptr = np.zeros(-(-(last - first) // step) + 1, np.int64)
        while (count := _find(first, last, step, *self.given, ptr, room)) == NO_ROOM:
            room, reach_room = self._room(2 * len(room))
        found = None
        if count != TOO_DEAR:
            words = room[:count].copy()
            reach = _reached(ptr, words, self.post_bits, len(self.order.posts), reach_room)
            found = Block(first, ptr, words, *reach)
        self.scratch.put((room, reach_room))
        return found

    def _room(self, pairs: int) -> tuple[Words, Words]:
        return np.empty(pairs, self.word), np.empty(pairs + 1, self.reach_type)


@compiled
def _reached(
    ptr: IntArray, words: Words, post_bits: int, post_count: int, reach: Words
) -> tuple[IntArray, Words]:
    """The posts that each stretch of a block's people can come to: where they begin, and which.

    ``reach`` is room for as many as there are pairs, and one.
    """
    mask = np.uint64((1 << post_bits) - 1)
    people = len(ptr) - 1
    stretches = (people + STRETCH - 1) // STRETCH
    seen = np.full(post_count, -1, np.int32)
    reach_at = np.zeros(stretches + 1, np.int64)
    count = np.uint64(0)
    for stretch in range(stretches):
        for at in range(ptr[stretch * STRETCH], ptr[min(people, (stretch + 1) * STRETCH)]):
            post = np.uint64(words[at]) & mask
            reach[count] = post
            count += np.uint64(seen[post] != stretch)
            seen[post] = stretch
        reach_at[stretch + 1] = count
    return reach_at, reach[:count].copy()


def find_pairs(finder: Finder, *, word: type[Word] = np.uint32, pool: ThreadPoolExecutor) -> Pairs:
    """All feasible pairs of the people and posts of a layout.

    Time grows with the posts in the cells that travel limits touch; memory is 4 bytes a pair, 8 where posts and
    costs together need more than 32 bits, which ``word`` may say beforehand.
    """
    order, people = finder.order, finder.problem.people
    raised = YESTERDAY_UNITS + finder.problem.kept_units
    bonus = raised + WAITED_DAY_UNITS * people.days_waited[order.people].astype(np.int32)
    ends = range(BLOCK_PEOPLE, len(order.people) + BLOCK_PEOPLE, BLOCK_PEOPLE)
    types: tuple[type[Word], ...] = (word, np.uint64)
    for wide_enough in dict.fromkeys(types):
        finder.use(wide_enough)
        blocks = list(
            pool.map(lambda end: finder.block(end - BLOCK_PEOPLE, min(end, len(order.people))), ends)
        )
        if None not in blocks:
            return Pairs(order, tuple(block for block in blocks if block), finder.post_bits, bonus)
        blocks.clear()
    must(False, "64 bits hold any post beside any cost on Earth")
    return Pairs(order, (), finder.post_bits, bonus)
