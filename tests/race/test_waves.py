"""Workers that call one wave, and supporters who confirm, at the same moment; on SQLite's file and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid5

import pytest

from dure.base.access import SYSTEM
from dure.base.models import OutboxMessage
from dure.movement.calls import actions, drive_reads, drives, reads, waves
from dure.movement.calls.models import Reach, Support
from dure.movement.calls.types import NewDrive
from dure.movement.people import actions as people
from dure.movement.people.types import MATCHING, MESSAGES, NewPerson
from tests.movement.needs.conftest import NOW, SEED, Orchard, plant
from tests.race.crowd import at_once

WORKERS = 8
PER_MINUTE = 10


def line_of(orchard: Orchard, count: int) -> None:
    rows = [
        NewPerson(
            key=uuid5(SEED, f"person {number}"),
            given_name="Minji",
            birth_year=1990,
            area_id=orchard.naju.id,
            home_lat=35.0,
            home_lon=126.7,
            travel_limit_m=10_000,
            email=f"p{number}@example.org",
            consents=(MATCHING, MESSAGES),
            wording="1",
        )
        for number in range(count)
    ]
    people.register_many(rows=rows, now=NOW)


def _call(wave_id: int, at: datetime, number: int) -> str:
    return str(waves.call_minute(wave_id=wave_id, now=at))


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_call_each_minute_once() -> None:
    orchard = plant()
    line_of(orchard, 25)
    actions.open_appeal(
        actor=SYSTEM, campaign_id=orchard.campaign.id, code="help", title="Help", text="Come.", now=NOW
    )
    wave = waves.start_wave(
        actor=SYSTEM, code="help", client_id=uuid5(SEED, "wave"), per_minute=PER_MINUTE, now=NOW
    )

    for minute in range(3):
        heard = at_once(WORKERS, partial(_call, wave.id, NOW + timedelta(minutes=minute)))
        assert heard["0"] == WORKERS - 1

    assert Reach.objects.count() == 25
    assert OutboxMessage.objects.filter(kind="call").count() == 25
    (ended,) = reads.waves_of(SYSTEM, "help")
    assert (ended.state, ended.called_count) == ("through", 25)


@pytest.mark.django_db(transaction=True)
def test_one_wave_starts_of_many_asked_for_at_once() -> None:
    orchard = plant()
    actions.open_appeal(
        actor=SYSTEM, campaign_id=orchard.campaign.id, code="help", title="Help", text="Come.", now=NOW
    )

    def start(number: int) -> str:
        own = uuid5(SEED, f"wave {number % 2}")
        return waves.start_wave(
            actor=SYSTEM, code="help", client_id=own, per_minute=PER_MINUTE, now=NOW
        ).state

    heard = at_once(WORKERS, start)

    assert heard == {"running": WORKERS // 2, "wave_runs": WORKERS // 2}
    assert len(reads.waves_of(SYSTEM, "help")) == 1


@pytest.mark.django_db(transaction=True)
def test_names_confirmed_at_once_are_all_counted_and_bring_one_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "SUPPORT_WANTED", WORKERS)
    orchard = plant()
    new = NewDrive(uuid5(SEED, "drive"), "Clear it", "Now.", orchard.naju.id, "Dal", "dal@example.org")
    code = drives.propose(new=new, now=NOW).code
    drives.confirm(token=drive_reads.token_of(Support.objects.get().key), now=NOW)
    for number in range(WORKERS - 1):
        own = uuid5(SEED, f"support {number}")
        drives.support(code=code, client_id=own, name="Bo", email=f"b{number}@example.org", now=NOW)
    tokens = [drive_reads.token_of(key) for key in Support.objects.values_list("key", flat=True)]

    at_once(WORKERS, lambda number: drives.confirm(token=tokens[number], now=NOW).name)

    drive = drive_reads.drive(code)
    assert (drive.state, drive.support_count) == ("waiting", WORKERS)
    assert drive.answer_by is not None
