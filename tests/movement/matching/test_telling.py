"""People are told of their offers turn by turn, each once, and nobody of one that is past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dure.base import outbox
from dure.base.models import OutboxMessage
from dure.movement.matching import actions
from dure.movement.matching.models import Run
from tests.movement.matching.farm import DAY, Farm, at

NEXT = DAY + timedelta(days=1)


def told(now_hour: int, count_max: int = 9) -> set[int]:
    """Who is told by one turn of the worker."""
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    actions.tell_offered(now=at(now_hour), count_max=count_max)
    return set(OutboxMessage.objects.exclude(pk__in=before).values_list("person_id", flat=True))


def test_everybody_is_told_once_turn_by_turn_but_who_found_the_offer_themselves(farm: Farm) -> None:
    farm.cast("Minji", "Bora", "Chul", "Dami")
    farm.post(seats=4)
    farm.match()
    farm.accept("Bora")
    farm.decline("Dami")

    turns = [told(5, count_max=1) for _ in range(6)]

    assert turns == [{farm.people["Minji"]}, set(), {farm.people["Chul"]}, set(), set(), set()]
    run = Run.objects.get()
    assert (run.told_to, run.told_at) == (None, at(5))  # nobody's id is left in it


def test_a_crash_among_the_notices_tells_the_rest_later(farm: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    farm.match()
    first = told(4, count_max=1)
    with monkeypatch.context() as cut:
        cut.setattr(outbox, "queue_many", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            told(4, count_max=1)

    rest = told(4)

    assert first | rest == set(farm.people.values())
    assert not first & rest


def test_nobody_is_told_of_an_offer_whose_time_is_up_or_whose_day_has_ended(farm: Farm) -> None:
    farm.cast("Minji", "Bora")
    farm.post()
    farm.match()
    farm.post(day=NEXT)
    farm.match(NEXT)
    assert told(5, count_max=1) == {farm.people["Minji"]}

    actions.settle(campaign_id=farm.campaign.id, day=DAY, now=at(22))

    assert {run.told_to for run in Run.objects.filter(day=DAY)} == {None}
    actions.tell_offered(now=at(7, 30, day=NEXT), count_max=9)
    assert OutboxMessage.objects.filter(kind="offer").count() == 0
