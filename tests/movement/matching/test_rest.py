"""Rest is built in (P5): 11 h between shifts, 35 h in the week before any work, 48 h in any seven days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.movement.matching import rest as rest_module
from dure.movement.matching.rest import (
    WEEK_MINUTES_MAX,
    Rest,
    Shift,
    Shifts,
    rest_columns,
    rest_of,
    too_little,
)

MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
MINJI = 1


def shift(day: int, start: float = 8, hours: float = 8) -> Shift:
    starts_at = MONDAY + timedelta(days=day, hours=start)
    return Shift(MINJI, starts_at, starts_at + timedelta(hours=hours))


def rest(*shifts: Shift, on: int, ends: float = 16) -> Rest | None:
    """What the shifts leave for a day (0 is Monday) all of whose posts end at the hour ``ends``."""
    end = MONDAY + timedelta(days=on, hours=ends)
    return rest_of(shifts, first_end=end, last_end=end).get(MINJI)


def hours_on(day: int, hour: float) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


WEEKDAYS = [shift(day) for day in range(5)]


@pytest.mark.parametrize(
    ("shifts", "on", "rested_from", "hours_left"),
    [
        pytest.param([shift(0)], 1, hours_on(1, 3), 40, id="eleven hours after yesterday's shift"),
        pytest.param([shift(0, 22)], 1, hours_on(1, 17), 40, id="a night shift ends today"),
        pytest.param(WEEKDAYS, 5, hours_on(5, 3), 8, id="after five days a sixth is possible"),
        pytest.param([*WEEKDAYS, shift(5)], 6, hours_on(7, 3), 0, id="after six days 35 hours"),
        pytest.param([shift(d, 8, 6) for d in range(6)], 6, hours_on(7, 1), 12, id="six short days too"),
        pytest.param([*WEEKDAYS, shift(5)], 8, hours_on(7, 3), 16, id="on Tuesday Monday's hours are past"),
        pytest.param([shift(0), shift(4)], 7, hours_on(5, 3), 40, id="a shift of exactly a week ago is past"),
        pytest.param([shift(3), shift(1), shift(2)], 4, hours_on(4, 3), 24, id="in any order"),
        pytest.param([shift(0, 8, 14)], 1, hours_on(1, 9), 34, id="overtime lengthens the rest"),
    ],
)
def test_what_earlier_shifts_leave(
    shifts: list[Shift], on: int, rested_from: datetime, hours_left: int
) -> None:
    assert rest(*shifts, on=on) == Rest(rested_from, hours_left * 60)


def test_who_worked_longer_than_a_week_ago_or_never_is_not_in_the_answer() -> None:
    assert rest(shift(0), on=7) is None
    assert rest_of([], first_end=MONDAY, last_end=MONDAY) == {}


def test_people_do_not_tire_each_other() -> None:
    bora = Shift(2, hours_on(0, 0), hours_on(0, 4))
    end = hours_on(1, 16)

    found = rest_of([shift(0), bora], first_end=end, last_end=end)

    assert found[MINJI].rested_from == hours_on(1, 3)
    assert found[2].rested_from == hours_on(0, 15)


def test_posts_that_end_late_look_at_the_week_before_their_own_end() -> None:
    """The rest lasted from Sunday 20:00 to Tuesday 8:00; a night shift ends when half of it is a week ago."""
    shifts = [shift(0, -12, 8), *(shift(day) for day in range(1, 6))]
    end_of_day, next_morning = hours_on(6, 19), hours_on(7, 6)

    by_day = rest_of(shifts, first_end=end_of_day, last_end=end_of_day)[MINJI]
    by_night = rest_of(shifts, first_end=next_morning, last_end=next_morning)[MINJI]

    assert by_day.rested_from == hours_on(6, 3)
    assert by_night.rested_from == hours_on(7, 3)


@pytest.mark.parametrize(
    ("others", "new", "says"),
    [
        pytest.param([], shift(0), "", id="a first shift"),
        pytest.param([shift(0)], shift(1), "", id="the day after"),
        pytest.param([shift(0, 14)], shift(1, 8), "11 hours", id="late, then early"),
        pytest.param([shift(0, 13)], shift(1, 8), "", id="exactly eleven hours"),
        pytest.param([shift(1, 8)], shift(0, 14), "11 hours", id="the later one was taken first"),
        pytest.param([shift(1, 1, 4)], shift(1, 0, 8), "11 hours", id="at the same time"),
        pytest.param([*WEEKDAYS], shift(5), "", id="a sixth day"),
        pytest.param([*WEEKDAYS, shift(5)], shift(6, 8, 1), "48 hours", id="a forty-ninth hour"),
        pytest.param(
            [shift(d, 8, 4) for d in range(6)], shift(6, 8, 4), "35 hours", id="a seventh short day"
        ),
        pytest.param(
            [shift(d, 8, 4) for d in (0, 1, 2, 4, 5, 6)], shift(3, 8, 4), "35 hours", id="the gap in a week"
        ),
        pytest.param(
            [shift(d) for d in (1, 2, 3, 4, 5, 6)], shift(0, 8, 1), "48 hours", id="before a full week"
        ),
    ],
)
def test_a_seat_that_would_take_somebodys_rest(others: list[Shift], new: Shift, says: str) -> None:
    found = too_little(others, new)

    assert found.find(says) >= 0 if says else found == ""


def longest_gap(shifts: list[Shift], since: datetime, until: datetime) -> timedelta:
    """The oracle: the longest stretch without work, found by walking through it."""
    edges = [since]
    for one in sorted(shifts, key=lambda s: s.starts_at):
        if one.ends_at > since and one.starts_at < until:
            edges += [max(one.starts_at, since), min(one.ends_at, until)]
    edges.append(until)
    return max(later - earlier for earlier, later in zip(edges[::2], edges[1::2], strict=True))


def worked(shifts: list[Shift], since: datetime) -> timedelta:
    """The oracle: hours of work within seven days."""
    return sum(
        (max(timedelta(), min(s.ends_at, since + WEEK) - max(s.starts_at, since)) for s in shifts),
        timedelta(),
    )


def assert_rested(shifts: list[Shift]) -> None:
    for earlier, later in pairwise(shifts):
        assert later.starts_at - earlier.ends_at >= 11 * HOUR
    for one in shifts:
        assert longest_gap(shifts, one.ends_at - WEEK, one.ends_at) >= 35 * HOUR
        for edge in (one.starts_at, one.ends_at, one.starts_at - WEEK, one.ends_at - WEEK):
            assert worked(shifts, edge) <= 48 * HOUR


# A day's posts: hours of start (a night shift goes over midnight) and lengths up to ten hours.
posts = st.lists(
    st.tuples(st.integers(0, 23 * 4), st.integers(1, 10 * 4)).map(lambda q: (q[0] / 4, q[1] / 4)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(month=st.lists(posts, min_size=21, max_size=28))
def test_whoever_takes_all_that_the_match_allows_for_a_month_is_always_rested(
    month: list[list[tuple[float, float]]],
) -> None:
    shifts: list[Shift] = []
    for day, offered in enumerate(month):
        asked = [shift(day, start, hours) for start, hours in offered]
        left = rest_of(
            shifts, first_end=min(s.ends_at for s in asked), last_end=max(s.ends_at for s in asked)
        ).get(MINJI, Rest(MONDAY - WEEK, 48 * 60))
        for one in asked:
            if (
                one.starts_at >= left.rested_from
                and one.ends_at - one.starts_at <= left.minutes_left * HOUR / 60
            ):
                # What the match allows is never refused when the seat is taken.
                assert too_little(shifts, one) == ""
                shifts.append(one)
                break

    assert_rested(shifts)


@settings(max_examples=300, deadline=None)
@given(
    asked=st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 23 * 4), st.integers(1, 40)), min_size=1, max_size=40
    )
)
def test_whoever_takes_seats_in_any_order_is_always_rested(asked: list[tuple[int, int, int]]) -> None:
    shifts: list[Shift] = []
    for day, quarter, quarters in asked:
        new = shift(day, quarter / 4, quarters / 4)
        if not too_little(shifts, new):
            shifts.append(new)

    assert_rested(sorted(shifts, key=lambda s: s.starts_at))


NEVER_MIN = -(10**10)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def in_columns(shifts: list[Shift], people: int, first_end: datetime, last_end: datetime) -> dict[int, Rest]:
    """What the columns say, as :func:`rest_of` says it."""
    rested_from_min = np.full(people, NEVER_MIN, np.int64)
    minutes_left = np.full(people, WEEK_MINUTES_MAX, np.int32)
    rest_columns(
        Shifts(
            np.array([one.person_id for one in shifts], np.int32),
            np.array([seconds(one.starts_at) for one in shifts], np.int64),
            np.array([seconds(one.ends_at) for one in shifts], np.int64),
        ),
        first_end_s=seconds(first_end),
        last_end_s=seconds(last_end),
        rested_from_min=rested_from_min,
        minutes_left=minutes_left,
    )
    return {
        row: Rest(datetime.fromtimestamp(int(minute) * 60, UTC), int(left))
        for row, (minute, left) in enumerate(zip(rested_from_min, minutes_left, strict=True))
        if minute != NEVER_MIN
    }


@settings(max_examples=500, deadline=None)
@given(
    worked=st.lists(
        # Whose, on which day of nine, from when to when: seconds too, longer than anybody may work, and at once.
        st.tuples(st.integers(0, 4), st.integers(0, 9 * 86_400), st.integers(1, 16 * 3_600)),
        max_size=40,
    ),
    last_h=st.integers(0, 24),
    slab_people=st.integers(1, 6),
)
def test_columns_of_many_say_what_is_said_of_each(
    worked: list[tuple[int, int, int]], last_h: int, slab_people: int
) -> None:
    second = timedelta(seconds=1)
    shifts = [
        Shift(person, MONDAY + start * second, MONDAY + (start + length) * second)
        for person, start, length in worked
    ]
    first_end = MONDAY + timedelta(days=8, hours=12)
    last_end = first_end + timedelta(hours=last_h)
    plain = rest_of(shifts, first_end=first_end, last_end=last_end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rest_module, "SLAB_PEOPLE", slab_people)

        found = in_columns(shifts, 5, first_end, last_end)

    minute = timedelta(minutes=1)
    # Minutes, rounded up: no rest is short.
    up = {p: MONDAY + -(-(r.rested_from - MONDAY) // minute) * minute for p, r in plain.items()}
    assert found == {p: Rest(up[p], r.minutes_left) for p, r in plain.items()}


@given(days=st.sets(st.integers(0, 20), min_size=1, max_size=12))
def test_ordinary_weeks_of_four_day_shifts_are_never_refused(days: set[int]) -> None:
    """The rule must not keep people from work that anybody would call rested: no more than four days in seven."""
    taken: list[Shift] = []
    for day in sorted(days):
        if sum(1 for other in days if day - 7 < other <= day) > 4:
            return
        assert too_little(taken, shift(day)) == ""
        taken.append(shift(day))
