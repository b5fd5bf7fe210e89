"""Are we on pace: the past as the ledger has it, and a forecast only where the past carries one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.movement.ledger import actions as ledger
from dure.movement.standings import reads
from dure.movement.standings.types import Outlook
from tests.movement.standings.valley import NOW, Valley, build

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 20)
PLAN_MILLI = 6_000_000


@pytest.fixture
def valley(db: None) -> Valley:
    valley = build()
    valley.team("Reapers", "Naju")
    return valley


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(count)]


def outlook_of(valley: Valley, today: date) -> Outlook | None:
    standing = reads.standing(campaign_id=valley.campaign_id, today=today)
    harvest = next(one for one in standing.indicators if one.indicator.id == valley.harvest)
    return reads.outlook(campaign=standing.campaign, standing=harvest, today=today)


def test_the_past_is_what_the_ledger_claims_day_by_day(valley: Valley) -> None:
    for day, kilograms in zip(days(3), (200, 100, 300), strict=True):
        valley.brought_in("Reapers", "Naju", kilograms, day)
    seen = outlook_of(valley, FIRST + timedelta(days=3))
    assert seen is not None
    assert [day.claimed_milli for day in seen.past] == [200_000, 300_000, 600_000]
    assert [day.expected_milli for day in seen.past] == [300_000, 600_000, 900_000]
    assert [day.verified_milli for day in seen.past] == [None] * 3
    assert seen.ahead == ()
    assert seen.finish == (None, None, None)


def test_today_is_not_over_and_belongs_to_what_is_ahead(valley: Valley) -> None:
    for day in days(8):
        valley.brought_in("Reapers", "Naju", 200, day)
    seen = outlook_of(valley, FIRST + timedelta(days=7))
    assert seen is not None
    assert len(seen.past) == 7
    assert seen.ahead[0].day == FIRST + timedelta(days=7)
    assert seen.ahead[-1].day == LAST


def test_even_work_that_is_too_slow_says_how_much_more_would_close_the_gap(valley: Valley) -> None:
    for day in days(10):
        valley.brought_in("Reapers", "Naju", 200, day)
    seen = outlook_of(valley, FIRST + timedelta(days=10))
    assert seen is not None
    assert seen.finish[1] is None
    last = seen.ahead[-1]
    assert last.low_milli < last.likely_milli < last.high_milli
    # 4,000 kg are missing, and ten days like the others bring 2,000.
    assert seen.more_percent == pytest.approx(100, abs=1)


def test_work_that_is_quick_enough_says_when_the_plan_will_be_met(valley: Valley) -> None:
    for day in days(10):
        valley.brought_in("Reapers", "Naju", 400, day)
    seen = outlook_of(valley, FIRST + timedelta(days=10))
    assert seen is not None
    earliest, likely, latest = seen.finish
    assert likely == FIRST + timedelta(days=14)  # after five more days of 400 kg
    assert earliest is not None
    assert latest is not None
    assert earliest <= likely <= latest
    assert seen.more_percent is None


def test_a_correction_moves_the_day_it_is_about(valley: Valley) -> None:
    for day in days(6):
        first = valley.brought_in("Reapers", "Naju", 200, day)
    ledger.correct(index=first.index, difference_milli=-150_000, client_id=valley.id(), now=NOW)
    seen = outlook_of(valley, FIRST + timedelta(days=6))
    assert seen is not None
    assert seen.past[-1].claimed_milli == 5 * 200_000 + 50_000


def test_a_figure_that_is_held_has_no_outlook(valley: Valley) -> None:
    for town, kilograms in (("Naju", 2_200), ("Iksan", 3_200), ("Gimje", 1_200)):
        team = f"Team of {town}"
        valley.team(team, town)
        valley.brought_in(team, town, kilograms, FIRST)
    assert outlook_of(valley, FIRST + timedelta(days=6)) is None


def test_before_the_first_day_and_after_the_last_nothing_is_forecast(valley: Valley) -> None:
    before = outlook_of(valley, FIRST)
    assert before is not None
    assert before.past == ()
    assert before.ahead == ()
    for day in days(10):
        valley.brought_in("Reapers", "Naju", 100, day)
    after = outlook_of(valley, LAST + timedelta(days=5))
    assert after is not None
    assert len(after.past) == 20
    assert after.ahead == ()


def test_the_plan_is_wanted_by_its_deadline_and_not_by_the_last_day(db: None) -> None:
    early = date(2026, 10, 4)
    valley = build(deadlines=dict.fromkeys(("Gimje", "Iksan", "Naju"), early))
    valley.team("Reapers", "Naju")
    valley.brought_in("Reapers", "Naju", 200, FIRST)
    seen = outlook_of(valley, FIRST + timedelta(days=6))
    assert seen is not None
    assert seen.due == early
    assert [day.expected_milli for day in seen.past] == [
        1_500_000,
        3_000_000,
        4_500_000,
        *[6_000_000] * 2,
        6_000_000,
    ]


def test_places_with_deadlines_of_their_own_have_no_common_plan_line(db: None) -> None:
    valley = build(deadlines={"Naju": date(2026, 10, 4)})
    valley.team("Reapers", "Naju")
    valley.brought_in("Reapers", "Naju", 200, FIRST)
    seen = outlook_of(valley, FIRST + timedelta(days=2))
    assert seen is not None
    assert seen.due is None
    assert [day.expected_milli for day in seen.past] == [None, None]
