"""The exact reference: a minimum-cost flow over all feasible pairs, by OR-Tools.

Slow, thirsty and right: tests and benchmarks compare ``dure.engine.matching.solve`` with it, and it shares nothing with
that but the facts, the rules and the price list.

The objective is strict: first as many tier-1 seats as can be filled, then tier 2, then tier 3, then the least
sum of pair costs. It becomes one number by giving a seat of tier 1, 2, 3 the value 3W, 2W, W, less the cost
of the pair. A finite W is enough:

    Write P_t for the filled seats of tiers 1 to t. The tier values sum to W (P_1 + P_2 + P_3). Suppose a
    placement of greatest value leaves some P_t smaller than it could be. Seen on tiers 1 to t alone it is
    then not a maximum matching, so there is an augmenting path (Berge 1957): it begins at a person without a
    seat in these tiers, ends at an open seat in them, and everyone between moves one post on within them.
    Moving all of them raises P_t, lowers no P_s (the first person may leave a seat of a later tier s > t,
    where the one gained makes up for it), and so earns at least W. A path that visits a post twice can be cut
    short, hence it moves at most as many people as there are posts. A person who moves, or is newly placed,
    pays at most ``max(0, dearest pair) - min(0, cheapest pair)`` more, so the sum of the largest such ranges,
    as many as there are posts, bounds what is paid. With W one above that sum the move is a gain: a
    contradiction.

So at that W every prefix P_1, P_2, P_3 is the largest possible at once, and among all such placements the sum
of costs is least. It is some thousand times larger than days ask for, and the solver takes two thirds longer
with it, so a small W goes first and the order of the tiers is proven for the placement found: no augmenting
path for any prefix. Where there is one, W is raised and the day solved again, until it passes the W above.
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from bench.peers.candidates import Candidates, candidates
from bench.peers.certificate import Exchange, Valued, closed_set, dual_bound, exchange_of, post_prices
from dure.engine.matching import NO_POST, Problem, Solution
from dure.engine.matching.facts import BoolArray, Int32Array, IntArray
from dure.engine.matching.solution import TIERS

# Who sits before the match, and the sums after it, which check() recounts; none of the search is shared.
from dure.engine.matching.solve import seat_standing, whole_day
from dure.kernel.must import must

ARCS_AT_ONCE = 1 << 20
# 300 km: nobody's travel outweighs a seat, and few chains of moves do.
TIER_UNIT_FIRST = 30_000
TIER_UNIT_STEP = 8


def reference_solve(problem: Problem, *, standing: Int32Array | None = None) -> Solution:
    """Place everyone for the day, exactly. Equal input gives equal bytes.

    ``standing`` (n, int32 post rows or -1) are placements agreed earlier. They are seated first, row by row,
    where they are feasible and a seat is left; whoever cannot be seated so takes part in the match like
    everybody else. The certificate then speaks about the rest alone.

    Memory is about 100 bytes a feasible pair at the peak, nearly all of it the network of the solver.
    Refuses with ProblemRefused a ``standing`` that names posts which do not exist.
    """
    seated = seat_standing(problem, standing)
    kept = seated != NO_POST
    seats = problem.posts.seats - np.bincount(seated[kept], minlength=problem.posts.count)
    pairs = candidates(problem, among=~kept)
    tier_unit_max = _tier_unit_max(problem, pairs)
    tier_unit = TIER_UNIT_FIRST
    while True:
        valued = Valued(
            pairs=pairs,
            post_value=(TIERS + 1 - problem.posts.tier.astype(np.int64)) * tier_unit,
            # More seats than people say nothing more, and keep the sums small.
            seats=np.minimum(seats, problem.people.count).astype(np.int64),
            people_count=problem.people.count,
        )
        placed = _flow(valued)
        exchange = exchange_of(valued, placed)
        closed = _tier_proofs(problem, seats, placed, exchange)
        if closed is not None:
            break
        must(tier_unit < tier_unit_max, "so large a unit keeps the tiers in order")
        tier_unit *= TIER_UNIT_STEP
    prices = post_prices(exchange)
    value = valued.value(placed)
    bound = dual_bound(valued, prices)
    must(bound == value, "a minimum-cost flow proves itself best")
    post_of = np.where(kept, seated, placed).astype(np.int32)
    whole = whole_day(problem, post_of)
    return Solution(
        post_of=post_of,
        standing=kept,
        prices=prices,
        price_scale=1,
        closed=closed,
        tier_unit=tier_unit,
        value=value,
        bound_scaled=bound,
        cost_total=whole.cost_total,
        seats_by_tier=whole.seats_by_tier,
        filled_by_tier=whole.filled_by_tier,
        pairs=pairs.count,
        travel_mean_m=whole.travel_mean_m,
    )


def _tier_proofs(
    problem: Problem, seats: IntArray, placed: Int32Array, exchange: Exchange
) -> BoolArray | None:
    """(3, m) the closed sets of posts of the tier prefixes, or None where more seats of one can be filled."""
    taken = np.bincount(placed[placed != NO_POST], minlength=problem.posts.count)
    open_seats = taken < seats
    sets = [closed_set(exchange, open_seats, problem.posts.tier <= tier) for tier in range(1, TIERS + 1)]
    found = [reached for reached in sets if reached is not None]
    return np.stack(found) if len(found) == TIERS else None


def _tier_unit_max(problem: Problem, pairs: Candidates) -> int:
    """The W of the module docstring that is always enough."""
    dearest = np.zeros(problem.people.count, np.int32)
    cheapest = np.zeros(problem.people.count, np.int32)
    np.maximum.at(dearest, pairs.person, pairs.cost)
    np.minimum.at(cheapest, pairs.person, pairs.cost)
    spread = np.sort(dearest.astype(np.int64) - cheapest)
    return 1 + int(spread[max(0, len(spread) - problem.posts.count) :].sum())


def _flow(valued: Valued) -> Int32Array:
    """(n,) post rows or -1 of an optimal flow: person → post → sink, or person → sink for nobody's loss."""
    pairs = valued.pairs
    has_pair = np.zeros(valued.people_count, np.bool_)
    has_pair[pairs.person] = True
    people = np.flatnonzero(has_pair).astype(np.int32)
    placed = np.full(valued.people_count, NO_POST, np.int32)
    if len(people) == 0:
        return placed
    node_of = np.cumsum(has_pair, dtype=np.int32) - np.int32(1)
    node_of_post = np.arange(len(valued.seats), dtype=np.int32) + np.int32(len(people))
    sink = len(people) + len(valued.seats)

    network = SimpleMinCostFlow()
    # Pair arcs come first, so that arc numbers are pair numbers.
    for start, stop in pairs.blocks(ARCS_AT_ONCE):
        part = slice(pairs.ptr[start], pairs.ptr[stop])
        network.add_arcs_with_capacity_and_unit_cost(
            node_of[pairs.person[part]],
            node_of_post[pairs.posts(start, stop)],
            np.ones(part.stop - part.start, np.int64),
            pairs.cost[part].astype(np.int64),
        )
    network.add_arcs_with_capacity_and_unit_cost(
        node_of_post, np.full(len(node_of_post), sink, np.int32), valued.seats, -valued.post_value
    )
    nodes = np.arange(len(people), dtype=np.int32)
    one = np.ones(len(people), np.int64)
    network.add_arcs_with_capacity_and_unit_cost(
        nodes, np.full(len(people), sink, np.int32), one, np.zeros(len(people), np.int64)
    )
    network.set_nodes_supplies(nodes, one)
    network.set_node_supply(sink, -len(people))
    must(network.solve() == network.OPTIMAL, "everyone may stay unplaced, so an optimal flow exists")

    for start, stop in pairs.blocks(ARCS_AT_ONCE):
        first, last = int(pairs.ptr[start]), int(pairs.ptr[stop])
        used = np.flatnonzero(network.flows(np.arange(first, last, dtype=np.int32)))
        placed[pairs.person[first + used]] = pairs.posts(start, stop)[used]
    must(valued.value(placed) == -network.optimal_cost(), "our value is the solver's own objective")
    return placed
