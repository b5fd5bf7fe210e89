"""What would bring one person a better post at the prices of the day.

With a_ij the value of the post's tier less the cost of the pair, and p_j the price of the post, a_ij - p_j is what is
left over when person i takes post j: the *surplus*. In the best placement nobody has more surplus elsewhere
(complementary slackness), so a change of a person or a post can be worth something only where it opens a pair with
more surplus than the person has.

Prices of full posts are not unique: the auction's may be higher than what one more seat is worth. So a person is
promised less than the surplus says: a new post counts only where the day gains even if nobody takes their old seat.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dure.engine.matching.excerpt import excerpt
from dure.engine.matching.facts import (
    NO_POST,
    TRAVEL_LIMIT_MAX_M,
    FloatArray,
    Int32Array,
    IntArray,
    PeopleFacts,
)
from dure.engine.matching.problem import Problem, build_problem, cost_parts, feasible, travel_m
from dure.engine.matching.solution import TIERS, Solution

FARTHER_M = 5_000
FREER_MIN = 120
CHANGES_MAX = 5


@dataclass(frozen=True)
class Change:
    """Something about a person (``amount``: metres, minutes, or the code of the skill) and the post it would bring.

    ``brings`` is ``a_post`` to whoever has none; else ``more_urgent``, ``shorter_way``, or ``better_liked`` (a cause
    they prefer, or what they did yesterday).
    """

    name: str  # travel_farther, another_skill, free_earlier, free_later
    amount: int
    post: int
    tier: int
    travel_m: float
    brings: str
    # What the day gains even if their present seat stays empty, in units of 10 m, the values of the tiers included.
    gain_units: int


def surplus_scaled(
    problem: Problem, solution: Solution, people: IntArray, posts: IntArray, distance_m: FloatArray
) -> IntArray:
    """(k,) what is left over of each pair at the solution's prices, in 1/price_scale of a unit."""
    value = (TIERS + 1 - problem.posts.tier[posts].astype(np.int64)) * solution.tier_unit
    worth = value - cost_parts(problem, people, posts, distance_m).total
    return np.asarray(worth * solution.price_scale - solution.prices[posts], np.int64)


def present_surplus_scaled(problem: Problem, solution: Solution, people: IntArray) -> IntArray:
    """(k,) what is left over for people where they are, in 1/price_scale of a unit; 0 for the unplaced."""
    posts = solution.post_of[people].astype(np.int64)
    left = np.zeros(len(people), np.int64)
    placed = posts != NO_POST
    people, posts = people[placed], posts[placed]
    way_m = travel_m(problem, people, posts)
    left[placed] = np.maximum(0, surplus_scaled(problem, solution, people, posts, way_m))
    return left


def changes_of(problem: Problem, solution: Solution, person_row: int) -> tuple[Change, ...]:
    """What would change the match for one person: each change tried for real, alone; the largest gain first.

    Only changes that bring a better post, by a whole unit at least, and only the best post of each.
    """
    people, posts = problem.people, problem.posts
    limit_m = int(people.travel_limit_m[person_row])
    distance_m = travel_m(problem, np.full(posts.count, person_row), np.arange(posts.count))
    near = np.flatnonzero(distance_m <= limit_m + FARTHER_M)
    if len(near) == 0:
        return ()
    names, changed = _changed(people, person_row, excerpt(posts, near).skill)
    nearby = build_problem(changed, excerpt(posts, near))
    columns = np.arange(len(near))
    able_now = feasible(nearby, np.zeros(len(near), np.int64), columns)
    own = int(solution.post_of[person_row])
    have = 0
    if own != NO_POST:
        here = np.array([person_row]), np.array([own]), distance_m[own : own + 1]
        have = int(surplus_scaled(problem, solution, *here)[0] + solution.prices[own])
    found: list[Change] = []
    for row, (name, amount) in enumerate(names, start=1):
        new = near[feasible(nearby, np.full(len(near), row), columns) & ~able_now]
        if len(new) == 0:
            continue
        surplus = surplus_scaled(problem, solution, np.full(len(new), person_row), new, distance_m[new])
        best = int(np.argmax(surplus))
        gain_units = (int(surplus[best]) - max(0, have)) // solution.price_scale
        if gain_units >= 1:
            post = int(new[best])
            brings = _brings(problem, distance_m, own, post)
            tier, way_m = int(posts.tier[post]), float(distance_m[post])
            found.append(Change(name, amount, post, tier, way_m, brings, gain_units))
    found.sort(key=lambda change: (-change.gain_units, change.name, change.amount))
    return tuple(found[:CHANGES_MAX])


def _changed(
    people: PeopleFacts, person_row: int, skills_asked: Int32Array
) -> tuple[list[tuple[str, int]], PeopleFacts]:
    """The person as they are (row 0) and once for each change, in the order of the names."""
    names = [("travel_farther", FARTHER_M), ("free_earlier", FREER_MIN), ("free_later", FREER_MIN)]
    held = people.skill[people.skill_person == person_row]
    missing = np.setdiff1d(skills_asked, held).astype(np.int32)
    names.extend(("another_skill", int(skill)) for skill in missing)
    same = excerpt(people, np.full(len(names) + 1, person_row))
    farther, earlier, later, first_skill = 1, 2, 3, 4
    limit_m = same.travel_limit_m.copy()
    limit_m[farther] = min(int(limit_m[farther]) + FARTHER_M, TRAVEL_LIMIT_MAX_M)
    skilled = np.arange(first_skill, first_skill + len(missing), dtype=np.int32)
    return names, replace(
        same,
        person=np.arange(len(names) + 1),
        travel_limit_m=limit_m,
        free_from_min=same.free_from_min - FREER_MIN * (same.free_person == earlier),
        free_to_min=same.free_to_min + FREER_MIN * (same.free_person == later),
        skill_person=np.concatenate([same.skill_person, skilled]),
        skill=np.concatenate([same.skill, missing]),
        # Rows of other posts; it changes what a post costs, and that is asked of the whole problem.
        yesterday_post=np.full(len(names) + 1, NO_POST, np.int32),
    )


def _brings(problem: Problem, distance_m: FloatArray, own: int, post: int) -> str:
    if own == NO_POST:
        return "a_post"
    if problem.posts.tier[post] < problem.posts.tier[own]:
        return "more_urgent"
    return "shorter_way" if distance_m[post] < distance_m[own] else "better_liked"
