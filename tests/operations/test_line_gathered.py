"""What the line is gathered from: hours as days, wishes of posts as bits, answers written from columns."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from dure.base import outbox
from dure.kernel.must import Broken
from dure.movement.calls import reads as calls
from dure.movement.calls.answering_columns import AnswerColumns, answer_columns
from dure.movement.calls.errors import AnswerBad
from dure.movement.people import actions as people
from dure.movement.people.in_line import free_days, in_line
from dure.operations.line import queue, serve
from tests.movement.matching.farm import DAY, Farm, at

ACCEPTED = ("accepted", "There is work.")


def spans(*hours: tuple[int, int, int]) -> tuple[tuple[datetime, datetime], ...]:
    """(day from DAY on, from hour, to hour)."""
    return tuple(
        (
            at(start, day=DAY + timedelta(days=day)),
            at(0, day=DAY + timedelta(days=day)) + timedelta(hours=end),
        )
        for day, start, end in hours
    )


@pytest.mark.parametrize(
    ("offered", "days"),
    [
        (spans((0, 8, 16)), {0}),
        (spans((1, 0, 72)), {1, 2, 3}),
        (spans((0, 17, 22), (2, 9, 12)), {0}),
        (spans((0, 18, 22)), set()),
        (spans((0, 18, 36)), {1}),
        (spans((-3, 0, 60 * 24)), set(range(10))),
        ((), set()),
    ],
)
def test_a_day_counts_with_four_hours_of_daytime(
    farm: Farm, offered: tuple[tuple[datetime, datetime], ...], days: set[int]
) -> None:
    farm.person("Minji", free_spans=offered)

    ids = np.array([farm.people["Minji"]], np.int64)
    (mask,) = free_days(person_ids=ids, first_midnight=at(0), days=10).tolist()

    assert {day for day in range(64) if mask >> day & 1} == days


def test_whoever_stands_in_line_stands_there_with_what_they_have(farm: Farm) -> None:
    farm.cast("Minji")
    farm.person("Bora", credentials=(), languages=("en",), refuses=("harvest",), physical_max=0)
    farm.person("Far", area_id=farm.areas["Fukuoka"])

    found = in_line(area_path=farm.campaign.area_path, day=DAY, skills=("driving",))

    assert found.person.tolist() == [farm.people["Minji"], farm.people["Bora"]]
    assert found.covered.tolist() == found.briefed.tolist() == [True, False]
    assert found.confirmed.all()
    assert found.languages.holding("ko").tolist() == [True, False]
    assert found.refuses.holding("harvest").tolist() == [False, True]
    assert not found.skilled["driving"].any()


def test_seats_are_counted_on_those_who_can_take_them(farm: Farm) -> None:
    farm.person("Refuses", refuses=("harvest",))
    farm.person("Too tired", physical_max=0)
    farm.person("Minji")
    farm.post(seats=3)

    line = queue(farm.campaign, today=DAY, now=at(3))
    everybody = np.ones(line.people.count, np.bool_)
    served = serve(line, everybody, campaign=farm.campaign, turns=line.had)

    days = dict(zip(line.people.person.tolist(), served.expected.tolist(), strict=True))
    assert {name for name, pk in farm.people.items() if days[pk] == 0} == {"Minji"}


def columns(*person: int, by: int = DAY.toordinal() + 3) -> AnswerColumns:
    ids = np.array(person, np.int64)
    return AnswerColumns(ids, np.zeros(len(ids), np.int64), np.full(len(ids), by), (ACCEPTED,))  # type: ignore[arg-type]  # a kind


def test_answers_are_written_from_columns_with_a_notice_each(farm: Farm) -> None:
    ids = sorted(farm.cast("Minji", "Bora", "Chul"))
    people.erase(person_id=farm.people["Bora"])

    done = answer_columns(campaign_id=farm.campaign.id, answers=columns(*ids), now=at(9))

    assert done.given_count == 2  # who has left is passed over
    standing = calls.answer_for(farm.me("Minji"), farm.people["Minji"], farm.campaign.id)
    assert standing is not None
    assert (standing.answer.kind, standing.answer.reason) == ACCEPTED
    assert outbox.tally()["queued"] == 2
    again = answer_columns(campaign_id=farm.campaign.id, answers=columns(*ids), now=at(10))
    assert again.given_count == 0  # two who looked at once answer once
    later = columns(*ids, by=DAY.toordinal() + 4)
    assert answer_columns(campaign_id=farm.campaign.id, answers=later, now=at(10)).given_count == 2
    assert calls.tally(farm.campaign.id).by_kind["accepted"] == 2


def test_bad_answers_are_refused_before_anything_is_written(farm: Farm) -> None:
    ids = sorted(farm.cast("Minji", "Bora"))

    with pytest.raises(AnswerBad):
        answer_columns(campaign_id=farm.campaign.id, answers=columns(*ids, by=DAY.toordinal() - 1), now=at(9))
    with pytest.raises(Broken):
        answer_columns(campaign_id=farm.campaign.id, answers=columns(*reversed(ids)), now=at(9))

    assert calls.tally(farm.campaign.id).by_kind["accepted"] == 0
