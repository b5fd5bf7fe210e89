"""The valley of the matching tests, empty of people and posts."""

from __future__ import annotations

import pytest

from dure.movement.matching import actions as matching
from dure.movement.people import actions as people
from tests.movement.matching.farm import BRIEFED, INSURED, Farm, at, settle_valley
from tests.operations.crew_phone import placement


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()


@pytest.fixture
def crowd(farm: Farm) -> Farm:
    """Everybody who can sign up: ready, lacking something, from elsewhere, not to be matched any more."""
    farm.cast("Minji", "Bora")
    farm.person("Uncovered", credentials=(BRIEFED,))
    farm.person("Unbriefed", credentials=(INSURED,))
    farm.person("Nothing", credentials=())
    farm.person("Child", birth_year=2009, guardian_email="parent@people.example")
    farm.person("Busy", free_spans=())
    farm.person("Far", area_id=farm.areas["Fukuoka"])
    farm.person("Unmatched")
    people.withdraw_consent(
        actor=farm.me("Unmatched"), person_id=farm.people["Unmatched"], purpose="matching", now=at(1)
    )
    return farm


@pytest.fixture
def crew(farm: Farm) -> Farm:
    """Minji, Bora and Chul said yes to the three seats of the pears, 8 to 16; Chul gave his back."""
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    farm.match()
    for name in farm.people:
        farm.accept(name)
    matching.withdraw(actor=farm.me("Chul"), placement_id=placement(farm, "Chul"), now=at(6))
    return farm
