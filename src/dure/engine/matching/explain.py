"""Reasons a person can read: why a post is not full, and why somebody got this post and not another.

Both are computed for one post or one person from the facts, without holding all pairs, and name nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from dure.engine.matching.facts import (
    NO_POST,
    SHIFT_MINUTES_MAX,
    BitArray,
    BoolArray,
    FloatArray,
    PostFacts,
)
from dure.engine.matching.flow import TIERS, Solution
from dure.engine.matching.problem import Problem, cost_parts, travel_m, unmet
from dure.engine.matching.rules import RULES, pack
from dure.kernel.must import must

FARTHER_M = 5_000
SHIFTED_MIN = (-120, -60, 60, 120)
SHORTER_MIN = (60, 120)
ALTERNATIVES_MAX = 5


@dataclass(frozen=True)
class Stop:
    """One rule and how many of those within travel it stops; ``alone``: nothing else stops them."""

    rule: str
    reason: str
    count: int
    alone: int


@dataclass(frozen=True)
class Lever:
    """A change to the post (``amount`` in minutes, metres, or the code given up) and whom it would bring."""

    name: str  # starts_later, starts_earlier, ends_earlier, without_skill, any_language, travel_farther
    amount: int
    people_added: int
    unplaced_added: int  # of these, how many have no post today


@dataclass(frozen=True)
class Unfilled:
    """Why seats of a post stayed open."""

    seats: int
    filled: int
    within_travel: int
    stops: tuple[Stop, ...]  # only rules that stop somebody, the weightiest first
    feasible: int
    placed_here: int
    placed_elsewhere_by_tier: tuple[int, ...]
    unplaced: int  # feasible and without a post: above zero only where every seat is taken
    price: int
    levers: tuple[Lever, ...]  # only those that bring somebody, the best first


@dataclass(frozen=True)
class Cost:
    """What a placement costs in units of 10 m, part by part."""

    travel: int
    preference: int
    waiting: int
    yesterday: int

    @property
    def total(self) -> int:
        return self.travel + self.preference + self.waiting + self.yesterday


@dataclass(frozen=True)
class Alternative:
    """A post they could have had. ``reason`` is one of

    ``full``: its seats are worth more to others (``price``); ``less_urgent``: it has an open seat, but theirs
    is of a more critical tier; ``costs_more``: open, and no more critical, but farther or less wished for;
    ``equal``: it would have been just as good; ``open``: they have no post and this seat was given up since.
    """

    post: int
    tier: int
    travel_m: float
    cost: Cost
    price: int
    reason: str


@dataclass(frozen=True)
class Why:
    """Why somebody got this post, or none (``post`` -1, and no travel or cost)."""

    post: int
    standing: bool
    travel_m: float | None
    cost: Cost | None
    price: int
    feasible: int
    within_travel: int
    stops: tuple[Stop, ...]  # posts within travel that each rule forbids them
    alternatives: tuple[Alternative, ...]  # cheapest for them first


def _stops(problem: Problem, missing: BitArray) -> tuple[Stop, ...]:
    """Count the rules in (k, w) unmet bits."""
    by_rule = np.stack([(missing & mask).any(axis=1) for mask in problem.bits.masks])
    alone = by_rule & (by_rule.sum(axis=0) == 1)
    found = [
        Stop(rule.name, rule.reason, int(by_rule[number].sum()), int(alone[number].sum()))
        for number, rule in enumerate(RULES)
        if by_rule[number].any()
    ]
    return tuple(sorted(found, key=lambda stop: (-stop.count, stop.rule)))


def why_unfilled(problem: Problem, solution: Solution, post_row: int) -> Unfilled:
    """Who is near a post, what stops them, where those are who could come, and what would change it."""
    must(0 <= post_row < problem.posts.count, "the post is one of the problem's")
    rows = np.arange(problem.people.count)
    column = np.full(problem.people.count, post_row)
    distance_m = travel_m(problem, rows, column)
    near = distance_m <= problem.people.travel_limit_m
    missing = unmet(problem, rows, column)
    able = near & ~missing.any(axis=1)
    here = solution.post_of == post_row
    elsewhere = able & ~here & (solution.post_of != NO_POST)
    tiers = problem.posts.tier[solution.post_of[elsewhere]]
    return Unfilled(
        seats=int(problem.posts.seats[post_row]),
        filled=int(here.sum()),
        within_travel=int(near.sum()),
        stops=_stops(problem, missing[near]),
        feasible=int(able.sum()),
        placed_here=int((able & here).sum()),
        placed_elsewhere_by_tier=tuple(int((tiers == tier).sum()) for tier in range(1, TIERS + 1)),
        unplaced=int((able & (solution.post_of == NO_POST)).sum()),
        price=int(solution.prices[post_row]),
        levers=_levers(problem, solution, post_row, distance_m, able),
    )


def _levers(
    problem: Problem, solution: Solution, post_row: int, distance_m: FloatArray, able: BoolArray
) -> tuple[Lever, ...]:
    """Try each change for real, alone, and count who becomes able to come."""
    people = problem.people
    near = distance_m <= people.travel_limit_m
    post = _one_post(problem.posts, post_row)
    levers: list[Lever] = []

    def weigh(name: str, amount: int, changed: PostFacts, within: BoolArray) -> None:
        bits = pack(people, changed)
        keeps_rules = ~(bits.need[0] & ~bits.have).any(axis=1)
        added = within & keeps_rules & ~able
        if added.any():
            unplaced = int((added & (solution.post_of == NO_POST)).sum())
            levers.append(Lever(name, amount, int(added.sum()), unplaced))

    weigh("travel_farther", FARTHER_M, post, distance_m <= people.travel_limit_m + float(FARTHER_M))
    for skill in np.unique(post.skill):
        kept = post.skill != skill
        easier = replace(post, skill_post=post.skill_post[kept], skill=post.skill[kept])
        weigh("without_skill", int(skill), easier, near)
    if len(post.language):
        none = np.zeros(0, np.int32)
        weigh("any_language", 0, replace(post, language_post=none, language=none), near)
    for shift_min in SHIFTED_MIN:
        moved = replace(post, starts_min=post.starts_min + shift_min, ends_min=post.ends_min + shift_min)
        weigh("starts_later" if shift_min > 0 else "starts_earlier", abs(shift_min), moved, near)
    length_min = int(post.ends_min[0] - post.starts_min[0])
    must(0 < length_min <= SHIFT_MINUTES_MAX, "the problem was checked when built")
    for shorter_min in SHORTER_MIN:
        if shorter_min < length_min:
            weigh("ends_earlier", shorter_min, replace(post, ends_min=post.ends_min - shorter_min), near)
    return tuple(sorted(levers, key=lambda lever: (-lever.people_added, lever.name, lever.amount)))


def _one_post(posts: PostFacts, row: int) -> PostFacts:
    """A table of one post, taken out of the others."""
    skills, languages = posts.skill_post == row, posts.language_post == row
    lists: dict[str, Any] = {
        "skill": posts.skill[skills],
        "skill_post": np.zeros(int(skills.sum()), np.int32),
        "language": posts.language[languages],
        "language_post": np.zeros(int(languages.sum()), np.int32),
    }
    plain = {column.name: getattr(posts, column.name) for column in fields(posts) if column.name not in lists}
    return PostFacts(**lists, **{name: array[row : row + 1] for name, array in plain.items()})


def why_this_post(problem: Problem, solution: Solution, person_row: int) -> Why:
    """What the placement of one person cost, and which posts they could have had and why not."""
    must(0 <= person_row < problem.people.count, "the person is one of the problem's")
    posts = np.arange(problem.posts.count)
    people = np.full(problem.posts.count, person_row)
    distance_m = travel_m(problem, people, posts)
    near = distance_m <= problem.people.travel_limit_m[person_row]
    missing = unmet(problem, people, posts)
    able = np.flatnonzero(near & ~missing.any(axis=1))
    parts = cost_parts(problem, people[able], able, distance_m[able])
    columns = zip(parts.travel, parts.preference, parts.waiting, parts.yesterday, strict=True)
    costs = {int(post): Cost(*map(int, row)) for post, row in zip(able, columns, strict=True)}
    own = int(solution.post_of[person_row])
    must(own == NO_POST or own in costs, "nobody is placed where they may not be")
    ranked = sorted((post for post in costs if post != own), key=lambda post: (costs[post].total, post))
    return Why(
        post=own,
        standing=bool(solution.standing[person_row]),
        travel_m=None if own == NO_POST else float(distance_m[own]),
        cost=costs.get(own),
        price=0 if own == NO_POST else int(solution.prices[own]),
        feasible=len(able),
        within_travel=int(near.sum()),
        stops=_stops(problem, missing[near]),
        alternatives=tuple(
            Alternative(
                post=post,
                tier=int(problem.posts.tier[post]),
                travel_m=float(distance_m[post]),
                cost=costs[post],
                price=int(solution.prices[post]),
                reason=_why_not(problem, solution, own, post, costs),
            )
            for post in ranked[:ALTERNATIVES_MAX]
        ),
    )


def _why_not(problem: Problem, solution: Solution, own: int, other: int, costs: dict[int, Cost]) -> str:
    taken = int((solution.post_of == other).sum())
    if taken >= int(problem.posts.seats[other]):
        return "full"
    if own == NO_POST:
        return "open"
    if problem.posts.tier[own] < problem.posts.tier[other]:
        return "less_urgent"
    return "costs_more" if costs[other].total > costs[own].total else "equal"
