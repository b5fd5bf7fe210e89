"""Steps: one's own part first, then a look, then a second one where one person's word must not be enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM, actor_of
from dure.kernel.refusals import BadInput, NotFound
from dure.movement.campaigns import actions as campaigns
from dure.movement.campaigns.types import NewIndicator
from dure.movement.people import actions as people_actions
from dure.movement.people import confirming
from dure.movement.people import reads as people
from dure.movement.people.types import COVER, NewCredential
from dure.movement.vetting import actions, reads, rules
from dure.movement.vetting.errors import (
    CheckerUnnamed,
    EvidenceEnded,
    SecondPersonWanted,
    StepNotDue,
    StepUnknown,
)
from dure.movement.vetting.models import Paper
from dure.movement.vetting.papers import paper
from tests.harvest import HARVEST
from tests.movement.vetting.conftest import DAY, NOW, TODAY, Clinic

PDF = b"%PDF-1.7 a certificate"


def credentials(person_id: int) -> dict[str, str]:
    held = people.person(actor=SYSTEM, person_id=person_id).credentials
    return {one.kind: one.evidence for one in held}


def test_a_clearance_asks_for_identity_and_record_first(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")

    assert clinic.invite([minji], "clearance") == 3
    asked = {one.step for one in reads.steps_of(actor_of(person_id=minji), minji)}
    assert asked == {"identity", "record_check", "clearance"}


def test_inviting_twice_invites_once(clinic: Clinic) -> None:
    ids = clinic.people("minji", "bora")

    assert clinic.invite(ids, "cover", "briefing") == 4
    assert clinic.invite(ids, "cover", "briefing") == 0


def test_what_a_campaign_asked_that_is_over_goes_on_in_the_next_one(clinic: Clinic) -> None:
    """Before, it waited for ever in a queue that nobody looks at."""
    ids = clinic.people("minji", "bora")
    clinic.invite(ids, "cover")
    actions.hand_in(actor=SYSTEM, person_ids=ids[:1], step="cover", now=NOW)
    new = replace(
        HARVEST,
        slug="spring",
        name="Spring planting",
        starts_on=TODAY,
        ends_on=TODAY + 40 * DAY,
        indicators=(NewIndicator("planted", "output", "Fields", "piece"),),
    )
    spring = campaigns.create(new=new, now=NOW)
    campaigns.open_campaign(actor=SYSTEM, slug="spring", now=NOW)

    actions.invite(campaign_id=spring.id, person_ids=ids, steps=["cover"], now=NOW)
    assert [one.person_id for one in reads.queue(SYSTEM, clinic.campaign.id)] == ids[:1]
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")
    actions.invite(campaign_id=spring.id, person_ids=ids, steps=["cover"], now=NOW)

    assert [one.person_id for one in reads.queue(SYSTEM, spring.id)] == ids[:1]
    assert [one.campaign_id for one in reads.steps_of(SYSTEM, ids[1])] == [spring.id]
    assert reads.standing(None, steps=["cover"]).person.tolist() == ids


def test_who_holds_it_already_is_not_asked(clinic: Clinic) -> None:
    minji, bora = clinic.people("minji", "bora")
    paper_seen = NewCredential(COVER, "accident", "policy 7", TODAY + 60 * DAY)
    people_actions.add_credentials(rows=[(minji, paper_seen)])

    clinic.invite([minji, bora], "cover")

    assert reads.steps_of(SYSTEM, minji) == []
    assert [one.step for one in reads.steps_of(SYSTEM, bora)] == ["cover"]


def test_a_step_that_ends_soon_is_asked_for_again_and_holds_meanwhile(clinic: Clinic) -> None:
    ids = clinic.people("minji")
    clinic.invite(ids, "identity", "record_check")
    clinic.through(ids, "identity")
    clinic.through(ids, "record_check")
    nearly_over = NOW + (3 * 365 - 10) * DAY

    assert clinic.invite(ids, "record_check", now=NOW + DAY) == 0
    assert clinic.invite(ids, "record_check", now=nearly_over) == 1
    lacks = reads.missing(ids, ["identity", "record_check"], day=nearly_over.date())
    assert not lacks.any_step.any()
    assert reads.missing(ids, ["record_check"], day=(nearly_over + 11 * DAY).date()).any_step.all()


def test_one_look_is_enough_for_cover_and_becomes_a_credential(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "cover")
    actions.hand_in(actor=actor_of(person_id=minji), person_ids=[minji], step="cover", now=NOW)

    done = actions.check(
        actor=clinic.actor("yuna"), person_ids=[minji], step="cover", evidence="policy 7", now=NOW
    )

    assert done.passed_ids == (minji,)
    assert credentials(minji) == {"cover": f"policy 7; seen by account {clinic.accounts['yuna']}, 2026-10-02"}
    assert not reads.missing([minji], ["cover"], day=TODAY).any_step.any()


def test_nothing_is_through_before_somebody_has_done_their_own_part(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "cover")

    done = actions.check(
        actor=clinic.actor("yuna"), person_ids=[minji], step="cover", evidence="policy 7", now=NOW
    )

    assert (done.passed_ids, done.passed_over_count) == ((), 1)
    assert credentials(minji) == {}


@pytest.mark.parametrize("step", ["record_check", "clearance"])
def test_the_steps_that_guard_children_take_two_different_people(clinic: Clinic, step: str) -> None:
    ids = clinic.people("minji")
    clinic.invite(ids, "clearance")
    for before in rules.BEFORE[step]:
        clinic.through(ids, before)
    actions.hand_in(actor=SYSTEM, person_ids=ids, step=step, now=NOW)
    yuna, taeho = clinic.actor("yuna"), clinic.actor("taeho")

    first = actions.check(actor=yuna, person_ids=ids, step=step, evidence="register", now=NOW)
    assert (first.passed_ids, first.second_count) == ((), 1)
    with pytest.raises(SecondPersonWanted):
        actions.second_check(actor=yuna, person_ids=ids, step=step, now=NOW)
    assert reads.missing(ids, [step], day=TODAY).any_step.all()

    assert actions.second_check(actor=taeho, person_ids=ids, step=step, now=NOW).passed_ids == tuple(ids)
    assert not reads.missing(ids, [step], day=TODAY).any_step.any()


def test_the_second_look_passes_nothing_that_has_ended_since_the_first(clinic: Clinic) -> None:
    minji, bora = ids = clinic.people("minji", "bora")
    clinic.invite(ids, "record_check")
    clinic.through(ids, "identity")
    actions.hand_in(actor=SYSTEM, person_ids=ids, step="record_check", now=NOW)
    yuna, taeho = clinic.actor("yuna"), clinic.actor("taeho")
    for person, until in ((minji, TODAY + DAY), (bora, TODAY + 9 * DAY)):
        actions.check(
            actor=yuna, person_ids=[person], step="record_check", evidence="list", valid_until=until, now=NOW
        )
    later = NOW + 2 * DAY

    with pytest.raises(EvidenceEnded):
        actions.second_check(actor=taeho, person_ids=[minji], step="record_check", now=later)
    both = actions.second_check(actor=taeho, person_ids=ids, step="record_check", now=later)

    assert (both.passed_ids, both.passed_over_count) == ((bora,), 1)


def test_nobody_is_cleared_whom_nobody_has_seen(clinic: Clinic) -> None:
    ids = clinic.people("minji")
    clinic.invite(ids, "clearance")
    actions.hand_in(actor=SYSTEM, person_ids=ids, step="clearance", now=NOW)

    done = actions.check(
        actor=clinic.actor("yuna"), person_ids=ids, step="clearance", evidence="register", now=NOW
    )

    assert (done.second_count, done.passed_over_count) == (0, 1)


def test_who_vets_elsewhere_sees_and_passes_nothing(clinic: Clinic) -> None:
    ids = clinic.people("minji")
    clinic.invite(ids, "cover")
    actions.hand_in(actor=SYSTEM, person_ids=ids, step="cover", now=NOW)
    sora = clinic.actor("sora")

    done = actions.check(actor=sora, person_ids=ids, step="cover", evidence="policy 7", now=NOW)

    assert done.passed_over_count == 1
    assert reads.queue(sora, clinic.campaign.id) == []
    with pytest.raises(NotFound):
        actions.send_back(actor=sora, person_id=ids[0], step="cover", why="unreadable", now=NOW)
    with pytest.raises(NotFound):
        reads.queue(actor_of(person_id=ids[0]), clinic.campaign.id)


def test_the_queue_begins_with_who_waits_longest(clinic: Clinic) -> None:
    minji, bora, chul = clinic.people("minji", "bora", "chul")
    clinic.invite([minji, bora, chul], "cover")
    for hours, person in enumerate((bora, chul, minji)):
        actions.hand_in(
            actor=SYSTEM, person_ids=[person], step="cover", now=NOW + hours * DAY / 24, own_words="I agree"
        )

    rows = reads.queue(clinic.actor("yuna"), clinic.campaign.id)

    assert [row.given_name for row in rows] == ["Bora", "Chul", "Minji"]
    assert rows[0].own_words == "I agree"
    assert len(reads.queue(clinic.actor("yuna"), clinic.campaign.id, step="briefing")) == 0


def test_what_is_sent_back_is_theirs_again_and_they_are_told_why(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "identity")
    me = actor_of(person_id=minji)
    actions.attach(actor=me, person_id=minji, step="identity", content=PDF, now=NOW)

    actions.send_back(
        actor=clinic.actor("yuna"), person_id=minji, step="identity", why="The photo is dark.", now=NOW
    )

    (step,) = reads.steps_of(me, minji)
    assert (step.state, step.sent_back_why, step.has_paper) == ("invited", "The photo is dark.", False)
    assert [one.kind for one in outbox.notices_to(actor=me, person_id=minji)] == ["step_sent_back"]


def test_a_paper_is_seen_by_who_looks_and_gone_with_the_decision(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "identity")
    actions.attach(actor=actor_of(person_id=minji), person_id=minji, step="identity", content=PDF, now=NOW)
    yuna = clinic.actor("yuna")

    assert paper(actor=yuna, person_id=minji, step="identity").content == PDF
    with pytest.raises(NotFound):
        paper(actor=clinic.actor("sora"), person_id=minji, step="identity")

    actions.check(actor=yuna, person_ids=[minji], step="identity", evidence="passport", now=NOW)
    with pytest.raises(NotFound):
        paper(actor=yuna, person_id=minji, step="identity")
    assert reads.export(actor_of(person_id=minji), minji)[0]["paper_kept"] is False


def test_a_no_leaves_nothing_behind(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "cover")
    me = actor_of(person_id=minji)

    actions.let_go(actor=me, person_id=minji, step="cover")

    assert reads.export(me, minji) == []
    with pytest.raises(StepNotDue):
        actions.let_go(actor=me, person_id=minji, step="cover")


def test_somebody_else_can_neither_see_nor_hand_in(clinic: Clinic) -> None:
    minji, bora = clinic.people("minji", "bora")
    clinic.invite([minji], "cover")
    stranger = actor_of(person_id=bora)

    with pytest.raises(NotFound):
        reads.steps_of(stranger, minji)
    with pytest.raises(NotFound):
        actions.hand_in(actor=stranger, person_ids=[minji], step="cover", now=NOW)


def test_nobody_under_18_is_asked_for_what_adults_beside_children_need(clinic: Clinic) -> None:
    (eunho,) = clinic.people("eunho", birth_year=2010, guardian_email="parent@example.org")

    clinic.invite([eunho], "clearance", "cover")

    assert {one.step for one in reads.steps_of(SYSTEM, eunho)} == {"identity", "cover"}


def test_who_has_not_confirmed_their_contact_is_asked_for_nothing(clinic: Clinic) -> None:
    (dana,) = clinic.people("dana", unconfirmed_until=TODAY + 7 * DAY)

    assert clinic.invite([dana], "cover") == 0
    confirming.confirm_many(person_ids=[dana])
    assert clinic.invite([dana], "cover") == 1


def test_what_cannot_be_is_refused(clinic: Clinic) -> None:
    ids = clinic.people("minji")
    with pytest.raises(StepUnknown):
        clinic.invite(ids, "character")
    with pytest.raises(StepUnknown):
        clinic.invite(ids, "skill:two words")
    with pytest.raises(StepNotDue):
        actions.hand_in(actor=SYSTEM, person_ids=ids, step="cover", now=NOW)
    with pytest.raises(CheckerUnnamed):
        actions.check(actor=SYSTEM, person_ids=ids, step="cover", evidence="list", now=NOW)
    with pytest.raises(BadInput):
        actions.check(actor=clinic.actor("yuna"), person_ids=ids, step="cover", evidence=" ", now=NOW)
    with pytest.raises(BadInput):
        actions.check(
            actor=clinic.actor("yuna"),
            person_ids=ids,
            step="cover",
            evidence="list",
            now=NOW,
            valid_until=TODAY - DAY,
        )


def test_who_leaves_takes_every_step_along(clinic: Clinic) -> None:
    minji, bora = clinic.people("minji", "bora")
    clinic.invite([minji, bora], "cover")
    clinic.invite([minji], "identity")
    actions.attach(actor=SYSTEM, person_id=minji, step="identity", content=PDF, now=NOW)

    people_actions.erase(person_id=minji)

    assert Paper.objects.count() == 0
    assert reads.throughput(clinic.campaign.id, NOW)["cover"].invited_count == 1
    assert clinic.invite([minji, bora], "cover", "briefing") == 1


def test_thousands_go_through_in_a_few_calls(clinic: Clinic) -> None:
    ids = clinic.people(*(f"p{number}" for number in range(6_001)))

    assert clinic.invite(ids, "cover", "skill:first-aid") == 12_002
    clinic.through(ids, "cover")
    clinic.through(ids[:5_500], "skill:first-aid")

    lacks = reads.missing(ids, ["cover", "skill:first-aid"], day=TODAY).lacks
    assert (int(lacks["cover"].sum()), int(lacks["skill:first-aid"].sum())) == (0, 501)
    assert set(reads.standing(clinic.campaign.id).person.tolist()) == set(ids[5_500:])
