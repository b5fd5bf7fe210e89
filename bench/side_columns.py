"""Believable sides of a synthetic day: groups that live together, least crews, posts with leads, wishes for more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dure.engine.matching import PeopleFacts, PostFacts
from dure.engine.matching.excerpt import LISTS
from dure.engine.matching.layout import morton_order
from dure.engine.matching.sides import Sides, build_sides

GROUP_PEOPLE, GROUP_MOST = 0.08, 4
CREW_POSTS, CREW_FROM_SEATS = 0.3, 4
LED_POSTS, LED_FROM_SEATS, PEOPLE_PER_LEAD = 0.02, 10, 10
LEAD_SKILL = 0
SEVERAL_PEOPLE = 0.05


def with_sides(
    people: PeopleFacts, posts: PostFacts, *, seed: int = 1, kinds: frozenset[str] = frozenset()
) -> tuple[PeopleFacts, PostFacts, Sides]:
    """The day with sides; of all ``kinds`` (groups, crews, leads, adults, shifts) unless some are named.

    Groups of 2 to 4 share a home, hours and how far they go; posts with leads get a further post of the same
    shift that asks for a nurse.
    """
    dice = np.random.default_rng((seed, 77))
    wanted = kinds or frozenset({"groups", "crews", "leads", "adults", "shifts"})
    lead_post = people_per_lead = None
    if "leads" in wanted:
        posts, lead_post, people_per_lead = _with_leads(posts, dice)
    group = None
    if "groups" in wanted:
        people, group = _with_groups(people, dice)
    least_crew = None
    if "crews" in wanted:
        asks = (posts.seats >= CREW_FROM_SEATS) & (dice.random(posts.count) < CREW_POSTS)
        least = np.maximum(2, (posts.seats * dice.uniform(0.2, 0.6, posts.count)).astype(np.int32))
        least_crew = np.where(asks, least, 0).astype(np.int32)
    minors_may = (posts.min_age < 18) & ~posts.hazardous & ~posts.night & ~posts.lone
    several = np.where(dice.random(people.count) < SEVERAL_PEOPLE, 2, 1).astype(np.int32)
    return (
        people,
        posts,
        build_sides(
            people,
            posts,
            group=group,
            shifts_max=several if "shifts" in wanted else None,
            least_crew=least_crew,
            lead_post=lead_post,
            people_per_lead=people_per_lead,
            two_adults=minors_may if "adults" in wanted else None,
        ),
    )


def _with_groups(
    people: PeopleFacts, dice: np.random.Generator
) -> tuple[PeopleFacts, np.ndarray[tuple[int, ...], np.dtype[np.int32]]]:
    count = people.count
    at_home = np.flatnonzero(~np.isnan(people.lat))
    by_place = at_home[morton_order(people.lat[at_home], people.lon[at_home])]
    sizes = dice.integers(2, GROUP_MOST + 1, max(1, int(count * GROUP_PEOPLE / 3)))
    begins = np.sort(dice.choice(len(by_place) // GROUP_MOST, len(sizes), replace=False)) * GROUP_MOST
    group = np.full(count, -1, np.int32)
    first = np.arange(count)
    for turn in range(GROUP_MOST):
        some = sizes > turn
        members = by_place[begins[some] + turn]
        group[members] = np.flatnonzero(some)
        first[members] = by_place[begins[some]]
    owner = LISTS[PeopleFacts]
    assert "free_person" in owner
    # One free span each, in the order of the people, as synthetic days have it.
    assert np.array_equal(people.free_person, np.arange(count))
    changed = replace(
        people,
        lat=people.lat[first],
        lon=people.lon[first],
        travel_limit_m=people.travel_limit_m[first],
        free_from_min=people.free_from_min[first],
        free_to_min=people.free_to_min[first],
    )
    return changed, group


def _with_leads(
    posts: PostFacts, dice: np.random.Generator
) -> tuple[
    PostFacts,
    np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    np.ndarray[tuple[int, ...], np.dtype[np.int32]],
]:
    able = np.ones(posts.count, np.bool_)
    able[posts.skill_post] = False
    could = np.flatnonzero(able & (posts.seats >= LED_FROM_SEATS))
    led = np.sort(dice.choice(could, min(len(could), max(1, round(posts.count * LED_POSTS))), replace=False))
    rows = np.concatenate([np.arange(posts.count), led])
    new = np.arange(posts.count, len(rows), dtype=np.int32)
    language = np.isin(posts.language_post, led)
    place = np.searchsorted(led, posts.language_post[language]).astype(np.int32)
    plain = {
        name: getattr(posts, name)[rows]
        for name in posts.__dataclass_fields__
        if name not in ("post", "skill_post", "skill", "language_post", "language", "seats", "tier")
    }
    seats = posts.seats[rows]
    seats[new] = -(-posts.seats[led] // PEOPLE_PER_LEAD)
    tier = posts.tier[rows]
    tier[new] = np.maximum(1, posts.tier[led] - 1)
    more = PostFacts(
        post=np.concatenate([posts.post, posts.post.max() + 1 + np.arange(len(led))]),
        seats=seats,
        tier=tier,
        skill_post=np.concatenate([posts.skill_post, new]),
        skill=np.concatenate([posts.skill, np.full(len(led), LEAD_SKILL, np.int32)]),
        language_post=np.concatenate([posts.language_post, new[place]]),
        language=np.concatenate([posts.language, posts.language[language]]),
        **plain,
    )
    lead_post = np.full(more.count, -1, np.int32)
    people_per_lead = np.zeros(more.count, np.int32)
    lead_post[led], people_per_lead[led] = new, PEOPLE_PER_LEAD
    return more, lead_post, people_per_lead
