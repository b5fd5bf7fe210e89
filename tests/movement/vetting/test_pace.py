"""How long a queue takes, and sessions with seats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import outbox
from dure.base.access import SYSTEM, actor_of
from dure.kernel.refusals import BadInput, NotAllowed
from dure.movement.vetting import actions, reads
from dure.movement.vetting.errors import SessionFull, SessionOver, SessionReused, StepNotDue
from dure.movement.vetting.pace import NOT_YET, by_day, pace
from dure.movement.vetting.types import NewSession, SessionFacts, Throughput
from tests.movement.vetting.conftest import DAY, NOW, Clinic


def cover(clinic: Clinic, days_later: int = 0) -> Throughput:
    return reads.throughput(clinic.campaign.id, NOW + days_later * DAY)["cover"]


def waiting(clinic: Clinic, count: int) -> list[int]:
    ids = clinic.people(*(f"p{number}" for number in range(count)))
    clinic.invite(ids, "cover")
    actions.hand_in(actor=SYSTEM, person_ids=ids, step="cover", now=NOW)
    return ids


def look(clinic: Clinic, ids: list[int], days_later: int) -> None:
    actions.check(
        actor=clinic.actor("yuna"),
        person_ids=ids,
        step="cover",
        evidence="list",
        now=NOW + days_later * DAY,
    )


def test_a_pace_nobody_knows_is_not_made_up(clinic: Clinic) -> None:
    waiting(clinic, 3)

    assert (cover(clinic).basis, cover(clinic).days_ahead) == ("unknown", None)


def test_a_stated_pace_counts_until_days_are_measured(clinic: Clinic) -> None:
    ids = waiting(clinic, 60)
    actions.state_pace(actor=SYSTEM, campaign_id=clinic.campaign.id, step="cover", per_day=20)

    assert (cover(clinic).per_day, cover(clinic).basis, cover(clinic).days_ahead) == (20.0, "stated", 4)

    look(clinic, ids[:10], days_later=1)
    look(clinic, ids[10:20], days_later=2)
    now = cover(clinic, days_later=3)

    assert (now.per_day, now.basis, now.queue_count) == (10.0, "measured", 40)
    assert now.days_ahead == 5  # 41 people at ten a day


def test_a_day_that_ran_out_of_people_says_nothing_about_the_pace(clinic: Clinic) -> None:
    ids = waiting(clinic, 30)
    look(clinic, ids[:20], days_later=1)
    look(clinic, ids[20:], days_later=2)  # all are through: they could have done more

    assert cover(clinic, days_later=5).per_day == 20.0


MOMENTS = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 60) | st.just(None)), max_size=40)


@given(MOMENTS)
def test_queues_by_day_are_what_counting_one_by_one_gives(people: list[tuple[int, int | None]]) -> None:
    edges = np.arange(0, 100, 10)
    came = np.array([moment for moment, _ in people], np.int64)
    left = np.array([NOT_YET if took is None else moment + took for moment, took in people], np.int64)

    began, ended, through = by_day(came, left, edges)

    for day, (start, end) in enumerate(pairwise(edges.tolist())):
        assert began[day] == sum(a < start <= b for a, b in zip(came, left, strict=True))
        assert ended[day] == sum(a < end <= b for a, b in zip(came, left, strict=True))
        assert through[day] == sum(start <= b < end for b in left)


@given(MOMENTS, st.none() | st.integers(0, 50))
def test_a_pace_is_never_above_what_a_day_has_shown_but_by_somebodys_word(
    people: list[tuple[int, int | None]], stated: int | None
) -> None:
    came = np.array([moment for moment, _ in people], np.int64)
    left = np.array([NOT_YET if took is None else moment + took for moment, took in people], np.int64)
    days = by_day(came, left, np.arange(0, 100, 10))

    per_day, basis = pace(days, stated)

    if basis == "stated":
        assert per_day == stated
    else:
        assert 0 <= per_day <= days[2].max(initial=0)
        assert basis == "measured" or stated is None


def test_only_who_organises_the_campaign_states_its_pace(clinic: Clinic) -> None:
    with pytest.raises(NotAllowed):
        actions.state_pace(
            actor=clinic.actor("taeho"), campaign_id=clinic.campaign.id, step="cover", per_day=20
        )
    with pytest.raises(BadInput):
        actions.state_pace(actor=SYSTEM, campaign_id=clinic.campaign.id, step="cover", per_day=-1)


def briefing(clinic: Clinic, *, seats: int = 1, days_later: int = 3, number: int = 1) -> SessionFacts:
    new = NewSession(
        key=UUID(int=number),
        campaign_id=clinic.campaign.id,
        area_id=clinic.areas["Naju"],
        step="briefing",
        starts_at=NOW + days_later * DAY,
        place="Town hall",
        seats=seats,
    )
    return actions.plan_session(actor=clinic.actor("yuna"), new=new, now=NOW)


def test_booking_a_seat_is_ones_own_part(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "briefing")
    session = briefing(clinic, seats=2)

    booked = actions.book(actor=actor_of(person_id=minji), person_id=minji, session_id=session.id, now=NOW)

    assert booked.seats_free == 1
    (step,) = reads.steps_of(SYSTEM, minji)
    assert (step.state, step.session_id) == ("handed_in", session.id)


def test_the_last_seat_goes_to_one_person_and_is_free_again_when_they_change(clinic: Clinic) -> None:
    minji, bora = clinic.people("minji", "bora")
    clinic.invite([minji, bora], "briefing")
    first, second = briefing(clinic), briefing(clinic, number=2, days_later=5)
    actions.book(actor=SYSTEM, person_id=minji, session_id=first.id, now=NOW)

    with pytest.raises(SessionFull):
        actions.book(actor=SYSTEM, person_id=bora, session_id=first.id, now=NOW)
    # Asking again for one's own seat is no second seat.
    actions.book(actor=SYSTEM, person_id=minji, session_id=first.id, now=NOW)

    actions.book(actor=SYSTEM, person_id=minji, session_id=second.id, now=NOW)
    assert actions.book(actor=SYSTEM, person_id=bora, session_id=first.id, now=NOW).seats_free == 0


def test_the_days_ahead_of_a_briefing_are_those_to_the_first_free_seat(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "briefing")
    near, _far = briefing(clinic), briefing(clinic, number=2, days_later=9, seats=13)

    assert reads.throughput(clinic.campaign.id, NOW)["briefing"].days_ahead == 3
    actions.book(actor=SYSTEM, person_id=minji, session_id=near.id, now=NOW)
    found = reads.throughput(clinic.campaign.id, NOW)["briefing"]
    assert (found.days_ahead, found.per_day, found.basis) == (9, 1.0, "stated")


def test_who_had_a_seat_in_a_session_called_off_is_told_and_chooses_again(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    clinic.invite([minji], "briefing")
    session = briefing(clinic)
    actions.book(actor=SYSTEM, person_id=minji, session_id=session.id, now=NOW)

    assert actions.call_session_off(actor=clinic.actor("yuna"), session_id=session.id, now=NOW) == 1

    assert reads.steps_of(SYSTEM, minji)[0].state == "invited"
    assert [one.kind for one in outbox.notices_to(actor=SYSTEM, person_id=minji)] == ["session_called_off"]
    assert reads.sessions(clinic.campaign.id, now=NOW) == []
    with pytest.raises(SessionOver):
        actions.book(actor=SYSTEM, person_id=minji, session_id=session.id, now=NOW)


def test_sessions_are_planned_by_who_vets_the_place_and_once(clinic: Clinic) -> None:
    session = briefing(clinic)

    assert briefing(clinic) == session
    with pytest.raises(SessionReused):
        briefing(clinic, seats=7)
    new = NewSession(UUID(int=9), clinic.campaign.id, clinic.areas["Naju"], "briefing", NOW + DAY, "Hall", 3)
    with pytest.raises(NotAllowed):
        actions.plan_session(actor=clinic.actor("sora"), new=new, now=NOW)
    for bad in (
        replace(new, seats=0),
        replace(new, place=" "),
        replace(new, starts_at=NOW - timedelta(hours=1)),
    ):
        with pytest.raises(BadInput):
            actions.plan_session(actor=clinic.actor("yuna"), new=bad, now=NOW)


def test_who_was_not_invited_takes_no_seat(clinic: Clinic) -> None:
    (minji,) = clinic.people("minji")
    session = briefing(clinic)

    with pytest.raises(StepNotDue):
        actions.book(actor=SYSTEM, person_id=minji, session_id=session.id, now=NOW)
    assert reads.session(session.id).seats_free == 1
