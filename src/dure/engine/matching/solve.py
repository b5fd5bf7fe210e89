"""The match of a day: from the problem to the answer and its proof.

The objective is strict: first as many tier-1 seats as can be filled, then tier 2, then tier 3, then the least
sum of pair costs. It becomes one number by giving a seat of tier 1, 2, 3 the value 3W, 2W, W, less the cost of
the pair. A finite W is enough:

    Write P_t for the filled seats of tiers 1 to t. The tier values sum to W (P_1 + P_2 + P_3). Suppose a
    placement of greatest value leaves some P_t smaller than it could be. Seen on tiers 1 to t alone it is
    then not a maximum matching, so there is an augmenting path (Berge 1957): it begins at a person without a
    seat in these tiers, ends at an open seat in them, and everyone between moves one post on within them.
    Moving all of them raises P_t, lowers no P_s (the first person may leave a seat of a later tier s > t,
    where the one gained makes up for it), and so earns at least W. A path that visits a post twice can be cut
    short, hence it moves at most as many people as there are posts, and each pays at most their dearest pair
    less their cheapest more: with W above the sum the move is a gain, a contradiction.

No W is trusted: the order is proven for the placement found (:mod:`dure.engine.matching.tiers`), and where the
proof fails W is raised and the day auctioned anew.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dure.engine.matching.facts import NO_POST, Int32Array, IntArray, ProblemRefused
from dure.engine.matching.layout import Layout, layout
from dure.engine.matching.market import (
    COLUMNS,
    EPS_FIRST_SHARE,
    EPS_WARM_SHARE,
    REGIONS,
    ROUNDS_FROM_SEATS_MAX,
    SCALE,
    Market,
    Tell,
)
from dure.engine.matching.pairs import BLOCK_PEOPLE, Finder, TooLarge, Word, find_pairs
from dure.engine.matching.problem import AT_ONCE, Problem, cost_parts, feasible, travel_m
from dure.engine.matching.settled import settle_sides
from dure.engine.matching.sides import Sides
from dure.engine.matching.solution import TIERS, Solution
from dure.engine.matching.tiers import closed_sets
from dure.kernel.must import must

# 300 km: nobody's travel outweighs a seat, and few chains of moves do.
TIER_UNIT_FIRST = 30_000
TIER_UNIT_STEP = 8
# The bound of a block of people is summed in 64 bits.
TIER_UNIT_MAX = (1 << 62) // (TIERS * SCALE * BLOCK_PEOPLE)
WORKERS = 2
Kind = TypeVar("Kind", bound=np.generic)


def silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


def _cleared(
    opened: Callable[[], Market], prices: IntArray | None, sit: Int32Array | None, tell: Tell
) -> tuple[Market, int]:
    """A market after its auction, and the bound: from where people ``sit``, or else as on a morning.

    ``prices`` and ``sit``: in the order of the layout.
    """

    def at_prices() -> Market:
        market = opened()
        if prices is not None:
            market.start_from(prices)
        return market

    if sit is not None:
        market = at_prices()
        market.start_at(sit)
        market.look(cold=True)
        eps = market.eps_from_here()
        bound = market.clear(eps_first=eps, lowered_by=0, tell=tell, rounds_max=ROUNDS_FROM_SEATS_MAX)
        if bound is not None:
            return market, bound
    market = at_prices()
    market.look(cold=True)
    eps = int(market.top.max(initial=1)) // (EPS_FIRST_SHARE if prices is None else EPS_WARM_SHARE)
    bound = market.clear(eps_first=eps, tell=tell)
    must(bound is not None, "the auction comes to its end")
    return market, bound or 0


def solve(
    problem: Problem,
    *,
    standing: Int32Array | None = None,
    start_prices: IntArray | None = None,
    start_posts: Int32Array | None = None,
    tell: Tell = silent,
    memory_max_bytes: int | None = None,
    workers: int = WORKERS,
    sides: Sides | None = None,
) -> Solution:
    """Place everyone for the day, exactly. Equal input gives equal bytes, whatever the number of ``workers``.

    ``standing`` (n, int32 post rows or -1) are placements agreed earlier. They are seated first, row by row,
    where they are feasible and a seat is left; whoever cannot be seated so takes part in the match like
    everybody else. The certificate then speaks about the rest alone. ``start_prices`` (m, int64 units): what
    seats were worth yesterday, 0 where that is not known; the answer is as good without, only later.
    ``start_posts`` (n, post rows or -1): where people sit already, see :mod:`dure.engine.matching.rematch`.
    ``tell(step, done, total)`` hears how far it is and may raise to stop it: "memory" (bytes needed, bytes
    allowed or 0), "pairs", "auction", "proof", and "sides" where ``sides`` are given: the match is solved as if
    there were none, and they are settled on top of it (:mod:`dure.engine.matching.settled`).

    Refuses with ProblemRefused a ``standing`` that names posts which do not exist, with TooLarge what would
    need more than ``memory_max_bytes``.
    """
    must(sides is None or problem.kept_post is None, "sides are settled in the morning, not by a re-match")
    seated = seat_standing(problem, standing)
    kept = seated != NO_POST
    seats = problem.posts.seats - np.bincount(seated[kept], minlength=problem.posts.count)
    with ThreadPoolExecutor(workers) as pool:
        order = layout(problem, ~kept)
        finder = Finder(problem, order)
        likely, word = finder.estimated()
        needed = bytes_needed(likely, word, len(order.people))
        tell("memory", needed, memory_max_bytes or 0)
        if memory_max_bytes is not None and needed > memory_max_bytes:
            raise TooLarge(
                pairs=likely,
                needed_mb=needed >> 20,
                allowed_mb=memory_max_bytes >> 20,
            )
        tell("pairs", 0, 1)
        pairs = find_pairs(finder, word=word, pool=pool)
        del finder
        tell("pairs", 1, 1)
        tier_unit = TIER_UNIT_FIRST
        while True:
            post_value = (TIERS + 1 - problem.posts.tier[order.posts].astype(np.int64)) * tier_unit
            market, bound = _cleared(
                lambda: Market(
                    pairs,
                    post_value,  # noqa: B023  called at once
                    seats[order.posts],
                    pool=pool,
                    regions=regions_of(problem, order),
                ),
                None if start_prices is None else start_prices[order.posts],
                None if start_posts is None else order.places(start_posts[order.people]),
                tell,
            )
            tell("proof", 0, 1)
            own = market.posts_of()
            taken = np.bincount(own[own >= 0], minlength=market.posts)
            closed = closed_sets(
                pairs,
                market.own,
                market.none,
                problem.posts.tier[order.posts],
                taken < seats[order.posts],
                pool=pool,
            )
            if closed is not None:
                break
            tier_unit *= TIER_UNIT_STEP
            must(tier_unit < TIER_UNIT_MAX, "a large enough unit keeps the tiers in order")
        tell("proof", 1, 1)
        post_of = seated.copy()
        placed = own >= 0
        post_of[order.people[placed]] = order.posts[own[placed]]
        whole = whole_day(problem, post_of)
        solution = Solution(
            post_of=post_of,
            standing=kept,
            prices=_by_row(order, np.where(taken < seats[order.posts], 0, market.price)),
            price_scale=market.scale,
            closed=np.stack([_by_row(order, row) for row in closed]),
            tier_unit=tier_unit,
            value=market.value(),
            bound_scaled=bound,
            cost_total=whole.cost_total,
            seats_by_tier=whole.seats_by_tier,
            filled_by_tier=whole.filled_by_tier,
            pairs=pairs.count,
            travel_mean_m=whole.travel_mean_m,
        )
        if sides is None:
            return solution
        tell("sides", 0, 1)
        settled = settle_sides(
            problem,
            sides,
            market,
            order,
            seats=seats[order.posts],
            seated=seated,
            tier_unit=tier_unit,
            solve=lambda more: solve(more, memory_max_bytes=memory_max_bytes, workers=workers).post_of,
            pool=pool,
            tell=tell,
        )
        tell("sides", 1, 1)
    whole = whole_day(problem, settled.post_of)
    return replace(
        solution,
        post_of=settled.post_of,
        cost_total=whole.cost_total,
        filled_by_tier=whole.filled_by_tier,
        travel_mean_m=whole.travel_mean_m,
        side=settled.report,
        relaxed=solution.post_of,
        extra_person=settled.extra_person,
        extra_post=settled.extra_post,
    )


def bytes_needed(pairs: int, word: type[Word], people: int) -> int:
    """About what the match will take, beside the problem: pairs, what is in reach of each stretch (a tenth of that),
    columns, and lists by post for a moment."""
    size = np.dtype(word).itemsize
    return pairs * size * 23 // 20 + people * (COLUMNS * (size + 4 + 8) + 150)


def _by_row(order: Layout, laid_out: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    rows = np.empty_like(laid_out)
    rows[order.posts] = laid_out
    return rows


def regions_of(problem: Problem, order: Layout) -> npt.NDArray[np.int8]:
    """(m,) a region for each post of the layout, halved again and again across the longer side."""
    lat = problem.posts.lat[order.posts]
    east = problem.posts.lon[order.posts] * np.cos(np.radians(lat))
    parts = [np.arange(len(lat))]
    while len(parts) < REGIONS:
        halves = []
        for part in parts:
            along = lat if _span(lat[part]) > _span(east[part]) else east
            by_place = part[np.argsort(along[part], kind="stable")]
            halves += [by_place[: len(part) // 2], by_place[len(part) // 2 :]]
        parts = halves
    region = np.zeros(len(lat), np.int8)
    for number, part in enumerate(parts):
        region[part] = number
    return region


def _span(values: npt.NDArray[np.float64]) -> float:
    return float(np.ptp(values)) if len(values) else 0.0


def seat_standing(problem: Problem, standing: Int32Array | None) -> Int32Array:
    """(n,) the standing placements that hold; of too many for one post the first rows win."""
    count, posts = problem.people.count, problem.posts
    seated = np.full(count, NO_POST, np.int32)
    if standing is None:
        return seated
    if standing.shape != (count,) or ((standing < NO_POST) | (standing >= posts.count)).any():
        first = "standing: one post row or -1 for each person"
        raise ProblemRefused(count=1, first=first, faults=(first,))
    rows = np.flatnonzero(standing != NO_POST)
    rows = rows[feasible(problem, rows, standing[rows].astype(np.int64))]
    by_post = rows[np.argsort(standing[rows], kind="stable")]
    wanted = standing[by_post]
    turn = np.arange(len(by_post)) - np.searchsorted(wanted, wanted, side="left")
    holds = turn < posts.seats[wanted]
    seated[by_post[holds]] = wanted[holds]
    return seated


@dataclass(frozen=True, eq=False)
class WholeDay:
    cost_total: int
    seats_by_tier: IntArray
    filled_by_tier: IntArray
    travel_mean_m: float


def whole_day(problem: Problem, post_of: Int32Array) -> WholeDay:
    """Sums over everyone placed, standing or matched."""
    people = np.flatnonzero(post_of != NO_POST)
    posts = post_of[people].astype(np.int64)
    distance_m = travel_m(problem, people, posts)
    tiers = problem.posts.tier.astype(np.int64) - 1
    seats_by_tier = np.zeros(TIERS, np.int64)
    np.add.at(seats_by_tier, tiers, problem.posts.seats)
    cost_total = 0
    for first in range(0, len(people), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        cost_total += int(cost_parts(problem, people[some], posts[some], distance_m[some]).total.sum())
    return WholeDay(
        cost_total=cost_total,
        seats_by_tier=seats_by_tier,
        filled_by_tier=np.bincount(tiers[posts], minlength=TIERS).astype(np.int64),
        travel_mean_m=float(distance_m.mean()) if len(people) else 0.0,
    )
