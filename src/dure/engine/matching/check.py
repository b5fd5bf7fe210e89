"""The independent checker: believes nothing a solution says about itself.

It shares the facts, the rules and the price list with the solver, and none of the search: of the placed pairs
every rule is asked one by one of the facts, all pairs are enumerated by a dense product of unit vectors instead of
the spatial layout (by the packed bits, which tests hold equal to the rules), and the order of the tiers is proven by
looking for augmenting paths instead of by weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dure.engine.matching.facts import NO_POST, BoolArray, Int32Array, IntArray
from dure.engine.matching.flow import TIERS, Solution
from dure.engine.matching.problem import EARTH_RADIUS_M, Problem, cost_parts, travel_m
from dure.engine.matching.rules import RULES, stopped

# Cosines are good to 1e-15; what this lets in too much the exact distance throws out again.
COSINE_SLACK = 1e-12


@dataclass(frozen=True)
class Verdict:
    """What the checker found out for itself; ``faults`` says in words what does not hold."""

    holds: bool
    faults: tuple[str, ...]
    value: int
    bound: int
    gap_units: int
    filled_by_tier: tuple[int, ...]
    tiers_proven: tuple[bool, ...]  # for tiers 1, 1-2 and 1-3: no other placement fills more


def every_pair(problem: Problem) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Post after post: its row, the rows of all people who may take it (rising), and what each pair costs.

    By brute force: everyone is looked at for every post, so time is people × posts.
    """
    people, posts = problem.people, problem.posts
    known = np.flatnonzero(~np.isnan(people.lat))
    limit_m = people.travel_limit_m[known]
    least_cosine = np.cos(np.minimum(limit_m / EARTH_RADIUS_M, np.pi)) - COSINE_SLACK
    home = np.ascontiguousarray(problem.home[known].T)
    lacks = np.ascontiguousarray(~problem.bits.have[known].T)
    for post in range(posts.count):
        able = problem.site[post] @ home >= least_cosine
        for lacked, needed in zip(lacks, problem.bits.need[post], strict=True):
            able &= (lacked & needed) == 0
        person = known[able]
        distance_m = travel_m(problem, person, np.full(len(person), post))
        near = distance_m <= people.travel_limit_m[person]
        person = person[near]
        cost = cost_parts(problem, person, np.full(len(person), post), distance_m[near]).total
        yield post, person, cost


@dataclass
class _Check:
    problem: Problem
    solution: Solution
    faults: list[str] = field(default_factory=list)

    def say(self, wrong: bool, what: str) -> None:
        if wrong:
            self.faults.append(what)


def check(problem: Problem, solution: Solution) -> Verdict:
    """Recompute feasibility, seats, fills, the bound over all pairs and the tier proofs.

    Standing placements are checked for feasibility and seats like all others; bound and tier proofs are about
    the people and seats they leave. A solution of the wrong shape is answered, too, never a crash.
    """
    this = _Check(problem, solution)
    if not _right_shape(this):
        return Verdict(False, tuple(this.faults), 0, 0, 0, (), ())
    people = np.flatnonzero(solution.post_of != NO_POST)
    posts = solution.post_of[people].astype(np.int64)
    _check_rules(this, people, posts)
    taken = np.bincount(posts, minlength=problem.posts.count)
    this.say(bool((taken > problem.posts.seats).any()), "a post has more people than seats")
    tiers = problem.posts.tier.astype(np.int64)
    filled = np.bincount(tiers[posts], minlength=TIERS + 1)[1:]
    this.say(not np.array_equal(filled, solution.filled_by_tier), "filled_by_tier is not what is filled")
    cost = cost_parts(problem, people, posts, travel_m(problem, people, posts)).total
    this.say(int(cost.sum()) != solution.cost_total, "cost_total is not the sum of the costs")

    matched = ~solution.standing[people]
    worth = (TIERS + 1 - tiers[posts]) * solution.tier_unit - cost
    value = int(worth[matched].sum())
    bound, proven = _prove(problem, solution)
    this.say(value != solution.value or bound != solution.bound, "value or bound is not what was stated")
    this.say(bound != value, f"the bound is {bound - value} units above the value: not proven best")
    for tier, proof in enumerate(proven, start=1):
        this.say(not proof, f"more seats of tiers 1 to {tier} can be filled")
    counts = tuple(int(count) for count in filled)
    return Verdict(not this.faults, tuple(this.faults), value, bound, bound - value, counts, proven)


def _right_shape(this: _Check) -> bool:
    people, posts, solution = this.problem.people, this.problem.posts, this.solution
    this.say(solution.post_of.shape != (people.count,), "post_of has not one row for each person")
    this.say(solution.standing.shape != (people.count,), "standing has not one row for each person")
    this.say(solution.prices.shape != (posts.count,), "prices have not one row for each post")
    outside = (solution.post_of < NO_POST) | (solution.post_of >= posts.count)
    this.say(bool(outside.any()), "post_of names a post that does not exist")
    this.say(bool((solution.prices < 0).any()), "a price is below zero")
    return not this.faults


def _check_rules(this: _Check, people: IntArray, posts: IntArray) -> None:
    facts = this.problem.people
    for rule in RULES:
        count = int(stopped(rule, facts, this.problem.posts, people, posts).sum())
        this.say(count > 0, f"{count} placed against the rule {rule.name}")
    far = ~(travel_m(this.problem, people, posts) <= facts.travel_limit_m[people])
    this.say(bool(far.any()), f"{int(far.sum())} placed beyond their travel limit")


def _prove(problem: Problem, solution: Solution) -> tuple[int, tuple[bool, ...]]:
    """The dual bound over all pairs, and for each tier prefix whether no augmenting path exists."""
    posts = problem.posts
    value = (TIERS + 1 - posts.tier.astype(np.int64)) * solution.tier_unit
    best = np.zeros(problem.people.count, np.int64)
    runs: list[Int32Array] = []
    for post, person, cost in every_pair(problem):
        free = ~solution.standing[person]
        person, cost = person[free], cost[free]
        best[person] = np.maximum(best[person], value[post] - cost - solution.prices[post])
        runs.append(person.astype(np.int32))
    held = solution.post_of[solution.standing & (solution.post_of != NO_POST)]
    seats_left = posts.seats - np.bincount(held, minlength=posts.count)
    seats = np.minimum(seats_left, problem.people.count)
    rent = sum(int(count) * int(price) for count, price in zip(seats, solution.prices, strict=True))
    matched = np.where(solution.standing, NO_POST, solution.post_of).astype(np.int32)
    open_seats = seats_left > np.bincount(matched[matched != NO_POST], minlength=posts.count)
    proven = tuple(
        _no_augmenting_path(runs, matched, open_seats, posts.tier <= tier) for tier in range(1, TIERS + 1)
    )
    return int(best.sum()) + rent, proven


def _no_augmenting_path(
    runs: list[Int32Array], post_of: Int32Array, open_seats: BoolArray, inside: BoolArray
) -> bool:
    """Whether the fill of the posts ``inside`` is largest (Berge 1957): a search back from open seats."""
    # Row -1, the unplaced, is added as a last post that lies outside.
    home_inside = np.append(inside, False)[post_of]
    reached = open_seats & inside
    frontier: IntArray = np.flatnonzero(reached)
    while len(frontier):
        who = np.unique(np.concatenate([runs[post] for post in frontier]))
        if not home_inside[who].all():
            return False
        posts = np.unique(post_of[who]).astype(np.int64)
        frontier = posts[~reached[posts]]
        reached[frontier] = True
    return True
