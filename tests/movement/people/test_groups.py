"""Groups that stay together: everybody joins for themself, and leaves as they like."""

from __future__ import annotations

import base64
import doctest
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from dure.base.access import ANONYMOUS, Actor, actor_of
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.people import actions, groups, reads
from dure.movement.people.errors import GroupFull, GroupUnknown, InAnotherGroup
from dure.movement.people.models import Group
from dure.operations.imports.keys import group_key
from tests.movement.people.cast import Enrol

KEY, OTHER_KEY = client_id(b"test", "group"), client_id(b"test", "another")
pytestmark = pytest.mark.django_db


def me(person_id: int) -> Actor:
    return actor_of(person_id=person_id)


def opened(person_id: int) -> str:
    return actions.open_group(actor=me(person_id), person_id=person_id, key=KEY).code


def join(person_id: int, code: str) -> tuple[str, ...]:
    return actions.join_group(actor=me(person_id), person_id=person_id, code=code).others


def test_friends_come_together_by_one_code(enrol: Enrol) -> None:
    minji, chul = enrol("minji"), enrol("chul")
    code = opened(minji)

    # However it was written down.
    assert join(chul, f" {code.lower().replace('-', ' ')}") == ("Minji",)
    assert join(chul, code) == ("Minji",)  # twice changes nothing

    mine = reads.group_of(actor=me(minji), person_id=minji)
    assert mine is not None
    assert (mine.code, mine.others) == (code, ("Chul",))


def test_a_code_that_nobody_has_is_answered_in_words(enrol: Enrol) -> None:
    minji = enrol("minji")

    with pytest.raises(GroupUnknown, match="ask whoever gave it to you"):
        join(minji, "ABCD-EFGH-JKMN")
    with pytest.raises(GroupUnknown):
        join(minji, "")


def test_nobody_is_in_two_groups(enrol: Enrol) -> None:
    minji, chul = enrol("minji"), enrol("chul")
    code = opened(minji)
    actions.open_group(actor=me(chul), person_id=chul, key=OTHER_KEY)

    with pytest.raises(InAnotherGroup):
        join(chul, code)
    with pytest.raises(InAnotherGroup):
        actions.open_group(actor=me(minji), person_id=minji, key=client_id(b"test", "third"))

    actions.leave_group(actor=me(chul), person_id=chul)
    assert join(chul, code) == ("Minji",)


def test_a_group_has_an_end(enrol: Enrol) -> None:
    crowd = [enrol(f"p{number}") for number in range(groups.GROUP_PEOPLE_MAX + 1)]
    code = opened(crowd[0])
    for person_id in crowd[1:-1]:
        join(person_id, code)

    with pytest.raises(GroupFull):
        join(crowd[-1], code)
    assert reads.group_of(actor=me(crowd[-1]), person_id=crowd[-1]) is None


def test_who_leaves_comes_alone_and_the_last_one_ends_the_group(enrol: Enrol) -> None:
    minji, chul = enrol("minji"), enrol("chul")
    code = opened(minji)
    join(chul, code)

    for person_id in (minji, minji, chul):
        actions.leave_group(actor=me(person_id), person_id=person_id)

    assert not Group.objects.exists()
    with pytest.raises(GroupUnknown):
        join(minji, code)


def test_nobody_is_added_moved_or_seen_by_another(enrol: Enrol) -> None:
    minji, chul = enrol("minji"), enrol("chul")
    code = opened(minji)
    doors: list[Callable[[Actor], object]] = [
        lambda who: actions.open_group(actor=who, person_id=chul, key=OTHER_KEY),
        lambda who: actions.join_group(actor=who, person_id=chul, code=code),
        lambda who: actions.leave_group(actor=who, person_id=minji),
        lambda who: actions.wish_shifts(actor=who, person_id=minji, shifts_max=2),
        lambda who: reads.group_of(actor=who, person_id=minji),
    ]
    for visitor in (ANONYMOUS, actor_of(person_id=10**9), actor_of(guardian_of=minji)):
        for door in doors:
            with pytest.raises(NotFound):
                door(visitor)
    assert reads.group_of(actor=me(chul), person_id=chul) is None

    # The id that somebody else sent opens another group.
    own = actions.open_group(actor=me(chul), person_id=chul, key=KEY)
    assert (own.code != code, own.others) == (True, ())


def test_knowing_how_an_import_names_a_group_lets_nobody_into_it(enrol: Enrol) -> None:
    """Neither by making its code, nor by opening it before the file is read."""
    key = group_key(Path("people.csv"), "family")
    eve = enrol("eve")
    actions.open_group(actor=me(eve), person_id=eve, key=key)

    minji = enrol("minji", group_key=key)

    family = reads.group_of(actor=me(minji), person_id=minji)
    assert family is not None
    assert family.others == ()
    digest = base64.b32encode(hashlib.sha256(b"dure group code" + key.bytes).digest()[:8]).decode()
    assert family.code.replace("-", "")[:4] != digest[:4]
    assert family.code == groups.group_code(key)


def test_a_group_that_somebody_joins_while_the_last_one_leaves_stands(enrol: Enrol) -> None:
    minji, chul = enrol("minji"), enrol("chul")
    join(chul, opened(minji))
    actions.erase(person_id=minji)
    assert Group.objects.count() == 1

    actions.erase(person_id=chul)
    assert not Group.objects.exists()


@pytest.mark.parametrize("wrong", [0, 4, -1])
def test_shifts_a_day_are_one_to_three(enrol: Enrol, wrong: int) -> None:
    minji = enrol("minji")
    actions.wish_shifts(actor=me(minji), person_id=minji, shifts_max=3)

    with pytest.raises(BadInput):
        actions.wish_shifts(actor=me(minji), person_id=minji, shifts_max=wrong)

    assert reads.person(actor=me(minji), person_id=minji).shifts_max == 3


def test_the_examples_of_the_code_are_true() -> None:
    assert doctest.testmod(groups).failed == 0
