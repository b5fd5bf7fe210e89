"""Who comes along, who is called for help and who stands in for a captain, written on a captain's phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count

from dure.base import delegation
from dure.base.access import Actor, actor_of
from dure.base.accounts import account_id_of, grant, open_account
from dure.base.models import OutboxMessage, RoleGrant
from dure.kernel.refusals import NotFound
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.movement.matching.models import Placement
from dure.movement.needs import help as asking
from dure.movement.needs import requests
from dure.movement.people.models import Contact, Person
from dure.operations import lapsing
from dure.operations.crew.day import crew_day
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at
from tests.operations.crew_phone import EVENING, act, captain_account, codes, outcomes, placement, send


@pytest.fixture
def covered(settings: Any) -> None:
    settings.WALK_IN_COVER = "group policy 7"


def along(farm: Farm, **other: object) -> dict[str, Any]:
    facts = {"given_name": "Dana", "birth_year": 1985, "agreed": True, "briefed": True, "language": "ko"}
    return act("walk_in", at(9), **{"post_id": farm.posts["Pick pears"], **facts, **other})


def test_who_comes_along_works_covered_and_is_forgotten_unless_they_stay(crew: Farm, covered: None) -> None:
    first, beside = along(crew, contact="dana@people.example"), along(crew, given_name="Yuna")

    results = send(crew, first, beside, first)

    assert outcomes(results) == ["done", "done", "known"]
    # Chul's seat was free; then none was.
    assert [one.facts.get("note") for one in results] == [None, "beside", None]
    dana, yuna = Person.objects.get(given_name="Dana"), Person.objects.get(given_name="Yuna")
    assert (Contact.objects.filter(person=dana).count(), Contact.objects.filter(person=yuna).count()) == (
        1,
        0,
    )
    assert OutboxMessage.objects.filter(person_id=dana.pk, kind="link").count() == 1
    wrote = act("work", at(15), post_id=crew.posts["Pick pears"], minutes=360)
    assert send(crew, wrote)[0].facts["hours"] == 2
    size = ledger.size()

    assert lapsing.lapse(now=EVENING + timedelta(days=16)) == 2

    assert not Person.objects.filter(given_name__in=("Dana", "Yuna")).exists()
    assert ledger.size() == size
    assert ledger_actions.forget_person(person_id=dana.pk) == 0  # nobody can tell whose hours they were
    assert Placement.objects.filter(person=None, state="done").count() == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"birth_year": 2009}, "walk_in_under_18"),
        ({"briefed": False}, "walk_in_not_asked"),
        ({"agreed": False}, "walk_in_not_asked"),
        ({"given_name": "<b>12</b>"}, "bad_input"),
        ({"contact": "no contact"}, "bad_input"),
        ({"at": at(17).isoformat()}, "wrong_moment"),
    ],
)
def test_nothing_is_kept_of_who_can_not_be_taken_in(
    crew: Farm, covered: None, changed: dict[str, object], code: str
) -> None:
    people_count, placements = Person.objects.count(), Placement.objects.count()

    assert codes(send(crew, along(crew, **changed))) == [code]
    assert (Person.objects.count(), Placement.objects.count()) == (people_count, placements)


def test_rules_of_the_post_hold_for_who_comes_along(crew: Farm, covered: None, settings: Any) -> None:
    crew.post("Drive", skills=("driving-van",))
    crew.post("Children", with_children=True)
    crew.post("Long", starts=9, ends=19)
    people_count = Person.objects.count()
    names = ("Drive", "Children", "Long")
    results = send(crew, *(along(crew, post_id=crew.posts[one]) for one in names), now=at(9))
    assert codes(results) == ["not_ready", "not_ready", "post_unfit"]

    settings.WALK_IN_COVER = ""
    assert codes(send(crew, along(crew))) == ["walk_ins_uncovered"]
    assert Person.objects.count() == people_count


def test_a_call_for_help_reaches_the_organisers_and_asks_for_people(crew: Farm) -> None:
    account = open_account(email="organiser@example.org", name="Org")
    grant(account_id=account, role="organiser", area_path="/KR/")
    words = act("help", at(9), words="Two more hands.", people_wanted=2, post_id=crew.posts["Pick pears"])

    no_water = act(
        "help",
        at(9),
        words="No water. \u0622\u0628 \u0646\u0645\u06cc\u200c\u0631\u0633\u062f \U0001f469\u200d\U0001f692",
    )
    results = send(crew, words, words, no_water, actor=captain_account(crew), now=at(10))

    assert outcomes(results) == ["done", "known", "done"]
    assert [one.facts["people_asked_for"] for one in results] == [True, True, False]
    hands, water = asking.open_for(ORGANISER, crew.campaign.id)
    assert (hands.words, hands.people_wanted, hands.asked_at, hands.heard_at) == (
        "Two more hands.",
        2,
        at(9),
        at(10),
    )
    (asked,) = requests.requests_to_decide(ORGANISER, crew.campaign.id)
    assert (asked.seats, asked.institution, asked.title) == (2, "Pickers", "Pick pears")
    assert (asked.starts.hour, asked.ends.hour) == (10, 16)
    told = OutboxMessage.objects.filter(kind="crew").values_list("facts__account_id").annotate(Count("pk"))
    assert list(told) == [(account, 2)]
    asking.answer(actor=ORGANISER, help_id=water.id, words="A lorry comes at noon.", now=at(11))
    helps = crew_day(crew.captain(), crew.teams["Pickers"], DAY, at(12)).facts["helps"]
    assert sorted(one["answer"] for one in helps) == ["", "A lorry comes at noon."]
    with pytest.raises(NotFound):
        asking.answer(actor=crew.captain(), help_id=hands.id, words="me", now=at(11))
    assert asking.forget(now=at(12) + timedelta(days=31)) == 2
    assert {one.answer for one in asking.of_team(crew.captain(), crew.teams["Pickers"], at(12))} == {""}


def test_a_deputy_stands_in_for_a_time_and_what_they_did_in_it_still_counts(crew: Farm) -> None:
    captain, team = captain_account(crew), crew.teams["Pickers"]
    over = at(8) - timedelta(days=30)  # handed over every day of another season
    past = [
        RoleGrant(
            account_id=captain.account_id or 0,
            role="captain",
            team_id=team,
            granted_at=over,
            until=over,
            ended_at=over,
        )
        for _ in range(50)
    ]
    RoleGrant.objects.bulk_create(past)
    named = act("deputy", at(8), email="Deputy@Example.org", until=at(12).isoformat())
    too_long = act(
        "deputy", at(8), email="other@example.org", until=(at(12) + timedelta(days=30)).isoformat()
    )

    results = send(crew, named, named, too_long, actor=captain, now=at(8))

    assert outcomes(results)[:2] == ["done", "known"]
    assert codes(results)[2] == "grant_beyond"
    account = account_id_of(email="deputy@example.org")
    deputy, late = actor_of(account_id=account, now=at(9)), actor_of(account_id=account, now=at(14))
    assert deputy.captains(team)
    assert not late.captains(team)
    minji, bora = placement(crew, "Minji"), placement(crew, "Bora")
    in_time, after = send(
        crew, act("check_in", at(11), placement_id=minji), act("check_in", at(13), placement_id=bora),
        actor=late, now=at(14),
    )  # fmt: skip
    assert (in_time.outcome, codes([after])) == ("done", ["deputy_over"])
    with pytest.raises(NotFound):
        send(crew, act("check_in", at(11), placement_id=bora), actor=late, now=at(14) + timedelta(days=4))
    (kept,) = delegation.grants_of_teams([team], now=None, ended_since=over)
    assert (kept.account_id, kept.granted_by, kept.until) == (account, captain.account_id, at(12))


def test_a_deputy_who_is_taken_back_can_nothing_any_more(crew: Farm) -> None:
    captain, team = captain_account(crew), crew.teams["Pickers"]
    (given,) = send(
        crew, act("deputy", email="d@example.org", until=at(12).isoformat()), actor=captain, now=at(8)
    )
    back = act("deputy_back", at(9), grant_id=given.facts["grant_id"])

    assert outcomes(send(crew, back, back, actor=captain, now=at(9))) == ["done", "known"]

    gone = Actor(account_id=account_id_of(email="d@example.org"))
    with pytest.raises(NotFound):
        send(crew, act("check_in", at(8, 30), placement_id=placement(crew, "Minji")), actor=gone, now=at(10))
    # A captain who is named by another captain stays what they are.
    second = open_account(email="second@example.org", name="Second")
    grant(account_id=second, role="captain", team_id=team)
    send(crew, act("deputy", email="second@example.org", until=at(12).isoformat()), actor=captain, now=at(9))
    assert actor_of(account_id=second, now=at(13)).captains(team)
