"""Everybody is thanked for what they did; nobody is honoured by themselves or against their will."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base import outbox
from dure.base.access import ANONYMOUS, SYSTEM, Actor, Grant
from dure.engine.lots import Factor
from dure.kernel.ids import client_id
from dure.kernel.refusals import BadInput, NotAllowed, NotFound
from dure.movement.audit import reads as audit
from dure.movement.honours import actions, reads
from dure.movement.honours.errors import (
    HonourUnverified,
    NominationAnswered,
    NominationReused,
    SelfNomination,
)
from dure.movement.honours.types import NewNomination, NominationFacts, WorkedFacts
from dure.movement.needs import actions as needs
from dure.movement.needs.types import NewPost
from dure.movement.people import actions as people
from dure.movement.people import reads as people_reads
from tests.movement.standings.valley import DAY, NOW, Valley, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def valley(db: None) -> Valley:
    found = build()
    found.team("Larks", "Naju")
    found.team("Kitchen", "Naju")
    found.persons(["Minji", "Bora", "Chul", "Dami"])
    return found


@pytest.fixture
def post(valley: Valley) -> Callable[[str, str], int]:
    def publish(title: str, team: str) -> int:
        new = NewPost(
            key=client_id(b"post", title),
            campaign_id=valley.campaign_id,
            team_id=valley.teams[team],
            area_id=valley.areas["Naju"],
            day=DAY,
            title=title,
            lat=35.0,
            lon=126.7,
            starts_at=datetime(2026, 10, 9, 23, tzinfo=UTC),
            ends_at=datetime(2026, 10, 10, 4, tzinfo=UTC),
            seats=20,
            tier=2,
            cause="harvest",
        )
        return needs.publish(rows=[new]).ids[new.key]

    return publish


@pytest.fixture
def thanked(valley: Valley, post: Callable[[str, str], int]) -> list[WorkedFacts]:
    """Minji, Bora and Chul picked apples; Dami cooked."""
    picking, cooking = post("Pick apples", "Larks"), post("Cook for the field", "Kitchen")
    worked = [WorkedFacts(valley.people[name], picking, 240) for name in ("Minji", "Bora", "Chul")]
    worked.append(WorkedFacts(valley.people["Dami"], cooking, 205))
    assert actions.thank_day(campaign_id=valley.campaign_id, day=DAY, worked=worked, now=NOW) == 4
    return worked


def _texts(valley: Valley, name: str) -> list[str]:
    person = Actor(person_id=valley.people[name])
    return [one.text for one in reads.thanks_for(actor=person, person_id=valley.people[name])]


def test_each_person_is_thanked_for_what_they_did(valley: Valley, thanked: list[WorkedFacts]) -> None:
    assert _texts(valley, "Minji") == [
        "Pick apples, with Larks: you did it for 4 h, together with 2 others. Thank you."
    ]
    assert _texts(valley, "Dami") == [
        "Cook for the field, with Kitchen: you did it for 3 h 25 min, on your own. Thank you."
    ]


def test_thanking_a_day_twice_thanks_once(valley: Valley, thanked: list[WorkedFacts]) -> None:
    assert actions.thank_day(campaign_id=valley.campaign_id, day=DAY, worked=thanked, now=NOW) == 0
    assert len(_texts(valley, "Bora")) == 1
    notices = outbox.claim(now=NOW, count_max=50)
    assert sorted(notice.person_id for notice in notices) == sorted(valley.people.values())
    assert {notice.kind for notice in notices} == {"thanks"}


def test_whoever_synced_late_is_thanked_too(valley: Valley, thanked: list[WorkedFacts]) -> None:
    [eunji] = valley.persons(["Eunji"])
    late = [*thanked, WorkedFacts(eunji, thanked[0].post_id, 60), WorkedFacts(eunji, thanked[3].post_id, 90)]
    assert actions.thank_day(campaign_id=valley.campaign_id, day=DAY, worked=late, now=NOW) == 1
    assert _texts(valley, "Eunji") == [
        "Cook for the field, with Kitchen: you did it for 1 h 30 min, together with one other. Thank you."
    ]


def test_nobody_is_thanked_for_not_being_there(valley: Valley, thanked: list[WorkedFacts]) -> None:
    [eunji] = valley.persons(["Eunji"])
    absent = [WorkedFacts(eunji, thanked[0].post_id, 0)]
    assert actions.thank_day(campaign_id=valley.campaign_id, day=DAY, worked=absent, now=NOW) == 0
    assert _texts(valley, "Eunji") == []


def test_thanks_are_read_by_nobody_else(valley: Valley, thanked: list[WorkedFacts]) -> None:
    for actor in (
        ANONYMOUS,
        Actor(person_id=valley.people["Bora"]),
        Actor(guardian_of=valley.people["Minji"]),
    ):
        with pytest.raises(NotFound):
            reads.thanks_for(actor=actor, person_id=valley.people["Minji"])
        with pytest.raises(NotFound):
            reads.nominations_of(actor=actor, person_id=valley.people["Minji"])


def test_thanks_are_written_in_chunks_not_one_by_one(
    valley: Valley, post: Callable[[str, str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "CHUNK_ROWS", 10)
    picking = post("Pick apples", "Larks")
    crew = valley.persons([f"Helper{number}" for number in range(30)])
    worked = [WorkedFacts(person_id, picking, 60) for person_id in crew]
    with CaptureQueriesContext(connection) as caught:
        assert actions.thank_day(campaign_id=valley.campaign_id, day=DAY, worked=worked, now=NOW) == 30
    begun = [query for query in caught.captured_queries if query["sql"].startswith(("BEGIN", "SAVEPOINT"))]
    assert len(begun) == 3


def _new(valley: Valley, name: str, kind: str = "cooking", team: str = "Kitchen") -> NewNomination:
    return NewNomination(
        client_id=valley.id(),
        campaign_id=valley.campaign_id,
        person_id=valley.people[name],
        team_id=valley.teams[team],
        kind=kind,
        reason="Was there before everybody.",
    )


def _captain(valley: Valley, team: str) -> Actor:
    return Actor(account_id=7, grants=(Grant("captain", team_id=valley.teams[team]),))


def _me(valley: Valley, name: str) -> Actor:
    return Actor(person_id=valley.people[name])


def test_nobody_nominates_themself(valley: Valley, thanked: list[WorkedFacts]) -> None:
    new = _new(valley, "Dami")
    with pytest.raises(SelfNomination):
        actions.nominate(actor=_me(valley, "Dami"), new=new, now=NOW)
    # Not as a captain either, who came by their own link.
    both = replace(_captain(valley, "Kitchen"), person_id=valley.people["Dami"])
    with pytest.raises(SelfNomination):
        actions.nominate(actor=both, new=new, now=NOW)
    assert reads.nominations_of(actor=_me(valley, "Dami"), person_id=valley.people["Dami"]) == []


@pytest.mark.parametrize(
    ("who", "may"),
    [("captain", True), ("organiser", True), ("mate", True), ("other captain", False), ("other", False),
     ("stranger", False), ("other organiser", False)],
)  # fmt: skip
def test_those_who_saw_it_nominate(valley: Valley, thanked: list[WorkedFacts], who: str, may: bool) -> None:
    actors = {
        "captain": _captain(valley, "Larks"),
        "organiser": Actor(account_id=1, grants=(Grant("organiser", "/KR/16/"),)),
        "mate": _me(valley, "Minji"),
        "other captain": _captain(valley, "Kitchen"),
        "other": _me(valley, "Dami"),
        "stranger": ANONYMOUS,
        "other organiser": Actor(account_id=1, grants=(Grant("organiser", "/KR/03/"),)),
    }
    new = _new(valley, "Bora", "care", "Larks")
    if may:
        assert actions.nominate(actor=actors[who], new=new, now=NOW).state == "open"
    else:
        with pytest.raises(NotAllowed):
            actions.nominate(actor=actors[who], new=new, now=NOW)
    found = reads.nominations_of(actor=_me(valley, "Bora"), person_id=valley.people["Bora"])
    assert [one.kind for one in found] == (["care"] if may else [])


def test_a_captain_can_not_nominate_by_guessing_numbers(valley: Valley, thanked: list[WorkedFacts]) -> None:
    with pytest.raises(NotFound):
        actions.nominate(actor=_captain(valley, "Larks"), new=_new(valley, "Dami", team="Larks"), now=NOW)


def test_a_nomination_sent_twice_is_one_and_tells_its_person_once(
    valley: Valley, thanked: list[WorkedFacts]
) -> None:
    new = _new(valley, "Dami")
    first = actions.nominate(actor=SYSTEM, new=new, now=NOW)
    assert actions.nominate(actor=SYSTEM, new=new, now=NOW + timedelta(hours=1)) == first
    with pytest.raises(NominationReused):
        actions.nominate(actor=SYSTEM, new=replace(new, kind="care"), now=NOW)
    told = [notice.person_id for notice in outbox.claim(now=NOW, count_max=50) if notice.kind == "nomination"]
    assert told == [valley.people["Dami"]]
    for wrong in (
        replace(new, client_id=valley.id(), kind="speed"),
        replace(new, client_id=valley.id(), reason=" "),
    ):
        with pytest.raises(BadInput):
            actions.nominate(actor=SYSTEM, new=wrong, now=NOW)


def test_a_claim_alone_earns_no_honour(
    valley: Valley, thanked: list[WorkedFacts], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = _new(valley, "Minji", "output", "Larks")
    with pytest.raises(HonourUnverified):
        actions.nominate(actor=SYSTEM, new=new, now=NOW)
    found = Factor(Fraction(1), Fraction(3, 4), Fraction(1), checked=10, drawn=10, eligible=40)
    monkeypatch.setattr(audit, "factor", lambda indicator_id: found)
    assert actions.nominate(actor=SYSTEM, new=new, now=NOW).state == "open"


@pytest.fixture
def nominated(valley: Valley, thanked: list[WorkedFacts]) -> NominationFacts:
    return actions.nominate(actor=SYSTEM, new=_new(valley, "Dami"), now=NOW)


def test_the_roll_shows_only_who_agreed(valley: Valley, nominated: NominationFacts) -> None:
    assert reads.roll(campaign_id=valley.campaign_id).entries == ()
    dami = _me(valley, "Dami")
    assert actions.consent(actor=dami, nomination_id=nominated.id, now=NOW).state == "consented"
    [shown] = reads.roll(campaign_id=valley.campaign_id).entries
    assert (shown.given_name, shown.team_name, shown.kind) == ("Dami", "Kitchen", "cooking")

    # A yes can be taken back.
    assert actions.decline(actor=dami, nomination_id=nominated.id, now=NOW).state == "declined"
    assert reads.roll(campaign_id=valley.campaign_id).entries == ()
    with pytest.raises(NominationAnswered):
        actions.consent(actor=dami, nomination_id=nominated.id, now=NOW)


def test_nobody_answers_for_the_nominee(valley: Valley, nominated: NominationFacts) -> None:
    others = (ANONYMOUS, SYSTEM, _me(valley, "Minji"), _captain(valley, "Kitchen"))
    for actor in others:
        for answer in (actions.consent, actions.decline):
            with pytest.raises(NotFound):
                answer(actor=actor, nomination_id=nominated.id, now=NOW)
    [still] = reads.nominations_of(actor=_me(valley, "Dami"), person_id=valley.people["Dami"])
    assert still.state == "open"


def test_the_roll_is_by_name_without_numbers_and_tells_the_share_of_quiet_work(
    valley: Valley, thanked: list[WorkedFacts], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reads.roll(campaign_id=valley.campaign_id).other_kinds_percent is None
    found = Factor(Fraction(1), Fraction(3, 4), Fraction(1), checked=10, drawn=10, eligible=40)
    monkeypatch.setattr(audit, "factor", lambda indicator_id: found)
    for name, kind in (("Minji", "output"), ("Chul", "care"), ("Bora", "output")):
        made = actions.nominate(actor=SYSTEM, new=_new(valley, name, kind, "Larks"), now=NOW)
        actions.consent(actor=_me(valley, name), nomination_id=made.id, now=NOW)
    roll = reads.roll(campaign_id=valley.campaign_id)
    assert [entry.given_name for entry in roll.entries] == ["Bora", "Chul", "Minji"]
    assert roll.other_kinds_percent == 33
    for entry in roll.entries:
        assert {type(getattr(entry, name)) for name in entry.__slots__} == {str}


def test_whoever_leaves_while_the_roll_is_read_is_not_on_it(
    valley: Valley, nominated: NominationFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.consent(actor=_me(valley, "Dami"), nomination_id=nominated.id, now=NOW)
    monkeypatch.setattr(people_reads, "names", lambda ids: {})  # gone between the two queries

    assert reads.roll(campaign_id=valley.campaign_id).entries == ()


def test_whoever_leaves_is_on_no_roll(valley: Valley, nominated: NominationFacts) -> None:
    actions.consent(actor=_me(valley, "Dami"), nomination_id=nominated.id, now=NOW)
    people.erase(person_id=valley.people["Dami"])
    assert reads.roll(campaign_id=valley.campaign_id).entries == ()
    with pytest.raises(NotFound):
        actions.decline(actor=_me(valley, "Dami"), nomination_id=nominated.id, now=NOW)
