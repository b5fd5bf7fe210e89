"""The independent checker: believes nothing a solution says about itself.

It shares the facts, the rules and the price list with the solver, and none of the search. Of the placed pairs every
rule is asked one by one of the facts. Then all feasible pairs pass by once (by the packed bits, which tests hold equal
to the rules), and prove two things:

*No placement is worth more.* With a_ij the value of the post's tier less the cost of the pair, and any prices p >= 0,
no placement is worth more than

    sum over people of max(0, best a_ij - p_j)  +  sum over posts of seats_j p_j

(weak duality of the assignment problem). Values are whole, so a bound less than one unit above the value proves it.

*No placement fills more of tiers 1 to t.* A set of posts shows it when every post of these tiers with an open seat is
in the set, and whoever could come to a post of the set sits at a post of the set: the posts of these tiers outside the
set are full, and nobody is left who could raise the fill of those inside (König 1931).

*With sides* (groups and the like) the proofs are about the placement without them, ``Solution.relaxed``; the final
one is asked for its rules, its seats and every side (:mod:`dure.engine.matching.side_check`), and the report for what
it says of the value. The bound of the report is not proven again here.

Sums are exact: int64 where a check beforehand says that it is wide enough, Python's integers elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dure.engine.matching.enumerate import every_pair
from dure.engine.matching.facts import NO_POST, BoolArray, FloatArray, Int32Array, IntArray
from dure.engine.matching.problem import Problem, cost_parts, travel_m
from dure.engine.matching.rules import RULES, stopped
from dure.engine.matching.side_check import sides_broken
from dure.engine.matching.sides import Sides
from dure.engine.matching.solution import TIERS, Solution

# Half the way round the Earth, every day of a century waited, and yesterday's post: no pair costs more or less.
COST_MOST_UNITS = 1 << 22
SCALED_MOST = 1 << 62
# A stored run keeps its mean way in whole metres.
MEAN_SLACK_M = 1.0
HALF = 32


@dataclass(frozen=True)
class Verdict:
    """What the checker found out for itself; ``faults`` says in words what does not hold.

    Value, bound and gap are in units of 10 m; ``bound`` is rounded down, ``gap_units`` is not.
    """

    holds: bool
    faults: tuple[str, ...]
    value: int
    bound: int
    gap_units: float  # below 1: no placement is better
    filled_by_tier: tuple[int, ...]
    tiers_proven: tuple[bool, ...]  # for tiers 1, 1-2 and 1-3: no other placement fills more
    pairs: int  # feasible pairs of those who were not seated beforehand


@dataclass
class _Check:
    problem: Problem
    solution: Solution
    faults: list[str] = field(default_factory=list)

    def say(self, wrong: bool, what: str) -> None:
        if wrong:
            self.faults.append(what)


def check(
    problem: Problem,
    solution: Solution,
    *,
    agreed: Int32Array | None = None,
    sides: Sides | None = None,
) -> Verdict:
    """Recompute feasibility, seats, fills, costs, the bound over all pairs and the tier proofs.

    Standing placements are checked for feasibility and seats like all others; bound and tier proofs are about
    the people and seats they leave. ``agreed`` (n, int32 post rows or -1): what was agreed before the match; where
    it is given, nobody else may be called standing. ``sides``: those that the solution has to keep. A solution of the
    wrong shape is answered, too, never a crash.

    Time is one pass over the pairs: about a minute for 1.2 million people and 50,000 posts.
    """
    this = _Check(problem, solution)
    if not _right_shape(this):
        return Verdict(False, tuple(this.faults), 0, 0, 0.0, (), (), 0)
    people, posts = _placed(solution.post_of)
    _check_rules(this, people, posts)
    _check_standing(this, agreed)
    way_m = travel_m(problem, people, posts)
    # Who has no known home is a fault already, and costs no way.
    cost = cost_parts(problem, people, posts, np.nan_to_num(way_m)).total
    _check_figures(this, posts, cost, way_m)
    filled = _filled(problem, posts)
    if sides is not None:
        _check_sides(this, sides)
    if solution.relaxed is not None:
        people, posts = _placed(solution.relaxed)
        _check_rules(this, people, posts)
        cost = cost_parts(problem, people, posts, np.nan_to_num(travel_m(problem, people, posts))).total
    _check_open_seats(this, posts)

    value = _exact_sum(_worth(this, posts, cost)[~solution.standing[people]])
    proof = _prove(problem, solution)
    this.say(value != solution.value, "value is not what the placements are worth")
    this.say(
        proof.bound_scaled != solution.bound_scaled, "bound_scaled is not the bound that the prices give"
    )
    this.say(proof.pairs != solution.pairs, "pairs is not the number of feasible pairs")
    gap_scaled = proof.bound_scaled - value * solution.price_scale
    gap_units = gap_scaled / solution.price_scale
    this.say(
        gap_scaled >= solution.price_scale,
        f"the bound is {gap_units:g} units above the value: not proven best",
    )
    this.say(gap_scaled < 0, "the value is above what any placement can be worth")
    for tier, faults in enumerate(proof.tier_faults, start=1):
        this.say(bool(faults), f"the fill of tiers 1 to {tier} is not proven largest: {'; '.join(faults)}")
    return Verdict(
        holds=not this.faults,
        faults=tuple(this.faults),
        value=value,
        bound=proof.bound_scaled // solution.price_scale,
        gap_units=gap_units,
        filled_by_tier=tuple(int(count) for count in filled),
        tiers_proven=tuple(not faults for faults in proof.tier_faults),
        pairs=proof.pairs,
    )


def _placed(post_of: Int32Array) -> tuple[IntArray, IntArray]:
    people = np.flatnonzero(post_of != NO_POST)
    return people, post_of[people].astype(np.int64)


def _worth(this: _Check, posts: IntArray, cost: IntArray) -> IntArray:
    tiers = this.problem.posts.tier.astype(np.int64)
    return np.asarray((TIERS + 1 - tiers[posts]) * this.solution.tier_unit - cost, np.int64)


def _check_sides(this: _Check, sides: Sides) -> None:
    """The final placement keeps every side, and the report tells what it is worth."""
    problem, solution = this.problem, this.solution
    report = solution.side
    this.say(report is None or solution.relaxed is None, "nothing is said of the sides")
    if report is None or solution.relaxed is None:
        return
    this.faults.extend(
        sides_broken(
            problem,
            sides,
            post_of=solution.post_of,
            standing=solution.standing,
            extra_person=solution.extra_person,
            extra_post=solution.extra_post,
        )
    )
    apart = solution.standing & (solution.relaxed != solution.post_of)
    this.say(bool(apart.any()), "somebody who stands was moved for a side")
    people, posts = _placed(solution.post_of)
    first = ~solution.standing[people]
    people, posts = people[first], posts[first]
    again, there = solution.extra_person.astype(np.int64), solution.extra_post.astype(np.int64)
    cost = cost_parts(problem, people, posts, np.nan_to_num(travel_m(problem, people, posts))).total
    more = cost_parts(problem, again, there, np.nan_to_num(travel_m(problem, again, there)))
    # Days waited are made good once a day.
    value = _exact_sum(_worth(this, posts, cost)) + _exact_sum(_worth(this, there, more.total - more.waiting))
    this.say(value != report.value, "side.value is not what the placement is worth")
    this.say(report.value > report.bound, "side.value is above side.bound")
    lost = _filled(problem, _placed(solution.relaxed)[1]) - _filled(problem, _placed(solution.post_of)[1])
    this.say(not np.array_equal(lost, report.lost_by_tier), "side.lost_by_tier is not what was lost")
    extra = _filled(problem, there)
    this.say(
        not np.array_equal(extra, report.extra_by_tier), "side.extra_by_tier is not what is filled again"
    )


def _right_shape(this: _Check) -> bool:
    people, posts, solution = this.problem.people, this.problem.posts, this.solution
    this.say(solution.post_of.shape != (people.count,), "post_of has not one row for each person")
    if solution.relaxed is not None:
        wrong = solution.relaxed.shape != (people.count,)
        this.say(wrong, "relaxed has not one row for each person")
        lost = (solution.relaxed < NO_POST) | (solution.relaxed >= posts.count)
        this.say(bool(lost.any()), "relaxed names a post that does not exist")
    this.say(_names_nothing(solution, people.count, posts.count), "a further shift names nobody or no post")
    this.say(solution.standing.shape != (people.count,), "standing has not one row for each person")
    this.say(solution.prices.shape != (posts.count,), "prices have not one row for each post")
    this.say(solution.closed.shape != (TIERS, posts.count), "closed has not one row for each tier")
    outside = (solution.post_of < NO_POST) | (solution.post_of >= posts.count)
    this.say(bool(outside.any()), "post_of names a post that does not exist")
    this.say(bool((solution.prices < 0).any()), "a price is below zero")
    this.say(solution.price_scale < 1, "price_scale is below one")
    this.say(solution.tier_unit < 0, "tier_unit is below zero")
    widest = (TIERS * int(solution.tier_unit) + COST_MOST_UNITS) * int(solution.price_scale)
    this.say(widest >= SCALED_MOST, "tier_unit and price_scale are too large to be checked")
    return not this.faults


def _names_nothing(solution: Solution, people: int, posts: int) -> bool:
    who, where = solution.extra_person, solution.extra_post
    if who.ndim != 1 or who.shape != where.shape:
        return True
    return bool(((who < 0) | (who >= people)).any() or ((where < 0) | (where >= posts)).any())


def _check_rules(this: _Check, people: IntArray, posts: IntArray) -> None:
    facts = this.problem.people
    for rule in RULES:
        count = int(stopped(rule, facts, this.problem.posts, people, posts).sum())
        this.say(count > 0, f"{count} placed against the rule {rule.name}")
    far = ~(travel_m(this.problem, people, posts) <= facts.travel_limit_m[people])
    this.say(bool(far.any()), f"{int(far.sum())} placed beyond their travel limit")


def _check_standing(this: _Check, agreed: Int32Array | None) -> None:
    standing, post_of = this.solution.standing, this.solution.post_of
    nowhere = int((standing & (post_of == NO_POST)).sum())
    this.say(nowhere > 0, f"{nowhere} are standing at no post")
    if agreed is not None:
        others = int((standing & (post_of != agreed)).sum())
        this.say(others > 0, f"{others} are called standing at a post that was not agreed")


def _filled(problem: Problem, posts: IntArray) -> IntArray:
    return np.bincount(problem.posts.tier[posts], minlength=TIERS + 1)[1:].astype(np.int64)


def _check_figures(this: _Check, posts: IntArray, cost: IntArray, way_m: FloatArray) -> None:
    """Seats, and what the solution states about the whole day."""
    facts, solution = this.problem.posts, this.solution
    taken = np.bincount(posts, minlength=facts.count)
    this.say(bool((taken > facts.seats).any()), "a post has more people than seats")
    filled = _filled(this.problem, posts)
    this.say(not np.array_equal(filled, solution.filled_by_tier), "filled_by_tier is not what is filled")
    seats = [int(facts.seats[facts.tier == tier].sum(dtype=np.int64)) for tier in range(1, TIERS + 1)]
    this.say(seats != solution.seats_by_tier.tolist(), "seats_by_tier is not the sum of the seats")
    this.say(int(cost.sum()) != solution.cost_total, "cost_total is not the sum of the costs")
    mean_m = float(way_m.mean()) if len(way_m) else 0.0
    this.say(not abs(mean_m - solution.travel_mean_m) <= MEAN_SLACK_M, "travel_mean_m is not the mean way")


def _check_open_seats(this: _Check, posts: IntArray) -> None:
    """Of the placement that the prices speak about."""
    facts = this.problem.posts
    taken = np.bincount(posts, minlength=facts.count)
    this.say(bool((taken > facts.seats).any()), "more people are matched to a post than it has seats")
    priced = (taken < facts.seats) & (this.solution.prices > 0)
    this.say(bool(priced.any()), "a post with an open seat has a price")


@dataclass(frozen=True)
class _Proof:
    bound_scaled: int
    pairs: int
    tier_faults: tuple[tuple[str, ...], ...]  # for each prefix of tiers; empty: proven


def _prove(problem: Problem, solution: Solution) -> _Proof:
    """One pass over all pairs: the dual bound, and whether anybody leaves or could join a closed set."""
    posts, scale, proven_of = problem.posts, int(solution.price_scale), solution.proven_post_of
    value = (TIERS + 1 - posts.tier.astype(np.int64)) * (int(solution.tier_unit) * scale)
    bit = np.array([1 << row for row in range(TIERS)], np.uint8)[:, None]
    sets = np.bitwise_or.reduce(bit * solution.closed, axis=0, dtype=np.uint8)
    # Row -1, the unplaced, is a last post that lies in no set.
    outside = ~np.append(sets, np.uint8(0))[proven_of]
    free = ~solution.standing
    best = np.zeros(problem.people.count, np.int64)
    pairs, strays = 0, np.uint8(0)
    for these in every_pair(problem, among=free):
        person = these.person
        # Prices may be as large as they like: below -SCALED_MOST a pair is never the best.
        price = min(int(solution.prices[these.post]), SCALED_MOST)
        best[person] = np.maximum(best[person], value[these.post] - scale * these.cost - price)
        pairs += len(person)
        if sets[these.post]:
            strays |= sets[these.post] & np.bitwise_or.reduce(outside[person])
    taken = np.bincount(proven_of[proven_of != NO_POST], minlength=posts.count)
    held = np.bincount(proven_of[solution.standing & (proven_of != NO_POST)], minlength=posts.count)
    # More seats than people are never all taken.
    seats = np.minimum(posts.seats - held, problem.people.count)
    rent = sum(int(count) * int(price) for count, price in zip(seats, solution.prices, strict=True))
    return _Proof(
        bound_scaled=_exact_sum(best) + rent,
        pairs=pairs,
        tier_faults=tuple(
            _tier_faults(
                solution.closed[row], posts.tier <= row + 1, taken < posts.seats, bool(strays & bit[row, 0])
            )
            for row in range(TIERS)
        ),
    )


def _exact_sum(numbers: IntArray) -> int:
    """The sum of many numbers near the width of int64, in halves that cannot wrap."""
    return (int((numbers >> HALF).sum()) << HALF) + int((numbers & ((1 << HALF) - 1)).sum())


def _tier_faults(
    closed: BoolArray, inside: BoolArray, open_seats: BoolArray, strays: bool
) -> tuple[str, ...]:
    """What a closed set of posts fails to show."""
    faults: list[str] = []
    if (open_seats & inside & ~closed).any():
        faults.append("an open seat lies outside the closed set")
    if (closed & ~inside).any():
        faults.append("the closed set holds a post of a lower tier")
    if strays:
        faults.append("somebody who could come to the closed set sits elsewhere")
    return tuple(faults)
