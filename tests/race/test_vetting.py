"""Seats of a briefing and looks at a step, asked for at once: on a file of SQLite, and on PostgreSQL."""

from __future__ import annotations

from uuid import UUID

import pytest

from dure.base.access import SYSTEM
from dure.movement.vetting import actions, reads
from dure.movement.vetting.errors import SessionFull
from dure.movement.vetting.types import NewSession
from tests.movement.vetting.conftest import DAY, NOW, build
from tests.race.crowd import at_once

PEOPLE = 30
SEATS = 8


@pytest.mark.django_db(transaction=True)
def test_the_last_seats_of_a_session_go_to_one_person_each() -> None:
    clinic = build()
    ids = clinic.people(*(f"p{number}" for number in range(PEOPLE)))
    clinic.invite(ids, "briefing")
    new = NewSession(
        UUID(int=1), clinic.campaign.id, clinic.areas["Naju"], "briefing", NOW + DAY, "Hall", SEATS
    )
    session = actions.plan_session(actor=SYSTEM, new=new, now=NOW)

    def take(number: int) -> str:
        actions.book(actor=SYSTEM, person_id=ids[number], session_id=session.id, now=NOW)
        return "seated"

    assert at_once(PEOPLE, take) == {"seated": SEATS, SessionFull.code: PEOPLE - SEATS}
    assert reads.session(session.id).seats_free == 0


@pytest.mark.django_db(transaction=True)
def test_whoever_looks_at_once_one_person_never_makes_two() -> None:
    """One account presses both looks again and again; somebody else's second look is what lets people through."""
    clinic = build()
    ids = clinic.people("minji", "bora", "chul")
    clinic.invite(ids, "record_check")
    clinic.through(ids, "identity")
    actions.hand_in(actor=SYSTEM, person_ids=ids, step="record_check", now=NOW)

    def look(number: int, by: str) -> str:
        if number % 2:
            done = actions.second_check(
                actor=SYSTEM, person_ids=ids, step="record_check", now=NOW, by=clinic.accounts[by]
            )
            return str(len(done.passed_ids))
        actions.check(
            actor=SYSTEM,
            person_ids=ids,
            step="record_check",
            evidence="register",
            now=NOW,
            by=clinic.accounts[by],
        )
        return "looked"

    told = at_once(12, lambda number: look(number, "yuna"))
    assert set(told) <= {"looked", "0", "second_person_wanted"}
    assert reads.missing(ids, ["record_check"], day=NOW.date()).any_step.all()

    assert look(1, "taeho") == "3"
    assert not reads.missing(ids, ["record_check"], day=NOW.date()).any_step.any()
