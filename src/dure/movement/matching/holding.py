"""Who has a post, or is offered one, at this moment: what a letter that leaves now has to agree with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from dure.movement.matching.models import Offer, Placement


@dataclass(frozen=True, slots=True)
class Held:
    """The first day on which somebody is coming, else the first for which they are asked (``is_offer``)."""

    day: date
    is_offer: bool


def held_now(campaign_id: int, person_ids: Collection[int], *, today: date, now: datetime) -> dict[int, Held]:
    """By person, for those of ``person_ids`` who have a post of the campaign or an offer that they can still answer.

    For operations, not for a page. A few hundred people at a time.
    """
    offers = Offer.objects.filter(
        person_id__in=person_ids,
        state=Offer.State.OPEN,
        run__campaign_id=campaign_id,
        run__published_at__isnull=False,
        run__expires_at__gt=now,
        run__day__gte=today,
    )
    places = Placement.objects.filter(
        person_id__in=person_ids,
        post__campaign_id=campaign_id,
        day__gte=today,
        state__in=(Placement.State.ACCEPTED, Placement.State.PRESENT),
    )
    asked = {
        pk: Held(day, is_offer=True)
        for pk, day in offers.order_by("-run__day").values_list("person_id", "run__day")
    }
    coming = {
        pk: Held(day, is_offer=False)
        for pk, day in places.order_by("-day").values_list("person_id", "day")
        if pk
    }
    return asked | coming
