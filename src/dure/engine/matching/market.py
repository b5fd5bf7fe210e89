"""The auction of a whole day: phase by phase, from coarse bids to fine ones, until the proof closes.

Each phase holds the auction at a smaller epsilon. Before it, all prices are lowered by a few of the last
epsilons, and by more once many turned out too high: such a price is costly to bring down again (a reverse step
looks at everyone near), too low a one rises by itself with the bids, and a bid is cheap. After it, one pass over
all pairs gives everyone new columns (column generation) and the exact bound

    sum over people of max(0, best value less price)  +  sum over posts of seats x price,

which no placement can exceed, whatever the prices (weak duality). When the bound is less than one unit above
the value of the placement, that is best, as all values are whole. What keeps it from stalling: a phase that
takes too many bids or steps ends early, gets new columns and goes on at the same epsilon; one that does so
again and again gets twice as many columns and twice the time, and begins again from a coarser epsilon; where
prices take too many steps to come down, all are lowered, each time twice as far, for bids to raise them again (at
nothing there is no reverse auction); at a small gap the fractions of a unit are made finer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from dure.engine.matching import auction, columns
from dure.engine.matching.facts import Int32Array, IntArray
from dure.engine.matching.pairs import BLOCK_PEOPLE, Block, Pairs, Words
from dure.kernel.must import must

Tell = Callable[[str, int, int], None]
# Where each post's heap of bids begins, the bids, whose they are, and how many there are.
Heaps = tuple[IntArray, IntArray, Int32Array, Int32Array]

COLUMNS = 12
SCALE = 1 << 15
SCALE_STEP = 16
EPS_FIRST_SHARE = 8  # the first epsilon is this part of the highest value
EPS_WARM_SHARE = 150
# Where at most one seat for 50 people is empty, twice as fast as from coarse; where many are, five times as slow.
EPS_FEW_EMPTY_UNITS, FEW_EMPTY_SHARE = 60, 50
EPS_STEP = 6
EPS_BACK = EPS_STEP**3  # prices that are far too low climb for ever by a fine epsilon
# Where prices are lowered by little, bids need not raise them all again. If that leaves too many of them too high, a
# reverse auction of many steps (a storm) tells, and from then on they are lowered by more. No gain on every day: at
# 1.2 million people it was quicker than 12 from the start with one seed, hardly with another, a third slower with one.
LOWERED_BY, LOWERED_AFTER_STORM = 4, 12
STORM_STEPS_A_POST = 2
UNSCANNED_BELOW = 1  # unit: at a finer epsilon columns hardly change until the last phase
TRUSTED_EPS = 24  # how far columns are trusted below what may lie beyond them
# Whoever is left over is missing from the prices, and then a later, finer phase has to raise them all the way.
LEFT_OVER_SHARE, LEFT_OVER_ABOVE = 200, 1_000
FEW = 2_000  # fewer are not worth sharing out
BIDS_A_PERSON = 200
STEPS_A_POST = 30
REPEATS = 3
ROUNDS_MAX = 400
# Where people sit already they may go on changing places for ever by the finest epsilon (seen in a replay, of 7,000
# people in classes a thousand days of waiting apart); so many rounds are three times what the longest took that ended.
ROUNDS_FROM_SEATS_MAX = 60
REGIONS = 8


class Market:
    """People, posts and prices in the order of the layout. Everything is in 1/scale of a unit."""

    def __init__(
        self,
        pairs: Pairs,
        post_value: IntArray,
        seats: IntArray,
        *,
        pool: ThreadPoolExecutor,
        regions: npt.NDArray[np.int8],
    ) -> None:
        people, self.posts = len(pairs.layout.people), len(pairs.layout.posts)
        self.pairs, self.pool = pairs, pool
        self.word = pairs.word_type
        self.none = self.word(np.iinfo(self.word).max)
        self.mask = (1 << pairs.post_bits) - 1
        self.post_value, self.seats = post_value, np.minimum(seats, people).astype(np.int32)
        self.scale = SCALE
        self.top = post_value * self.scale
        self.beyond = np.empty(0, np.int64)
        self.risen = 0
        # A post without a seat is priced beyond everybody's reach.
        self.shut = self.seats == 0
        self.shut_net = -int(pairs.bonus.max(initial=0))
        self.net = self.top.copy()
        self._lower(0)
        self.own: Words = np.full(people, self.none, self.word)
        self.region_of_post, self.region_of = regions, np.zeros(people, np.int8)
        self.columns: Words = np.empty((0, 0), self.word)
        self.people_bound = 0
        self.wide_max = max((int(np.diff(block.ptr).max(initial=1)) for block in pairs.blocks), default=1)
        self.patience = 1
        self.steps = 0  # of the last reverse auction
        # Whether it began at the prices of an earlier day, which have to come down in any case.
        self.earlier = False
        # Who looks at their pairs, by block: everybody but those whose place is settled.
        self.rows = [np.arange(len(block.ptr) - 1, dtype=np.int32) for block in pairs.blocks]
        self.could_come = np.zeros(self.posts, np.int64)
        for block in pairs.blocks:
            columns.count_posts(block.ptr, block.words, pairs.post_bits, self.could_come)
        # What each seat was worth at the last look at everybody, and whose columns are not of that look.
        self.net_seen, self.since = self.net.copy(), np.ones(people, np.bool_)
        self._make_room()

    # --- what is known of the placement ---

    @property
    def price(self) -> IntArray:
        return self.top - self.net

    @property
    def bound(self) -> int:
        """The dual bound at the prices of the last look at all pairs, in 1/scale of a unit."""
        return self.people_bound + sum(
            int(seats) * int(price) for seats, price in zip(self.seats, self.price, strict=True) if price
        )

    def posts_of(self) -> IntArray:
        """(people,) the post each person holds, or -1."""
        return np.where(self.own == self.none, -1, self.own.astype(np.int64) & self.mask)

    def value(self) -> int:
        held = self.own != self.none
        words = self.own[held].astype(np.int64)
        cost = (words >> self.pairs.post_bits) - self.pairs.bonus[held]
        return int((self.post_value[words & self.mask] - cost).sum())

    def gap(self, bound: int) -> float:
        return (bound - self.value() * self.scale) / self.scale

    # --- how it is found ---

    def start_from(self, prices: IntArray) -> None:
        """Begin at the ``prices`` (m,) of an earlier day, in units.

        Below zero: nothing is known of a post, so it begins at all it is worth, and bids for people as it falls.
        Else everybody near would leave their seat to bid for it.
        """
        self.net = self.top - np.where(prices < 0, self.post_value, prices) * self.scale
        self.earlier = True
        self._lower(0)

    def start_at(self, posts: Int32Array) -> None:
        """Begin with everybody at one of ``posts`` (people,) or -1; no post has more people than seats."""
        self.own = columns.words_at(self.pairs, posts, int(self.none), pool=self.pool)

    def eps_from_here(self) -> int:
        """The first epsilon where people sit already: fine where few empty seats have a price, in 1/scale."""
        coarse = int(self.top.max(initial=1)) // EPS_WARM_SHARE
        posts = self.posts_of()
        empty = self.seats - np.bincount(posts[posts >= 0], minlength=self.posts)
        few = int(empty[self.net < self.top].sum()) * FEW_EMPTY_SHARE <= len(self.own)
        return min(coarse, EPS_FEW_EMPTY_UNITS * self.scale) if few else coarse

    def _lower(self, by: int) -> None:
        """Lower all prices, to nothing at the least."""
        self.risen += by
        np.minimum(self.net + by, self.top, out=self.net)
        self.net[self.shut] = self.shut_net * self.scale

    def _make_room(self) -> None:
        room = np.where(self.seats < self.could_come, self.seats, 0)
        self.heap_at = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)

    def give_seats(self, seats: IntArray) -> None:
        """From now on there are so many (m,). Nobody is put out: see that no post holds more people."""
        reopened = self.shut & (seats > 0)
        self.net[reopened] = self.top[reopened]
        self.seats = np.minimum(seats, len(self.own)).astype(np.int32)
        self.shut = self.seats == 0
        self._make_room()
        self._lower(0)

    def look(self, *, cold: bool = False, wide: int | None = None) -> None:
        """One pass over all pairs: new columns for everybody, and the people's part of the bound."""
        if cold:
            # Whoever is not looked at has no columns, and does not bid.
            self.columns = np.full((len(self.own), wide or COLUMNS), self.none, self.word)
            self.beyond = np.full(len(self.own), columns.LOWEST, np.int64)
        fallen = np.maximum(self.net - self.net_seen, 0)
        self.people_bound = self._refresh(self.pairs.blocks, self.rows, fallen, cold=cold)
        self.net_seen, self.risen = self.net.copy(), 0
        self.since[:] = True
        for block, rows in zip(self.pairs.blocks, self.rows, strict=True):
            self.since[block.first + rows] = False

    def look_again(self, some: IntArray | Int32Array, *, cold: bool = False) -> None:
        """New columns for some; ``cold``: for those who have none."""
        self.since[some] = True
        in_order = np.sort(some)
        of_block = in_order // BLOCK_PEOPLE
        parts = np.split((in_order % BLOCK_PEOPLE).astype(np.int32), np.flatnonzero(np.diff(of_block)) + 1)
        blocks = [self.pairs.blocks[number] for number in dict.fromkeys(of_block.tolist())]
        # Nobody of them is spared a look, by however much prices fell.
        self._refresh(blocks, parts, np.zeros_like(self.net), cold=cold)
        # What prices fell since the last look at everybody is added to all, so it is taken off here.
        self.beyond[some] -= self.risen

    def _refresh(
        self, blocks: Sequence[Block], rows: Sequence[Int32Array], fallen: IntArray, *, cold: bool
    ) -> int:
        def refresh(block: Block, some: Int32Array) -> int:
            return columns.refresh(
                some,
                block.first,
                block.ptr,
                block.words,
                block.reach_at,
                block.reach,
                self.pairs.post_bits,
                self.net,
                self.scale,
                self.pairs.bonus,
                self.columns,
                self.beyond,
                self.own,
                self.none,
                self.region_of_post,
                self.region_of,
                fallen,
                self.since,
                cold,
            )

        share = self.pool.map if sum(map(len, rows)) > FEW else map
        return sum(share(refresh, blocks, rows))

    def phase(self, eps: int) -> tuple[bool, bool, int]:
        """Hold the auction at one epsilon; whether bids and falling prices came to their end, and how many began
        without a seat."""
        queue = np.empty(len(self.own), np.int32)
        held = (self.own, self.none, self.pairs.post_bits)
        waiting = auction.release(self.columns, *held, self.net, self.scale, self.pairs.bonus, eps, queue)
        room = self.heap_at[-1]
        taken = np.zeros(self.posts, np.int32)
        heaps = (self.heap_at, np.empty(room, np.int64), np.empty(room, np.int32), taken)
        auction.seat(self.own, self.none, self.pairs.post_bits, self.top, self.net, *heaps)
        bids_ended = self._forward(queue[:waiting], eps, heaps)
        steps_max = self.patience * (STEPS_A_POST * self.posts + 1_000)
        self.steps = 0
        if bids_ended and ((taken < self.seats) & (self.net < self.top)).any():
            at, slots = columns.by_post(self.columns, *held[1:], self.posts, pool=self.pool)
            self.steps = auction.reverse(
                at,
                slots,
                self.columns.reshape(-1),
                self.columns.shape[1],
                *held,
                self.top,
                self.net,
                self.scale,
                self.pairs.bonus,
                eps,
                self.seats,
                taken,
                steps_max,
            )
        ended = self.steps <= steps_max
        return bids_ended, ended, waiting

    def _forward(self, queue: Int32Array, eps: int, heaps: Heaps) -> bool:
        """Let the queue bid, with new columns for whoever needs them, until nobody waits.

        In the coarsest phases a few may be left over: they get their columns with everybody's.
        """
        bids_max = self.patience * (BIDS_A_PERSON * len(self.own) + 10_000)
        left_over = len(self.own) // LEFT_OVER_SHARE if eps > LEFT_OVER_ABOVE * self.scale else 0
        while len(queue) > left_over:
            bids, queue = self._hold(queue, eps, heaps, bids_max)
            bids_max -= bids
            if bids_max < 0:
                return False
            if len(queue) > left_over:
                self.look_again(queue)
        return True

    def _hold(self, queue: Int32Array, eps: int, heaps: Heaps, bids_max: int) -> tuple[int, Int32Array]:
        """Let the queue bid, region beside region: each with the people whose columns all lie in it.

        Whoever looks across a border waits for all regions, then the crossing bid; whom they put out goes back
        to their region. Returns the bids made and who needs new columns.
        """

        def bid(region: int, waiting: Int32Array) -> tuple[int, Int32Array, Int32Array]:
            return self._bid(region, waiting, eps, heaps, bids_max)

        stale: list[Int32Array] = []
        bids = 0
        while len(queue) > FEW and bids <= bids_max:
            of_queue = self.region_of[queue]
            own_queues = [queue[of_queue == region] for region in range(REGIONS)]
            crossing = [queue[of_queue == columns.CROSSING]]
            for made, late, old in self.pool.map(bid, range(REGIONS), own_queues):
                bids += made
                crossing.append(late)
                stale.append(old)
            made, queue, old = bid(columns.CROSSING, np.concatenate(crossing))
            bids += made
            stale.append(old)
        made, _, old = bid(auction.ANY, queue)
        return bids + made, np.concatenate([*stale, old])

    def _bid(
        self, region: int, queue: Int32Array, eps: int, heaps: Heaps, bids_max: int
    ) -> tuple[int, Int32Array, Int32Array]:
        """Let people of one region bid: the bids made, who is left to others, and who needs new columns."""
        deferred, stale = np.empty(len(self.own), np.int32), np.empty(len(self.own), np.int32)
        bids, late, old = auction.forward(
            queue,
            len(queue),
            self.columns,
            self.own,
            self.none,
            self.pairs.post_bits,
            self.top,
            self.net,
            self.scale,
            self.pairs.bonus,
            eps,
            self.seats,
            *heaps,
            self.beyond,
            self.risen - TRUSTED_EPS * eps,
            self.region_of,
            region,
            deferred,
            stale,
            bids_max,
        )
        return bids, deferred[:late].copy(), stale[:old].copy()

    def clear(
        self, *, eps_first: int, tell: Tell, lowered_by: int = LOWERED_BY, rounds_max: int = ROUNDS_MAX
    ) -> int | None:
        """Run the phases from ``eps_first`` (1/scale) to a gap below one unit; the bound. See the module.

        None where ``rounds_max`` were not enough.
        """
        wide, eps, last, repeats, drop = self.columns.shape[1], max(1, eps_first), 0, 0, 0
        phases = 1 + int(np.ceil(np.log(eps) / np.log(EPS_STEP)))
        for number in range(rounds_max):
            tell("auction", min(number, phases - 1), phases)
            if last > eps:
                self._lower(lowered_by * last)
            bids_ended, ended, waiting = self.phase(eps)
            last = eps
            lowered_by = self._lowering(lowered_by)
            if not (bids_ended and ended):
                repeats += 1
                if not ended:
                    drop = max(2 * drop, 2 * LOWERED_AFTER_STORM * EPS_STEP * eps)
                    self._lower(drop)
                    # No finer phase will end what is cut off here: with as many steps it was begun anew and cut off
                    # each second time for ever (seen in a replay: 230 posts, 70,000 people).
                    self.patience *= 2 if eps == 1 else 1
                if not bids_ended and repeats % REPEATS == 0:
                    eps = min(eps * EPS_BACK, max(eps, eps_first))
                    wide = min(wide * 2, self.wide_max)
                    self.patience *= 2
                    self.look(cold=True, wide=wide)
                else:
                    self.look()
                continue
            repeats, drop = 0, 0
            if eps > 1:
                if eps >= UNSCANNED_BELOW * self.scale:
                    self.look()
                eps = max(1, eps // EPS_STEP)
                continue
            self.look()
            bound = self.bound
            gap = self.gap(bound)
            must(gap >= 0, "no placement is worth more than the bound")
            if gap < 1:
                return bound
            if not waiting:
                self._finer()
        return None

    def _lowering(self, lowered_by: int) -> int:
        """By how many of the last epsilons prices are lowered from here on, a phase being over: more after a storm.

        Where they are not lowered at all (0), and where they began at those of an earlier day, it stays as it was.
        """
        storm = self.steps > STORM_STEPS_A_POST * self.posts
        return LOWERED_AFTER_STORM if storm and lowered_by and not self.earlier else lowered_by

    def _finer(self) -> None:
        self.scale *= SCALE_STEP
        self.top, self.net = self.top * SCALE_STEP, self.net * SCALE_STEP
        self.net_seen = self.net_seen * SCALE_STEP
        self.beyond = np.maximum(self.beyond, columns.LOWEST // SCALE_STEP) * SCALE_STEP
        fits = int(self.top.max()) < (1 << 62) // BLOCK_PEOPLE
        must(fits, "a unit has fine enough parts long before they overflow")
