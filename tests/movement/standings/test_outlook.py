"""Are we on pace: the past as the ledger has it, and a forecast only where the past carries one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dure.base.access import SYSTEM
from dure.movement.campaigns import breaks
from dure.movement.campaigns.models import Campaign, Target
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
    assert seen.plan_line == ((FIRST - timedelta(days=1), 0), (early, PLAN_MILLI), (LAST, PLAN_MILLI))
    assert [day.expected_milli for day in seen.past] == [
        1_500_000,
        3_000_000,
        4_500_000,
        *[6_000_000] * 2,
        6_000_000,
    ]


def test_places_with_deadlines_of_their_own_make_a_plan_line_with_corners(db: None) -> None:
    valley = build(deadlines={"Naju": date(2026, 10, 4)})
    valley.team("Reapers", "Naju")
    valley.brought_in("Reapers", "Naju", 200, FIRST)
    seen = outlook_of(valley, FIRST + timedelta(days=2))
    assert seen is not None
    # Naju wants its 2,000 kg in four days, the others their 4,000 in twenty.
    assert seen.plan_line == (
        (FIRST - timedelta(days=1), 0),
        (date(2026, 10, 4), 2_000_000 + 800_000),
        (LAST, PLAN_MILLI),
    )
    assert [day.expected_milli for day in seen.past] == [700_000, 1_400_000]


def test_a_plan_of_two_periods_bends_where_the_second_begins(valley: Valley) -> None:
    first = Target.objects.get(pk=valley.targets["Naju"])
    first.deadline = FIRST + timedelta(days=9)
    first.save()
    second = replace_with(first, starts_on=FIRST + timedelta(days=10), deadline=LAST, plan_milli=4_000_000)
    second.save()
    Target.objects.exclude(pk__in=[first.pk, second.pk]).delete()
    seen = outlook_of(valley, FIRST + timedelta(days=12))
    assert seen is not None
    assert seen.plan_milli == 6_000_000
    assert seen.plan_line == (
        (FIRST - timedelta(days=1), 0),
        (FIRST + timedelta(days=9), 2_000_000),
        (LAST, 6_000_000),
    )


def test_planned_rest_is_level_in_the_plan_and_in_the_forecast(valley: Valley) -> None:
    for day in days(10):
        valley.brought_in("Reapers", "Naju", 200, day)
    feast = (date(2026, 10, 14), date(2026, 10, 18))
    breaks.plan_rest(actor=SYSTEM, slug="harvest", spans=[feast], reason="Feast", now=NOW)
    seen = outlook_of(valley, FIRST + timedelta(days=10))
    assert seen is not None
    # 15 days of work for 6,000 kg; the 13th of October is the 13th of them.
    assert seen.plan_line == (
        (FIRST - timedelta(days=1), 0),
        (date(2026, 10, 13), 5_200_000),
        (date(2026, 10, 18), 5_200_000),
        (LAST, PLAN_MILLI),
    )
    assert seen.rests == (feast,)
    level = {day.likely_milli for day in seen.ahead if date(2026, 10, 13) <= day.day <= date(2026, 10, 18)}
    assert len(level) == 1


def test_a_campaign_of_twenty_thousand_days_is_told_as_far_as_anybody_sees(valley: Valley) -> None:
    last = FIRST + timedelta(days=19_999)
    Campaign.objects.update(ends_on=last)
    Target.objects.update(deadline=last)
    for day in days(8):
        valley.brought_in("Reapers", "Naju", 1, day)
    early = outlook_of(valley, FIRST + timedelta(days=8))
    assert early is not None
    assert len(early.ahead) == 400
    assert early.plan_line == ((FIRST - timedelta(days=1), 0), (last, PLAN_MILLI))
    # Two years of work lie in the archive by then; nobody has worked for a long time.
    late = outlook_of(valley, FIRST + timedelta(days=15_000))
    assert late is not None
    assert late.past[-1].day == FIRST + timedelta(days=14_999)
    assert late.past[-1].claimed_milli == 8_000
    assert len(late.past) <= 800
    assert late.ahead == ()


def replace_with(target: Target, **fields: object) -> Target:
    columns = {one.attname: getattr(target, one.attname) for one in Target._meta.fields if one.name != "id"}
    return Target(**(columns | fields))
