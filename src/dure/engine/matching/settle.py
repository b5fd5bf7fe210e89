"""The sides settled on top of the match: who is settled leaves the market, the rest bid again from the prices at hand.

The market knows people one by one. So groups get their place first, all of a group at the post that is worth most
to them together at the prices of the day; their seats are gone and whoever held them bids again. Then, round by
round, what is broken is mended where that costs less than giving it up: crews that are too small, posts with too few
leads, minors without two cleared adults. Seats are only ever taken away and people only ever settled, so it ends;
what a round leaves broken after the last is given up (:mod:`dure.engine.matching.settle_end`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from dure.engine.matching import side_bound, side_loops
from dure.engine.matching.facts import ADULT_AGE, NO_POST, BoolArray, Int32Array, IntArray
from dure.engine.matching.groups import Groups, find_groups
from dure.engine.matching.layout import Layout
from dure.engine.matching.market import Market, Tell
from dure.engine.matching.pairs import Block, Words
from dure.engine.matching.problem import YESTERDAY_UNITS, Problem
from dure.engine.matching.side_loops import FREE, HOME
from dure.engine.matching.sides import NO_GROUP, Sides

EPS_UNITS = 12  # of the auctions here: 120 m
EPS_GROUPS = (300,)  # before it, where groups left seats all over the country
TURNS_MOST = 16
TRIES = 2  # where an auction reaches its limits; who is without a seat then is so in the end


@dataclass(frozen=True, eq=False)
class SideRows:
    """The sides in the order of the layout, with what stood before the match."""

    group: Int32Array  # (k,) numbered from 0; -1 alone
    group_sizes: IntArray  # (groups,) members that did not stand before
    anchor: IntArray  # (groups,) the post where a member stands; HOME nobody does; FREE members stand apart
    minor: BoolArray  # (k,)
    adult: BoolArray  # (k,) cleared adults
    several: BoolArray  # (k,) wish for more than one shift
    least_crew: IntArray  # (m,)
    lead: IntArray  # (m,) or -1
    people_per_lead: Int32Array  # (m,)
    two_adults: BoolArray  # (m,)
    tier: IntArray  # (m,)
    held: IntArray  # (m,) people who stand, or said yes before
    held_adults: IntArray  # (m,) cleared adults among them


def side_rows(problem: Problem, sides: Sides, order: Layout, seated: Int32Array) -> SideRows:
    """Lay the sides out. ``seated`` (n,): who stands where."""
    people, posts = problem.people, problem.posts
    place_of = np.empty(posts.count + 1, np.int64)
    place_of[order.posts] = np.arange(posts.count)
    place_of[-1] = HOME
    stands = seated != NO_POST
    numbers, group = np.unique(sides.group, return_inverse=True)
    numbered = np.asarray(group - int(NO_GROUP in numbers), np.int32)
    groups = len(numbers) - int(NO_GROUP in numbers)
    grouped = numbered != NO_GROUP
    anchor = np.full(groups, HOME, np.int64)
    rows = np.flatnonzero(stands & grouped)
    anchor[numbered[rows]] = place_of[seated[rows]]
    anchor[numbered[rows[anchor[numbered[rows]] != place_of[seated[rows]]]]] = FREE
    minor = people.age < ADULT_AGE
    adult = ~minor & people.cleared
    here = order.people
    return SideRows(
        group=numbered[here],
        group_sizes=np.bincount(numbered[grouped & ~stands], minlength=groups),
        anchor=anchor,
        minor=minor[here],
        adult=adult[here],
        several=(sides.shifts_max[here] > 1) & (sides.group[here] == NO_GROUP),
        least_crew=sides.least_crew[order.posts].astype(np.int64),
        lead=place_of[sides.lead_post[order.posts]],
        people_per_lead=sides.people_per_lead[order.posts],
        two_adults=sides.two_adults[order.posts],
        tier=posts.tier[order.posts].astype(np.int64),
        held=(np.bincount(seated[stands], minlength=posts.count) + sides.held)[order.posts],
        held_adults=(np.bincount(seated[stands & adult], minlength=posts.count) + sides.held_adults)[
            order.posts
        ],
    )


def possible_seats(market: Market, rows: SideRows, seats: IntArray) -> IntArray:
    """(m,) the seats that can be filled in any placement: none where a least crew could not be found among all
    who may come, and only as many as all possible leads look after."""
    most = np.minimum(seats, market.could_come).astype(np.int64)
    led = rows.lead >= 0
    # Leads may be led themselves, so it goes on down the line.
    while True:
        before = most.copy()
        most[(most + rows.held < rows.least_crew) & (rows.held == 0)] = 0
        looked_after = (most + rows.held)[rows.lead] * rows.people_per_lead - rows.held
        most[led] = np.minimum(most, np.maximum(looked_after, 0))[led]
        if np.array_equal(most, before):
            return most


@dataclass
class Counts:
    """What the settling did."""

    crews_mended: int = 0
    ratios_mended: int = 0
    adults_mended: int = 0


class Settlement:
    """The market while sides are settled. People and posts in the order of the layout."""

    def __init__(
        self, market: Market, rows: SideRows, seats: IntArray, *, pool: ThreadPoolExecutor, tell: Tell
    ) -> None:
        self.tell, self.turns = tell, 0
        self.market, self.rows, self.pool = market, rows, pool
        self.counts = Counts()
        people = len(market.own)
        self.fixed = np.full(people, FREE, np.int32)  # the post where somebody is settled, HOME, or FREE
        self.seats = possible_seats(market, rows, seats)
        self.cap = self.seats.copy()  # (m,) seats that may be filled, beside those that stand
        self.net_shut = market.shut_net * market.scale
        # What seats are worth less their price, of posts without a free seat, too.
        self.net = np.where(self.seats == 0, self.net_shut, market.net)
        self.barred = np.zeros(market.posts, np.bool_)  # posts that are closed to minors
        self.saved: list[tuple[Block, IntArray, Words]] = []
        self.groups = find_groups(market, rows.group, rows.group_sizes, rows.minor, pool)
        self._anchor()
        self.group_place = np.full(self.groups.count, HOME, np.int32)

    def _anchor(self) -> None:
        """Only posts with seats for all of a group; where somebody of them stands the others may only join them."""
        groups, anchor = self.groups, self.rows.anchor
        of = np.repeat(np.arange(groups.count), np.diff(groups.at))
        keep = (anchor[of] == HOME) | (anchor[of] == groups.post)
        keep &= self.seats[groups.post] >= groups.size[of]
        at = np.concatenate([[0], np.cumsum(np.bincount(of[keep], minlength=groups.count))]).astype(np.int64)
        self.groups = Groups(
            groups.member_at,
            groups.member,
            groups.size,
            at,
            groups.post[keep],
            groups.cost[keep],
            groups.order,
            groups.with_minor,
        )

    # --- what is known ---

    def posts_of(self) -> IntArray:
        """(k,) where everybody is now; HOME nowhere."""
        return np.where(self.fixed == FREE, self.market.posts_of(), self.fixed)

    def count(self, posts: IntArray, among: BoolArray | None = None) -> IntArray:
        chosen = posts >= 0 if among is None else (posts >= 0) & among
        return np.bincount(posts[chosen], minlength=self.market.posts)

    def settled(self) -> IntArray:
        return self.count(self.fixed.astype(np.int64))

    # --- moving people in and out of the market ---

    def settle(self, people: IntArray, post: IntArray | Int32Array | int) -> None:
        """Give people their place for good; HOME is a place, too."""
        self.fixed[people] = post
        self.market.own[people] = self.market.none
        self.market.columns[people] = self.market.none

    def free(self, people: IntArray) -> None:
        """Send people back into the market, without a seat."""
        self.fixed[people] = FREE
        self.market.look_again(people, cold=True)

    def place_groups(self, groups: IntArray, *, stay: int = 0) -> int:
        """Give groups the best place that has room, in their order; how many moved."""
        mask = np.zeros(self.groups.count, np.bool_)
        mask[groups] = True
        order = self.groups.order[mask[self.groups.order]]
        before = self.group_place.copy()
        moved = side_loops.place_groups(
            order,
            self.groups.size,
            self.groups.at,
            self.groups.post,
            self.groups.cost,
            self.net,
            self.market.scale,
            self.cap - self.settled(),
            self.groups.with_minor,
            self.barred,
            self.group_place,
            stay,
        )
        changed = np.flatnonzero((self.group_place != before) | (mask & (before == HOME)))
        people, which = self.groups.members(changed)
        self.settle(people, self.group_place[changed][which])
        return moved

    def reopen(self, *steps_units: int) -> None:
        """Give the market the seats that are left, put out whoever has none, and let them bid."""
        self.tell("sides", min(self.turns, TURNS_MOST - 1), TURNS_MOST)
        self.turns += 1
        market = self.market
        known = self.net
        was_shut = market.shut.copy()
        market.give_seats(np.maximum(self.cap - self.settled(), 0))
        again = was_shut & ~market.shut
        market.net[again] = known[again]
        self._put_out()
        settled = self.fixed != FREE
        market.rows = [
            np.flatnonzero(~settled[block.first : block.first + len(block.ptr) - 1]).astype(np.int32)
            for block in market.pairs.blocks
        ]
        for eps_units in (*steps_units, *(EPS_UNITS,) * TRIES):
            *ended, _ = market.phase(eps_units * market.scale)
            if eps_units == EPS_UNITS and all(ended):
                break
            if not all(ended):
                market.look()
        self.net = np.where(market.shut & (self.cap > 0), known, market.net)

    def regrets(self, people: IntArray) -> IntArray:
        """What each of some people with a seat of the market would lose without it, in 1/scale of a unit."""
        market, out = self.market, np.empty(len(people), np.int64)
        side_loops.regrets(
            people,
            market.columns,
            market.own,
            market.none,
            market.pairs.post_bits,
            market.net,
            market.scale,
            market.pairs.bonus,
            out,
        )
        return out

    def _put_out(self) -> None:
        """Where more people sit than there are seats, those leave who lose least by it."""
        own = self.market.posts_of()
        taken = self.count(own)
        over = taken - self.market.seats
        people = np.flatnonzero((own >= 0) & (over[own] > 0))
        if not len(people):
            return
        by_post = people[np.lexsort((self.regrets(people), own[people]))]
        post = own[by_post]
        turn = np.arange(len(post)) - np.searchsorted(post, post, side="left")
        self.market.own[by_post[turn < over[post]]] = self.market.none

    def remember(self, block: Block, rows: Int32Array) -> None:
        """Keep the pairs of some rows of a block as they are, for :meth:`restore`."""
        count = block.ptr[rows + 1] - block.ptr[rows]
        ends = np.cumsum(count)
        places = np.repeat(block.ptr[rows] - (ends - count), count) + np.arange(int(count.sum()))
        self.saved.append((block, places, block.words[places]))

    def restore(self) -> None:
        for block, places, words in self.saved:
            block.words[places] = words
        self.saved.clear()

    # --- groups ---

    def settle_groups(self, rounds: int) -> None:
        """Place all groups at the prices of the match, then again at those that follow from it."""
        if not self.groups.count:
            return
        everyone = np.arange(self.groups.count)
        people, _ = self.groups.members(everyone)
        self.settle(people, HOME)
        self.place_groups(everyone)
        self.reopen(*EPS_GROUPS)
        for _ in range(rounds):
            # Where prices fell there may be something better than all that people knew of.
            self.market.look()
            self.place_groups(everyone, stay=EPS_UNITS * self.market.scale)
            self.reopen()

    # --- the bound ---

    def bound(
        self,
        net: IntArray,
        price: IntArray,
        shifts: Int32Array,
        times: tuple[Int32Array, IntArray, IntArray],
        *,
        more: int = 0,
    ) -> int:
        """In whole units: no placement that keeps groups together is worth more, whatever the prices.

        ``net`` (m,): what a seat is worth to those who take it; ``price`` (m,): its rent; ``shifts`` (k,): how many
        each wishes for; ``times``: (k,) minutes each may work in all, (m,) start and (m,) end of posts; ``more``: in
        1/scale, what is added whatever anybody does.
        """
        market, pairs = self.market, self.market.pairs
        alone = (self.rows.group == NO_GROUP) & ~self.rows.several
        common = (pairs.post_bits, net, market.scale)

        def one(block: Block) -> int:
            rows = np.flatnonzero(self.rows.several[block.first : block.first + len(block.ptr) - 1])
            return int(
                side_bound.singles_bound(block.first, block.ptr, block.words, *common, pairs.bonus, alone)
            ) + int(
                side_bound.several_bound(
                    block.first,
                    rows.astype(np.int32),
                    block.ptr,
                    block.words,
                    *common,
                    YESTERDAY_UNITS,
                    pairs.bonus,
                    shifts,
                    *times,
                )
            )

        groups = self.groups
        total = int(
            side_bound.groups_bound(groups.size, groups.at, groups.post, groups.cost, net, market.scale)
        )
        total += sum(self.pool.map(one, pairs.blocks))
        total += more + sum(
            int(count) * int(each) for count, each in zip(self.seats, price, strict=True) if each
        )
        return total // market.scale
