"""The reserve register: joined, renewed, called from, and left; a consent with an end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import SYSTEM, Actor, Grant, actor_of
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.people import exporting, reserve
from tests.movement.people.cast import NOW, Enrol

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
YEAR = TODAY + timedelta(days=365)
JEOLLA = Actor(grants=(Grant("organiser", "/KR/16/"),))


def join(person_id: int, profession: str = "nursing", until: date = YEAR) -> reserve.ReserveFacts:
    return reserve.join(
        actor=actor_of(person_id=person_id), person_id=person_id, profession=profession, until=until, now=NOW
    )


def test_who_joined_first_comes_first(enrol: Enrol) -> None:
    minji, chul, dana = enrol("minji"), enrol("chul"), enrol("dana")
    for days, person_id in enumerate((dana, chul, minji)):
        me, at = actor_of(person_id=person_id), NOW + timedelta(days=days)
        reserve.join(actor=me, person_id=person_id, profession="", until=YEAR, now=at)

    rows = reserve.register(actor=JEOLLA, area_path="/KR/16/", day=TODAY)

    assert [row.given_name for row in rows] == ["Dana", "Chul", "Minji"]


def test_the_register_is_searched_by_profession_and_place(enrol: Enrol) -> None:
    join(enrol("minji"), "nursing")
    join(enrol("chul"), "")

    assert reserve.count_by_profession(actor=JEOLLA, area_path="/KR/16/", day=TODAY) == {"": 1, "nursing": 1}
    found = reserve.register(actor=JEOLLA, area_path="/KR/16/", day=TODAY, profession="nursing")
    assert [row.given_name for row in found] == ["Minji"]
    with pytest.raises(NotAllowed):
        reserve.register(actor=JEOLLA, area_path="/KR/11/", day=TODAY)
    with pytest.raises(NotAllowed):
        reserve.count_by_profession(actor=JEOLLA, area_path="/KR/", day=TODAY)


def test_joining_again_renews_and_keeps_the_first_day(minji: int) -> None:
    first = join(minji)

    again = reserve.join(
        actor=SYSTEM,
        person_id=minji,
        profession="cooking",
        until=YEAR + timedelta(days=30),
        now=NOW + timedelta(days=9),
    )

    assert (again.joined_at, again.profession) == (first.joined_at, "cooking")
    longer = reserve.renew(actor=SYSTEM, person_id=minji, until=YEAR + timedelta(days=40), now=NOW)
    assert longer.consent_until == YEAR + timedelta(days=40)


def test_a_consent_that_ran_out_is_asked_for_again_and_then_gone(minji: int) -> None:
    join(minji)
    near = YEAR - timedelta(days=10)

    assert reserve.ending(day=TODAY) == {}
    assert reserve.ending(day=near) == {minji: YEAR}
    assert reserve.lapse(day=YEAR) == 0
    assert reserve.register(actor=JEOLLA, area_path="/KR/16/", day=YEAR + timedelta(days=1)) == []
    assert reserve.lapse(day=YEAR + timedelta(days=1)) == 1
    assert reserve.of_person(actor=SYSTEM, person_id=minji) is None


def test_leaving_the_register_takes_one_act(minji: int) -> None:
    join(minji)

    assert reserve.end(actor=actor_of(person_id=minji), person_id=minji)
    assert not reserve.end(actor=actor_of(person_id=minji), person_id=minji)
    assert reserve.register(actor=JEOLLA, area_path="/KR/16/", day=TODAY) == []


def test_one_puts_only_oneself_on_it(enrol: Enrol) -> None:
    minji, chul = enrol("minji"), enrol("chul")
    stranger = actor_of(person_id=chul)

    with pytest.raises(NotFound):
        reserve.join(actor=stranger, person_id=minji, profession="", until=YEAR, now=NOW)
    with pytest.raises(NotFound):
        reserve.of_person(actor=stranger, person_id=minji)
    with pytest.raises(NotFound):
        reserve.renew(actor=SYSTEM, person_id=minji, until=YEAR, now=NOW)


@pytest.mark.parametrize("until", [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=800)])
def test_a_consent_has_an_end_that_is_to_come(minji: int, until: date) -> None:
    with pytest.raises(BadInput):
        join(minji, until=until)


def test_the_entry_is_in_what_one_can_take_away(minji: int) -> None:
    join(minji)

    assert "nursing" in str(exporting.export(actor=SYSTEM, person_id=minji)["reserve"])
