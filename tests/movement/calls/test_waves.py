"""Waves: who is called, how many a minute, and when they stop."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid5

import pytest

from dure.base.access import SYSTEM
from dure.base.errors import CommandReused
from dure.base.models import OutboxMessage
from dure.movement.calls import actions, appeals, reads, waves
from dure.movement.calls.errors import AppealClosed, WaveBad, WaveRuns
from dure.movement.calls.models import Reach, SignUp
from dure.movement.calls.types import Audience, NewSignUp, WaveFacts
from dure.movement.people import actions as people
from dure.movement.people.audience import may_be_called
from dure.movement.people.models import Person, Reserve
from dure.movement.people.types import MATCHING, MESSAGES, NewPerson
from tests.movement.calls.conftest import NOW, RESERVE, SEED, Call

MINUTE = timedelta(minutes=1)
TODAY = date(2026, 10, 2)


def registered(call: Call, *names: str, messages: bool = True, **other: object) -> list[int]:
    """People who signed up for nothing here; each waits a minute less than the one before."""
    rows = [
        NewPerson(
            key=uuid5(SEED, f"person {name}"),
            given_name=name,
            birth_year=1990,
            area_id=call.area_id,
            home_lat=35.0,
            home_lon=126.7,
            travel_limit_m=20_000,
            email=f"{name}@example.org",
            consents=(MATCHING, MESSAGES) if messages else (MATCHING,),
            wording="1",
            waiting_since=NOW - timedelta(days=1) + MINUTE * row,
            **other,  # type: ignore[arg-type]  # any field
        )
        for row, name in enumerate(names)
    ]
    return [pk for pk in people.register_many(rows=rows, now=NOW).ids if pk is not None]


def started(name: str = "first", per_minute: int = 2, code: str = "hands") -> WaveFacts:
    return waves.start_wave(
        actor=SYSTEM, code=code, client_id=uuid5(SEED, name), per_minute=per_minute, now=NOW
    )


def called() -> list[int]:
    return list(Reach.objects.order_by("pk").values_list("person_id", flat=True))


def minute(wave: WaveFacts, number: float) -> int:
    return waves.call_minute(wave_id=wave.id, now=NOW + MINUTE * number)


def state_of(wave: WaveFacts) -> str:
    return next(one.state for one in reads.waves_of(SYSTEM, "hands") if one.id == wave.id)


def test_who_waited_longest_is_called_first_and_so_many_a_minute(call: Call) -> None:
    line = registered(call, "a", "b", "c", "d", "e")
    wave = started()

    assert [minute(wave, 0), minute(wave, 0.5), minute(wave, 0.9)] == [2, 0, 0]
    assert called() == line[:2]
    assert minute(wave, 60) == 2  # an hour's standstill is not made up for
    assert minute(wave, 61) == 1
    assert called() == line
    assert state_of(wave) == "through"
    assert minute(wave, 62) == 0
    letters = OutboxMessage.objects.filter(kind="call").order_by("pk")
    assert [row.person_id for row in letters] == line
    assert {row.facts["call"] for row in letters} == {"hands"}


def test_only_who_agreed_is_called(call: Call) -> None:
    silent = registered(call, "silent", messages=False)
    (back,) = registered(call, "back", messages=False)
    (lapsed,) = registered(call, "lapsed", messages=False)
    (unconfirmed,) = registered(call, "new", unconfirmed_until=TODAY + timedelta(days=7))
    Reserve.objects.create(person_id=back, joined_at=NOW, consent_until=TODAY)
    Reserve.objects.create(person_id=lapsed, joined_at=NOW, consent_until=TODAY - timedelta(days=1))
    minute(started(per_minute=9), 0)

    assert called() == [back]
    asked = {pk: may_be_called(pk, TODAY) for pk in (*silent, back, lapsed, unconfirmed)}
    assert [pk for pk, may in asked.items() if may] == [back]


def test_places_skills_and_the_register_narrow_a_call(call: Call) -> None:
    registered(call, "plain")
    driver, nurse = registered(call, "driver", "nurse", skills=("driving-van",))
    (doctor,) = registered(call, "doctor")
    for pk, profession in ((nurse, ""), (doctor, "medicine")):
        Reserve.objects.create(person_id=pk, profession=profession, joined_at=NOW, consent_until=TODAY)

    def reached(code: str, audience: Audience) -> set[int]:
        appeals.open_appeal(
            actor=SYSTEM,
            campaign_id=call.campaign.id,
            code=code,
            title="More",
            text="Come.",
            now=NOW,
            audience=audience,
        )
        minute(started(code, 9, code), 0)
        return set(Reach.objects.filter(appeal__code=code).values_list("person_id", flat=True))

    assert reached("able", Audience(skills=("driving-van", "medicine"))) == {driver, nurse, doctor}
    assert reached("kept", Audience(reserve_only=True)) == {nurse, doctor}
    assert reached("doctors", Audience(skills=("medicine",), reserve_only=True)) == {doctor}
    assert reached("there", Audience(area_paths=("/KR/16/",))) >= {driver, doctor}


def test_who_answered_already_or_waits_in_the_line_is_not_called(call: Call) -> None:
    new, answered, waits = registered(call, "new", "answered", "waits")
    rows = [NewSignUp(uuid5(SEED, "answered"), answered)]
    actions.sign_up_many(appeal_code="hands", rows=rows, now=NOW)
    actions.answer(
        person_id=waits, campaign_id=call.campaign.id, kind=RESERVE.kind,
        reason=RESERVE.reason, by_date=RESERVE.by_date, now=NOW,
    )  # fmt: skip

    minute(started(per_minute=9), 0)

    assert called() == [new]


def test_a_wave_stops_when_the_need_is_met_by_confirmed_people(call: Call) -> None:
    line = registered(call, "a", "b", "c", "d", "e", "f")
    appeals.open_appeal(
        actor=SYSTEM,
        campaign_id=call.campaign.id,
        code="two",
        title="Two",
        text="Come.",
        now=NOW,
        wanted_count=2,
    )
    wave = started("two", 2, "two")
    minute(wave, 0)
    rows = [NewSignUp(uuid5(SEED, f"yes {pk}"), pk) for pk in line[:2]]
    actions.sign_up_many(appeal_code="two", rows=rows, now=NOW)
    Person.objects.filter(pk=line[0]).update(lapses_on=TODAY)

    assert minute(wave, 1) == 2
    Person.objects.filter(pk=line[0]).update(lapses_on=None)
    assert minute(wave, 2) == 0

    (ended,) = reads.waves_of(SYSTEM, "two")
    assert (ended.state, ended.called_count) == ("met", 4)
    assert SignUp.objects.filter(appeal__code="two").count() == 2


def test_a_wave_starts_once_and_one_at_a_time(call: Call) -> None:
    wave = started()

    assert started() == wave
    with pytest.raises(CommandReused):
        started(per_minute=3)
    with pytest.raises(WaveRuns):
        started("second")
    stopped = waves.stop_wave(actor=SYSTEM, code="hands", wave_id=wave.id, now=NOW)
    assert stopped.state == "stopped"
    assert started("second").state == "running"


@pytest.mark.parametrize("per_minute", [0, -1, 20_001])
def test_a_wave_has_a_likely_size(call: Call, per_minute: int) -> None:
    with pytest.raises(WaveBad):
        started(per_minute=per_minute)


def test_a_later_wave_goes_on_where_the_first_was_stopped(call: Call) -> None:
    line = registered(call, "a", "b", "c")
    first = started(per_minute=1)
    minute(first, 0)
    waves.stop_wave(actor=SYSTEM, code="hands", wave_id=first.id, now=NOW)
    minute(started("second", 9), 0)

    assert called() == line


def test_a_closed_call_stops_its_wave_and_forgets_whom_it_called(call: Call) -> None:
    registered(call, "a", "b", "c")
    wave = started()
    minute(wave, 0)
    before = reads.results(SYSTEM, "hands")

    appeals.close_appeal(actor=SYSTEM, code="hands", now=NOW + MINUTE)

    assert minute(wave, 2) == 0
    assert (Reach.objects.count(), OutboxMessage.objects.filter(kind="call").count()) == (0, 0)
    after = reads.results(SYSTEM, "hands")
    assert after == before
    assert (after.called_count, after.by_channel[0].queued_count) == (2, 2)
    with pytest.raises(AppealClosed):
        started("late")


def test_results_count_every_answer_with_the_code(call: Call) -> None:
    call.person("bora")
    call.person("chul")
    found = reads.results(SYSTEM, "hands")

    assert (found.called_count, found.answered_count, found.here_count) == (0, 2, 2)
    actions.forget_person(person_id=call.person("bora"))
    assert reads.results(SYSTEM, "hands").here_count == 1


def test_a_wave_ends_with_its_campaign(call: Call) -> None:
    registered(call, "a")
    wave = started()
    after = datetime(2027, 6, 1, tzinfo=NOW.tzinfo)

    assert waves.call_minute(wave_id=wave.id, now=after) == 0
    assert state_of(wave) == "stopped"
