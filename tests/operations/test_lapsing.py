"""Who never confirms is erased after their own campaign's day; who confirms is told what is true at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dure.base import outbox
from dure.base.access import actor_of
from dure.base.errors import TooManyTries
from dure.base.throttle import CODES
from dure.movement.calls import reads as calls
from dure.movement.calls.types import Receipt, SignUpForm
from dure.movement.people import confirming as people
from dure.movement.people import reads as people_reads
from dure.movement.people.errors import CodeWrong
from dure.operations import answers, confirming
from dure.operations.lapsing import lapse
from tests.movement.matching.farm import DAY, Farm, at

NOW = at(9)
A_SECOND = timedelta(seconds=1)


def form(farm: Farm, name: str) -> SignUpForm:
    return SignUpForm(name, f"{name.lower()}@people.example", 1990, farm.areas["Naju"], 20_000, consent=True)


def sign_up(farm: Farm, name: str, number: int) -> Receipt:
    return answers.sign_up(client_id=UUID(int=number), appeal_code="hands", form=form(farm, name), now=NOW)


def confirm(receipt: Receipt, code: str) -> None:
    actor = actor_of(person_id=receipt.person_id)
    confirming.confirm(actor=actor, person_id=receipt.person_id, code=code, now=NOW)


def test_the_first_answer_is_to_confirm_and_its_date_is_the_day_of_lapsing(farm: Farm) -> None:
    receipt = sign_up(farm, "Minji", 1)

    assert receipt.answer.kind == "incomplete"
    assert "confirm" in receipt.answer.reason
    assert receipt.answer.by_date == people.lapses_on(receipt.person_id)


def test_who_confirms_is_told_the_next_thing_at_once(farm: Farm) -> None:
    receipt = sign_up(farm, "Minji", 1)

    confirm(receipt, people.code(receipt.person_id))

    told = calls.answer_for(actor_of(person_id=receipt.person_id), receipt.person_id, farm.campaign.id)
    assert told is not None
    assert "confirm" not in told.answer.reason


def test_guessing_at_a_code_is_stopped_for_right_ones_too(farm: Farm) -> None:
    receipt = sign_up(farm, "Minji", 1)
    for _ in range(CODES[0].count_max):
        with pytest.raises(CodeWrong):
            confirm(receipt, "00000000")

    with pytest.raises(TooManyTries):
        confirm(receipt, people.code(receipt.person_id))
    assert people.unconfirmed([receipt.person_id])


def test_the_unconfirmed_lapse_when_their_day_is_over_by_their_campaigns_clock(farm: Farm) -> None:
    late, prompt = sign_up(farm, "Minji", 1), sign_up(farm, "Bora", 2)
    confirm(prompt, people.code(prompt.person_id))
    lapses_on = people.lapses_on(late.person_id)
    assert lapses_on is not None
    # Midnight in Seoul.
    over = datetime(lapses_on.year, lapses_on.month, lapses_on.day, 15, tzinfo=UTC)

    assert lapse(now=over - A_SECOND) == 0
    assert lapse(now=over) == 1
    assert lapse(now=over) == 0

    assert people_reads.names([late.person_id, prompt.person_id]) == {prompt.person_id: "Bora"}
    assert calls.people_of(farm.campaign.id) == (prompt.person_id,)
    assert calls.tally(farm.campaign.id).signed_up_count == 2
    notices = outbox.claim(now=over, count_max=100)
    assert {one.person_id for one in notices} == {prompt.person_id}


def test_a_refresh_leaves_the_answer_of_the_unconfirmed(farm: Farm) -> None:
    receipt = sign_up(farm, "Minji", 1)

    answers.refresh(campaign_id=farm.campaign.id, day=DAY, now=NOW + A_SECOND)

    told = calls.answer_for(actor_of(person_id=receipt.person_id), receipt.person_id, farm.campaign.id)
    assert told is not None
    assert told.answer == receipt.answer
