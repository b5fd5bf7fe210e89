"""A post that was called off is no shift and no work: whoever had it is free for another, today and the day after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.movement.matching import actions
from dure.movement.matching.errors import AlreadyPlaced, RestShort
from dure.movement.matching.late_day import forget_days
from dure.movement.needs import actions as needs
from tests.movement.matching.again_cast import holds
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at
from tests.movement.matching.late_cast import names, refused, shown, take

pytestmark = pytest.mark.usefixtures("always_fresh")
NEXT = DAY + timedelta(days=1)


def call_off(farm: Farm, name: str) -> None:
    needs.cancel(actor=ORGANISER, post_id=farm.posts[name], now=at(6))
    forget_days()


def test_who_had_it_is_shown_and_takes_another_shift_of_the_day(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("Pick pears")
    farm.match()
    farm.accept("Minji")
    farm.post("Carry water", starts=9, ends=12)
    refused(farm, "Minji", "Carry water", AlreadyPlaced)

    call_off(farm, "Pick pears")

    assert names(shown(farm, "Minji")) == ["Carry water"]
    take(farm, "Minji", "Carry water")
    assert sorted(holds(farm, "Minji")) == ["Carry water", "Pick pears"]
    farm.post("Cook", starts=13, ends=15)
    assert shown(farm, "Minji") == []
    refused(farm, "Minji", "Cook", AlreadyPlaced)


def test_it_is_not_rested_from(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("Late round", starts=15, ends=23)
    farm.match()
    farm.accept("Minji")
    farm.post("Early", day=NEXT, starts=6, ends=10)
    farm.match(NEXT, now=at(5))
    assert farm.offered(NEXT) == {}
    refused(farm, "Minji", "Early", RestShort)

    call_off(farm, "Late round")

    assert names(shown(farm, "Minji", day=NEXT)) == ["Early"]
    farm.match(NEXT, round_number=2, now=at(7))
    assert farm.offered(NEXT) == {"Minji": farm.posts["Early"]}
    farm.accept("Minji", NEXT)


def test_whoever_was_there_by_then_worked(farm: Farm) -> None:
    farm.cast("Minji")
    farm.post("Late round", starts=15, ends=23)
    farm.match()
    seat = farm.accept("Minji")
    actions.check_in(actor=farm.captain(), placement_id=seat.id, now=at(15))
    call_off(farm, "Late round")
    farm.post("Early", day=NEXT, starts=6, ends=10)

    farm.match(NEXT, now=at(16))

    assert farm.offered(NEXT) == {}
    refused(farm, "Minji", "Early", RestShort, now=at(16))
