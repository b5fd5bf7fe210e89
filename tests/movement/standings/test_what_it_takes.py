"""What would it take: people or days still wanted, by place, from published figures alone."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns import breaks
from dure.movement.campaigns.models import Target
from dure.movement.standings import reads
from dure.movement.standings.types import Ahead, PlaceAhead
from tests.movement.standings.valley import NOW, Valley, build

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 20)
TODAY = FIRST + timedelta(days=10)
CREW = [f"Hand{number}" for number in range(12)]


@pytest.fixture
def valley(db: None) -> Valley:
    """Naju's reapers bring in 50 kg on each of ten days; they want 2,000 by the twentieth."""
    valley = build()
    valley.team("Reapers", "Naju")
    for day in days(10):
        valley.brought_in("Reapers", "Naju", 50, day)
    return valley


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(count)]


def ahead_of(valley: Valley, today: date = TODAY) -> Ahead:
    standing = reads.standing(campaign_id=valley.campaign_id, today=today)
    harvest = next(one for one in standing.indicators if one.indicator.id == valley.harvest)
    told = reads.ahead(campaign=standing.campaign, standing=harvest, hours=standing.hours, today=today)
    assert told is not None
    return told


def at(told: Ahead, valley: Valley, place: str) -> PlaceAhead:
    return next(one for one in told.places if one.area_id == valley.areas[place])


def test_a_place_says_what_is_missing_and_how_many_days_that_is(valley: Valley) -> None:
    naju = at(ahead_of(valley), valley, "Naju")
    assert naju.rest_milli == 1_500_000
    assert naju.days_left == 10
    assert naju.a_day_milli == pytest.approx(50_000, rel=0.01)
    assert naju.days_short == pytest.approx(20, abs=1)
    assert naju.ahead is not None
    assert naju.ahead.likely_milli == pytest.approx(1_000_000, rel=0.02)
    assert naju.finish == (None, None, None)


def test_without_published_hours_nobody_says_how_many_people(valley: Valley) -> None:
    naju = at(ahead_of(valley), valley, "Naju")
    assert (naju.person_days, naju.people_a_day, naju.reckoned_by) == (None, None, None)


def test_people_are_reckoned_at_the_output_of_a_person_day_there(valley: Valley) -> None:
    crew = valley.persons(CREW)
    for day in days(10):
        valley.worked("Reapers", "Naju", 6, crew, day)
    naju = at(ahead_of(valley), valley, "Naju")
    # 500 kg in 120 person-days; about 1,000 kg will be missing on the last of ten days.
    assert naju.reckoned_by == valley.areas["Naju"]
    assert naju.person_days == pytest.approx(240, rel=0.03)
    assert naju.people_a_day == ceil((naju.person_days or 0) / 10)


def test_a_place_whose_hours_are_not_published_borrows_from_the_place_around_it(valley: Valley) -> None:
    crew = valley.persons(CREW)
    valley.team("Sowers", "Gimje")
    for day in days(10):
        valley.worked("Reapers", "Naju", 6, crew, day)
        valley.brought_in("Sowers", "Gimje", 20, day)
        # Three people: how long they worked is told to nobody.
        valley.worked("Sowers", "Gimje", 6, crew[:3], day)
    told = ahead_of(valley)
    standing = reads.standing(campaign_id=valley.campaign_id, today=TODAY)
    hours = {one.area.id: one.figure.withheld for one in (standing.hours or standing.indicators[0]).places}
    assert hours[valley.areas["Gimje"]] == "few_people"
    gimje = at(told, valley, "Gimje")
    assert gimje.reckoned_by not in (None, valley.areas["Gimje"], valley.areas["Jeonbuk"])
    assert gimje.person_days is not None


def test_a_place_where_nobody_has_begun_wants_all_of_its_plan(valley: Valley) -> None:
    crew = valley.persons(CREW)
    for day in days(10):
        valley.worked("Reapers", "Naju", 6, crew, day)
    iksan = at(ahead_of(valley), valley, "Iksan")
    assert iksan.a_day_milli is None
    # 3,000 kg at 500 kg in 120 person-days.
    assert iksan.person_days == 720


def test_larger_places_want_what_their_parts_want(valley: Valley) -> None:
    crew = valley.persons(CREW)
    for day in days(10):
        valley.worked("Reapers", "Naju", 6, crew, day)
    told = ahead_of(valley)
    jeonbuk, gimje, iksan = (at(told, valley, name) for name in ("Jeonbuk", "Gimje", "Iksan"))
    assert jeonbuk.rest_milli == gimje.rest_milli + iksan.rest_milli
    assert jeonbuk.person_days == (gimje.person_days or 0) + (iksan.person_days or 0)
    assert told.total is not None
    assert told.total.rest_milli == jeonbuk.rest_milli + at(told, valley, "Naju").rest_milli


def test_what_one_place_has_over_fills_no_others_gap(valley: Valley) -> None:
    valley.team("Sowers", "Gimje")
    valley.brought_in("Sowers", "Gimje", 1_020, FIRST)
    told = ahead_of(valley)
    assert at(told, valley, "Gimje").rest_milli == 0
    assert at(told, valley, "Jeonbuk").rest_milli == 3_000_000


@pytest.mark.parametrize(
    ("kilograms", "withheld", "is_partial"),
    # Above 105 % nothing is missing, as everybody reads; of a figure that waits for its safety nothing is known.
    [(1_200, "above_105", False), (1_030, "safety_review", True)],
)
def test_a_held_figure_is_not_told_and_the_place_around_it_says_so(
    valley: Valley, kilograms: int, withheld: str, is_partial: bool
) -> None:
    valley.team("Sowers", "Gimje")
    Target.objects.filter(pk=valley.targets["Gimje"]).update(rated_capacity_milli=1_010_000)
    valley.brought_in("Sowers", "Gimje", kilograms, FIRST)
    standing = reads.standing(campaign_id=valley.campaign_id, today=TODAY)
    harvest = next(one for one in standing.indicators if one.indicator.id == valley.harvest)
    shown = {one.area.id: one.figure.withheld for one in harvest.places}
    assert shown[valley.areas["Gimje"]] == withheld
    told = ahead_of(valley)
    assert valley.areas["Gimje"] not in {one.area_id for one in told.places}
    assert told.total is not None
    assert told.total.is_partial is is_partial
    assert told.total.rest_milli == 4_500_000


def test_work_that_is_quick_enough_wants_nobody(valley: Valley) -> None:
    crew = valley.persons(CREW)
    for day in days(10):
        valley.brought_in("Reapers", "Naju", 80, day)
        valley.worked("Reapers", "Naju", 6, crew, day)
    naju = at(ahead_of(valley), valley, "Naju")
    assert naju.person_days == 0
    assert naju.days_short == 0
    assert naju.finish[1] is not None


def test_today_counts_for_what_is_missing_and_is_no_day_to_learn_from(valley: Valley) -> None:
    before = at(ahead_of(valley), valley, "Naju")
    valley.brought_in("Reapers", "Naju", 500, TODAY)
    after = at(ahead_of(valley), valley, "Naju")
    assert after.rest_milli == before.rest_milli - 500_000
    assert after.a_day_milli == before.a_day_milli
    assert after.ahead == before.ahead


def test_planned_rest_leaves_fewer_days_and_is_no_day_of_work(valley: Valley) -> None:
    feast = (date(2026, 10, 15), date(2026, 10, 17))
    breaks.plan_rest(actor=SYSTEM, slug="harvest", spans=[feast], reason="Feast", now=NOW)
    told = ahead_of(valley)
    naju = at(told, valley, "Naju")
    assert naju.days_left == 7
    days_of_rest = [day for day in told.outlook.ahead if date(2026, 10, 14) <= day.day <= date(2026, 10, 17)]
    assert len({day.likely_milli for day in days_of_rest}) == 1
    assert naju.ahead is not None
    assert naju.ahead.likely_milli == pytest.approx(500_000 + 7 * 50_000, rel=0.02)


def test_while_the_campaign_is_paused_nothing_is_forecast(valley: Valley) -> None:
    breaks.pause(actor=SYSTEM, slug="harvest", reason="Flood", now=NOW, first_day=date(2026, 10, 11))
    told = ahead_of(valley)
    assert told.outlook.is_paused
    assert told.outlook.ahead == ()
    naju = at(told, valley, "Naju")
    assert naju.rest_milli == 1_500_000
    assert (naju.a_day_milli, naju.ahead, naju.days_short) == (None, None, None)


def test_after_the_last_day_only_what_was_missed_is_told(valley: Valley) -> None:
    naju = at(ahead_of(valley, LAST + timedelta(days=3)), valley, "Naju")
    assert naju.rest_milli == 1_500_000
    assert naju.days_left == 0
    assert naju.ahead is None
