"""Crews, leads and groups from files: asked for in the file's own words, and refused by row and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dure.base.access import SYSTEM
from dure.movement.people import reads as people
from dure.movement.people.models import Person
from dure.operations.imports.needs import import_needs
from dure.operations.imports.people import import_people
from dure.operations.imports.types import Imported
from tests.movement.matching.farm import DAY, Farm, settle_valley

NEEDS = "id,campaign,team,town,title,day,starts,ends,seats,tier,cause,least_crew,lead,people_per_lead\n"


@pytest.fixture
def farm(db: None) -> Farm:
    return settle_valley()


def needs_file(tmp_path: Path, *rows: str) -> Imported:
    path = tmp_path / "needs.csv"
    path.write_text(NEEDS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return import_needs(path=path)


def row(own_id: str, crew: str = "", lead: str = "", ratio: str = "", *, starts: str = "08:00") -> str:
    return f"{own_id},harvest,Clinic,Naju,Post {own_id},{DAY},{starts},16:00,5,1,care,{crew},{lead},{ratio}"


def test_a_post_is_led_by_one_higher_up_and_importing_again_changes_nothing(
    farm: Farm, tmp_path: Path
) -> None:
    rows = (row("nurses", "2"), row("helpers", "3", "nurses", "10"))

    first, again = needs_file(tmp_path, *rows), needs_file(tmp_path, *rows)

    assert (first.new, first.rejected, again.new, again.known) == (2, 0, 0, 2)
    farm.cast("Minji", "Bora", "Chul", "Dami")
    run = farm.match()
    assert run.side is not None
    # Three helpers and a nurse: the nurses' least crew is two, so there is nobody to lead.
    assert sorted(farm.offered().values()).count(min(farm.offered().values())) == 4


@pytest.mark.parametrize(
    ("rows", "column", "said"),
    [
        ((row("a", "6"),), "least_crew", "more than there are seats"),
        ((row("a", "", "", "10"),), "people_per_lead", "no post leads"),
        ((row("a", "", "b"), row("b")), "people_per_lead", "another post leads this one"),
        ((row("a", "", "nobody", "3"),), "lead", "no known post"),
        ((row("a", "", "a", "3"),), "lead", "the post itself"),
        ((row("a", "", "b", "3"), row("b", "", "a", "3")), "lead", "led from here"),
        ((row("a", "many"),), "least_crew", "can't be used"),
    ],
)
def test_what_cannot_be_meant_is_named_by_row_and_column(
    farm: Farm, tmp_path: Path, rows: tuple[str, ...], column: str, said: str
) -> None:
    done = needs_file(tmp_path, *rows)

    assert done.rejected >= 1
    first = done.problems[0]
    assert (first.row, first.column) == (2, column)
    assert said in first.what


def test_people_of_one_word_are_a_group_of_their_file_alone(farm: Farm, tmp_path: Path) -> None:
    def register(name: str, *rows: str) -> None:
        path = tmp_path / name
        header = "id,given_name,birth_year,town,email,consent,group,shifts_max\n"
        path.write_text(header + "".join(f"{one}\n" for one in rows), encoding="utf-8")
        done = import_people(path=path, now=datetime(2026, 9, 20, tzinfo=UTC))
        assert done.rejected == 0

    register(
        "valley.csv",
        "1,Minji,1990,Naju,minji@people.example,yes,family,2",
        "2,Bora,1990,Naju,bora@people.example,yes,Family,",
        "3,Chul,1990,Naju,chul@people.example,yes,,",
    )
    register("coast.csv", "4,Dami,1990,Naju,dami@people.example,yes,family,")

    ids = dict(Person.objects.values_list("given_name", "pk"))
    mine = people.group_of(actor=SYSTEM, person_id=ids["Minji"])
    assert mine is not None
    assert mine.others == ("Bora",)
    assert people.group_of(actor=SYSTEM, person_id=ids["Chul"]) is None
    dami = people.group_of(actor=SYSTEM, person_id=ids["Dami"])
    assert dami is not None
    assert dami.others == ()
    assert people.wishes(ids.values())[ids["Minji"]].shifts_max == 2
