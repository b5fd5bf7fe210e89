"""Leaving takes one act, at once (P4): nothing personal stays, nothing counted changes, every proof holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core import mail

from dure.base import outbox
from dure.base.access import SYSTEM, Actor
from dure.base.outbox import NewNotice
from dure.engine.log import merkle
from dure.kernel.refusals import NotFound
from dure.movement.calls import reads as calls
from dure.movement.honours import actions as honours
from dure.movement.honours.types import NewNomination
from dure.movement.ledger import reads as ledger
from dure.movement.matching import actions as matching
from dure.movement.matching import reads as matching_reads
from dure.movement.needs import reads as needs
from dure.movement.people import reads as people
from dure.movement.people.errors import LinkGone
from dure.operations.day import match_day, open_day, settle_day
from dure.operations.leaving import leave
from dure.operations.outbox import send_due
from dure.operations.work import record_crew
from tests.movement.matching.farm import DAY, Farm, at, made
from tests.operations.every_table import everything, mentions

NEXT = DAY + timedelta(days=1)
AFTER = DAY + timedelta(days=2)
NAME = "Quillwen"
LATER = at(12, day=AFTER)


@dataclass(frozen=True)
class Life:
    """Somebody who did all that can be done: worked, was thanked and nominated, has a post, an offer, a place kept."""

    farm: Farm
    person_id: int
    email: str
    token: str
    key: str


@pytest.fixture
def life(farm: Farm) -> Life:
    person_id = farm.person(NAME)
    farm.person("Bora")
    campaign_id = farm.campaign.id
    for day in (DAY, NEXT, AFTER):
        farm.post("Pick pears", day=day, seats=2)
        open_day(campaign_id=campaign_id, day=day, now=at(3))
    match_day(campaign_id=campaign_id, day=DAY, now=at(4), expires_at=at(7))
    for name in (NAME, "Bora"):
        placement = farm.accept(name)
        matching.check_in(actor=farm.captain(), placement_id=placement.id, now=at(8))
    record_crew(
        actor=farm.captain(),
        post_id=next(iter(farm.offered().values())),
        minutes=480,
        output_milli={farm.indicators["pears"]: 90_000},
        command_id=made("crew"),
        now=at(16),
    )
    settle_day(campaign_id=campaign_id, day=DAY, now=at(22))
    honours.nominate(
        actor=SYSTEM,
        new=NewNomination(
            client_id=made("nomination"),
            campaign_id=campaign_id,
            person_id=person_id,
            team_id=farm.teams["Pickers"],
            kind="care",
            reason="Thought of the others first.",
        ),
        now=at(23),
    )
    matching.keep_place(actor=farm.me(NAME), person_id=person_id, team_id=farm.teams["Pickers"], until=AFTER)
    for day in (NEXT, AFTER):
        match_day(campaign_id=campaign_id, day=day, now=at(23), expires_at=at(7, day=day))
    farm.accept(NAME, NEXT, now=at(23, 30))
    return Life(
        farm,
        person_id,
        f"{NAME.lower()}@people.example",
        people.private_link_token(person_id),
        str(farm.new_person(NAME).key),
    )


def go(life: Life) -> None:
    leave(actor=life.farm.me(NAME), person_id=life.person_id, now=at(23, 45))


def test_the_life_is_a_full_one(life: Life) -> None:
    """So that the tests below can fail: every room knows the person before they leave."""
    assert set(mentions(life.person_id)) >= {
        *("Person", "Contact", "Consent", "Credential", "FreeSpan", "SignUp", "Answer", "Offer", "Placement"),
        *("StandingPlacement", "PersonKey", "Thanks", "Nomination", "OutboxMessage"),
    }


def test_no_row_of_any_table_mentions_who_left(life: Life) -> None:
    go(life)

    assert mentions(life.person_id) == {}
    text = everything()
    for trace in (NAME, life.email, life.key):
        assert trace not in text
    assert "Bora" in text


def test_every_total_stays(life: Life) -> None:
    campaign_id = life.farm.campaign.id

    def totals() -> object:
        day = matching_reads.tally(campaign_id, DAY)
        return (
            ledger.size(),
            ledger.rollups(campaign_id),
            (day.done, day.no_show, day.withdrawn),
            calls.tally(campaign_id).signed_up_count,
            [minutes for _, minutes in matching_reads.worked_minutes(campaign_id, DAY)],
        )

    before = totals()
    assert ledger.size() == 3
    go(life)

    assert totals() == before


def test_the_log_stays_sound_and_every_proof_valid(life: Life) -> None:
    before = [ledger.proof(index) for index in range(ledger.size())]

    go(life)

    assert ledger.verify() == []
    for index, proof in enumerate(before):
        assert ledger.proof(index) == proof
        assert merkle.verify_inclusion(
            index, proof.checkpoint.size, proof.leaf_hash, proof.path, proof.checkpoint.root
        )


def test_seats_are_given_back(life: Life) -> None:
    (held,) = needs.posts_of_day(life.farm.campaign.id, NEXT)
    assert held.seats_taken == 1

    go(life)

    assert needs.post(held.id).seats_taken == 0
    (worked,) = needs.posts_of_day(life.farm.campaign.id, DAY)
    assert worked.seats_taken == 2  # what was worked stays taken


def test_nothing_is_sent_any_more(life: Life) -> None:
    go(life)
    late = NewNotice(life.person_id, "thanks", "a late one", {"day": "2026-10-05"})
    outbox.queue(notice=late, now=LATER)

    while (sending := send_due(now=LATER)).sent:
        pass

    assert sending.failed == 0
    assert outbox.tally()["queued"] == 0
    assert life.email not in {address for letter in mail.outbox for address in letter.to}
    assert "bora@people.example" in {address for letter in mail.outbox for address in letter.to}


def test_the_days_go_on_without_them(life: Life) -> None:
    farm = life.farm
    go(life)
    for day in (NEXT, AFTER):
        settle_day(campaign_id=farm.campaign.id, day=day, now=at(22, day=day))
    settle_day(campaign_id=farm.campaign.id, day=DAY, now=at(23, day=AFTER))

    crew = matching_reads.crew(farm.captain(), farm.teams["Pickers"], DAY)
    assert sorted((one.given_name, one.state) for one in crew) == [("", "done"), ("Bora", "done")]
    assert mentions(life.person_id) == {}
    assert ledger.verify() == []


def test_a_private_link_is_dead_and_leaving_twice_is_leaving_once(life: Life) -> None:
    assert people.person_of_token(life.token) == life.person_id
    go(life)
    go(life)

    with pytest.raises(LinkGone):
        people.person_of_token(life.token)
    with pytest.raises(NotFound):
        people.person(actor=SYSTEM, person_id=life.person_id)


def test_nobody_is_made_to_leave_by_another(life: Life) -> None:
    farm = life.farm
    for visitor in (farm.me("Bora"), farm.captain(), Actor(), Actor(guardian_of=life.person_id)):
        with pytest.raises(NotFound):
            leave(actor=visitor, person_id=life.person_id, now=at(23))

    assert people.person_of_token(life.token) == life.person_id
    (held,) = needs.posts_of_day(farm.campaign.id, NEXT)
    assert held.seats_taken == 1


def test_who_leaves_while_at_work_is_still_recorded_without_a_name(farm: Farm) -> None:
    person_id = farm.person(NAME)
    post_id = farm.post()
    farm.match()
    placement = farm.accept(NAME)
    matching.check_in(actor=farm.captain(), placement_id=placement.id, now=at(8))
    leave(actor=farm.me(NAME), person_id=person_id, now=at(12))

    done = record_crew(
        actor=farm.captain(), post_id=post_id, minutes=240, output_milli={}, command_id=made("c"), now=at(16)
    )

    assert (done.hours_entries, done.checked_out) == (1, 1)
    assert mentions(person_id) == {}
    assert ledger.verify() == []
