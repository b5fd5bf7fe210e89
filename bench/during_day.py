"""What happens after the morning's match: people who do not come, and posts that nobody knew of."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from bench.synthetic_day import COUNTRY_PEOPLE
from dure.engine.matching import NO_POST, PeopleFacts, PostFacts, Solution
from dure.engine.matching.excerpt import excerpt
from dure.engine.matching.facts import Int32Array, IntArray
from dure.engine.matching.rematch import UNKNOWN_PRICE

# Of a whole country, and as many of a smaller one as it has people.
NO_SHOWS, URGENT_POSTS = 5_000, 200
# Urgent seats: twice as many at one post as at the next are common, and never fewer than two.
URGENT_SEATS_MEDIAN, URGENT_SEATS_SPREAD, URGENT_SEATS_LEAST = 16, 0.9, 2
NEAR_DEG = 0.0135  # about 1.5 km
FIRST_URGENT_ID = 2 * 10**9


@dataclass(frozen=True, eq=False)
class Changed:
    """The day as it is then. Nobody is on the way yet, so that all may be moved: that is the most work."""

    people: PeopleFacts
    posts: PostFacts  # those of the morning, then the urgent ones
    home: Int32Array  # (n,) where those who are left were placed
    prices: IntArray  # (m,) of the morning, in whole units
    no_shows: int
    urgent_posts: int


def during_day(people: PeopleFacts, posts: PostFacts, morning: Solution, *, seed: int) -> Changed:
    """Take some of those who were placed out, and put urgent critical posts near some that there are."""
    dice = np.random.default_rng((seed, 2))
    share = people.count / COUNTRY_PEOPLE
    no_shows, urgent = round(NO_SHOWS * share), max(1, round(URGENT_POSTS * share))
    placed = np.flatnonzero(morning.post_of != NO_POST)
    gone = dice.choice(placed, min(no_shows, len(placed)), replace=False)
    here = np.setdiff1d(np.arange(people.count), gone)
    near = excerpt(posts, dice.choice(posts.count, urgent, replace=False))
    off = dice.normal(0.0, NEAR_DEG, (2, urgent))
    seats = URGENT_SEATS_MEDIAN * np.exp(dice.normal(0.0, URGENT_SEATS_SPREAD, urgent))
    added = replace(
        near,
        post=FIRST_URGENT_ID + np.arange(urgent),
        lat=near.lat + off[0],
        lon=near.lon + off[1],
        tier=np.ones(urgent, np.int8),
        seats=np.maximum(URGENT_SEATS_LEAST, np.rint(seats)).astype(np.int32),
        # Urgent is what any pair of hands can do.
        skill_post=near.skill_post[:0],
        skill=near.skill[:0],
    )
    prices = morning.prices // morning.price_scale
    return Changed(
        people=excerpt(people, here),
        posts=_both(posts, added),
        home=morning.post_of[here],
        prices=np.append(prices, np.full(urgent, UNKNOWN_PRICE)),
        no_shows=len(gone),
        urgent_posts=urgent,
    )


def _both(first: PostFacts, then: PostFacts) -> PostFacts:
    columns: dict[str, Any] = {}
    for column in fields(first):
        before, after = getattr(first, column.name), getattr(then, column.name)
        if column.name in ("skill_post", "language_post"):
            after = after + np.int32(first.count)
        columns[column.name] = np.concatenate([before, after])
    return replace(first, **columns)
