"""Who looks at which team's work, by when; and that the team is heard first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from dure.base import accounts
from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant, actor_of
from dure.base.errors import CommandReused
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.campaigns import breaks
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.campaigns.models import Campaign, Target
from dure.movement.people import reads as people
from dure.movement.standings import keeping
from dure.movement.standings import reads as standings
from dure.movement.supervision import actions, reads, watching
from dure.movement.supervision.errors import (
    FollowUpNone,
    FollowUpOpen,
    SupervisorOutside,
    TeamAnswersFirst,
)
from dure.movement.supervision.types import SignalFacts
from tests.movement.standings.valley import Valley, build

FIRST = date(2026, 10, 1)
DAY = timedelta(days=1)


def at(day: date, hour: int = 6) -> datetime:
    """An hour of a day by the campaign's clock (Seoul)."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=9)


@pytest.fixture
def valley(db: None) -> Valley:
    found = build()
    found.team("Larks", "Naju")
    found.team("Owls", "Naju")
    found.team("Cranes", "Gimje")
    return found


def work(valley: Valley, team: str, town: str, days: int, kilograms: int = 10, first: date = FIRST) -> None:
    for number in range(days):
        valley.brought_in(team, town, kilograms, day=first + DAY * number)


def waiting(valley: Valley, day: date, actor: Actor = SYSTEM) -> list[tuple[str, str]]:
    page = reads.signals(actor=actor, campaign_id=valley.campaign_id, today=day)
    return [(one.team.name, one.kind) for one in page.signals]


def look(valley: Valley, day: date) -> tuple[int, int, int]:
    found = actions.look(campaign_id=valley.campaign_id, now=at(day))
    return found.new_count, found.standing_count, found.ended_count


def silent_owls(valley: Valley) -> SignalFacts:
    """Owls report for two days and then no more; on the twelfth morning a signal says so."""
    work(valley, "Larks", "Naju", 19)
    work(valley, "Owls", "Naju", 2)
    look(valley, FIRST + 11 * DAY)
    page = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 11 * DAY)
    [found] = [one for one in page.signals if one.kind == "silent"]
    return found


def account(valley: Valley, name: str, place: str) -> int:
    actor = valley.organiser(name, place)
    assert actor.account_id is not None
    return actor.account_id


@pytest.mark.django_db
def test_a_team_that_stopped_reporting_is_told_once_and_welcomed_back(valley: Valley) -> None:
    found = silent_owls(valley)
    assert (found.team.name, found.tone, found.figures) == ("Owls", "warning", {"days": 8})
    assert (found.since, found.found_on) == (FIRST + 2 * DAY, FIRST + 11 * DAY)
    before = waiting(valley, FIRST + 11 * DAY)
    assert look(valley, FIRST + 11 * DAY)[0] == 0
    assert waiting(valley, FIRST + 11 * DAY) == before
    look(valley, FIRST + 12 * DAY)
    again = reads.signal(actor=SYSTEM, signal_id=found.id)
    assert (again.ended_on, again.figures) == (None, {"days": 9})

    work(valley, "Owls", "Naju", 1, first=FIRST + 12 * DAY)
    look(valley, FIRST + 13 * DAY)
    assert reads.signal(actor=SYSTEM, signal_id=found.id).ended_on == FIRST + 13 * DAY
    assert ("Owls", "back") in waiting(valley, FIRST + 13 * DAY)
    assert ("Owls", "silent") not in waiting(valley, FIRST + 13 * DAY)
    for number in range(14, 21):
        look(valley, FIRST + number * DAY)
    assert ("Owls", "back") not in waiting(valley, FIRST + 20 * DAY)


@pytest.mark.django_db
def test_rest_that_was_planned_is_no_silence(valley: Valley) -> None:
    rest = [(FIRST + 2 * DAY, FIRST + 9 * DAY)]
    breaks.plan_rest(actor=SYSTEM, slug="harvest", spans=rest, reason="Feast days", now=at(FIRST - DAY))
    work(valley, "Larks", "Naju", 19)
    work(valley, "Owls", "Naju", 2)
    look(valley, FIRST + 11 * DAY)
    assert ("Owls", "silent") not in waiting(valley, FIRST + 11 * DAY)


@pytest.mark.django_db
def test_plans_far_behind_missed_and_met_are_told_with_what_is_verified(valley: Valley) -> None:
    work(valley, "Larks", "Naju", 14, kilograms=150)  # 2,100 of 2,000 kg: 105 %, as claimed
    work(valley, "Cranes", "Gimje", 14, kilograms=10)  # 140 of 1,000 kg
    look(valley, FIRST + 14 * DAY)
    page = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 14 * DAY)
    found = {(one.team.name, one.kind): one for one in page.signals}
    assert found.keys() == {("Larks", "met_claimed"), ("Cranes", "behind")}
    met, behind = found["Larks", "met_claimed"], found["Cranes", "behind"]
    # A claim alone is no result: it is something to ask, not to celebrate (F3).
    assert (met.tone, met.figures["verified_milli"]) == ("ask", None)
    assert behind.figures == {
        "done_milli": 140_000,
        "wanted_milli": 750_000,
        "verified_milli": None,
        "days": 12,
    }
    look(valley, FIRST + 22 * DAY)
    assert ("Cranes", "missed") in waiting(valley, FIRST + 22 * DAY)
    assert ("Cranes", "behind") not in waiting(valley, FIRST + 22 * DAY)


@pytest.mark.django_db
def test_a_place_above_its_capacity_is_told_to_its_teams_before_all_else(valley: Valley) -> None:
    Target.objects.filter(pk=valley.targets["Naju"]).update(rated_capacity_milli=2_000_000)
    work(valley, "Larks", "Naju", 14, kilograms=149)
    look(valley, FIRST + 14 * DAY)
    page = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 14 * DAY)
    first = page.signals[0]
    assert (first.team.name, first.kind, first.tone) == ("Larks", "over_capacity", "safety")
    assert first.figures == {"percent": 104}


@pytest.mark.django_db
def test_a_figure_that_is_held_brings_no_signal(valley: Valley) -> None:
    work(valley, "Larks", "Naju", 10, kilograms=400)  # 200 % of the plan, nobody stands by it (F7)
    look(valley, FIRST + 12 * DAY)
    assert [kind for _, kind in waiting(valley, FIRST + 12 * DAY) if kind.startswith("met")] == []


@pytest.mark.django_db
def test_help_for_another_place_is_told(valley: Valley) -> None:
    work(valley, "Larks", "Naju", 10)
    work(valley, "Larks", "Gimje", 2, kilograms=7, first=FIRST + 6 * DAY)
    look(valley, FIRST + 11 * DAY)
    page = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 11 * DAY)
    [helped] = [one for one in page.signals if one.kind == "helped"]
    assert (helped.team.name, helped.tone, helped.figures) == ("Larks", "good", {"done_milli": 14_000})


@pytest.mark.django_db
def test_the_teams_supervisor_gets_what_is_new_with_a_date(valley: Valley) -> None:
    bora = account(valley, "Bora", "Jeonnam")
    owls = [valley.teams["Owls"]]
    actions.supervise(
        actor=SYSTEM, campaign_id=valley.campaign_id, account_id=bora, team_ids=owls, now=at(FIRST)
    )
    found = silent_owls(valley)
    assert found.follow_up is not None
    assert (found.follow_up.owner, found.follow_up.due_on) == ("Bora", FIRST + 15 * DAY)
    page = reads.signals(actor=SYSTEM, campaign_id=valley.campaign_id, today=FIRST + 16 * DAY, owner_id=bora)
    # It is behind its plan too.
    assert [(one.kind, one.team.name) for one in page.signals] == [("behind", "Owls"), ("silent", "Owls")]
    assert page.late_count == 2
    minji = account(valley, "Minji", "Korea")
    actions.supervise(
        actor=SYSTEM, campaign_id=valley.campaign_id, account_id=minji, team_ids=owls, now=at(FIRST)
    )
    handed = reads.signal(actor=SYSTEM, signal_id=found.id).follow_up
    assert handed is not None
    assert (handed.owner, handed.due_on) == ("Minji", FIRST + 15 * DAY)


@pytest.mark.django_db
def test_nobody_looks_after_a_team_for_a_campaign_of_another_place(valley: Valley) -> None:
    bora = account(valley, "Bora", "Korea")
    owls = [valley.teams["Owls"]]
    home = people.team(owls[0]).area_path
    elsewhere = next(name for name in ("Jeonbuk", "Jeonnam") if not home.startswith(valley.paths[name]))
    Campaign.objects.update(area_id=valley.areas[elsewhere])
    with pytest.raises(NotFound):
        actions.supervise(
            actor=SYSTEM, campaign_id=valley.campaign_id, account_id=bora, team_ids=owls, now=at(FIRST)
        )
    with pytest.raises(NotFound):
        actions.release(actor=SYSTEM, campaign_id=valley.campaign_id, team_ids=owls)


@pytest.mark.django_db
def test_a_warning_waits_for_the_teams_own_words(valley: Valley) -> None:
    found = silent_owls(valley)
    morning = at(FIRST + 11 * DAY, 8)
    bora = valley.organiser("Bora", "Jeonnam")
    assert bora.account_id is not None
    with pytest.raises(TeamAnswersFirst):
        actions.follow_up(
            actor=bora, signal_id=found.id, owner_id=bora.account_id, due_on=FIRST + 12 * DAY, now=morning
        )
    owned = actions.follow_up(
        actor=bora, signal_id=found.id, owner_id=bora.account_id, due_on=FIRST + 13 * DAY, now=morning
    )
    assert owned.follow_up is not None
    assert owned.follow_up.is_open
    with pytest.raises(TeamAnswersFirst):
        actions.done(actor=bora, signal_id=found.id, words="They are lazy.", now=morning)

    captain_id = accounts.open_account(email="chul@example.org", name="Chul")
    accounts.grant(account_id=captain_id, role="captain", team_id=valley.teams["Owls"])
    captain = actor_of(account_id=captain_id)
    [seen] = [
        one for one in reads.of_team(actor=captain, team_id=valley.teams["Owls"]) if one.kind == "silent"
    ]
    assert seen.id == found.id
    once = uuid4()
    for _ in range(2):
        said = actions.answer(
            actor=captain, signal_id=found.id, client_id=once, words="The tractor broke.", now=morning
        )
        assert said.answer is not None
        assert (said.answer.words, said.answer.by) == ("The tractor broke.", "Chul")
    with pytest.raises(CommandReused):
        actions.answer(actor=captain, signal_id=found.id, client_id=once, words="Other.", now=morning)

    closed = actions.done(actor=bora, signal_id=found.id, words="A tractor is lent to them.", now=morning)
    assert closed.follow_up is not None
    assert (closed.follow_up.outcome, closed.waits) == ("done", False)
    # It is still so on the next morning; nobody is sent after them again.
    look(valley, FIRST + 12 * DAY)
    assert ("Owls", "silent") not in waiting(valley, FIRST + 12 * DAY)


@pytest.mark.django_db
def test_without_an_answer_the_time_of_the_team_ends(valley: Valley) -> None:
    found = silent_owls(valley)
    bora = valley.organiser("Bora", "Jeonnam")
    assert bora.account_id is not None
    later = at(FIRST + 13 * DAY)
    with pytest.raises(FollowUpNone):
        actions.done(actor=bora, signal_id=found.id, words="Seen.", now=later)
    actions.follow_up(
        actor=bora, signal_id=found.id, owner_id=bora.account_id, due_on=FIRST + 13 * DAY, now=later
    )
    closed = actions.done(actor=bora, signal_id=found.id, words="Seen.", now=later)
    assert closed.follow_up is not None
    assert closed.follow_up.outcome == "done"


@pytest.mark.django_db
def test_a_follow_up_has_one_owner_at_a_time_and_a_day_that_can_be_kept(valley: Valley) -> None:
    found = silent_owls(valley)
    bora, minji = account(valley, "Bora", "Jeonnam"), account(valley, "Minji", "Korea")
    dal = account(valley, "Dal", "Jeonbuk")
    morning, due = at(FIRST + 11 * DAY), FIRST + 14 * DAY

    def give(owner_id: int, due_on: date) -> SignalFacts:
        return actions.follow_up(
            actor=SYSTEM, signal_id=found.id, owner_id=owner_id, due_on=due_on, now=morning
        )

    for bad in (FIRST + 10 * DAY, FIRST + 99 * DAY):
        with pytest.raises(BadInput):
            give(bora, bad)
    with pytest.raises(SupervisorOutside):
        give(dal, due)
    with pytest.raises(FollowUpNone):
        actions.hand_over(actor=SYSTEM, signal_id=found.id, owner_id=minji, due_on=due, now=morning)
    assert give(bora, due) == give(bora, due)
    with pytest.raises(FollowUpOpen):
        give(minji, due)
    handed = actions.hand_over(
        actor=SYSTEM, signal_id=found.id, owner_id=minji, due_on=due + DAY, now=morning
    )
    assert handed.follow_up is not None
    assert (handed.follow_up.owner, handed.follow_up.due_on) == ("Minji", due + DAY)
    for words in (" ", "x" * 501, "a\x00b"):
        with pytest.raises(BadInput):
            actions.let_be(actor=SYSTEM, signal_id=found.id, why=words, now=morning)
    closed = actions.let_be(
        actor=SYSTEM, signal_id=found.id, why="They moved to the next valley.", now=morning
    )
    assert closed.follow_up is not None
    assert (closed.follow_up.outcome, closed.waits) == ("let_be", False)


@pytest.mark.django_db
def test_only_who_organises_the_place_and_the_captain_see_a_signal(valley: Valley) -> None:
    found = silent_owls(valley)
    other = Actor(account_id=1, grants=(Grant("captain", team_id=valley.teams["Larks"]),))
    jeonbuk = valley.organiser("Dal", "Jeonbuk")
    for stranger in (ANONYMOUS, other, jeonbuk):
        with pytest.raises(NotFound):
            reads.signal(actor=stranger, signal_id=found.id)
        with pytest.raises(NotFound):
            reads.of_team(actor=stranger, team_id=valley.teams["Owls"])
    assert ("Owls", "silent") not in waiting(valley, FIRST + 11 * DAY, jeonbuk)
    assert ("Owls", "silent") in waiting(valley, FIRST + 11 * DAY, valley.organiser("Bora", "Jeonnam"))
    with pytest.raises(NotFound):
        waiting(valley, FIRST + 11 * DAY, other)
    captain = Actor(account_id=1, grants=(Grant("captain", team_id=valley.teams["Owls"]),))
    with pytest.raises(NotAllowed):
        actions.let_be(actor=captain, signal_id=found.id, why="Leave us.", now=at(FIRST + 11 * DAY))


@pytest.mark.django_db
def test_teams_are_shared_out_up_to_the_span_and_the_rest_is_shown(valley: Valley) -> None:
    for number in range(5):
        valley.team(f"Team {number}", "Naju")
        valley.brought_in(f"Team {number}", "Naju", 5)
    bora = account(valley, "Bora", "Jeonnam")
    dal = account(valley, "Dal", "Jeonbuk")
    valley.brought_in("Cranes", "Gimje", 5)

    def spans() -> tuple[dict[str, int], int]:
        found = reads.spans(actor=SYSTEM, campaign_id=valley.campaign_id, span=3)
        return {one.name: one.team_count for one in found.supervisors}, len(found.without)

    look(valley, FIRST + 18 * DAY)  # the silent are known to supervision, also without posts
    assert spans() == ({}, 6)
    shared = actions.share_out(actor=SYSTEM, campaign_id=valley.campaign_id, now=at(FIRST + 18 * DAY), span=3)
    assert (shared.given_count, shared.left_count) == (4, 2)
    assert spans() == ({"Bora": 3, "Dal": 1}, 2)
    again = actions.share_out(actor=SYSTEM, campaign_id=valley.campaign_id, now=at(FIRST + 18 * DAY), span=3)
    assert again.given_count == 0
    left = [one.id for one in reads.teams_without(actor=SYSTEM, campaign_id=valley.campaign_id)]
    total = actions.supervise(
        actor=SYSTEM, campaign_id=valley.campaign_id, account_id=bora, team_ids=left, now=at(FIRST)
    )
    found = reads.spans(actor=SYSTEM, campaign_id=valley.campaign_id, span=3)
    assert total == 5
    assert [one.name for one in found.supervisors if one.team_count > found.span] == ["Bora"]
    with pytest.raises(SupervisorOutside):
        actions.supervise(
            actor=SYSTEM, campaign_id=valley.campaign_id, account_id=dal, team_ids=left, now=at(FIRST)
        )
    with pytest.raises(NotAllowed):
        actions.supervise(
            actor=actor_of(account_id=dal),
            campaign_id=valley.campaign_id,
            account_id=bora,
            team_ids=left,
            now=at(FIRST),
        )
    assert actions.release(actor=SYSTEM, campaign_id=valley.campaign_id, team_ids=left) == 2
    with pytest.raises(BadInput):
        actions.share_out(actor=SYSTEM, campaign_id=valley.campaign_id, now=at(FIRST), span=0)


@pytest.mark.django_db
def test_the_morning_comes_once_a_day_at_five_by_the_campaigns_clock(valley: Valley) -> None:
    work(valley, "Larks", "Naju", 3)
    campaign = campaign_reads.campaign_by_id(valley.campaign_id)
    day = FIRST + 5 * DAY
    assert not reads.is_due(campaign, at(day, 4))
    assert reads.is_due(campaign, at(day, 5))
    actions.look(campaign_id=valley.campaign_id, now=at(day, 5))
    assert not reads.is_due(campaign, at(day, 23))
    assert reads.is_due(campaign, at(day + DAY, 5))
    assert not reads.is_due(campaign, at(FIRST - DAY, 9))
    assert not reads.is_due(campaign, at(date(2026, 11, 4), 9))


@pytest.mark.django_db
def test_whoever_shares_a_place_gets_neighbouring_teams_evenly(valley: Valley) -> None:
    for number in range(3):
        for town in ("Gimje", "Iksan"):
            valley.team(f"{town} {number}", town)
            valley.brought_in(f"{town} {number}", town, 5)
    for name in ("Bora", "Dal"):
        account(valley, name, "Jeonbuk")
    look(valley, FIRST + 18 * DAY)
    shared = actions.share_out(actor=SYSTEM, campaign_id=valley.campaign_id, now=at(FIRST + 18 * DAY))
    assert (shared.given_count, shared.left_count) == (6, 0)
    found = reads.spans(actor=SYSTEM, campaign_id=valley.campaign_id)
    towns = {one.name: {team.name.split()[0] for team in one.teams} for one in found.supervisors}
    assert towns in ({"Bora": {"Gimje"}, "Dal": {"Iksan"}}, {"Bora": {"Iksan"}, "Dal": {"Gimje"}})


@pytest.mark.django_db
def test_a_nations_morning_reads_what_is_kept_and_finds_the_same(
    valley: Valley, monkeypatch: pytest.MonkeyPatch
) -> None:
    Target.objects.filter(pk=valley.targets["Gimje"]).update(rated_capacity_milli=100_000)
    work(valley, "Larks", "Naju", 14, kilograms=10)  # far behind
    work(valley, "Cranes", "Gimje", 14, kilograms=10)  # above what its place is rated for
    campaign = campaign_reads.campaign_by_id(valley.campaign_id)
    today = FIRST + 14 * DAY
    live = watching.watch(campaign, today)
    assert {one.kind for one in live} == {"behind", "over_capacity"}
    monkeypatch.setattr(keeping, "LIVE_CELLS_MAX", 0)
    assert keeping.keep(campaign_id=valley.campaign_id, today=today, now=at(today))

    def never(**_: object) -> None:
        raise AssertionError("a nation's standing is not worked out again")

    monkeypatch.setattr(standings, "standing", never)
    assert watching.watch(campaign, today) == live
