"""What standings shows, what it holds, and what it never tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base.access import ANONYMOUS, SYSTEM, Actor
from dure.engine.lots import Factor
from dure.kernel.refusals import NotAllowed, NotFound
from dure.movement.audit import reads as audit
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.models import Target
from dure.movement.ledger import actions as ledger
from dure.movement.needs import reads as needs
from dure.movement.standings import actions, reads, sources
from dure.movement.standings.errors import ConfirmationNeedsName
from dure.movement.standings.types import IndicatorStanding, PlaceStanding, TeamStanding
from tests.movement.standings.valley import DAY, NOW, TOWNS, Valley, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley(db: None) -> Valley:
    found = build()
    found.team("Cranes", "Gimje")
    found.team("Herons", "Iksan")
    found.team("Larks", "Naju")
    found.team("Owls", "Naju")
    return found


def _shown(valley: Valley, code: str = "harvest", today: date = DAY) -> IndicatorStanding:
    found = reads.standing(campaign_id=valley.campaign_id, today=today)
    return next(one for one in found.indicators if one.indicator.code == code)


def _place(shown: IndicatorStanding, name: str) -> PlaceStanding:
    return next(place for place in shown.places if place.area.name in (name, f"South {name}"))


def _team(shown: IndicatorStanding, name: str) -> TeamStanding:
    return next(team for team in shown.teams if team.team.name == name)


def test_every_level_shows_the_sum_of_its_leaves(valley: Valley) -> None:
    for team, town, kilograms in (("Cranes", "Gimje", 200), ("Herons", "Iksan", 500), ("Larks", "Naju", 300)):
        valley.brought_in(team, town, kilograms)
    first = valley.brought_in("Owls", "Naju", 50)
    ledger.correct(index=first.index, difference_milli=-10_000, client_id=valley.id(), now=NOW)
    valley.brought_in("Larks", "Jeonnam", 7)  # for the region itself
    shown = _shown(valley)
    claimed = {place.area.id: place.figure.claimed_milli for place in shown.places}
    inside: dict[int, int] = defaultdict(int)
    for place in shown.places:
        inside[place.area.id] += place.direct_milli or 0
        if place.area.parent_id is not None and place.area.parent_id in claimed:
            inside[place.area.parent_id] += place.figure.claimed_milli or 0
    assert claimed == inside
    assert shown.total.claimed_milli == claimed[valley.areas["Korea"]] == 1_047_000
    assert sum(team.figure.claimed_milli or 0 for team in shown.teams) == 1_047_000
    assert _place(shown, "Jeonnam").direct_milli == 7_000
    for level in ("Korea", "Jeonbuk", "Jeonnam"):
        below = [place.figure for place in shown.places if place.area.parent_id == valley.areas[level]]
        figure = _place(shown, level).figure
        assert figure.plan_milli == sum(one.plan_milli or 0 for one in below)
        assert figure.expected_milli == sum(one.expected_milli or 0 for one in below)


def test_a_town_stands_beside_its_plan_its_baseline_and_its_pace(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 650)
    figure = _place(_shown(valley), "Gimje").figure
    assert (figure.plan_milli, figure.claimed_percent) == (1_000_000, Decimal("65.0"))
    # Day 10 of 20 wants half; 650 of 1,000 are thirteen days' worth.
    assert (figure.expected_milli, figure.days_ahead) == (500_000, Decimal("3.0"))
    assert (figure.growth_milli, figure.growth_percent) == (150_000, Decimal("30.0"))
    assert (figure.capacity_percent, figure.opens_review) == (Decimal("32.5"), False)
    assert (figure.n_entries, figure.n_recounted, figure.withheld) == (1, 0, None)
    assert _place(_shown(valley), "Naju").figure.shortfall_milli == 1_000_000


def test_places_with_other_deadlines_are_not_put_on_one_pace(db: None) -> None:
    valley = build(deadlines={"Gimje": date(2026, 10, 15)})
    shown = _shown(valley)
    assert _place(shown, "Jeonbuk").figure.days_ahead is None
    assert _place(shown, "Jeonnam").figure.days_ahead == Decimal("-10.0")
    assert _place(shown, "Jeonbuk").figure.expected_milli == 666_667 + 1_500_000


def test_work_of_a_later_day_does_not_count_today(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 100)
    valley.brought_in("Cranes", "Gimje", 100, day=DAY + timedelta(days=1))
    assert _shown(valley).total.claimed_milli == 100_000
    assert _shown(valley, today=DAY + timedelta(days=1)).total.claimed_milli == 200_000


def test_everything_claimed_and_nothing_checked_is_unknown(valley: Valley) -> None:
    for town, (_, plan) in TOWNS.items():
        valley.brought_in({"Gimje": "Cranes", "Iksan": "Herons", "Naju": "Larks"}[town], town, plan)
    shown = _shown(valley)
    for figure in (shown.total, *(place.figure for place in shown.places), *(t.figure for t in shown.teams)):
        assert not figure.verified.is_known
        assert (figure.verified.checked_count, figure.verified.eligible_count) == (0, 3)
        assert figure.verified_percent is figure.lower_percent is None
    assert shown.total.claimed_percent == 100


def test_verified_is_the_claim_times_the_factor_of_the_lot(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    valley.brought_in("Cranes", "Gimje", 500)
    factor = Factor(Fraction(9, 10), Fraction(7, 10), Fraction(11, 10), checked=8, drawn=10, eligible=40)
    monkeypatch.setattr(audit, "factor", lambda indicator_id: factor)
    shown = _shown(valley)
    believed = _place(shown, "Gimje").figure.verified
    assert (believed.estimate_milli, believed.lower_milli) == (450_000, 350_000)
    assert believed.upper_milli == 500_000, "what nobody claimed is not verified"
    assert (believed.checked_count, believed.eligible_count) == (8, 40)
    assert believed.is_projected
    assert not shown.total.verified.is_projected
    assert _place(shown, "Gimje").figure.verified_percent == 45


def test_above_the_plan_the_denominator_is_printed(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 1_040)
    figure = _place(_shown(valley), "Gimje").figure
    assert figure.claimed_percent == 104
    assert figure.denominator is not None
    assert (figure.denominator.source, figure.denominator.source_date) == (
        "Survey of Gimje",
        date(2026, 8, 20),
    )
    assert _place(_shown(valley), "Naju").figure.denominator is None


def test_140_percent_is_held_until_a_named_organiser_confirms(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 1_400)
    found = reads.standing(campaign_id=valley.campaign_id, today=DAY)
    figure = _place(_shown(valley), "Gimje").figure
    assert figure.withheld == "above_105"
    assert figure.claimed_milli is None
    assert figure.claimed_percent is None
    assert figure.verified.estimate_milli is None
    assert {figure.growth_milli, figure.capacity_percent, figure.days_ahead} == {None}
    assert figure.denominator is not None
    assert _team(_shown(valley), "Cranes").figure.withheld == "above_105"
    [held] = found.held
    assert (held.target_id, held.claimed_milli) == (valley.targets["Gimje"], None)

    bora = valley.organiser("Bora", "Jeonbuk")
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    [seen] = reads.held_for(actor=bora, campaign_id=valley.campaign_id, today=DAY)
    assert (seen.claimed_milli, seen.claimed_percent) == (1_400_000, Decimal(140))

    actions.confirm_denominator(actor=bora, target_id=valley.targets["Gimje"], now=NOW)
    figure = _place(_shown(valley), "Gimje").figure
    assert (figure.withheld, figure.claimed_percent) == (None, Decimal(140))
    assert figure.denominator is not None
    assert (figure.denominator.confirmed_by, figure.denominator.confirmed_at) == ("Bora", NOW)
    assert reads.standing(campaign_id=valley.campaign_id, today=DAY).held == ()
    assert _team(_shown(valley), "Cranes").figure.claimed_percent == 140


def test_a_region_is_held_while_what_lifts_it_is_unconfirmed(valley: Valley) -> None:
    valley.brought_in("Larks", "Naju", 2_800)
    assert _place(_shown(valley), "Jeonnam").figure.withheld == "above_105"
    # Beside a held town the country keeps its size: its own figure is below its plan.
    assert _shown(valley).total.claimed_milli == 2_800_000
    actions.confirm_denominator(
        actor=valley.organiser("Bora", "Korea"), target_id=valley.targets["Naju"], now=NOW
    )
    assert _place(_shown(valley), "Jeonnam").figure.claimed_percent == 140


def test_a_changed_plan_voids_the_confirmation(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 1_400)
    bora = valley.organiser("Bora", "Korea")
    dami = valley.organiser("Dami", "Korea")
    target_id = valley.targets["Gimje"]
    actions.confirm_denominator(actor=bora, target_id=target_id, now=NOW)
    again = actions.confirm_denominator(actor=dami, target_id=target_id, now=NOW)
    assert again.confirmed_by == "Bora"

    # An open campaign's targets stand (F9); one that is changed nevertheless is asked about again.
    target = Target.objects.filter(pk=target_id)
    target.update(plan_milli=1_200_000, source="Second survey", source_date=date(2026, 9, 1))
    assert _place(_shown(valley), "Gimje").figure.withheld == "above_105"
    assert actions.confirm_denominator(actor=dami, target_id=target_id, now=NOW).confirmed_by == "Dami"
    figure = _place(_shown(valley), "Gimje").figure
    assert (figure.claimed_percent, figure.plan_milli) == (Decimal("116.7"), 1_200_000)


def test_only_a_named_organiser_of_the_place_confirms(valley: Valley) -> None:
    target_id = valley.targets["Gimje"]
    with pytest.raises(NotAllowed):
        actions.confirm_denominator(actor=valley.organiser("Chul", "Jeonnam"), target_id=target_id, now=NOW)
    with pytest.raises(NotAllowed):
        actions.confirm_denominator(actor=ANONYMOUS, target_id=target_id, now=NOW)
    with pytest.raises(ConfirmationNeedsName):
        actions.confirm_denominator(actor=SYSTEM, target_id=target_id, now=NOW)
    with pytest.raises(NotFound):
        actions.confirm_denominator(actor=SYSTEM, target_id=0, now=NOW)
    valley.brought_in("Cranes", "Gimje", 1_400)
    assert _place(_shown(valley), "Gimje").figure.withheld == "above_105"


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor(account_id=5)])
def test_a_stranger_sees_no_held_figures(valley: Valley, actor: Actor) -> None:
    with pytest.raises(NotFound):  # a draft
        reads.held_for(actor=actor, campaign_id=valley.campaign_id, today=DAY)
    valley.brought_in("Cranes", "Gimje", 1_400)
    assert reads.held_for(actor=actor, campaign_id=valley.campaign_id, today=DAY) == ()


def test_the_plans_of_the_teams_add_up_to_their_towns(valley: Valley) -> None:
    valley.brought_in("Larks", "Naju", 100)
    valley.brought_in("Owls", "Naju", 300)
    plans = {team.team.name: team.figure.plan_milli for team in _shown(valley).teams}
    assert sum(plans[name] or 0 for name in ("Larks", "Owls")) == 2_000_000


def test_a_kitchen_has_no_part_of_what_the_fields_bring_in(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    kitchen, owls = valley.team("Naju Kitchen", "Naju", kind="cooks"), valley.team("Owls 2", "Naju")
    seats = {(valley.areas["Naju"], team_id): 5 for team_id in (kitchen, owls, valley.teams["Larks"])}
    monkeypatch.setattr(needs, "seats_by_team", lambda campaign_id: seats)
    valley.brought_in("Larks", "Naju", 100)

    teams = {one.team.name: one.figure.plan_milli for one in _shown(valley).teams}

    assert teams["Naju Kitchen"] is None
    # Larks recorded, Owls 2 are of the same kind and did not: both share the town's plan.
    assert (teams["Larks"], teams["Owls 2"]) == (1_000_000, 1_000_000)


def test_a_plan_is_shared_out_by_the_seats_asked_for(valley: Valley, monkeypatch: pytest.MonkeyPatch) -> None:
    naju = valley.areas["Naju"]
    seats = {(naju, valley.teams["Larks"]): 30, (naju, valley.teams["Owls"]): 10}
    monkeypatch.setattr(needs, "seats_by_team", lambda campaign_id: seats)
    teams = {team.team.name: team for team in _shown(valley).teams}
    assert {name: team.figure.plan_milli for name, team in teams.items()} == {
        "Larks": 1_500_000,
        "Owls": 500_000,
    }
    # Teams that were asked for and did nothing are listed too.
    assert {team.figure.claimed_milli for team in teams.values()} == {0}


def test_all_teams_are_listed_by_grade_and_then_by_name(valley: Valley) -> None:
    for name, kilograms in (("Owls", 900), ("Larks", 2)):
        valley.brought_in(name, "Naju", kilograms)
    valley.brought_in("Cranes", "Gimje", 2)
    order = [("ABCunknown".index(team.grade), team.team.name) for team in _shown(valley).teams]
    assert order == sorted(order)
    assert {name for _, name in order} == {"Owls", "Larks", "Cranes"}


def _work(valley: Valley, crews: dict[tuple[str, str], Sequence[int]]) -> None:
    """Everybody in ``crews`` (by team and town) works four hours."""
    for (team, town), crew in crews.items():
        valley.worked(team, town, 4, crew)


def _open_hours(shown: IndicatorStanding) -> set[str]:
    places = {place.area.name for place in shown.places if place.figure.withheld is None}
    return places | {team.team.name for team in shown.teams if team.figure.withheld is None}


def test_hours_of_fewer_than_ten_people_are_not_published_nor_given_away(valley: Valley) -> None:
    crew = valley.persons([f"Helper{number}" for number in range(40)])
    _work(
        valley,
        {
            ("Cranes", "Gimje"): crew[:4],
            ("Herons", "Iksan"): crew[4:16],
            ("Larks", "Naju"): crew[16:26],
            ("Owls", "Naju"): crew[26:40],
        },
    )
    shown = _shown(valley, "hours")
    # Gimje has four. Jeonbuk less Iksan would give them away, so Iksan and its only team are silent too.
    assert _open_hours(shown) == {"South Korea", "Jeonbuk", "Jeonnam", "Naju", "Larks", "Owls"}
    hidden = _place(shown, "Gimje").figure
    assert hidden.withheld == "few_people"
    assert hidden.claimed_milli is hidden.n_entries is hidden.n_recounted is None
    assert _team(shown, "Herons").grade == "unknown"
    assert shown.total.claimed_milli == 160_000


def test_before_the_first_draw_no_count_of_entries_tells_how_few_people_there_are(valley: Valley) -> None:
    crew = valley.persons(["Minji", "Bora", "Chul"])
    _work(valley, {("Cranes", "Gimje"): crew})

    hidden = _shown(valley, "hours").total

    assert hidden.withheld == "few_people"
    assert hidden.verified.checked_count is hidden.verified.eligible_count is None


def test_what_a_team_brought_in_is_public_however_few_they_are(valley: Valley) -> None:
    valley.worked("Cranes", "Gimje", 4, valley.persons(["Minji"]))
    valley.brought_in("Cranes", "Gimje", 12)
    assert _team(_shown(valley), "Cranes").figure.claimed_milli == 12_000
    assert _team(_shown(valley, "hours"), "Cranes").figure.claimed_milli is None
    assert _shown(valley, "hours").total.claimed_milli is None


def test_hours_of_a_team_in_several_places_are_not_published(valley: Valley) -> None:
    crew = valley.persons([f"Helper{number}" for number in range(44)])
    _work(
        valley,
        {
            ("Owls", "Naju"): crew[:20],
            ("Owls", "Gimje"): crew[:2],
            ("Larks", "Naju"): crew[20:32],
            ("Cranes", "Gimje"): crew[32:44],
        },
    )
    shown = _open_hours(_shown(valley, "hours"))
    assert "Owls" not in shown
    assert "South Korea" in shown
    # Gimje less the Cranes would be two people's hours.
    assert not {"Gimje", "Cranes"} <= shown


def test_how_many_brought_it_in_is_not_told_of_fewer_than_ten(valley: Valley) -> None:
    crew = valley.persons([f"Helper{number}" for number in range(33)])
    for team, town, hands in (("Cranes", "Gimje", crew[:3]), ("Herons", "Iksan", crew[3:])):
        for person_id in hands:
            valley.brought_in(team, town, 10, person_id=person_id)
    shown = _shown(valley)
    assert _team(shown, "Cranes").figure.claimed_milli == 30_000
    assert _team(shown, "Cranes").figure.n_entries is None
    assert _place(shown, "Gimje").figure.n_entries is None
    assert shown.total.n_entries == 33
    # 33 in all less the 30 of Iksan would be three.
    assert _place(shown, "Iksan").figure.n_entries is None


def _graded(
    valley: Valley, crew_size: int, swifts: Sequence[int] = (40, 40, 40, 40, 40)
) -> dict[str, TeamStanding]:
    """Six teams of Naju: five bring in alike, Swifts three times as much, over five days."""
    names = ["Swifts", *(f"Team {number}" for number in range(5))]
    for name in names:
        valley.team(name, "Naju", kind="reapers")
        crew = valley.persons([f"{name} {number}".replace(" ", "-") for number in range(crew_size)])
        for back in range(5):
            day = DAY - timedelta(days=back)
            valley.worked(name, "Naju", 4, crew, day)
            valley.brought_in(name, "Naju", swifts[back] if name == "Swifts" else 12, day)
    return {team.team.name: team for team in _shown(valley).teams if team.team.kind == "reapers"}


def test_a_team_far_ahead_of_its_like_is_graded_a_with_an_interval(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Fraction(1)
    borne_out = Factor(whole, whole, whole, checked=15, drawn=15, eligible=30)
    monkeypatch.setattr(audit, "factor", lambda indicator_id: borne_out)
    graded = _graded(valley, crew_size=12)
    swifts = graded["Swifts"]
    assert (swifts.grade, swifts.reason) == ("A", "above_group")
    assert swifts.low_percent is not None
    assert swifts.high_percent is not None
    assert swifts.low_percent < (swifts.figure.claimed_percent or 0) < swifts.high_percent + 5
    assert {team.grade for name, team in graded.items() if name != "Swifts"} <= {"B", "C"}
    assert next(iter(graded)) == "Swifts"


def test_a_claim_of_which_nothing_was_recounted_makes_no_team_lead(valley: Valley) -> None:
    swifts = _graded(valley, crew_size=12)["Swifts"]
    assert (swifts.grade, swifts.reason) == ("B", "too_few_recounts")


def test_a_lead_of_two_days_that_recounts_may_well_have_missed_is_not_told(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Fraction(1)
    borne_out = Factor(whole, whole, whole, checked=15, drawn=15, eligible=30)
    monkeypatch.setattr(audit, "factor", lambda indicator_id: borne_out)
    swifts = _graded(valley, crew_size=12, swifts=(82, 82, 12, 12, 12))["Swifts"]
    assert (swifts.grade, swifts.reason) == ("B", "too_few_recounts")


def test_a_small_crew_is_never_graded_first_and_its_interval_is_not_told(valley: Valley) -> None:
    graded = _graded(valley, crew_size=2)
    assert {team.grade for team in graded.values()} == {"B"}
    assert graded["Swifts"].reason == "too_few_person_days"
    assert {(team.low_percent, team.high_percent) for team in graded.values()} == {(None, None)}


def test_the_number_of_questions_does_not_grow_with_teams(valley: Valley) -> None:
    valley.brought_in("Cranes", "Gimje", 10)
    before = _queries(valley)
    for number in range(30):
        valley.team(f"Team {number:02}", "Naju")
        valley.brought_in(f"Team {number:02}", "Naju", 10)
    assert _queries(valley) == before
    assert before <= 20


def _queries(valley: Valley) -> int:
    with CaptureQueriesContext(connection) as caught:
        reads.standing(campaign_id=valley.campaign_id, today=DAY)
    # Of entries nothing but heads is asked, counted by the database.
    of_entries = [one["sql"] for one in caught.captured_queries if 'FROM "ledger_entry"' in one["sql"]]
    assert all('COUNT(DISTINCT "ledger_entry"."person_key")' in sql for sql in of_entries)
    return len(caught)


def test_an_unknown_campaign_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        reads.standing(campaign_id=99, today=DAY)
    assert sources.LEVELS_MAX == 3
