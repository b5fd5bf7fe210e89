"""The cast: Minji, who is grown up, and Bora, who is 16, in Haenam; Chul in Seoul."""

from __future__ import annotations

import pytest

from dure.movement.people import actions
from dure.movement.people.types import PURPOSES, NewPerson
from dure.movement.places import actions as places
from dure.movement.places import reads as place_reads
from dure.movement.places.types import AreaFacts, CountryRow, RegionRow, TownRow
from tests.movement.people.cast import MORNING, NOW, Enrol, New, key_of


@pytest.fixture
def korea() -> AreaFacts:
    regions = (RegionRow("11", "Seoul"), RegionRow("16", "South Jeolla"))
    towns = (
        TownRow("1835848", "Seoul", "서울", "11", "", 37.566, 126.978, 10_349_312),
        TownRow("1844788", "Haenam", "해남", "16", "", 34.571, 126.599, 23_000),
    )
    return places.add_country(country=CountryRow("KR", "South Korea"), regions=regions, towns=towns)


@pytest.fixture
def haenam(korea: AreaFacts) -> AreaFacts:
    return place_reads.by_code("1844788")


@pytest.fixture
def seoul(korea: AreaFacts) -> AreaFacts:
    return place_reads.by_code("1835848")


@pytest.fixture
def new(haenam: AreaFacts) -> New:
    """A registration as it comes in; ``new("minji", birth_year=1990)`` changes what it is told to."""

    def make(name: str = "minji", **changes: object) -> NewPerson:
        facts: dict[str, object] = {
            "key": key_of(name),
            "given_name": name.capitalize(),
            "birth_year": 1990,
            "area_id": haenam.id,
            "home_lat": 34.5712,
            "home_lon": 126.5989,
            "travel_limit_m": 15_000,
            "email": f"{name}@people.example",
            "consents": PURPOSES,
            "wording": "2026-1",
            "languages": ("ko", "en"),
            "refuses": ("office",),
            "prefers": ("harvest", "kitchen"),
            "free_spans": (MORNING,),
        }
        return NewPerson(**(facts | changes))  # type: ignore[arg-type]  # a table of facts, some changed

    return make


@pytest.fixture
def enrol(new: New) -> Enrol:
    """Registers by import and gives the id."""

    def register(name: str = "minji", **changes: object) -> int:
        done = actions.register_many(rows=[new(name, **changes)], now=NOW)
        assert done.refused == ()
        assert done.ids[0] is not None
        return done.ids[0]

    return register


@pytest.fixture
def minji(enrol: Enrol) -> int:
    return enrol("minji")


@pytest.fixture
def bora(enrol: Enrol) -> int:
    """Born in 2009: 16 or 17 in September 2026, so 16."""
    return enrol("bora", birth_year=2009, guardian_email="mother.of.bora@people.example")
