"""The morning after: most people and posts are there again, some are new."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from bench.synthetic_day import USUAL, Vocabulary, synthetic_day
from dure.engine.matching import NO_POST, PeopleFacts, PostFacts, Solution
from dure.engine.matching.facts import BoolArray, IntArray

DAY_LENGTH_MIN = 24 * 60
REST_MIN = 11 * 60
NEW_SHARE = 0.1  # of the people, and of the posts
# Columns of lists, and the column that names the owners of the list.
PEOPLE_LISTS = {
    "free_person": "free_person",
    "free_from_min": "free_person",
    "free_to_min": "free_person",
    "skill_person": "skill_person",
    "skill": "skill_person",
    "language_person": "language_person",
    "language": "language_person",
    "refuses_person": "refuses_person",
    "refuses": "refuses_person",
    "prefers_person": "prefers_person",
    "prefers": "prefers_person",
}
POST_LISTS = {
    "skill_post": "skill_post",
    "skill": "skill_post",
    "language_post": "language_post",
    "language": "language_post",
}

Facts = TypeVar("Facts", PeopleFacts, PostFacts)


def _mixed(old: Facts, new: Facts, fresh: BoolArray, owners: dict[str, str]) -> Facts:
    """The facts of ``new`` in the ``fresh`` rows and those of ``old`` in all others."""
    columns: dict[str, Any] = {}
    for name in (column.name for column in fields(old)):
        before, after = getattr(old, name), getattr(new, name)
        if owner := owners.get(name):
            stay, come = ~fresh[getattr(old, owner)], fresh[getattr(new, owner)]
            columns[name] = np.concatenate([before[stay], after[come]])
        else:
            columns[name] = np.where(fresh, after, before)
    return replace(old, **columns)


def next_morning(
    people: PeopleFacts,
    posts: PostFacts,
    yesterday: Solution,
    *,
    demand: float,
    seed: int,
    words: Vocabulary = USUAL,
) -> tuple[PeopleFacts, PostFacts, IntArray]:
    """Today's people and posts, and yesterday's price of each post in whole units (0 for a new one).

    Who was placed has rested for eleven hours, has less of the week left, waits from zero and would like to
    keep the crew; who was not has waited a day longer.
    """
    dice = np.random.default_rng((seed, 1))
    new_people, new_posts = synthetic_day(
        people.count, post_count=posts.count, demand=demand, seed=seed, words=words, others=1
    )
    fresh, fresh_post = dice.random(people.count) < NEW_SHARE, dice.random(posts.count) < NEW_SHARE
    at = yesterday.post_of
    placed = at != NO_POST
    ended_min, length_min = posts.ends_min[at], (posts.ends_min - posts.starts_min)[at]
    same_post = placed & ~fresh & ~fresh_post[at]
    today = _mixed(people, replace(new_people, person=new_people.person + 10**9), fresh, PEOPLE_LISTS)
    tired = placed & ~fresh
    rested_min = np.where(tired, np.maximum(ended_min + REST_MIN, people.rested_from_min), 0)
    today = replace(
        today,
        free_from_min=today.free_from_min + DAY_LENGTH_MIN,
        free_to_min=today.free_to_min + DAY_LENGTH_MIN,
        rested_from_min=np.maximum(today.rested_from_min + np.where(fresh, DAY_LENGTH_MIN, 0), rested_min),
        minutes_left_week=np.maximum(0, today.minutes_left_week - np.where(tired, length_min, 0)).astype(
            np.int32
        ),
        days_waited=np.where(fresh, today.days_waited, np.where(placed, 0, people.days_waited + 1)).astype(
            np.int32
        ),
        yesterday_post=np.where(same_post, at, NO_POST).astype(np.int32),
    )
    work = _mixed(posts, replace(new_posts, post=new_posts.post + 10**9), fresh_post, POST_LISTS)
    work = replace(work, starts_min=work.starts_min + DAY_LENGTH_MIN, ends_min=work.ends_min + DAY_LENGTH_MIN)
    # A price stays a whole number that is not too high: the part of a unit is found again at once.
    return today, work, np.where(fresh_post, 0, yesterday.prices // yesterday.price_scale)
