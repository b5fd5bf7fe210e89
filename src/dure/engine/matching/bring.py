"""Whom it costs least to bring to a post, and what happens when they come.

The prices tell: somebody who leaves a seat that others want leaves something behind, and what they would lose by
coming counts exactly that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dure.engine.matching import side_loops
from dure.engine.matching.facts import BoolArray, Int32Array, IntArray
from dure.engine.matching.pairs import Words
from dure.engine.matching.settle import Settlement
from dure.engine.matching.side_loops import FREE

STRETCHES = 2  # looked at side by side
SPARE = 4  # people looked at beyond those wanted, as others may want them too


@dataclass(frozen=True, eq=False)
class Offers:
    """Who could come to some posts, and what would be lost by it; post after post, the least loss first."""

    at: IntArray  # (posts + 1,)
    person: Int32Array
    loss: IntArray
    from_post: IntArray  # or HOME


def scout(
    now: Settlement,
    posts: IntArray,
    depth: IntArray,
    limit: IntArray,
    may: BoolArray,
    *,
    free: bool = False,
) -> Offers:
    """Ask all people who ``may`` (k,) come to ``posts``: the ``depth`` best of each, who lose less than ``limit``.

    A full post is entered at its price, or ``free`` of it: what new seats would bring.
    """
    market = now.market
    slot = np.full(market.posts, -1, np.int32)
    slot[posts] = np.arange(len(posts))
    at = np.concatenate([[0], np.cumsum(depth)]).astype(np.int64)
    # With an open seat the price is nothing.
    taken = now.count(now.posts_of())
    net = np.where(free | (taken < now.cap), market.top, now.net)
    stretches = np.array_split(np.arange(len(market.pairs.blocks)), STRETCHES)

    def some(stretch: IntArray) -> tuple[IntArray, IntArray, Int32Array, Words]:
        size, loss = np.zeros(len(posts), np.int64), np.empty(int(at[-1]), np.int64)
        who, word = np.empty(int(at[-1]), np.int32), np.empty(int(at[-1]), market.word)
        for number in stretch:
            block = market.pairs.blocks[number]
            side_loops.scout(
                block.first,
                block.ptr,
                block.words,
                market.pairs.post_bits,
                market.own,
                market.none,
                market.net,
                net,
                market.scale,
                market.pairs.bonus,
                may,
                slot,
                limit,
                at,
                size,
                loss,
                who,
                word,
            )
        inside = np.arange(len(loss)) - np.repeat(at[:-1], depth) < np.repeat(size, depth)
        return np.repeat(np.arange(len(posts)), depth)[inside], loss[inside], who[inside], word[inside]

    found = list(now.pool.map(some, stretches))
    of, loss, who = (np.concatenate([one[k] for one in found]) for k in (0, 1, 2))
    best = np.lexsort((who, loss, of))
    of, loss, who = of[best], loss[best], who[best]
    turn = np.arange(len(of)) - np.searchsorted(of, of, side="left")
    keep = turn < depth[of]
    of, loss, who = of[keep], loss[keep], who[keep]
    ends = np.searchsorted(of, np.arange(len(posts) + 1))
    return Offers(ends.astype(np.int64), who.astype(np.int32), loss, now.posts_of()[who])


class Bringing:
    """Brings people to posts, each of them once, and none whose going breaks a crew."""

    def __init__(self, now: Settlement) -> None:
        self.now = now
        self.gone = np.zeros(len(now.fixed), np.bool_)
        self.crew = now.count(now.posts_of()) + now.rows.held
        # Where seats are wanted somebody else comes for whoever goes.
        self.wanted = now.market.net < now.market.top

    def choose(self, offers: Offers, slot: int, count: int) -> tuple[list[int], int]:
        """Up to ``count`` people who may still go, and what is lost by it in all."""
        people: list[int] = []
        loss = 0
        left: dict[int, int] = {}
        for index in range(int(offers.at[slot]), int(offers.at[slot + 1])):
            person, source = int(offers.person[index]), int(offers.from_post[index])
            if len(people) == count:
                break
            if self.gone[person]:
                continue
            if source >= 0 and not self.wanted[source]:
                stays = int(self.crew[source]) - left.get(source, 0) - 1
                if 0 < stays < self.now.rows.least_crew[source]:
                    continue
                left[source] = left.get(source, 0) + 1
            people.append(person)
            loss += int(offers.loss[index])
        return people, loss

    def bring(self, people: list[int], post: int, beside: IntArray) -> None:
        """Settle people at a post, with those already there (``beside``) who have to stay."""
        now = self.now
        came = np.array(people, np.int64)
        source = now.posts_of()[came]
        np.subtract.at(self.crew, source[source >= 0], 1)
        self.crew[post] += len(came)
        self.gone[came] = True
        self.gone[beside] = True
        now.settle(came, post)
        now.settle(beside, post)


def may_come(now: Settlement) -> BoolArray:
    return np.asarray(now.fixed == FREE, np.bool_)


def people_at(own: IntArray, posts: IntArray) -> tuple[IntArray, IntArray]:
    """The people at some posts, post after post, and where each post's begin."""
    people = np.flatnonzero(np.isin(own, posts))
    people = people[np.argsort(own[people], kind="stable")]
    first = np.searchsorted(own[people], posts)
    last = np.searchsorted(own[people], posts, side="right")
    return people, np.stack([first, last], axis=1)
