"""The hot door for sign-ups when it is rushed, bombed, cut short, held open or without a disk."""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from dure.api import hot_signups
from dure.api.signup_desk import BODY_BYTES_MAX
from dure.base import group_writer, throttle
from dure.base.errors import WriterBusy
from dure.movement.calls.models import SignUp
from dure.operations.intake import IN_HAND_MAX, INTAKE
from tests.race.sign_up_stage import NOW, Door, by_ninja, sign_up, told


def test_when_too_much_waits_whoever_comes_is_told_at_once_and_not_counted(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, go_on = door.intake._writer._write, Event()

    def held(batch: list[Any]) -> Any:
        go_on.wait(20)
        return store(batch)

    monkeypatch.setattr(door.intake._writer, "_write", held)
    with ThreadPoolExecutor(IN_HAND_MAX + 20) as pool:
        waiting = [pool.submit(door.post, sign_up()) for _ in range(IN_HAND_MAX + 20)]
        while door.intake._writer._rows_in_hand < IN_HAND_MAX:
            time.sleep(0.01)
        heard = [door.post(sign_up(email="family@example.org")) for _ in range(20)]
        go_on.set()
        done = Counter(one.result()[0] for one in waiting)

    assert {told(status, body) for status, body, _ in heard} == {(503, "writer_busy")}
    assert {headers["Retry-After"] for _, _, headers in heard} == {str(group_writer.RETRY_S)}
    assert done == {201: IN_HAND_MAX, 503: 20}
    assert door.post(sign_up(email="family@example.org"))[0] == 201


def test_who_is_overtaken_on_the_way_to_the_writer_hears_when_to_come_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was room when they came in, and none any more once their body was read."""

    def overtaken(*_: object, **__: object) -> None:
        raise WriterBusy(retry_s=7)

    monkeypatch.setattr(door.intake, "take", overtaken)
    monkeypatch.setattr(INTAKE, "take", overtaken)
    body = json.dumps(sign_up()).encode()
    ninja = Client(REMOTE_ADDR="2001:db8:7::1").post(hot_signups.PATH, body, content_type="application/json")
    status, _, headers = door.post(body)

    assert (status, headers["Retry-After"]) == (503, "7")
    assert (ninja.status_code, ninja.headers["Retry-After"]) == (503, "7")


def test_one_address_is_not_bombed_and_a_family_gets_in(door: Door) -> None:
    most = throttle.LETTERS[0].count_max
    heard = [door.post(sign_up(email="family@example.org")) for _ in range(most + 1)]

    assert [status for status, _, _ in heard] == [201] * most + [429]
    assert heard[-1][1]["code"] == "too_many_tries"
    assert told(*by_ninja(json.dumps(sign_up(email="Family+1@example.org")).encode())) == (
        429,
        "too_many_tries",
    )


def test_whom_an_adult_names_as_guardian_loses_no_letter(door: Door) -> None:
    for number in range(9):
        adult = sign_up(
            email=f"adult{number}@example.org", birth_year=1990, guardian_email="victim@example.org"
        )
        assert door.post(adult)[0] == 201
    assert door.post(sign_up(email="victim@example.org"))[0] == 201


def test_who_sends_the_same_again_is_never_told_that_it_was_too_often(door: Door) -> None:
    body = sign_up()

    heard = [door.post(body)[0] for _ in range(2 * throttle.LETTERS[0].count_max)]

    assert heard == [201] + [200] * (len(heard) - 1)


def test_a_place_is_the_one_the_proxy_saw(door: Door, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    (limit,) = throttle.SIGN_UPS
    tries = throttle.SignUpTries("203.0.113.1", (), now=NOW)
    for _ in range(limit.count_max):
        tries.count()

    school = {"HTTP_X_FORWARDED_FOR": "198.51.100.9, 203.0.113.1"}
    assert told(*door.post(sign_up(), **school)[:2]) == (429, "too_many_tries")
    assert door.post(sign_up(), HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.9")[0] == 201


def test_a_database_that_can_not_be_written_is_told_as_such(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OperationalError("database or disk is full")
    full.__cause__ = type("Full", (Exception,), {"sqlite_errorname": "SQLITE_FULL", "sqlstate": "53100"})()

    def fail(batch: object) -> None:
        raise full

    with monkeypatch.context() as patch:
        patch.setattr(door.intake._writer, "_write", fail)
        status, body, headers = door.post(sign_up())

    assert told(status, body) == (503, "storage_full")
    assert int(headers["Retry-After"]) > 0
    assert door.post(sign_up())[0] == 201


def test_a_fault_of_ours_fails_one_request_and_not_its_neighbours(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poison = uuid4()
    store = door.intake._writer._write

    def broken(batch: list[Any]) -> Any:
        if any(one.asked[0][0] == poison for one in batch):
            raise RuntimeError("the inside")
        time.sleep(0.02)  # so that others gather behind
        return store(batch)

    monkeypatch.setattr(door.intake._writer, "_write", broken)
    ids = [poison, *(uuid4() for _ in range(15))]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: door.post(sign_up(client_id=str(one))), ids))

    assert told(*answers[0][:2]) == (500, "broken")
    assert "the inside" not in json.dumps(answers[0][1])
    assert "the inside" in caplog.text
    assert {status for status, _, _ in answers[1:]} == {201}
    assert SignUp.objects.count() == 15


def test_a_body_cut_short_or_of_an_unknown_length_is_no_sign_up(door: Door) -> None:
    raw = json.dumps(sign_up()).encode()
    for length in ("999999999", "-1", "ten", "१"):
        status, body, _ = door.post(raw, CONTENT_LENGTH=length)
        assert told(status, body) in {(413, "sign_up_too_large"), (400, "bad_request")}
    assert told(*door.post(raw, CONTENT_LENGTH=str(len(raw) + 1))[:2]) == (400, "bad_request")
    chunks = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert told(*door.post(b" " * (BODY_BYTES_MAX + 1), **chunks)[:2]) == (413, "sign_up_too_large")
    assert not SignUp.objects.exists()
    assert door.post(raw, **chunks)[0] == 201


class SlowLine(io.BytesIO):
    """A body whose end doesn't come before it may."""

    def __init__(self, body: bytes, may_end: Event) -> None:
        super().__init__(body)
        self._may_end = may_end

    def read(self, size: int | None = -1) -> bytes:
        self._may_end.wait(20)
        return super().read(size)


def test_slow_lines_of_one_place_hold_no_door_shut(door: Door) -> None:
    may_end, raw = Event(), json.dumps(sign_up()).encode()
    most = hot_signups.READERS_OF_A_PLACE_MAX
    here = {"REMOTE_ADDR": "192.0.2.7"}

    with ThreadPoolExecutor(most) as pool:
        bodies = [json.dumps(sign_up()).encode() for _ in range(most)]
        slow = [
            pool.submit(door.post, body, **here, **{"wsgi.input": SlowLine(body, may_end)}) for body in bodies
        ]
        while door.app._readers._count < most:
            time.sleep(0.005)
        assert told(*door.post(raw, **here)[:2]) == (503, "writer_busy")
        assert door.post(sign_up())[0] == 201
        may_end.set()
        assert {one.result()[0] for one in slow} == {201}

    assert door.post(raw, **here)[0] == 201
    assert not door.app._readers._by_place
