"""Seats by place and day, past and to come: what a forecast of needs is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import Avg, F, Q, Sum

from dure.movement.needs.models import Post
from dure.movement.needs.types import ADULT_AGE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ASKS = (
    *("skills", "languages", "cause", "physical", "min_age", "hazardous", "night", "lone"),
    "with_children",
)


@dataclass(frozen=True, slots=True)
class SeatsAsk:
    """What seats ask of whoever takes them. ``skills``, ``languages``: codes, in order. ``least_age``: 18 also where a
    post is hazardous, at night or lone (P6). ``cleared``: for work with children."""

    skills: tuple[str, ...]
    languages: tuple[str, ...]
    cause: str
    physical: int
    least_age: int
    cleared: bool


@dataclass(frozen=True, eq=False)
class SeatsByDay:
    """A row for each place, day and wish that has posts which are not called off, in no stated order."""

    area: Ints  # ids
    day: Ints  # ordinals of ``datetime.date``
    lat: Floats  # degrees, the mean of its posts
    lon: Floats
    wanted: Ints
    free: Ints  # nobody has taken them, and their shift has not begun
    asks: Ints  # what the seats ask for, as place in ``kinds``
    kinds: tuple[SeatsAsk, ...]


def seats_by_day(*, campaign_id: int, now: datetime) -> SeatsByDay:
    """Seats of all days of a campaign; one query, grouped by the database."""
    posts = Post.objects.filter(campaign_id=campaign_id, cancelled_at=None).order_by()
    summed = posts.values("area_id", "day", *_ASKS).annotate(
        at_lat=Avg("lat"),
        at_lon=Avg("lon"),
        wanted=Sum("seats"),
        free=Sum(F("seats") - F("seats_taken"), filter=Q(starts_at__gt=now), default=0),
    )
    found = list(summed.values_list("area_id", "day", "at_lat", "at_lon", "wanted", "free", *_ASKS))
    area, day, lat, lon, wanted, free = zip(*(row[:6] for row in found), strict=True) if found else ((),) * 6
    ordinal: dict[date, int] = {one: one.toordinal() for one in set(day)}
    number: dict[SeatsAsk, int] = {}
    asks = [number.setdefault(_asked(*row[6:]), len(number)) for row in found]
    return SeatsByDay(
        area=np.array(area, np.int64),
        day=np.array([ordinal[one] for one in day], np.int64),
        lat=np.array(lat, np.float64),
        lon=np.array(lon, np.float64),
        wanted=np.array(wanted, np.int64),
        free=np.array(free, np.int64),
        asks=np.array(asks, np.int64),
        kinds=tuple(number),
    )


def _asked(
    skills: list[str],
    languages: list[str],
    cause: str,
    physical: int,
    min_age: int,
    hazardous: bool,
    night: bool,
    lone: bool,
    with_children: bool,
) -> SeatsAsk:
    least_age = max(min_age, ADULT_AGE) if hazardous or night or lone else min_age
    codes = tuple(sorted(skills)), tuple(sorted(languages))
    return SeatsAsk(*codes, cause, physical, least_age, bool(with_children))


def open_seats_by_place(
    *, campaign_ids: Sequence[int], since: datetime, until: datetime
) -> list[tuple[int, int, int]]:
    """(campaign id, area id, seats nobody has taken) of posts that begin between two moments, where there are any."""
    posts = Post.objects.filter(
        campaign_id__in=list(campaign_ids), cancelled_at=None, starts_at__gt=since, starts_at__lt=until
    )
    # For the index: no clock is more than a day from another one.
    posts = posts.filter(day__gte=since.date() - timedelta(days=1), day__lte=until.date() + timedelta(days=1))
    open_ = posts.filter(seats_taken__lt=F("seats")).order_by("campaign_id", "area_id")
    summed = open_.values("campaign_id", "area_id").annotate(free=Sum(F("seats") - F("seats_taken")))
    return list(summed.values_list("campaign_id", "area_id", "free"))
