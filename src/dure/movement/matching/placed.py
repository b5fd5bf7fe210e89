"""Who of a campaign has found a place, for counts that other rooms make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet

from dure.movement.matching.models import Offer, Placement, Run

Ints = npt.NDArray[np.int64]


def placed_people(campaign_id: int) -> Ints:
    """Ids, ascending, of everybody who said yes to a post of a campaign and neither gave it back nor stayed away.

    For operations, not for a page: who is missing from it may have said no (P3).
    """
    states = Placement.State
    rows = Placement.objects.filter(post__campaign_id=campaign_id, person_id__isnull=False)
    kept = rows.exclude(state__in=(states.WITHDRAWN, states.NO_SHOW)).order_by("person_id")
    return np.fromiter(kept.values_list("person_id", flat=True).distinct().iterator(), np.int64)


def people_with_posts(person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who were offered a post, or have or had one. For operations, not for a page (P3)."""
    offered = Offer.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True)
    placed = Placement.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True)
    return frozenset([*offered, *(pk for pk in placed if pk is not None)])


def posts_with_people(post_ids: Collection[int]) -> bool:
    """Whether any of these posts was offered to somebody or is, or was, somebody's. For operations (P3)."""
    offered = Offer.objects.filter(post_id__in=post_ids).exists()
    return offered or Placement.objects.filter(post_id__in=post_ids).exists()


def is_begun(campaign_id: int) -> bool:
    """Whether a day of a campaign was matched, or somebody took a seat of it."""
    matched = Run.objects.filter(campaign_id=campaign_id).exists()
    return matched or Placement.objects.filter(post__campaign_id=campaign_id).exists()


def shifts_ahead(campaign_id: int, spans: Sequence[tuple[date, date | None]], now: datetime) -> int:
    """How many seats are taken on these spans of days whose shift has not begun; None: all days from the first on."""
    if not spans:
        return 0
    days = Q(pk__in=())
    for first, last in spans:
        days |= of_days(first, last)
    return seats_ahead(campaign_id, days, now).count()


def seats_ahead(campaign_id: int, days: Q, now: datetime) -> QuerySet[Placement]:
    """The seats that :func:`shifts_ahead` counts, the soonest first. For this room."""
    return Placement.objects.filter(
        days,
        post__campaign_id=campaign_id,
        post__starts_at__gt=now,
        state=Placement.State.ACCEPTED,
    ).order_by("post__starts_at", "pk")


def of_days(first: date, last: date | None) -> Q:
    return Q(day__gte=first) if last is None else Q(day__gte=first, day__lte=last)
