"""Places: the tree, its paths, what an import may and may not do to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from dure.kernel.refusals import BadInput
from dure.movement.places import actions, reads
from dure.movement.places.errors import AreaMoved, AreaUnknown, RegionUnknown
from dure.movement.places.models import Area
from dure.movement.places.types import AreaFacts, CountryRow, RegionRow, TownRow

pytestmark = pytest.mark.django_db

KOREA = CountryRow(code="KR", name="South Korea", name_local="대한민국", population=51_000_000)
REGIONS = (RegionRow("11", "Seoul", "서울"), RegionRow("16", "South Jeolla", "전남"))
SEOUL = TownRow("1835848", "Seoul", "서울", "11", "", 37.566, 126.978, 10_349_312)
HAENAM = TownRow("1844788", "Haenam", "해남", "16", "", 34.571, 126.599, 23_000)
MOKPO = TownRow("1841066", "Mokpo", "목포", "16", "", 34.794, 126.389, 268_000)
TOWNS = (SEOUL, HAENAM, MOKPO)


def add(**changes: object) -> AreaFacts:
    given = {"country": KOREA, "regions": REGIONS, "towns": TOWNS} | changes
    return actions.add_country(**given)  # type: ignore[arg-type]  # a table of one argument changed at a time


def test_a_country_stands_with_its_regions_and_towns() -> None:
    korea = add()

    assert (korea.kind, korea.path, korea.parent_id, korea.population) == (
        "country",
        "/KR/",
        None,
        51_000_000,
    )
    assert [area.name for area in reads.children(korea.id)] == ["Seoul", "South Jeolla"]
    jeolla = reads.by_code("KR.16")
    assert (jeolla.path, jeolla.population) == ("/KR/16/", 291_000)
    assert [town.name for town in reads.children(jeolla.id)] == ["Mokpo", "Haenam"]
    haenam = reads.by_path("/KR/16/1844788/")
    assert haenam == reads.area(haenam.id) == reads.by_code("1844788")
    assert (haenam.lat, haenam.lon, haenam.parent_id) == (34.571, 126.599, jeolla.id)


def test_a_region_stands_at_the_middle_of_its_people() -> None:
    add()

    jeolla = reads.by_code("KR.16")

    assert jeolla.lat == pytest.approx((34.571 * 23 + 34.794 * 268) / 291, abs=0.001)
    assert jeolla.lon == pytest.approx((126.599 * 23 + 126.389 * 268) / 291, abs=0.001)


def test_islands_on_both_sides_of_the_date_line_have_their_middle_between_them() -> None:
    suva = TownRow("2198148", "Suva", "", "C", "Central", -18.1, 178.4, 1000)
    east = TownRow("2200000", "East", "", "C", "Central", -18.1, -178.4, 1000)

    fiji = add(country=CountryRow("FJ", "Fiji"), regions=(), towns=(suva, east))

    assert abs(fiji.lon) == pytest.approx(180)
    assert fiji.population == 2000


def test_adding_the_same_country_again_changes_nothing() -> None:
    add()
    before = list(Area.objects.order_by("pk").values())

    add()

    assert list(Area.objects.order_by("pk").values()) == before


def test_new_figures_and_new_towns_are_taken_up_and_missing_towns_stay() -> None:
    add()
    haenam = reads.by_code("1844788")
    naju = TownRow("1840982", "Naju", "나주", "16", "", 35.03, 126.72, 100_000)

    add(towns=(replace(HAENAM, population=25_000), naju, SEOUL))

    assert reads.area(haenam.id) == replace(haenam, population=25_000)
    assert [town.name for town in reads.towns_under("/KR/16/")] == ["Mokpo", "Naju", "Haenam"]


def test_a_town_is_not_moved_by_importing_it_elsewhere() -> None:
    add()
    before = list(Area.objects.order_by("pk").values())

    with pytest.raises(AreaMoved) as no:
        add(towns=(SEOUL, MOKPO, replace(HAENAM, region_code="11", population=1)))

    assert no.value.facts == {"code": "1844788", "path": "/KR/16/1844788/", "wanted": "/KR/11/1844788/"}
    assert list(Area.objects.order_by("pk").values()) == before


def test_a_town_of_another_country_is_not_taken_over() -> None:
    add()

    with pytest.raises(AreaMoved):
        add(country=CountryRow("GB", "Great Britain"))

    assert not Area.objects.filter(code="GB").exists()


def test_a_region_that_is_not_given_is_made_from_the_town_that_names_it() -> None:
    add(regions=REGIONS[:1], towns=(SEOUL, replace(HAENAM, region_name="Jeollanam-do")))

    assert reads.by_code("KR.16").name == "Jeollanam-do"


def test_a_region_that_has_no_name_is_refused() -> None:
    with pytest.raises(RegionUnknown) as no:
        add(regions=REGIONS[:1])

    assert no.value.facts == {"town": "Haenam", "region_code": "16"}
    assert Area.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"country": replace(KOREA, code="K/R")}, "country code"),
        ({"country": replace(KOREA, code="")}, "country code"),
        ({"country": replace(KOREA, code="KOREA-SOUTH")}, "country code"),
        ({"country": replace(KOREA, name=" ")}, "name of country KR"),
        ({"regions": (RegionRow("1.1", "Seoul"),)}, "region code"),
        ({"regions": (RegionRow("11", ""),)}, "name of region 11"),
        ({"towns": ()}, "towns of KR"),
        ({"towns": (SEOUL, SEOUL)}, "town code"),
        ({"towns": (replace(SEOUL, code="서울"),)}, "town code"),
        ({"towns": (replace(SEOUL, name="x" * 121),)}, "name of town 1835848"),
        ({"towns": (replace(SEOUL, lat=90.001),)}, "coordinates of town 1835848"),
        ({"towns": (replace(SEOUL, lon=-180.5),)}, "coordinates of town 1835848"),
        ({"towns": (replace(SEOUL, lat=float("nan")),)}, "coordinates of town 1835848"),
        ({"towns": (replace(SEOUL, population=-1),)}, "population of town 1835848"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(changes: dict[str, object], where: str) -> None:
    with pytest.raises(BadInput) as no:
        add(**changes)

    assert no.value.facts["where"] == where
    assert Area.objects.count() == 0


def test_everything_below_a_path_and_nothing_beside_it_is_found() -> None:
    add()
    add(
        country=CountryRow("KR1", "Elsewhere"),
        regions=(),
        towns=(TownRow("9", "Nine", "", "1", "One", 1, 1, 1),),
    )
    lower = TownRow("10", "Ten", "", "1", "One", 1, 1, 1)
    add(country=CountryRow("kr", "Lower case"), regions=(), towns=(lower,))

    assert [town.name for town in reads.towns_under("/KR/")] == ["Seoul", "Mokpo", "Haenam"]
    assert [town.name for town in reads.towns_under("/KR/16/1844788/")] == ["Haenam"]
    assert reads.towns_under("/XX/") == []
    assert {area.path for area in reads.areas(reads.ids_under("/KR/16/")).values()} == {
        "/KR/16/",
        "/KR/16/1844788/",
        "/KR/16/1841066/",
    }
    assert [country.code for country in reads.countries()] == ["KR1", "kr", "KR"]


def test_ancestors_come_from_the_country_down() -> None:
    add()

    assert [area.path for area in reads.ancestors("/KR/16/1844788/")] == ["/KR/", "/KR/16/"]
    assert reads.ancestors("/KR/") == []


def test_unknown_places_are_refused_one_by_one_and_left_out_of_many() -> None:
    korea = add()

    asks: tuple[Callable[[], AreaFacts], ...] = (
        lambda: reads.area(korea.id + 999),
        lambda: reads.by_code("XX"),
        lambda: reads.by_path("/XX/"),
    )
    for ask in asks:
        with pytest.raises(AreaUnknown):
            ask()
    assert reads.areas([korea.id, korea.id + 999]) == {korea.id: korea}


def test_the_database_itself_refuses_a_place_off_the_earth() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(kind="country", code="X", name="X", path="/X/", lat=91, lon=0)


def test_a_country_takes_a_fixed_number_of_queries(django_assert_max_num_queries: object) -> None:
    many = [replace(HAENAM, code=str(k), name=f"Town {k}") for k in range(60)]

    with django_assert_max_num_queries(12):  # type: ignore[operator]  # pytest-django gives its fixture no type
        add(towns=(SEOUL, *many))
