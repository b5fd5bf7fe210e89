"""Places of an own list: any country, formed regions, the same list again, a code used twice, taking back."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from dure.movement.people import teams
from dure.movement.people.types import NewTeam
from dure.movement.places import actions, own_places, reads
from dure.movement.places.errors import TownReused, TownStands
from dure.movement.places.types import CountryRow, OwnTown, RegionRow, TownRow

pytestmark = pytest.mark.django_db

EVORA = OwnTown("PT", "Portugal", "Alentejo", "0705", "Évora", "", 38.5714, -7.9135, 53_591)
BEJA = OwnTown("PT", "Portugal", "alentejo", "0205", "Beja", "", 38.0151, -7.8632, 33_401)
FARO = OwnTown("PT", "Portugal", "Algarve", "", "Faro", "", 37.0194, -7.9322, 64_560)


def test_a_list_forms_its_country_and_regions_in_the_middle_of_their_people() -> None:
    done = own_places.add_towns(towns=[EVORA, BEJA, FARO])

    assert (len(done.new_ids), done.known, done.refused) == (3, 0, {})
    portugal = reads.by_code("PT")
    assert (portugal.kind, portugal.name, portugal.population) == ("country", "Portugal", 151_552)
    assert [one.name for one in reads.children(portugal.id)] == ["Alentejo", "Algarve"]
    evora = reads.by_code("PT-0705")
    assert evora.path == "/PT/alentejo/PT-0705/"
    alentejo = reads.by_path("/PT/alentejo/")
    assert alentejo.population == 86_992
    assert 38.0151 < alentejo.lat < 38.5714


def test_the_same_list_again_refreshes_figures_alone() -> None:
    own_places.add_towns(towns=[EVORA, FARO])

    again = own_places.add_towns(towns=[replace(EVORA, population=60_000), FARO, FARO])

    assert (again.new_ids, again.known, again.refused) == ((), 3, {})
    assert reads.by_code("PT-0705").population == 60_000
    assert reads.by_code("PT").population == 124_560


def test_a_code_is_of_one_town_for_good_and_the_other_rows_come_in() -> None:
    own_places.add_towns(towns=[EVORA])

    done = own_places.add_towns(towns=[replace(FARO, code="0705"), BEJA, replace(FARO, code="0205")])

    assert {at: type(no) for at, no in done.refused.items()} == {0: TownReused, 2: TownReused}
    assert [one.name for one in reads.towns_under("/PT/")] == ["Évora", "Beja"]
    # What nothing came into was not formed.
    assert [one.name for one in reads.children(reads.by_code("PT").id)] == ["Alentejo"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"country": "P/T"}, "country"),
        ({"code": "07.05"}, "code"),
        ({"name": " "}, "name"),
        ({"region": "x" * 121}, "region"),
        ({"lat": float("nan")}, "lat"),
        ({"lon": 200.0}, "lat"),
    ],
)
def test_what_cannot_be_used_leaves_nothing_behind(changes: dict[str, object], where: str) -> None:
    done = own_places.add_towns(towns=[replace(EVORA, **changes)])  # type: ignore[arg-type]  # one field at a time

    assert done.refused[0].facts["where"] == where
    assert reads.countries() == []


def test_villages_stand_beside_the_towns_of_a_country_that_is_there() -> None:
    actions.add_country(
        country=CountryRow("KR", "South Korea", population=51_000_000),
        regions=[RegionRow("16", "Jeonnam", "전남")],
        towns=[TownRow("1844788", "Haenam", "해남", "16", "", 34.571, 126.599, 23_000)],
    )
    village = OwnTown("KR", "South Korea", "전남", "46820", "Songji", "송지", 34.37, 126.49, 6_000)

    done = own_places.add_towns(towns=[village, replace(village, code="9", name="haenam")])

    assert {at: type(no) for at, no in done.refused.items()} == {1: TownStands}
    assert reads.by_code("KR-46820").path == "/KR/16/KR-46820/"
    korea = reads.by_code("KR")
    assert korea.population == 51_000_000
    assert [one.code for one in reads.children(korea.id)] == ["KR.16"]


def test_a_list_goes_again_but_for_places_that_something_stands_on() -> None:
    done = own_places.add_towns(towns=[EVORA, BEJA, FARO])
    evora = reads.by_code("PT-0705")
    teams.form_teams(rows=[NewTeam(key=uuid4(), name="Cork", area_id=evora.id, kind="harvest")])

    assert own_places.take_back(done.new_ids) == 2

    assert [one.name for one in reads.towns_under("/PT/")] == ["Évora"]
    assert [one.name for one in reads.children(reads.by_code("PT").id)] == ["Alentejo"]
    assert reads.by_code("PT").population == 53_591


def test_a_list_that_nothing_stands_on_goes_with_its_country() -> None:
    done = own_places.add_towns(towns=[EVORA, FARO])

    assert own_places.take_back(done.new_ids) == 2
    assert reads.countries() == []
