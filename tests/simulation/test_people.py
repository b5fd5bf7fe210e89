"""Synthetic people: in proportion to the towns, in bounds, the same for the same seed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dure.simulation.customs import CountryCode, day_start_minutes
from dure.simulation.errors import SimulationTooLarge
from dure.simulation.people import TRAVEL_LIMITS_M, SyntheticPeople, people
from dure.simulation.towns import country
from dure.simulation.vocabulary import ADULT_SKILLS, CAUSES, LANGUAGES, SKILLS, skill

DAY = date(2026, 10, 10)
COUNT = 20_000


def everything(crowd: SyntheticPeople) -> bytes:
    """All columns as bytes."""
    columns = []
    for value in vars(crowd).values():
        parts = vars(value).values() if hasattr(value, "row") else [value]
        columns += [part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode() for part in parts]
    return b"|".join(columns)


@pytest.fixture(scope="module", params=["KR", "GB", "KE"])
def code(request: pytest.FixtureRequest) -> CountryCode:
    chosen: CountryCode = request.param
    return chosen


@pytest.fixture(scope="module")
def crowd(code: CountryCode) -> SyntheticPeople:
    return people(country(code), COUNT, seed=7, day=DAY)


def test_equal_seeds_give_equal_bytes_and_others_do_not(code: CountryCode, crowd: SyntheticPeople) -> None:
    assert everything(people(country(code), COUNT, seed=7, day=DAY)) == everything(crowd)
    assert everything(people(country(code), COUNT, seed=8, day=DAY)) != everything(crowd)


def test_towns_send_people_in_proportion_to_their_population(
    code: CountryCode, crowd: SyntheticPeople
) -> None:
    population = np.array([town.population for town in country(code).towns])
    expected = population / population.sum() * COUNT
    found = np.bincount(crowd.town, minlength=len(population))
    assert (np.abs(found - expected) <= 5 * np.sqrt(expected) + 1).all()


def test_homes_lie_in_the_country_near_their_town_on_a_coarse_grid(
    code: CountryCode, crowd: SyntheticPeople
) -> None:
    land = country(code)
    south, west, north, east = land.customs.box
    assert ((south <= crowd.home_lat) & (crowd.home_lat <= north)).all()
    assert ((west <= crowd.home_lon) & (crowd.home_lon <= east)).all()
    assert (np.round(crowd.home_lat, 2) == crowd.home_lat).all()
    centre = np.array([town.lat for town in land.towns])[crowd.town]
    assert np.abs(crowd.home_lat - centre).max() < 0.3


def test_minors_are_few_and_have_no_licences(crowd: SyntheticPeople) -> None:
    age = DAY.year - crowd.birth_year
    minor = age < 18
    assert age.min() >= 15
    assert age.max() <= 80
    assert 0.03 < ((age == 16) | (age == 17)).mean() < 0.05
    assert 0.8 < crowd.guardian_agreed[minor].mean() < 0.97
    assert not crowd.guardian_agreed[~minor].any()
    assert not crowd.cleared[minor].any()
    adult_only = [skill(name) for name in ADULT_SKILLS]
    assert not np.isin(crowd.skills.code[minor[crowd.skills.row]], adult_only).any()


def test_free_spans_stay_between_six_and_twenty_two_local(code: CountryCode, crowd: SyntheticPeople) -> None:
    midnight = day_start_minutes(code, DAY)
    assert crowd.free.starts_min.min() == midnight + 6 * 60
    assert crowd.free.ends_min.max() == midnight + 22 * 60
    assert (crowd.free.starts_min < crowd.free.ends_min).all()
    same = crowd.free.row[1:] == crowd.free.row[:-1]
    assert (np.diff(crowd.free.row) >= 0).all()
    assert (crowd.free.ends_min[:-1][same] < crowd.free.starts_min[1:][same]).all()


def test_a_few_have_no_time_no_cover_or_no_briefing(crowd: SyntheticPeople) -> None:
    busy = COUNT - len(np.unique(crowd.free.row))
    assert 0.02 < busy / COUNT < 0.04
    for fact in (crowd.covered, crowd.briefed):
        assert 0.01 < (~fact).mean() < 0.05


def test_codes_stay_inside_the_vocabulary(crowd: SyntheticPeople) -> None:
    for pairs, words in (
        (crowd.skills, SKILLS),
        (crowd.languages, LANGUAGES),
        (crowd.causes_refused, CAUSES),
        (crowd.causes_preferred, CAUSES),
    ):
        assert pairs.code.min() >= 0
        assert pairs.code.max() < len(words)
        assert (np.diff(pairs.row.astype(np.int64) * len(words) + pairs.code) > 0).all()
    assert set(np.unique(crowd.travel_limit_m)) == set(TRAVEL_LIMITS_M)
    assert set(np.unique(crowd.physical_max)) == {0, 1, 2, 3}


def test_nobody_prefers_what_they_refuse_and_everyone_speaks(crowd: SyntheticPeople) -> None:
    refused = crowd.causes_refused.table(COUNT, len(CAUSES))
    assert not (refused & crowd.causes_preferred.table(COUNT, len(CAUSES))).any()
    assert crowd.languages.table(COUNT, len(LANGUAGES)).any(axis=1).all()


def test_households_share_a_home_and_a_travel_limit(crowd: SyntheticPeople) -> None:
    members = np.flatnonzero(crowd.group >= 0)
    sizes = np.bincount(crowd.group[members])
    assert set(np.unique(sizes)) == {2, 3, 4}
    assert 0.05 < len(members) / COUNT < 0.12
    facts = np.column_stack(
        [crowd.group, crowd.home_lat, crowd.home_lon, crowd.travel_limit_m, crowd.town],
    )[members]
    assert len(np.unique(facts, axis=0)) == len(sizes)


def test_names_cannot_be_taken_for_real_ones() -> None:
    crowd = people(country("KR"), 3, seed=1, day=DAY)
    assert crowd.display_name(2).endswith(" S-00002")


@pytest.mark.parametrize("count", [0, -1, 2_500_001])
def test_an_impossible_number_of_people_is_refused(count: int) -> None:
    with pytest.raises(SimulationTooLarge):
        people(country("KR"), count, seed=1, day=DAY)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_handful_of_people_is_enough(count: int) -> None:
    assert len(people(country("KE"), count, seed=1, day=DAY).town) == count
