"""Seats ahead: what is published is known, what is forecast is shared out among the places of a region."""

from __future__ import annotations

import numpy as np
import pytest

from dure.engine.plan.line import Places, Waiting, line
from dure.engine.plan.seats import SeatsAhead, seats_ahead

MONDAY = 0
ONE_REGION = np.zeros(2, np.int64)


def steady(days: int, *of_place: float) -> np.ndarray:
    return np.repeat(np.array(of_place)[:, None], days, axis=1)


def ahead(past: np.ndarray, published: np.ndarray, region: np.ndarray = ONE_REGION) -> SeatsAhead:
    return seats_ahead(past=past, published=published, free=published, region=region, first_weekday=MONDAY)


def test_a_steady_past_goes_on_and_each_place_has_its_share() -> None:
    found = ahead(steady(28, 30.0, 10.0), np.zeros((2, 7)))

    assert found.known.sum() == 0
    assert found.further[0] == pytest.approx(3 * found.further[1])
    assert found.further.sum(axis=0) == pytest.approx(np.full(7, 40.0), rel=0.1)
    assert found.lumps == 1.0
    assert (found.spread > 0).all()


def test_a_day_published_in_part_is_expected_to_be_filled_up_and_a_full_one_is_not() -> None:
    published = np.zeros((2, 7))
    published[:, 0] = (30, 10)
    published[:, 1] = (12, 8)
    published[:, 2] = (60, 20)

    found = ahead(steady(28, 30.0, 10.0), published)

    assert found.further[:, 0].sum() == pytest.approx(0, abs=2)
    assert found.further[:, 1].sum() == pytest.approx(20, abs=2)
    assert found.further[:, 2].sum() == 0
    assert found.known[:, 2].tolist() == [60, 20]


def test_regions_are_forecast_apart() -> None:
    found = ahead(steady(28, 30.0, 10.0), np.zeros((2, 7)), np.array([0, 1]))

    assert found.further[0] == pytest.approx(np.full(7, 30.0), rel=0.1)
    assert found.further[1] == pytest.approx(np.full(7, 10.0), rel=0.1)


def test_lumps_are_seen() -> None:
    past = np.zeros((2, 28))
    past[0, ::2] = 8
    past[1, 1::2] = 8

    assert ahead(past, np.zeros((2, 7))).lumps == pytest.approx(4, abs=0.5)


def test_of_few_days_something_is_expected_and_nothing_promised() -> None:
    published = np.zeros((2, 7))
    published[:, 0] = (3, 1)

    found = ahead(steady(2, 3.0, 1.0), published)
    place = Places(lat=np.array([52.0, 52.0]), lon=np.zeros(2), asks=np.zeros(2, np.int32), seats=found)
    all_bits = np.full(9, 2**64 - 1, np.uint64)
    nine = Waiting(
        lat=np.full(9, 52.0),
        lon=np.zeros(9),
        travel_limit_m=np.full(9, 5_000, np.int32),
        free=all_bits,
        fits=all_bits,
        turns=np.zeros(9, np.int64),
        since_s=np.arange(9),
        person=np.arange(9),
    )
    served = line(nine, place, z=0.5)

    assert found.further[:, 1:].sum(axis=0) == pytest.approx(np.full(6, 4.0))
    assert served.expected.tolist() == [0] * 4 + [1] * 4 + [2]
    assert (served.promised >= 0).tolist() == [True] * 4 + [False] * 5


@pytest.mark.parametrize(("places", "days"), [(0, 7), (2, 0)])
def test_nowhere_and_no_time_have_no_seats(places: int, days: int) -> None:
    found = ahead(np.zeros((places, 10)), np.zeros((places, days)), np.zeros(places, np.int64))

    assert found.known.shape == found.further.shape == (places, days)
    assert found.further.sum() == 0


def test_a_pause_teaches_nothing_and_its_days_expect_nothing() -> None:
    past = np.full((1, 42), 10.0)
    past[0, 21:35] = 0.0
    nothing = np.zeros((1, 14))
    rests = np.zeros(56, np.bool_)
    rests[21:35] = True  # two weeks that are over
    rests[42:49] = True  # and the coming one

    told = seats_ahead(
        past=past,
        published=nothing,
        free=nothing,
        region=np.zeros(1, np.int64),
        first_weekday=MONDAY,
        rests=rests,
    )
    without = seats_ahead(
        past=past, published=nothing, free=nothing, region=np.zeros(1, np.int64), first_weekday=MONDAY
    )

    assert (told.further[0, :7] == 0).all()
    assert told.further[0, 7:].mean() > 9
    assert without.further[0, 7:].mean() < 9


def test_until_somebody_resumes_no_seat_is_expected() -> None:
    past = np.full((1, 3), 10.0)
    nothing = np.zeros((1, 5))
    rests = np.array([False] * 3 + [True] * 5)

    told = seats_ahead(
        past=past,
        published=nothing,
        free=nothing,
        region=np.zeros(1, np.int64),
        first_weekday=MONDAY,
        rests=rests,
    )

    assert told.further.sum() == 0
    assert np.isfinite(told.spread).all()
