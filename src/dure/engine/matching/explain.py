"""Reasons a person can read: why a post is not full, and why somebody got this post and not another.

Both are computed for one post or one person from the facts, without holding all pairs, and name nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dure.engine.matching.changes import (
    FARTHER_M,
    Change,
    changes_of,
    present_surplus_scaled,
    surplus_scaled,
)
from dure.engine.matching.excerpt import excerpt
from dure.engine.matching.facts import (
    NO_POST,
    SHIFT_MINUTES_MAX,
    BitArray,
    BoolArray,
    FloatArray,
    IntArray,
    PostFacts,
)
from dure.engine.matching.problem import Problem, cost_parts, travel_m, unmet
from dure.engine.matching.rules import RULES, pack
from dure.engine.matching.solution import TIERS, Solution
from dure.kernel.must import must

SHIFTED_MIN = (-120, -60, 60, 120)
SHORTER_MIN = (60, 120)
ALTERNATIVES_MAX = 5
TOO_FAR = "it is farther away than they wish to travel"
# PROMISES P9: nothing is told about fewer than ten people.
SEATED_LEAST = 10


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
    placed_gain: (
        int  # open seats it would fill at today's prices: by those who would gain more than they have
    )


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
    kept: int = 0  # during the day: what staying is worth

    @property
    def total(self) -> int:
        return self.travel + self.preference + self.waiting + self.yesterday + self.kept


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
    # Of a full post: what is true of most who sit there (nearer, waited_longer, here_yesterday); of ten at least.
    full_of: tuple[str, ...]


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
    changes: tuple[Change, ...]  # what would bring them a better post, the largest gain first


def _price(solution: Solution, post_row: int) -> int:
    """What one more seat is worth, in whole units, rounded up: a price above zero stays one."""
    return -(-int(solution.prices[post_row]) // solution.price_scale)


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


def hindrances(problem: Problem, person_row: int, post_row: int) -> tuple[str, ...]:
    """What keeps one person from one post, each in words that complete "not possible because …"; empty: nothing."""
    person, post = np.array([person_row]), np.array([post_row])
    missing = unmet(problem, person, post)
    far = bool((travel_m(problem, person, post) > problem.people.travel_limit_m[person]).any())
    return (*([TOO_FAR] if far else []), *(stop.reason for stop in _stops(problem, missing)))


def why_unfilled(
    problem: Problem, solution: Solution, post_row: int, *, taken: IntArray | None = None
) -> Unfilled:
    """Who is near a post, what stops them, where those are who could come, and what would change it.

    Asked about a problem that holds those near the post alone, ``taken`` (m,) tells how many seats of each post are
    taken; otherwise they are counted.
    """
    must(0 <= post_row < problem.posts.count, "the post is one of the problem's")
    rows = np.arange(problem.people.count)
    column = np.full(problem.people.count, post_row)
    distance_m = travel_m(problem, rows, column)
    near = distance_m <= problem.people.travel_limit_m
    missing = unmet(problem, rows, column)
    able = near & ~missing.any(axis=1)
    here = solution.post_of == post_row
    filled = int(_taken(problem, solution, taken)[post_row])
    elsewhere = able & ~here & (solution.post_of != NO_POST)
    tiers = problem.posts.tier[solution.post_of[elsewhere]]
    return Unfilled(
        seats=int(problem.posts.seats[post_row]),
        filled=filled,
        within_travel=int(near.sum()),
        stops=_stops(problem, missing[near]),
        feasible=int(able.sum()),
        placed_here=int((able & here).sum()),
        placed_elsewhere_by_tier=tuple(int((tiers == tier).sum()) for tier in range(1, TIERS + 1)),
        unplaced=int((able & (solution.post_of == NO_POST)).sum()),
        price=_price(solution, post_row),
        levers=_levers(
            problem, solution, post_row, distance_m, able, int(problem.posts.seats[post_row]) - filled
        ),
    )


def _taken(problem: Problem, solution: Solution, taken: IntArray | None) -> IntArray:
    """(m,) seats that are taken of each post."""
    if taken is not None:
        return taken
    return np.bincount(solution.post_of[solution.post_of != NO_POST], minlength=problem.posts.count)


def _levers(
    problem: Problem,
    solution: Solution,
    post_row: int,
    distance_m: FloatArray,
    able: BoolArray,
    open_seats: int,
) -> tuple[Lever, ...]:
    """Try each change for real, alone, and count who becomes able to come."""
    around = np.flatnonzero(distance_m <= problem.people.travel_limit_m + float(FARTHER_M))
    people = excerpt(problem.people, around)
    within, near = np.ones(len(around), np.bool_), distance_m[around] <= people.travel_limit_m
    post = excerpt(problem.posts, np.array([post_row]))
    levers: list[Lever] = []

    def weigh(name: str, amount: int, changed: PostFacts, near_enough: BoolArray) -> None:
        bits = pack(people, changed)
        keeps_rules = ~(bits.need[0] & ~bits.have).any(axis=1)
        added = around[near_enough & keeps_rules & ~able[around]]
        if len(added):
            unplaced = int((solution.post_of[added] == NO_POST).sum())
            gain = _gaining(problem, solution, post_row, added, distance_m[added])
            levers.append(Lever(name, amount, len(added), unplaced, max(0, min(gain, open_seats))))

    weigh("travel_farther", FARTHER_M, post, within)
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
    return tuple(
        sorted(levers, key=lambda lever: (-lever.placed_gain, -lever.people_added, lever.name, lever.amount))
    )


def _gaining(
    problem: Problem, solution: Solution, post_row: int, people: IntArray, distance_m: FloatArray
) -> int:
    """How many people have more left over here, at today's prices, than where they are."""
    here = surplus_scaled(problem, solution, people, np.full(len(people), post_row), distance_m)
    # A whole unit: less is the rounding of the prices.
    gains = here - present_surplus_scaled(problem, solution, people) >= solution.price_scale
    return int(gains.sum())


def why_this_post(
    problem: Problem, solution: Solution, person_row: int, *, taken: IntArray | None = None
) -> Why:
    """What the placement of one person cost, which posts they could have had and why not, and what would change it.

    ``taken`` as for :func:`why_unfilled`, where the problem holds this person alone.
    """
    must(0 <= person_row < problem.people.count, "the person is one of the problem's")
    posts = np.arange(problem.posts.count)
    people = np.full(problem.posts.count, person_row)
    distance_m = travel_m(problem, people, posts)
    near = distance_m <= problem.people.travel_limit_m[person_row]
    missing = unmet(problem, people, posts)
    able = np.flatnonzero(near & ~missing.any(axis=1))
    parts = cost_parts(problem, people[able], able, distance_m[able])
    columns = zip(parts.travel, parts.preference, parts.waiting, parts.yesterday, parts.kept, strict=True)
    costs = {int(post): Cost(*map(int, row)) for post, row in zip(able, columns, strict=True)}
    own = int(solution.post_of[person_row])
    must(own == NO_POST or own in costs, "nobody is placed where they may not be")
    seats_open = problem.posts.seats - _taken(problem, solution, taken)
    ranked = sorted((post for post in costs if post != own), key=lambda post: (costs[post].total, post))
    return Why(
        post=own,
        standing=bool(solution.standing[person_row]),
        travel_m=None if own == NO_POST else float(distance_m[own]),
        cost=costs.get(own),
        price=0 if own == NO_POST else _price(solution, own),
        feasible=len(able),
        within_travel=int(near.sum()),
        stops=_stops(problem, missing[near]),
        alternatives=tuple(
            Alternative(
                post=post,
                tier=int(problem.posts.tier[post]),
                travel_m=float(distance_m[post]),
                cost=costs[post],
                price=_price(solution, post),
                reason=_why_not(problem, own, post, costs, open_seats=int(seats_open[post])),
                full_of=_full_of(problem, solution, person_row, post),
            )
            for post in ranked[:ALTERNATIVES_MAX]
        ),
        changes=changes_of(problem, solution, person_row),
    )


def _full_of(problem: Problem, solution: Solution, person_row: int, post: int) -> tuple[str, ...]:
    """What most of those on a full post have before the person who asks."""
    rows = np.flatnonzero(solution.post_of == post)
    if len(rows) < max(SEATED_LEAST, int(problem.posts.seats[post])):
        return ()
    people = problem.people
    own_m = travel_m(problem, np.array([person_row]), np.array([post]))
    true_of = {
        "nearer": travel_m(problem, rows, np.full(len(rows), post)) < own_m,
        "waited_longer": people.days_waited[rows] > people.days_waited[person_row],
        "here_yesterday": people.yesterday_post[rows] == post,
    }
    return tuple(name for name, those in true_of.items() if 2 * int(those.sum()) > len(rows))


def _why_not(problem: Problem, own: int, other: int, costs: dict[int, Cost], *, open_seats: int) -> str:
    if open_seats <= 0:
        return "full"
    if own == NO_POST:
        return "open"
    if problem.posts.tier[own] < problem.posts.tier[other]:
        return "less_urgent"
    return "costs_more" if costs[other].total > costs[own].total else "equal"
