"""Questions about needs. Posts are public; who stands on them is the matching room's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Sum

from dure.base.around import around
from dure.base.asked import Asked
from dure.base.columns import Flag, Seconds, read_columns
from dure.base.one_look import each_once_a_look, once_a_look
from dure.base.rows import IDS_A_QUERY_MAX
from dure.movement.needs.errors import NeedUnknown
from dure.movement.needs.models import Post
from dure.movement.needs.rules import problems_of
from dure.movement.needs.types import AreaNeeds, NewPost, PostColumns, PostFacts, Problem

Ints = npt.NDArray[np.int64]

_COLUMNS = (
    *("id", "key", "campaign_id", "team_id", "area_id", "day", "title", "lat", "lon", "starts_at", "ends_at"),
    *(
        "seats",
        "seats_taken",
        "tier",
        "cause",
        "skills",
        "languages",
        "min_age",
        "hazardous",
        "night",
        "lone",
    ),
    *("with_children", "physical", "bring", "least_crew", "lead_key", "people_per_lead", "cancelled_at"),
    "stood_down_at",
)
_SKILLS, _LANGUAGES = _COLUMNS.index("skills"), _COLUMNS.index("languages")
_OF_CREW = Asked(
    lambda team_id, day: (
        Post.objects.filter(team_id=team_id, day=day, cancelled_at=None)
        .order_by("starts_at", "pk")
        .values_list(*_COLUMNS)
    ),
    int,
    date,
)
_BY_ID = Asked(lambda ids: Post.objects.filter(pk__in=ids).values_list(*_COLUMNS), tuple)
_CREW_DAYS = Asked(
    lambda team_id, first, last: (
        Post.objects.filter(team_id=team_id, day__gte=first, day__lte=last, cancelled_at=None)
        .order_by("day")
        .values_list("day")
        .distinct()
    ),
    int,
    date,
    date,
)


def post(post_id: int) -> PostFacts:
    """A post, cancelled or not. Refuses with NeedUnknown."""
    found = posts((post_id,))
    if post_id not in found:
        raise NeedUnknown(post_id=post_id)
    return found[post_id]


@each_once_a_look
def posts(ids: Iterable[int]) -> dict[int, PostFacts]:
    """Posts by id, cancelled or not; what does not exist is left out."""
    return {facts.id: facts for facts in _facts(_BY_ID(tuple(ids)))}


def posts_by_key(keys: Iterable[UUID]) -> dict[UUID, PostFacts]:
    """Posts by the keys they were published under, cancelled or not; what does not exist is left out."""
    wanted = sorted(set(keys))
    return {
        facts.key: facts
        for start in range(0, len(wanted), IDS_A_QUERY_MAX)
        for facts in facts_of(Post.objects.filter(key__in=wanted[start : start + IDS_A_QUERY_MAX]))
    }


def led_by(lead_key: UUID) -> list[PostFacts]:
    """The posts that one leads, by id; those called off are left out."""
    return facts_of(Post.objects.filter(lead_key=lead_key, cancelled_at=None).order_by("pk"))


def posts_of_day(campaign_id: int, day: date) -> list[PostFacts]:
    """The posts of a day that are not cancelled, by id: one query, however many."""
    return facts_of(_standing(campaign_id, day).order_by("pk"))


def most_wanted(campaign_id: int, day: date, count_max: int) -> list[PostFacts]:
    """The posts of a day that miss most people: the most critical first."""
    wanting = _standing(campaign_id, day).exclude(seats_taken=F("seats"))
    ordered = wanting.order_by("tier", (F("seats") - F("seats_taken")).desc(), "pk")
    return facts_of(ordered[:count_max])


def posts_near(campaign_id: int, day: date, *, lat: float, lon: float, reach_m: float) -> list[PostFacts]:
    """The day's posts within ``reach_m`` of a place, and some that are a little farther away, by id."""
    near = around(lat=lat, lon=lon, reach_m=reach_m, lat_column="lat", lon_column="lon")
    return facts_of(_standing(campaign_id, day).filter(near).order_by("pk"))


def columns_of_day(campaign_id: int, day: date) -> PostColumns:
    """The posts of a day that are not cancelled, as columns by ascending id."""
    return _columns(_standing(campaign_id, day))


def columns_between(first_id: int, last_id: int) -> PostColumns:
    """Posts by a range of ids (both included), cancelled or not, as columns by ascending id."""
    return _columns(Post.objects.filter(pk__gte=first_id, pk__lte=last_id))


def _columns(rows: QuerySet[Post]) -> PostColumns:
    times = {"starts_s": Seconds("starts_at"), "ends_s": Seconds("ends_at")}
    whole = {name: F(name) for name in ("id", "team_id")}
    off = Flag(Q(cancelled_at__isnull=False))
    read = read_columns(rows, ints={**whole, **times, "called_off": off}, texts=("title",))
    line = np.argsort(read.ints["id"])
    titles = read.texts["title"]
    called_off = read.ints.pop("called_off")[line] == 1
    return PostColumns(
        **{name: column[line] for name, column in read.ints.items()},
        called_off=called_off,
        title=titles.places[line],
        titles=titles.distinct,
    )


@once_a_look
def crew_posts(team_id: int, day: date) -> list[PostFacts]:
    """A team's posts of a day that are not cancelled, the earliest first."""
    return _facts(_OF_CREW(team_id, day))


def crew_days(team_id: int, first: date, last: date) -> list[date]:
    """The days from one to another (both included) on which a team has posts that are not cancelled."""
    return [day for (day,) in _CREW_DAYS(team_id, first, last)]


def open_by_area(campaign_id: int, day: date) -> list[AreaNeeds]:
    """Posts and seats by place and tier, full ones too; by area id, then tier."""
    cells = _standing(campaign_id, day).values("area_id", "tier").order_by("area_id", "tier")
    counted = cells.annotate(post_count=Count("pk"), wanted=Sum("seats"), taken=Sum("seats_taken"))
    rows = counted.values_list("area_id", "tier", "post_count", "wanted", "taken")
    return [AreaNeeds(*row) for row in rows]


def seats_by_team(*, campaign_id: int) -> dict[tuple[int, int], int]:
    """Seats asked for by (area id, team id) over all days, cancelled posts left out."""
    rows = Post.objects.filter(campaign_id=campaign_id, cancelled_at=None).values("area_id", "team_id")
    summed = rows.annotate(wanted=Sum("seats")).values_list("area_id", "team_id", "wanted")
    return {(area_id, team_id): wanted for area_id, team_id, wanted in summed.order_by("area_id", "team_id")}


def days(campaign_id: int) -> list[date]:
    """The days that have posts which are not cancelled, the earliest first."""
    rows = Post.objects.filter(campaign_id=campaign_id, cancelled_at=None).order_by("day")
    return list(rows.values_list("day", flat=True).distinct())


def areas_with_posts(campaign_id: int) -> list[int]:
    """Ids of the places that any post of a campaign lies in, ascending."""
    rows = Post.objects.filter(campaign_id=campaign_id, cancelled_at=None).order_by("area_id")
    return list(rows.values_list("area_id", flat=True).distinct())


def ended_between(campaign_id: int, after: datetime, until: datetime) -> list[int]:
    """Ids of a campaign's posts that ended after one moment and by another, called off or not, ascending."""
    # No post is longer than ten hours, and its day is that of its start, anywhere on earth.
    days = (after.date() - timedelta(days=2), until.date() + timedelta(days=1))
    rows = Post.objects.filter(campaign_id=campaign_id, day__range=days)
    found = rows.filter(ends_at__gt=after, ends_at__lte=until).order_by("pk")
    return list(found.values_list("pk", flat=True))


def next_day(campaign_id: int, today: date) -> date | None:
    """The first day from ``today`` on that has posts, else the last that had some; called-off ones don't count."""
    rows = Post.objects.filter(campaign_id=campaign_id, cancelled_at=None)
    ahead = rows.filter(day__gte=today).order_by("day").values_list("day", flat=True).first()
    return ahead or rows.order_by("-day").values_list("day", flat=True).first()


def version_of_day(campaign_id: int, day: date) -> tuple[int, int, int]:
    """Changes whenever a post of the day is published or called off: (posts, the last id, how many are called off)."""
    rows = Post.objects.filter(campaign_id=campaign_id, day=day)
    found = rows.aggregate(count=Count("pk"), last=Max("pk"), off=Count("cancelled_at"))
    return found["count"], found["last"] or 0, found["off"]


def free_seats(ids: Collection[int]) -> dict[int, int]:
    """Free seats by post id, of those that are not called off or stood down. In SQL, as a latecomer waits for it."""
    if not ids:
        return {}
    marks = ", ".join(["%s"] * len(ids))
    stands = "cancelled_at IS NULL AND stood_down_at IS NULL"
    asked = f"SELECT id, seats - seats_taken FROM needs_post WHERE {stands} AND id IN ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked, list(ids))
        return dict(cursor.fetchall())


def free_seats_of_day(campaign_id: int, day: date) -> tuple[Ints, Ints]:
    """Ids, ascending, and free seats of the day's posts that have any."""
    rows = _standing(campaign_id, day).filter(stood_down_at=None, seats_taken__lt=F("seats"))
    read = read_columns(rows, ints={"id": F("pk"), "free": F("seats") - F("seats_taken")}).ints
    line = np.argsort(read["id"])
    return read["id"][line], read["free"][line]


def problems(new: NewPost, row: int = 0) -> list[Problem]:
    """What is wrong with the values of one post: an import asks before it publishes the rest."""
    return list(problems_of(row, new))


def facts_of(rows: QuerySet[Post]) -> list[PostFacts]:
    """For this room's own actions. Tuples, not model instances: 50,000 rows in about a second."""
    return _facts(rows.values_list(*_COLUMNS))


def _facts(rows: Iterable[tuple[Any, ...]]) -> list[PostFacts]:
    found = []
    for values in rows:
        row = list(values)
        row[_SKILLS], row[_LANGUAGES] = tuple(row[_SKILLS]), tuple(row[_LANGUAGES])
        found.append(PostFacts(*row))
    return found


def _standing(campaign_id: int, day: date) -> QuerySet[Post]:
    return Post.objects.filter(campaign_id=campaign_id, day=day, cancelled_at=None)
