"""Real towns: enough of them, each once, each inside its country and its region."""

from __future__ import annotations

from datetime import date

import pytest

from dure.simulation.customs import CountryCode, day_start_minutes, utc_offset_minutes
from dure.simulation.errors import CountryUnknown
from dure.simulation.towns import POPULATION_MIN, country

COUNTRIES: tuple[CountryCode, ...] = ("KR", "GB", "KE")


@pytest.mark.parametrize("code", COUNTRIES)
def test_a_country_has_one_to_three_hundred_towns_in_its_box_and_regions(code: CountryCode) -> None:
    land = country(code)
    south, west, north, east = land.customs.box
    assert 100 <= len(land.towns) <= 300
    assert {town.region_code for town in land.towns} == {region.code for region in land.regions}
    for town in land.towns:
        assert south < town.lat < north, town
        assert west < town.lon < east, town
        assert town.population >= POPULATION_MIN[code]
    assert len({town.geoname_id for town in land.towns}) == len(land.towns)
    assert len({town.name for town in land.towns}) == len(land.towns)


@pytest.mark.parametrize("code", COUNTRIES)
def test_towns_hold_no_more_people_than_their_country(code: CountryCode) -> None:
    land = country(code)
    assert 0.2 * land.population < sum(town.population for town in land.towns) < land.population


@pytest.mark.parametrize("code", COUNTRIES)
def test_towns_come_largest_first(code: CountryCode) -> None:
    order = [(-town.population, town.geoname_id) for town in country(code).towns]
    assert order == sorted(order)


def test_districts_are_not_counted_beside_their_city() -> None:
    london = {town.name for town in country("GB").towns}
    assert "London" in london
    assert not london & {"Islington", "Croydon", "Brixton", "City of Westminster", "Salford"}
    assert not {"Ido-dong", "Siheungdong", "Masan"} & {town.name for town in country("KR").towns}


def test_towns_that_only_sound_like_wards_stay() -> None:
    assert {"Andong", "Yeongdong", "Hadong", "Bucheon"} <= {town.name for town in country("KR").towns}


@pytest.mark.parametrize(
    ("name", "name_ko"),
    [
        ("Seoul", "서울"),
        ("Yesan", "예산"),
        ("Samcheok", "삼척"),
        ("Changwon", "창원"),
        ("Gwangju (Gyeonggi)", "광주 (경기)"),
    ],
)
def test_korean_towns_carry_todays_names_in_both_scripts(name: str, name_ko: str) -> None:
    assert name_ko in {town.name_ko for town in country("KR").towns if town.name == name}


def test_every_korean_town_has_a_korean_name() -> None:
    assert [town.name for town in country("KR").towns if not town.name_ko] == []


@pytest.mark.parametrize("code", ["FR", "kr", ""])
def test_another_country_is_refused_with_what_is_possible(code: str) -> None:
    with pytest.raises(CountryUnknown, match="KR, GB, KE") as refusal:
        country(code)
    assert refusal.value.code == "country_unknown"


@pytest.mark.parametrize(
    ("code", "day", "minutes"),
    [
        ("KR", date(2026, 7, 1), 540),
        ("KE", date(2026, 1, 1), 180),
        ("GB", date(2026, 3, 28), 0),
        ("GB", date(2026, 3, 29), 60),
        ("GB", date(2026, 10, 24), 60),
        ("GB", date(2026, 10, 25), 0),
        # A Sunday on the 31st is the last one.
        ("GB", date(2024, 3, 30), 0),
        ("GB", date(2024, 3, 31), 60),
    ],
)
def test_local_time_follows_the_countrys_clock(code: CountryCode, day: date, minutes: int) -> None:
    assert utc_offset_minutes(code, day) == minutes


def test_a_korean_day_starts_at_three_in_the_afternoon_before_in_utc() -> None:
    assert day_start_minutes("KR", date(1970, 1, 2)) == 15 * 60
