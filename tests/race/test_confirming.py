"""Codes that come at the very moment their people lapse: each is taken in time or refused, never taken and erased."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base.access import actor_of
from dure.movement.people import actions, confirming
from dure.movement.people import reads as people
from dure.movement.people.errors import CodeWrong
from dure.operations.lapsing import lapse
from tests.movement.matching.farm import DAY, SIGNED_UP, at, settle_valley
from tests.race.crowd import at_once

PEOPLE = 30
LAPSERS = 4

pytestmark = pytest.mark.django_db(transaction=True)


def test_nobody_is_told_they_are_confirmed_and_then_erased() -> None:
    farm = settle_valley()
    rows = [farm.new_person(f"Helper{number}", unconfirmed_until=DAY) for number in range(PEOPLE)]
    ids = [pk for pk in actions.register_many(rows=rows, now=SIGNED_UP).ids if pk is not None]
    codes = [confirming.code(pk) for pk in ids]
    late = at(20) + timedelta(days=2)
    confirmed: list[int] = []

    def act(number: int) -> str:
        if number >= PEOPLE:
            lapse(now=late)
            return "lapsed"
        pk = ids[number]
        confirming.confirm(actor=actor_of(person_id=pk), person_id=pk, code=codes[number], now=late)
        confirmed.append(pk)
        return "confirmed"

    heard = at_once(PEOPLE + LAPSERS, act)

    assert heard["lapsed"] == LAPSERS
    assert set(people.names(ids)) == set(confirmed)
    assert confirming.unconfirmed(ids) == frozenset()
    assert set(heard) <= {"confirmed", "lapsed", CodeWrong.code, "not_found"}
