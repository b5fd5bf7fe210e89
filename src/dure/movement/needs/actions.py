"""Use cases of needs: ask for people, take and free seats, cancel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from dure.base.access import Actor
from dure.kernel.must import must
from dure.kernel.refusals import NotFound
from dure.movement.campaigns import reads as campaigns
from dure.movement.campaigns.errors import CampaignClosed
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.needs.errors import (
    NeedCancelled,
    NeedFull,
    NeedStoodDown,
    NeedUnknown,
    PostReused,
    PostsBad,
)
from dure.movement.needs.models import Post
from dure.movement.needs.reads import facts_of, post, posts_by_key
from dure.movement.needs.rules import day_problems, is_night, lead_problems, problems_of
from dure.movement.needs.types import NewPost, PostFacts, Problem, Published
from dure.movement.people import reads as people
from dure.movement.places import reads as places

# A transaction of this many rows stays well under a second on SQLite, so that others get their turn.
CHUNK_ROWS = 5_000
T = TypeVar("T")
_NEW = tuple(field.name for field in fields(NewPost))


def publish(*, rows: Sequence[NewPost]) -> Published:
    """Publish posts, known ones left as they are. Work at night is marked so even where nobody ticked it (P6).

    Everything is checked before anything is written. Written are chunks of CHUNK_ROWS, each whole: after
    a crash between two of them the same call writes the rest.

    Refuses with PostsBad (every problem at once), PostReused when a key stands for other facts,
    CampaignClosed.
    """
    _refuse_bad(rows)
    rows = _with_night(rows)
    known = _known(rows)
    missing = [new for new in rows if new.key not in known]
    for chunk in _chunks(missing):
        # Two who publish the same keys at once write them once; what they say is compared below.
        Post.objects.bulk_create([Post(**_values(new)) for new in chunk], ignore_conflicts=True)
    ids = known | _known(missing)
    must(len(ids) == len({new.key for new in rows}), "every post given stands after publishing")
    return Published(ids=ids, known_count=len(known))


def take_seat(*, post_id: int) -> None:
    """Take one free seat, or refuse.

    One conditional UPDATE settles the race for the last seat, on SQLite and PostgreSQL alike, so no row is
    locked while anybody thinks. Call it in the transaction that writes who sits there.

    Refuses with NeedUnknown, NeedCancelled, NeedStoodDown or NeedFull.
    """
    free = Post.objects.filter(pk=post_id, cancelled_at=None, stood_down_at=None, seats_taken__lt=F("seats"))
    taken_count = free.update(seats_taken=F("seats_taken") + 1)
    if taken_count == 0:
        found = post(post_id)
        if found.cancelled_at is not None:
            raise NeedCancelled(post_id=post_id)
        if found.stood_down_at is not None:
            raise NeedStoodDown()
        raise NeedFull(post_id=post_id, seats=found.seats)
    must(taken_count == 1, "a primary key names one row")


def take_seats(*, counts: Mapping[int, int]) -> dict[int, int]:
    """Take up to ``counts[post_id]`` seats of each post; what was granted, by post id.

    Each post grants what fits, so a post may grant a part and a full, cancelled, stood down or unknown one
    grants 0;
    the caller decides who of those who asked sits. All grants hold together or, when the surrounding
    transaction fails, none does. Rows are locked in the order of their ids, so two callers never wait
    for each other in a ring.
    """
    must(all(count >= 1 for count in counts.values()), "seats are asked for by ones and more")
    granted = dict.fromkeys(counts, 0)
    with transaction.atomic():
        for chunk in _chunks(sorted(counts)):
            for post_id, seats_free in _hold(chunk):
                granted[post_id] = min(counts[post_id], seats_free)
            _shift_taken({post_id: granted[post_id] for post_id in chunk}, sign=1)
    return granted


def hold_seats(*, post_ids: Iterable[int]) -> dict[int, int]:
    """Hold these posts until the caller's transaction ends; free seats by id, of those that are not called off.

    In the order of their ids, so that two callers never wait for each other in a ring.
    """
    return {pk: free for chunk in _chunks(sorted(set(post_ids))) for pk, free in _hold(chunk)}


def free_seat(*, post_id: int) -> None:
    """Give one seat back. Freeing needs no lock; giving back what nobody took is a bug and stops.

    Refuses with NeedUnknown.
    """
    taken = Post.objects.filter(pk=post_id, seats_taken__gt=0)
    if taken.update(seats_taken=F("seats_taken") - 1) == 0:
        post(post_id)
        must(False, f"a seat of post {post_id} is freed that nobody took")


def free_seats(*, counts: Mapping[int, int]) -> None:
    """Give back ``counts[post_id]`` seats of each post, all or none.

    Refuses with NeedUnknown; giving back more than was taken is a bug and stops.
    """
    must(all(count >= 1 for count in counts.values()), "seats are freed by ones and more")
    with transaction.atomic():
        for chunk in _chunks(sorted(counts)):
            held = {row[0] for row in _hold(chunk, cancelled_too=True)}
            for post_id in chunk:
                if post_id not in held:
                    raise NeedUnknown(post_id=post_id)
            _shift_taken({post_id: counts[post_id] for post_id in chunk}, sign=-1)


def cancel(*, actor: Actor, post_id: int, now: datetime) -> PostFacts:
    """Call a post off: it takes no more seats and leaves the day's lists. Cancelling twice changes nothing.

    Who sits there stays seated until the matching room frees them; it reads ``cancelled_at``.

    Refuses with NeedUnknown, and NotAllowed for who doesn't organise the post's place.
    """
    found = post(post_id)
    actor.must_organise(places.area(found.area_id).path)
    Post.objects.filter(pk=post_id, cancelled_at=None).update(cancelled_at=now)
    return post(post_id)


def _hold(ids: Sequence[int], *, cancelled_too: bool = False) -> list[tuple[int, int]]:
    """Lock these posts until the transaction ends; (id, free seats) of each.

    On SQLite a transaction holds the only write lock from its start (IMMEDIATE), and FOR UPDATE is left out.
    """
    rows = Post.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    if not cancelled_too:
        rows = rows.filter(cancelled_at=None, stood_down_at=None)
    found = rows.values_list("pk", "seats", "seats_taken")
    return [(post_id, seats - seats_taken) for post_id, seats, seats_taken in found]


def _shift_taken(counts: Mapping[int, int], *, sign: int) -> None:
    """Add ``sign * counts[post_id]``, one UPDATE a distinct count: counts are small, so these are few."""
    by_count: dict[int, list[int]] = {}
    for post_id, count in counts.items():
        if count:
            by_count.setdefault(count, []).append(post_id)
    for count, ids in by_count.items():
        rows = Post.objects.filter(pk__in=ids)
        if sign < 0:
            rows = rows.filter(seats_taken__gte=count)
        changed = rows.update(seats_taken=F("seats_taken") + sign * count)
        must(changed == len(ids), "a held post has the seats that are taken or freed")


def _with_night(rows: Sequence[NewPost]) -> list[NewPost]:
    zones = {
        campaign_id: ZoneInfo(campaigns.campaign_by_id(campaign_id).timezone)
        for campaign_id in {new.campaign_id for new in rows}
    }
    night = [is_night(new, zones[new.campaign_id]) for new in rows]
    return [
        new if new.night == at_night else replace(new, night=at_night)
        for new, at_night in zip(rows, night, strict=True)
    ]


def _refuse_bad(rows: Sequence[NewPost]) -> None:
    found = [problem for row, new in enumerate(rows) for problem in problems_of(row, new)]
    found += _repeated(rows)
    found += _places_and_teams(rows)
    found += _campaigns(rows)
    found += lead_problems(rows, _leads(rows))
    if found:
        found.sort(key=lambda problem: problem.row)
        raise PostsBad(count=len(found), first=str(found[0]), problems=tuple(found))


def _repeated(rows: Sequence[NewPost]) -> Iterator[Problem]:
    seen: dict[UUID, int] = {}
    for row, new in enumerate(rows):
        if (first := seen.setdefault(new.key, row)) != row:
            yield Problem(row, "key", f"is the key of post {first} too", "a key of its own")


def _places_and_teams(rows: Sequence[NewPost]) -> Iterator[Problem]:
    areas = places.areas({new.area_id for new in rows})
    teams = people.teams({new.team_id for new in rows})
    for row, new in enumerate(rows):
        if new.area_id not in areas:
            yield Problem(row, "area_id", f"{new.area_id} is no known place", "the id of a place")
        if new.team_id not in teams:
            yield Problem(row, "team_id", f"{new.team_id} is no known team", "the id of a team")


def _leads(rows: Sequence[NewPost]) -> dict[UUID, NewPost | PostFacts]:
    """The posts that lead any of these, by key: some of these themselves, or published before."""
    wanted = {new.lead_key for new in rows if new.lead_key is not None}
    if not wanted:
        return {}
    given = {new.key: new for new in rows if new.key in wanted}
    return {**posts_by_key(wanted - given.keys()), **given}


def _campaigns(rows: Sequence[NewPost]) -> Iterator[Problem]:
    known: dict[int, CampaignFacts | None] = {}
    for campaign_id in {new.campaign_id for new in rows}:
        try:
            known[campaign_id] = campaigns.campaign_by_id(campaign_id)
        except NotFound:
            known[campaign_id] = None
    zones = {facts.id: ZoneInfo(facts.timezone) for facts in known.values() if facts}
    for row, new in enumerate(rows):
        campaign = known[new.campaign_id]
        if campaign is None:
            yield Problem(
                row, "campaign_id", f"{new.campaign_id} is no known campaign", "the id of a campaign"
            )
            continue
        if campaign.state == "closed":
            raise CampaignClosed(slug=campaign.slug)
        if not campaign.starts_on <= new.day <= campaign.ends_on:
            wanted = f"a day from {campaign.starts_on} to {campaign.ends_on}"
            yield Problem(row, "day", f"{new.day} lies outside the campaign", wanted)
        yield from day_problems(row, new, zones[campaign.id])


def _known(rows: Sequence[NewPost]) -> dict[UUID, int]:
    """Ids by key of those posts that stand already. Refuses with PostReused where the facts differ."""
    found: dict[UUID, int] = {}
    for chunk in _chunks(rows):
        given = {new.key: new for new in chunk}
        for standing in facts_of(Post.objects.filter(key__in=list(given))):
            new = given[standing.key]
            for name in _NEW:
                if getattr(standing, name) != getattr(new, name):
                    raise PostReused(key=new.key, field=name)
            found[standing.key] = standing.id
    return found


def _values(new: NewPost) -> dict[str, object]:
    values = {name: getattr(new, name) for name in _NEW}
    return values | {"skills": list(new.skills), "languages": list(new.languages)}


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS))
