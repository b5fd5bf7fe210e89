"""Who is awaited at a post and not there: counts for the desk, which says no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from dure.movement.matching.models import Placement


@dataclass(frozen=True, slots=True)
class AwaitedAt:
    """A post whose shift has begun: how many have not been checked in, and how many are known not to have come."""

    post_id: int
    not_here: int
    did_not_arrive: int


def awaited(
    campaign_id: int, day: date, now: datetime, *, paths: Sequence[str], count_max: int
) -> list[AwaitedAt]:
    """Posts of a day that began and miss somebody, in places below ``paths``: most missing first; one query."""
    below = Q(pk__in=())
    for path in paths:
        below |= Q(post__area__path__startswith=path)
    states = Placement.State
    late = Q(state=states.ACCEPTED, post__starts_at__lte=now)
    gone = Q(state=states.NO_SHOW)
    rows = Placement.objects.filter(below, late | gone, day=day, post__campaign_id=campaign_id)
    rows = rows.filter(post__cancelled_at=None, post__stood_down_at=None)
    counted = rows.values("post_id").annotate(
        not_here=Count("pk", filter=late), did_not_arrive=Count("pk", filter=gone), missing=Count("pk")
    )
    columns = ("post_id", "not_here", "did_not_arrive")
    return [
        AwaitedAt(*row) for row in counted.order_by("-missing", "post_id").values_list(*columns)[:count_max]
    ]
