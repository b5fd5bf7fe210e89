"""Nobody is offered what could harm them: children (P6), and whoever lacks cover, briefing or a certificate (P7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import Actor
from dure.movement.matching import actions
from dure.movement.matching.errors import NotReady, RestShort
from dure.movement.matching.types import NewAcceptance
from dure.movement.people import actions as people
from dure.movement.people.types import BRIEFING, COVER, SKILL, NewCredential
from tests.movement.matching.farm import BRIEFED, CLEARED, DAY, INSURED, ORGANISER, Farm, at, made

NEXT = DAY + timedelta(days=1)
TRACTOR = NewCredential(SKILL, "tractor", "licence seen")
YESTERDAY = DAY - timedelta(days=1)

# In 2026: surely 14, 15, 16 and 17 (whoever turns 18 this year counts as 17), surely 18, 36 and 81.
AGES = {14: 2011, 15: 2010, 17: 2008, 18: 2007, 36: 1989, 81: 1944}
POSTS: dict[str, dict[str, object]] = {
    "plain": {},
    "hazardous": {"hazardous": True},
    "night": {"night": True},
    "lone": {"lone": True},
    "from 16 on": {"min_age": 16},
    "from 21 on": {"min_age": 21},
}


def allowed(age: int, agreed: bool, post: str) -> bool:
    if age < 18 and (not agreed or post in {"hazardous", "night", "lone"}):
        return False
    return age >= {"from 16 on": 16, "from 21 on": 21}.get(post, 0)


@pytest.mark.parametrize("post", POSTS)
def test_age_by_post(farm: Farm, post: str) -> None:
    """Every age, with and without a guardian's agreement; the post has seats for all, and adults to look after them."""
    farm.cleared("Hana", "Duri")
    wanted = {"Hana", "Duri"}
    for age, birth_year in AGES.items():
        for agreed in (False, True):
            name = f"{age}, {'agreed' if agreed else 'not agreed'}"
            farm.person(
                name,
                birth_year=birth_year,
                guardian_email="parent@people.example" if age < 18 else "",
                guardian_agreed_at=at(1, day=YESTERDAY) if agreed else None,
            )
            if allowed(age, agreed, post):
                wanted.add(name)
    farm.post(seats=100, **POSTS[post])  # type: ignore[arg-type]  # a table of facts

    farm.match()

    assert set(farm.offered()) == wanted


SPOILT = {
    COVER: (BRIEFED,),
    "a cover that ended yesterday": (BRIEFED, NewCredential(COVER, "accident", "policy 7", YESTERDAY)),
    BRIEFING: (INSURED,),
    "a briefing that ended yesterday": (INSURED, NewCredential(BRIEFING, "safety", "talk", YESTERDAY)),
    "nothing at all": (),
}


@pytest.mark.parametrize("missing", SPOILT)
def test_who_lacks_cover_or_briefing_is_never_offered_a_post(farm: Farm, missing: str) -> None:
    farm.person("Minji", credentials=SPOILT[missing])
    farm.person("Bora")
    farm.post(seats=5)

    farm.match()

    assert list(farm.offered()) == ["Bora"]


def test_a_post_that_asks_for_a_certificate_goes_to_who_holds_it(farm: Farm) -> None:
    ended = NewCredential(SKILL, "tractor", "licence seen", YESTERDAY)
    farm.person("Minji", credentials=(INSURED, BRIEFED, TRACTOR))
    farm.person("Bora", credentials=(INSURED, BRIEFED, ended))
    farm.person("Chul", skills=("tractor",))  # on his own word
    farm.person("Dami")
    farm.post(seats=5, skills=("tractor",))

    farm.match()

    assert list(farm.offered()) == ["Minji"]


def test_work_with_children_goes_to_who_is_cleared(farm: Farm) -> None:
    farm.person("Minji", credentials=(INSURED, BRIEFED, CLEARED))
    farm.person("Bora")
    farm.post(seats=5, with_children=True)

    farm.match()

    assert list(farm.offered()) == ["Minji"]


def test_ten_hours_only_by_ones_own_wish(farm: Farm) -> None:
    farm.person("Minji", long_shift_wish=True)
    farm.person("Bora")
    farm.post(seats=5, starts=7, ends=17)

    farm.match()

    assert list(farm.offered()) == ["Minji"]


def test_who_asked_not_to_be_matched_is_not(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    people.withdraw_consent(
        actor=farm.me("Minji"), person_id=farm.people["Minji"], purpose="matching", now=at(3)
    )
    farm.post(seats=5)

    farm.match()

    assert list(farm.offered()) == ["Bora"]


def lose_cover(farm: Farm, person_id: int) -> None:
    ended = NewCredential(COVER, "accident", "cancelled", YESTERDAY)
    people.add_credential(actor=ORGANISER, person_id=person_id, credential=ended)


def lose_skill(farm: Farm, person_id: int) -> None:
    ended = NewCredential(SKILL, "tractor", "licence taken", YESTERDAY)
    people.add_credential(actor=ORGANISER, person_id=person_id, credential=ended)


def lose_consent(farm: Farm, person_id: int) -> None:
    people.withdraw_consent(
        actor=Actor(person_id=person_id), person_id=person_id, purpose="matching", now=at(5)
    )


def lose_guardian(farm: Farm, person_id: int) -> None:
    people.guardian_withdraws(actor=Actor(guardian_of=person_id), person_id=person_id)


@pytest.mark.parametrize("many", [False, True], ids=["singly", "in bulk"])
@pytest.mark.parametrize("lose", [lose_cover, lose_skill, lose_consent, lose_guardian])
def test_what_was_lost_since_the_match_keeps_a_seat_from_being_taken(
    farm: Farm, lose: object, many: bool
) -> None:
    assert callable(lose)
    for name in ("Minji", "Bora"):
        farm.person(
            name,
            birth_year=2009,
            guardian_email="parent@people.example",
            guardian_agreed_at=at(1, day=YESTERDAY),
            credentials=(INSURED, BRIEFED, TRACTOR),
        )
    farm.cast("Hana", "Duri", credentials=(INSURED, BRIEFED, CLEARED, TRACTOR))
    farm.post(skills=("tractor",), seats=4)
    farm.match()
    for name in ("Hana", "Duri"):
        farm.accept(name)
    lose(farm, farm.people["Minji"])

    if many:
        rows = [NewAcceptance(farm.offer(name).id, made("yes", name)) for name in ("Minji", "Bora")]
        assert actions.accept_many(acceptances=rows, now=at(5)) == (1, 1)
    else:
        with pytest.raises(NotReady):
            farm.accept("Minji")
        farm.accept("Bora")

    assert [farm.offer(name).state for name in ("Minji", "Bora")] == ["open", "accepted"]


@pytest.mark.parametrize("many", [False, True], ids=["singly", "in bulk"])
def test_a_neighbouring_day_taken_since_the_match_keeps_ones_rest(farm: Farm, many: bool) -> None:
    """Both days are matched before either is answered, so neither match could know."""
    farm.cast("Minji")
    farm.post("Late", starts=14, ends=22)
    farm.post("Early", day=NEXT, starts=8, ends=12)
    farm.match(now=at(4))
    farm.match(NEXT, now=at(4))
    offer = farm.offer("Minji", NEXT)
    farm.accept("Minji")

    if many:
        assert actions.accept_many(acceptances=[NewAcceptance(offer.id, made("y"))], now=at(5)) == (0, 1)
    else:
        with pytest.raises(RestShort, match="11 hours"):
            farm.accept("Minji", NEXT)

    assert farm.offer("Minji", NEXT).state == "open"


def test_the_match_looks_at_the_days_before_and_at_the_day_after(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    late = farm.post("Late", starts=14, ends=22, seats=1)
    farm.match()
    (tired,) = farm.offered()
    farm.accept(tired)
    early = farm.post("Early", day=NEXT, starts=8, ends=12, seats=2)

    farm.match(NEXT)
    (rested,) = farm.offered(NEXT)
    assert {tired, rested} == {"Minji", "Bora"}
    farm.accept(rested, NEXT)

    # And back: a second late post of the first day is not for who starts early on the next.
    farm.post("Later", starts=14, ends=22)
    run = farm.match(round_number=2, now=at(6))
    assert run.placed_count == 0
    assert (farm.offered(), farm.offered(NEXT)) == ({tired: late}, {rested: early})


def test_after_six_days_everybody_rests(farm: Farm) -> None:
    farm.cast("Minji")
    offered: list[date] = []
    for number in range(15):
        day = DAY + timedelta(days=number)
        farm.post("Pick pears", day=day)
        farm.match(day)
        if farm.offered(day):
            offered.append(day)
            farm.work("Minji", day)

    weekdays = [day.isoweekday() for day in offered]
    assert weekdays == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1]
