"""The rules of a season, and what they make of a team's plan."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dure.base.access import SYSTEM
from dure.kernel.refusals import BadInput, NotAllowed
from dure.movement.campaigns import actions as campaigns
from dure.movement.standings import reads, rules
from dure.movement.standings.errors import SeasonOpen
from dure.movement.standings.rules import PLAIN, Hardship, Rules
from dure.movement.standings.types import TeamStanding
from tests.movement.standings.valley import DAY, NOW, Valley, build

pytestmark = pytest.mark.django_db
TERRACES = Hardship("KR.03", 800, "Terraces: no machine gets there.", "County survey", date(2026, 8, 1))


@pytest.fixture
def valley() -> Valley:
    return build()


def standing_of(valley: Valley, name: str, today: date = DAY) -> TeamStanding:
    shown = reads.standing(campaign_id=valley.campaign_id, today=today)
    harvest = next(one for one in shown.indicators if one.indicator.id == valley.harvest)
    return next(one for one in harvest.teams if one.team.name == name)


def state(valley: Valley, stated: Rules) -> rules.Season:
    return rules.state(actor=SYSTEM, campaign_id=valley.campaign_id, rules=stated, now=NOW)


def test_who_states_nothing_is_graded_by_the_plain_rules_and_their_digest_never_changes(
    valley: Valley,
) -> None:
    season = rules.of(valley.campaign_id)
    assert (season.rules, season.stated_at, season.is_frozen) == (PLAIN, None, False)
    # Of a season that runs somewhere: other rules, or another use of them, need another FORM.
    assert season.digest == "fe0a167d25d96b8465462b45faed2371fdb23c6f6203130708b50ae207fab002"


def test_rules_are_stated_while_the_campaign_is_a_draft_and_frozen_when_it_opens(valley: Valley) -> None:
    stated = state(valley, Rules(span_days=7))
    assert (stated.rules.span_days, stated.stated_at) == (7, NOW)
    again = state(valley, Rules(span_days=10, hardships=(TERRACES,)))
    assert rules.of(valley.campaign_id) == again
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    with pytest.raises(SeasonOpen):
        state(valley, Rules(span_days=7))
    assert rules.of(valley.campaign_id) == replace(again, is_frozen=True)
    assert state(valley, again.rules).digest == again.digest


def test_only_the_campaigns_own_organisers_state_its_rules(valley: Valley) -> None:
    with pytest.raises(NotAllowed):
        rules.state(
            actor=valley.organiser("Sora", "Jeonbuk"), campaign_id=valley.campaign_id, rules=PLAIN, now=NOW
        )


@pytest.mark.parametrize(
    "bad",
    [
        Rules(population_permille=1_001),
        Rules(span_days=6),
        Rules(hardships=(replace(TERRACES, permille=499),)),
        Rules(hardships=(replace(TERRACES, source=" "),)),
        Rules(hardships=(TERRACES, TERRACES)),
    ],
    ids=["population", "span", "too hard", "no source", "twice"],
)
def test_rules_that_make_no_sense_are_refused(valley: Valley, bad: Rules) -> None:
    with pytest.raises(BadInput):
        state(valley, bad)
    assert rules.of(valley.campaign_id).rules == PLAIN


def test_less_is_expected_where_it_is_harder_with_the_source_beside_it(valley: Valley) -> None:
    state(valley, Rules(hardships=(TERRACES, replace(TERRACES, place="gimje", permille=900))))
    valley.team("Heron", "Gimje")
    valley.team("Crane", "Iksan")
    valley.team("Stork", "Naju")
    valley.brought_in("Heron", "Gimje", 100)
    valley.brought_in("Crane", "Iksan", 100)
    valley.brought_in("Stork", "Naju", 100)
    # The nearest one counts: Gimje's own, not its region's.
    assert standing_of(valley, "Heron").expected_milli == 900_000
    crane = standing_of(valley, "Crane")
    assert crane.expected_milli == 2_400_000
    assert [(one.kind, one.place, one.permille, one.source) for one in crane.adjustments] == [
        ("hardship", "Iksan", 800, "County survey")
    ]
    stork = standing_of(valley, "Stork")
    assert (stork.expected_milli, stork.adjustments) == (2_000_000, ())
    # The figure everybody sees is the plan's own.
    assert crane.figure.plan_milli == 3_000_000


def test_nothing_is_expected_above_the_rated_capacity(valley: Valley) -> None:
    row = next(one for one in reads.standing(campaign_id=valley.campaign_id, today=DAY).indicators)
    assert row.indicator.id == valley.harvest
    from dure.movement.campaigns.models import Target

    Target.objects.filter(pk=valley.targets["Naju"]).update(rated_capacity_milli=1_500_000)
    valley.team("Stork", "Naju")
    valley.brought_in("Stork", "Naju", 100)
    stork = standing_of(valley, "Stork")
    assert (stork.expected_milli, stork.adjustments[0].kind) == (1_500_000, "capacity")


def test_a_plan_is_measured_by_the_people_who_live_there_as_far_as_the_rules_say(valley: Valley) -> None:
    for name, town in (("Heron", "Gimje"), ("Crane", "Iksan"), ("Stork", "Naju")):
        valley.team(name, town)
    # Three towns of 50,000 share plans of 1,000, 3,000 and 2,000: an even share would be 2,000 each.
    state(valley, Rules(population_permille=1_000))
    for name, town in (("Heron", "Gimje"), ("Crane", "Iksan"), ("Stork", "Naju")):
        valley.brought_in(name, town, 100)
    expected = {name: standing_of(valley, name).expected_milli for name in ("Heron", "Crane", "Stork")}
    assert expected == {"Heron": 2_000_000, "Crane": 2_001_000, "Stork": 2_000_000}


def test_a_team_that_works_for_another_town_gives_help_and_its_own_work_is_none(valley: Valley) -> None:
    valley.team("Heron", "Gimje")
    valley.brought_in("Heron", "Gimje", 300)
    valley.brought_in("Heron", "Naju", 40)
    valley.brought_in("Heron", "Iksan", 2)
    helped = standing_of(valley, "Heron").help
    assert helped is not None
    assert (helped.milli, helped.place_names) == (42_000, ("Iksan", "Naju"))
    valley.team("Crane", "Iksan")
    valley.brought_in("Crane", "Iksan", 5)
    assert standing_of(valley, "Crane").help is None


def test_a_team_sees_its_own_past_beside_its_level(valley: Valley) -> None:
    state(valley, Rules(span_days=7))
    for name in ("Heron", "Crane"):
        valley.team(name, "Iksan")
    last = date(2026, 10, 15)
    for back in range(1, 15):
        lately = back <= 7
        day = last - timedelta(days=back)
        valley.brought_in("Heron", "Iksan", (40 if lately else 15) + back % 3, day)
        valley.brought_in("Crane", "Iksan", 30 + back % 5, day)
    heron, crane = (standing_of(valley, name, last).change for name in ("Heron", "Crane"))
    assert heron is not None
    assert crane is not None
    assert (heron.trend, crane.trend) == ("more", "as_before")
    assert heron.low_percent is not None
    assert heron.low_percent > 50
    # Two teams are no group to say what all met with.
    assert heron.usual_percent is None


def test_hours_have_neither_change_nor_help(valley: Valley) -> None:
    """They stand on few people, and differences would tell of them (P9)."""
    valley.team("Heron", "Gimje")
    crew = valley.persons([f"Hand{number}" for number in range(12)])
    valley.worked("Heron", "Naju", 4, crew)
    shown = reads.standing(campaign_id=valley.campaign_id, today=DAY)
    (hours,) = [one for one in shown.indicators if one.indicator.kind == "hours"]
    assert all(one.change is None and one.help is None for one in hours.teams)


def test_like_teams_are_of_the_same_kind_and_about_as_large(valley: Valley) -> None:
    for name, town, kind in (
        ("Heron", "Gimje", "pickers"),
        ("Crane", "Naju", "pickers"),
        ("Ibis", "Naju", "pickers"),
        ("Stork", "Iksan", "pickers"),
        ("Swan", "Naju", "drivers"),
    ):
        valley.team(name, town, kind)
        valley.brought_in(name, town, 50)
    names = {team_id: name for name, team_id in valley.teams.items()}
    like = {names[one] for one in standing_of(valley, "Crane").like_ids}
    # Iksan's plan is three times as large, and drivers don't pick.
    assert like == {"Heron", "Ibis"}
