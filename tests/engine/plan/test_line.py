"""The line: whoever has waited longest comes first, and nobody is promised a seat that is not forecast."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.engine.plan.line import BEYOND, Places, Waiting, line, line_order
from dure.engine.plan.seats import SeatsAhead
from dure.kernel.must import Broken

ALWAYS = 2**64 - 1
DAYS = 12


def places(
    *rows: tuple[float, list[float]], asks: tuple[int, ...] | None = None, known: bool = True
) -> Places:
    """Places on one parallel: (degrees of longitude, seats a day); known, or expected alone."""
    seats = np.zeros((len(rows), DAYS))
    for row, (_, of_day) in enumerate(rows):
        seats[row, : len(of_day)] = of_day
    nothing = np.zeros_like(seats)
    ahead = SeatsAhead(seats if known else nothing, nothing if known else seats, 1.0, nothing)
    return Places(
        lat=np.full(len(rows), 52.0),
        lon=np.array([lon for lon, _ in rows]),
        asks=np.array(asks or (0,) * len(rows), np.int32),
        seats=ahead,
    )


def waiting(*rows: dict[str, float]) -> Waiting:
    """People, each told by what differs from somebody at longitude 0 who goes 10 km and has never had a task."""

    def column(name: str, usual: float, kind: type) -> np.ndarray:
        return np.array([row.get(name, usual) for row in rows], kind)

    return Waiting(
        lat=column("lat", 52.0, np.float64),
        lon=column("lon", 0.0, np.float64),
        travel_limit_m=column("limit_m", 10_000, np.int32),
        free=column("free", ALWAYS, np.uint64),
        fits=column("fits", 1, np.uint64),
        turns=column("turns", 0, np.int64),
        since_s=column("since_s", 0, np.int64),
        person=np.arange(1, len(rows) + 1, dtype=np.int64),
    )


def days(people: Waiting, where: Places) -> list[int]:
    return [int(day) for day in line(people, where).expected]


@pytest.mark.parametrize(
    ("people", "where", "expected"),
    [
        pytest.param([{}, {}, {}], places((0, [1, 0, 1])), [0, 2, BEYOND], id="one after the other"),
        pytest.param([{"since_s": 9}, {}], places((0, [1, 1])), [1, 0], id="the longer wait first"),
        pytest.param([{"turns": 1}, {"since_s": 9}], places((0, [1, 1])), [1, 0], id="a first task before a second"),
        pytest.param([{}, {"lon": 1}], places((0, [1]), (1, [0, 1])), [0, 1], id="each within their reach"),
        pytest.param([{"limit_m": 90_000}, {}], places((0, [1]), (1, [1])), [0, BEYOND], id="the nearest is taken"),
        pytest.param([{"free": 0b100}, {}], places((0, [1, 0, 1])), [2, 0], id="on a day they are free"),
        pytest.param([{}, {"fits": 0b11}], places((0, [1, 1]), (0, [1]), asks=(0, 1)), [0, 0], id="kept for them"),
        pytest.param([{}], places((0, [1]), asks=(1,)), [BEYOND], id="what they lack is no seat"),
        pytest.param([{}, {}], places((0, [0.5]), (0.01, [0.5, 0.5])), [0, BEYOND], id="parts of seats make one"),
        pytest.param([], places((0, [1])), [], id="nobody"),
        pytest.param([{}], places(), [BEYOND], id="nowhere"),
    ],
)  # fmt: skip
def test_the_day_of_each(people: list[dict[str, float]], where: Places, expected: list[int]) -> None:
    assert days(waiting(*people), where) == expected


def test_what_is_published_is_promised_and_what_is_forecast_only_as_far_as_it_is_sure() -> None:
    five = waiting(*({} for _ in range(5)))

    sure = line(five, places((0, [5])))
    forecast = line(five, places((0, [5] * DAYS), known=False))

    assert sure.promised.tolist() == [0] * 5
    assert forecast.expected.tolist() == [0] * 5
    assert forecast.promised[0] < forecast.promised[4]
    assert (forecast.promised >= forecast.expected).all()
    certain = line(five, places((0, [5] * DAYS), known=False), z=0.0)
    assert certain.promised.tolist() == [0] * 5


def test_a_mask_has_no_more_days_than_bits() -> None:
    with pytest.raises(Broken):
        line(
            waiting({}),
            replace(places((0, [1])), seats=SeatsAhead(*(np.zeros((1, 65)),) * 2, 1.0, np.zeros((1, 65)))),
        )


somebody = st.fixed_dictionaries(
    {
        "lon": st.sampled_from([0.0, 0.1, 0.2, 0.5]),
        "limit_m": st.sampled_from([5_000, 15_000, 60_000]),
        "free": st.sampled_from([ALWAYS, 0b101010101010, 0b11]),
        "fits": st.sampled_from([1, 3]),
        "turns": st.integers(0, 2),
        "since_s": st.integers(0, 20),
    }
)
somewhere = st.tuples(
    st.sampled_from([0.0, 0.1, 0.2, 0.5]),
    st.lists(st.sampled_from([0.0, 0.25, 1.0, 3.0]), min_size=DAYS, max_size=DAYS),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(somebody, max_size=40), st.lists(somewhere, min_size=1, max_size=5), st.booleans())
def test_the_line_is_just_whoever_stands_in_it(
    rows: list[dict[str, float]], where: list[tuple[float, list[float]]], known: bool
) -> None:
    people = waiting(*rows)
    ground = places(*where, asks=tuple(k % 2 for k in range(len(where))), known=known)
    found = line(people, ground)
    seats = ground.seats.known + ground.seats.further

    # No more are called than there are seats, on any day.
    for day in range(DAYS):
        called = (found.expected != BEYOND) & (found.expected <= day)
        assert called.sum() <= seats[:, : day + 1].sum() + 1e-6
    # A promise is never sooner than what is expected.
    promised = found.promised != BEYOND
    assert (found.promised[promised] >= found.expected[promised]).all()

    # Nobody is overtaken by an equal near them, nor by somebody behind them who can do less.
    never = np.where(found.expected == BEYOND, DAYS, found.expected)
    order = line_order(people).tolist()
    for place, earlier in enumerate(order):
        for later in order[place + 1 :]:
            near = people.lon[earlier] == people.lon[later]
            reaches = people.travel_limit_m[earlier] >= people.travel_limit_m[later]
            free = people.free[later] & ~people.free[earlier] == 0
            fits = people.fits[later] & ~people.fits[earlier] == 0
            if near and reaches and free and fits:
                assert never[earlier] <= never[later]
                # Of equals, whoever has had more tasks stands behind.
                assert people.turns[earlier] <= people.turns[later]

    # The same people in another order of rows get the same days.
    turned = np.arange(people.count)[::-1]
    other = line(Waiting(**{name: column[turned] for name, column in vars(people).items()}), ground)
    assert other.expected[turned].tolist() == found.expected.tolist()


@settings(deadline=None, max_examples=40)
@given(st.lists(somebody, min_size=1, max_size=30), somewhere)
def test_no_whole_seat_is_left_while_somebody_who_could_take_it_waits(
    rows: list[dict[str, float]], where: tuple[float, list[float]]
) -> None:
    people = waiting(*({**row, "lon": 0.0, "limit_m": 60_000} for row in rows))
    ground = places(where)
    found = line(people, ground)
    seats = ground.seats.known[0]

    for row in range(people.count):
        day = DAYS if found.expected[row] == BEYOND else int(found.expected[row])
        theirs = [d for d in range(day) if int(people.free[row]) >> d & 1]
        # Whatever was there on their earlier days went to others, but for less than one seat.
        others = (found.expected != BEYOND) & (np.arange(people.count) != row)
        assert sum(seats[d] for d in theirs) < others.sum() + 1 + 1e-6
