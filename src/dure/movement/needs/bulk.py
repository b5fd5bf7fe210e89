"""Many posts at once, from the desk: listed, called off, put back, moved in time. Who may is asked by whoever calls."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q, QuerySet

from dure.base.briefly import BRIEFLY
from dure.kernel.must import must
from dure.movement.needs.errors import PostsUnmovable
from dure.movement.needs.models import Post
from dure.movement.needs.reads import facts_of, posts
from dure.movement.needs.rules import is_night
from dure.movement.needs.types import PostFacts

# As many as somebody can still look through; more is done in several acts.
POSTS_MAX: Final = 500
SHIFT_MINUTES_MAX: Final = 12 * 60
# With more titles the database looks through the posts itself.
TITLES_MAX: Final = 2_000


def listed(
    *,
    paths: Sequence[str],
    campaign_id: int,
    day: date,
    tier: int | None = None,
    words: str = "",
    is_open: bool = False,
    is_off: bool | None = False,
    after_id: int = 0,
    count_max: int = 100,
) -> list[PostFacts]:
    """Posts of a day in places below ``paths``, by id: one query.

    ``words``: a part of the title; ``is_open``: only those with a free seat; ``is_off``: only those called off
    (True), none of them (False), or both (None).
    """
    rows = Post.objects.filter(_below(paths), campaign_id=campaign_id, day=day, pk__gt=after_id)
    if tier is not None:
        rows = rows.filter(tier=tier)
    if words and "\x00" not in words:
        rows = rows.filter(title__icontains=words)
    if is_open:
        rows = rows.filter(seats_taken__lt=F("seats"))
    if is_off is not None:
        rows = rows.filter(cancelled_at__isnull=not is_off)
    return facts_of(rows.order_by("pk")[:count_max])


def called(
    words: str, *, paths: Sequence[str], campaign_id: int, first: date, last: date, count_max: int
) -> list[PostFacts]:
    """Posts from a day to another whose title has these words, or whose number they are; the nearest days first."""
    if not words or "\x00" in words:
        return []
    rows = Post.objects.filter(_below(paths), campaign_id=campaign_id)
    if words.isascii() and words.isdigit() and len(words) < 19:
        return facts_of(rows.filter(pk=int(words)))
    rows = rows.filter(day__gte=first, day__lte=last)
    titles = BRIEFLY.get(("titles", campaign_id, first, last), lambda: _titles(campaign_id, first, last))
    if len(titles) > TITLES_MAX:
        rows = rows.filter(title__icontains=words)
    else:
        lower = words.casefold()
        rows = rows.filter(title__in=[one for one in titles if lower in one.casefold()])
    return facts_of(rows.order_by("day", "starts_at", "pk")[:count_max])


def _titles(campaign_id: int, first: date, last: date) -> list[str]:
    """What posts are called, each once, and no more than one above TITLES_MAX: a nation's many thousand have few
    titles, and looking through those takes no time."""
    rows = Post.objects.filter(campaign_id=campaign_id, day__gte=first, day__lte=last)
    return list(rows.order_by().values_list("title", flat=True).distinct()[: TITLES_MAX + 1])


def _below(paths: Sequence[str]) -> Q:
    below = Q(pk__in=())
    for path in paths:
        below |= Q(area__path__startswith=path)
    return below


def call_off_many(*, post_ids: Collection[int], now: datetime) -> list[int]:
    """Call posts off, at once: they take no more seats. The ids of those that were not called off before.

    Who sits there stays seated until ``matching.actions.call_off_posts`` frees and tells them.
    """
    with transaction.atomic():
        rows = Post.objects.filter(pk__in=sorted(post_ids), cancelled_at=None)
        held = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        changed = Post.objects.filter(pk__in=held).update(cancelled_at=now)
        must(changed == len(held), "held posts are called off")
    return held


def put_back_many(*, post_ids: Collection[int], called_off_at: datetime) -> int:
    """Put back posts that were called off at that moment, and by nobody since; how many."""
    rows = Post.objects.filter(pk__in=sorted(post_ids), cancelled_at=called_off_at)
    return rows.update(cancelled_at=None)


def move_many(*, post_ids: Collection[int], minutes: int, now: datetime, zone: ZoneInfo) -> list[PostFacts]:
    """Let posts begin and end so many minutes later (or earlier), all or none; the posts as they are then.

    Whether those who sit there keep their rest asks ``matching.actions.moved_posts``, in the same transaction.

    Refuses with PostsUnmovable: what has begun or would have begun, another day, what would become night work (P6), a
    post without the one that leads it.
    """
    must(0 < abs(minutes) <= SHIFT_MINUTES_MAX, "posts are moved by minutes, and not by days")
    with transaction.atomic():
        rows = Post.objects.filter(pk__in=sorted(post_ids), cancelled_at=None)
        before = facts_of(rows.select_for_update().order_by("pk"))
        _refuse_unmovable(before, timedelta(minutes=minutes), now, zone)
        by = timedelta(minutes=minutes)
        Post.objects.filter(pk__in=[one.id for one in before]).update(
            starts_at=F("starts_at") + by, ends_at=F("ends_at") + by
        )
        after = posts(one.id for one in before)
    return [after[one.id] for one in before]


def _refuse_unmovable(before: Sequence[PostFacts], by: timedelta, now: datetime, zone: ZoneInfo) -> None:
    kept = {one.key for one in before}
    led = _linked([one for one in before if one.lead_key is None])
    bad: list[str] = []
    for one in before:
        moved = replace(one, starts_at=one.starts_at + by, ends_at=one.ends_at + by)
        if min(one.starts_at, moved.starts_at) <= now:
            bad.append(f"{one.title} has begun, or would have begun already")
        elif moved.starts_at.astimezone(zone).date() != one.day:
            bad.append(f"{one.title} would begin on another day")
        elif not one.night and is_night(moved, zone):
            bad.append(f"{one.title} would become work at night")
        elif (one.lead_key is not None and one.lead_key not in kept) or led.get(one.id, set()) - kept:
            bad.append(f"{one.title} is led by a post, or leads one, that stays where it is")
    if bad:
        raise PostsUnmovable(count=len(bad), first=bad[0], problems=tuple(bad))


def _linked(leads: Sequence[PostFacts]) -> dict[int, set[object]]:
    """Keys of the posts that each of these leads."""
    by_key = {one.key: one.id for one in leads}
    rows: QuerySet[Post] = Post.objects.filter(lead_key__in=list(by_key), cancelled_at=None)
    found: dict[int, set[object]] = {}
    for key, lead_key in rows.values_list("key", "lead_key"):
        if lead_key is not None:
            found.setdefault(by_key[lead_key], set()).add(key)
    return found


def open_ahead(
    *, paths: Sequence[str], campaign_id: int, now: datetime, days: int, count_max: int
) -> list[PostFacts]:
    """Posts of the next days that begin after now and have a free seat, below ``paths``, the soonest first."""
    first = now.date() - timedelta(days=1)
    rows = Post.objects.filter(
        _below(paths),
        campaign_id=campaign_id,
        day__gte=first,
        day__lte=first + timedelta(days=days),
        starts_at__gt=now,
        cancelled_at=None,
        stood_down_at=None,
        seats_taken__lt=F("seats"),
    )
    return facts_of(rows.order_by("day", "starts_at", "pk")[:count_max])


def urgent(
    *, paths: Sequence[str], campaign_id: int, first: datetime, last: datetime, count_max: int
) -> list[PostFacts]:
    """Posts that begin between two moments and still have a free seat, in places below ``paths``: the most critical
    first, then the soonest; one query."""
    days = (first.date() - timedelta(days=1), last.date() + timedelta(days=1))
    rows = Post.objects.filter(
        _below(paths),
        campaign_id=campaign_id,
        day__gte=days[0],
        day__lte=days[1],
        starts_at__gte=first,
        starts_at__lte=last,
        cancelled_at=None,
        stood_down_at=None,
        seats_taken__lt=F("seats"),
    )
    return facts_of(rows.order_by("tier", "starts_at", "pk")[:count_max])
