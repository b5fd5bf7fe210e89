"""A guardian's no counts at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.base.access import Actor
from dure.kernel.refusals import NotFound
from dure.movement.matching import reads as matching
from dure.movement.needs import reads as needs
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from dure.operations.guardians import withdraw_consent
from tests.movement.matching.farm import DAY, INSURED, Farm, at

CLEARED = replace(INSURED, kind="clearance", code="children")


@pytest.fixture
def placed(farm: Farm) -> Farm:
    """Eunho is 15, and placed beside two adults with a clearance, as the guardian agreed."""
    adults = {"credentials": (*farm.new_person("any").credentials, CLEARED)}
    farm.cast("Minji", "Bora", **adults)
    eunho = farm.person("Eunho", birth_year=2010, guardian_email="parent@people.example")
    people.guardian_agrees(actor=guardian(farm), person_id=eunho, now=at(1))
    farm.post(seats=3)
    farm.match()
    for name in farm.people:
        farm.accept(name)
    return farm


def guardian(farm: Farm) -> Actor:
    return Actor(guardian_of=farm.people["Eunho"])


def crew(farm: Farm) -> dict[str, tuple[bool, bool]]:
    seen = matching.crew(farm.captain(), farm.teams["Pickers"], DAY)
    return {one.given_name: (one.under_18, one.guardian_agreed) for one in seen}


def test_taking_it_back_gives_the_seat_back(placed: Farm) -> None:
    assert crew(placed)["Eunho"] == (True, True)

    assert withdraw_consent(actor=guardian(placed), person_id=placed.people["Eunho"], now=at(5)) == 1

    assert set(crew(placed)) == {"Minji", "Bora"}
    assert needs.post(placed.posts["Pick pears"]).seats_taken == 2
    assert people_reads.agreed_for(placed.people.values()) == frozenset()


def test_nobody_else_takes_it_back(placed: Farm) -> None:
    for visitor in (placed.me("Eunho"), placed.captain(), Actor(guardian_of=placed.people["Bora"])):
        with pytest.raises(NotFound):
            withdraw_consent(actor=visitor, person_id=placed.people["Eunho"], now=at(5))

    assert crew(placed)["Eunho"] == (True, True)


def test_the_captain_reads_of_an_agreement_only_where_there_is_one(placed: Farm) -> None:
    people.guardian_withdraws(actor=guardian(placed), person_id=placed.people["Eunho"])

    assert crew(placed) == {"Minji": (False, False), "Bora": (False, False), "Eunho": (True, False)}
