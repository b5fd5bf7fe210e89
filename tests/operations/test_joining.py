"""Somebody known answers one more call: counted for it, answered where they were not yet, told twice nowhere."""

from __future__ import annotations

from uuid import UUID

import pytest

from dure.base import outbox
from dure.base.access import SYSTEM, actor_of
from dure.kernel.refusals import NotFound
from dure.movement.calls import actions as calls_actions
from dure.movement.calls import reads as calls
from dure.movement.calls.errors import AppealOver
from dure.movement.calls.types import SignUpForm
from dure.movement.people import confirming
from dure.movement.people.errors import Unconfirmed
from dure.operations import joining
from tests.movement.matching.farm import LAST_DAY, Farm, at

NOW = at(9)
ONE = UUID(int=1)


@pytest.fixture
def more(farm: Farm) -> str:
    calls_actions.open_appeal(
        actor=SYSTEM, campaign_id=farm.campaign.id, code="more", title="More", text="Come.", now=NOW
    )
    return "more"


def join(person_id: int, code: str, client_id: UUID = ONE) -> int:
    return joining.join_as(
        actor=actor_of(person_id=person_id),
        person_id=person_id,
        appeal_code=code,
        client_id=client_id,
        now=NOW,
    )


def test_a_known_person_is_answered_once_and_counted_for_the_call(farm: Farm, more: str) -> None:
    minji = farm.person("Minji")
    before = calls.tally(farm.campaign.id).signed_up_count

    assert [join(minji, more) for _ in range(2)] == [farm.campaign.id] * 2

    assert calls.tally(farm.campaign.id).signed_up_count == before + 1
    assert calls.answer_for(actor_of(person_id=minji), minji, farm.campaign.id) is not None
    told = [one.kind for one in outbox.notices_to(actor=SYSTEM, person_id=minji)]
    assert len(told) == len(set(told))


def test_who_has_not_confirmed_is_somebody_else_or_comes_too_late_joins_nothing(
    farm: Farm, more: str
) -> None:
    minji = farm.person("Minji")
    newcomer = farm.person("Bora", unconfirmed_until=LAST_DAY)

    with pytest.raises(Unconfirmed):
        join(newcomer, more)
    with pytest.raises(NotFound):
        joining.join_as(
            actor=actor_of(person_id=newcomer), person_id=minji, appeal_code=more, client_id=ONE, now=NOW
        )
    with pytest.raises(NotFound):
        join(minji, "none")
    with pytest.raises(AppealOver):
        joining.join_as(
            actor=actor_of(person_id=minji),
            person_id=minji,
            appeal_code=more,
            client_id=ONE,
            now=at(23, day=LAST_DAY.replace(month=12)),
        )


def form(farm: Farm, name: str) -> SignUpForm:
    return SignUpForm(
        name, "home@people.example", 1990, farm.areas["Naju"], 20_000, consent=True, household=ONE
    )


def test_a_household_comes_whole_and_twice_is_once(farm: Farm) -> None:
    forms = [form(farm, name) for name in ("Daeun", "Haneul", "Garam")]

    first = joining.sign_up(client_id=ONE, appeal_code="hands", forms=forms, now=NOW)
    again = joining.sign_up(client_id=ONE, appeal_code="hands", forms=forms, now=NOW)

    assert [one.person_id for one in again] == [one.person_id for one in first]
    ids = [one.person_id for one in first]
    assert confirming.unconfirmed(ids) == set(ids)
    letters = [one.person_id for one in outbox.claim(now=NOW, count_max=100) if one.kind == "sign_up"]
    assert letters == [ids[0]]
