"""Who comes first where not everybody can have a post (P2): a promise, then no task yet, then the way and the wait."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from dure.movement.matching import actions, reads
from dure.movement.matching.order import Order
from dure.movement.matching.turns import said_yes, turns
from tests.movement.matching.farm import DAY, Farm, at

NEXT = DAY + timedelta(days=1)


def order(farm: Farm, *, overdue: str = "", first: str = "", again: str = "") -> Order:
    """By names, with commas."""

    def ids(names: str) -> np.ndarray:
        return np.array(sorted(farm.people[name] for name in names.split(",") if name), np.int64)

    return Order(ids(overdue), ids(first), ids(again))


@pytest.fixture
def three(farm: Farm) -> Farm:
    """The nearest, one 6 km farther, one 12 km farther; all signed up together."""
    farm.person("Near")
    farm.person("Farther", home_lat=35.07)
    farm.person("Far", home_lat=35.13)
    return farm


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({}, "Near"),
        ({"again": "Near"}, "Farther"),
        ({"again": "Near,Farther"}, "Far"),
        ({"first": "Far"}, "Far"),
        ({"first": "Far,Farther"}, "Farther"),
        ({"first": "Far,Farther", "overdue": "Far"}, "Far"),
        ({"again": "Near,Farther,Far"}, "Near"),
        ({"first": "Near", "again": "Near"}, "Near"),
    ],
)
def test_the_class_decides_and_within_it_the_way(three: Farm, facts: dict[str, str], asked: str) -> None:
    three.post(seats=1)

    run = actions.run(campaign_id=three.campaign.id, day=DAY, now=at(4), order=order(three, **facts))
    actions.publish_run(run_id=run.id, now=at(4), expires_at=at(7))

    assert set(three.offered()) == {asked}
    # The same day gathered again is the same problem: who comes first is kept with the run until it is settled.
    assert reads.stored_run(run.id).today.digest == run.input_digest


def test_no_seat_stays_empty_for_the_order(three: Farm) -> None:
    """Whoever comes first can reach one post alone; the others still get theirs."""
    three.post("One", seats=1)
    three.post("Two", seats=2)

    run = actions.run(campaign_id=three.campaign.id, day=DAY, now=at(4), order=order(three, first="Far"))

    assert run.placed_count == 3


def test_the_running_day_follows_the_order_too(three: Farm) -> None:
    three.post(seats=1)
    three.match()
    three.accept("Near")
    three.post("More", seats=1, starts=12)

    run = actions.run_again(
        campaign_id=three.campaign.id, day=DAY, now=at(6), order=order(three, first="Far")
    )
    actions.publish_run(run_id=run.id, now=at(6), expires_at=at(7))

    assert three.offered()["Far"] == three.posts["More"]
    assert reads.stored_run(run.id).today.digest == run.input_digest


def test_turns_are_tasks_that_were_had(three: Farm) -> None:
    three.cast("Sick", "Again")
    for number in range(2):
        day = DAY + timedelta(days=number)
        three.post(f"Post {number}", day=day, seats=5)
        three.match(day)
        three.work("Near", day)
        three.accept("Sick", day)
        three.decline("Far", day)
        actions.mark_no_shows(campaign_id=three.campaign.id, day=day, now=at(22, day=day))
        found = turns(campaign_id=three.campaign.id, day=day + timedelta(days=1))
        had = dict(zip(found.person.tolist(), found.had.tolist(), strict=True))
        # One shift that was missed is forgiven, the next is a turn.
        assert had == {three.people["Near"]: number + 1, three.people["Sick"]: number}
    three.post("Tomorrow", day=DAY + timedelta(days=2), seats=5)
    three.match(DAY + timedelta(days=2))
    three.accept("Again", DAY + timedelta(days=2))

    found = turns(campaign_id=three.campaign.id, day=NEXT)
    ahead = dict(zip(found.person.tolist(), found.ahead.tolist(), strict=True))
    assert ahead[three.people["Again"]] == (DAY + timedelta(days=2)).toordinal()
    person, _ = said_yes(three.campaign.id)
    assert three.people["Far"] not in person
