"""Steps that end soon are asked for again while they still hold, and their people are told once."""

from __future__ import annotations

from datetime import timedelta

from dure.base import outbox
from dure.base.access import SYSTEM
from dure.movement.campaigns import actions as campaigns
from dure.movement.people import reserve
from dure.movement.vetting import reads
from dure.operations.renewing import renew
from dure.operations.reserve import keep
from tests.movement.vetting.conftest import DAY, NOW, TODAY, Clinic, clinic

__all__ = ["clinic"]
NEAR_THE_END = NOW + 340 * DAY


def test_what_ends_within_a_month_is_asked_for_again_once(clinic: Clinic) -> None:
    ids = clinic.people("minji", "bora")
    clinic.invite(ids, "cover")
    clinic.through(ids, "cover")

    assert renew(NOW) == 0
    assert renew(NEAR_THE_END) == 2
    assert renew(NEAR_THE_END + timedelta(hours=1)) == 0

    assert [one.state for one in reads.steps_of(SYSTEM, ids[0])] == ["invited"]
    assert not reads.missing(ids, ["cover"], day=NEAR_THE_END.date()).any_step.any()
    told = outbox.notices_to(actor=SYSTEM, person_id=ids[0])
    assert [one.kind for one in told] == ["step_ends"]


def test_whose_campaign_is_over_is_asked_for_nothing(clinic: Clinic) -> None:
    ids = clinic.people("minji")
    clinic.invite(ids, "cover")
    clinic.through(ids, "cover")
    campaigns.close_campaign(actor=SYSTEM, slug="harvest", now=NOW, reason="The crops are in.")

    assert renew(NEAR_THE_END) == 0
    assert outbox.notices_to(actor=SYSTEM, person_id=ids[0]) == []


def test_the_register_asks_in_time_and_lets_go_of_who_did_not_renew(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    until = TODAY + 200 * DAY
    reserve.join(actor=SYSTEM, person_id=minji, profession="", until=until, now=NOW)

    assert keep(NOW).asked_count == 0
    for hours in (0, 1):
        assert keep(NOW + 180 * DAY + timedelta(hours=hours)).asked_count == 1
    assert [one.kind for one in outbox.notices_to(actor=SYSTEM, person_id=minji)] == ["reserve_renew"]
    # 3 o'clock in London: the day before is not over in Honolulu.
    assert keep(NOW + 201 * DAY).ended_count == 0
    assert keep(NOW + 201 * DAY + timedelta(hours=10)).ended_count == 1
    assert reserve.of_person(actor=SYSTEM, person_id=minji) is None


def test_an_offered_training_is_not_what_people_wait_for(clinic: Clinic) -> None:
    ids = clinic.people("minji")
    clinic.invite(ids, "skill:first-aid")

    assert len(reads.standing(clinic.campaign.id).person) == 1
    assert len(reads.standing(clinic.campaign.id, steps=("cover", "briefing")).person) == 0
