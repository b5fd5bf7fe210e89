"""`dure match verify` believes no run; `dure match explain` gives reasons and names nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import time_machine
from django.db.models import F

from dure.base.access import SYSTEM
from dure.movement.campaigns.types import CampaignFacts
from dure.movement.matching import actions as matching
from dure.movement.matching.models import Offer, Run
from dure.movement.people.models import Person
from tests.cli.conftest import NOW, Dure

Table = Callable[..., Path]
PEOPLE = "id given_name birth_year town email consent cover briefing free_from free_to travel_limit_km"
NEEDS = "id campaign team town title day starts ends seats tier cause skills"
SKILL = "first-aid"
DAY = ("--campaign", "harvest-2026", "--day", "2026-10-04")
HOUR = timedelta(hours=1)
EVENING = datetime(2026, 10, 4, 9, tzinfo=UTC)  # 18:00 in Seoul


def _person(number: int, name: str) -> str:
    return (
        f"p{number},{name},1990,Naju,p{number}@example.org,yes,policy 1,briefed 2026-10-01,"
        "2026-10-04 06:00,2026-10-04 14:00,10"
    )


def _post(number: int, title: str, seats: int, tier: int, skill: str = "") -> str:
    return (
        f"n{number},harvest-2026,Fields 1,Naju,{title},2026-10-04,07:00,12:00,{seats},{tier},harvest,{skill}"
    )


@pytest.fixture
def matched(dure: Dure, valley: CampaignFacts, table: Table) -> int:
    """Ann, Bo and Cem live in Naju; picking wants one, sorting has one seat, first aid two that nobody can take."""
    people = table("people.csv", PEOPLE, _person(1, "Ann"), _person(2, "Bo"), _person(3, "Cem"))
    assert dure("import", "people", people).code == 0
    posts = (_post(1, "Picking", 1, 2), _post(2, "Sorting", 1, 3), _post(3, "Aid", 2, 1, SKILL))
    assert dure("import", "needs", table("needs.csv", NEEDS, *posts)).code == 0
    assert dure("match", "run", *DAY).code == 0
    return Run.objects.get().pk


def _post_ids() -> list[int]:
    """Picking, Sorting, Aid."""
    ids: list[int] = np.frombuffer(bytes(Run.objects.get().post_ids), "<i8").tolist()
    return ids


def test_an_honest_run_is_recounted_and_holds(dure: Dure, matched: int) -> None:
    told = dure("match", "verify", matched)

    assert told.code == 0, told.err
    assert "All of it holds." in told.out
    assert "feasible pairs" in told.out
    assert "no more seats can be filled: all" in told.out
    found: Any = dure("match", "verify", matched, "--json", "-").json
    assert (found["run"], found["holds"], found["same_input"], found["faults"]) == (matched, True, True, [])
    assert found["recounted"]["pairs"] == 6
    assert found["recounted"]["filled_by_tier"] == [0, 1, 1]
    assert found["recounted"]["tiers_proven"] == [True, True, True]
    assert 0 <= found["recounted"]["gap_units"] < 1


def test_the_number_of_a_run_is_shown_where_it_is_looked_for(dure: Dure, matched: int) -> None:
    assert f"run {matched}:" in dure("match", "show", *DAY).out
    refused = dure("match", "verify", matched + 1)
    assert (refused.code, "no such run" in refused.err) == (1, True)


def test_answers_and_a_second_round_leave_a_run_as_it_was(dure: Dure, matched: int) -> None:
    """Whoever accepts or says no changes nothing of what was solved; the next round is verified by itself."""
    picks, sorts = (Offer.objects.get(post__title=title) for title in ("Picking", "Sorting"))
    matching.accept(actor=SYSTEM, offer_id=picks.pk, request_id=UUID(int=7), now=NOW + HOUR)
    matching.decline(actor=SYSTEM, offer_id=sorts.pk, now=NOW + HOUR)

    assert dure("match", "verify", matched).code == 0
    assert dure("match", "run", *DAY, "--round", 2).code == 0
    second = Run.objects.get(round=2).pk
    found: Any = dure("match", "verify", second, "--json", "-").json
    assert (found["holds"], found["faults"]) == (True, [])
    assert found["recounted"]["filled_by_tier"] == [0, 0, 1]
    assert dure("match", "verify", matched).code == 0


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "value": ({"value": F("value") - 1}, "value is not what the placements are worth"),
    "bound": ({"bound_scaled": F("bound_scaled") + 1}, "bound_scaled is not the bound that the prices give"),
    "prices": (
        {"prices": np.zeros(3, "<i8").tobytes()},
        "bound_scaled is not the bound that the prices give",
    ),
    "tier proofs": (
        {"closed": np.packbits(np.zeros(9, bool)).tobytes()},
        "an open seat lies outside the closed set",
    ),
    "filled": ({"filled_by_tier": [1, 1, 0]}, "filled_by_tier is not what is filled"),
    "pairs": ({"pairs_count": 7}, "pairs is not the number of feasible pairs"),
    "seats": ({"seats": np.array([2, 1, 1], "<i4").tobytes()}, "the input is not what it was"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_run_that_was_touched_is_found_out(dure: Dure, matched: int, name: str) -> None:
    change, words = LIES[name]
    Run.objects.filter(pk=matched).update(**change)

    told = dure("match", "verify", matched)

    assert told.code == 1
    assert words in told.out


def test_an_offer_that_was_moved_is_found_out(dure: Dure, matched: int) -> None:
    Offer.objects.filter(post__title="Picking").update(post_id=_post_ids()[2])

    told = dure("match", "verify", matched)

    assert told.code == 1
    assert "1 placed against the rule skills" in told.out


def test_whoever_signed_up_since_changes_nothing_of_what_was_solved(
    dure: Dure, matched: int, table: Table
) -> None:
    header, dan = f"{PEOPLE} languages", f"{_person(4, 'Dan')},ar"
    assert dure("import", "people", table("more.csv", header, dan)).code == 0

    assert "All of it holds." in dure("match", "verify", matched).out


def test_an_input_that_has_changed_is_said_and_not_recounted(dure: Dure, matched: int) -> None:
    Person.objects.filter(given_name="Bo").update(travel_limit_m=1)

    told = dure("match", "verify", matched)

    assert told.code == 1
    assert "The input is not what it was when the run was solved" in told.out
    found: Any = dure("match", "verify", matched, "--json", "-").json
    assert (found["same_input"], found["recounted"]) == (False, None)


def test_of_a_settled_day_the_figures_are_left_and_that_is_said_to_be_less(dure: Dure, matched: int) -> None:
    with time_machine.travel(EVENING, tick=True):
        assert dure("match", "settle", *DAY).code == 0
        told = dure("match", "verify", matched)
        found: Any = dure("match", "verify", matched, "--json", "-").json
        Run.objects.filter(pk=matched).update(seats=np.array([2, 1, 1], "<i4").tobytes())
        touched = dure("match", "verify", matched)

    assert told.code == 0, told.err
    assert "That is less than a recount" in told.out
    assert (found["holds"], found["same_input"], found["recounted"]) == (True, None, None)
    assert touched.code == 1
    assert "the seats of the posts are not the seats of the tiers" in touched.out


SETTLED_LIES: dict[str, tuple[dict[str, Any], str]] = {
    "value": ({"value": F("value") - 5}, "value is not what the filled seats are worth less their costs"),
    "bound too high": ({"bound_scaled": F("bound_scaled") * 2}, "a unit or more above the value"),
    "bound too low": ({"bound_scaled": 0}, "the value is above the bound"),
    "prices": ({"prices": np.full(3, -1, "<i8").tobytes()}, "a price is below zero"),
    "one price": (
        {"prices": np.zeros(1, "<i8").tobytes()},
        "there is not one price and one number of seats for each post",
    ),
    "filled": ({"filled_by_tier": [3, 1, 1]}, "more seats are filled than there are"),
    "placed": ({"placed_count": 3}, "the placed are not the filled seats"),
    "dear": (
        {"prices": np.full(3, 1 << 60, "<i8").tobytes()},
        "the bound is below what the seats alone are worth",
    ),
    "fewer posts": ({"posts_count": 2}, "the posts are not as many as were solved"),
    "all closed": ({"closed": np.packbits(np.ones(9, bool)).tobytes()}, "holds a post of a lower tier"),
    "none closed": (
        {"closed": np.packbits(np.zeros(9, bool)).tobytes()},
        "more seats are full than are filled",
    ),
}


@pytest.mark.parametrize("name", SETTLED_LIES)
def test_what_is_kept_of_a_settled_day_must_hold_together(dure: Dure, matched: int, name: str) -> None:
    change, words = SETTLED_LIES[name]
    Run.objects.filter(pk=matched).update(settled_at=EVENING, **change)

    told = dure("match", "verify", matched)

    assert told.code == 1
    assert words in told.out


def _placed_on(title: str) -> int:
    return Offer.objects.get(post__title=title).person_id


def test_a_person_is_told_why_and_what_would_change_it(dure: Dure, matched: int) -> None:
    told = dure("match", "explain", "--person", _placed_on("Sorting"), *DAY)

    assert told.code == 0, told.err
    assert "Sorting (useful), 0.0 km away." in told.out
    assert "Picking" in told.out
    assert "full: others need that seat more" in told.out
    assert f"with the skill {SKILL}" in told.out
    assert "more urgent" in told.out
    assert not any(name in told.out for name in ("Ann", "Bo ", "Cem"))
    found: Any = dure("match", "explain", "--person", _placed_on("Sorting"), *DAY, "--json", "-").json
    assert [change["name"] for change in found["why"]["changes"]] == ["another_skill"]
    assert list(found["skills"].values()) == [SKILL]


def test_whoever_got_nothing_is_told_so(dure: Dure, matched: int) -> None:
    placed = set(Offer.objects.values_list("person_id", flat=True))
    (left,) = set(Person.objects.values_list("pk", flat=True)) - placed

    told = dure("match", "explain", "--person", left, *DAY)

    assert "No post. Within their way were 3 posts, 2 of them possible." in told.out
    assert "a post at all" in told.out


def test_a_post_is_told_what_would_fill_it(dure: Dure, matched: int) -> None:
    aid = _post_ids()[2]

    told = dure("match", "explain", "--post", aid)

    assert told.code == 0, told.err
    assert (
        "Aid (critical): 0 of 2 seats filled. 3 people live near enough, 0 of them could take it" in told.out
    )
    assert "the post needs a skill they have not shown" in told.out
    assert f"doing without {SKILL}" in told.out
    found: Any = dure("match", "explain", "--post", aid, "--json", "-").json
    lever = found["reasons"]["levers"][0]
    assert (lever["name"], lever["people_added"], lever["unplaced_added"], lever["placed_gain"]) == (
        "without_skill",
        3,
        1,
        2,
    )


@pytest.mark.parametrize(
    "words", [(), ("--person", 1), ("--person", 1, "--post", 1), ("--person", 1, "--day", "2026-10-04")]
)
def test_one_thing_is_explained_at_a_time(dure: Dure, db: None, words: tuple[object, ...]) -> None:
    told = dure("match", "explain", *words)

    assert (told.code, "Name one thing to explain" in told.err) == (1, True)
