"""Who may be registered twice: found by spelling, contact, year and town; no common name, no family."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest

from dure.base.access import SYSTEM, Actor, Grant, actor_of
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.people import actions, alike, confirming
from dure.movement.people.alike import CONTACT, NAME, SPELT_ALIKE, TOWN, YEAR, nearness
from dure.movement.people.errors import AlikeDecided
from dure.movement.people.spelling import spelling
from dure.movement.places.types import AreaFacts
from tests.movement.people.cast import NOW, Enrol, New, key_of

pytestmark = pytest.mark.django_db
ORGANISER = Actor(account_id=7, grants=(Grant("organiser", area_path="/KR/"),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Minji", "minji KIM"),
        ("José", "Jose"),
        ("O'Brien Sean", "Sean OBrien"),
        ("김민지", "Minji Kim"),
        ("민지", "Min-jee"),
        ("Анна Иванова", "Ivanova Anna"),
        ("Νίκος", "Nikos"),
        ("Hannah", "Hanna"),
        ("محمّد", "محمد"),
        ("Minji", "Minji Kim"),
    ],
)
def test_one_name_is_near_itself_however_it_is_written(one: str, other: str) -> None:
    assert nearness(one, other) >= alike.NEAR_PERCENT
    assert nearness(one, other) == nearness(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Minji", "Minjun"), ("Anna", "Hans"), ("김민지", "박서연"), ("Юлия", "Olga"), ("李伟", "王芳")],
)
def test_different_names_are_far_apart(one: str, other: str) -> None:
    assert nearness(one, other) < alike.NEAR_OF_ONE_CONTACT_PERCENT


@pytest.mark.parametrize("name", ["", "…", "🙂", "ㄱㄴ", "x" * 80, "가" * 80])
def test_any_text_has_a_spelling(name: str) -> None:
    assert spelling(name) == spelling(name)


def why() -> dict[tuple[str, str], tuple[str, ...]]:
    found = alike.open_pairs(actor=SYSTEM, area_paths=["/KR/"], count_max=100)
    return {(one.first.given_name, one.second.given_name): one.why for one in found}


def test_one_contact_and_names_much_alike_are_proposed_and_a_family_is_not(enrol: Enrol) -> None:
    phone = {"email": "", "phone": "010-2345-6789"}
    enrol("a", given_name="Minji", birth_year=1991, **phone)
    enrol("b", given_name="민지", birth_year=1990, **phone)
    enrol("c", given_name="Haneul", birth_year=1991, **phone)
    enrol("d", given_name="Minji", birth_year=1955, **phone)

    assert alike.find(now=NOW) == 1
    assert why() == {("Minji", "민지"): (CONTACT, NAME, TOWN)}


def test_swapped_and_misspelt_names_of_one_town_and_year_are_proposed(
    enrol: Enrol, new: New, seoul: AreaFacts
) -> None:
    # Among so many a name that four have is still a rare one.
    named = [sha256(str(n).encode()).hexdigest()[:12] for n in range(500)]
    crowd = [new(name, given_name=f"a{name}", birth_year=1920 + n % 60) for n, name in enumerate(named)]
    actions.register_many(rows=crowd, now=NOW)
    enrol("a", given_name="Kim Minji")
    enrol("b", given_name="Minji Kim")
    enrol("c", given_name="Minji Kims")
    enrol("d", given_name="Minji Kim", birth_year=1970)
    enrol("e", given_name="Minji Kim", area_id=seoul.id)

    assert alike.find(now=NOW) == 3
    assert why() == {
        ("Kim Minji", "Minji Kim"): (NAME, YEAR, TOWN),
        ("Kim Minji", "Minji Kims"): (SPELT_ALIKE, YEAR, TOWN),
        ("Minji Kim", "Minji Kims"): (SPELT_ALIKE, YEAR, TOWN),
    }


def test_a_common_name_is_no_sign_of_anything(new: New) -> None:
    rows = [new(f"emma {n}", given_name="Emma") for n in range(30)]
    actions.register_many(rows=[*rows, new("other", given_name="Quillwen")], now=NOW)

    assert alike.find(now=NOW) == 0


def test_who_was_written_down_together_and_who_has_not_confirmed_is_not_proposed(enrol: Enrol) -> None:
    shared = {"email": "twins@people.example", "group_key": key_of("home")}
    enrol("a", given_name="Hanna", **shared)
    enrol("b", given_name="Hannah", **shared)
    enrol("c", given_name="Quillwen")
    enrol("d", given_name="Quillwen", unconfirmed_until=date(2026, 9, 8))

    assert alike.find(now=NOW) == 0


def test_what_was_found_or_decided_is_not_asked_again(enrol: Enrol) -> None:
    enrol("a", given_name="Quillwen")
    enrol("b", given_name="Quilwen")
    assert alike.find(now=NOW) == 1
    assert alike.find(now=NOW) == 0
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)

    alike.decide(actor=ORGANISER, alike_id=pair.id, is_same=False, now=NOW)

    assert alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5) == []
    assert alike.find(now=NOW + timedelta(days=1)) == 0
    with pytest.raises(AlikeDecided):
        alike.decide(actor=ORGANISER, alike_id=pair.id, is_same=True, now=NOW)


def test_only_who_organises_where_both_live_sees_and_decides(enrol: Enrol) -> None:
    enrol("a", given_name="Quillwen")
    enrol("b", given_name="Quilwen")
    alike.find(now=NOW)
    (pair,) = alike.open_pairs(actor=ORGANISER, area_paths=["/KR/"], count_max=5)
    seoul_only = Actor(account_id=8, grants=(Grant("organiser", area_path="/KR/11/"),))

    with pytest.raises(NotAllowed):
        alike.open_pairs(actor=seoul_only, area_paths=["/KR/"], count_max=5)
    assert alike.open_pairs(actor=seoul_only, area_paths=["/KR/11/"], count_max=5) == []
    with pytest.raises(NotFound):
        alike.decide(actor=seoul_only, alike_id=pair.id, is_same=True, now=NOW)


def test_a_contact_nobody_has_shown_beside_one_that_was_is_no_sign(enrol: Enrol) -> None:
    number = "010-2345-6789"
    enrol("a", given_name="Minji", birth_year=1990, email="", phone=number)
    other = enrol("b", given_name="Minji", birth_year=1991, email="own@people.example", phone=number)
    confirming.confirm(actor=actor_of(person_id=other), person_id=other, code=confirming.code(other), now=NOW)

    assert alike.find(now=NOW) == 0
