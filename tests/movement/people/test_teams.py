"""Teams: formed once, named once in their area."""

from __future__ import annotations

import pytest

from dure.kernel.refusals import BadInput, NotFound, Refusal
from dure.movement.people import actions, reads
from dure.movement.people.errors import TeamKeyReused, TeamNameTaken
from dure.movement.people.models import Team
from dure.movement.people.types import NewTeam, TeamFacts
from dure.movement.places.errors import AreaUnknown
from dure.movement.places.types import AreaFacts
from tests.movement.people.cast import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fields(haenam: AreaFacts) -> TeamFacts:
    return actions.form_team(key=key_of("fields"), name="Fields", area_id=haenam.id, kind="harvest")


def test_a_team_stands_in_its_area(fields: TeamFacts, haenam: AreaFacts) -> None:
    assert fields == TeamFacts(fields.id, "Fields", haenam.id, "/KR/16/1844788/", "harvest", "Haenam", "해남")
    assert reads.team(fields.id) == fields


def test_forming_twice_is_one_team(fields: TeamFacts, haenam: AreaFacts) -> None:
    row = NewTeam(key_of("fields"), "Fields", haenam.id, "harvest")

    assert actions.form_teams(rows=[row, row]) == [fields, fields]
    assert Team.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": "Kitchen"}, TeamKeyReused),
        ({"kind": "kitchen"}, TeamKeyReused),
        ({"key": key_of("others")}, TeamNameTaken),
        ({"key": key_of("others"), "name": ""}, BadInput),
        ({"key": key_of("others"), "name": "x" * 121}, BadInput),
        ({"key": key_of("others"), "kind": " "}, BadInput),
        ({"key": key_of("others"), "area_id": 10**9}, AreaUnknown),
    ],
)
def test_a_team_that_does_not_fit_is_refused_and_nothing_is_formed(
    fields: TeamFacts, haenam: AreaFacts, change: dict[str, object], refusal: type[Refusal]
) -> None:
    facts = {"key": key_of("fields"), "name": "Fields", "area_id": haenam.id, "kind": "harvest"} | change
    good = NewTeam(key_of("kitchen"), "Kitchen", haenam.id, "kitchen")

    with pytest.raises(refusal):
        actions.form_teams(rows=[good, NewTeam(**facts)])  # type: ignore[arg-type]  # a table of facts

    assert reads.teams_under("/KR/") == [fields]


def test_the_same_name_may_stand_in_another_area(fields: TeamFacts, seoul: AreaFacts) -> None:
    other = actions.form_team(key=key_of("other"), name="Fields", area_id=seoul.id, kind="harvest")

    assert reads.teams_under("/KR/11/") == [other]
    assert reads.teams([fields.id, other.id, other.id + 999]) == {fields.id: fields, other.id: other}


def test_an_unknown_team_is_not_found(fields: TeamFacts) -> None:
    with pytest.raises(NotFound):
        reads.team(fields.id + 999)
