"""What leading teams do differently, and how far their figures can be believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.practices import actions, reads
from dure.movement.practices.errors import PracticeOwn, PracticeReused, PracticeUnknown
from dure.movement.practices.leading import Work, leads
from dure.movement.practices.types import NewPractice
from tests.movement.standings.valley import DAY, NOW, Valley, build

CRATES = "Crates wait at the end of every row"


@pytest.fixture
def valley(db: None) -> Valley:
    found = build()
    found.team("Larks", "Naju")
    found.team("Owls", "Naju")
    found.team("Cranes", "Gimje")
    return found


def _write_up(valley: Valley) -> NewPractice:
    return NewPractice(
        client_id=valley.id(),
        campaign_id=valley.campaign_id,
        team_id=valley.teams["Larks"],
        title=CRATES,
        what="Two people bring them before the shift.",
        rate_milli_per_hour=30_000,
        like_rate_milli_per_hour=20_000,
    )


LIKE = {number: Work(19_000 + 500 * number, 1_000) for number in range(6)}


@pytest.mark.parametrize(
    ("output_milli", "hours_milli", "is_ahead"),
    [
        (300_000, 10_000, True),
        (200_000, 10_000, False),  # as the others
        (215_000, 10_000, False),  # above, but not by a tenth
        (100_000, 10_000, False),
        (24_500, 1_000, True),
        (2_300, 100, False),  # a lucky tenth of an hour
    ],
)
def test_who_leads_clearly(output_milli: int, hours_milli: int, is_ahead: bool) -> None:
    found = leads(LIKE | {9: Work(output_milli, hours_milli)})
    assert [lead.team_id for lead in found] == ([9] if is_ahead else [])


def test_a_lead_is_measured_without_the_leader() -> None:
    [lead] = leads(LIKE | {9: Work(300_000, 10_000)})
    assert (lead.like_rate_milli_per_hour, lead.like_count, lead.lead_percent) == (20_250, 6, 48)


def test_fewer_than_five_like_teams_are_nothing_to_compare_with() -> None:
    few = {number: LIKE[number] for number in range(4)}
    assert leads(few | {9: Work(900_000, 10_000)}) == []
    assert [lead.team_id for lead in leads(LIKE | {9: Work(900_000, 10_000)})] == [9]


@pytest.mark.django_db
def test_candidates_come_with_their_figures_and_a_caution(valley: Valley) -> None:
    crew = valley.persons(["Minji", "Bora"])
    for number in range(6):
        name = f"Team {number}"
        valley.team(name, "Gimje")
        valley.worked(name, "Gimje", 5, crew)
        valley.brought_in(name, "Gimje", 100 + number)
    valley.worked("Larks", "Naju", 5, crew)
    valley.brought_in("Larks", "Naju", 200)
    valley.brought_in("Larks", "Naju", 900, day=DAY - timedelta(days=1))  # another day's work
    valley.worked("Owls", "Naju", 5, crew)

    def found(actor: Actor) -> list[str]:
        leading = reads.leading_practice_candidates(actor=actor, campaign_id=valley.campaign_id, day=DAY)
        return [one.team.name for one in leading]

    [larks] = reads.leading_practice_candidates(actor=SYSTEM, campaign_id=valley.campaign_id, day=DAY)
    assert (larks.team.name, larks.rate_milli_per_hour, larks.like_rate_milli_per_hour) == (
        "Larks", 20_000, 10_250,
    )  # fmt: skip
    assert (larks.output_milli, larks.hours_milli, larks.like_count, larks.lead_percent) == (
        200_000, 10_000, 6, 95,
    )  # fmt: skip
    assert "claims" in larks.caution
    assert found(Actor(account_id=1, grants=(Grant("organiser", "/KR/16/"),))) == ["Larks"]
    assert found(Actor(account_id=1, grants=(Grant("organiser", "/KR/03/"),))) == []
    assert found(ANONYMOUS) == []


@pytest.mark.django_db
def test_writing_up_twice_writes_once(valley: Valley) -> None:
    new = _write_up(valley)
    bora = valley.organiser("Bora", "Jeonnam")
    first = actions.write_up(actor=bora, new=new, now=NOW)
    again = actions.write_up(actor=bora, new=new, now=NOW + timedelta(hours=1))
    assert first == again
    assert [one.title for one in reads.practices(campaign_id=valley.campaign_id)] == [CRATES]
    with pytest.raises(PracticeReused):
        actions.write_up(actor=bora, new=replace(new, title="Other"), now=NOW)
    assert [one.title for one in reads.practices(campaign_id=valley.campaign_id)] == [CRATES]


@pytest.mark.django_db
def test_only_its_organiser_writes_up_how_a_team_works(valley: Valley) -> None:
    new = _write_up(valley)
    for actor in (ANONYMOUS, valley.organiser("Chul", "Jeonbuk")):
        with pytest.raises(NotAllowed):
            actions.write_up(actor=actor, new=new, now=NOW)
    with pytest.raises(NotFound):
        actions.write_up(actor=SYSTEM, new=replace(new, campaign_id=99), now=NOW)
    with pytest.raises(BadInput):
        actions.write_up(actor=SYSTEM, new=replace(new, title=" "), now=NOW)
    with pytest.raises(BadInput):
        actions.write_up(actor=SYSTEM, new=replace(new, rate_milli_per_hour=-1), now=NOW)
    assert reads.practices(campaign_id=valley.campaign_id) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("crew_size", "rate"), [(9, None), (10, 30_000)])
def test_rates_that_would_tell_the_hours_of_nine_people_are_not_shown(
    valley: Valley, crew_size: int, rate: int | None
) -> None:
    valley.worked("Larks", "Naju", 4, valley.persons([f"Helper{number}" for number in range(crew_size)]))
    written = actions.write_up(actor=SYSTEM, new=_write_up(valley), now=NOW)
    assert written.rate_milli_per_hour == rate
    assert (written.like_rate_milli_per_hour is None) == (rate is None)
    assert "claims" in written.caution


@pytest.mark.django_db
def test_a_team_takes_a_practice_up_once(valley: Valley) -> None:
    practice = actions.write_up(actor=SYSTEM, new=_write_up(valley), now=NOW)
    captain = Actor(account_id=1, grants=(Grant("captain", team_id=valley.teams["Owls"]),))
    actions.adopt(actor=captain, practice_id=practice.id, team_id=valley.teams["Owls"], since=DAY)
    again = actions.adopt(
        actor=valley.organiser("Bora", "Naju"), practice_id=practice.id, team_id=valley.teams["Owls"],
        since=DAY + timedelta(days=3),
    )  # fmt: skip
    assert [team.name for team in again.adopted_by] == ["Owls"]

    with pytest.raises(NotAllowed):
        actions.adopt(actor=captain, practice_id=practice.id, team_id=valley.teams["Cranes"], since=DAY)
    with pytest.raises(PracticeOwn):
        actions.adopt(actor=SYSTEM, practice_id=practice.id, team_id=valley.teams["Larks"], since=DAY)
    with pytest.raises(PracticeUnknown):
        actions.adopt(actor=captain, practice_id=0, team_id=valley.teams["Owls"], since=DAY)
    [shown] = reads.practices(campaign_id=valley.campaign_id)
    assert [team.name for team in shown.adopted_by] == ["Owls"]
