"""Whether a placement keeps every side, asked one by one of the placement and the facts alone."""

from __future__ import annotations

import numpy as np

from dure.engine.matching.facts import ADULT_AGE, NO_POST, BoolArray, Int32Array, IntArray
from dure.engine.matching.problem import Problem, feasible
from dure.engine.matching.sides import (
    ADULTS_BESIDE_MINORS,
    DAY_SPAN_MAX_MIN,
    NO_GROUP,
    Sides,
    leads_needed,
)


def sides_broken(
    problem: Problem,
    sides: Sides,
    *,
    post_of: Int32Array,
    standing: BoolArray,
    extra_person: Int32Array,
    extra_post: Int32Array,
) -> tuple[str, ...]:
    """In words, whatever side does not hold; ``extra_person`` and ``extra_post`` are second and further shifts.

    What was agreed before the match (``standing``) is kept whatever the sides say: a crew that only stands is
    not too small, and so on.
    """
    count = problem.posts.count
    placed = np.flatnonzero(post_of != NO_POST)
    person = np.concatenate([placed, extra_person]).astype(np.int64)
    post = np.concatenate([post_of[placed], extra_post]).astype(np.int64)
    seated = np.bincount(post, minlength=count)
    crew = seated + sides.held
    held = np.bincount(post_of[standing], minlength=count) + sides.held
    faults = []

    def say(posts: BoolArray | IntArray, what: str) -> None:
        number = int(np.count_nonzero(posts))
        if number:
            faults.append(f"{number} {what}")

    say(_groups_apart(sides, post_of, standing), "groups are not together")
    say((crew > 0) & (crew < sides.least_crew) & (held == 0), "posts have less than their least crew")
    needed = leads_needed(crew, sides.people_per_lead)
    led = np.flatnonzero((sides.lead_post != NO_POST) & (crew > held))
    wanted = np.bincount(sides.lead_post[led], weights=needed[led], minlength=count).astype(np.int64)
    say(wanted > crew, "posts lead more people than they have leads for")
    minor = problem.people.age[person] < ADULT_AGE
    adult = ~minor & problem.people.cleared[person]
    new_minors = np.bincount(post[minor & ~_stands(standing, person, len(placed))], minlength=count)
    beside = np.bincount(post[adult], minlength=count) + sides.held_adults
    lonely = sides.two_adults & (new_minors > 0) & (beside < ADULTS_BESIDE_MINORS)
    say(lonely, "posts have somebody under 18 without two cleared adults")
    say(seated > problem.posts.seats, "posts have more people than seats, further shifts included")
    faults += _shifts_broken(problem, sides, post_of, extra_person, extra_post)
    return tuple(faults)


def _stands(standing: BoolArray, person: IntArray, first: int) -> BoolArray:
    """Which of the placements were agreed: further shifts, from the ``first``-th on, never were."""
    stands = standing[person]
    stands[first:] = False
    return stands


def _groups_apart(sides: Sides, post_of: Int32Array, standing: BoolArray) -> IntArray:
    """Groups whose people are not all at one post, or all at home.

    Where some stand, the others are beside them or at home.
    """
    grouped = np.flatnonzero(sides.group != NO_GROUP)
    order = grouped[np.lexsort((post_of[grouped], ~standing[grouped], sides.group[grouped]))]
    group, post = sides.group[order], post_of[order]
    first = np.flatnonzero(np.diff(group, prepend=group[:1] - 1))
    which = np.repeat(first, np.diff(np.append(first, len(group))))
    stands = standing[order]
    apart = ~stands & (post != post[which])
    # Beside somebody who stands it is no fault to stay at home.
    apart &= ~(stands[which] & (post == NO_POST))
    return np.unique(group[apart]).astype(np.int64) + 1


def _shifts_broken(
    problem: Problem, sides: Sides, post_of: Int32Array, extra_person: Int32Array, extra_post: Int32Array
) -> list[str]:
    if not len(extra_person):
        return []
    people, posts = problem.people, problem.posts
    rows = extra_person.astype(np.int64)
    faults = []
    if not feasible(problem, rows, extra_post.astype(np.int64)).all():
        faults.append("somebody has a further shift that they may not take")
    if (post_of[rows] == NO_POST).any():
        faults.append("somebody has a further shift without a first")
    if (sides.group[rows] != NO_GROUP).any():
        faults.append("somebody of a group has a further shift without the others")
    who = np.unique(rows)
    who = who[post_of[who] != NO_POST]
    person = np.concatenate([who, rows])
    post = np.concatenate([post_of[who], extra_post]).astype(np.int64)
    order = np.lexsort((posts.starts_min[post], person))
    person, post = person[order], post[order]
    starts, ends = posts.starts_min[post], posts.ends_min[post]
    same = person[1:] == person[:-1]
    if (same & (starts[1:] < ends[:-1])).any():
        faults.append("somebody has two shifts at once")
    first = np.flatnonzero(np.append(True, ~same))
    each = person[first]
    total_min = np.add.reduceat(ends - starts, first)
    span_min = np.maximum.reduceat(ends, first) - starts[first]
    number = np.diff(np.append(first, len(person)))
    for wrong, what in (
        (number > sides.shifts_max[each], "more shifts than they wish"),
        (total_min > people.shift_max_min[each], "shifts longer together than they wish to work"),
        (total_min > people.minutes_left_week[each], "more than is left of the week"),
        (span_min > DAY_SPAN_MAX_MIN, "shifts that leave no eleven hours of rest"),
    ):
        if wrong.any():
            faults.append(f"{int(wrong.sum())} have {what}")
    return faults
