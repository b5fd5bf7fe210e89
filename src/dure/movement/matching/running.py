"""The running day as it is now: who may still be asked, where they sit, and which seats there are.

Asked is who has no post and was not asked today, and who has a post or an open offer and could leave it: the shift is
still far enough away. Left alone is everybody else: whoever is there or on the way, said no or let an offer pass, was
asked to move once already, gave a seat back, is under 18 or sits beside somebody who is (P6), comes with a group, keeps
a place by their own wish, or belongs to a crew that would be too small without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet

from dure.base.columns import read_columns
from dure.engine.matching import NO_POST
from dure.engine.matching.facts import ADULT_AGE
from dure.engine.matching.problem import great_circle_m, unit_vectors
from dure.engine.matching.rematch import UNKNOWN_PRICE
from dure.engine.matching.solution import TIERS
from dure.movement.campaigns import reads as campaigns
from dure.movement.matching.columns import DayInput, day_input, rows_of, without
from dure.movement.matching.errors import NoPostsLeft, RunNotReady
from dure.movement.matching.gather import _earlier, _standing, held_by_offers, window
from dure.movement.matching.models import Offer, Placement, Run
from dure.movement.matching.order import AS_THEY_WAIT, Order, in_order
from dure.movement.matching.rotation import resting
from dure.movement.matching.stored import some_of, table_of
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostColumns, PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import ALONE, PlaceablePeople

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

# Nobody reaches a post sooner: ten minutes to get ready, then 30 km/h of great-circle way.
READY_MINUTES, WAY_M_A_MINUTE = 10, 500
# Whoever is asked now comes when the shift begins, or so long from now where it has begun by then ...
LEAD = timedelta(hours=1)
# ... if at least so much of it is left: a way for less is a way for nothing.
WORTH_COMING = timedelta(hours=2)
NO_ID: Final = -1


@dataclass(frozen=True, eq=False)
class RunningDay:
    """The day to be matched again; ``n`` people who may be asked, ``m`` posts that may still be reached."""

    today: DayInput
    home: Int32s  # (n,) row of the post each holds or was offered, or -1
    left_post: (
        Ints  # (n,) id of the post that a yes would leave, called off or not; NO_ID where it leaves none
    )
    start_prices: Ints  # (m,) units, as the day's first match left them
    free: Ints  # (m,) seats that are neither taken nor offered
    is_new: Bools  # (m,) was asked for since the first match
    no_shows: int
    given_back: int
    stay: int  # people with a post or an open offer who are asked nothing


def running_day(campaign_id: int, day: date, now: datetime, order: Order = AS_THEY_WAIT) -> RunningDay:
    """Read the day. Refuses with NoPostsLeft (none may still be reached), RunNotReady (never matched, or settled)."""
    first = _first_run(campaign_id, day)
    table = table_of(first)
    posts = {post.id: post for post in needs.posts_of_day(campaign_id, day)}
    in_time = {pk for pk, post in posts.items() if post.ends_at - now >= LEAD + WORTH_COMING}
    if not in_time:
        raise NoPostsLeft(day=day)
    said = _said(campaign_id, day, now)
    campaign = campaigns.campaign_by_id(campaign_id)
    start, end = window(campaign, day)
    everyone = people.placeable(area_path=campaign.area_path, day=day, day_start=start, day_end=end)
    crowd = _Crowd(posts, in_time, said, needs.columns_of_day(campaign_id, day), day, now)
    chosen = without(everyone, said.left_alone)
    chosen = in_order(without(chosen, chosen.person[crowd.stays(everyone, chosen)]), order)
    del everyone
    # Whoever has a post in their week of rest took it of their own accord, and keeps it as others do.
    rests = resting(chosen.person, chosen.group, rotation=campaign.rotation, day=day)
    chosen = without(chosen, chosen.person[rests & (said.left_by(chosen.person) == NO_ID)])
    left_post = said.left_by(chosen.person)
    free_of = _free(posts, in_time, held_by_offers(campaign_id, day, now))
    homes = np.unique(left_post[np.isin(left_post, list(in_time))])
    kept = sorted(set(free_of) | set(homes.tolist()))
    if not kept:
        raise NoPostsLeft(day=day)
    free = np.array([free_of.get(pk, 0) for pk in kept], np.int64)
    post_ids = np.array(kept, np.int64)
    row, sits = rows_of(left_post, post_ids)
    home = np.where(sits, row, NO_POST).astype(np.int32)
    at, known = rows_of(post_ids, table.post_ids)
    prices = np.where(known, table.prices[at] // first.price_scale, UNKNOWN_PRICE)
    today = posed(
        day,
        some_of(crowd.whole_day, post_ids),
        [posts[pk] for pk in kept],
        (free + np.bincount(home[sits], minlength=len(kept))).tolist(),
        chosen,
    )
    return RunningDay(
        today=today,
        home=home,
        left_post=left_post,
        start_prices=prices,
        free=free,
        is_new=~known,
        no_shows=said.no_shows,
        given_back=said.given_back,
        stay=said.have_post - int((left_post != NO_ID).sum()),
    )


def posed(
    day: date,
    whole_day: PostColumns,
    posts: Sequence[PostFacts],
    seats: Sequence[int],
    chosen: PlaceablePeople,
) -> DayInput:
    """The problem of some people and posts (by id, as ``whole_day``); nobody has agreed to anything beforehand."""
    earlier = _earlier(day, whole_day, whole_day.id, chosen.person)
    nobody = np.full(len(chosen.person), NO_POST, np.int32)
    return day_input(people=chosen, needs=posts, seats=seats, earlier=replace(earlier, standing=nobody))


def digest_of(today: DayInput, home: Int32s, stability_units: int) -> str:
    """SHA-256 that names the input of a match of the running day: where everybody sat is a part of it."""
    return sha256(f"{today.digest}:{stability_units}:".encode() + home.astype("<i4").tobytes()).hexdigest()


def late_m(posts: Sequence[PostFacts], now: datetime) -> Ints:
    """(m,) metres that somebody can come who is asked now, and is there when the shift begins or after LEAD."""
    minutes = [
        (max(post.starts_at, now + LEAD) - now) / timedelta(minutes=1) - READY_MINUTES for post in posts
    ]
    return np.array([int(count * WAY_M_A_MINUTE) for count in minutes], np.int64)


def _first_run(campaign_id: int, day: date) -> Run:
    runs = Run.objects.filter(campaign_id=campaign_id, day=day)
    first = runs.filter(round=1, published_at__isnull=False).first()
    if first is None:
        raise RunNotReady(day=day, state="not matched yet")
    if runs.filter(settled_at__isnull=False).exists():
        raise RunNotReady(day=day, state="settled")
    return first


def _free(posts: dict[int, PostFacts], in_time: set[int], held: dict[int, int]) -> dict[int, int]:
    """Seats to be offered, by post id.

    A crew that never came together is not begun by one more, and how many a post with a lead may take was settled in
    the morning: neither gets anybody now.
    """
    found = {}
    for pk in in_time:
        post, count = posts[pk], posts[pk].seats_free - held.get(pk, 0)
        has_crew = post.least_crew <= 1 or post.seats_taken + held.get(pk, 0) > 0
        if count > 0 and has_crew and post.lead_key is None:
            found[pk] = count
    return found


@dataclass(frozen=True, eq=False)
class _Said:
    """What the day's people have said so far: ids of persons, and of posts beside them."""

    person: Ints  # who may be asked to leave what they have, ascending ...
    post: Ints  # ... and what that is
    left_alone: Ints  # had a post or an offer on the day, and are not among those
    live_person: Ints  # everybody who is coming or was offered a post ...
    live_post: Ints  # ... and which
    have_post: int
    no_shows: int
    given_back: int

    def left_by(self, persons: Ints) -> Ints:
        """(n,) what each would leave; NO_ID: nothing."""
        at, found = rows_of(persons, self.person)
        return np.where(found, self.post[at] if len(self.post) else NO_ID, NO_ID).astype(np.int64)


def _pairs(rows: QuerySet[Placement] | QuerySet[Offer]) -> tuple[Ints, Ints]:
    read = read_columns(rows, ints=("person_id", "post_id")).ints
    return read["person_id"], read["post_id"]


def _said(campaign_id: int, day: date, now: datetime) -> _Said:
    states = Placement.State
    # Of all campaigns: one post at a time.
    seats = Placement.objects.filter(day=day, person__isnull=False)
    ours = seats.filter(post__campaign_id=campaign_id)
    shown = Offer.objects.filter(
        run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False
    ).exclude(state=Offer.State.WITHHELD)
    waits = Q(state=Offer.State.OPEN, run__expires_at__gt=now)
    holds_person, holds_post = _pairs(ours.filter(state=states.ACCEPTED))
    asked_person, asked_post = _pairs(shown.filter(waits, instead_of__isnull=True))
    # No, no answer in time, or asked to move once already.
    over, _ = _pairs(shown.exclude(state=Offer.State.ACCEPTED).exclude(waits, instead_of__isnull=True))
    live_person, live_post = _pairs(seats.exclude(state=states.WITHDRAWN))
    offered, _ = _pairs(shown)
    ever, _ = _pairs(seats)
    # One post, or one offer: whoever has several shifts that day keeps them all.
    busy = np.concatenate([live_person, asked_person])
    once, count = np.unique(busy, return_counts=True)
    asked_alone = ~np.isin(asked_person, ever)
    person = np.concatenate([holds_person, asked_person[asked_alone]])
    post = np.concatenate([holds_post, asked_post[asked_alone]])
    free = ~np.isin(person, over) & np.isin(person, once[count == 1])
    line = np.flatnonzero(free)[np.argsort(person[free], kind="stable")]
    gone, _ = _pairs(ours.filter(state=states.WITHDRAWN))
    no_shows = ours.filter(state=states.NO_SHOW).count()
    return _Said(
        person=person[line],
        post=post[line],
        left_alone=np.setdiff1d(np.concatenate([ever, offered]), person[line]),
        live_person=np.concatenate([live_person, asked_person]),
        live_post=np.concatenate([live_post, asked_post]),
        have_post=len(once) - no_shows,
        no_shows=no_shows,
        given_back=len(np.setdiff1d(gone, live_person)),
    )


@dataclass(frozen=True, eq=False)
class _Crowd:
    """Who of those that may be asked is left alone for what is known of them and of their post."""

    posts: dict[int, PostFacts]
    in_time: set[int]
    said: _Said
    whole_day: PostColumns
    day: date
    now: datetime

    def stays(self, everyone: PlaceablePeople, chosen: PlaceablePeople) -> Bools:
        """(n,) of the chosen. A post that was called off holds nobody."""
        left_post = self.said.left_by(chosen.person)
        sits = np.isin(left_post, list(self.posts))
        bound = np.isin(left_post, list(self._bound_posts(everyone)))
        bound |= ~np.isin(left_post, list(self.in_time))
        kept = _standing(self.day, self.whole_day, self.whole_day.id, chosen.person)
        at = np.searchsorted(self.whole_day.id, left_post[sits])
        team = self.whole_day.team_id
        keeps = np.zeros(len(sits), np.bool_)
        keeps[sits] = (kept[sits] != NO_POST) & (team[kept[sits]] == team[at])
        # Nobody under 18 is sent anywhere in a hurry, and groups go together or not at all.
        alone = (chosen.age < ADULT_AGE) | (chosen.group != ALONE)
        stays: Bools = alone | (sits & (bound | keeps | self._on_the_way(chosen, left_post, sits)))
        return stays

    def _bound_posts(self, everyone: PlaceablePeople) -> set[int]:
        """Posts whose people stay: somebody under 18 is there, the crew needs each of them, or they lead others."""
        young = everyone.person[everyone.age < ADULT_AGE]
        minors = set(self.said.live_post[np.isin(self.said.live_person, young)].tolist())
        leads = {post.lead_key for post in self.posts.values()}
        crews = {pk for pk, post in self.posts.items() if post.least_crew > 1 or post.key in leads}
        return minors | crews

    def _on_the_way(self, chosen: PlaceablePeople, left_post: Ints, sits: Bools) -> Bools:
        """The shift begins before they could have got ready and gone there: they have left home, or soon do."""
        posts = [self.posts[pk] for pk in sorted(self.posts)]
        at = np.searchsorted([post.id for post in posts], left_post[sits])
        site = unit_vectors(np.array([post.lat for post in posts]), np.array([post.lon for post in posts]))[
            at
        ]
        way_m = great_circle_m(unit_vectors(chosen.lat[sits], chosen.lon[sits]), site)
        left_min = np.array([(post.starts_at - self.now) / timedelta(minutes=1) for post in posts])[at]
        on_the_way = np.zeros(len(sits), np.bool_)
        # Whose home is not known may be on the way.
        on_the_way[sits] = ~(left_min > READY_MINUTES + way_m / WAY_M_A_MINUTE)
        return on_the_way


def by_tier(posts: Sequence[int] | Ints, tiers: npt.NDArray[np.int8]) -> list[int]:
    """How many seats of each tier: ``posts`` (m,) seats, ``tiers`` (m,)."""
    return [int(np.asarray(posts)[tiers == tier].sum()) for tier in range(1, TIERS + 1)]
