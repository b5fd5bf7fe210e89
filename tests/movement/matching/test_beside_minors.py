"""Nobody under 18 works without two cleared adults beside them (P6), at every way onto a post and on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.movement.matching import actions, latecomers, reads
from dure.movement.matching.errors import AdultsMissing, AdultsNotHere, PostUnfit
from dure.movement.matching.late_day import forget_days
from dure.movement.matching.types import NewAcceptance
from dure.movement.needs import reads as needs
from dure.movement.people import actions as people
from dure.movement.people.types import CLEARANCE, NewCredential
from tests.movement.matching.farm import (
    BRIEFED,
    CLEARED,
    DAY,
    INSURED,
    ORGANISER,
    Farm,
    at,
    made,
)

YESTERDAY, NEXT = DAY - timedelta(days=1), DAY + timedelta(days=1)
ENDED = NewCredential(CLEARANCE, "children", "register 12", YESTERDAY)
# Surely 15, 16, 17, 18 and 19 in 2026.
AGES = {15: 2010, 16: 2009, 17: 2008, 18: 2007, 19: 2006}
POSTS: dict[str, dict[str, object]] = {
    "plain": {},
    "from 16 on": {"min_age": 16},
    "from 18 on": {"min_age": 18},
    "hazardous": {"hazardous": True},
    "night": {"starts": 14, "ends": 23},
    "lone": {"lone": True},
}
BESIDE = {
    "nobody": (),
    "one cleared adult": (CLEARED,),
    "two adults, one cleared": (CLEARED, None),
    "two, one of whose clearance ended": (CLEARED, ENDED),
    "two cleared adults": (CLEARED, CLEARED),
}


def allowed(age: int, post: str, beside: str) -> bool:
    """The matrix, as P6 says it."""
    if age >= 18:
        return True
    if post in {"hazardous", "night", "lone", "from 18 on"} or (post == "from 16 on" and age < 16):
        return False
    return beside == "two cleared adults"


def crew_of(farm: Farm, beside: str) -> list[str]:
    names = []
    for number, clearance in enumerate(BESIDE[beside]):
        names.append(f"Adult {number}")
        held = (INSURED, BRIEFED) if clearance is None else (INSURED, BRIEFED, clearance)
        farm.person(names[-1], credentials=held, long_shift_wish=True)
    return names


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("post", POSTS)
def test_the_match_by_age_and_post_and_who_is_beside(farm: Farm, post: str, beside: str) -> None:
    grown = crew_of(farm, beside)
    for age, birth_year in AGES.items():
        farm.minor(f"of {age}", birth_year=birth_year, long_shift_wish=True)
    farm.post(seats=20, **POSTS[post])  # type: ignore[arg-type]  # a table of facts

    farm.match()

    wanted = {f"of {age}" for age in AGES if allowed(age, post, beside)}
    # Those of 18 and 19 have no clearance, so they look after nobody.
    assert set(farm.offered()) == wanted | set(grown)


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("post", POSTS)
def test_a_latecomer_by_age_and_post_and_who_is_beside(farm: Farm, post: str, beside: str) -> None:
    grown = crew_of(farm, beside)
    farm.person("Minji", long_shift_wish=True)
    post_id = farm.post(seats=20, **POSTS[post])  # type: ignore[arg-type]  # a table of facts
    farm.match()
    for name in grown:
        farm.accept(name)
    forget_days()

    seen, taken = set(), set()
    for age, birth_year in AGES.items():
        name = f"of {age}"
        farm.minor(name, birth_year=birth_year, long_shift_wish=True)
        best = latecomers.best_now(
            actor=farm.me(name), person_id=farm.people[name], campaign=farm.campaign, day=DAY, now=at(5)
        )
        seen |= {age for one in best if one.post.id == post_id}
        try:
            latecomers.take(
                actor=farm.me(name),
                person_id=farm.people[name],
                post_id=post_id,
                request_id=made("late", name),
                now=at(5),
            )
            taken.add(age)
        except (AdultsMissing, PostUnfit):
            continue

    assert taken == {age for age in AGES if allowed(age, post, beside)}
    assert seen == taken
    assert needs.post(post_id).seats_taken == len(grown) + len(taken)


@pytest.fixture
def offered(farm: Farm) -> Farm:
    """Minji and Bora, both cleared, Chul, who is not, and Eunho of 16 are offered the pickers' post."""
    farm.cleared("Minji", "Bora")
    farm.person("Chul")
    farm.minor("Eunho")
    farm.post(seats=4)
    farm.match()
    return farm


def test_the_yes_of_somebody_under_18_waits_for_two_cleared_adults(offered: Farm) -> None:
    offered.accept("Chul")
    with pytest.raises(AdultsMissing) as no:
        offered.accept("Eunho")
    offered.accept("Minji")
    with pytest.raises(AdultsMissing):
        offered.accept("Eunho")

    assert no.value.facts == {"there": 0, "wanted": 2}
    assert offered.offer("Eunho").state == "open"
    assert needs.post(offered.posts["Pick pears"]).seats_taken == 2  # the refused tries gave their seat back

    offered.accept("Bora")
    assert offered.accept("Eunho").state == "accepted"


def test_who_waits_is_told_when_the_second_adult_said_yes(offered: Farm) -> None:
    offered.accept("Minji")
    assert not told(offered, "Eunho")

    offered.accept("Bora")

    assert told(offered, "Eunho") == ["adults_there"]
    assert not told(offered, "Minji")


@pytest.mark.parametrize("order", [("Eunho", "Minji", "Bora"), ("Minji", "Eunho", "Bora")])
def test_in_bulk_those_under_18_come_last_and_only_beside_adults(
    offered: Farm, order: tuple[str, ...]
) -> None:
    def answers(*names: str) -> list[NewAcceptance]:
        return [NewAcceptance(offered.offer(name).id, made("yes", name)) for name in names]

    assert actions.accept_many(acceptances=answers("Eunho", "Minji"), now=at(5)) == (1, 1)
    assert offered.offer("Eunho").state == "open"
    assert actions.accept_many(acceptances=answers(*order), now=at(5)) == (3, 0)

    assert needs.post(offered.posts["Pick pears"]).seats_taken == 3


@pytest.fixture
def placed(offered: Farm) -> dict[str, int]:
    """Ids of the placements of the four."""
    return {name: offered.accept(name).id for name in ("Minji", "Bora", "Chul", "Eunho")}


def withdraw(farm: Farm, placed: dict[str, int], name: str) -> None:
    actions.withdraw(actor=farm.me(name), placement_id=placed[name], now=at(6))


def test_what_who_said_no_was_told_of_adults_goes_when_the_day_is_settled(offered: Farm) -> None:
    """P3: otherwise it would say that they were offered a post."""
    for name in ("Minji", "Bora"):
        offered.accept(name)
    assert OutboxMessage.objects.filter(person_id=offered.people["Eunho"], kind="adults_there").exists()
    offered.decline("Eunho")

    actions.settle(campaign_id=offered.campaign.id, day=DAY, now=at(22))

    assert not OutboxMessage.objects.filter(person_id=offered.people["Eunho"]).exists()


def test_when_an_adult_withdraws_the_place_waits_and_everybody_is_told(
    offered: Farm, placed: dict[str, int]
) -> None:
    assert not any(one.waits for one in reads.crew(offered.captain(), offered.teams["Pickers"], DAY))

    withdraw(offered, placed, "Chul")  # not cleared: nothing changes
    assert told(offered, "Eunho") == ["adults_there"]
    withdraw(offered, placed, "Bora")

    assert told(offered, "Eunho") == ["adults_there", "adults_gone"]
    (own,) = reads.placements_of(offered.me("Eunho"), offered.people["Eunho"])
    assert (own.state, own.waits) == ("accepted", True)
    crew = reads.crew(offered.captain(), offered.teams["Pickers"], DAY)
    assert [one.given_name for one in crew if one.waits] == ["Eunho"]
    (seen,) = reads.waiting_minors(ORGANISER, offered.campaign, DAY)
    assert (seen.post.id, seen.minors) == (offered.posts["Pick pears"], 1)


def test_a_clearance_that_is_taken_back_makes_the_place_wait(offered: Farm, placed: dict[str, int]) -> None:
    people.add_credential(actor=ORGANISER, person_id=offered.people["Bora"], credential=ENDED)

    assert reads.placement_for(offered.me("Eunho"), placed["Eunho"]).waits
    assert not reads.placement_for(offered.me("Minji"), placed["Minji"]).waits


def test_an_adult_who_leaves_dure_is_missed_as_well(offered: Farm, placed: dict[str, int]) -> None:
    actions.withdraw_all(person_id=offered.people["Bora"], now=at(6))
    people.erase(person_id=offered.people["Bora"])

    assert reads.placement_for(offered.me("Eunho"), placed["Eunho"]).waits
    assert told(offered, "Eunho")[-1] == "adults_gone"


def test_nobody_under_18_is_checked_in_before_two_cleared_adults(
    offered: Farm, placed: dict[str, int]
) -> None:
    def arrive(name: str) -> str:
        return actions.check_in(actor=offered.captain(), placement_id=placed[name], now=at(7, 50)).state

    arrive("Chul")
    arrive("Minji")
    with pytest.raises(AdultsNotHere) as no:
        arrive("Eunho")
    assert no.value.facts == {"name": "Eunho", "there": 1, "wanted": 2}
    assert reads.placement_for(SYSTEM, placed["Eunho"]).state == "accepted"

    arrive("Bora")
    assert arrive("Eunho") == "present"
    assert arrive("Eunho") == "present"  # twice changes nothing


def test_checked_in_in_bulk_those_under_18_come_last(offered: Farm, placed: dict[str, int]) -> None:
    assert actions.check_in_many(placement_ids=[placed["Eunho"], placed["Minji"]], at=at(8)) == 1
    assert actions.check_in_many(placement_ids=[placed["Eunho"], placed["Bora"]], at=at(8)) == 2


def test_a_place_kept_in_a_team_does_not_stand_above_the_rule(farm: Farm) -> None:
    farm.minor("Eunho")
    farm.person("Chul")
    farm.post(seats=4)
    until = DAY + timedelta(days=5)
    for name in ("Eunho", "Chul"):
        actions.keep_place(
            actor=farm.me(name), person_id=farm.people[name], team_id=farm.teams["Pickers"], until=until
        )

    farm.match()

    assert set(farm.offered()) == {"Chul"}


def test_in_a_second_round_those_who_said_yes_before_are_beside(farm: Farm) -> None:
    farm.cleared("Minji", "Bora")
    farm.post(seats=3)
    farm.match()
    for name in ("Minji", "Bora"):
        farm.accept(name)
    farm.minor("Eunho")

    farm.match(round_number=2, now=at(5))

    assert "Eunho" in farm.offered()


def told(farm: Farm, name: str) -> list[str]:
    """Kinds of the notices about adults that somebody got."""
    notices = outbox.notices_to(actor=farm.me(name), person_id=farm.people[name])
    return [notice.kind for notice in notices if notice.kind.startswith("adults")]
