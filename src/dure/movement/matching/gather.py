"""What the match of a day needs to know, fetched from upstream and from earlier placements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count

from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching.columns import DayInput, day_input, without
from dure.movement.matching.models import Offer, Placement, StandingPlacement
from dure.movement.matching.rest import REST_BETWEEN_SHIFTS, WEEK, Shift, by_person, rest_of
from dure.movement.needs import reads as needs
from dure.movement.needs.types import PostFacts
from dure.movement.people import reads as people

# Placements that count as work: somebody on their way is as tired tomorrow as somebody who came.
WORKED = (Placement.State.ACCEPTED, Placement.State.PRESENT, Placement.State.DONE)
DAY = timedelta(days=1)


def window(campaign: CampaignFacts, day: date) -> tuple[datetime, datetime]:
    """Start and end of a day in the campaign's timezone, as aware moments."""
    zone = ZoneInfo(campaign.timezone)
    start = datetime.combine(day, time(), zone)
    return start, datetime.combine(day + timedelta(days=1), time(), zone)


def shifts_between(since: date, until: date, *, person_ids: Iterable[int] | None = None) -> Iterator[Shift]:
    """Shifts of the placements of some days, both included; a check-out counts when it was later than planned."""
    rows = Placement.objects.filter(day__gte=since, day__lte=until, state__in=WORKED, person__isnull=False)
    if person_ids is not None:
        rows = rows.filter(person_id__in=list(person_ids))
    times = rows.values_list("person_id", "post__starts_at", "post__ends_at", "checked_out_at")
    for person_id, starts_at, ends_at, out_at in times.iterator():
        yield Shift(person_id, starts_at, max(ends_at, out_at) if out_at else ends_at)


def _free_until(day: date) -> dict[int, datetime]:
    """By when people must end who have a post on a later day already, 11 h before it; by person."""
    later = by_person(shifts_between(day + DAY, day + 2 * DAY))
    return {person_id: shifts[0].starts_at - REST_BETWEEN_SHIFTS for person_id, shifts in later.items()}


def _yesterday(day: date, posts: list[PostFacts]) -> dict[int, int]:
    """Row of today's post that continues yesterday's, by person: the same team's post of the same title."""
    row_of: dict[tuple[int, str], int] = {}
    for row, post in enumerate(posts):
        row_of.setdefault((post.team_id, post.title), row)
    worked = Placement.objects.filter(day=day - timedelta(days=1), state__in=WORKED, person__isnull=False)
    rows = worked.values_list("person_id", "post__team_id", "post__title")
    return {
        person_id: row_of[team_id, title]
        for person_id, team_id, title in rows.iterator()
        if (team_id, title) in row_of
    }


def _standing(day: date, posts: list[PostFacts]) -> dict[int, int]:
    """Row of the first post of the team a person stays with, by person."""
    row_of: dict[int, int] = {}
    for row, post in enumerate(posts):
        row_of.setdefault(post.team_id, row)
    rows = StandingPlacement.objects.filter(until__gte=day).values_list("person_id", "team_id")
    return {person_id: row_of[team_id] for person_id, team_id in rows if team_id in row_of}


def taken_people(campaign_id: int, day: date) -> set[int]:
    """People who have a post on the day already, or were asked in an earlier round of it."""
    placed = Placement.objects.filter(day=day, person__isnull=False).exclude(state=Placement.State.WITHDRAWN)
    asked = Offer.objects.filter(run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False)
    return _ids(placed.values_list("person_id", flat=True)) | _ids(asked.values_list("person_id", flat=True))


def _ids(rows: Iterable[int | None]) -> set[int]:
    return {row for row in rows if row is not None}


def gather(
    *, campaign: CampaignFacts, day: date, posts: list[PostFacts], seats: dict[int, int], leave_out: set[int]
) -> DayInput:
    """The day's problem: everyone placeable under the campaign's area, the given posts with ``seats``."""
    start, end = window(campaign, day)
    everyone = people.placeable(area_path=campaign.area_path, day=day, day_start=start, day_end=end)
    return day_input(
        people=without(everyone, leave_out),
        needs=posts,
        seats=seats,
        rest=rest_of(
            # A night shift of the day before the week still reaches into it.
            shifts_between(day - WEEK - DAY, day - DAY),
            first_end=min(post.ends_at for post in posts),
            last_end=max(post.ends_at for post in posts),
        ),
        free_until=_free_until(day),
        yesterday=_yesterday(day, posts),
        standing_posts=_standing(day, posts),
    )


def open_seats(campaign_id: int, day: date, now: datetime | None = None) -> list[tuple[PostFacts, int]]:
    """The day's posts that have seats which are neither taken nor offered, by id, and how many each.

    Offers whose time was up by ``now`` hold no seat; without ``now`` all that are unanswered do.
    """
    held = Offer.objects.filter(
        run__campaign_id=campaign_id, run__day=day, run__published_at__isnull=False, state=Offer.State.OPEN
    )
    if now is not None:
        held = held.filter(expires_at__gt=now)
    offered = dict(held.values_list("post_id").order_by("post_id").annotate(Count("pk")))
    seats = (
        (post, post.seats_free - offered.get(post.id, 0)) for post in needs.posts_of_day(campaign_id, day)
    )
    return [(post, count) for post, count in seats if count > 0]
