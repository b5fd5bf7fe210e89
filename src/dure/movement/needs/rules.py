"""What a post must fulfil before anybody is asked to stand on it. Pure: values in, problems out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from dure.movement.needs.types import NewPost, PostFacts, Problem

# P5: longer work is two posts. Eight hours is the rule, ten only by one's own wish: the match's concern.
SHIFT_HOURS_MAX = 10
# More people than this at one point and time are several teams.
SEATS_MAX = 10_000
CODES_MAX = 20
MIN_AGE_MAX = 99


def problems_of(row: int, post: NewPost) -> Iterator[Problem]:
    """Problems of the values themselves; campaign, team and place are asked of their rooms."""
    yield from _text(row, "title", post.title, 160)
    yield from _text(row, "cause", post.cause, 40)
    yield from _text(row, "bring", post.bring, 200, least=0)
    yield from _codes(row, "skills", post.skills)
    yield from _codes(row, "languages", post.languages)
    yield from _number(row, "seats", post.seats, 1, SEATS_MAX)
    yield from _number(row, "tier", post.tier, 1, 3)
    yield from _number(row, "physical", post.physical, 0, 3)
    yield from _number(row, "min_age", post.min_age, 0, MIN_AGE_MAX)
    yield from _number(row, "least_crew", post.least_crew, 0, SEATS_MAX)
    if 1 <= post.seats < post.least_crew <= SEATS_MAX:
        what = f"is {post.least_crew}, more than there are seats"
        yield Problem(row, "least_crew", what, f"at most {post.seats}, or more seats")
    yield from _lead(row, post)
    yield from _degrees(row, "lat", post.lat, 90)
    yield from _degrees(row, "lon", post.lon, 180)
    yield from _shift(row, post)


# P6: nobody under 18 works in these hours, whatever a form says.
NIGHT_FROM, NIGHT_UNTIL = time(22), time(6)


def is_night(post: NewPost | PostFacts, zone: ZoneInfo) -> bool:
    """Whether a shift is night work: because it is said so, or because it touches 22:00 to 06:00 by the local clock."""
    starts, ends = post.starts_at.astimezone(zone), post.ends_at.astimezone(zone)
    over_midnight = ends.date() > starts.date() and ends.time() > time()
    return (
        post.night
        or over_midnight
        or starts.time() < NIGHT_UNTIL
        or starts.time() >= NIGHT_FROM
        or ends.time() > NIGHT_FROM
        or ends.time() <= time()  # ends at midnight sharp
    )


def day_problems(row: int, post: NewPost, zone: ZoneInfo) -> Iterator[Problem]:
    """A post belongs to the day on which it starts, by the campaign's clock."""
    if post.starts_at.tzinfo is None:
        return
    local_day = post.starts_at.astimezone(zone).date()
    if post.day != local_day:
        what = f"{post.day} is not the day on which the shift starts ({zone.key})"
        yield Problem(row, "day", what, str(local_day))


def _lead(row: int, post: NewPost) -> Iterator[Problem]:
    """A ratio and who leads go together; whether the leading post is there, the room asks."""
    yield from _number(row, "people_per_lead", post.people_per_lead, 0, SEATS_MAX)
    if post.people_per_lead and post.lead_key is None:
        what = f"is {post.people_per_lead}, but no post leads"
        yield Problem(row, "people_per_lead", what, "the post whose people lead this one, or no number")
    if post.lead_key is not None and not post.people_per_lead:
        what = "is empty, but another post leads this one"
        yield Problem(row, "people_per_lead", what, "for how many people one lead is enough")
    if post.lead_key == post.key:
        yield Problem(row, "lead_key", "is the post itself", "the key of another post")


def lead_problems(rows: Sequence[NewPost], leads: Mapping[UUID, NewPost | PostFacts]) -> Iterator[Problem]:
    """Problems of posts with those that lead them. ``leads``: by key, of these rows or published before."""
    for row, post in enumerate(rows):
        if post.lead_key is None or post.lead_key == post.key:
            continue
        lead = leads.get(post.lead_key)
        if lead is None:
            yield Problem(row, "lead_key", f"{post.lead_key} is no known post", "the key of a post")
        elif (lead.campaign_id, lead.day) != (post.campaign_id, post.day):
            what = f"{lead.title!r} is a post of another campaign or day"
            yield Problem(row, "lead_key", what, "a post of the same campaign and day")
        elif isinstance(lead, PostFacts) and lead.cancelled_at is not None:
            yield Problem(row, "lead_key", f"{lead.title!r} was called off", "a post that stands")
        elif not _meet(post, lead):
            what = f"{lead.title!r} is at another time"
            yield Problem(row, "lead_key", what, "a post at the same time")
        elif _led_in_a_ring(post, leads):
            what = f"{lead.title!r} is itself led from here, by one post or several"
            yield Problem(row, "lead_key", what, "a post that nobody leads in a ring")


def _meet(post: NewPost, lead: NewPost | PostFacts) -> bool:
    moments = (post.starts_at, post.ends_at, lead.starts_at, lead.ends_at)
    if any(moment.tzinfo is None for moment in moments):
        return True  # said elsewhere
    return lead.starts_at < post.ends_at and post.starts_at < lead.ends_at


def _led_in_a_ring(post: NewPost, leads: Mapping[UUID, NewPost | PostFacts]) -> bool:
    seen = {post.key}
    key = post.lead_key
    while key is not None and key in leads:
        if key in seen:
            return key == post.key
        seen.add(key)
        key = leads[key].lead_key
    return False


def _shift(row: int, post: NewPost) -> Iterator[Problem]:
    naive = [name for name in ("starts_at", "ends_at") if getattr(post, name).tzinfo is None]
    if naive:
        for name in naive:
            yield Problem(row, name, "has no timezone", "a time with a timezone")
        return
    length = post.ends_at - post.starts_at
    if length <= timedelta(0):
        yield Problem(row, "ends_at", "is not after starts_at", "a time after starts_at")
    elif length > timedelta(hours=SHIFT_HOURS_MAX):
        hours = length / timedelta(hours=1)
        what = f"the shift lasts {hours:.2f} hours"
        yield Problem(row, "ends_at", what, f"at most {SHIFT_HOURS_MAX} hours")


def _text(row: int, field: str, value: str, chars_max: int, least: int = 1) -> Iterator[Problem]:
    if len(value.strip()) < least:
        yield Problem(row, field, "is empty", "a text")
    elif len(value) > chars_max:
        yield Problem(row, field, f"has {len(value)} characters", f"at most {chars_max}")
    elif not value.isprintable():
        yield Problem(row, field, "holds a character that can't be printed", "plain text in one line")


def _codes(row: int, field: str, codes: tuple[str, ...]) -> Iterator[Problem]:
    if len(codes) > CODES_MAX:
        yield Problem(row, field, f"has {len(codes)} entries", f"at most {CODES_MAX}")
    for code in codes:
        yield from _text(row, field, code, 40)
    if len(set(codes)) < len(codes):
        yield Problem(row, field, "names one twice", "each at most once")


def _number(row: int, field: str, value: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= value <= most:
        yield Problem(row, field, f"is {value}", f"a whole number from {least} to {most}")


def _degrees(row: int, field: str, value: float, most: int) -> Iterator[Problem]:
    # NaN compares false, so it is no place on earth either.
    if not math.fabs(value) <= most:
        yield Problem(row, field, f"is {value}", f"degrees from -{most} to {most}")
