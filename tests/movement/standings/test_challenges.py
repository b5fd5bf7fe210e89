"""Friendly challenges: signed by both, ended by either, and nothing follows from not signing."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from dure.base import accounts
from dure.base.access import SYSTEM, Actor, actor_of
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns import reads as campaign_reads
from dure.movement.standings import challenges
from dure.movement.standings.challenge_outcome import ChallengeOutcome, outcomes
from dure.movement.standings.challenges import ChallengeFacts, NewChallenge
from dure.movement.standings.errors import (
    ChallengeNeedsTwo,
    ChallengeOver,
    ChallengeReused,
    ChallengeTermsChanged,
    ChallengeUnknown,
    ChallengeUnlike,
)
from dure.movement.standings.models import Challenge
from dure.movement.standings.shown import shown
from tests.movement.standings.valley import DAY, NOW, Valley, build

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 10, 11), date(2026, 10, 18)


@pytest.fixture
def valley() -> Valley:
    valley = build()
    for name, town in (("Heron", "Iksan"), ("Crane", "Iksan")):
        valley.team(name, town)
    valley.team("Swan", "Iksan", kind="drivers")
    campaigns.open_campaign(actor=SYSTEM, slug="harvest", now=NOW)
    return valley


def captain(valley: Valley, team: str, name: str = "") -> Actor:
    email = f"{(name or team).lower()}@example.org"
    account_id = accounts.account_id_of(email=email) or accounts.open_account(email=email, name=name or team)
    accounts.grant(account_id=account_id, role="captain", team_id=valley.teams[team])
    return actor_of(account_id=account_id)


def terms(valley: Valley) -> NewChallenge:
    return NewChallenge(
        client_id=valley.id(),
        campaign_id=valley.campaign_id,
        indicator_id=valley.harvest,
        first_team_id=valley.teams["Heron"],
        second_team_id=valley.teams["Crane"],
        compares="level",
        first_day=FIRST,
        last_day=LAST,
        words="The loser cooks.",
    )


def proposed(valley: Valley) -> ChallengeFacts:
    return challenges.propose(actor=captain(valley, "Heron"), new=terms(valley), now=NOW)


def signed(valley: Valley, one: ChallengeFacts | None = None) -> ChallengeFacts:
    one = one or proposed(valley)
    return challenges.sign(
        actor=captain(valley, "Crane"),
        challenge_id=one.id,
        team_id=valley.teams["Crane"],
        digest=one.digest,
        now=NOW,
    )


def test_a_challenge_stands_once_both_captains_signed_the_same_terms(valley: Valley) -> None:
    one = proposed(valley)
    assert one.state(DAY) == "proposed"
    assert challenges.agreed(campaign_id=valley.campaign_id) == []
    agreed = signed(valley, one)
    assert (agreed.state(DAY), agreed.state(FIRST), agreed.state(LAST + timedelta(days=1))) == (
        "agreed",
        "running",
        "over",
    )
    assert challenges.agreed(campaign_id=valley.campaign_id) == [agreed]
    assert signed(valley, one) == agreed


def test_proposing_twice_proposes_once_and_other_terms_under_the_same_id_are_refused(valley: Valley) -> None:
    new, heron = terms(valley), captain(valley, "Heron")
    first = challenges.propose(actor=heron, new=new, now=NOW)
    assert challenges.propose(actor=heron, new=new, now=NOW + timedelta(hours=1)) == first
    with pytest.raises(ChallengeReused):
        challenges.propose(actor=heron, new=replace(new, words="The winner cooks."), now=NOW)
    assert Challenge.objects.count() == 1


def test_other_terms_than_those_proposed_can_t_be_signed(valley: Valley) -> None:
    one = proposed(valley)
    with pytest.raises(ChallengeTermsChanged):
        signed(valley, replace(one, digest="0" * 64))
    assert challenges.agreed(campaign_id=valley.campaign_id) == []


def test_one_person_can_t_sign_both_sides_nor_can_anybody_else(valley: Valley) -> None:
    one = proposed(valley)
    captain(valley, "Heron", "Heron")
    both = captain(valley, "Crane", "Heron")
    for actor in (both, SYSTEM):
        with pytest.raises(ChallengeNeedsTwo):
            challenges.sign(
                actor=actor, challenge_id=one.id, team_id=valley.teams["Crane"], digest=one.digest, now=NOW
            )
    with pytest.raises(ChallengeNeedsTwo):
        challenges.sign(
            actor=both, challenge_id=one.id, team_id=valley.teams["Heron"], digest=one.digest, now=NOW
        )
    with pytest.raises(NotFound):
        challenges.sign(
            actor=captain(valley, "Swan"),
            challenge_id=one.id,
            team_id=valley.teams["Crane"],
            digest=one.digest,
            now=NOW,
        )


def test_who_proposed_can_t_tell_a_no_from_no_answer_and_both_are_gone_by_the_date(valley: Valley) -> None:
    """P3, as twins: the same proposal, once set aside and once not looked at."""
    heron, crane = captain(valley, "Heron"), captain(valley, "Crane")
    seen: list[list[tuple[object, ...]]] = []
    rows: list[int] = []
    for is_declined in (False, True):
        one = proposed(valley)
        if is_declined:
            challenges.set_aside(actor=crane, challenge_id=one.id, team_id=valley.teams["Crane"])
            assert challenges.of_team(actor=crane, team_id=valley.teams["Crane"]) == []
        mine = challenges.of_team(actor=heron, team_id=valley.teams["Heron"])
        seen.append([(found.state(DAY), found.words, found.answer_by, found.signed_at) for found in mine])
        end = datetime.combine(one.answer_by + timedelta(days=1), time(0), UTC)
        # In Hawaii it is still that day.
        assert challenges.lapse(end + timedelta(hours=11)) == 0
        assert challenges.lapse(end + timedelta(hours=12)) == 1
        rows.append(Challenge.objects.count())
    assert seen[0] == seen[1] != []
    assert rows == [0, 0]


def test_what_was_signed_does_not_lapse_and_too_late_can_t_be_signed(valley: Valley) -> None:
    agreed, late = signed(valley), proposed(valley)
    with pytest.raises(ChallengeOver):
        challenges.sign(
            actor=captain(valley, "Crane"),
            challenge_id=late.id,
            team_id=valley.teams["Crane"],
            digest=late.digest,
            now=NOW + timedelta(days=2),
        )
    challenges.lapse(datetime.combine(LAST, time(0), UTC))
    assert [one.id for one in challenges.agreed(campaign_id=valley.campaign_id)] == [agreed.id]


def test_either_side_ends_it_and_a_proposal_is_taken_back(valley: Valley) -> None:
    heron, crane = captain(valley, "Heron"), captain(valley, "Crane")
    one = proposed(valley)
    with pytest.raises(ChallengeUnknown):
        challenges.end(actor=crane, challenge_id=one.id, team_id=valley.teams["Crane"], now=NOW)
    assert challenges.end(actor=heron, challenge_id=one.id, team_id=valley.teams["Heron"], now=NOW) is None
    assert Challenge.objects.count() == 0
    for actor, team in ((heron, "Heron"), (crane, "Crane")):
        agreed = signed(valley)
        ended = challenges.end(actor=actor, challenge_id=agreed.id, team_id=valley.teams[team], now=NOW)
        assert ended is not None
        assert (ended.state(LAST), ended.ended_on) == ("ended", DAY)


@pytest.mark.parametrize(
    ("other", "why"),
    [("Swan", "drivers"), ("Heron", "itself")],
)
def test_unlike_teams_can_t_be_compared(valley: Valley, other: str, why: str) -> None:
    with pytest.raises(ChallengeUnlike, match=why):
        challenges.propose(
            actor=captain(valley, "Heron"),
            new=replace(terms(valley), second_team_id=valley.teams[other]),
            now=NOW,
        )


def test_hours_are_no_matter_for_a_challenge(valley: Valley) -> None:
    with pytest.raises(ChallengeUnlike, match="hours"):
        challenges.propose(
            actor=captain(valley, "Heron"), new=replace(terms(valley), indicator_id=valley.hours), now=NOW
        )


@pytest.mark.parametrize(
    ("first", "last"),
    [(DAY - timedelta(days=1), LAST), (FIRST, date(2026, 10, 21)), (FIRST, FIRST + timedelta(days=2))],
    ids=["past", "after the end", "too short"],
)
def test_days_that_do_not_fit_are_refused(valley: Valley, first: date, last: date) -> None:
    with pytest.raises(BadInput):
        challenges.propose(
            actor=captain(valley, "Heron"),
            new=replace(terms(valley), first_day=first, last_day=last),
            now=NOW,
        )


def test_a_sixth_proposal_waits_until_another_is_answered(valley: Valley) -> None:
    for _ in range(challenges.PROPOSED_MAX):
        proposed(valley)
    with pytest.raises(BadInput):
        proposed(valley)
    assert Challenge.objects.count() == challenges.PROPOSED_MAX


def came_of(valley: Valley, one: ChallengeFacts, today: date) -> ChallengeOutcome:
    campaign = campaign_reads.campaign_by_id(valley.campaign_id)
    [found] = outcomes([one], campaign, shown(campaign_id=valley.campaign_id, today=today), today)
    return found


def work(valley: Valley, heron: int, crane: int) -> None:
    for n in range(8):
        day = FIRST + timedelta(days=n)
        for team, kilograms in (("Heron", heron), ("Crane", crane)):
            valley.brought_in(team, "Iksan", kilograms * (8 + n % 5) // 10, day)


def test_the_outcome_is_open_until_the_last_day_and_then_told_if_the_days_carry_it(valley: Valley) -> None:
    one = signed(valley)
    work(valley, heron=80, crane=40)
    assert came_of(valley, one, LAST).told == "open"
    found = came_of(valley, one, LAST + timedelta(days=1))
    assert found.told == "first"
    assert found.first.days == found.second.days == 8
    assert found.first.claimed_milli is not None
    assert found.second.claimed_milli is not None
    assert found.first.claimed_milli > found.second.claimed_milli


def test_a_small_lead_is_not_told(valley: Valley) -> None:
    one = signed(valley)
    work(valley, heron=44, crane=40)
    assert came_of(valley, one, LAST + timedelta(days=1)).told == "not_told_apart"


def test_no_share_above_105_percent_is_shown_of_days_that_no_plan_was_made_for(valley: Valley) -> None:
    one = signed(valley)
    # Half of Iksan's 3,000 kg in 20 days: 600 kg are expected of these 8.
    work(valley, heron=77, crane=90)
    found = came_of(valley, one, LAST)
    assert (found.first.percent, found.first.claimed_milli) == (Decimal("98.3"), 590_000)
    assert (found.second.percent, found.second.claimed_milli) == (None, 693_000)


def test_of_what_was_ended_nothing_is_told(valley: Valley) -> None:
    one = signed(valley)
    work(valley, heron=80, crane=40)
    ended = challenges.end(
        actor=captain(valley, "Crane"), challenge_id=one.id, team_id=valley.teams["Crane"], now=NOW
    )
    assert ended is not None
    assert came_of(valley, ended, LAST + timedelta(days=1)).told == "ended"
