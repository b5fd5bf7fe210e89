"""What isn't added up over days: levels, shares of a whole, different people; periods, rest, teams' own targets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dure.base.access import SYSTEM
from dure.kernel.refusals import Refusal
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.models import Break, Target
from dure.movement.campaigns.types import NewIndicator, TargetRow
from dure.movement.ledger import actions as ledger
from dure.movement.ledger.errors import IndicatorUnfit
from dure.movement.ledger.types import Kind
from dure.movement.places.models import Area
from dure.movement.standings import actions as standing_actions
from dure.movement.standings import reads
from dure.movement.standings.types import Figure, HeldTarget, IndicatorStanding
from tests.movement.standings.valley import DAY, NOW, Valley, build

pytestmark = pytest.mark.django_db
END = date(2026, 10, 20)


def shown(valley: Valley, code: str = "harvest", today: date = DAY) -> IndicatorStanding:
    found = reads.standing(campaign_id=valley.campaign_id, today=today)
    return next(one for one in found.indicators if one.indicator.code == code)


def place(valley: Valley, name: str, code: str = "harvest", today: date = DAY) -> Figure:
    found = shown(valley, code, today).places
    return next(one.figure for one in found if one.area.id == valley.areas[name])


def team(valley: Valley, name: str, today: date = DAY) -> Figure:
    return next(one.figure for one in shown(valley, today=today).teams if one.team.name == name)


def waiting(valley: Valley) -> tuple[HeldTarget, ...]:
    """What is held until somebody stands by its plan, as those see it who organise all."""
    return reads.held_for(actor=SYSTEM, campaign_id=valley.campaign_id, today=DAY)


def with_teams(valley: Valley) -> Valley:
    for name, town in (("Cranes", "Gimje"), ("Herons", "Iksan"), ("Larks", "Naju"), ("Owls", "Naju")):
        valley.team(name, town)
    return valley


def row(valley: Valley, name: str, plan: int, **other: object) -> TargetRow:
    new = TargetRow(valley.areas[name], plan * 1_000, END, "Second survey", date(2026, 9, 20))
    return replace(new, **other)  # type: ignore[arg-type]  # any field


# --- levels ---------------------------------------------------------------------------------------------------------


def test_of_a_level_each_teams_newest_day_counts_and_places_add_them_up(db: None) -> None:
    valley = with_teams(build(aggregation="last"))
    for day, larks, owls in ((3, 10, 20), (5, 30, None), (8, None, 25)):
        for name, kilograms in (("Larks", larks), ("Owls", owls)):
            if kilograms:
                valley.brought_in(name, "Naju", kilograms, day=date(2026, 10, day))
    valley.brought_in("Herons", "Iksan", 7, day=date(2026, 10, 2))
    assert team(valley, "Larks").claimed_milli == 30_000
    assert place(valley, "Naju").claimed_milli == 55_000
    assert place(valley, "Jeonbuk").claimed_milli == 7_000
    assert shown(valley).total.claimed_milli == 62_000
    assert shown(valley, today=date(2026, 10, 4)).total.claimed_milli == 37_000


def test_a_level_whose_newest_report_was_withdrawn_is_the_one_before(db: None) -> None:
    valley = with_teams(build(aggregation="last"))
    valley.brought_in("Larks", "Naju", 10, day=date(2026, 10, 3))
    newest = valley.brought_in("Larks", "Naju", 99, day=date(2026, 10, 4))
    ledger.withdraw(index=newest.index, client_id=valley.id(), now=NOW)
    assert place(valley, "Naju").claimed_milli == 10_000


def test_a_level_rises_from_its_baseline(db: None) -> None:
    valley = with_teams(build(aggregation="last"))
    # Naju: 500 were there, 2,000 are wanted in twenty days; on day 10 half of the way.
    assert place(valley, "Naju").expected_milli == 1_250_000
    valley.brought_in("Larks", "Naju", 1_400)
    assert place(valley, "Naju").days_ahead == Decimal("2.0")
    assert place(valley, "Naju").growth_milli == 900_000


# --- a counted whole ------------------------------------------------------------------------------------------------


def test_coverage_is_measured_by_the_whole_as_it_was_counted_last(db: None) -> None:
    valley = with_teams(
        build(deadlines=dict.fromkeys(("Gimje", "Iksan", "Naju"), DAY), aggregation="coverage")
    )
    valley.brought_in("Larks", "Naju", 900)
    assert place(valley, "Naju").claimed_percent == 45
    fewer = row(valley, "Naju", 1_000, starts_on=DAY + timedelta(days=1))
    campaigns.set_targets(indicator_id=valley.harvest, rows=[fewer])
    # The recount of the whole counts from its own first day on.
    assert place(valley, "Naju").plan_milli == 2_000_000
    later = place(valley, "Naju", today=DAY + timedelta(days=1))
    assert (later.plan_milli, later.claimed_percent) == (1_000_000, Decimal(90))
    assert place(valley, "Naju", today=END).expected_milli == 1_000_000
    valley.brought_in("Larks", "Naju", 140, day=DAY + timedelta(days=1))
    above = place(valley, "Naju", today=DAY + timedelta(days=1))
    assert (above.withheld, above.denominator is not None) == (None, True)
    assert above.denominator is not None
    assert (above.denominator.source, above.denominator.source_date) == ("Second survey", date(2026, 9, 20))
    valley.brought_in("Larks", "Naju", 20, day=DAY + timedelta(days=1))
    assert place(valley, "Naju", today=DAY + timedelta(days=1)).withheld == "above_105"


def test_a_whole_of_nothing_or_less_is_refused(db: None) -> None:
    valley = build(aggregation="coverage")
    for plan in (0, -5):
        with pytest.raises(Refusal, match=r"plan: is (zero|negative)"):
            campaigns.set_targets(indicator_id=valley.harvest, rows=[row(valley, "Korea", plan)])


# --- different people -----------------------------------------------------------------------------------------------


def counted(valley: Valley) -> Valley:
    """One indicator more, which counts the people behind the hours."""
    from dure.movement.campaigns.models import Indicator

    Indicator.objects.create(
        campaign_id=valley.campaign_id, kind="hours", code="people", name="People", unit="people",
        aggregation="people",
    )  # fmt: skip
    return valley


def test_people_are_counted_once_at_every_level(db: None) -> None:
    valley = counted(with_teams(build()))
    larks = valley.persons([f"lark{n}" for n in range(20)])
    owls = valley.persons([f"owl{n}" for n in range(14)])
    valley.worked("Larks", "Naju", 4, larks)
    valley.worked("Larks", "Naju", 4, larks, day=DAY - timedelta(days=1))
    valley.worked("Owls", "Naju", 4, [*owls, *larks[:12]])
    assert place(valley, "Naju", "people").claimed_milli == 34_000
    assert shown(valley, "people").total.claimed_milli == 34_000
    by_team = {one.team.name: one.figure.claimed_milli for one in shown(valley, "people").teams}
    # 20 and 26 of 34: 12 worked in both. The rest of each alone is 8 and 14 people: the 8 would be told by 34 - 26.
    assert by_team["Larks"] == 20_000
    assert by_team["Owls"] is None


def test_hours_of_few_people_tell_no_head_count(db: None) -> None:
    valley = counted(with_teams(build()))
    valley.worked("Larks", "Naju", 4, valley.persons([f"lark{n}" for n in range(9)]))
    figures = shown(valley, "people")
    for figure in (
        figures.total,
        *(one.figure for one in figures.places),
        *(one.figure for one in figures.teams),
    ):
        assert figure.claimed_milli in (None, 0)
        assert figure.n_entries in (None, 0)


def test_nothing_is_recorded_for_a_count_of_people(db: None) -> None:
    valley = counted(with_teams(build()))
    minji = valley.persons(["minji"])[0]
    valley.worked("Larks", "Naju", 4, [minji])
    people_id = next(one.id for one in campaign_reads.indicators(valley.campaign_id) if one.code == "people")
    entry = replace(valley._entry(Kind.HOURS, "Larks", "Naju", 4, DAY, minji), indicator_id=people_id)
    with pytest.raises(IndicatorUnfit):
        ledger.record_one(entry=entry, now=NOW)


# --- periods, rest, teams -------------------------------------------------------------------------------------------


def test_a_plan_of_two_periods_is_their_sum_and_its_pace_bends(db: None) -> None:
    valley = with_teams(build(deadlines={"Naju": date(2026, 10, 10)}))
    later = row(valley, "Naju", 4_000, starts_on=date(2026, 10, 11))
    campaigns.set_targets(indicator_id=valley.harvest, rows=[later])
    # 2,000 in ten days, then 4,000 in ten.
    wanted = {day: place(valley, "Naju", today=date(2026, 10, day)).expected_milli for day in (5, 10, 15, 20)}
    assert wanted == {5: 1_000_000, 10: 2_000_000, 15: 4_000_000, 20: 6_000_000}
    valley.brought_in("Larks", "Naju", 2_400)
    figure = place(valley, "Naju")
    assert (figure.plan_milli, figure.claimed_percent, figure.days_ahead) == (
        6_000_000,
        Decimal(40),
        Decimal("1.0"),
    )
    # The one team that was there has all of it, on the same pace.
    assert (team(valley, "Larks").expected_milli, team(valley, "Larks").days_ahead) == (
        2_000_000,
        Decimal("1.0"),
    )
    valley.brought_in("Owls", "Naju", 600)
    assert (team(valley, "Owls").expected_milli, team(valley, "Owls").days_ahead) == (
        1_000_000,
        Decimal("-4.0"),
    )


def test_planned_rest_puts_nobody_behind(db: None) -> None:
    valley = with_teams(build())
    Break.objects.create(
        campaign_id=valley.campaign_id, kind="rest", first_day=date(2026, 10, 6), last_day=date(2026, 10, 10),
        reason="Harvest feast", stated_at=NOW,
    )  # fmt: skip
    valley.brought_in("Larks", "Naju", 667)
    # Five of fifteen days of work are over.
    figure = place(valley, "Naju")
    assert (figure.expected_milli, figure.days_ahead) == (666_667, Decimal("0.0"))


def test_a_team_with_a_target_of_its_own_is_measured_by_it_and_the_others_share_the_rest(db: None) -> None:
    valley = with_teams(build())
    own = row(valley, "Naju", 500, team_id=valley.teams["Larks"])
    campaigns.set_targets(indicator_id=valley.harvest, rows=[own])
    valley.brought_in("Larks", "Naju", 250)
    valley.brought_in("Owls", "Naju", 300)
    assert (team(valley, "Larks").plan_milli, team(valley, "Larks").claimed_percent) == (500_000, Decimal(50))
    assert (team(valley, "Owls").plan_milli, team(valley, "Owls").claimed_percent) == (1_500_000, Decimal(20))
    assert place(valley, "Naju").plan_milli == 2_000_000


def test_a_place_without_a_target_has_the_sum_of_its_teams(db: None) -> None:
    valley = with_teams(build())
    Target.objects.filter(pk=valley.targets["Naju"]).delete()
    for name, plan in (("Larks", 500), ("Owls", 300)):
        own = row(valley, "Naju", plan, team_id=valley.teams[name])
        campaigns.set_targets(indicator_id=valley.harvest, rows=[own])
    valley.brought_in("Larks", "Naju", 80)
    assert (place(valley, "Naju").plan_milli, place(valley, "Naju").claimed_percent) == (800_000, Decimal(10))
    assert place(valley, "Jeonnam").plan_milli == 800_000


def test_a_baseline_keeps_its_grade_on_every_figure(db: None) -> None:
    valley = with_teams(build())
    assert place(valley, "Naju").baseline_grade == "claimed"
    Target.objects.filter(pk=valley.targets["Gimje"]).update(
        baseline_grade="verified", baseline_lower_milli=450_000
    )
    assert (place(valley, "Gimje").baseline_grade, place(valley, "Gimje").baseline_lower_milli) == (
        "verified",
        450_000,
    )
    # The region's is as good as the worse of its towns'.
    assert place(valley, "Jeonbuk").baseline_grade == "claimed"
    assert place(valley, "Jeonbuk").baseline_lower_milli is None


# --- bad input ------------------------------------------------------------------------------------------------------


def test_no_unit_changes_in_mid_campaign(db: None) -> None:
    valley = build()
    with pytest.raises(Refusal, match="says something else"):
        _again(valley, unit="sack")


def _again(valley: Valley, unit: str) -> None:
    """The same campaign file with another unit."""
    found = campaign_reads.campaign_by_id(valley.campaign_id)
    from dure.movement.campaigns.types import NewCampaign, NewMovement

    new = NewCampaign(
        NewMovement("neighbours", found.movement_name, found.charter), found.slug, found.name, found.summary, "KR",
        found.timezone, found.starts_on, found.ends_on,
        (NewIndicator("harvest", "output", "harvest", unit), NewIndicator("hours", "hours", "hours", "h")),
    )  # fmt: skip
    campaigns.create(new=new, now=NOW)


def test_teams_that_merge_or_split_keep_what_each_of_them_did(db: None) -> None:
    valley = with_teams(build())
    valley.brought_in("Larks", "Naju", 100)
    valley.brought_in("Owls", "Naju", 100)
    valley.team("Larks and Owls", "Naju")
    valley.brought_in("Larks and Owls", "Naju", 50, day=DAY)
    by_team = {one.team.name: one.figure.claimed_milli for one in shown(valley).teams}
    assert (by_team["Larks"], by_team["Owls"], by_team["Larks and Owls"]) == (100_000, 100_000, 50_000)
    plans = [
        one.figure.plan_milli or 0 for one in shown(valley).teams if one.team.area_id == valley.areas["Naju"]
    ]
    assert sum(plans) == place(valley, "Naju").plan_milli == 2_000_000


def test_a_place_that_changes_parent_takes_its_work_and_its_plan_along(db: None) -> None:
    valley = with_teams(build())
    valley.brought_in("Herons", "Iksan", 300)
    assert place(valley, "Jeonbuk").claimed_milli == 300_000
    # The room of places refuses to move one; a database put right by hand is shown as it stands.
    Area.objects.filter(pk=valley.areas["Iksan"]).update(parent=valley.areas["Jeonnam"], path="/KR/16/iksan/")
    assert (place(valley, "Jeonbuk").claimed_milli, place(valley, "Jeonnam").claimed_milli) == (0, 300_000)
    assert place(valley, "Jeonnam").plan_milli == 5_000_000
    assert shown(valley).total.claimed_milli == 300_000


def test_people_whose_work_is_of_tomorrow_hide_nobody_of_today(db: None) -> None:
    """A phone's clock may be ahead: hours of today stand on the people of today (P9)."""
    valley = with_teams(build())
    crew = valley.persons([f"Minji{k}" for k in range(12)])
    valley.worked("Larks", "Naju", 6, crew[:3])
    valley.worked("Larks", "Naju", 6, crew[3:], day=DAY + timedelta(days=1))
    assert shown(valley, "hours").total.withheld == "few_people"
    assert shown(valley, "hours", DAY + timedelta(days=1)).total.claimed_milli == 72_000


def test_a_teams_figure_over_105_percent_waits_in_its_name_for_somebody(db: None) -> None:
    """Its town is far below its plan, so nobody would be asked about the town's."""
    valley = with_teams(build())
    campaigns.set_targets(
        indicator_id=valley.harvest, rows=[row(valley, "Naju", 100, team_id=valley.teams["Larks"])]
    )
    valley.brought_in("Larks", "Naju", 150)
    assert (team(valley, "Larks").withheld, place(valley, "Naju").withheld) == ("above_105", None)
    sora = valley.organiser("Sora", "Jeonnam")
    (held,) = reads.held_for(actor=sora, campaign_id=valley.campaign_id, today=DAY)
    assert held.team is not None
    assert (held.team.name, held.claimed_percent) == ("Larks", Decimal(150))
    assert held.denominator.plan_milli == 100_000
    standing_actions.confirm_denominator(actor=sora, target_id=held.target_id, now=NOW)
    assert (team(valley, "Larks").claimed_milli, waiting(valley)) == (150_000, ())


def test_a_teams_part_of_a_plan_waits_with_the_plan_of_its_town(db: None) -> None:
    valley = with_teams(build())
    valley.brought_in("Larks", "Naju", 1_200)
    valley.brought_in("Owls", "Naju", 100)
    assert (team(valley, "Larks").withheld, place(valley, "Naju").withheld) == ("above_105", None)
    sora = valley.organiser("Sora", "Jeonnam")
    (held,) = reads.held_for(actor=sora, campaign_id=valley.campaign_id, today=DAY)
    assert held.team is not None
    assert (held.team.name, held.target_id) == ("Larks", valley.targets["Naju"])
    assert held.claimed_percent == Decimal(120)
    standing_actions.confirm_denominator(actor=sora, target_id=held.target_id, now=NOW)
    assert (team(valley, "Larks").claimed_milli, waiting(valley)) == (1_200_000, ())


@pytest.mark.parametrize("day", [DAY + timedelta(days=3), date(2026, 9, 30)])
def test_entries_of_days_to_come_or_before_are_refused(db: None, day: date) -> None:
    valley = with_teams(build())
    entry = replace(valley._entry(Kind.OUTPUT, "Larks", "Naju", 10, DAY), work_day=day)
    with pytest.raises(Refusal, match=str(day)):
        ledger.record_one(entry=entry, now=NOW)
    assert shown(valley, today=END).total.claimed_milli == 0


def test_negative_amounts_are_refused_and_a_correction_goes_no_lower_than_nothing(db: None) -> None:
    valley = with_teams(build())
    with pytest.raises(Refusal):
        valley.brought_in("Larks", "Naju", -10)
    first = valley.brought_in("Larks", "Naju", 10)
    with pytest.raises(Refusal):
        ledger.correct(index=first.index, difference_milli=-11_000, client_id=valley.id(), now=NOW)
    assert place(valley, "Naju").claimed_milli == 10_000


def test_a_campaign_of_twenty_thousand_days_over_leap_days_and_clock_changes(db: None) -> None:
    from dure.movement.campaigns.types import NewCampaign, NewMovement, NewTarget

    build()
    first = date(2026, 10, 1)
    last = first + timedelta(days=19_999)
    new = NewCampaign(
        NewMovement("long", "Long", "On and on."), "long", "Long", "Very long.", "KR", "Europe/Berlin", first, last,
        (NewIndicator("trees", "output", "Trees", "tree"),),
        (NewTarget("trees", "naju", 20_000_000, last, "Forest office", date(2026, 8, 1)),),
    )  # fmt: skip
    campaign = campaigns.create(new=new, now=NOW)
    campaigns.open_campaign(actor=SYSTEM, slug="long", now=NOW)
    # The clocks go back on 25 October 2026, 2028 has a leap day: a day of the plan is a day of the calendar.
    for number in (1, 25, 26, 882, 10_000, 20_000):
        found = reads.standing(campaign_id=campaign.id, today=first + timedelta(days=number - 1))
        assert found.indicators[0].total.expected_milli == number * 1_000
        assert found.indicators[0].total.days_ahead == -number
    with pytest.raises(Refusal, match="at most 20000 days"):
        campaigns.create(new=replace(new, slug="longer", ends_on=last + timedelta(days=1)), now=NOW)
