"""Second and further shifts of a day: a match of their own, of those who wish for more and the seats that are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from dure.engine.matching.excerpt import excerpt
from dure.engine.matching.facts import (
    ADULT_AGE,
    NO_POST,
    BoolArray,
    Int32Array,
    IntArray,
    PeopleFacts,
    PostFacts,
)
from dure.engine.matching.problem import Problem, build_problem
from dure.engine.matching.sides import ADULTS_BESIDE_MINORS, DAY_SPAN_MAX_MIN, NO_GROUP, Sides, leads_given

Solve = Callable[[Problem], Int32Array]


def further_shifts(
    problem: Problem, sides: Sides, post_of: Int32Array, *, standing: BoolArray, solve: Solve
) -> tuple[Int32Array, Int32Array]:
    """People and posts of all further shifts, row by row, in the order they were given.

    ``solve`` places the people of a problem, one post each. People of a group have one shift, together, and who
    stands has what was agreed; a post where nobody works is not begun by further shifts.
    """
    wishes = (sides.shifts_max > 1) & (sides.group == NO_GROUP) & ~standing
    rows = np.flatnonzero((post_of != NO_POST) & wishes)
    people, posts = problem.people, problem.posts
    extra_person, extra_post = np.zeros(0, np.int64), np.zeros(0, np.int64)
    latest = post_of[rows].astype(np.int64)
    first_start = posts.starts_min[latest]
    last_end = posts.ends_min[latest]
    # Days waited are made good once a day.
    asking = replace(excerpt(people, rows), days_waited=np.zeros(len(rows), np.int32))
    number = 1
    while len(rows):
        first_start = np.minimum(first_start, posts.starts_min[latest])
        last_end = np.maximum(last_end, posts.ends_min[latest])
        asking = _after(asking, posts, latest, first_start, last_end)
        open_posts = _open(problem, sides, post_of, extra_person, extra_post)
        if not open_posts.seats.any():
            break
        got = solve(build_problem(asking, open_posts)).astype(np.int64)
        number += 1
        has = np.flatnonzero(got != NO_POST)
        extra_person = np.concatenate([extra_person, rows[has]])
        extra_post = np.concatenate([extra_post, got[has]])
        on = has[sides.shifts_max[rows[has]] > number]
        rows, latest, first_start, last_end = rows[on], got[on], first_start[on], last_end[on]
        asking = excerpt(asking, on)
    return extra_person.astype(np.int32), extra_post.astype(np.int32)


def _after(
    asking: PeopleFacts, posts: PostFacts, latest: IntArray, first_start: IntArray, last_end: IntArray
) -> PeopleFacts:
    """The people with what is left of their hours beside the shift they got last."""
    owner = asking.free_person.astype(np.int64)
    starts, ends = posts.starts_min[latest], posts.ends_min[latest]
    opens = np.maximum(asking.free_from_min, (last_end - DAY_SPAN_MAX_MIN)[owner])
    closes = np.minimum(asking.free_to_min, (first_start + DAY_SPAN_MAX_MIN)[owner])
    # Each span before the shift, and after it.
    free_person = np.concatenate([owner, owner])
    free_from = np.concatenate([opens, np.maximum(opens, ends[owner])])
    free_to = np.concatenate([np.minimum(closes, starts[owner]), closes])
    some = free_from < free_to
    worked = (ends - starts).astype(np.int32)
    return replace(
        asking,
        free_person=free_person[some].astype(np.int32),
        free_from_min=free_from[some],
        free_to_min=free_to[some],
        minutes_left_week=asking.minutes_left_week - worked,
        shift_max_min=asking.shift_max_min - worked,
    )


def _open(
    problem: Problem, sides: Sides, post_of: Int32Array, extra_person: IntArray, extra_post: IntArray
) -> PostFacts:
    """The posts with the seats that somebody more may take without breaking a side."""
    posts = problem.posts
    placed = np.flatnonzero(post_of != NO_POST)
    person = np.concatenate([placed, extra_person])
    post = np.concatenate([post_of[placed].astype(np.int64), extra_post])
    seated = np.bincount(post, minlength=posts.count)
    crew = seated + sides.held
    room = posts.seats - seated
    room[(crew == 0) & (sides.least_crew > 1)] = 0
    led = sides.lead_post != NO_POST
    ratio = np.maximum(sides.people_per_lead.astype(np.int64), 1)
    # Up to what the leads already there look after.
    given = leads_given(sides.lead_post, sides.people_per_lead, posts.tier, crew)
    room[led] = np.minimum(room, given * ratio - crew)[led]
    adult = (problem.people.age[person] >= ADULT_AGE) & problem.people.cleared[person]
    beside = np.bincount(post[adult], minlength=posts.count) + sides.held_adults
    lonely = sides.two_adults & (beside < ADULTS_BESIDE_MINORS)
    min_age = np.where(lonely, np.maximum(posts.min_age, ADULT_AGE), posts.min_age)
    return replace(posts, seats=np.maximum(room, 0).astype(np.int32), min_age=min_age.astype(np.int16))
