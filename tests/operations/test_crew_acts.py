"""A captain's phone sends what was done without a signal: each act once, in its order, and told in words where not."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Count
from PIL import Image

from dure.base import delegation
from dure.base.access import SYSTEM, Actor, actor_of
from dure.base.accounts import account_id_of, grant, open_account
from dure.base.models import OutboxMessage, RoleGrant
from dure.kernel.refusals import NotFound
from dure.movement.evidence import reads as evidence
from dure.movement.ledger import actions as ledger_actions
from dure.movement.ledger import reads as ledger
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.matching.models import Placement
from dure.movement.needs import actions as needs_actions
from dure.movement.needs import help as asking
from dure.movement.needs import requests
from dure.movement.people.models import Contact, Person
from dure.movement.safety import reads as safety
from dure.operations import lapsing
from dure.operations.badges import badge_code, badge_token, placement_of_code
from dure.operations.crew.acts import ActResult, carry_out
from dure.operations.crew.day import crew_day
from dure.operations.crew.shapes import ACTS_MAX
from tests.movement.matching.farm import DAY, ORGANISER, Farm, at

MORNING, EVENING = at(8), at(20)
Acts = Sequence[dict[str, Any]]


@pytest.fixture
def crew(farm: Farm) -> Farm:
    """Minji, Bora and Chul said yes to the three seats of the pears, 8 to 16; Chul gave his back."""
    farm.cast("Minji", "Bora", "Chul")
    farm.post(seats=3)
    farm.match()
    for name in farm.people:
        farm.accept(name)
    matching.withdraw(actor=farm.me("Chul"), placement_id=placement(farm, "Chul"), now=at(6))
    return farm


def placement(farm: Farm, name: str) -> int:
    return matching_reads.placements_of(SYSTEM, farm.people[name])[0].id


def state(farm: Farm, name: str) -> str:
    return matching_reads.placements_of(SYSTEM, farm.people[name])[0].state


def act(kind: str, when: datetime = MORNING, **fields: object) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "at": when.isoformat(), **fields}


def send(
    farm: Farm,
    *acts: dict[str, Any],
    now: datetime = EVENING,
    sent_at: datetime | None = None,
    actor: Actor | None = None,
) -> list[ActResult]:
    return carry_out(
        actor=actor or farm.captain(),
        team_id=farm.teams["Pickers"],
        sent_at=sent_at or now,
        acts=acts,
        now=now,
    )


def outcomes(results: Sequence[ActResult]) -> list[str]:
    return [one.outcome for one in results]


def codes(results: Sequence[ActResult]) -> list[str]:
    return [one.refusal.code if one.refusal else "" for one in results]


def test_a_clock_that_is_a_year_wrong_does_no_harm(crew: Farm) -> None:
    year = timedelta(days=366)
    came = act("check_in", at(8) - year, placement_id=placement(crew, "Minji"))
    set_between = act("check_in", at(8), placement_id=placement(crew, "Bora"))

    assert outcomes(send(crew, came, now=at(12), sent_at=at(12) - year)) == ["done"]
    assert outcomes(send(crew, set_between, now=at(13), sent_at=at(13) + year)) == ["done"]

    minji, bora = (matching_reads.placements_of(SYSTEM, crew.people[one])[0] for one in ("Minji", "Bora"))
    assert minji.checked_in_at == at(8)
    # The difference is nonsense here, so it is kept to the day of the shift.
    assert bora.checked_in_at == at(0)


def test_what_the_world_did_meanwhile_is_told_in_words(crew: Farm) -> None:
    (done,) = send(crew, act("check_in", placement_id=placement(crew, "Minji")), now=at(9))
    gave_back, is_here, not_there, strange, known = send(
        crew,
        act("check_in", placement_id=placement(crew, "Chul")),
        act("missing", at(9), placement_id=placement(crew, "Minji")),
        act("check_in", code="ZZZZZZ"),
        act("check_in", badge="12.forged-by-hand"),
        act("check_in", at(10), placement_id=placement(crew, "Minji")),
    )

    assert (done.outcome, known.outcome) == ("done", "known")
    assert [one.outcome for one in (gave_back, is_here, not_there, strange)] == ["conflict"] * 4
    assert str(gave_back.refusal).startswith("Chul gave this place back")
    assert str(is_here.refusal) == "Minji was checked in at 08:00, so nobody is missing here."
    assert str(not_there.refusal) == str(strange.refusal)
    assert state(crew, "Minji") == "present"


def test_a_seat_given_away_meanwhile_leaves_both_welcome(crew: Farm) -> None:
    bora = placement(crew, "Bora")
    assert outcomes(send(crew, act("missing", at(9), placement_id=bora), now=at(9))) == ["done"]
    needs_actions.take_seats(counts={crew.posts["Pick pears"]: 2})  # Chul's seat and hers go to others

    (came,) = send(crew, act("check_in", at(10), placement_id=bora))

    assert (came.outcome, came.facts["note"]) == ("done", "seat_given")
    assert came.note == "Their seat was given to somebody else meanwhile; both are welcome."
    assert state(crew, "Bora") == "present"
    undone, again = send(
        crew, act("undo_check_in", placement_id=bora), act("undo_check_in", placement_id=bora)
    )
    assert (undone.outcome, again.outcome, state(crew, "Bora")) == ("done", "known", "no_show")


def test_a_shift_that_was_called_off_takes_only_who_came_before(crew: Farm) -> None:
    needs_actions.cancel(actor=ORGANISER, post_id=crew.posts["Pick pears"], now=at(9))

    before, after = send(
        crew,
        act("check_in", at(8), placement_id=placement(crew, "Minji")),
        act("check_in", at(10), placement_id=placement(crew, "Bora")),
    )

    assert (before.outcome, after.outcome) == ("done", "conflict")
    assert str(after.refusal).startswith("This shift was called off at 09:00.")


def test_work_is_written_once_by_two_phones_and_ends_when_it_was_written(crew: Farm) -> None:
    minji, post = placement(crew, "Minji"), crew.posts["Pick pears"]
    wrote = act("work", at(12), post_id=post, minutes=480, output={str(crew.indicators["pears"]): "120.5"})
    nothing = act("work", at(13), post_id=post, minutes=60, output={str(crew.indicators["pears"]): "0"})
    came = act("check_in", at(8), placement_id=minji)

    first = send(crew, came, wrote)
    second = send(crew, came, wrote, act("undo_check_in", at(13), placement_id=minji), nothing)

    assert outcomes(first) == ["done", "done"]
    assert outcomes(second) == ["known", "known", "conflict", "done"]
    assert codes(second)[2] == "hours_written"
    assert sorted(one.quantity_milli for one in ledger.entries(ORGANISER, crew.campaign.id)) == [
        8_000,
        120_500,
    ]
    assert matching_reads.placements_of(SYSTEM, crew.people["Minji"])[0].checked_out_at == at(12)


def test_hostile_acts_are_refused_one_by_one_and_the_rest_is_done(crew: Farm) -> None:
    crew.post("Cook", team="Cooks", seats=1)
    crew.person("Jin")
    other = Placement.objects.create(
        request_id=uuid4(),
        post_id=crew.posts["Cook"],
        person_id=crew.people["Jin"],
        day=DAY,
        accepted_at=at(5),
    )
    reused = act("missing", at(9), placement_id=placement(crew, "Bora"))
    pears = str(crew.indicators["pears"])
    bad = [
        act("check_in", placement_id=other.pk),
        act("check_in", badge=badge_token(other.pk)),
        act("check_in", code=badge_code(other.pk)),
        act("check_in"),
        act("undo_check_in", placement_id=2**70),
        act("work", post_id=crew.posts["Cook"], minutes=60),
        act("work", post_id=crew.posts["Pick pears"], minutes=0),
        act("work", post_id=crew.posts["Pick pears"], minutes=60, output={"abc": "1"}),
        act("work", post_id=crew.posts["Pick pears"], minutes=60, output={pears: "1e999"}),
        act("help", words="a\x00b"),
        act("fly"),
        {**reused, "placement_id": placement(crew, "Minji")},
        {"id": "x" * 900},
        {**act("check_in", placement_id=1), "at": "2026-10-05T08:00:00"},
    ]

    results = send(crew, reused, *bad, act("check_in", placement_id=placement(crew, "Minji")))

    assert (results[0].outcome, results[-1].outcome) == ("done", "done")
    assert set(outcomes(results[1:-1])) <= {"refused", "conflict"}
    assert codes(results)[12] == "command_reused"
    assert len(results[13].id) == 64
    assert matching_reads.placement_for(SYSTEM, other.pk).state == "accepted"
    with pytest.raises(NotFound):
        send(crew, actor=crew.captain("Cooks"))


def test_more_acts_than_one_request_carries_wait_on_the_phone(crew: Farm) -> None:
    came = act("check_in", placement_id=placement(crew, "Minji"))

    results = send(crew, *[came] * (ACTS_MAX + 3))

    assert outcomes(results) == ["done", *["known"] * (ACTS_MAX - 1), *["later"] * 3]


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


def captain_account(farm: Farm) -> Actor:
    account = open_account(email="captain@example.org", name="Captain")
    grant(account_id=account, role="captain", team_id=farm.teams["Pickers"])
    return actor_of(account_id=account, now=at(8))


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


def picture() -> str:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (10, 120, 40)).save(out, format="JPEG")
    return base64.b64encode(out.getvalue()).decode()


def test_a_photograph_and_an_incident_are_kept_once_by_their_ids(crew: Farm) -> None:
    captain = captain_account(crew)
    post = crew.posts["Pick pears"]
    acts = [
        act("photo", at(9), post_id=post, wiped=True, jpeg=picture()),
        act("photo", at(9), post_id=post, wiped=True, jpeg="no base64!"),
        act("photo", at(9), post_id=post, wiped=True, jpeg=base64.b64encode(b"no picture").decode()),
        act("incident", at(10), post_id=post, what="injury", severity="light", words="A cut.", people_hurt=1),
        act("incident", at(10), what="plague", severity="light", words="?"),
    ]

    first, second = (send(crew, *acts, actor=captain, now=at(11)) for _ in range(2))

    assert outcomes(first) == ["done", "refused", "refused", "done", "refused"]
    assert outcomes(second) == ["known", "refused", "refused", "known", "refused"]
    (kept,) = evidence.of_post(captain, post)
    assert (kept.taken_at, kept.digest) == (at(9), first[0].facts["digest"])
    (told,) = safety.log(actor=ORGANISER, campaign=crew.campaign, today=DAY).incidents
    assert (told.kind, told.happened_at, told.people_hurt) == ("injury", at(10), 1)


def test_the_day_of_a_phone_asks_as_often_however_large_the_crew(
    crew: Farm, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(24):
        day = crew_day(crew.captain(), crew.teams["Pickers"], None, at(9))

    assert day.facts["day"] == DAY.isoformat()
    (post,) = day.facts["posts"]
    assert sorted(one["given_name"] for one in post["crew"]) == ["Bora", "Minji"]
    assert day.version == crew_day(crew.captain(), crew.teams["Pickers"], None, at(9, 5)).version


def test_the_day_of_a_phone_is_that_of_the_place(crew: Farm) -> None:
    """At seven in the morning in Seoul it is still the day before in Greenwich."""
    crew.post("Yesterday's pears", day=DAY - timedelta(days=1))

    assert crew_day(crew.captain(), crew.teams["Pickers"], None, at(7)).facts["day"] == DAY.isoformat()


def test_a_code_is_read_however_it_is_typed() -> None:
    code = badge_code(7)

    assert placement_of_code(f" {code[:3].lower()}-{code[3:]} ", [5, 6, 7]) == 7
    for none in ("", "0000", code):
        with pytest.raises(NotFound):
            placement_of_code(none, [5, 6])
