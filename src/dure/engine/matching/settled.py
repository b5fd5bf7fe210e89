"""From the match of people one by one to the placement that keeps every side, and what that costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from dure.engine.matching.facts import NO_POST, Int32Array, IntArray
from dure.engine.matching.layout import Layout
from dure.engine.matching.market import Market, Tell
from dure.engine.matching.mend import mend
from dure.engine.matching.problem import Problem, cost_parts, travel_m
from dure.engine.matching.settle import Settlement, side_rows
from dure.engine.matching.settle_end import finish
from dure.engine.matching.shifts import Solve, further_shifts
from dure.engine.matching.side_check import sides_broken
from dure.engine.matching.side_loops import HOME
from dure.engine.matching.sides import NO_GROUP, SideReport, Sides
from dure.engine.matching.solution import TIERS
from dure.kernel.must import must

GROUP_ROUNDS = 1


@dataclass(frozen=True, eq=False)
class Settled:
    post_of: Int32Array  # (n,) first shifts
    extra_person: Int32Array
    extra_post: Int32Array
    report: SideReport


def settle_sides(
    problem: Problem,
    sides: Sides,
    market: Market,
    order: Layout,
    *,
    seats: IntArray,
    seated: Int32Array,
    tier_unit: int,
    solve: Solve,
    pool: ThreadPoolExecutor,
    tell: Tell,
) -> Settled:
    """Bring the match of a ``market`` that is cleared under all ``sides``.

    ``seats`` (m,) of the layout that are left beside the people ``seated`` (n,) before. ``solve`` places the
    people of a problem, one post each: further shifts are matches of their own. ``tell`` hears of every turn.
    The market and its pairs are used up by it.
    """
    relaxed = market.posts_of()
    now = Settlement(market, side_rows(problem, sides, order, seated), seats, pool=pool, tell=tell)
    posts, rows = order.posts, now.rows
    # Where there is no post nobody is to be moved, and nothing is worth anything.
    bound, final = _rounds(now, _Wishes.of(problem, sides, now, order)) if len(posts) else (0, relaxed)
    post_of = seated.copy()
    placed = final != HOME
    post_of[order.people[placed]] = posts[final[placed]]
    standing = seated != NO_POST
    extra_person, extra_post = further_shifts(problem, sides, post_of, standing=standing, solve=solve)
    broken = sides_broken(
        problem,
        sides,
        post_of=post_of,
        standing=standing,
        extra_person=extra_person,
        extra_post=extra_post,
    )
    must(not broken, f"every side holds in the end: {broken}")
    tier = problem.posts.tier.astype(np.int64)
    crew = np.bincount(post_of[post_of != NO_POST], minlength=problem.posts.count)
    was = np.bincount(relaxed[relaxed >= 0], minlength=len(posts))
    first = np.flatnonzero(~standing & (post_of != NO_POST))
    value = _worth(problem, first, post_of[first], tier_unit) + _worth(
        problem, extra_person, extra_post, tier_unit, again=True
    )
    kept, home, apart = _group_counts(now, relaxed, final)
    return Settled(
        post_of,
        extra_person,
        extra_post,
        SideReport(
            value=value,
            bound=bound,
            lost_by_tier=_by_tier(rows.tier, was) - _by_tier(rows.tier, now.count(final)),
            groups_kept=kept,
            groups_home=home,
            groups_apart=apart,
            crews_closed=int(
                (((crew == 0) & (sides.held == 0))[posts] & (was > 0) & (rows.least_crew > 1)).sum()
            ),
            crews_mended=now.counts.crews_mended,
            ratios_mended=now.counts.ratios_mended,
            adults_mended=now.counts.adults_mended,
            extra_by_tier=_by_tier(tier, np.bincount(extra_post, minlength=problem.posts.count)),
        ),
    )


@dataclass(frozen=True, eq=False)
class _Wishes:
    """For the bound of people with several shifts."""

    shifts: Int32Array  # (k,) how many each wishes for
    minutes_max: Int32Array  # (k,) in all
    starts_min: IntArray  # (m,)
    ends_min: IntArray  # (m,)

    @staticmethod
    def of(problem: Problem, sides: Sides, now: Settlement, order: Layout) -> _Wishes:
        people, posts = problem.people, problem.posts
        here = order.people
        return _Wishes(
            shifts=np.where(now.rows.several, sides.shifts_max[here], 1).astype(np.int32),
            minutes_max=np.minimum(people.shift_max_min[here], people.minutes_left_week[here]),
            starts_min=posts.starts_min[order.posts],
            ends_min=posts.ends_min[order.posts],
        )


def _rounds(now: Settlement, wishes: _Wishes) -> tuple[int, IntArray]:
    """Settle all; the bound in units, and where everybody is in the end (k,)."""
    top, lead = now.market.top, now.rows.lead
    # Any prices give a bound: those of the match, and those found on the way, where seats or people turned out
    # to be worth more. What was closed for want of a crew could have been kept open.
    never = now.seats == 0
    nets = [now.net.copy()]
    now.settle_groups(GROUP_ROUNDS)
    nets.append(np.where((now.cap == 0) & ~never, nets[0], now.net))
    mend(now)
    nets.append(np.where((now.cap == 0) & ~never & (lead < 0), nets[0], now.net))
    now.restore()

    def bound(net: IntArray, price: IntArray, more: int = 0) -> int:
        times = (wishes.minutes_max, wishes.starts_min, wishes.ends_min)
        return now.bound(net, price, wishes.shifts, times, more=more)

    new = [net for k, net in enumerate(nets) if not any(np.array_equal(net, nets[j]) for j in range(k))]
    bounds = [bound(net, top - net) for net in new]
    if (lead >= 0).any():
        bounds.append(bound(*lead_prices(now, nets[-1])))
    return min(bounds), finish(now)


def lead_prices(now: Settlement, net: IntArray) -> tuple[IntArray, IntArray, int]:
    """Prices that let people of led posts pay their leads: what a seat is worth (m,), its rent (m,), and what goes to
    leads who stood before.

    A lead who looks after r people is paid u, and each of the r pays u / r. In any placement that has enough leads
    the payments to them are at least those made, so that the bound at such values holds (Lagrangian relaxation
    of the ratio). Here u is r times the price of the led post where seats had to be cut.
    """
    rows, top = now.rows, now.market.top
    led = np.flatnonzero((rows.lead >= 0) & (now.cap < now.seats))
    ratio = rows.people_per_lead.astype(np.int64)
    pay_to = np.zeros(len(net), np.int64)
    np.maximum.at(pay_to, rows.lead[led], np.maximum(top - net, 0)[led] * ratio[led])
    every = np.flatnonzero(rows.lead >= 0)
    pays = np.zeros(len(net), np.int64)
    pays[every] = pay_to[rows.lead[every]] // ratio[every]
    price = np.maximum(top - net - pays, 0)
    # Where all seats of leads are taken one more is what is paid for, and their rent takes it up.
    full = now.count(now.posts_of()) >= now.seats
    price += np.where(full, pay_to, 0)
    return (
        top - price - pays + pay_to,
        price,
        sum(int(paid) * int(held) for paid, held in zip(pay_to, rows.held, strict=True) if paid),
    )


def _by_tier(tier: IntArray, count: IntArray) -> IntArray:
    return np.bincount(tier - 1, weights=count, minlength=TIERS).astype(np.int64)


def _worth(
    problem: Problem, people: Int32Array | IntArray, posts: Int32Array, tier_unit: int, *, again: bool = False
) -> int:
    """Units; of further shifts (``again``) without the days waited, which count once."""
    person, post = people.astype(np.int64), posts.astype(np.int64)
    cost = cost_parts(problem, person, post, travel_m(problem, person, post))
    total = cost.total - cost.waiting if again else cost.total
    return int(((TIERS + 1 - problem.posts.tier[post].astype(np.int64)) * tier_unit - total).sum())


def _group_counts(now: Settlement, relaxed: IntArray, final: IntArray) -> tuple[int, int, int]:
    """Groups together at a post, at home, and apart in the match before."""
    grouped = np.flatnonzero(now.rows.group != NO_GROUP)
    if not len(grouped):
        return 0, len(now.rows.group_sizes), 0
    group = now.rows.group[grouped]
    first = np.full(len(now.rows.group_sizes), -2, np.int64)
    first[group] = relaxed[grouped]
    apart = np.unique(group[relaxed[grouped] != first[group]])
    kept = np.unique(group[final[grouped] != HOME])
    return len(kept), len(now.rows.group_sizes) - len(kept), len(apart)
