"""A farm whose people wait for answers."""

from __future__ import annotations

from datetime import date, timedelta

from dure.base import outbox
from dure.movement.calls import reads as calls
from dure.movement.calls.types import AnswerFacts
from dure.operations import answers
from dure.operations.day import match_day, open_day
from tests.movement.matching.farm import (
    DAY,
    LAST_DAY,
    Farm,
    at,
)

NEXT = DAY + timedelta(days=1)


def open_(farm: Farm, day: date = DAY, hour: int = 3) -> None:
    open_day(campaign_id=farm.campaign.id, day=day, now=at(hour, day=day))


def match(farm: Farm, day: date = DAY, hour: int = 4) -> None:
    match_day(campaign_id=farm.campaign.id, day=day, now=at(hour, day=day), expires_at=at(7, 30, day=day))


def told(farm: Farm, name: str) -> AnswerFacts:
    found = calls.answer_for(farm.me(name), farm.people[name], farm.campaign.id)
    assert found is not None
    return found.answer


def now_true(farm: Farm, name: str, hour: int = 5, day: date = DAY) -> AnswerFacts | None:
    return answers.current(
        actor=farm.me(name), person_id=farm.people[name], campaign_id=farm.campaign.id, now=at(hour, day=day)
    )


def messages(farm: Farm, name: str) -> list[str]:
    waiting = outbox.claim(now=at(0, day=LAST_DAY + timedelta(days=9)), count_max=1_000)
    return [notice.kind for notice in waiting if notice.person_id == farm.people[name]]
