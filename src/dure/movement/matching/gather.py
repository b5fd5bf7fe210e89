"""What the match of a day needs to know, fetched from upstream and from earlier placements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.db.models import Count, F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from dure.base.columns import Flag, SecondsUp, read_columns
from dure.engine.matching import NO_POST
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.columns import (
    LONG_AGO_MIN,
    MINUTE_MAX,
    DayInput,
    Earlier,
    day_input,
    rows_of,
    without,
)
from dure.movement.matching.day_sides import Held
from dure.movement.matching.models import Offer, Placement, StandingPlacement
from dure.movement.matching.order import AS_THEY_WAIT, Order, in_order
from dure.movement.matching.rest import (
    REST_BETWEEN_SHIFTS,
    WEEK,
    WEEK_MINUTES_MAX,
    Shift,
    Shifts,
    rest_columns,
)
from dure.movement.matching.rotation import resting
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostColumns, PostFacts
from dure.movement.people import reads as people
from dure.movement.people.types import Near

Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]

# Placements that count as work: somebody on their way is as tired tomorrow as somebody who came.
WORKED = (Placement.State.ACCEPTED, Placement.State.PRESENT, Placement.State.DONE)
# A post that was called off is no shift and no work, but for those who were there by then.
NO_SHIFT = Q(post__cancelled_at__isnull=False, state__in=(Placement.State.ACCEPTED, Placement.State.NO_SHOW))
DAY = timedelta(days=1)
NOBODY = np.zeros(0, np.int64)
# So many are named in a query; more than that, and the table is read whole.
FEW_PEOPLE = 2_000

M = TypeVar("M", bound=Model)


def window(campaign: CampaignFacts, day: date) -> tuple[datetime, datetime]:
    """Start and end of a day in the campaign's timezone, as aware moments."""
    zone = ZoneInfo(campaign.timezone)
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)


def shifts_between(
    since: date, until: date, *, person_ids: Iterable[int], states: Sequence[str] = WORKED
) -> Iterator[Shift]:
    """Some people's shifts of some days, both included; a check-out counts when it was later than planned."""
    rows = Placement.objects.filter(
        day__gte=since, day__lte=until, state__in=states, person_id__in=list(person_ids)
    )
    times = rows.exclude(NO_SHIFT).values_list(
        "person_id", "post__starts_at", "post__ends_at", "checked_out_at", "post_id", "day"
    )
    for person_id, starts_at, ends_at, out_at, post_id, day in times.iterator():
        yield Shift(person_id, starts_at, max(ends_at, out_at) if out_at else ends_at, post_id, day)


def of_few(rows: QuerySet[M], person: Ints) -> QuerySet[M]:
    """The rows of few people; of many all rows, as naming them would take longer."""
    return rows.filter(person_id__in=person.tolist()) if len(person) <= FEW_PEOPLE else rows


@dataclass(frozen=True, eq=False)
class _Worked:
    """A day's work of some people, in any order."""

    row: Ints  # (k,) of the person
    post: Ints  # (k,) row among ``posts``
    out_s: Ints  # (k,) second of the Unix epoch at which they left, rounded up; 0: they have not
    posts: PostColumns


def _worked(day: date, person: Ints) -> _Worked:
    """What the people (ascending ids) work on a day. As :data:`NO_SHIFT` says it, without a join of a million rows."""
    rows = of_few(Placement.objects.filter(day=day, state__in=WORKED, person__isnull=False), person)
    columns = {
        "person": F("person_id"),
        "post": F("post_id"),
        "out_s": Coalesce(SecondsUp("checked_out_at"), Value(0)),
        "came": Flag(~Q(state=Placement.State.ACCEPTED)),
    }
    read = read_columns(rows, ints=columns).ints
    row, found = rows_of(read["person"], person)
    row, post, out_s, came = row[found], read["post"][found], read["out_s"][found], read["came"][found]
    first, last = (int(post.min()), int(post.max())) if len(post) else (0, 0)
    posts = needs.columns_between(first, last)
    at = np.searchsorted(posts.id, post)
    counts = (came == 1) | ~posts.called_off[at]
    return _Worked(row[counts], at[counts], out_s[counts], posts)


def _shifts_of(day: date, person: Ints) -> Shifts:
    """A day's shifts of the people (ascending ids), as :func:`shifts_between` gives them one by one."""
    found = _worked(day, person)
    starts_s, ends_s = found.posts.starts_s[found.post], found.posts.ends_s[found.post]
    return Shifts(found.row.astype(np.int32), starts_s, np.maximum(ends_s, found.out_s))


def _shifts(since: date, until: date, person: Ints) -> Shifts:
    count = (until - since).days + 1
    # Day by day, so that what is read of a week never stands in memory at once.
    parts = [_shifts_of(since + number * DAY, person) for number in range(count)]
    return Shifts(
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.starts_s for part in parts]),
        np.concatenate([part.ends_s for part in parts]),
    )


def _earlier(day: date, whole_day: PostColumns, post_ids: Ints, person: Ints) -> Earlier:
    """What other days leave the people (ascending ids) for this one. ``post_ids``: those of the problem."""
    rested_from_min = np.full(len(person), LONG_AGO_MIN, np.int64)
    minutes_left = np.full(len(person), WEEK_MINUTES_MAX, np.int32)
    rest_columns(
        # A night shift of the day before the week still reaches into it.
        _shifts(day - WEEK - DAY, day - DAY, person),
        first_end_s=int(whole_day.ends_s.min()),
        last_end_s=int(whole_day.ends_s.max()),
        rested_from_min=rested_from_min,
        minutes_left=minutes_left,
    )
    # Who has a post on a later day already must end 11 h before it.
    later = _shifts(day + DAY, day + 2 * DAY, person)
    free_until_min = np.full(len(person), MINUTE_MAX, np.int64)
    rest_s = int(REST_BETWEEN_SHIFTS.total_seconds())
    np.minimum.at(free_until_min, later.person, (later.starts_s - rest_s) // 60)
    return Earlier(
        rested_from_min=rested_from_min,
        minutes_left=minutes_left,
        free_until_min=free_until_min,
        yesterday_post=_yesterday(day, whole_day, post_ids, person),
        standing=_standing(day, whole_day, post_ids, person),
    )


def _rows_in(post_ids: Ints, wanted: Ints) -> Int32s:
    """Rows of posts among ascending ids; -1 for one that is not there."""
    row, there = rows_of(wanted, post_ids)
    return np.where(there, row, NO_POST).astype(np.int32)


def _yesterday(day: date, whole_day: PostColumns, post_ids: Ints, person: Ints) -> Int32s:
    """Row of today's post that continues yesterday's: the same team's post of the same title."""
    own = np.full(len(person), NO_POST, np.int32)
    found = _worked(day - DAY, person)
    # By post, so that of two campaigns' posts the same one counts every time.
    line = np.argsort(found.post, kind="stable")
    continues = _rows_in(post_ids, continued(found.posts, whole_day))
    own[found.row[line]] = continues[found.post[line]]
    return own


def continued(before: PostColumns, whole_day: PostColumns) -> Ints:
    """Id of the day's post that continues each earlier one: the first of the same team and title; -1 for none."""
    id_of: dict[tuple[int, str], int] = {}
    today = zip(whole_day.id.tolist(), whole_day.team_id.tolist(), whole_day.title.tolist(), strict=True)
    for post_id, team_id, title in today:
        id_of.setdefault((team_id, whole_day.titles[title]), post_id)
    earlier = zip(before.team_id.tolist(), before.title.tolist(), strict=True)
    return np.array(
        [id_of.get((team_id, before.titles[title]), NO_POST) for team_id, title in earlier], np.int64
    )


def _standing(day: date, whole_day: PostColumns, post_ids: Ints, person: Ints) -> Int32s:
    """Row of the first post of the team that each stays with."""
    rows = of_few(StandingPlacement.objects.filter(until__gte=day), person)
    read = read_columns(rows, ints=("person_id", "team_id")).ints
    at, found = rows_of(read["person_id"], person)
    teams, first = np.unique(whole_day.team_id, return_index=True)
    team, there = rows_of(read["team_id"][found], teams)
    stays = np.full(len(person), NO_POST, np.int32)
    stays[at[found][there]] = _rows_in(post_ids, whole_day.id[first[team[there]]])
    return stays


def taken_people(campaign_id: int, day: date) -> Ints:
    """People who have a post on the day already, or were asked in an earlier round of it; ids."""
    placed = Placement.objects.filter(day=day, person__isnull=False).exclude(state=Placement.State.WITHDRAWN)
    placed = placed.exclude(NO_SHIFT)
    shown = Offer.objects.filter(run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False)
    asked = shown.exclude(state=Offer.State.WITHHELD)
    return np.concatenate(
        [read_columns(rows, ints=("person_id",)).ints["person_id"] for rows in (placed, asked)]
    )


def gather(
    *,
    campaign: CampaignFacts,
    day: date,
    whole_day: PostColumns,
    posts: Sequence[PostFacts],
    seats: Sequence[int],
    leave_out: Ints = NOBODY,
    only: Ints | None = None,
    person_ids: Sequence[int] | None = None,
    near: Near | None = None,
    held: Callable[[], Held] | None = None,
    order: Order = AS_THEY_WAIT,
    in_turn: bool = False,
) -> DayInput:
    """The day's problem: everyone placeable under the campaign's area, and ``posts`` (by id) with ``seats`` each.

    ``whole_day``: every post of the day, also where ``posts`` are some of them. ``leave_out``: ids of people; ``only``:
    of nobody else. ``person_ids``: the same of a few, who alone are read. ``near``: of those only who might reach a
    place. ``held``: who has the posts already; without it no sides are gathered. ``order``:
    who comes first. ``in_turn``: without those whose week of rest it is.
    """
    start, end = window(campaign, day)
    found = people.placeable(
        area_path=campaign.area_path,
        day=day,
        day_start=start,
        day_end=end,
        person_ids=person_ids,
        near=near,
    )
    everyone = without(found, leave_out if only is None else np.setdiff1d(found.person, only))
    del found
    if in_turn:
        rests = resting(everyone.person, everyone.group, rotation=campaign.rotation, day=day)
        everyone = without(everyone, everyone.person[rests])
    everyone = in_order(everyone, order)
    post_ids = np.array([post.id for post in posts], np.int64)
    return day_input(
        people=everyone,
        needs=posts,
        seats=seats,
        earlier=_earlier(day, whole_day, post_ids, everyone.person),
        held=held,
    )


def open_seats(campaign_id: int, day: date, now: datetime | None = None) -> list[tuple[PostFacts, int]]:
    """The day's posts that have seats which are neither taken nor offered, by id, and how many each.

    Offers whose time was up by ``now`` hold no seat; without ``now`` all that are unanswered do.
    """
    return [(post, count) for post, count in _free_seats(campaign_id, day, now) if count > 0]


def seats_to_match(campaign_id: int, day: date, now: datetime) -> list[tuple[PostFacts, int]]:
    """As :func:`open_seats`, and with 0 seats each the posts that lead one of these, whose people are known already.

    A post whose lead was called off is left out: nobody would look after who works there.
    """
    found = list(_free_seats(campaign_id, day, now))
    standing = {post.key for post, _ in found}
    wanted = {
        post.key: count
        for post, count in found
        if count > 0 and (post.lead_key is None or post.lead_key in standing)
    }
    lead_of = {post.key: post.lead_key for post, _ in found}
    leads: set[UUID] = set()
    for key in wanted:
        # Leads may be led themselves.
        while (key_of_lead := lead_of.get(key)) is not None and key_of_lead not in leads:
            leads.add(key_of_lead)
            key = key_of_lead
    return [(post, max(count, 0)) for post, count in found if post.key in wanted or post.key in leads]


def _free_seats(campaign_id: int, day: date, now: datetime | None) -> Iterator[tuple[PostFacts, int]]:
    offered = held_by_offers(campaign_id, day, now)
    for post in needs.posts_of_day(campaign_id, day):
        if post.stood_down_at is None:  # else nobody is sent there
            yield post, post.seats_free - offered.get(post.id, 0)


def held_by_offers(campaign_id: int, day: date, now: datetime | None = None) -> dict[int, int]:
    """Seats kept for those who were offered them, by post id; as in :func:`open_seats`."""
    held = _open_offers(campaign_id, day, now)
    return dict(held.values_list("post_id").order_by("post_id").annotate(Count("pk")))


def _open_offers(campaign_id: int, day: date, now: datetime | None) -> QuerySet[Offer]:
    held = Offer.objects.filter(
        run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False, state=Offer.State.OPEN
    )
    return held if now is None else held.filter(run__expires_at__gt=now)


def held_now(campaign_id: int, day: date, now: datetime, post_ids: Ints) -> Held:
    """Who has each of the posts (ascending ids) already: a placement, or an offer that is open."""
    rows = (Placement.objects.filter(day=day, state__in=WORKED), _open_offers(campaign_id, day, now))
    parts = [
        read_columns(some.filter(person__isnull=False), ints=("person_id", "post_id")).ints for some in rows
    ]
    person = np.concatenate([part["person_id"] for part in parts])
    row, here = rows_of(np.concatenate([part["post_id"] for part in parts]), post_ids)
    person, row = person[here], row[here]
    adult = np.isin(person, people.cleared_adults(person, day=day))
    return Held(
        np.bincount(row, minlength=len(post_ids)).astype(np.int32),
        np.bincount(row[adult], minlength=len(post_ids)).astype(np.int32),
    )
