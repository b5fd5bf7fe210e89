"""Posts of areas that are stood down: nobody is sent there until it is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from dure.base.rows import IDS_A_QUERY_MAX
from dure.kernel.must import must
from dure.movement.needs.models import Post


def stand_down(*, area_ids: Sequence[int], now: datetime) -> int:
    """No seat of a post there that is not over is taken any more; how many posts that are, which were not so before.

    Whoever takes the last free seat at this very moment is found on it afterwards: both write the post's row.
    """
    must(now.tzinfo is not None, "now is aware")
    return sum(
        _not_over(some, now).filter(stood_down_at=None).update(stood_down_at=now) for some in _parts(area_ids)
    )


def stand_up(*, area_ids: Sequence[int], now: datetime) -> int:
    """Posts there that are not over take people again; how many. What was over meanwhile stays as it is."""
    must(now.tzinfo is not None, "now is aware")
    return sum(
        _not_over(some, now).filter(stood_down_at__isnull=False).update(stood_down_at=None)
        for some in _parts(area_ids)
    )


def posts_in(area_ids: Collection[int], *, ends_after: datetime, starts_before: datetime) -> list[int]:
    """Ids of the posts there with hours in this time, called off or not, ascending."""
    found: list[int] = []
    for some in _parts(sorted(area_ids)):
        rows = Post.objects.filter(area_id__in=some, ends_at__gt=ends_after, starts_at__lte=starts_before)
        found += rows.values_list("pk", flat=True)
    return sorted(found)


def _not_over(area_ids: Sequence[int], now: datetime) -> QuerySet[Post]:
    return Post.objects.filter(area_id__in=area_ids, ends_at__gt=now)


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + IDS_A_QUERY_MAX] for start in range(0, len(ids), IDS_A_QUERY_MAX)]
