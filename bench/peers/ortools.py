"""OR-Tools' minimum-cost flow (cost scaling push-relabel), on all pairs or on each person's cheapest few."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from bench.peers.pairs import all_pairs
from dure.engine.compiled import compiled
from dure.engine.matching import NO_POST, Problem
from dure.engine.matching.facts import Int32Array, IntArray
from dure.engine.matching.pairs import Block, Pairs, Words
from dure.kernel.must import must

TIER_UNIT = 30_000  # 300 km: a seat of tier 1, 2, 3 is worth 3, 2, 1 of it


@compiled
def _cheapest(ptr: IntArray, words: Words, most: int, kept: IntArray, owner: Int32Array) -> int:
    """Write each person's ``most`` cheapest words, cheapest first; how many there are."""
    count = 0
    for person in range(len(ptr) - 1):
        start = count
        for pair in range(ptr[person], ptr[person + 1]):
            word = np.int64(words[pair])
            if count - start == most and word >= kept[count - 1]:
                continue
            place = count
            if count - start == most:
                place -= 1
            else:
                count += 1
            while place > start and kept[place - 1] > word:
                kept[place] = kept[place - 1]
                place -= 1
            kept[place] = word
        owner[start:count] = person
    return count


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Pairs of one block, in the order of the network's arcs."""

    person: Int32Array
    post: Int32Array
    cost: IntArray


def _arcs(pairs: Pairs, block: Block, nearest: int | None) -> _Arcs:
    people = len(block.ptr) - 1
    words, owner = (
        block.words.astype(np.int64),
        np.repeat(np.arange(people, dtype=np.int32), np.diff(block.ptr)),
    )
    if nearest is not None:
        kept, whose = np.empty(people * nearest, np.int64), np.empty(people * nearest, np.int32)
        count = _cheapest(block.ptr, block.words, nearest, kept, whose)
        words, owner = kept[:count], whose[:count]
    person = owner + np.int32(block.first)
    return _Arcs(
        person=person,
        post=(words & ((1 << pairs.post_bits) - 1)).astype(np.int32),
        cost=(words >> pairs.post_bits) - pairs.bonus[person],
    )


def ortools_flow(
    problem: Problem, *, workers: int, tell: Callable[[str], None], nearest: int | None = None
) -> Int32Array:
    """(n,) post rows or -1 of an optimal flow over all pairs, or over the ``nearest`` of each person.

    With ``nearest`` the flow is optimal for a problem in which the other pairs do not exist.
    """
    pairs = all_pairs(problem, workers)
    tell("pairs")
    people, posts = pairs.layout.people, pairs.layout.posts
    first_post, sink = len(people), len(people) + len(posts)
    network = SimpleMinCostFlow()
    kept: list[tuple[Int32Array, Int32Array]] = []
    for block in pairs.blocks:
        arcs = _arcs(pairs, block, nearest)
        kept.append((arcs.person, arcs.post))
        network.add_arcs_with_capacity_and_unit_cost(
            arcs.person, arcs.post + np.int32(first_post), np.ones(len(arcs.post), np.int64), arcs.cost
        )
    post_nodes = np.arange(first_post, sink, dtype=np.int32)
    seats = np.minimum(problem.posts.seats[posts], max(1, len(people))).astype(np.int64)
    value = (4 - problem.posts.tier[posts].astype(np.int64)) * TIER_UNIT
    network.add_arcs_with_capacity_and_unit_cost(
        post_nodes, np.full(len(posts), sink, np.int32), seats, -value
    )
    people_nodes, one = np.arange(first_post, dtype=np.int32), np.ones(first_post, np.int64)
    to_sink = np.full(first_post, sink, np.int32)
    network.add_arcs_with_capacity_and_unit_cost(people_nodes, to_sink, one, np.zeros(first_post, np.int64))
    network.set_nodes_supplies(people_nodes, one)
    network.set_node_supply(sink, -first_post)
    tell("network")
    must(network.solve() == network.OPTIMAL, "everyone may stay unplaced, so an optimal flow exists")
    tell("solve")
    post_of = np.full(problem.people.count, NO_POST, np.int32)
    start = 0
    for person, post in kept:
        flow = network.flows(np.arange(start, start + len(person), dtype=np.int32)) > 0
        post_of[people[person[flow]]] = posts[post[flow]]
        start += len(person)
    tell("read")
    return post_of
