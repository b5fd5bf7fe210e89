"""`dure match again`: the running day, its proof, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching
from dure.movement.matching.models import Offer, Run, RunInput
from dure.movement.matching.stored import packed
from dure.movement.people.models import Person
from tests.cli.conftest import NOW, Dure
from tests.cli.test_match_proof import DAY, NEEDS, PEOPLE, _person, _post

Table = Callable[..., Path]
HOUR = timedelta(hours=1)


@pytest.fixture
def moved(dure: Dure, valley: CampaignFacts, table: Table) -> int:
    """Ann said yes to sorting; then picking became urgent, and Bo signed up, who could do either."""
    assert dure("import", "people", table("people.csv", PEOPLE, _person(1, "Ann"))).code == 0
    assert dure("import", "needs", table("needs.csv", NEEDS, _post(2, "Sorting", 1, 3))).code == 0
    assert dure("match", "run", *DAY).code == 0
    matching.accept(actor=SYSTEM, offer_id=Offer.objects.get().pk, request_id=UUID(int=7), now=NOW + HOUR)
    urgent = table("urgent.csv", NEEDS, _post(1, "Picking", 2, 1))
    assert dure("import", "needs", urgent).code == 0
    assert dure("import", "people", table("more.csv", PEOPLE, _person(2, "Bo"))).code == 0
    told = dure("match", "again", *DAY)
    assert told.code == 0, told.err
    return Run.objects.get(round=2).pk


def test_it_says_what_became_free_what_the_plan_gains_and_whom_it_asks(dure: Dure, moved: int) -> None:
    found: Any = dure("match", "show", *DAY, "--json", "-").json

    assert found["run"]["id"] == moved
    again = found["run"]["again"]
    assert (again["free_by_tier"], again["new_by_tier"], again["before_by_tier"]) == (
        [2, 0, 0],
        [2, 0, 0],
        [0, 0, 1],
    )
    assert found["run"]["filled_by_tier"] == [2, 0, 0]
    assert (again["offers"], again["instead"], again["moved"], again["may_move"]) == (2, 1, 1, 1)
    assert (found["run"]["gap_units"], again["stability_units"]) == (0, 300)
    words = dure("match", "show", *DAY).out
    assert "2 seats are free, 2 of them at posts that are new" in words
    assert "Asked: 2, 1 of them instead of the post they have." in words


def test_what_would_tell_a_single_no_is_withheld(dure: Dure, moved: int) -> None:
    kept = Run.objects.get(pk=moved).again or {}
    Run.objects.filter(pk=moved).update(again=kept | {"may_move": None, "stay": None})

    found: Any = dure("match", "show", *DAY, "--json", "-").json

    assert (found["run"]["again"]["may_move"], found["run"]["again"]["stay"]) == (None, None)
    assert (
        "The plan moves 1 (those there, on the way, or who said no today are too few"
        in dure("match", "show", *DAY).out
    )


def test_a_run_of_the_running_day_is_recounted_also_when_people_signed_up_and_answered(
    dure: Dure, moved: int, table: Table
) -> None:
    for offer in Offer.objects.filter(run_id=moved):
        matching.accept(
            actor=SYSTEM, offer_id=offer.pk, request_id=UUID(int=100 + offer.pk), now=NOW + 2 * HOUR
        )
    assert dure("import", "people", table("third.csv", PEOPLE, _person(3, "Cem"))).code == 0

    for run_id in Run.objects.values_list("pk", flat=True):
        found: Any = dure("match", "verify", run_id, "--json", "-").json
        assert (found["holds"], found["faults"], found["same_input"]) == (True, [], True)


@pytest.mark.parametrize(
    ("column", "rows", "words"),
    [
        ("home", [-1, -1], "the input is not what it was"),
        ("post_of", [-1, 0], "filled_by_tier is not what is filled"),
    ],
)
def test_a_plan_that_was_touched_is_found_out(
    dure: Dure, moved: int, column: str, rows: list[int], words: str
) -> None:
    import numpy as np

    RunInput.objects.filter(run_id=moved).update(**{column: packed(np.array(rows, "<i4"))})

    told = dure("match", "verify", moved)

    assert (told.code, words in told.out) == (1, True)


def test_whoever_changed_what_they_can_do_since_is_another_input(dure: Dure, moved: int) -> None:
    Person.objects.filter(given_name="Ann").update(travel_limit_m=1)

    found: Any = dure("match", "verify", moved, "--json", "-").json

    assert (found["holds"], found["same_input"]) == (False, False)


def test_a_day_that_was_never_matched_is_not_matched_again(
    dure: Dure, valley: CampaignFacts, table: Table
) -> None:
    assert dure("import", "needs", table("needs.csv", NEEDS, _post(2, "Sorting", 1, 3))).code == 0

    told = dure("match", "again", *DAY)

    assert (told.code, "not matched yet" in told.err) == (1, True)
