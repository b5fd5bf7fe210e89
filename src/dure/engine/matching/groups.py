"""Groups in the order of the match: the posts that all of a group may take, found once, priced again and again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from dure.engine.matching import side_loops
from dure.engine.matching.facts import BoolArray, Int32Array, IntArray
from dure.engine.matching.market import Market
from dure.engine.matching.pairs import BLOCK_PEOPLE, Words
from dure.engine.matching.sides import NO_GROUP

GROUPS_AT_ONCE = 2_048


@dataclass(frozen=True, eq=False)
class Groups:
    """``g`` groups. A group of whom somebody takes no part, or may go nowhere, has no post."""

    member_at: IntArray  # (g + 1,)
    member: Int32Array  # people of the layout, group after group
    size: Int32Array  # (g,)
    at: IntArray  # (g + 1,) the posts of each group
    post: Int32Array
    cost: IntArray  # units, of all members together, less what each is worth on top
    order: IntArray  # in which they are placed: the largest first
    with_minor: BoolArray  # (g,)

    @property
    def count(self) -> int:
        return len(self.size)

    def members(self, groups: IntArray) -> tuple[IntArray, IntArray]:
        """The people of some groups, and for each of them the place of their group among these."""
        size = self.size[groups].astype(np.int64)
        ends = np.cumsum(size)
        places = np.repeat(self.member_at[groups] - (ends - size), size) + np.arange(int(size.sum()))
        return self.member[places].astype(np.int64), np.repeat(np.arange(len(groups)), size)


def find_groups(
    market: Market, group_of: Int32Array, sizes: IntArray, minor: BoolArray, pool: ThreadPoolExecutor
) -> Groups:
    """The groups of a layout.

    ``group_of`` (k,): the group of each person, numbered from 0; ``sizes`` (groups,): their members, whether they
    take part or not.
    """
    pairs = market.pairs
    grouped = np.flatnonzero(group_of != NO_GROUP)
    member = grouped[np.argsort(group_of[grouped], kind="stable")]
    present = np.bincount(group_of[grouped], minlength=len(sizes))
    member_at = np.concatenate([[0], np.cumsum(present)]).astype(np.int64)
    whole = present == sizes
    ptr, words = _their_pairs(market, member, pool)
    chunks = range(0, len(sizes), GROUPS_AT_ONCE)

    def chunk(start: int) -> tuple[IntArray, Int32Array, IntArray]:
        stop = min(start + GROUPS_AT_ONCE, len(sizes))
        keep = whole[start:stop]
        first, last = int(member_at[start]), int(member_at[stop])
        # Only whole groups are asked for; the others come out with no post.
        within = np.concatenate([[0], np.cumsum(np.where(keep, present[start:stop], 0))]).astype(np.int64)
        rows = np.arange(first, last)[np.repeat(keep, present[start:stop])].astype(np.int32)
        leaders = rows[within[:-1][np.diff(within) > 0]]
        room = int((ptr[leaders + 1] - ptr[leaders]).sum())
        at, post = np.empty(stop - start + 1, np.int64), np.empty(room, np.int32)
        cost = np.empty(room, np.int64)
        count = side_loops.common_posts(
            within, rows, ptr, words, pairs.post_bits, pairs.bonus[member[rows]], market.posts, at, post, cost
        )
        return at[:-1], post[:count].copy(), cost[:count].copy()

    found = list(pool.map(chunk, chunks))
    offset = np.cumsum([0, *(len(post) for _, post, _ in found)])
    size = present.astype(np.int32)
    return Groups(
        member_at=member_at,
        member=member.astype(np.int32),
        size=size,
        at=np.concatenate([*(at + offset[k] for k, (at, _, _) in enumerate(found)), offset[-1:]]),
        post=np.concatenate([np.empty(0, np.int32), *(post for _, post, _ in found)]),
        cost=np.concatenate([np.empty(0, np.int64), *(cost for _, _, cost in found)]),
        order=np.argsort(-size, kind="stable"),
        with_minor=np.bincount(group_of[grouped], weights=minor[grouped], minlength=len(sizes)) > 0,
    )


def _their_pairs(market: Market, member: IntArray, pool: ThreadPoolExecutor) -> tuple[IntArray, Words]:
    """The pairs of some people, in their order."""
    blocks = market.pairs.blocks
    block_of = member // BLOCK_PEOPLE
    by_block = np.argsort(block_of, kind="stable")
    at = np.searchsorted(block_of[by_block], np.arange(len(blocks) + 1))
    degree = np.zeros(len(member), np.int64)
    mine = [by_block[at[k] : at[k + 1]] for k in range(len(blocks))]
    for k, which in enumerate(mine):
        rows = member[which] % BLOCK_PEOPLE
        degree[which] = blocks[k].ptr[rows + 1] - blocks[k].ptr[rows]
    ptr = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    words: Words = np.empty(int(ptr[-1]), market.word)

    def one(k: int) -> None:
        rows = member[mine[k]] % BLOCK_PEOPLE
        side_loops.gather(rows, blocks[k].ptr, blocks[k].words, ptr, words, mine[k])

    list(pool.map(one, range(len(blocks))))
    return ptr, words
