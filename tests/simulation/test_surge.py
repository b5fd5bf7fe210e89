"""Documented surges: their figures, arrivals at the documented rate, tasks to the last one, the same for one seed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dure.simulation.errors import ScenarioUnknown, SimulationTooLarge
from dure.simulation.surge import ENGLAND_2020, SCENARIOS, Scenario, arrivals, scenario, towns_of
from dure.simulation.surge_folk import OFFERS, folk, free_days
from dure.simulation.surge_tasks import tasks

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def england() -> Scenario:
    return ENGLAND_2020.scaled(0.01)


def test_the_full_surge_has_the_figures_of_the_almanac() -> None:
    assert (ENGLAND_2020.signed_up, len(ENGLAND_2020.arrival_shares)) == (750_000, 4)
    assert (ENGLAND_2020.peak_per_second, ENGLAND_2020.tasks) == (4_000, 200_000)
    assert scenario("surge-1950").signed_up == 740_000
    assert len(scenario("surge-1950").arrival_shares) == 10
    daily = scenario("health-emergency-2022")
    assert daily.tasks == (daily.days - daily.first_work_day) * 1_219_200
    assert sum(kind.share for kind in daily.work) == pytest.approx(1)


def test_a_scale_shrinks_people_work_and_checks_alike(england: Scenario) -> None:
    assert (england.signed_up, england.tasks, england.checked_per_day) == (7_500, 2_000, 200)
    assert england.peak_per_second == 40


@pytest.mark.parametrize("scale", [0.0001, 4.0])
def test_a_size_that_says_nothing_or_fits_no_machine_is_refused(scale: float) -> None:
    with pytest.raises(SimulationTooLarge):
        ENGLAND_2020.scaled(scale)


def test_an_unknown_surge_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ScenarioUnknown, match="england-2020"):
        scenario("atlantis")


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_everybody_arrives_within_the_documented_days(name: str) -> None:
    surge = scenario(name).scaled(0.01)
    came = arrivals(surge, seed=1)
    assert len(came) == surge.signed_up
    assert (np.diff(came) >= 0).all()
    assert came[0] >= 0
    assert came[-1] <= len(surge.arrival_shares) * DAY_S


def test_the_busiest_second_is_the_documented_peak(england: Scenario) -> None:
    _, counts = np.unique(np.floor(arrivals(england, seed=1)), return_counts=True)
    assert 40 <= counts.max() <= 42


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_there_are_exactly_as_many_tasks_as_documented_on_the_days_that_are_left(name: str) -> None:
    surge = scenario(name).scaled(0.01)
    asked = tasks(surge, towns_of(surge, seed=1), seed=1)
    assert asked.seats.sum() == surge.tasks
    assert asked.seats.min() >= 1
    assert asked.seats.max() <= surge.seats
    assert asked.day.min() >= surge.first_work_day
    assert asked.day.max() < surge.days
    assert (np.diff(asked.day) >= 0).all()
    assert (asked.day - asked.notice_days >= 0).all()


def test_a_daily_roster_needs_as_many_on_every_day() -> None:
    surge = scenario("health-emergency-2022").scaled(0.01)
    asked = tasks(surge, towns_of(surge, seed=1), seed=1)
    daily = np.bincount(asked.day, asked.seats)[surge.first_work_day :]
    assert daily.max() - daily.min() < 0.01 * daily.mean()


def test_what_is_asked_for_in_the_morning_is_needed_in_the_afternoon(england: Scenario) -> None:
    asked = tasks(england, towns_of(england, seed=1), seed=1)
    urgent = asked.notice_days == 0
    assert 0.05 < urgent.mean() < 0.2
    assert asked.starts_h[urgent].min() >= 12


def test_fewer_towns_are_real_towns_of_the_region_in_all_sizes(england: Scenario) -> None:
    some = towns_of(england, seed=1)
    whole = towns_of(ENGLAND_2020, seed=1)
    assert 20 <= len(some.towns) <= 26 < len(whole.towns)
    assert {town.region_code for town in some.towns} == {"ENG"}
    assert set(some.towns) <= set(whole.towns)
    assert some.towns[0].population > 10 * some.towns[-1].population


def test_one_seed_gives_one_surge_and_another_seed_another(england: Scenario) -> None:
    country = towns_of(england, seed=1)
    one, same, other = (tasks(england, country, seed) for seed in (1, 1, 2))
    assert one.lat.tobytes() == same.lat.tobytes() != other.lat.tobytes()
    assert folk(england, 1).confirm_s.tobytes() == folk(england, 1).confirm_s.tobytes()


@pytest.mark.parametrize("offer", range(len(OFFERS)))
def test_hours_offered_lie_between_the_day_after_signing_up_and_the_end(
    england: Scenario, offer: int
) -> None:
    spans = free_days(england, offer, first_day=3)
    assert spans
    assert spans[0][0] >= 3 * 24
    assert spans[-1][1] <= (england.days + 1) * 24
    assert all(0 < end - start <= 24 for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
