"""Who is imported as having answered a call stands in its campaign's line and hears a dated answer (P1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from dure.base.access import SYSTEM, Actor
from dure.base.models import OutboxMessage
from dure.kernel.refusals import NotFound
from dure.movement.calls import actions as calls
from dure.movement.calls import reads as calls_reads
from dure.movement.calls.appeals import close_appeal
from dure.movement.calls.errors import AppealOver
from dure.movement.calls.models import SignUp
from dure.movement.people.models import Person
from dure.operations import answers
from dure.operations.guardians import withdraw_consent
from dure.operations.imports.people import import_people
from tests.movement.matching.farm import DAY, Farm, at, settle_valley
from tests.operations.imports.test_people_columns import row_by_row

# Chul's row is odd (a phone with letters) and goes one by one; Dami's is wrong.
ROWS = """id,given_name,birth_year,town,email,phone,consent
1,Minji,1990,Naju,minji@people.example,,yes
2,Bora,1991,Naju,bora@people.example,,yes
3,Chul,1989,Naju,chul@people.example,010-2345-6789,yes
4,Dami,1850,Naju,dami@people.example,,yes
"""


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()


def imported(path: Path, call: str = "list") -> tuple[int, int]:
    done = import_people(path=path, now=at(9), call=call)
    return done.new, done.known


@pytest.fixture
def people(farm: Farm, tmp_path: Path) -> Path:
    campaign_id, path = farm.campaign.id, tmp_path / "people.csv"
    calls.open_appeal(
        actor=SYSTEM, campaign_id=campaign_id, code="list", title="Pears", text="Come.", now=at(8)
    )
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.mark.parametrize("is_quick", [True, False])
def test_the_imported_stand_in_line_once_and_are_answered(farm: Farm, people: Path, is_quick: bool) -> None:
    if is_quick:
        assert imported(people) == (3, 0)
        with row_by_row():
            assert imported(people) == (0, 3)
    else:
        with row_by_row():
            assert imported(people) == (3, 0)
        assert imported(people) == (0, 3)

    assert SignUp.objects.filter(appeal__code="list").count() == 3
    answers.refresh(campaign_id=farm.campaign.id, day=DAY, now=at(9))
    told = {
        pk: calls_reads.answer_for(SYSTEM, pk, farm.campaign.id)
        for pk in Person.objects.filter(given_name__in=("Minji", "Bora", "Chul")).values_list("pk", flat=True)
    }
    assert len(told) == 3
    assert all(one is not None and one.answer.by_date >= DAY for one in told.values())


def test_who_was_imported_without_a_call_answers_it_by_the_same_file(farm: Farm, people: Path) -> None:
    assert imported(people, call="") == (3, 0)
    assert SignUp.objects.count() == 0

    assert imported(people) == (0, 3)

    assert SignUp.objects.filter(appeal__code="list").count() == 3


def test_the_guardian_of_somebody_young_is_asked_once(farm: Farm, people: Path) -> None:
    people.write_text(
        "id,given_name,birth_year,town,email,guardian_email,consent\n"
        "1,Eunho,2010,Naju,eunho@people.example,parent@people.example,yes\n"
        "2,Bora,1991,Naju,bora@people.example,,yes\n",
        encoding="utf-8",
    )

    assert imported(people) == (2, 0)
    assert imported(people) == (0, 2)

    eunho = Person.objects.get(given_name="Eunho").pk
    asked = OutboxMessage.objects.filter(kind="guardian_request")
    assert list(asked.values_list("person_id", flat=True)) == [eunho]
    # Who says no is not asked again, however often the file is imported.
    withdraw_consent(actor=Actor(guardian_of=eunho), person_id=eunho, now=at(10))
    assert imported(people) == (0, 2)
    assert not asked.exists()


def test_nothing_is_written_for_a_call_that_takes_no_answers(farm: Farm, people: Path) -> None:
    close_appeal(actor=SYSTEM, code="list", now=at(8))

    with pytest.raises(AppealOver):
        imported(people)
    with pytest.raises(NotFound):
        imported(people, call="none")

    assert Person.objects.count() == 0
