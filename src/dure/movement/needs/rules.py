"""What a post must fulfil before anybody is asked to stand on it. Pure: values in, problems out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from dure.movement.needs.types import NewPost, Problem

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
    yield from _degrees(row, "lat", post.lat, 90)
    yield from _degrees(row, "lon", post.lon, 180)
    yield from _shift(row, post)


# P6: nobody under 18 works in these hours, whatever a form says.
NIGHT_FROM, NIGHT_UNTIL = time(22), time(6)


def is_night(post: NewPost, zone: ZoneInfo) -> bool:
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
