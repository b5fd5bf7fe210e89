"""A latecomer takes a seat: one, and every rule asked again."""

from __future__ import annotations

from datetime import date

import pytest

from dure.base.access import SYSTEM
from dure.engine.matching import RULES
from dure.kernel.refusals import NotFound, Refusal
from dure.movement.matching import latecomers
from dure.movement.matching.errors import (
    UNFIT,
    AlreadyPlaced,
    NotReady,
    PostUnfit,
    RequestReused,
    RestShort,
)
from dure.movement.matching.models import Offer, Placement
from dure.movement.needs import reads as need_reads
from dure.movement.needs.errors import NeedFull
from dure.movement.people import actions as people
from dure.movement.people.types import COVER, NewCredential
from tests.movement.matching.farm import BRIEFED, DAY, INSURED, NAJU, Farm, at, made
from tests.movement.matching.late_cast import TAKEN_AT, names, refused, shown, take

pytestmark = pytest.mark.usefixtures("always_fresh")
YESTERDAY = date(2026, 10, 4)


def test_a_seat_is_taken_once_however_often_the_phone_asks(morning: Farm) -> None:
    first = take(morning, "Chul", "Pick pears")

    assert take(morning, "Chul", "Pick pears") == first
    assert need_reads.post(morning.posts["Pick pears"]).seats_taken == 1
    morning.post("Carry water")
    with pytest.raises(RequestReused):
        take(morning, "Chul", "Carry water", request_id=made("late", "Chul", "Pick pears"))
    refused(morning, "Chul", "Carry water", AlreadyPlaced)
    assert shown(morning, "Chul") == []


def test_the_last_seat_goes_to_one_person(morning: Farm) -> None:
    morning.person("Dana")
    take(morning, "Chul", "Pick pears")

    refused(morning, "Dana", "Pick pears", NeedFull)


def test_taking_a_seat_lets_an_offer_of_the_same_day_go_and_its_seat_too(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("Pick pears", seats=1)
    farm.match()
    farm.post("Carry water", seats=1)

    take(farm, "Minji", "Carry water")

    assert Offer.objects.get(person_id=farm.people["Minji"]).state == "declined"
    farm.person("Chul")
    assert names(shown(farm, "Chul")) == ["Pick pears"]


def test_nothing_is_kept_of_what_was_shown_and_not_taken(morning: Farm) -> None:
    before = Offer.objects.count(), Placement.objects.count()

    assert shown(morning, "Chul")

    assert (Offer.objects.count(), Placement.objects.count()) == before


def test_nobody_looks_or_takes_for_another(morning: Farm) -> None:
    chul = morning.people["Chul"]
    with pytest.raises(NotFound):
        latecomers.best_now(
            actor=morning.me("Bora"), person_id=chul, campaign=morning.campaign, day=DAY, now=TAKEN_AT
        )
    with pytest.raises(NotFound):
        latecomers.take(
            actor=morning.me("Bora"),
            person_id=chul,
            post_id=morning.posts["Pick pears"],
            request_id=made("theft"),
            now=TAKEN_AT,
        )
    assert Placement.objects.count() == 0


@pytest.mark.parametrize(
    ("person", "post", "refusal", "word"),
    [
        ({"credentials": (BRIEFED,)}, {}, NotReady, "insurance cover"),
        ({"credentials": (INSURED,)}, {}, NotReady, "briefing"),
        (
            {"credentials": (NewCredential(COVER, "accident", "policy 7", YESTERDAY), BRIEFED)},
            {},
            NotReady,
            "insurance cover",
        ),
        ({}, {"skills": ("chainsaw",)}, NotReady, "chainsaw"),
        ({}, {"with_children": True}, NotReady, "clearance"),
        ({}, {"languages": ("sw",)}, PostUnfit, "languages"),
        ({}, {"physical": 3}, PostUnfit, "heavier"),
        ({"refuses": ("harvest",)}, {}, PostUnfit, "cause"),
        ({}, {"min_age": 60}, PostUnfit, "younger"),
        ({"free_spans": ((at(9), at(20)),)}, {}, PostUnfit, "hours"),
        ({}, {"starts": 8, "ends": 18}, PostUnfit, "longer"),
        ({"travel_limit_m": 1_000}, {"lat": NAJU[0] + 0.1}, PostUnfit, "farther"),
        ({"birth_year": 2010, "guardian_email": "g@people.example"}, {}, NotReady, "guardian"),
    ],
)
def test_no_rule_can_be_slipped_past_by_asking_for_a_post_that_was_not_shown(
    farm: Farm,
    person: dict[str, object],
    post: dict[str, object],
    refusal: type[Refusal],
    word: str,
) -> None:
    farm.person("Minji")
    farm.post("Anything", team="Cooks")
    farm.match()
    farm.person("Chul", **person)
    farm.post("Pick pears", **post)  # type: ignore[arg-type]  # any field

    assert "Pick pears" not in names(shown(farm, "Chul"))
    says = str(refused(farm, "Chul", "Pick pears", refusal))
    assert word in says
    assert "they" not in says.split()
    assert refusal is not PostUnfit or says.endswith("Look which other posts need you.")


def test_every_hard_rule_has_words_for_whoever_asks() -> None:
    assert UNFIT.keys() == {rule.name for rule in RULES} | {"way", "leads"}


def test_nobody_under_18_gets_a_night_post_by_the_side_door(farm: Farm) -> None:
    farm.cleared("Minji", "Bora")
    farm.post("Anything", seats=3)
    farm.match()
    for name in ("Minji", "Bora"):
        farm.accept(name)
    farm.person("Eunho", birth_year=2010, guardian_email="g@people.example")
    people.guardian_agrees(actor=SYSTEM, person_id=farm.people["Eunho"], now=at(5))
    farm.post("Watch the fire", hazardous=True)

    assert names(shown(farm, "Eunho")) == ["Anything"]
    assert "under 18" in str(refused(farm, "Eunho", "Watch the fire", PostUnfit))


def test_rest_is_kept_at_this_door_too(farm: Farm) -> None:
    farm.person("Minji")
    farm.post("Late round", day=YESTERDAY, starts=15, ends=23)
    farm.match(YESTERDAY)
    farm.accept("Minji", YESTERDAY)
    farm.person("Bora")
    farm.post("Pick pears")
    farm.post("Noon", starts=12, ends=16)
    farm.match()
    farm.decline("Minji")

    assert names(shown(farm, "Minji")) == ["Noon"]
    refused(farm, "Minji", "Pick pears", RestShort)


def test_whoever_moves_out_of_the_campaigns_places_is_not_matched_there(morning: Farm) -> None:
    chul = morning.people["Chul"]
    people.move_home(
        actor=SYSTEM, person_id=chul, area_id=morning.areas["Fukuoka"], home_lat=33.59, home_lon=130.4
    )

    assert shown(morning, "Chul") == []
    refused(morning, "Chul", "Pick pears", NotReady)


def test_whoever_leaves_after_the_match_is_found_nowhere(morning: Farm) -> None:
    me = morning.me("Chul")
    people.withdraw_consent(actor=me, person_id=morning.people["Chul"], purpose="matching", now=at(5))

    assert shown(morning, "Chul") == []
    refused(morning, "Chul", "Pick pears", NotReady)
