"""The proof of optimality: a price for every post, and the bound that follows from prices.

Value a_ij is the value of the post less the cost of the pair. For any prices p >= 0 no placement is worth
more than

    sum over people of max(0, best a_ij - p_j)  +  sum over posts of seats_j p_j

(weak duality of the assignment problem). The prices used are the marginal values of one more seat, read from
the residual graph; with them the bound of an optimal placement equals its value, in exact integers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.peers.candidates import Candidates
from dure.engine.matching.facts import NO_POST, BoolArray, Int32Array, IntArray
from dure.kernel.must import must

# Below every sum of values that can occur, with room to add to it.
FAR_BELOW = -(1 << 61)
TABLE_CELLS_MAX = 1 << 21


@dataclass(frozen=True, eq=False)
class Valued:
    """Pairs with what they are worth: the assignment problem and nothing else."""

    pairs: Candidates
    post_value: IntArray  # (m,)
    seats: IntArray  # (m,)
    people_count: int

    def worth(self, start: int, stop: int) -> IntArray:
        """a_ij of each pair of the posts ``start`` to ``stop``."""
        ptr = self.pairs.ptr
        value = np.repeat(self.post_value[start:stop], np.diff(ptr[start : stop + 1]))
        return value - self.pairs.cost[ptr[start] : ptr[stop]]

    def own_worth(self, placed: Int32Array) -> IntArray:
        """(n,) a_ij of each person's own pair; 0 for the unplaced."""
        own = np.zeros(self.people_count, np.int64)
        for start, stop in self.pairs.blocks():
            person = self.pairs.person[self.pairs.ptr[start] : self.pairs.ptr[stop]]
            mine = placed[person] == self.pairs.posts(start, stop)
            own[person[mine]] = self.worth(start, stop)[mine]
        return own

    def value(self, placed: Int32Array) -> int:
        return int(self.own_worth(placed).sum())


@dataclass(frozen=True, eq=False)
class Exchange:
    """The residual graph of a placement with people folded away.

    An edge says what is gained, the seat left behind aside, when a seat at ``to`` takes the best person from
    ``source``. Built by :func:`exchange_of`; edges are sorted by ``to``, at most one for two posts.
    """

    wanted: BoolArray  # (m,) an unplaced person could come
    entry: IntArray  # (m,) worth of the best unplaced person; 0 when nobody gains
    to: IntArray  # (edges,)
    source: IntArray  # (edges,)
    gain: IntArray  # (edges,)


def exchange_of(valued: Valued, placed: Int32Array) -> Exchange:
    """Fold the pairs, in dense tables of a few posts at a time.

    The unplaced share a last column, so one table holds both kinds of gain.
    """
    own = valued.own_worth(placed)
    post_count = len(valued.seats)
    width = post_count + 1
    column = np.where(placed == NO_POST, post_count, placed).astype(np.int64)
    wanted = np.zeros(post_count, np.bool_)
    entry = np.zeros(post_count, np.int64)
    to, source, gain = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    rows_at_once = max(1, TABLE_CELLS_MAX // width)
    for start in range(0, post_count, rows_at_once):
        stop = min(start + rows_at_once, post_count)
        person = valued.pairs.person[valued.pairs.ptr[start] : valued.pairs.ptr[stop]]
        cell = (valued.pairs.posts(start, stop).astype(np.int64) - start) * width + column[person]
        best = np.full((stop - start) * width, FAR_BELOW, np.int64)
        np.maximum.at(best, cell, valued.worth(start, stop) - own[person])
        table = best.reshape(stop - start, width)
        wanted[start:stop] = table[:, post_count] > FAR_BELOW
        entry[start:stop] = np.maximum(0, table[:, post_count])
        row, col = np.nonzero(table[:, :post_count] > FAR_BELOW)
        other = col != row + start
        to.append((row + start)[other])
        source.append(col[other])
        gain.append(table[row[other], col[other]])
    return Exchange(wanted, entry, np.concatenate(to), np.concatenate(source), np.concatenate(gain))


def closed_set(exchange: Exchange, open_seats: BoolArray, inside: BoolArray) -> BoolArray | None:
    """The proof that no placement fills more seats of the posts ``inside`` (m, bool), or None if one does.

    So it is when there is no augmenting path (Berge 1957). The search runs backwards from their open seats:
    whoever could come there and holds no seat inside begins one. The posts it reached are the proof.
    """
    reached = open_seats & inside
    count = -1
    while count != (count := int(reached.sum())):
        coming = exchange.source[reached[exchange.to]]
        if (exchange.wanted & reached).any() or not inside[coming].all():
            return None
        reached[coming] = True
    return reached


def post_prices(exchange: Exchange) -> IntArray:
    """(m,) what one more seat at each post would be worth, given an optimal placement.

    Longest paths by Bellman-Ford: a new seat is worth the best unplaced person, or the best person from
    elsewhere plus what their old seat is then worth. At an optimum there is no gainful round trip, so paths
    visit a post once and the rounds end. A placement that is not optimal is a caller's bug.
    """
    posts, starts = np.unique(exchange.to, return_index=True)
    prices = exchange.entry.copy()
    for _ in range(len(prices) + 1):
        if len(posts) == 0:
            break
        through = np.maximum.reduceat(exchange.gain + prices[exchange.source], starts)
        raised = np.maximum(prices[posts], through)
        if np.array_equal(raised, prices[posts]):
            break
        prices[posts] = raised
    else:
        must(False, "an optimal placement has no gainful round trip")
    return prices


def dual_bound(valued: Valued, prices: IntArray) -> int:
    """No placement is worth more than this, whatever the prices (at least 0)."""
    must(bool((prices >= 0).all()), "a price below zero proves nothing")
    best = np.zeros(valued.people_count, np.int64)
    for start, stop in valued.pairs.blocks():
        part = slice(valued.pairs.ptr[start], valued.pairs.ptr[stop])
        count = np.diff(valued.pairs.ptr[start : stop + 1])
        np.maximum.at(
            best, valued.pairs.person[part], valued.worth(start, stop) - np.repeat(prices[start:stop], count)
        )
    # Python's integers: a bad price must not wrap round into a good bound.
    seat_rent = sum(int(seats) * int(price) for seats, price in zip(valued.seats, prices, strict=True))
    return int(best.sum()) + seat_rent
